"""The other visits of a day in which the people of a note gave one-on-one time: when, and how many minutes.

Only signed notes count. Of two drafts, the one that is signed second is judged on top of the first.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Coalesce

from coding.engine.facts import ElsewhereFacts
from coding.engine.vocabulary import Delivery
from coding.models import RecordOnly
from notes.corrected import Standing, standing
from notes.models import Activity, Correction, Note


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
    """Return what was given one-on-one in signed notes of the days of these: a query for most, and two for corrected notes."""
    told = Note.objects.signed().filter(
        practice__in={note.practice_id for note in notes},
        visit__on__in={note.visit.on for note in notes},
        visit__at__isnull=False,
    )
    corrected = Exists(Correction.objects.filter(note=OuterRef("pk")))
    return [*_as_signed(told.exclude(corrected)), *_as_corrected(told.filter(corrected))]


def _as_signed(notes: QuerySet[Note]) -> Iterator[Given]:
    kept = RecordOnly.objects.filter(note=OuterRef("note"), row_id=OuterRef("pk"))
    rows = Activity.objects.filter(
        ~Exists(kept),
        note__in=notes,
        note__total_minutes__isnull=False,
        delivery=Delivery.ONE_ON_ONE,
        minutes__gt=0,
    ).values_list(
        "note_id", "practice_id", "note__visit__on", "note__signed_at", Coalesce("performer", "note__author"),
        "note__visit__at", "note__total_minutes", "minutes",
    )  # fmt: skip
    return (Given(*row) for row in rows)


def _as_corrected(notes: QuerySet[Note]) -> Iterator[Given]:
    rows = ("findings", "adjustments", "activities", "corrections", "record_only")
    for note in notes.select_related("visit").prefetch_related(*rows):
        stands = standing(note)
        unbilled, total = unbilled_rows(note, stands), stands.note.total_minutes
        for row in stands.activities if total else ():
            if row.delivery == Delivery.ONE_ON_ONE and row.minutes and row.pk not in unbilled:
                by = row.performer_id or note.author_id
                told: Any = (note.visit.on, note.signed_at, by, note.visit.at, total, row.minutes)
                yield Given._make((note.pk, note.practice_id, *told))


def unbilled_rows(note: Note, stands: Standing) -> set[UUID]:
    """Return the rows that stay in the record and are not billed, as marked before the signature or corrected since."""
    marked = {row.row_id for row in note.record_only.all()}
    kept = {pk for pk, is_kept in stands.record_only.items() if is_kept}
    return (marked - stands.record_only.keys()) | kept


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
