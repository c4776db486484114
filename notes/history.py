"""How a note came about: who wrote which part when, and how the facts of each activity changed.

Last writers are told once in a while, not with every save; facts that decide codes are told each time they change, and a row
that is taken out is told each time, with the facts that it held. What is kept here is the practice's own: it is no part of the
note, and outsiders never get it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from clinic import clock
from clinic.models import Membership
from coding.engine.vocabulary import Delivery, Intent
from notes.models import Activity, Adjustment, Edit, ExamFinding, Note
from notes.models.notes import TEXTS

WITHIN = timedelta(minutes=10)  # somebody who goes on writing in the same part is told once
FACTS = ("intents", "minutes", "delivery", "goal")
TAKEN_OUT = "taken-out"  # what stands for a fact where the row as a whole is gone
LABELS = {"intents": "what for", "minutes": "minutes", "delivery": "delivery", "goal": "goal"}


# Keeping


def wrote(note: Note, parts: Iterable[str], *, by: Membership, row: UUID | None = None) -> None:
    """Keep who wrote in parts of the note, or in one of its rows."""
    for part in parts:
        last = Edit.objects.filter(note=note, part=part, row_id=row, fact="").order_by("created_at").last()
        if last is None or last.by_id != by.pk or clock.now() - last.created_at > WITHIN:
            _keep(note, by=by, part=part, row_id=row)


def changed(row: Activity, before: Mapping[str, str], *, by: Membership, shown: str = "") -> None:
    """Keep which facts of an activity are other ones now, and what the page suggested beside it then."""
    for fact, after in facts_of(row).items():
        if after != before.get(fact, ""):
            told = {"fact": fact, "before": before.get(fact, ""), "after": after}
            _keep(row.note, by=by, part="activity", row_id=row.pk, shown=shown[:300], **told)


def taken_out(row: Activity | Adjustment | ExamFinding, part: str, *, by: Membership) -> None:
    """Keep who took a row out of the note, and which facts of an activity went with it."""
    _keep(row.note, by=by, part=part, row_id=row.pk, fact=TAKEN_OUT)
    for fact, held in facts_of(row).items() if isinstance(row, Activity) else ():
        if held:
            _keep(row.note, by=by, part=part, row_id=row.pk, fact=fact, before=held)


def facts_of(row: Activity) -> dict[str, str]:
    """Return the facts of an activity that decide its code, as they are kept."""
    facts = {"intents": ",".join(row.intents), "minutes": str(row.minutes or ""), "delivery": row.delivery}
    return facts | {"goal": row.goal_words}


def _keep(note: Note, *, by: Membership, **told: object) -> None:
    Edit(practice_id=note.practice_id, note=note, by=by, **told, **clock.dated("created_at")).save(force_insert=True)


# Telling


@dataclass(frozen=True)
class Told:
    """One change, as it is read."""

    at: datetime
    by: Membership
    words: str
    shown: str


def writers_of(note: Note) -> dict[str, Edit]:
    """Return who wrote last in each of the four texts, where it was somebody else than the note's author."""
    edits = Edit.objects.filter(note=note, part__in=TEXTS, fact="").select_related("by__user")
    last = {edit.part: edit for edit in edits.order_by("created_at")}
    return {part: edit for part, edit in last.items() if edit.by_id != note.author_id}


def last_writer(note: Note, part: str, *, row: UUID | None = None) -> Membership | None:
    """Return who wrote last in one of the note's own fields or rows, or took the row out, where that is known."""
    edits = Edit.objects.filter(note=note, part=part, row_id=row, fact__in=["", TAKEN_OUT]).select_related("by__user")
    last = edits.order_by("created_at").last()
    return last.by if last else None


def told_by_row(note: Note) -> dict[str, list[Told]]:
    """Return how each activity and each text came about, by the row's key or the text's name, the earliest first."""
    told: dict[str, list[Told]] = {}
    for edit in Edit.objects.filter(note=note).select_related("by__user"):
        told.setdefault(str(edit.row_id or edit.part), []).append(
            Told(edit.created_at, edit.by, _words(edit), edit.shown)
        )
    return told


def _words(edit: Edit) -> str:
    if edit.fact in ("", TAKEN_OUT):
        return f"{edit.part} taken out" if edit.fact else "written"
    before, after = (_said(edit.fact, value) or "nothing" for value in (edit.before, edit.after))
    return f"{LABELS.get(edit.fact, edit.fact)}: {before} → {after}"


def _said(fact: str, value: str) -> str:
    if fact == "intents":
        return " and ".join(Intent(each).label for each in value.split(",") if each)
    if fact == "delivery":
        return Delivery(value).label if value else ""
    return value
