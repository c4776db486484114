"""What a note says once its corrections are counted in. The stored rows stay as they were signed; these are copies.

Each correction is applied to what stood before it, in the order in which they were signed.
"""

import json
from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db.models import prefetch_related_objects

from notes.digests import canonical
from notes.models import Activity, Adjustment, Correction, ExamFinding, Note

type Row = ExamFinding | Adjustment | Activity

MODELS: dict[str, type[Row]] = {"finding": ExamFinding, "adjustment": Adjustment, "activity": Activity}
RELATIONS = {"finding": "findings", "adjustment": "adjustments", "activity": "activities"}
# The facts that may be changed: columns, in the order in which they are told.
FACTS: dict[str, tuple[str, ...]] = {
    "note": ("total_minutes", "care_phase"),
    "finding": ("kind", "region", "side", "value", "unit", "comparison", "words", "episode_id"),
    "adjustment": ("region", "side", "segment", "technique", "diagnosis_ids", "episode_id"),
    "activity": (
        "intents", "regions", "minutes", "began_at", "ended_at", "delivery", "group_size", "goal_id", "goal_text", "dose",
        "performer_id", "diagnosis_ids", "episode_id",
    ),
}  # fmt: skip
# What tells how it went is not changed: later words are the addendum's own. A row that was forgotten has them too.
WORDS: dict[str, tuple[str, ...]] = {
    "note": (), "finding": (), "adjustment": ("response",), "activity": ("description", "response", "why"),
}  # fmt: skip
# Whether a row is billed is no column of it, and is corrected with it all the same.
RECORD_ONLY = "record_only"


@dataclass(frozen=True)
class Standing:
    """The facts of a note as they stand now."""

    note: Note
    findings: tuple[ExamFinding, ...]
    adjustments: tuple[Adjustment, ...]
    activities: tuple[Activity, ...]
    record_only: dict[UUID, bool]

    def rows(self, kind: str) -> tuple[Any, ...]:
        return (self.note,) if kind == "note" else getattr(self, RELATIONS[kind])

    def row(self, kind: str, pk: UUID) -> Any | None:
        return next((row for row in self.rows(kind) if row.pk == pk), None)


def standing(note: Note, pending: Sequence[Correction] = ()) -> Standing:
    """Return what a note says with its corrections, and with some that are not signed yet.

    Carried rows are left out: nobody confirmed them, and under a signature there are none.
    """
    signed = list(note.corrections.all()) if note.is_signed else []
    copies: dict[str, dict[UUID, Any]] = {
        kind: {row.pk: copy(row) for row in _confirmed(note, kind)} for kind in RELATIONS
    }
    copies["note"] = {note.pk: copy(note)}
    unbilled: dict[UUID, bool] = {}
    for each in [*signed, *pending]:
        _apply(each, copies[each.kind], note, unbilled)
    return Standing(
        note=copies["note"][note.pk],
        findings=tuple(copies["finding"].values()),
        adjustments=tuple(copies["adjustment"].values()),
        activities=tuple(copies["activity"].values()),
        record_only=unbilled,
    )


def findings_of(notes: Sequence[Note]) -> list[ExamFinding]:
    """Return what was found in notes, note by note in their order, as it stands now."""
    prefetch_related_objects(notes, "findings", "adjustments", "activities", "corrections")
    return [
        row for note in notes for row in (standing(note).findings if note.corrections.all() else note.findings.all())
    ]


def _confirmed(note: Note, kind: str) -> Iterable[Row]:
    rows: Iterable[Row] = getattr(note, RELATIONS[kind]).all()
    return (row for row in rows if not getattr(row, "is_carried", False))


def _apply(each: Correction, rows: dict[UUID, Any], note: Note, unbilled: dict[UUID, bool]) -> None:
    if each.deed == Correction.Deed.WITHDRAWN:
        rows.pop(each.row_id, None)
        return
    if each.field == RECORD_ONLY:
        unbilled[each.row_id] = json.loads(each.new)
        return
    if each.row_id not in rows:
        rows[each.row_id] = blank(each.kind, note, each.row_id, position=len(rows))
    setattr(rows[each.row_id], each.field, value_of(MODELS.get(each.kind, Note), each.field, each.new))


def blank(kind: str, note: Note, pk: UUID, position: int = 0) -> Any:
    """Return a row of which nothing is said yet. It is never stored: the corrections that add it are."""
    row = MODELS[kind](id=pk, practice_id=note.practice_id, note=note, written_by_id=note.author_id, position=position)
    row._state.adding = False  # it has its id, and pages tell rows apart by that
    return row


# Values as text


def text_of(row: Any, field: str) -> str:
    """Return the canonical text of one of a row's facts."""
    return canonical(getattr(row, field))


def value_of(model: type[Any], field: str, text: str) -> Any:
    """Return the value that a canonical text stands for, as the column holds it.

    >>> value_of(Activity, "minutes", "12"), value_of(Activity, "regions", '["lumbar"]'), value_of(Activity, "goal_id", "null")
    (12, ['lumbar'], None)
    """
    column = model._meta.get_field(field.removesuffix("_id") if field != "diagnosis_ids" else field)
    said = json.loads(text)
    if said is None:
        return None
    return (
        [column.base_field.to_python(each) for each in said]
        if isinstance(column, ArrayField)
        else column.to_python(said)
    )
