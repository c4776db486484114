"""Notes on their way to a bill: ready, stopped, settled, signed."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.urls import reverse

from clinic.requests.deeds import new_key
from coding.models import Fee, Superbill
from coding.review import acknowledge, complete, review
from notes.models import Episode, Note
from tests.conftest import PASSWORD


def sign_it(note: Note, by: Any, **given: Any) -> Note:
    given = {"shown": review(note).shown, "key": new_key(), **given}
    return complete(note, by=by, **given)


@pytest.fixture
def ready(draft: Note, back_pain: Episode) -> Note:
    """A note in which everything is said: lifting for a task, and a lumbar adjustment of an examined region."""
    both = {"practice": draft.practice, "written_by": draft.author, "episode": back_pain}
    goal = back_pain.goals.get(unit="lb")
    draft.findings.create(**both, kind="pain", region="lumbar", words="L4-5 right tender")
    draft.findings.create(**both, kind="asymmetry", region="lumbar", words="L4 right posterior")
    draft.adjustments.create(**both, region="lumbar", segment="L4 right", technique="side posture")
    draft.activities.create(
        **both, description="Floor-to-waist box lifts 15 lb x 12 with hip hinge cueing, as for the totes at work",
        intents=["task"], goal=goal, regions=["lumbar"], minutes=15, delivery="one_on_one", dose="15 lb x 12",
        response="Form held to rep 12", performer=draft.author, why="cueing for the hip hinge",
    )  # fmt: skip
    Note.objects.filter(pk=draft.pk).update(
        total_minutes=30, assessment="Improves with care.", plan="Twice a week for two weeks.", subjective="Better."
    )
    return Note.objects.get(pk=draft.pk)


@pytest.fixture
def settled(ready: Note, cast: SimpleNamespace) -> Note:
    """The same with a reason for every warning that is left."""
    for flag in review(ready).warnings:
        ready = acknowledge(
            ready, slug=flag.slug, about=flag.about, reason="patient declined", by=cast.adams, version=ready.version
        )
    return ready


@pytest.fixture
def stopped(ready: Note) -> Note:
    """The same with an activity whose purpose nobody stated."""
    episode = ready.note_episodes.get().episode
    ready.activities.create(
        practice=ready.practice, written_by=ready.author, episode=episode, description="Board balance 2 x 1 min",
        minutes=8, regions=["ankle_foot"], delivery="one_on_one",
    )  # fmt: skip
    return ready


@pytest.fixture
def signed(settled: Note, cast: SimpleNamespace) -> Note:
    """The same, signed, where an adjustment costs $48 and task practice $44."""
    for code, amount in (("98940", 48), ("97530", 44)):
        Fee.objects.create(practice=settled.practice, code=code, title="In our words", amount=amount)
    return sign_it(settled, cast.adams)


@pytest.fixture
def bill(signed: Note) -> Superbill:
    found: Superbill = signed.superbills.get()
    return found


# The page of the review


def at(name: str, note: Note) -> str:
    return reverse(f"coding:{name}", args=[note.pk])


def form_of(note: Note, **given: str) -> dict[str, str]:
    return {**vars(review(note).shown), "key": str(new_key()), "password": PASSWORD, **given}
