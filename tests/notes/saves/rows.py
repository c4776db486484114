"""Saving rows of the note: findings, adjustments and activities go the same ways, and are sent in turn."""

import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from django.urls import reverse

from notes.models import Activity, Adjustment, ExamFinding
from tests import world
from tests.notes.saves.sending import Job, carried, gone, in_order, there, through

KINDS = ("finding", "adjustment", "activity")
MODELS: dict[str, Any] = {"finding": ExamFinding, "adjustment": Adjustment, "activity": Activity}
LISTS = {"finding": "findings", "adjustment": "adjustments", "activity": "activities"}
# What a row says, and in which of its fields the word stands by which it is known again.
BODIES: dict[str, dict[str, str]] = {
    "finding": {"kind": "pain", "region": "lumbar"},
    "adjustment": {"region": "lumbar"},
    "activity": {"description": "Box lifts"},
}
WORD = {"finding": "words", "adjustment": "technique", "activity": "dose"}


@through(*(f"notes:{kind}-save" for kind in KINDS))
def row(case: SimpleNamespace, count: int, word: str) -> list[Job]:
    """Everybody in the same three rows."""
    pages = {kind: opened(case, kind) for kind in KINDS}

    def job(n: int) -> Job:
        kind, said = KINDS[n % 3], f"{word} {n}"
        pk, sent = getattr(case, kind).pk, carried(case, **pages[kind] | {WORD[kind]: said})
        is_kept = there(MODELS[kind].objects, pk=pk, **{WORD[kind]: said})
        return Job(f"notes:{kind}-save", [pk], sent, is_kept)

    return [job(n) for n in range(count)]


def opened(case: SimpleNamespace, kind: str) -> dict[str, str]:
    """A row as its fields hold it when it is opened, with what it is typed against."""
    address = reverse(f"notes:{kind}-edit", args=[getattr(case, kind).pk])
    page = world.send("GET", address, case.sessions["adams"]).text
    return BODIES[kind] | {"base": re.findall(r'name="base" value="(\w+)"', page)[0]}


@through(*(f"notes:{kind}-add" for kind in KINDS))
def new_rows(case: SimpleNamespace, count: int, word: str) -> list[Job]:
    def job(n: int) -> Job:
        kind, own = KINDS[n % 3], {WORD[KINDS[n % 3]]: f"{word} {n}"}
        rows, sent = getattr(case.draft, LISTS[kind]), carried(case, **BODIES[kind] | own)
        return Job(f"notes:{kind}-add", [case.draft.pk], sent, there(rows, **own))

    return [job(n) for n in range(count)]


@through("notes:activity-quick")
def lines(case: SimpleNamespace, count: int, word: str) -> list[Job]:
    def job(n: int) -> Job:
        sent, rows = carried(case, line=f"{word} {n}"), case.draft.activities
        return Job("notes:activity-quick", [case.draft.pk], sent, there(rows, description=f"{word} {n}"))

    return [job(n) for n in range(count)]


@through(*(f"notes:{kind}-{way}" for kind in KINDS for way in ("up", "down")))
def moved(case: SimpleNamespace, count: int, word: str) -> list[Job]:
    """Rows change places all at once; none is lost or stands in another's place."""

    def job(n: int) -> Job:
        kind, way = KINDS[n % 3], "up" if n // 3 % 2 else "down"
        each, rows = stored(case, kind, f"{word} {n}"), getattr(case.draft, LISTS[kind])
        return Job(f"notes:{kind}-{way}", [each.pk], carried(case), in_order(rows))

    return [job(n) for n in range(count)]


@through(*(f"notes:{kind}-remove" for kind in KINDS))
def removed(case: SimpleNamespace, count: int, word: str) -> list[Job]:
    def job(n: int) -> Job:
        kind = KINDS[n % 3]
        each = stored(case, kind, f"{word} {n}")
        return Job(f"notes:{kind}-remove", [each.pk], carried(case), gone(MODELS[kind].objects.filter(pk=each.pk)))

    return [job(n) for n in range(count)]


# What came along from the last visit

CARRIED = ("adjustment", "activity")


@through(*(f"notes:{kind}-confirm" for kind in CARRIED))
def confirmed(case: SimpleNamespace, count: int, word: str) -> list[Job]:
    return [
        Job(f"notes:{kind}-confirm", [each.pk], carried(case), _is_confirmed(kind, each))
        for kind, each in _carried_along(case, count, word)
    ]


@through(*(f"notes:{LISTS[kind]}-confirm" for kind in CARRIED))
def confirmed_all(case: SimpleNamespace, count: int, word: str) -> list[Job]:
    return [
        Job(f"notes:{LISTS[kind]}-confirm", [case.draft.pk], carried(case), _is_confirmed(kind, each))
        for kind, each in _carried_along(case, count, word)
    ]


@through(*(f"notes:{LISTS[kind]}-decline" for kind in CARRIED))
def declined(case: SimpleNamespace, count: int, word: str) -> list[Job]:
    return [
        Job(
            f"notes:{LISTS[kind]}-decline",
            [case.draft.pk],
            carried(case),
            gone(MODELS[kind].objects.filter(pk=each.pk)),
        )
        for kind, each in _carried_along(case, count, word)
    ]


def _carried_along(case: SimpleNamespace, count: int, word: str) -> list[tuple[str, Any]]:
    """So many rows of the last visit that nobody has confirmed yet, of each kind in turn."""
    kinds = [CARRIED[n % 2] for n in range(count)]
    return [(kind, stored(case, kind, f"{word} {n}", is_carried=True)) for n, kind in enumerate(kinds)]


def _is_confirmed(kind: str, row: Any) -> Callable[[], bool]:
    return there(MODELS[kind].objects, pk=row.pk, is_carried=False)


def stored(case: SimpleNamespace, kind: str, word: str, **fields: Any) -> Any:
    """A row that is there before anybody does anything to it, at the end of its list."""
    rows = getattr(case.draft, LISTS[kind])
    both = {"practice": case.practice, "written_by": case.doctor, "episode": case.episode, "position": rows.count()}
    return rows.create(**both, **BODIES[kind] | {WORD[kind]: word}, **fields)
