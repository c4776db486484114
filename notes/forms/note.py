"""Forms of the note page: its texts, its activities and what is asked beside them. They clean input and decide nothing."""

from typing import Any
from uuid import UUID

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Div, Layout
from django import forms
from django.db.models import Q

from clinic.entry.fields import ClinicalLine, ClinicalText, Clock, Minutes
from clinic.models import Membership
from coding.engine.vocabulary import CarePhase, Delivery, Intent, Region
from notes.forms.rows import DiagnosedForm, line, picker, picks
from notes.models import Activity, Episode, Goal, Note
from notes.quick import goals_of


class SaveForm(forms.Form):
    """What every save carries: the version it was typed against, and a key that names this very save.

    `after` are the keys under which earlier words of the same part were sent, and whose answers were lost on the way.
    """

    version = forms.IntegerField(min_value=1)
    key = forms.UUIDField(required=False)
    after = forms.CharField(required=False, max_length=400)

    def clean_after(self) -> list[UUID]:
        """Take what are keys; anything else says nothing."""
        try:
            return [UUID(each) for each in self.cleaned_data["after"].split(",") if each]
        except ValueError:
            return []

    def clean_key(self) -> UUID | None:
        """Take a key that says when it was made; any other cannot be found again by its day."""
        key: UUID | None = self.cleaned_data["key"]
        return key if key and key.version == 7 else None


class NoteForm(forms.ModelForm):  # type: ignore[type-arg]
    """The note's own fields. Each is saved by itself, so only those that were sent are taken."""

    subjective = ClinicalText(required=False, rows=3)
    objective = ClinicalText(required=False, rows=2)
    assessment = ClinicalText(required=False, rows=3)
    plan = ClinicalText(required=False, rows=3)
    total_minutes = Minutes(required=False)
    care_phase = forms.ChoiceField(choices=CarePhase.choices())

    class Meta:
        model = Note
        fields = ("subjective", "objective", "assessment", "plan", "total_minutes", "care_phase")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.is_bound:
            for name in set(self.fields) - set(self.data):
                del self.fields[name]


class ActivityForm(DiagnosedForm):
    """What was done, what for, where, how long, how and by whom."""

    description = ClinicalText(label="What was done", rows=2, max_length=2000, required=False)
    intents = forms.MultipleChoiceField(
        label="What was it meant to improve?",
        choices=Intent.choices(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    regions = forms.MultipleChoiceField(
        label="Region", choices=Region.choices(), required=False, widget=forms.CheckboxSelectMultiple
    )
    minutes = Minutes(label="Minutes", required=False)
    began_at = Clock(label="Began", required=False)
    ended_at = Clock(label="Ended", required=False)
    delivery = forms.ChoiceField(label="Delivery", choices=Delivery.choices(), required=False, widget=forms.RadioSelect)
    group_size = Minutes(
        label="Patients in the group",
        required=False,
        error_messages={"form": "A number, such as 3.", "range": "A group has two or more."},
    )
    goal = forms.ModelChoiceField(
        Goal.objects.none(),
        label="Goal it serves",
        required=False,
        empty_label="in your own words:",
        error_messages={"invalid_choice": "This is not an open goal of this patient's complaint."},
    )
    goal_text = ClinicalLine(label="Goal in your own words", required=False)
    dose = ClinicalLine(label="Dose and assistance", required=False, max_length=200)
    response = ClinicalLine(label="Response", required=False)
    why = ClinicalLine(label="Why skill was needed", required=False)
    performer = forms.ModelChoiceField(Membership.objects.none(), label="By", required=False, empty_label=None)

    class Meta:
        model = Activity
        fields = (
            "description", "intents", "regions", "minutes", "began_at", "ended_at", "delivery", "group_size", "goal", "goal_text",
            "dose", "response", "why", "performer", "diagnosis_ids", "episode",
        )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        is_open = Q(met_on=None, dropped_on=None) | Q(pk=self.instance.goal_id)  # a row keeps a goal that was met since
        goals = goals_of(self.note).filter(is_open)
        performers = Membership.objects.active().filter(
            practice=self.note.practice_id, roles__overlap=["clinician", "assistant"]
        )
        self.fields["goal"].queryset = goals  # type: ignore[attr-defined]
        self.fields["performer"].queryset = performers.select_related("user")  # type: ignore[attr-defined]
        self.initial.setdefault("performer", self.note.author_id)

    def layout(self) -> Layout:
        return Layout(
            line("description"),
            Div(picker("intents"), picker("regions"), line("minutes"), css_class="trio"),
            *self._clock(),
            Div(picks("delivery"), line("group_size"), css_class="delivery"),
            Div(line("goal"), line("goal_text"), css_class="goal-fields"),
            Div(line("response"), line("performer"), css_class="duo"),
            HTML("<details class='more'><summary>Dose, diagnoses, why skill was needed</summary>"),
            Div(line("dose"), line("why"), css_class="duo even"),
            picks("diagnosis_ids"),
            line("episode"),
            HTML("</details>"),
        )

    def _clock(self) -> tuple[Any, ...]:
        """Ask for start and stop where the payer wants them, or where they stand already."""
        if self._payer_wants_times() or self.instance.clock:
            return (Div(line("began_at"), line("ended_at"), css_class="duo even"),)
        del self.fields["began_at"], self.fields["ended_at"]
        return ()

    def _payer_wants_times(self) -> bool:
        visit, stored = self.note.visit, [self.instance.episode] if self.instance.episode_id else []
        coverages = (episode.coverage or visit.coverage for episode in stored or self.episodes)
        return any(coverage.payer.profile(visit.on)["wants_times"] for coverage in coverages if coverage)

    def clean_performer(self) -> Membership:
        return self.cleaned_data["performer"] or self.instance.performer or self.note.author

    def clean(self) -> dict[str, Any]:
        """Drop the words of a goal when one is picked, and let the goal's episode be the row's."""
        cleaned = super().clean() or self.cleaned_data
        goal = cleaned.get("goal")
        if goal:
            cleaned["goal_text"] = ""
            cleaned["episode"] = goal.episode
        elif "goal" in self.errors:
            cleaned.pop("goal_text", None)  # the goal that was picked before stands, and a row has one or the other
        if cleaned.get("delivery") not in (Delivery.GROUP, Delivery.BY_TURNS):
            cleaned["group_size"] = None
        if cleaned.get("began_at") and cleaned.get("ended_at") and cleaned["ended_at"] <= cleaned["began_at"]:
            self.add_error("ended_at", "It ended before it began.")
            del cleaned["began_at"]  # one of them is wrong, and nobody knows which
        return cleaned


class QuickForm(forms.Form):
    """An activity in one's own words, at the foot of the page."""

    line = ClinicalLine(max_length=2000, error_messages={"required": "Say what was done, and press Enter."})


class AnswerForm(forms.Form):
    """One line that the note answers a goal or a contraindication with."""

    @property
    def said(self) -> str:
        """What was typed, under whichever name."""
        return "".join(self.cleaned_data.values())


class GoalProgressForm(AnswerForm):
    value = ClinicalLine(required=False, max_length=40)


class AlertAnswerForm(AnswerForm):
    text = ClinicalLine(required=False)


class DiscardForm(forms.Form):
    """Why a draft is not needed, and the version up to which its page showed all that was written."""

    reason = ClinicalLine(required=False)
    version = forms.IntegerField(min_value=1)


class BeginForm(forms.Form):
    """Which complaints a visit is about: some of the open ones, a new one, or both."""

    episodes = forms.ModelMultipleChoiceField(
        Episode.objects.none(), label="This visit is about", required=False, widget=forms.CheckboxSelectMultiple
    )
    complaint = ClinicalLine(
        label="A new complaint",
        required=False,
        max_length=160,
        help_text="In a few words: low back pain, lifting injury.",
    )

    def __init__(self, *args: Any, episodes: list[Episode], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if episodes:
            ids = [episode.pk for episode in episodes]
            self.fields["episodes"].queryset = Episode.objects.filter(pk__in=ids)  # type: ignore[attr-defined]
        else:
            del self.fields["episodes"]
            self.fields["complaint"].label = "What is the complaint?"
        self.helper = FormHelper()
        self.helper.form_tag = False

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not cleaned.get("episodes") and not cleaned.get("complaint"):
            self.add_error("complaint", "Say what the visit is about; every row of the note belongs to a complaint.")
        return cleaned
