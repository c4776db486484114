"""Forms of what follows a signature. They clean input and decide nothing."""

from django import forms

from clinic.deeds import KeyedForm
from clinic.fields import ClinicalText
from clinic.proofs import ProofForm


class AddendumForm(ProofForm, KeyedForm):
    """The words of an addendum, and what its corrections came to when they were last shown."""

    text = ClinicalText(label="Addendum", rows=3, required=False)
    shown = forms.CharField(max_length=64, required=False)
    needs_words = True

    def clean_text(self) -> str:
        text = str(self.cleaned_data["text"])
        if self.needs_words and not text.strip():
            raise forms.ValidationError("Write what is to be added, or correct something.")
        return text
