"""Forms of the episode page: complaint, plan of care, goals, services. They clean input and decide nothing."""

from datetime import date
from typing import Any

from crispy_forms.layout import Div, Layout
from django import forms
from django.core.exceptions import ValidationError

from clinic.entry.fields import ClinicalLine, ClinicalText
from clinic.entry.fingerprints import fingerprint
from clinic.entry.sides import Sides, sides
from clinic.forms.rows import BareHelper
from clinic.models import Coverage, Patient
from clinic.requests.deeds import KeyedForm
from coding.engine.vocabulary import GoalTerm, Region, ServiceKind
from notes.models import Episode, Goal, PlannedService


def day(label: str, help_text: str = "") -> forms.DateField:
    """A date that may be left out."""
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    wrong = {"invalid": "Enter a date that exists, such as 11/20/2026."}
    return forms.DateField(label=label, required=False, widget=widget, help_text=help_text, error_messages=wrong)


class EpisodePart(forms.ModelForm):  # type: ignore[type-arg]
    """Some fields of an episode or a goal. `base` says what stood there when the form was shown, as in the rows of a note."""

    widths: dict[str, str] = {}
    others: list[Sides]

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.others = []
        self.base = self.data.get("base", "") if self.is_bound else fingerprint(self.instance, self.names)
        self.helper = BareHelper()
        self.helper.render_hidden_fields = True
        shown = [name for name in self.fields if not self.fields[name].widget.is_hidden]
        columns = (Div(name, css_class=self.widths.get(name, "col-12")) for name in shown)
        self.helper.layout = Layout(Div(*columns, css_class="row"))

    def show_other(self, now: Episode | Goal) -> None:
        """Keep what was typed, say what somebody else saved meanwhile, and let the next save be made knowingly."""
        self.others = sides(self, now)
        self.base = fingerprint(now, self.names)

    @property
    def names(self) -> list[str]:
        return list(self._meta.fields or ())

    def _not_later_than_today(self, name: str, message: str) -> None:
        on = self.cleaned_data.get(name)
        if on and on > self.today:
            self.add_error(name, message)


class AboutForm(EpisodePart):
    """The complaint and its history."""

    complaint = ClinicalLine(
        max_length=160, error_messages={"required": "Say what the patient comes for, in a few words."}
    )
    onset_on = day("Onset")
    first_treated_on = day("First treatment", "The first treatment of this complaint, here or elsewhere.")
    prior_function = ClinicalText(
        label="Prior level of function", required=False, max_length=2000, rows=2,
        help_text="What the patient could do before: work, home, sport.",
    )  # fmt: skip
    limitation = ClinicalText(
        label="Current limitation", required=False, max_length=2000, rows=2,
        help_text="What they cannot do now, or only with pain or help.",
    )  # fmt: skip
    discharged_on = day("Discharged", "Empty while care goes on.")
    widths = dict.fromkeys(("onset_on", "first_treated_on", "discharged_on"), "col-sm-6")

    class Meta:
        model = Episode
        fields = (
            "complaint", "onset_on", "first_treated_on", "discharged_on", "prior_function", "limitation", "coverage",
        )  # fmt: skip

    def __init__(self, *args: Any, patient: Patient, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.patient = patient
        field: Any = self.fields["coverage"]
        kept = Coverage.objects.filter(pk=self.instance.coverage_id)
        field.queryset = (patient.coverages.filter(is_active=True) | kept).select_related("payer")
        field.label = "Who pays for this complaint"
        field.empty_label = "whoever pays for the visit"
        field.help_text = (
            "Choose one only where it is not the visit's payer: an auto or work claim beside a health plan."
        )

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        self._not_later_than_today("onset_on", "The onset cannot lie in the future.")
        self._not_later_than_today("discharged_on", "The discharge cannot lie in the future.")
        onset, first, discharged = (given.get(name) for name in ("onset_on", "first_treated_on", "discharged_on"))
        if onset and onset < self.patient.birth_date:
            self.add_error("onset_on", "The onset lies before the patient's birth.")
        if onset and first and first < onset:
            self.add_error("first_treated_on", "The first treatment lies before the onset.")
        if discharged and (first or onset) and discharged < (first or onset):
            self.add_error("discharged_on", "The discharge lies before the first treatment.")
        return given


class NewEpisodeForm(KeyedForm, AboutForm):
    """A new complaint."""

    field_order = AboutForm.Meta.fields
    discharged_on = None  # type: ignore[assignment]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["complaint"].widget.attrs["autofocus"] = True

    class Meta(AboutForm.Meta):
        fields = tuple(name for name in AboutForm.Meta.fields if name != "discharged_on")  # type: ignore[assignment]


class PlanForm(EpisodePart):
    """How often, how long, and when it was last looked at."""

    frequency = ClinicalLine(required=False, max_length=80, help_text="Such as: twice a week.")
    duration = ClinicalLine(required=False, max_length=80, help_text="Such as: 6 weeks.")
    plan_reviewed_on = day("Reviewed on")

    widths = dict.fromkeys(("frequency", "duration", "plan_reviewed_on"), "col-sm-4")

    class Meta:
        model = Episode
        fields = ("frequency", "duration", "plan_reviewed_on")

    def clean(self) -> dict[str, Any]:
        self._not_later_than_today("plan_reviewed_on", "The review cannot lie in the future.")
        return self.cleaned_data


class GoalForm(EpisodePart):
    """A measurable aim. Only its words are asked for; what else it lacks is said beside it."""

    text = ClinicalLine(
        label="What the patient is to do again", max_length=200,
        error_messages={"required": "Say what the patient is to do again, such as: lift totes from floor to bench."},
    )  # fmt: skip
    term = forms.ChoiceField(label="Term", choices=GoalTerm.choices())
    measure = ClinicalLine(required=False, max_length=80, help_text="Such as: load, time, distance, score.")
    unit = ClinicalLine(required=False, max_length=20, help_text="Such as: lb, min.")
    baseline = ClinicalLine(required=False, max_length=40, help_text="At the start.")
    target = ClinicalLine(required=False, max_length=40, help_text="When it is reached.")
    due_on = day("Due")
    widths = {
        "term": "col-sm-4",
        "measure": "col-8 col-sm-4",
        "unit": "col-4 col-sm-4",
        "baseline": "col-6 col-sm-4",
        "target": "col-6 col-sm-4",
        "due_on": "col-sm-4",
    }

    class Meta:
        model = Goal
        fields = ("text", "term", "measure", "unit", "baseline", "target", "due_on")

    def clean_due_on(self) -> date | None:
        due: date | None = self.cleaned_data["due_on"]
        if due and due < self.today and due != self.initial.get("due_on"):
            raise ValidationError("The due date lies in the past.")
        return due


class NewGoalForm(KeyedForm, GoalForm):
    """A new goal."""

    field_order = GoalForm.Meta.fields


class ServiceForm(KeyedForm, EpisodePart):
    """A kind of service that the plan foresees."""

    kind = forms.ChoiceField(label="Service", choices=[("", "choose"), *ServiceKind.choices()])
    region = forms.ChoiceField(choices=[("", "no region"), *Region.choices()], required=False)
    aim = ClinicalLine(label="What for", required=False, max_length=160)
    field_order = ("kind", "region", "aim", "goal")
    widths = {"kind": "col-sm-6", "region": "col-sm-6"}

    class Meta:
        model = PlannedService
        fields = ("kind", "region", "aim", "goal")

    def __init__(self, *args: Any, episode: Episode, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["goal"]
        field.queryset = Goal.objects.filter(episode=episode, met_on=None, dropped_on=None)
        field.empty_label = "no goal yet"


class SearchForm(forms.Form):
    """What was typed to find a diagnosis."""

    words = ClinicalLine(required=False, max_length=200)
