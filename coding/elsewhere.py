"""The other visits of a day in which the people of a note gave one-on-one time: when, and how many minutes.

Only signed notes count. Of two drafts, the one that is signed second is judged on top of the first.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from typing import NamedTuple
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.db.models.functions import Coalesce

from coding.engine.facts import ElsewhereFacts
from coding.engine.vocabulary import Delivery
from coding.models import RecordOnly
from notes.models import Activity, Note


class Given(NamedTuple):
    """One-on-one minutes of one row, who gave them and in which visit."""

    note_id: UUID
    practice_id: UUID
    on: date
    signed_at: datetime
    performer_id: UUID
    at: time
    total_minutes: int
    minutes: int


def time_given(notes: Sequence[Note]) -> list[Given]:
    """Return what was given one-on-one in signed notes of the days of these, in one query."""
    kept = RecordOnly.objects.filter(note=OuterRef("note"), row_id=OuterRef("pk"))
    rows = Activity.objects.filter(
        ~Exists(kept),
        practice__in={note.practice_id for note in notes},
        note__visit__on__in={note.visit.on for note in notes},
        note__signed_at__isnull=False,
        note__visit__at__isnull=False,
        note__total_minutes__isnull=False,
        delivery=Delivery.ONE_ON_ONE,
        minutes__gt=0,
    )
    return [
        Given(*row)
        for row in rows.values_list(
            "note_id", "practice_id", "note__visit__on", "note__signed_at", Coalesce("performer", "note__author"),
            "note__visit__at", "note__total_minutes", "minutes",
        )
    ]  # fmt: skip


def elsewhere(note: Note, given: Iterable[Given]) -> tuple[ElsewhereFacts, ...]:
    """Return what counts before a note in other notes of its day, once for each visit and person."""
    theirs: dict[tuple[UUID, UUID], list[Given]] = {}
    for row in given:
        if _counts_before(row, note):
            theirs.setdefault((row.note_id, row.performer_id), []).append(row)
    return tuple(map(_fact, theirs.values()))


def minute_of(at: time) -> int:
    """Return a time of the day as minutes from midnight."""
    return at.hour * 60 + at.minute


def _counts_before(row: Given, note: Note) -> bool:
    same_day = (row.practice_id, row.on) == (note.practice_id, note.visit.on) and row.note_id != note.pk
    return same_day and (note.signed_at is None or row.signed_at < note.signed_at)


def _fact(rows: Sequence[Given]) -> ElsewhereFacts:
    """Return what one person gave in one visit."""
    first, begins = rows[0], minute_of(rows[0].at)
    return ElsewhereFacts(
        str(first.performer_id), begins, begins + first.total_minutes, sum(row.minutes for row in rows)
    )
