"""A supervisor's co-signature under the note of a clinician who works under supervision."""

from django.core.exceptions import PermissionDenied

from clinic.audit.log import record
from clinic.models import Membership
from notes import chain
from notes.addenda import Retracted
from notes.attested import co_signed_content
from notes.digests import canonical_digest
from notes.models import Attestation, Note


class Cosigned(Exception):
    """Somebody co-signed the note already; that signature stands."""


class AddedTo(Exception):
    """Something was added to the note since its supervisor read it."""


def shown_of(note: Note) -> str:
    """Return a digest of what a supervisor has before them."""
    return canonical_digest(co_signed_content(note))


def cosign(note: Note, *, by: Membership, proof: str, shown: str) -> Attestation:
    """Co-sign a note that waits for this supervisor. Call it last in its transaction, after presence was proved.

    What is signed is the note as it was signed, with what was added since: a co-signature covers the digests of both. The note's
    row is locked, so that nothing is added meanwhile. Raises Retracted, Cosigned or AddedTo.
    """
    locked = Note.objects.select_for_update(no_key=True).get(pk=note.pk)
    if locked.is_retracted:
        raise Retracted
    if locked.cosignature:
        raise Cosigned
    if not Note.objects.to_cosign(by).filter(pk=locked.pk).exists():
        raise PermissionDenied
    if shown_of(locked) != shown:
        raise AddedTo
    record("note-co-signed", by=by, patients=[locked.patient_id], about=locked.pk)
    return chain.attest(locked, by=by, meaning="co-signature", content=co_signed_content(locked), proof=proof)
