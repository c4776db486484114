"""Every way of saving, as many people at once would use it: what each sends, and how one sees that it was kept."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Barrier
from types import SimpleNamespace
from typing import Any, Self
from urllib.parse import urlencode
from uuid import UUID

from django.db import connections
from django.test import RequestFactory
from django.test.client import ClientHandler
from django.urls import reverse

from clinic.entry.fingerprints import fingerprint
from clinic.requests.deeds import new_key
from coding.models import RecordOnly
from notes.answers import base_of
from notes.column import KEYS, pressed_by
from notes.forms.episodes import AboutForm, GoalForm, PlanForm
from notes.models import (
    Activity,
    Adjustment,
    AlertAnswer,
    Diagnosis,
    Episode,
    ExamFinding,
    Goal,
    GoalProgress,
    Note,
    PlannedService,
)
from notes.models.notes import TEXTS

HANDLER, FORM = ClientHandler(enforce_csrf_checks=False), "application/x-www-form-urlencoded"
LEVELS = [key for key in KEYS if key[0] in "CTL" and key != "C0"]


@dataclass(frozen=True)
class Job:
    """One save, and whether it can be found afterwards."""

    url: str
    args: Sequence[Any]
    body: dict[str, Any]
    is_kept: Callable[[], bool]


class Crowd:
    """People who do something at the same moment, each on a connection of their own that they keep."""

    def __init__(self, size: int, session: str) -> None:
        self.session, self.barrier, self.pool = session, Barrier(size), ThreadPoolExecutor(size)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        list(self.pool.map(lambda _: (self.barrier.wait(60), connections.close_all()), range(self.barrier.parties)))
        self.pool.shutdown()

    def send(self, jobs: Sequence[Job]) -> list[tuple[Job, int]]:
        """Send as many saves as there are people; return what each was answered."""
        return list(zip(jobs, self.pool.map(self._send, jobs), strict=True))

    def _send(self, job: Job) -> int:
        headers = {"cookie": f"sessionid={self.session}", "hx-request": "true"}
        body = urlencode(job.body, doseq=True)
        request = RequestFactory(headers=headers).generic("POST", reverse(job.url, args=job.args), body, FORM)
        self.barrier.wait(60)
        return int(HANDLER(request.environ).status_code)


def carried(case: SimpleNamespace, **body: Any) -> dict[str, Any]:
    version = Note.objects.values_list("version", flat=True).get(pk=case.draft.pk)
    return {"version": version, "patient": case.patient.pk, "key": new_key(), **body}


# The ways of saving. Each returns `count` saves, with words that say whose they are.


def texts(case: SimpleNamespace, count: int, word: str) -> list[Job]:
    """Several people in each of the four texts: of each text one of them wins."""
    bases = {name: fingerprint(Note.objects.get(pk=case.draft.pk), [name]) for name in TEXTS}

    def job(n: int) -> Job:
        name, said = TEXTS[n % 4], f"{word} {n}"
        sent = carried(case, **{name: said}, base=bases[name])
        return Job("notes:note-save", [case.draft.pk], sent, lambda: getattr(note(case), name) == said)

    return [job(n) for n in range(count)]


def row(case: SimpleNamespace, count: int, word: str) -> list[Job]:
    """Everybody in the same row."""
    stored, page = case.activity, case.activity_form(case)

    def job(n: int) -> Job:
        sent = carried(case, **page | {"dose": f"{word} {n}"})
        return Job("notes:activity-save", [stored.pk], sent, lambda: the(Activity, stored.pk).dose == f"{word} {n}")

    return [job(n) for n in range(count)]


def new_rows(case: SimpleNamespace, count: int, word: str) -> list[Job]:
    def job(n: int) -> Job:
        sent = carried(case, kind="pain", region="lumbar", words=f"{word} {n}")
        return Job("notes:finding-add", [case.draft.pk], sent, lambda: has(case.draft.findings, words=f"{word} {n}"))

    return [job(n) for n in range(count)]


def lines(case: SimpleNamespace, count: int, word: str) -> list[Job]:
    def job(n: int) -> Job:
        sent, rows = carried(case, line=f"{word} {n}"), case.draft.activities
        return Job("notes:activity-quick", [case.draft.pk], sent, lambda: has(rows, description=f"{word} {n}"))

    return [job(n) for n in range(count)]


def said(case: SimpleNamespace, count: int, word: str) -> list[Job]:
    def job(n: int) -> Job:
        level = LEVELS[n % len(LEVELS)]
        return Job("notes:adjustment-said", [case.draft.pk], carried(case, line=level), lambda: is_pressed(case, level))

    return [job(n) for n in range(count)]


def pressed(case: SimpleNamespace, count: int, word: str) -> list[Job]:
    def job(n: int) -> Job:
        level = LEVELS[n % len(LEVELS)]
        return Job("notes:column-press", [case.draft.pk], carried(case, pressed=level), lambda: is_pressed(case, level))

    return [job(n) for n in range(count)]


def moved(case: SimpleNamespace, count: int, word: str) -> list[Job]:
    """Rows change places all at once; none is lost or stands in another's place."""
    rows = some_findings(case, count, word)
    return [
        Job(f"notes:finding-{'up' if n % 2 else 'down'}", [each.pk], carried(case), in_order(case.draft.findings))
        for n, each in enumerate(rows)
    ]


def removed(case: SimpleNamespace, count: int, word: str) -> list[Job]:
    rows = some_findings(case, count, word)
    return [Job("notes:finding-remove", [each.pk], carried(case), gone(ExamFinding, each.pk)) for each in rows]


def confirmed(case: SimpleNamespace, count: int, word: str) -> list[Job]:
    both = {"practice": case.practice, "note": case.draft, "written_by": case.doctor, "episode": case.episode}
    rows = [Activity.objects.create(**both, description=f"{word} {n}", is_carried=True) for n in range(count)]

    def job(each: Activity) -> Job:
        return Job("notes:activity-confirm", [each.pk], carried(case), lambda: not the(Activity, each.pk).is_carried)

    return [job(each) for each in rows]


def declined(case: SimpleNamespace, count: int, word: str) -> list[Job]:
    both = {"practice": case.practice, "note": case.draft, "written_by": case.doctor, "episode": case.episode}
    rows = [
        Adjustment.objects.create(**both, region="lumbar", technique=f"{word} {n}", is_carried=True)
        for n in range(count)
    ]
    return [
        Job("notes:adjustments-decline", [case.draft.pk], carried(case), gone(Adjustment, each.pk)) for each in rows
    ]


def progress(case: SimpleNamespace, count: int, word: str) -> list[Job]:
    stood = GoalProgress.objects.get(note=case.draft, goal=case.goal)

    def job(n: int) -> Job:
        sent, where = carried(case, value=f"{word} {n}", base=base_of(stood.value)), [case.draft.pk, case.goal.pk]
        return Job("notes:goal-progress", where, sent, lambda: the(GoalProgress, stood.pk).value == f"{word} {n}")

    return [job(n) for n in range(count)]


def heeded(case: SimpleNamespace, count: int, word: str) -> list[Job]:
    stood = AlertAnswer.objects.get(note=case.draft, alert=case.alert)

    def job(n: int) -> Job:
        sent, where = carried(case, text=f"{word} {n}", base=base_of(stood.text)), [case.draft.pk, case.alert.pk]
        return Job("notes:alert-answer", where, sent, lambda: the(AlertAnswer, stood.pk).text == f"{word} {n}")

    return [job(n) for n in range(count)]


def served(case: SimpleNamespace, count: int, word: str) -> list[Job]:
    both = {"practice": case.practice, "patient": case.patient}
    found = [Episode.objects.create(**both, complaint=f"{word} {n}") for n in range(count)]

    def job(each: Episode) -> Job:
        sent = carried(case, episode=each.pk)
        return Job("notes:episode-serve", [case.draft.pk], sent, lambda: has(case.draft.note_episodes, episode=each))

    return [job(each) for each in found]


def picked(case: SimpleNamespace, count: int, word: str) -> list[Job]:
    def job(n: int) -> Job:
        sent = carried(case, fee=case.fee.pk, units="1", episode=case.episode.pk, reason=f"{word} {n}")
        rows = case.draft.picked_services
        return Job("coding:service-add", [case.draft.pk], sent, lambda: has(rows, reason=f"{word} {n}"))

    return [job(n) for n in range(count)]


def decided(case: SimpleNamespace, count: int, word: str) -> list[Job]:
    both = {"practice": case.practice, "note": case.draft, "written_by": case.doctor, "episode": case.episode}
    rows = [Activity.objects.create(**both, description=f"{word} {n}", minutes=8) for n in range(count)]

    def job(each: Activity) -> Job:
        sent = carried(case, row=each.pk)
        return Job("coding:record-only", [case.draft.pk], sent, lambda: has(RecordOnly.objects, row_id=each.pk))

    return [job(each) for each in rows]


# The episode's own rows


def about(case: SimpleNamespace, count: int, word: str) -> list[Job]:
    return of_the_episode(
        "notes:episode-about-edit", Episode, case.episode.pk, AboutForm, case, count, word, "limitation"
    )


def plan(case: SimpleNamespace, count: int, word: str) -> list[Job]:
    return of_the_episode("notes:plan-edit", Episode, case.episode.pk, PlanForm, case, count, word, "frequency")


def goal(case: SimpleNamespace, count: int, word: str) -> list[Job]:
    return of_the_episode("notes:goal-edit", Goal, case.goal.pk, GoalForm, case, count, word, "measure")


def of_the_episode(
    url: str, model: Any, pk: UUID, form: Any, case: SimpleNamespace, count: int, word: str, field: str
) -> list[Job]:
    stored = model.objects.get(pk=pk)
    names = form.Meta.fields
    whole = {name: value for name in names if (value := getattr(stored, name)) not in (None, "")}
    base = fingerprint(stored, names)

    def job(n: int) -> Job:
        sent = {**whole, field: f"{word} {n}", "base": base, "patient": case.patient.pk}
        return Job(url, [pk], sent, lambda: getattr(the(model, pk), field) == f"{word} {n}")

    return [job(n) for n in range(count)]


def new_goals(case: SimpleNamespace, count: int, word: str) -> list[Job]:
    def job(n: int) -> Job:
        sent = carried(case, text=f"{word} {n}", term="short")
        return Job("notes:goal-add", [case.episode.pk], sent, lambda: has(Goal.objects, text=f"{word} {n}"))

    return [job(n) for n in range(count)]


def new_services(case: SimpleNamespace, count: int, word: str) -> list[Job]:
    def job(n: int) -> Job:
        sent, rows = carried(case, kind="exercise", aim=f"{word} {n}"), PlannedService.objects
        return Job("notes:service-add", [case.episode.pk], sent, lambda: has(rows, aim=f"{word} {n}"))

    return [job(n) for n in range(count)]


def diagnoses(case: SimpleNamespace, count: int, word: str) -> list[Job]:
    """Diagnoses change places all at once; none is lost or stands in another's place."""
    for n in range(Diagnosis.objects.filter(episode=case.episode).count(), count):
        case.episode.diagnoses.create(practice=case.practice, position=n, code=f"M{n:02}.0", title=word)
    rows = list(case.episode.diagnoses.all()[:count])
    return [
        Job(f"notes:diagnosis-{'up' if n % 2 else 'down'}", [each.pk], carried(case), in_order(case.episode.diagnoses))
        for n, each in enumerate(rows)
    ]


def closed(case: SimpleNamespace, count: int, word: str) -> list[Job]:
    both = {"practice": case.practice, "episode": case.episode}
    rows = [Goal.objects.create(**both, text=f"{word} {n}") for n in range(count)]

    def job(each: Goal) -> Job:
        return Job("notes:goal-met", [each.pk], carried(case), lambda: the(Goal, each.pk).met_on is not None)

    return [job(each) for each in rows]


OF_THE_NOTE = (
    texts, row, new_rows, lines, said, pressed, moved, removed, confirmed, declined, progress, heeded, served, picked, decided,
)  # fmt: skip
OF_THE_EPISODE = (about, plan, goal, new_goals, new_services, diagnoses, closed)


# Looking


def note(case: SimpleNamespace) -> Note:
    return Note.objects.get(pk=case.draft.pk)


def the(model: Any, pk: UUID) -> Any:
    return model.objects.get(pk=pk)


def has(rows: Any, **what: Any) -> bool:
    return bool(rows.filter(**what).count() == 1)


def in_order(rows: Any) -> Callable[[], bool]:
    return lambda: sorted(rows.values_list("position", flat=True)) == list(range(rows.count()))


def gone(model: Any, pk: UUID) -> Callable[[], bool]:
    return lambda: not model.objects.filter(pk=pk).exists()


def is_pressed(case: SimpleNamespace, level: str) -> bool:
    return any(level in pressed_by(each) for each in case.draft.adjustments.all())


def some_findings(case: SimpleNamespace, count: int, word: str) -> list[ExamFinding]:
    both = {"practice": case.practice, "note": case.draft, "written_by": case.doctor, "episode": case.episode}
    first = case.draft.findings.count()
    return [
        ExamFinding.objects.create(**both, kind="pain", words=f"{word} {n}", position=first + n) for n in range(count)
    ]
