"""What a biller says before a signed note is opened."""

from typing import Any

from django import forms
from django.db import models

from clinic.entry.fields import ClinicalLine
from clinic.forms.rows import BareHelper


class Purpose(models.TextChoices):
    CLAIM = "claim", "It goes along with the claim"
    RECORDS = "records", "The payer asked for records"
    APPEAL = "appeal", "An appeal"
    AUDIT = "audit", "An audit"
    OTHER = "other", "Something else"


class PurposeForm(forms.Form):
    """Why a signed note is opened. It stands in the log, so it says nothing of the patient's health."""

    purpose = forms.ChoiceField(
        label="What do you open the note for?",
        choices=Purpose.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what the note is opened for.", "invalid_choice": "Choose one of these."},
    )
    words = ClinicalLine(label="What else, in a few words", max_length=200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = BareHelper()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("purpose") == Purpose.OTHER and not cleaned.get("words") and "words" not in self.errors:
            self.add_error("words", "Say what it is for.")
        return cleaned

    @property
    def label(self) -> str:
        """The purpose as a person reads it."""
        words = self.cleaned_data["words"]
        return words if self.cleaned_data["purpose"] == Purpose.OTHER else Purpose(self.cleaned_data["purpose"]).label
