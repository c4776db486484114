"""The practice itself, where it works, and who pays."""

from datetime import date
from typing import Any
from zoneinfo import available_timezones

from crispy_forms.layout import Field, Fieldset, Layout
from django import forms
from django.core.exceptions import ValidationError

from clinic.deeds import KeyedForm
from clinic.fields import Day
from clinic.forms.rows import ADDRESS, RowForm, address, fields_for, line
from clinic.models import Location, Payer, Practice
from clinic.models.payers import PROFILE, SEPARATED
from coding.engine.vocabulary import Medicare, OutcomePolicy, PayerKind, UnitMethod

ZONES = [name for name in sorted(available_timezones()) if name.startswith(("America/", "Pacific/", "US/"))]


# What an unanswered entry of a profile means.
AS_USUAL = {
    "laser_code": "S8948",
    "traction_code": "97012",
    "pack_code": "97010",
    "maintenance_code": "the code of any adjustment",
    "outcome_policy": OutcomePolicy.TASK.label,
    "medicare": "by its kind",
}


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
    """A payer with its profile: how it counts units, and what it wants otherwise, from which day on."""

    instance: Payer

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

    region_separation = forms.MultipleChoiceField(
        label="Not paid where it also pays to adjust",
        choices=[(code, code) for code in SEPARATED],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="What is chosen needs a region of its own beside an adjustment. Sources disagree on 97112 and 97124.",
    )
    holds_from = Day(
        label="A change holds from",
        required=False,
        help_text="Visits before this day are judged as the payer was then. Left empty, it is today.",
    )

    class Meta:
        model = Payer
        fields = ("name", "kind", *PROFILE, "electronic_id", *ADDRESS, "phone", "is_active")
        formfield_callback = fields_for
        labels = {
            "unattended_stimulation_code": "Unattended stimulation",
            "distinct_modifier": "Distinct service",
            "laser_code": "Laser",
            "traction_code": "Machine traction",
            "pack_code": "Hot or cold pack",
            "maintenance_code": "Maintenance adjustment",
            "outcome_policy": "Several outcomes, no task named",
            "medicare": "Medicare",
            "distinct_on_tasks": "Wants the modifier for a distinct service on 97530 and 97535 too, beside an adjustment",
            "sends_excluded": "Is sent what Medicare never pays a chiropractor, marked GY; maintenance without a notice, GZ",
            "wants_gp": "Modifier GP",
            "is_active": "In use: offered for new coverage",
            "follows_pair_edits": "Follows the NCCI pair edits: some services are not paid beside others on one day",
            "applies_daily_maxima": "Applies daily maxima: more units of a code on one day are not paid",
            "assistants_treat": "Pays for an assistant's one-on-one time: your state allows it, and so does the contract",
        }

        help_texts = {
            "unattended_stimulation_code": "Pads that run while nobody stays.",
            "laser_code": "Low-level laser, somebody with it throughout.",
            "traction_code": "A table or a motor pulls, not the hands.",
            "pack_code": "Most payers count it into other care.",
            "maintenance_code": "Care that holds what was reached.",
            "distinct_modifier": "Opens a pair where region, visit or time differ.",
            "wants_gp": "Marks lines of physical medicine.",
            "outcome_policy": "Whether strength and balance at once may be 97530.",
            "medicare": "An Advantage plan wants AT on active spinal adjustments, and knows no GA.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, usual in AS_USUAL.items():
            field: Any = self.fields[name]
            field.choices = [("", f"as usual: {usual}"), *(each for each in field.choices if each[0])]

    def layout(self) -> Layout:
        return Layout(
            "name",
            Field("kind", template="clinic/picks.html"),
            "unit_method",
            Fieldset(
                "Its codes",
                line(unattended_stimulation_code=4, laser_code=4, traction_code=4),
                line(pack_code=4, maintenance_code=8),
                "outcome_policy",
            ),
            Fieldset(
                "Services beside each other",
                "follows_pair_edits",
                "applies_daily_maxima",
                Field("region_separation", template="clinic/picks.html"),
                line(distinct_modifier=6, wants_gp=6),
                "distinct_on_tasks",
            ),
            Fieldset("Medicare, and who treats", line(medicare=6), "sends_excluded", "assistants_treat"),
            *_from_a_day(self),
            Fieldset("Where claims go", line(electronic_id=6, phone=6), *address()),
            *_in_use(self),
        )

    def clean_name(self) -> Any:
        return self.is_free("name")

    def clean(self) -> dict[str, Any] | None:
        given = super().clean() or self.cleaned_data
        if given.get("kind") == PayerKind.MEDICARE and given.get("unit_method") == UnitMethod.PER_CODE:
            self.add_error("unit_method", "Medicare counts the day's minutes together.")
        is_original = given.get("kind") == PayerKind.MEDICARE
        if given.get("medicare") and is_original is not (given["medicare"] == Medicare.ORIGINAL):
            self.add_error("medicare", "Original Medicare is the kind Medicare; an Advantage plan is an insurer.")
        return given

    def clean_holds_from(self) -> date:
        day: date = self.cleaned_data["holds_from"] or self.instance.practice.today()
        if self.pk and day < self.instance.last_change:
            raise ValidationError(
                f"The last change holds from {self.instance.last_change:%m/%d/%Y}. Choose that day or later."
            )
        return day

    def save(self, commit: bool = True) -> Any:
        before = {name: self.stored[name] for name in PROFILE} if self.pk else {}
        if any(self.cleaned_data[name] != value for name, value in before.items()):
            self.instance.changed_on(self.cleaned_data["holds_from"], before)
        return super().save(commit)


def _from_a_day(form: PayerForm) -> tuple[Any, ...]:
    """A profile that is changed holds from a day; a new one has always held."""
    if form.pk:
        return (line(holds_from=6),)
    del form.fields["holds_from"]
    return ()


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
