"""The rows of a draft: findings, adjustments, activities. Each verb wins the note first and then touches the row."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from clinic.deeds import once
from clinic.fingerprints import column_of, fingerprint
from clinic.models import Membership
from notes.drafts import Changed, Repeated, claim
from notes.models import Activity, Adjustment, ExamFinding, Note
from notes.ordering import move, next_position

Row = ExamFinding | Adjustment | Activity


@transaction.atomic(durable=True)
def add_row(row: Row, *, to: Note, by: Membership, version: int, key: UUID | None) -> Note:
    """Put a new row at the end, once for each key. A new row conflicts with nobody's."""
    if key and once(by, key, kind=f"{row._meta.model_name}-added", body={"note": to.pk}).is_repeat:
        raise Repeated(Note.objects.get(pk=to.pk))
    note = claim(to, version, key=key, untouched=lambda now: True)
    row.practice_id, row.note, row.written_by = note.practice_id, note, by
    row.position = next_position(_siblings(row))
    row.save(force_insert=True)
    return note


@transaction.atomic(durable=True)
def save_row(row: Row, *, by: Membership, version: int, key: UUID | None, base: str | None, fields: list[str]) -> Note:
    """Save what was typed into a row. Raises Changed when somebody else changed or removed the row meanwhile."""
    model = type(row)

    def untouched(now: Note) -> bool:
        stored = model.objects.filter(pk=row.pk).first()
        return stored is not None and fingerprint(stored, fields) == base

    note = claim(row.note, version, key=key, untouched=None if base is None else untouched)
    row.written_by = by
    if not model.objects.filter(pk=row.pk).update(**_values(row, [*fields, "written_by"])):
        raise Changed(note)
    return note


def _values(row: Row, fields: list[str]) -> dict[str, object]:
    columns = [column_of(row, name) for name in fields]
    return {column: getattr(row, column) for column in columns}


@transaction.atomic(durable=True)
def remove_row(row: Row, *, version: int, key: UUID | None) -> Note:
    """Take a row out of the draft."""
    note = claim(row.note, version, key=key, untouched=lambda now: True)
    type(row).objects.filter(pk=row.pk).delete()
    return note


@transaction.atomic(durable=True)
def move_row(row: Row, *, up: bool, version: int, key: UUID | None) -> Note:
    """Move a row one place up or down and number its siblings anew."""
    note = claim(row.note, version, key=key, untouched=lambda now: True)
    if not move(_siblings(row), row.pk, up=up):
        raise Changed(note)
    return note


@transaction.atomic(durable=True)
def confirm_rows(rows: "QuerySet[Any]", *, note: Note, by: Membership, version: int, key: UUID | None) -> Note:
    """Make rows that were carried over from the last visit part of today's note."""
    claimed = claim(note, version, key=key, untouched=lambda now: True)
    rows.filter(note=note).update(is_carried=False, written_by=by)
    return claimed


@transaction.atomic(durable=True)
def decline_rows(rows: "QuerySet[Any]", *, note: Note, version: int, key: UUID | None) -> Note:
    """Leave out what was carried over and nobody confirmed; what was confirmed stays."""
    claimed = claim(note, version, key=key, untouched=lambda now: True)
    rows.filter(note=note, is_carried=True).delete()
    return claimed


def _siblings(row: Row) -> "QuerySet[Any]":
    return type(row).objects.filter(note=row.note)
