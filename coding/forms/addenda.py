"""Forms of what follows a signature. They clean input and decide nothing."""

from typing import Any

from django import forms

from clinic.entry.fields import ClinicalLine, ClinicalText
from clinic.models import Patient
from clinic.requests.deeds import KeyedForm
from clinic.signin.proofs import SignatureProofForm
from notes.models import Note


class AddendumForm(SignatureProofForm, KeyedForm):
    """The words of an addendum, and what its corrections came to when they were last shown."""

    text = ClinicalText(label="Addendum", rows=3, required=False)
    shown = forms.CharField(max_length=64, required=False)
    needs_words = True

    def clean_text(self) -> str:
        text = str(self.cleaned_data["text"])
        if self.needs_words and not text.strip():
            raise forms.ValidationError("Write what is to be added, or correct something.")
        return text


class RetractionForm(SignatureProofForm, KeyedForm):
    """Why a note is taken back, and whose it is, if that is known."""

    reason = ClinicalLine(
        label="Why it is retracted",
        max_length=300,
        error_messages={"required": "Say why; the reason stays with the note, and in the log."},
    )
    chart = ClinicalLine(label="Chart number of the patient it was meant for, if any", max_length=20, required=False)

    def __init__(self, *args: Any, note: Note, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.note = note

    @property
    def asked(self) -> list[forms.BoundField]:
        return [self["reason"], self["chart"]]

    def clean_chart(self) -> Patient | None:
        """Return the patient of the chart number, which no other of the practice has."""
        chart = self.cleaned_data["chart"]
        if not chart:
            return None
        found: Patient | None = Patient.objects.filter(practice=self.note.practice_id, chart_number=chart).first()
        if found is None or found.pk == self.note.patient_id:
            raise forms.ValidationError("No other patient of this practice has this chart number.")
        return found


class CosignForm(SignatureProofForm, KeyedForm):
    """A supervisor's proof, with a digest of what they had before them."""

    shown = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)

    @property
    def said(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("shown", "key")}
