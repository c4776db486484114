"""A service that the clinician picks."""

from typing import Any
from uuid import UUID

from django import forms

from clinic.entry.fields import ClinicalLine, Count
from coding.models import Fee
from coding.services import diagnoses_of
from notes.models import Episode, Note


class ServiceForm(forms.Form):
    """One line of the practice's list, for one complaint of the note."""

    fee = forms.ModelChoiceField(
        Fee.objects.none(),
        label="Service",
        error_messages={"required": "Choose a service.", "invalid_choice": "This service is not on the list any more."},
    )
    episode = forms.ModelChoiceField(Episode.objects.none(), label="For", required=False)
    units = Count(label="Units", most=99, required=False)
    diagnosis_ids = forms.MultipleChoiceField(
        label="Treats",
        required=False,
        error_messages={"invalid_choice": "This diagnosis does not stand any more. Choose among those that are shown."},
    )
    reason = ClinicalLine(label="Why it was done", required=False)

    def __init__(self, *args: Any, note: Note, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["fee"].queryset = Fee.objects.filter(practice=note.practice_id).picked()
        fields["episode"].queryset = Episode.objects.filter(note_episodes__note=note)
        self.diagnoses = {str(row.pk): row for row in diagnoses_of(note)}
        fields["diagnosis_ids"].choices = [(pk, row.title) for pk, row in self.diagnoses.items()]

    def clean_diagnosis_ids(self) -> list[UUID]:
        return [UUID(each) for each in self.cleaned_data["diagnosis_ids"]]

    def clean(self) -> dict[str, Any]:
        """With one complaint there is nothing to choose; with more, the diagnoses are those of the chosen one."""
        given = super().clean() or self.cleaned_data
        given["units"] = given.get("units") or 1
        if not given.get("episode") and "episode" not in self.errors:
            offered: Any = self.fields["episode"]
            episodes = list(offered.queryset[:2])
            if len(episodes) != 1:
                self.add_error("episode", "Choose the complaint that it is for.")
            given["episode"] = episodes[0] if len(episodes) == 1 else None
        theirs = {row.pk for row in self.diagnoses.values() if row.episode == given.get("episode")}
        if given.get("episode") and not theirs.issuperset(given.get("diagnosis_ids", ())):
            self.add_error("diagnosis_ids", "A diagnosis that you chose belongs to the other complaint.")
        return given
