"""Taking a signed note back: one that was written for the wrong patient, or should never have been one.

It stays readable behind a banner, and is part of no list, no course, no facts. Its visit may have another note.
"""

from django.core.exceptions import PermissionDenied

from clinic import clock
from clinic.audit.log import record
from clinic.models import Membership, Patient
from notes import chain
from notes.addenda import Retracted
from notes.attested import retraction_content
from notes.models import Attestation, Note, Retraction


def take_back(note: Note, *, by: Membership, reason: str, meant_for: Patient | None) -> Retraction:
    """Retract a note. Call it inside the transaction that `seal` ends.

    The reason is written first: the database lets a signed note be taken back only where one stands.
    Raises Retracted, or PermissionDenied for anybody but its author, as long as there is one who can.
    """
    locked = Note.objects.select_for_update(no_key=True).get(pk=note.pk)
    if locked.is_retracted:
        raise Retracted
    if not Note.objects.amendable_by(by.user).filter(pk=note.pk).exists():
        raise PermissionDenied
    retraction: Retraction = Retraction.objects.create(
        practice_id=note.practice_id,
        note=locked,
        retracted_by=by,
        name=by.signature,
        reason=reason,
        meant_for=meant_for,
    )
    Note.objects.filter(pk=locked.pk).update(retracted_at=clock.now())
    concerned = [locked.patient_id, *([meant_for.pk] if meant_for else [])]
    record("note-retracted", by=by, patients=concerned, about=locked.pk, visit=str(locked.visit_id), reason=reason)
    return retraction


def seal(retraction: Retraction, *, by: Membership, proof: str) -> Attestation:
    """Sign a retraction. Call it last: every signature of the practice waits for the chain's head."""
    return chain.attest(
        retraction.note, by=by, meaning="retraction", content=retraction_content(retraction), proof=proof
    )
