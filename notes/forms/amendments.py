"""Forms of patients' requests to amend their record. They clean input and decide nothing."""

from datetime import date
from typing import Any

from crispy_forms.layout import Layout
from django import forms

from clinic.entry.fields import ClinicalText, Day
from clinic.forms.rows import BareHelper
from clinic.models import Patient
from clinic.requests.deeds import KeyedForm
from notes.models import Addendum, AmendmentRequest, AmendmentStep, Note

Kind = AmendmentStep.Kind


class _OfANote(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.visit.on:%-d %b %Y}, {obj.author}"


class _OfAnAddendum(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.created_at:%-d %b %Y}, {obj.name}"


class AmendmentForm(KeyedForm):
    """A request as it came in. Which note it is about may stay open."""

    received_on = Day(label="Received on")
    asked = ClinicalText(
        label="What the patient asks for, in their words",
        rows=4,
        max_length=4000,
        error_messages={"required": "Write what the patient asks for."},
    )
    note = _OfANote(Note.objects.none(), label="About the note of", required=False, empty_label="no particular one")

    def __init__(self, *args: Any, patient: Patient, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        theirs = Note.objects.signed().filter(patient=patient).select_related("visit", "author__user")
        self.fields["note"].queryset = theirs.order_by("-visit__on")  # type: ignore[attr-defined]
        self.fields["received_on"].initial = today
        self.helper = BareHelper()
        self.helper.layout = Layout("received_on", "asked", "note", "key")

    def clean_received_on(self) -> date:
        on: date = self.cleaned_data["received_on"]
        if on > self.today:
            raise forms.ValidationError("This day is still to come. On which day did the request come in?")
        return on


class StepForm(forms.Form):
    """What becomes of a request, and why."""

    kind = forms.ChoiceField(choices=AmendmentStep.Kind.choices)
    words = ClinicalText(label="Why", rows=3, max_length=4000, required=False)
    addendum = _OfAnAddendum(
        Addendum.objects.none(), label="Amended by the addendum of", required=False, empty_label="none yet"
    )

    def __init__(self, *args: Any, about: AmendmentRequest, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": f"id_%s_{about.pk}", **kwargs})
        theirs = Addendum.objects.filter(note__patient=about.patient_id, note__retracted_at=None)
        mine = theirs.filter(note=about.note_id) if about.note_id else theirs
        self.fields["addendum"].queryset = mine.order_by("-created_at")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        kind = cleaned.get("kind")
        if kind not in (Kind.ACCEPTED, Kind.AMENDED):
            cleaned["addendum"] = None
        if cleaned.get("words") or self.errors.keys() & {"words", "addendum"}:
            return cleaned
        if kind != Kind.AMENDED:
            self.add_error("words", "Say why; the patient is told, and it stays.")
        elif not cleaned["addendum"]:
            self.add_error("addendum", "Name the addendum, or say below how else the record was amended.")
        return cleaned
