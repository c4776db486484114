"""The rows of a draft: findings, adjustments, activities. Each verb wins the note first and then touches the row."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from clinic.entry.fingerprints import column_of, fingerprint
from clinic.models import Membership
from notes import history
from notes.drafts import Changed, claim, claim_once
from notes.models import Activity, Adjustment, ExamFinding, Note
from notes.ordering import move, next_position

Row = ExamFinding | Adjustment | Activity


@transaction.atomic(durable=True)
def add_row(row: Row, *, to: Note, by: Membership, version: int, key: UUID | None) -> Note:
    """Put a new row at the end, once for each key. A new row conflicts with nobody's."""
    note = claim_once(to, version, by=by, key=key, kind=f"{kind_of(row)}-added", about=to.pk)
    row.practice_id, row.note, row.written_by = note.practice_id, note, by
    row.position = next_position(_siblings(row))
    row.save(force_insert=True)
    _tell(row, {}, by=by)
    return note


@transaction.atomic(durable=True)
def save_row(
    row: Row,
    *,
    by: Membership,
    version: int,
    key: UUID | None,
    base: str | None,
    fields: list[str],
    after: Iterable[UUID] = (),
    shown: str = "",
) -> Note:
    """Save what was typed into a row. Raises Changed when somebody else changed or removed the row meanwhile."""
    model = type(row)
    typed = fingerprint(row, fields)

    def untouched(now: Note) -> bool:
        stored = model.objects.filter(pk=row.pk).first()
        return stored is not None and fingerprint(stored, fields) in (base, typed)

    note = claim(row.note, version, key=key, after=after, untouched=None if base is None else untouched)
    stood = model.objects.filter(pk=row.pk).first()
    if stood is None:
        raise Changed(note)
    row.written_by = by
    model.objects.filter(pk=row.pk).update(**_values(row, [*fields, "written_by"]))
    if fingerprint(stood, fields) != typed:
        _tell(row, _facts(stood), by=by, shown=shown)
    return note


def kind_of(row: Row) -> str:
    """Name the kind of a row as the page does: finding, adjustment, activity."""
    return "finding" if isinstance(row, ExamFinding) else str(row._meta.model_name)


def _values(row: Row, fields: list[str]) -> dict[str, object]:
    columns = [column_of(row, name) for name in fields]
    return {column: getattr(row, column) for column in columns}


def _facts(row: Row) -> dict[str, str]:
    return history.facts_of(row) if isinstance(row, Activity) else {}


def _tell(row: Row, before: dict[str, str], *, by: Membership, shown: str = "") -> None:
    """Keep who wrote in a row, and of an activity which facts are other ones now."""
    history.wrote(row.note, [kind_of(row)], by=by, row=row.pk)
    if isinstance(row, Activity):
        history.changed(row, before, by=by, shown=shown)


@transaction.atomic(durable=True)
def remove_row(
    row: Row, *, by: Membership, version: int, key: UUID | None, base: str | None, fields: list[str]
) -> Note:
    """Take a row out of the draft, once for each key. One that somebody else changed since it was read stays: Changed."""
    note = claim_once(row.note, version, by=by, key=key, kind=f"{kind_of(row)}-removed", about=row.pk)
    stood = type(row).objects.filter(pk=row.pk).first()
    if stood is None or (base is not None and fingerprint(stood, fields) != base):
        raise Changed(note)
    history.taken_out(stood, kind_of(row), by=by)
    stood.delete()
    return note


@transaction.atomic(durable=True)
def move_row(row: Row, *, by: Membership, up: bool, version: int, key: UUID | None) -> Note:
    """Move a row one place up or down and number its siblings anew, once for each key."""
    note = claim_once(row.note, version, by=by, key=key, kind=f"{kind_of(row)}-moved", about=row.pk)
    if not move(_siblings(row), row.pk, up=up):
        raise Changed(note)
    return note


@transaction.atomic(durable=True)
def confirm_rows(rows: "QuerySet[Any]", *, note: Note, by: Membership, version: int, key: UUID | None) -> Note:
    """Make rows that were carried over from the last visit part of today's note."""
    claimed = claim(note, version, key=key, untouched=lambda now: True)
    for row in rows.filter(note=note, is_carried=True):
        type(row).objects.filter(pk=row.pk).update(is_carried=False, written_by=by)
        _tell(row, {}, by=by)
    return claimed


@transaction.atomic(durable=True)
def decline_rows(rows: "QuerySet[Any]", *, note: Note, by: Membership, version: int, key: UUID | None) -> Note:
    """Leave out what was carried over and nobody confirmed; what was confirmed stays."""
    claimed = claim(note, version, key=key, untouched=lambda now: True)
    for row in rows.filter(note=note, is_carried=True):
        history.taken_out(row, kind_of(row), by=by)
        row.delete()
    return claimed


def _siblings(row: Row) -> "QuerySet[Any]":
    return type(row).objects.filter(note=row.note)
