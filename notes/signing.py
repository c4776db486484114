"""Signing: a note becomes final under its author's name, and a link in the practice's chain lets it be checked later.

A digest is made of a frozen list of fields. What is added to the record later enters a new version; notes signed under
an older one are checked with the older list for ever.
"""

import hashlib
import hmac
import json
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction

from clinic import clock
from clinic.audit import record
from clinic.deeds import once
from clinic.models import Membership
from clinic.roles import Role
from coding.engine.vocabulary import GoalTerm
from notes.drafts import Signed
from notes.models import Addendum, ChainHead, Episode, Note, NoteEpisode, Signature

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


class NotTheAuthor(PermissionDenied):
    """Only the clinician who is responsible for a note signs it."""


def sign(note: Note, *, by: Membership, proof: str, line_digest: str) -> Note:
    """Make a note final. Call it last in the transaction that judged the note, after its presence was proved.

    The note's row is locked first, so that no save slips in; parts change before `signed_at` is set, because from then
    on a trigger refuses them; the chain's head is locked last, because every signature of the practice waits for it.
    Raises Signed or NotTheAuthor.
    """
    note = Note.objects.select_for_update(no_key=True, of=["self"]).select_related("visit").get(pk=note.pk)
    if note.is_signed:
        raise Signed
    if note.author_id != by.pk or not by.has_role(Role.CLINICIAN):
        raise NotTheAuthor
    _drop_what_was_not_confirmed(note)
    _keep_episodes(note)
    note_digest = digest(note)
    now = clock.now()
    note.signed_at, note.signed_by, note.version = now, by, note.version + 1
    note.save(update_fields=["signed_at", "signed_by", "version"])
    _append(note, by, at=now, proof=proof, note_digest=note_digest, line_digest=line_digest)
    return note


@transaction.atomic(durable=True)
def add_addendum(note: Note, *, by: Membership, text: str, key: UUID | None = None) -> Addendum:
    """Add words to a signed note, under a name and a date, once for each key. What was signed stays as it is."""
    if not note.is_signed:
        raise ValueError("A draft takes no addendum: change the draft.")
    attempt = once(by, key, kind="addendum", body={"note": note.pk, "text": text}) if key else None
    if attempt and attempt.is_repeat:
        return Addendum.objects.get(pk=attempt.result)
    addendum: Addendum = note.addenda.create(practice_id=note.practice_id, written_by=by, name=by.signature, text=text)
    if attempt:
        attempt.made(addendum.pk)
    record("addendum-added", by=by, patients=[note.patient_id], about=note.pk, addendum=str(addendum.pk))
    return addendum


# What a signature is made over


def digest(note: Note) -> str:
    """Return the digest of a note as it stands, or as it was signed; unconfirmed carried rows are no part of it."""
    return canonical_digest(content(note))


def content(note: Note) -> dict[str, Any]:
    """Return all that a signature covers: that of a signed note, or one that would be given now."""
    version = note.signature.digest_version if hasattr(note, "signature") else DIGEST_VERSION
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


def canonical_digest(value: Any) -> str:
    """Return the SHA-256 of a value's canonical JSON.

    >>> canonical_digest({"b": "e\\u0301", "a": 1}) == canonical_digest({"a": 1, "b": "\\u00e9"})
    True
    """
    text = json.dumps(_plain(value), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


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


# Inside a signature


def _drop_what_was_not_confirmed(note: Note) -> None:
    note.activities.filter(is_carried=True).delete()
    note.adjustments.filter(is_carried=True).delete()


def _keep_episodes(note: Note) -> None:
    for served in note.note_episodes.select_related("episode"):
        served.as_signed = snapshot(served.episode, note.visit.on)
        served.save(update_fields=["as_signed"])


def _append(note: Note, by: Membership, *, at: datetime, proof: str, note_digest: str, line_digest: str) -> Signature:
    """Add the signature as the next link of the practice's chain. Without the lock a chain forks."""
    ChainHead.objects.get_or_create(practice_id=note.practice_id)
    head = ChainHead.objects.select_for_update().get(practice_id=note.practice_id)
    signature = Signature(
        practice_id=note.practice_id, note=note, member=by, name=by.full_name, credential=by.credential,
        proof=Signature.Proof(proof), signed_at=at, digest_version=DIGEST_VERSION, note_digest=note_digest,
        line_digest=line_digest, key_id=settings.CHAIN_KEY_ID, sequence=head.sequence + 1, previous=head.link,
        **clock.dated("created_at"),
    )  # fmt: skip
    signature.link = link_of(signature)
    signature.save(force_insert=True)
    ChainHead.objects.filter(pk=head.pk).update(sequence=signature.sequence, link=signature.link)
    return signature


def link_of(signature: Signature) -> str:
    """Return the link that a signature should carry. The key lies outside the database: nobody recomputes it there."""
    said = {
        "practice": signature.practice_id, "note": signature.note_id, "sequence": signature.sequence,
        "previous": signature.previous, "note_digest": signature.note_digest, "line_digest": signature.line_digest,
        "digest_version": signature.digest_version, "member": signature.member_id, "name": signature.name,
        "credential": signature.credential, "meaning": signature.meaning, "proof": signature.proof,
        "signed_at": signature.signed_at,
    }  # fmt: skip
    key = settings.CHAIN_KEY.encode()
    return hmac.new(key, canonical_digest(said).encode(), hashlib.sha256).hexdigest()
