"""What the forms of a note's rows have in common: how a field looks, the row's complaint, and what it treats."""

from typing import Any
from uuid import UUID

from crispy_forms.layout import Field, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q

from clinic.forms.rows import BareHelper
from notes.models import Diagnosis, Episode, Note

# How a field of a row looks: a line with its label, chips that are pressed, or chips behind the words that were chosen.
LINE, PICKS, PICKER = (f"notes/fields/{name}.html" for name in ("line", "picks", "picker"))


def line(name: str) -> Field:
    return Field(name, template=LINE)


def picks(name: str) -> Field:
    return Field(name, template=PICKS)


def picker(name: str) -> Field:
    return Field(name, template=PICKER)


class PartForm(forms.ModelForm):  # type: ignore[type-arg]
    """A row of a note. What it may point at is what the note's own episodes hold."""

    note: Note

    def __init__(self, *args: Any, note: Note, **kwargs: Any) -> None:
        kwargs["auto_id"] = f"id_%s_{kwargs['instance'].pk}" if kwargs.get("instance") else "new_%s"
        super().__init__(*args, **kwargs)
        self.note = note
        self.helper = BareHelper()
        self._offer_episodes()
        self.helper.layout = self.layout()

    def layout(self) -> Layout:
        """Return the fields in the order in which a visit goes."""
        return Layout(*self.fields)

    def _offer_episodes(self) -> None:
        episodes = Episode.objects.filter(note_episodes__note=self.note)
        field = forms.ModelChoiceField(episodes, required=False, empty_label=None)
        self.fields["episode"] = field
        if len(episodes) == 1:
            field.widget = forms.HiddenInput()
            field.initial = episodes[0].pk
        self.episodes = list(episodes)

    def clean_episode(self) -> Episode:
        """Return the row's episode; with one on the note there is nothing to choose."""
        chosen: Episode | None = self.cleaned_data.get("episode")
        stored = self.instance.episode if self.instance.episode_id else None
        if not (chosen or stored or self.episodes):
            raise ValidationError("Add a complaint to this note first; every row belongs to one.")
        return chosen or stored or self.episodes[0]


class DiagnosedForm(PartForm):
    """A row that points at diagnoses of the note's episodes."""

    diagnosis_ids = forms.MultipleChoiceField(label="Treats", required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        standing = Q(ended_on=None) | Q(pk__in=self.instance.diagnosis_ids or [])
        open_ones = Diagnosis.objects.filter(standing, episode__note_episodes__note=self.note)
        self.fields["diagnosis_ids"].choices = [(str(each.pk), each.title) for each in open_ones]  # type: ignore[attr-defined]
        if not self.is_bound:
            self.initial["diagnosis_ids"] = [str(each) for each in self.instance.diagnosis_ids or []]

    def clean_diagnosis_ids(self) -> list[UUID]:
        return [UUID(each) for each in self.cleaned_data["diagnosis_ids"]]
