"""How corrections are shown: the original, struck, with what is right beside it; who said so, when and why below.

Nothing of the original is left out. Both are told in words, so that a screen reader tells them as well.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from typing import Any
from uuid import UUID

from clinic.models import Membership
from coding.engine.vocabulary import CarePhase, Delivery, FindingKind, Intent, Region, Side
from notes.corrected import RECORD_ONLY
from notes.digests import as_signed
from notes.models import Correction, Note

LABELS = {
    "total_minutes": "Total minutes", "care_phase": "Care", "kind": "Finding", "region": "Region", "side": "Side",
    "value": "Value", "unit": "Unit", "comparison": "Compared with", "words": "In words", "episode_id": "Complaint",
    "segment": "Segments", "technique": "Technique", "response": "Response", "diagnosis_ids": "Treats",
    "description": "Done", "intents": "Meant to improve", "regions": "Region", "minutes": "Minutes", "began_at": "Began",
    "ended_at": "Ended", "delivery": "Delivery", "group_size": "Patients in the group", "goal_id": "Goal",
    "goal_text": "Goal", "dose": "Dose", "why": "Why skill was needed", "performer_id": "By", RECORD_ONLY: "Billing",
}  # fmt: skip
TERMS: Mapping[str, Any] = {
    "care_phase": CarePhase, "kind": FindingKind, "region": Region, "side": Side, "intents": Intent, "regions": Region,
    "delivery": Delivery,
}  # fmt: skip
NOTHING = "nothing stated"


@dataclass(frozen=True)
class Piece:
    """Some words of a row: as they were and stay ("same"), struck ("gone"), or right ("new")."""

    kind: str
    text: str


@dataclass(frozen=True)
class Mark:
    """One correction in words."""

    deed: str
    label: str
    old: str
    new: str
    reason: str
    name: str
    at: datetime | None  # none while it is not signed yet
    addendum: UUID | None


class Names:
    """What ids of a note stand for, read once."""

    def __init__(self, note: Note) -> None:
        self._known: dict[str, str] = {}
        for served in note.note_episodes.all():
            stood = as_signed(served, note.visit.on)
            self._known[str(served.episode_id)] = stood["complaint"]
            self._known |= {each["id"]: each["text"] for each in stood["goals"]}
            self._known |= {each["id"]: each["code"] for each in stood["diagnoses"]}
        people = Membership.objects.filter(practice=note.practice_id).select_related("user")
        self._known |= {str(each.pk): str(each) for each in people}

    def of(self, pk: str) -> str:
        return self._known.get(pk, "not known any more")


def marks_of(corrections: Iterable[Correction], names: Names) -> dict[UUID, list[Mark]]:
    """Return the marks of each row, oldest first."""
    found: dict[UUID, list[Mark]] = {}
    for each in corrections:
        found.setdefault(each.row_id, []).append(mark_of(each, names))
    return found


def mark_of(each: Correction, names: Names) -> Mark:
    signed = each.addendum if each.addendum_id else None
    return Mark(
        deed=each.deed,
        label=LABELS.get(each.field, ""),
        old=_said(each.field, each.old, names),
        new=_said(each.field, each.new, names),
        reason=each.reason,
        name=signed.name if signed else "",
        at=signed.created_at if signed else None,
        addendum=signed.pk if signed else None,
    )


def _said(field: str, text: str, names: Names) -> str:
    """Say a fact in words.

    >>> _said("minutes", "12", None), _said("regions", '["lumbar"]', None), _said("side", '""', None)
    ('12', 'lumbar', 'nothing stated')
    """
    value = json.loads(text)
    if field == RECORD_ONLY:
        return "record only, not billed" if value else "billed"
    said = [_one(field, each, names) for each in (value if isinstance(value, list) else [value])]
    return ", ".join(filter(None, said)) or NOTHING


def _one(field: str, value: Any, names: Names) -> str:
    if value in (None, ""):
        return ""
    if field in TERMS:
        return str(TERMS[field](value).label)
    if field.endswith(("_id", "_ids")):
        return names.of(str(value))
    return str(value)[:5] if field in ("began_at", "ended_at") else str(value)


def pieces(old: str, new: str) -> tuple[Piece, ...]:
    """Return what one says and what the other says instead, word by word.

    >>> [(piece.kind, piece.text) for piece in pieces("for a task; 15 min", "for a task; 12 min")]
    [('same', 'for a task;'), ('gone', ' 15'), ('new', ' 12'), ('same', ' min')]
    """
    before, after = (re.findall(r"\s*\S+", text) for text in (old, new))
    found: list[Piece] = []
    for kind, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            found.append(Piece("same", "".join(before[i1:i2])))
            continue
        found += [Piece("gone", "".join(before[i1:i2]))] if i1 < i2 else []
        found += [Piece("new", "".join(after[j1:j2]))] if j1 < j2 else []
    return tuple(found)
