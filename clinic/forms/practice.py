"""The practice itself, where it works, and who pays."""

from typing import Any
from zoneinfo import available_timezones

from crispy_forms.layout import Field, Fieldset, Layout
from django import forms
from django.core.exceptions import ValidationError

from clinic.deeds import KeyedForm
from clinic.forms.rows import ADDRESS, RowForm, address, fields_for, line
from clinic.models import Location, Payer, Practice
from coding.engine.vocabulary import PayerKind, UnitMethod

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
        return Layout("name", *address(), line(phone=6, place_of_service=6), *_in_use(self))

    def clean_name(self) -> Any:
        return self.is_free("name")

    def clean_place_of_service(self) -> str:
        place = str(self.cleaned_data["place_of_service"])
        if not (len(place) == 2 and place.isascii() and place.isdigit()):
            raise ValidationError("Two digits, such as 11.")
        return place


class PayerForm(RowForm):
    """A payer with its profile: how it counts units, and what it wants otherwise."""

    kind = forms.ChoiceField(choices=PayerKind.choices(), label="What kind of payer is it?", widget=forms.RadioSelect)
    unit_method = forms.ChoiceField(
        label="How does it turn minutes into units?",
        choices=[
            (
                UnitMethod.TOTAL_TIME,
                "All timed minutes of the day together, then shared out: Medicare and who follows it",
            ),
            (
                UnitMethod.PER_CODE,
                "Each code by itself, from 8 minutes on: the rule of the AMA, many commercial payers",
            ),
            (UnitMethod.UNKNOWN, "Not known yet: both are counted, and a difference is shown"),
        ],
        widget=forms.RadioSelect,
        help_text="Example: 10 minutes of one code and 10 of another are 1 unit together, and 2 units by themselves.",
    )

    class Meta:
        model = Payer
        fields = (
            "name", "kind", "unit_method", "electronic_id", "unattended_stimulation_code", "distinct_modifier", "wants_gp",
            "follows_pair_edits", "applies_daily_maxima", "assistants_treat", *ADDRESS, "phone", "is_active",
        )  # fmt: skip
        formfield_callback = fields_for
        labels = {
            "unattended_stimulation_code": "Unattended stimulation",
            "distinct_modifier": "Distinct service",
            "wants_gp": "Modifier GP",
            "is_active": "In use: offered for new coverage",
            "follows_pair_edits": "Follows the NCCI pair edits: some services are not paid beside others on one day",
            "applies_daily_maxima": "Applies daily maxima: more units of a code on one day are not paid",
            "assistants_treat": "Pays for an assistant's one-on-one time: your state allows it, and so does the contract",
        }

    def layout(self) -> Layout:
        return Layout(
            "name",
            Field("kind", template="clinic/picks.html"),
            "unit_method",
            Fieldset(
                "How its claims differ",
                line(unattended_stimulation_code=4, distinct_modifier=4, wants_gp=4),
                "follows_pair_edits",
                "applies_daily_maxima",
                "assistants_treat",
            ),
            Fieldset("Where claims go", line(electronic_id=6, phone=6), *address()),
            *_in_use(self),
        )

    def clean_name(self) -> Any:
        return self.is_free("name")

    def clean(self) -> dict[str, Any] | None:
        given = super().clean() or self.cleaned_data
        if given.get("kind") == PayerKind.MEDICARE and given.get("unit_method") == UnitMethod.PER_CODE:
            self.add_error("unit_method", "Medicare counts the day's minutes together.")
        return given


def _in_use(form: RowForm) -> tuple[str, ...]:
    """A row that is there can be taken out of use; a new one is in use."""
    if form.pk:
        return ("is_active",)
    del form.fields["is_active"]
    return ()


class NewLocationForm(KeyedForm, LocationForm):
    """A location that is added."""


class NewPayerForm(KeyedForm, PayerForm):
    """A payer that is added."""
