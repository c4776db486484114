"""Addenda: what follows a signature, signed by itself. What was signed before stays as it is."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction

from clinic import clock
from clinic.audit.log import record
from clinic.models import Membership
from clinic.requests.deeds import once
from notes import chain
from notes.attested import addendum_content
from notes.corrected import MODELS, RECORD_ONLY, blank, standing, text_of
from notes.models import Addendum, Attestation, Correction, Note


class Overtaken(Exception):
    """A correction was made of something that does not stand so any more."""


class Retracted(Exception):
    """The note was taken back; nothing is added to it."""


@transaction.atomic(durable=True)
def add_addendum(
    note: Note, *, by: Membership, text: str, proof: str = "password", key: UUID | None = None
) -> Addendum:
    """Add words to a signed note, signed under a name and a date, once for each key. Presence was proved before."""
    attempt = once(by, key, kind="addendum", body={"note": note.pk, "text": text}) if key else None
    if attempt and attempt.is_repeat:
        return Addendum.objects.get(pk=attempt.result)
    addendum = write(note, by=by, text=text)
    if attempt:
        attempt.made(addendum.pk)
    seal(addendum, by=by, proof=proof)
    return addendum


def write(note: Note, *, by: Membership, text: str, corrections: Sequence[Correction] = ()) -> Addendum:
    """Write an addendum with its corrections. Call it inside the transaction that `seal` ends.

    The note's row is locked, so that corrections are made of what stands and a retraction does not slip in.
    Raises Retracted, Overtaken, or PermissionDenied for anybody but its author, as long as there is one who can.
    """
    if not note.is_signed:
        raise ValueError("A draft takes no addendum: change the draft.")
    note = Note.objects.select_for_update(no_key=True).get(pk=note.pk)
    if note.is_retracted:
        raise Retracted
    if not Note.objects.amendable_by(by.user).filter(pk=note.pk).exists():
        raise PermissionDenied
    _see_that_they_hold(note, corrections)
    addendum: Addendum = note.addenda.create(
        practice_id=note.practice_id, written_by=by, name=by.signature, text=text, **clock.dated("created_at")
    )
    for position, each in enumerate(corrections):
        each.addendum, each.position = addendum, position
    Correction.objects.bulk_create(corrections)
    kind = "note-corrected" if corrections else "addendum-added"
    changed: dict[str, Any] = (
        {"corrected": [[each.kind, each.deed, each.field] for each in corrections]} if corrections else {}
    )
    record(kind, by=by, patients=[note.patient_id], about=note.pk, addendum=str(addendum.pk), **changed)
    return addendum


def seal(addendum: Addendum, *, by: Membership, proof: str) -> Attestation:
    """Sign an addendum. Call it last: every signature of the practice waits for the chain's head."""
    content = addendum_content(addendum)
    return chain.attest(addendum.note, by=by, meaning="addendum", content=content, proof=proof, addendum=addendum)


def _see_that_they_hold(note: Note, corrections: Sequence[Correction]) -> None:
    """See that each correction is made of what stands now: another addendum may have come in between."""
    stands = standing(note)
    for each in corrections:
        row = stands.row(each.kind, each.row_id)
        if (row is None) != (each.deed == Correction.Deed.ADDED):
            raise Overtaken
        if row is None:
            row = blank(each.kind, note, each.row_id) if each.kind in MODELS else note
        if (
            each.field
            and each.field != RECORD_ONLY
            and text_of(row, each.field) != each.old
            and not _unnamed(each, row)
        ):
            raise Overtaken


def _unnamed(each: Correction, row: object) -> bool:
    """Where nobody is named, the author did it; a correction says so."""
    return each.field == "performer_id" and getattr(row, each.field) is None
