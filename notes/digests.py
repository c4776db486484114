"""What a signature covers, as a digest: a frozen list of fields for each version.

What is added to the record later enters a new version; notes signed under an older one are checked with the older list for
ever.
"""

import hashlib
import json
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from coding.engine.vocabulary import GoalTerm
from notes.models import Episode, Note, NoteEpisode

DIGEST_VERSION = 2

NOTE_FIELDS = (
    "id", "practice_id", "patient_id", "visit_id", "author_id", "care_phase",
    "subjective", "objective", "assessment", "plan", "total_minutes",
)  # fmt: skip
PART_FIELDS: Mapping[str, tuple[str, ...]] = {
    "findings": (
        "id", "position", "written_by_id", "episode_id",
        "kind", "region", "side", "value", "unit", "comparison", "words",
    ),
    "adjustments": (
        "id", "position", "written_by_id", "episode_id",
        "region", "side", "segment", "technique", "response", "diagnosis_ids",
    ),
    "activities": (
        "id", "position", "written_by_id", "episode_id", "description", "intents", "goal_id", "goal_text", "regions",
        "minutes", "delivery", "group_size", "performer_id", "dose", "response", "why", "diagnosis_ids",
    ),
    "goal_progress": ("id", "written_by_id", "episode_id", "goal_id", "value"),
    "alert_answers": ("id", "written_by_id", "alert_id", "text"),
}  # fmt: skip
# What later versions cover besides. A note is checked with the fields of the version that it was signed under.
ADDED_FIELDS: Mapping[int, Mapping[str, tuple[str, ...]]] = {2: {"activities": ("began_at", "ended_at")}}
EPISODE_FIELDS = (
    "complaint", "onset_on", "first_treated_on", "prior_function", "limitation", "frequency", "duration",
    "plan_reviewed_on",
)  # fmt: skip
DIAGNOSIS_FIELDS = ("id", "position", "code", "title", "edition")
GOAL_FIELDS = (
    "id", "term", "text", "measure", "unit", "baseline", "target", "due_on", "met_on", "dropped_on",
)  # fmt: skip


def digest(note: Note) -> str:
    """Return the digest of a note as it stands, or as it was signed; unconfirmed carried rows are no part of it."""
    version = note.signature.digest_version if hasattr(note, "signature") else DIGEST_VERSION
    return canonical_digest(content(note, version))


def content(note: Note, version: int = DIGEST_VERSION) -> dict[str, Any]:
    """Return all that a signature of a version covers."""
    parts = {name: _rows(getattr(note, name).all(), _fields(name, version)) for name in PART_FIELDS}
    served = sorted(note.note_episodes.all(), key=lambda row: str(row.episode_id))
    return {
        "digest_version": version,
        "on": note.visit.on,
        "note": _values(note, NOTE_FIELDS),
        "episodes": {str(row.episode_id): as_signed(row, note.visit.on) for row in served},
        **parts,
    }


def _fields(part: str, version: int) -> tuple[str, ...]:
    """Return the fields of a kind of row that a version of the digest covers."""
    added = (fields.get(part, ()) for since, fields in ADDED_FIELDS.items() if since <= version)
    return sum(added, PART_FIELDS[part])


# Episodes as they stood


def as_signed(served: NoteEpisode, on: date) -> dict[str, Any]:
    """Return an episode of a note as it stood at the signature, or as it stands while there is none."""
    return snapshot(served.episode, on) if served.as_signed is None else served.as_signed


def snapshot(episode: Episode, on: date) -> dict[str, Any]:
    """Return an episode as it stands on a day: complaint, plan, diagnoses in their order, goals with all they say."""
    diagnoses = [row for row in episode.diagnoses.all() if row.ended_on is None or row.ended_on > on]
    diagnoses.sort(key=lambda row: (row.position, str(row.pk)))
    goals = sorted(episode.goals.all(), key=lambda row: (row.term != GoalTerm.SHORT, str(row.pk)))
    return {
        **_plain(_values(episode, EPISODE_FIELDS)),
        "diagnoses": _plain([_values(row, DIAGNOSIS_FIELDS) for row in diagnoses]),
        "goals": _plain([_values(row, GOAL_FIELDS) for row in goals]),
    }


# One form for one content


def canonical(value: Any) -> str:
    """Return a value's canonical JSON.

    >>> canonical({"b": None, "a": [1, "é"]})
    '{"a":[1,"é"],"b":null}'
    """
    return json.dumps(_plain(value), sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def canonical_digest(value: Any) -> str:
    """Return the SHA-256 of a value's canonical JSON.

    >>> canonical_digest({"b": "e\\u0301", "a": 1}) == canonical_digest({"a": 1, "b": "\\u00e9"})
    True
    """
    return hashlib.sha256(canonical(value).encode()).hexdigest()


def _rows(rows: Iterable[Any], fields: tuple[str, ...]) -> list[dict[str, Any]]:
    standing = [row for row in rows if not getattr(row, "is_carried", False)]
    return [_values(row, fields) for row in sorted(standing, key=lambda row: str(row.pk))]


def _values(row: Any, fields: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in fields}


def _plain(value: Any) -> Any:
    """Return a value as JSON knows it: composed letters, LF line ends, UTC with microseconds, decimals as text."""
    match value:
        case None | bool() | int():
            return value
        case str():
            return unicodedata.normalize("NFC", str(value).replace("\r\n", "\n").replace("\r", "\n"))
        case datetime():
            return value.astimezone(UTC).isoformat(timespec="microseconds")
        case date() | time() | UUID() | Decimal():
            return str(value)
        case Mapping():
            return {str(key): _plain(inner) for key, inner in value.items()}
        case Iterable():
            return [_plain(inner) for inner in value]
    raise TypeError(f"{type(value).__name__} has no canonical form")
