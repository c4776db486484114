"""Forms with which facts of a signed note are put right: a row with what stands, and why it is changed."""

from typing import Any
from uuid import UUID

from crispy_forms.layout import Div, Field, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.datastructures import MultiValueDict

from clinic.entry.fields import ClinicalLine, Minutes
from clinic.forms.rows import BareHelper
from clinic.models import Membership
from coding.engine.vocabulary import CarePhase
from notes.corrected import RECORD_ONLY, WORDS
from notes.digests import as_signed
from notes.forms.note import ActivityForm
from notes.forms.objective import SIDE, AdjustmentForm, FindingForm
from notes.forms.rows import DiagnosedForm, PartForm, line, picker, picks
from notes.models import Diagnosis, Goal, Note

PREFIX = "fact"


class Reasoned(forms.BaseForm):
    """What every correction says: why."""

    def _ask_why(self) -> None:
        self.fields["reason"] = ClinicalLine(
            label="Why it is corrected",
            max_length=300,
            error_messages={"required": "Say what was wrong; it stands beside the correction."},
        )


class OfASignedNote(Reasoned, PartForm):
    """A row of a signed note: its facts, and its words if it was forgotten and is told now for the first time."""

    row_kind: str

    def __init__(self, data: "MultiValueDict[str, Any] | None" = None, *, is_new: bool = False, **kwargs: Any) -> None:
        self.is_new = is_new
        super().__init__(data, prefix=PREFIX, **kwargs)
        self._ask_why()
        self.helper.layout.append(line("reason"))

    def _leave_words_out(self) -> None:
        for name in () if self.is_new else WORDS[self.row_kind]:
            del self.fields[name]

    def _stood(self, what: str) -> list[str]:
        """Return what the note's episodes held at the signature: a correction points at nothing that came later."""
        served = self.note.note_episodes.select_related("episode")
        return [each["id"] for row in served for each in as_signed(row, self.note.visit.on)[what]]

    def _if_new(self, *fields: Any) -> tuple[Any, ...]:
        return fields if self.is_new else ()


class FindingCorrectionForm(OfASignedNote, FindingForm):
    row_kind = "finding"

    def layout(self) -> Layout:
        self.fields["episode"].label = "For"
        return Layout(
            Div(line("kind"), line("region"), Field("side", template=SIDE), css_class="found-where"),
            Div(line("value"), line("unit"), line("comparison"), css_class="found-what"),
            line("words"),
            line("episode"),
        )


class Billed(OfASignedNote, DiagnosedForm):
    """A row that may be on a bill."""

    def __init__(self, *args: Any, unbilled: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields[RECORD_ONLY] = forms.BooleanField(
            label="Keep it in the record and do not bill it", required=False, initial=unbilled
        )
        self.helper.layout.insert(len(self.helper.layout) - 1, Field(RECORD_ONLY, template="notes/fields/tick.html"))
        stood = Diagnosis.objects.filter(pk__in=self._stood("diagnoses"))
        self.fields["diagnosis_ids"].choices = [(str(each.pk), str(each)) for each in stood]  # type: ignore[attr-defined]


class AdjustmentCorrectionForm(Billed, AdjustmentForm):
    row_kind = "adjustment"

    def layout(self) -> Layout:
        self._leave_words_out()
        return Layout(
            Div(line("region"), Field("side", template=SIDE), line("segment"), css_class="adjusted-where"),
            line("technique"),
            *self._if_new(line("response")),
            picks("diagnosis_ids"),
            line("episode"),
        )

    def clean_region(self) -> str:
        region = str(self.cleaned_data["region"])
        if not region:
            raise ValidationError("Say which region was adjusted. If none was, say that it did not happen.")
        return region


class ActivityCorrectionForm(Billed, ActivityForm):
    row_kind = "activity"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["goal"].queryset = Goal.objects.filter(pk__in=self._stood("goals"))  # type: ignore[attr-defined]
        done_by = Q(pk=self.instance.performer_id) | Q(is_active=True, roles__overlap=["clinician", "assistant"])
        people = Membership.objects.filter(done_by, practice=self.note.practice_id)
        self.fields["performer"].queryset = people.select_related("user")  # type: ignore[attr-defined]
        if self.is_new:
            self.fields["description"].required = True
            self.fields["description"].error_messages["required"] = "Say what was done."

    def layout(self) -> Layout:
        self._leave_words_out()
        return Layout(
            *self._if_new(line("description")),
            Div(picker("intents"), picker("regions"), line("minutes"), css_class="trio"),
            *self._clock(),
            Div(picks("delivery"), line("group_size"), css_class="delivery"),
            Div(line("goal"), line("goal_text"), css_class="goal-fields"),
            Div(line("dose"), line("performer"), css_class="duo"),
            *self._if_new(Div(line("response"), line("why"), css_class="duo even")),
            picks("diagnosis_ids"),
            line("episode"),
        )


class NoteCorrectionForm(Reasoned, forms.ModelForm):  # type: ignore[type-arg]
    """The facts of the note itself."""

    row_kind = "note"
    total_minutes = Minutes(label="Total treatment minutes", required=False)
    care_phase = forms.ChoiceField(label="Care is", choices=CarePhase.choices())

    class Meta:
        model = Note
        fields = ("total_minutes", "care_phase")

    def __init__(self, data: "MultiValueDict[str, Any] | None" = None, *, note: Note, **kwargs: Any) -> None:
        super().__init__(data, prefix=PREFIX, auto_id="id_%s_note", **kwargs)
        self._ask_why()
        self.helper = BareHelper()
        self.helper.layout = Layout(
            Div(line("total_minutes"), line("care_phase"), css_class="duo even"), line("reason")
        )


class WithdrawalForm(Reasoned, forms.Form):
    """That something did not happen, and how it came to be written."""

    def __init__(self, data: "MultiValueDict[str, Any] | None" = None, *, pk: UUID) -> None:
        super().__init__(data, prefix=PREFIX, auto_id=f"id_%s_{pk}")
        self._ask_why()
        self.fields["reason"].label = "Why it stood in the note"
        self.helper = BareHelper()
        self.helper.layout = Layout(line("reason"))


FORMS = {
    "note": NoteCorrectionForm,
    "finding": FindingCorrectionForm,
    "adjustment": AdjustmentCorrectionForm,
    "activity": ActivityCorrectionForm,
}
