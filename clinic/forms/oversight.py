"""Forms of oversight: asking for an emergency access, looking into one, what an admin or auditor looks for in the log."""

from typing import Any

from crispy_forms.layout import Layout
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from clinic.entry.fields import ClinicalLine, ClinicalText, Day
from clinic.forms.rows import BareHelper
from clinic.models import Patient
from clinic.requests.deeds import KeyedForm
from clinic.signin.proofs import ProofForm

OTHER = "other"
# Facts that make an access necessary. Whoever picks one may add words to it; anything else is said in words.
REASONS = [
    (words, words)
    for words in (
        "The patient is unwell here, and no clinician can be reached",
        "A hospital or an emergency crew asks what was done",
        "The patient reports harm after a visit",
        "A legal duty that ends today",
    )
] + [(OTHER, "Something else")]
NOBODY = "No patient has this chart number or name with this birth date. Check both."


class GlassForm(ProofForm, KeyedForm):
    """Whose notes, why, and who asks. The patient is named by two identifiers, since not every role sees the list."""

    who = ClinicalLine(
        label="Chart number or full name", max_length=160, error_messages={"required": "Whose notes do you need?"}
    )
    born = Day(
        label="Birth date", error_messages={"required": "The birth date makes sure that it is the right patient."}
    )
    fact = forms.ChoiceField(
        label="Why you need them now",
        choices=REASONS,
        widget=forms.RadioSelect,
        error_messages={"required": "Pick why. The admins read it.", "invalid_choice": "Pick one of these."},
    )
    words = ClinicalLine(label="In a few words", max_length=200, required=False)

    def __init__(self, *args: Any, patients: QuerySet[Patient], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.patients = patients
        self.patient: Patient | None = None
        for name in ("who", "born", "words"):
            self.fields[name].widget.attrs["class"] = "form-control"

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("who") and given.get("born"):
            self.patient = named(self.patients, given["who"], given["born"])
            if self.patient is None:
                self.add_error("who", NOBODY)
        if given.get("fact") == OTHER and not given.get("words") and "words" not in self.errors:
            self.add_error("words", "Say in a few words what it is.")
        return given

    @property
    def reason(self) -> str:
        """What the log and the admins read."""
        fact, words = self.cleaned_data["fact"], self.cleaned_data["words"]
        return words if fact == OTHER else ": ".join(filter(None, [fact, words]))


def named(patients: QuerySet[Patient], who: str, born: Any) -> Patient | None:
    """Return the one patient of this birth date with this chart number, or whose names are these."""
    that_day = patients.filter(birth_date=born)
    by_chart = list(that_day.filter(chart_number__iexact=who)[:2])
    words = who.casefold().replace(",", " ").split()
    by_name = [
        one for one in that_day if sorted(f"{one.first_name} {one.last_name}".casefold().split()) == sorted(words)
    ]
    found = by_chart or by_name
    return found[0] if len(found) == 1 else None


UNLIMITED = "Without this tick every patient is seen. Tick it, or take the chart numbers out if that is meant."


class ListForm(ProofForm):
    """Which patients an auditor sees: all, or those whose chart numbers stand here."""

    is_limited = forms.BooleanField(label="Sees only the patients below", required=False)
    charts = ClinicalText(
        label="Chart numbers, one a line",
        required=False,
        rows=4,
        max_length=4000,
        help_text="Patients who are not here are not there for this auditor, in no list, search or log.",
    )

    def __init__(self, *args: Any, patients: QuerySet[Patient], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.patients = patients
        self.helper = BareHelper()
        self.helper.layout = Layout("is_limited", "charts")

    def clean_charts(self) -> list[Patient]:
        numbers = list(dict.fromkeys(filter(None, (line.strip() for line in self.cleaned_data["charts"].splitlines()))))
        found = {patient.chart_number: patient for patient in self.patients.filter(chart_number__in=numbers)}
        if unknown := [number for number in numbers if number not in found]:
            raise ValidationError(f"No patient has the chart number {', '.join(unknown[:5])}.")
        return [found[number] for number in numbers]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("is_limited") and given.get("charts") == []:
            self.add_error("charts", "Name at least one patient, or end the access.")
        if given.get("charts") and not given.get("is_limited"):
            self.add_error("is_limited", UNLIMITED)
        return given


class ReviewForm(forms.Form):
    """What an admin says after looking into an emergency access; there is not always something to say."""

    words = ClinicalLine(label="What you found", max_length=300, required=False)
