"""Earlier visits: which ones a note is compared with, what is read of them, and what the page says."""

import re
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from clinic.models import Visit
from coding.facts import facts_of
from coding.history import VISITS
from coding.models import Fee
from coding.review import acknowledge, review
from notes.digests import snapshot
from notes.models import Episode, Note
from tests.coding.conftest import sign_it
from tests.signed import put_a_signature_under

type Earlier = Callable[..., Note]


@pytest.fixture
def earlier(draft: Note, back_pain: Episode) -> Earlier:
    """Sign a note of Pat's, so many days before the draft's visit."""

    def sign(days: int, *parts: tuple[str, dict[str, Any]], episode: Episode = back_pain, **texts: str) -> Note:
        on, who = draft.visit.on - timedelta(days=days), draft.author
        visit = Visit.objects.create(
            practice=draft.practice, patient=draft.patient, clinician=who, location=draft.visit.location,
            coverage=draft.visit.coverage, on=on, state=Visit.State.DONE,
        )  # fmt: skip
        note = Note.objects.create(practice=draft.practice, visit=visit, patient=draft.patient, author=who, **texts)
        for name, fields in parts:
            getattr(note, name).create(practice=draft.practice, written_by=who, episode=episode, **fields)
        stood = snapshot(episode, on)
        note.note_episodes.create(practice=draft.practice, patient=draft.patient, episode=episode, as_signed=stood)
        put_a_signature_under(note)
        return note

    return sign


HOLD = (
    "findings",
    {"kind": "endurance", "region": "trunk", "value": "21", "unit": "s", "words": "trunk extensor hold"},
)
FLEXION = ("findings", {"kind": "motion", "region": "lumbar", "value": "40", "unit": "°", "words": "flexion"})
PLANK = {
    "description": "Side plank and dead bug holds to strengthen the trunk", "intents": ["strength"], "regions": ["lumbar"],
    "minutes": 10, "delivery": "one_on_one", "dose": "3 x 30 s", "response": "shook at the end",
    "why": "cued to keep the pelvis level", "goal_text": "stand through an 8 h shift at work",
}  # fmt: skip
BALANCE = {
    **PLANK, "description": "Single-leg stance on foam to retrain balance", "intents": ["balance"], "regions": ["ankle_foot"],
}  # fmt: skip
GAIT = {
    **PLANK, "description": "Gait training on level floor, cues for heel strike and equal steps", "intents": ["gait"],
    "regions": ["lower_limb"], "goal_text": "walk 30 minutes to work without a rest",
}  # fmt: skip


# What is read


def test_history_tells_what_earlier_visits_said_found_and_did(
    draft: Note, earlier: Earlier, back_pain: Episode
) -> None:
    goal = back_pain.goals.get(unit="lb")
    earlier(7, HOLD, ("activities", PLANK), ("goal_progress", {"goal": goal, "value": "15"}), subjective="Sore.")
    earlier(3, subjective="Better.")
    last, first = facts_of(draft).history
    assert (last.subjective, first.subjective, (draft.visit.on - first.on).days) == ("Better.", "Sore.", 7)
    assert [(row.value, row.kind, row.episode_id) for row in first.findings] == [("21", "endurance", str(back_pain.pk))]
    assert [(row.dose, row.minutes) for row in first.activities] == [("3 x 30 s", 10)]
    assert [(stand.goal_id, stand.value) for stand in first.progress] == [(str(goal.pk), "15")]
    [episode] = first.episodes
    assert (episode.frequency, episode.began_on, len(episode.goals)) == ("twice a week", back_pain.first_treated_on, 2)


def test_only_signed_visits_before_it_for_the_same_complaint_count(
    draft: Note, earlier: Earlier, back_pain: Episode
) -> None:
    other = Episode.objects.create(practice=draft.practice, patient=draft.patient, complaint="Neck pain")
    earlier(2, episode=other)
    earlier(-1)
    earlier(0)
    unsigned = earlier(4)
    assert [visit.on for visit in facts_of(draft).history] == [unsigned.visit.on]
    put_a_signature_under(draft, at=timezone.now() - timedelta(days=1))
    assert facts_of(Note.objects.get(pk=draft.pk)).history == ()


def test_many_visits_take_the_queries_of_one_and_the_last_are_read(draft: Note, earlier: Earlier) -> None:
    earlier(40, HOLD)
    with CaptureQueriesContext(connection) as one:
        facts_of(draft)
    for days in range(1, VISITS + 1):
        earlier(days, HOLD, FLEXION, ("activities", PLANK))
    with CaptureQueriesContext(connection) as many:
        history = facts_of(draft).history
    assert len(many) == len(one)
    assert [(draft.visit.on - visit.on).days for visit in history] == list(range(1, VISITS + 1))


def test_goals_of_today_come_with_where_they_stand(draft: Note, back_pain: Episode) -> None:
    goal = back_pain.goals.get(unit="lb")
    draft.goal_progress.create(
        practice=draft.practice, goal=goal, episode=back_pain, value="15", written_by=draft.author
    )
    assert [(stand.goal_id, stand.value) for stand in facts_of(draft).progress] == [(str(goal.pk), "15")]


def test_a_visit_remembers_with_which_flags_it_was_signed(settled: Note, cast: SimpleNamespace) -> None:
    slug = "re-examination-is-not-overdue"
    Episode.objects.update(first_treated_on=settled.visit.on - timedelta(days=31))
    note, episode = Note.objects.get(pk=settled.pk), settled.note_episodes.get().episode
    given = {"slug": slug, "about": str(episode.pk), "reason": "booked for the next visit"}
    signed = sign_it(acknowledge(note, **given, by=cast.adams, version=note.version), cast.adams)
    visit = Visit.objects.get(pk=signed.visit_id)
    later = Visit.objects.create(
        practice=visit.practice, patient=visit.patient, clinician=visit.clinician, location=visit.location,
        on=visit.on + timedelta(days=1),
    )  # fmt: skip
    note = Note.objects.create(practice=visit.practice, visit=later, patient=visit.patient, author=visit.clinician)
    note.note_episodes.create(
        practice=visit.practice, patient=visit.patient, episode=signed.note_episodes.get().episode
    )
    [before] = facts_of(note).history
    assert slug in before.told and (slug, str(episode.pk)) in before.reasoned


# What the page says


@pytest.fixture
def titles(cast: SimpleNamespace, as_: Callable[..., Client]) -> Callable[[Note], set[str]]:
    """Read the review page and return the flags that it shows."""

    def shown(note: Note) -> set[str]:
        page = as_(cast.adams).get(reverse("coding:review", args=[note.pk])).content.decode()
        return set(re.findall(r'<details class="flag [^"]*" id="flag-([a-z-]+?)-(?:note|[0-9a-f]{8}-)', page))

    return shown


def test_copied_words_are_raised_and_new_words_clear_it(ready: Note, earlier: Earlier, titles: Any) -> None:
    slug, words = (
        "text-is-not-cloned",
        {"subjective": "Still sore. Slept badly.", "assessment": "As before. On course."},
    )
    earlier(3, **words)
    Note.objects.filter(pk=ready.pk).update(**words)
    assert slug in titles(ready)
    Note.objects.filter(pk=ready.pk).update(subjective="Less sore. Slept through.")
    assert slug not in titles(ready)


def test_a_late_re_examination_is_raised_and_the_review_of_the_plan_clears_it(
    ready: Note, back_pain: Episode, titles: Any
) -> None:
    slug = "re-examination-is-not-overdue"
    assert slug not in titles(ready)
    Episode.objects.update(first_treated_on=ready.visit.on - timedelta(days=31))
    assert slug in titles(ready)
    assert [flag.slug for flag in review(ready).warnings] == [slug]
    Episode.objects.update(plan_reviewed_on=ready.visit.on)
    assert slug not in titles(ready)


def test_picking_an_exam_clears_it_too(ready: Note, back_pain: Episode, titles: Any) -> None:
    Episode.objects.update(first_treated_on=ready.visit.on - timedelta(days=26))
    assert "re-examination-is-not-overdue" in titles(ready)
    fee = Fee.objects.create(practice=ready.practice, code="99213", title="Re-examination", amount=90, is_picked=True)
    ready.picked_services.create(
        practice=ready.practice, episode=back_pain, fee=fee, code=fee.code, title=fee.title, written_by=ready.author,
        reason="planned re-examination",
    )  # fmt: skip
    assert "re-examination-is-not-overdue" not in titles(ready)


def test_goals_that_stand_still_are_raised_and_one_that_moves_clears_it(
    ready: Note, earlier: Earlier, back_pain: Episode, titles: Any
) -> None:
    slug = "goals-move-or-care-changes"
    for days in range(1, 11):
        earlier(days)
    assert slug in titles(ready)
    ready.goal_progress.create(
        practice=ready.practice, goal=back_pain.goals.get(unit="lb"), episode=back_pain, value="15",
        written_by=ready.author,
    )  # fmt: skip
    assert slug not in titles(ready)


def test_a_dose_that_stays_is_pointed_out_and_a_greater_one_clears_it(
    ready: Note, earlier: Earlier, back_pain: Episode, titles: Any
) -> None:
    slug = "dose-progresses-or-says-why"
    for days in (2, 4, 6, 8):
        earlier(days, HOLD, ("activities", PLANK))
    ready.activities.create(practice=ready.practice, written_by=ready.author, episode=back_pain, **PLANK)
    assert slug in titles(ready)
    ready.activities.filter(dose="3 x 30 s").update(dose="3 x 40 s")
    assert slug not in titles(ready)


@pytest.mark.parametrize(
    ("row", "slug", "found"),
    [
        (PLANK, "exercise-answers-an-objective-loss", HOLD),
        (BALANCE, "control-deficit-was-found", ("findings", {"kind": "balance", "value": "6", "unit": "s"})),
        (GAIT, "gait-deviation-was-found", ("findings", {"kind": "gait", "words": "limps on the right"})),
    ],
)
def test_training_without_a_finding_is_raised_and_an_earlier_finding_clears_it(
    ready: Note, earlier: Earlier, back_pain: Episode, titles: Any, row: Any, slug: str, found: Any
) -> None:
    ready.activities.create(practice=ready.practice, written_by=ready.author, episode=back_pain, **row)
    assert slug in titles(ready)
    earlier(5, found)
    assert slug not in titles(ready)
