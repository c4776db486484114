"""Saving at the same moment: what was acknowledged is there. With real threads.

`make soak` runs the long rounds: 20 of 50 saves on each way of saving, 20 identical posts of each.
"""

import os
import re
from collections.abc import Callable
from datetime import time as clock
from types import SimpleNamespace
from typing import Any

import pytest
from django.urls import reverse

from clinic.models import AccessEvent
from clinic.requests.deeds import new_key
from notes.models import Note
from tests import world
from tests.bad_input.forms import Sent, whole
from tests.bad_input.test_signed import SIGNED
from tests.notes.saves import OF_THE_EPISODE, OF_THE_NOTE, Crowd, Job

LONG = int(os.environ.get("PLUMBLINE_SOAK", "20"))

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def case(transactional_db: None) -> SimpleNamespace:
    """Dr. Adams's case, committed, so that other connections see it."""
    whole_world = world.build()
    found: SimpleNamespace = whole_world.cases["adams"]
    found.session, found.activity_form = whole_world.sessions["adams"], activity_form
    return found


def fresh(case: SimpleNamespace) -> None:
    """Another draft of the same patient, so that the page of one round is no longer than that of another."""
    case.draft = world.note(case, clock(10), world.Words(new_key().hex[-8:]))
    for name, rows in (("finding", "findings"), ("adjustment", "adjustments"), ("activity", "activities")):
        setattr(case, name, getattr(case.draft, rows).first())
    case.picked = case.draft.picked_services.get()


def activity_form(case: SimpleNamespace) -> dict[str, Any]:
    page = world.send("GET", reverse("notes:activity-edit", args=[case.activity.pk]), case.session)
    return {"description": "Box lifts", "base": re.findall(r'name="base" value="(\w+)"', page.text)[0]}


# Many at once


def round_of(case: SimpleNamespace, crowd: Crowd, way: Callable[..., list[Job]], word: str) -> None:
    """Whoever is told that it was saved finds it saved; everybody else is told that it was not."""
    fresh(case)
    jobs, before = way(case, crowd.barrier.parties, word), Note.objects.get(pk=case.draft.pk).version
    answers = crowd.send(jobs)
    statuses = {status for _, status in answers}
    assert statuses <= {200, 409, 503}, (way.__name__, statuses)  # 503: waited too long for its turn, and is sent again
    kept = [job for job, status in answers if status == 200]
    assert kept and all(job.is_kept() for job in kept), way.__name__
    if way in OF_THE_NOTE:
        assert Note.objects.get(pk=case.draft.pk).version == before + len(kept), way.__name__


def test_of_many_saves_at_once_none_that_was_acknowledged_is_lost(case: SimpleNamespace) -> None:
    with Crowd(8, case.session) as crowd:
        for way in (*OF_THE_NOTE, *OF_THE_EPISODE):
            round_of(case, crowd, way, way.__name__)


@pytest.mark.soak
@pytest.mark.parametrize("way", [*OF_THE_NOTE, *OF_THE_EPISODE], ids=lambda way: way.__name__)
def test_of_a_thousand_saves_at_once_none_that_was_acknowledged_is_lost(case: SimpleNamespace, way: Any) -> None:
    with Crowd(50, case.session) as crowd:
        for number in range(LONG):
            round_of(case, crowd, way, f"{way.__name__} {number}")


# The same one many times

REPEATED = [
    *(Sent(url, of, body) for url, of, body in SIGNED),
    Sent("notes:episode-add", "patient", {"complaint": "Neck pain"}),
    Sent("notes:goal-add", "episode", {"text": "carry a child", "term": "short"}),
    Sent("notes:service-add", "episode", {"kind": "exercise", "aim": "strength"}),
    Sent("notes:diagnosis-up", "diagnosis", {}),
    Sent("notes:diagnosis-down", "diagnosis", {}),
    Sent("notes:plan-reviewed", "episode", {}),
    Sent("notes:goal-drop", "goal", {}),
    Sent("notes:goal-reopen", "goal", {}),
    Sent("notes:goal-met", "goal", {}),
    Sent("notes:service-end", "service", {}),
    Sent("notes:diagnosis-end", "diagnosis", {}),
]


def test_parallel_identical_posts_have_one_effect(case: SimpleNamespace) -> None:
    repeat_each(case, times=3)


@pytest.mark.soak
def test_twenty_parallel_identical_posts_have_one_effect(case: SimpleNamespace) -> None:
    repeat_each(case, times=20)


def repeat_each(case: SimpleNamespace, *, times: int) -> None:
    case.sessions = {"adams": case.session}
    with Crowd(times, case.session) as crowd:
        for form in REPEATED:
            fresh(case)
            jobs = [Job(form.url, _args(form, case), whole(form, case), lambda: True)] * times
            before = effects(case)
            statuses = sorted(status for _, status in crowd.send(jobs))
            # 503: waited too long for its turn, and is sent again
            assert statuses[0] < 503 and set(statuses) <= {200, 302, 404, 409, 503}, (form.url, statuses)
            assert effects(case) - before == (1 if statuses[0] < 400 else 0), (form.url, statuses)


def effects(case: SimpleNamespace) -> int:
    """Each save of a note takes one version, each deed of the episode writes one line of the log."""
    written = AccessEvent.objects.filter(kind__regex="^(episode|goal|plan|plannedservice|diagnos|note-discarded)")
    note = Note.objects.filter(pk=case.draft.pk).first()
    return written.exclude(kind__contains="read").count() + (note.version if note else case.draft.version)


def _args(form: Sent, case: SimpleNamespace) -> list[Any]:
    beside = {"draft+goal": [case.draft.pk, case.goal.pk], "draft+alert": [case.draft.pk, case.alert.pk]}
    return beside.get(form.of) or [getattr(case, form.of).pk]
