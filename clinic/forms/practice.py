"""The practice itself, and where it works."""

from typing import Any
from zoneinfo import available_timezones

from crispy_forms.layout import Layout
from django import forms
from django.core.exceptions import ValidationError

from clinic.forms.rows import ADDRESS, RowForm, address, fields_for, in_use, line
from clinic.models import Location, Practice
from clinic.requests.deeds import KeyedForm

ZONES = [name for name in sorted(available_timezones()) if name.startswith(("America/", "Pacific/", "US/"))]


class PracticeForm(RowForm):
    """The practice as it stands on superbills and prints."""

    instance: Practice  # type: ignore[assignment]

    class Meta:
        model = Practice
        fields = ("name", "npi", "tax_id", *ADDRESS, "phone", "time_zone")
        formfield_callback = fields_for
        help_texts = {"time_zone": "Days begin and end here: dates of service, the day board, the log."}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["time_zone"].widget = forms.Select(
            choices=[(zone, zone.replace("_", " ")) for zone in self._zones()]
        )
        for name in ("npi", "tax_id"):
            self.fields[name].widget.attrs["inputmode"] = "numeric"

    def _zones(self) -> list[str]:
        own = self.instance.time_zone
        return ZONES if own in ZONES else [own, *ZONES]

    def layout(self) -> Layout:
        return Layout("name", line(npi=6, tax_id=6), *address(), line(phone=6, time_zone=6))


class LocationForm(RowForm):
    """A place where the practice works."""

    class Meta:
        model = Location
        fields = ("name", *ADDRESS, "phone", "place_of_service", "is_active")
        formfield_callback = fields_for
        labels = {"is_active": "In use: offered for new visits"}
        help_texts = {"place_of_service": "Two digits for claims: 11 is an office, 12 the patient's home."}

    def layout(self) -> Layout:
        return Layout("name", *address(), line(phone=6, place_of_service=6), *in_use(self))

    def clean_name(self) -> Any:
        return self.is_free("name")

    def clean_place_of_service(self) -> str:
        place = str(self.cleaned_data["place_of_service"])
        if not (len(place) == 2 and place.isascii() and place.isdigit()):
            raise ValidationError("Two digits, such as 11.")
        return place


class NewLocationForm(KeyedForm, LocationForm):
    """A location that is added."""
