"""Saving at the same moment: what was acknowledged is there. With real threads.

`make soak` runs the long rounds: 20 of 50 saves on each way of saving, 20 identical posts of each.
"""

import os
from collections.abc import Callable
from datetime import time as clock
from types import SimpleNamespace
from typing import Any

import pytest

from clinic.models import AccessEvent
from clinic.requests.deeds import new_key
from coding.review import review
from notes.models import Note
from tests import world
from tests.bad_input.forms import FORMS, Sent, whole
from tests.bad_input.test_signed import SIGNED
from tests.notes.saves import OF_THE_NOTE, WAYS, note
from tests.notes.saves.review import tie
from tests.notes.saves.sending import Crowd, Job, Way, carried

LONG = int(os.environ.get("PLUMBLINE_SOAK", "20"))
# A fragment or a redirect; or who comes too late is told so: with what stands there now (409, or 422 beside a form of the desk)
SAVED, REFUSED = {200, 302}, {409, 422}
WAITED = 503  # too long for its turn: it is sent again

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def case(transactional_db: None, diagnosis_list: None) -> SimpleNamespace:
    """Dr. Adams's case, committed, so that other connections see it."""
    whole_world = world.build()
    found: SimpleNamespace = whole_world.cases["adams"]
    found.sessions, found.people, found.colleague = (
        whole_world.sessions,
        whole_world.people,
        whole_world.people["baker"],
    )
    return found


def fresh(case: SimpleNamespace) -> None:
    """Another draft of the same patient, so that the page of one round is no longer than that of another."""
    case.draft = world.note(case, clock(10), world.Words(new_key().hex[-8:]))
    for name, rows in (("finding", "findings"), ("adjustment", "adjustments"), ("activity", "activities")):
        setattr(case, name, getattr(case.draft, rows).first())
    case.picked = case.draft.picked_services.get()


# Many at once


def round_of(case: SimpleNamespace, crowd: Crowd, way: Way, word: str) -> None:
    """Whoever is told that it was saved finds it saved; everybody else is told that it was not."""
    fresh(case)
    jobs, before = way.jobs(case, crowd.barrier.parties, word), Note.objects.get(pk=case.draft.pk).version
    answers = crowd.send(jobs)
    statuses = {status for _, status in answers}
    assert statuses <= SAVED | REFUSED | {WAITED}, (way.name, statuses)
    kept = [job for job, status in answers if status in SAVED]
    assert {job.url for job in kept} == way.urls, way.name
    assert [job for job in kept if not job.is_kept()] == [], way.name
    if way in OF_THE_NOTE:
        assert Note.objects.get(pk=case.draft.pk).version == before + len(kept), way.name


def test_of_many_saves_at_once_none_that_was_acknowledged_is_lost(case: SimpleNamespace) -> None:
    with Crowd(6, case.sessions) as crowd:
        for way in WAYS:
            round_of(case, crowd, way, way.name)


@pytest.mark.soak
@pytest.mark.parametrize("way", WAYS, ids=lambda way: f"{way.jobs.__module__.split('.')[-1]}.{way.name}")
def test_of_a_thousand_saves_at_once_none_that_was_acknowledged_is_lost(case: SimpleNamespace, way: Way) -> None:
    with Crowd(50, case.sessions) as crowd:
        for number in range(LONG):
            round_of(case, crowd, way, f"{way.name} {number}")


def test_a_draft_that_is_discarded_while_others_save_loses_nothing(case: SimpleNamespace) -> None:
    """Either what was saved stands and the draft with it, or the draft is gone and nobody was told that a word was saved."""
    with Crowd(4, case.sessions) as crowd:
        for turn in range(4):
            fresh(case)
            sent = carried(case, reason="started twice")
            gone = Job("notes:note-discard", [case.draft.pk], sent, lambda: not Note.objects.filter(pk=case.draft.pk))
            answers = crowd.send([gone, *note.texts.jobs(case, 3, f"turn {turn}")])
            assert {status for _, status in answers} <= SAVED | {404, 409, WAITED}, answers
            assert [job.url for job, status in answers if status in SAVED and not job.is_kept()] == []


# The same one many times

TYPED = (
    "notes:episode-about-edit", "notes:plan-edit", "notes:goal-edit", "clinic:patient-edit", "clinic:coverage-edit",
    "clinic:alert-add", "clinic:coverage-add", "clinic:visit-add", "clinic:disclosure-add", "clinic:payment-add",
    "clinic:payment-reverse", "notes:amendment-add", "notes:amendment-step", "coding:superbill-hold",
)  # fmt: skip
REPEATED = [
    *(Sent(url, of, body) for url, of, body in SIGNED),
    *(form for form in FORMS if form.url in TYPED),
    Sent("notes:episode-add", "patient", {"complaint": "Neck pain"}),
    Sent("notes:goal-add", "episode", {"text": "carry a child", "term": "short"}),
    Sent("notes:service-add", "episode", {"kind": "exercise", "aim": "strength"}),
    Sent("notes:diagnosis-add", "episode", {"code": "M54.2"}),
    Sent("notes:diagnosis-up", "diagnosis", {}),
    Sent("notes:diagnosis-down", "diagnosis", {}),
    Sent("notes:plan-reviewed", "episode", {}),
    Sent("notes:goal-drop", "goal", {}),
    Sent("notes:goal-reopen", "goal", {}),
    Sent("notes:goal-met", "goal", {}),
    Sent("notes:service-end", "service", {}),
    Sent("notes:diagnosis-end", "diagnosis", {}),
    Sent("notes:note-begin", "planned", {"episodes": "@episode"}),
    Sent("notes:note-start", "visit", {}),
    Sent("clinic:visit-state", "visit", {"state": "done"}),
    Sent("clinic:alert-retire", "alert", {}),
    Sent("clinic:coverage-retire", "coverage", {}),
    Sent("coding:superbill-release", "bill", {"answer": "The left one."}),
    Sent("coding:superbill-review", "bill", {}, by="frances"),
    Sent("coding:superbill-void", "bill", {"reason": "Wrong payer"}, by="frances"),
]


def test_parallel_identical_posts_have_one_effect(case: SimpleNamespace) -> None:
    repeat_each(case, times=2)


@pytest.mark.soak
def test_twenty_parallel_identical_posts_have_one_effect(case: SimpleNamespace) -> None:
    repeat_each(case, times=20)


def repeat_each(case: SimpleNamespace, *, times: int) -> None:
    with Crowd(times, case.sessions) as crowd:
        for form in REPEATED:
            fresh(case)
            body = whole(form, case) | READY.get(form.url, lambda case: {})(case)
            jobs = [Job(form.url, _args(form, case), body, lambda: True, by=form.by)] * times
            before = effects(case)
            statuses = {status for _, status in crowd.send(jobs)}
            assert statuses & SAVED and statuses <= SAVED | REFUSED | {404, WAITED}, (form.url, statuses)
            assert effects(case) - before == 1, (form.url, statuses)


def a_tie(case: SimpleNamespace) -> dict[str, Any]:
    tie(case)
    return {"code": "97110"}


def a_warning(case: SimpleNamespace) -> dict[str, Any]:
    flag = review(case.draft).warnings[0]
    return {"slug": flag.slug, "about": flag.about}


# What is decided on must stand there.
READY: dict[str, Callable[[SimpleNamespace], dict[str, Any]]] = {
    "coding:last-unit": a_tie,
    "coding:acknowledge": a_warning,
}
# Each save of a note takes one version; each deed beside it writes one line of the log.
DEEDS = (
    r"^((episode|goal|plan|plannedservice|diagnos|visit|payment|alert|coverage|amendment|superbill)[a-z-]*"
    r"|patient-changed|disclosed|note-discarded|note-started)$"
)


def effects(case: SimpleNamespace) -> int:
    written = AccessEvent.objects.filter(kind__regex=DEEDS).exclude(kind__contains="read").count()
    note = Note.objects.filter(pk=case.draft.pk).first()
    return written + (note.version if note else case.draft.version)


def _args(form: Sent, case: SimpleNamespace) -> list[Any]:
    beside = {"draft+goal": [case.draft.pk, case.goal.pk], "draft+alert": [case.draft.pk, case.alert.pk]}
    return beside.get(form.of) or [getattr(case, form.of).pk]
