"""A supervisor's co-signature under the note of a clinician who works under supervision."""

from django.core.exceptions import PermissionDenied

from clinic.audit.log import record
from clinic.models import Membership
from notes import chain
from notes.addenda import Retracted
from notes.attested import co_signed_content
from notes.models import Attestation, Note


class Cosigned(Exception):
    """Somebody co-signed the note already; that signature stands."""


def cosign(note: Note, *, by: Membership, proof: str) -> Attestation:
    """Co-sign a note that waits for this supervisor. Call it last in its transaction, after presence was proved.

    What is signed is the note as it was signed: a co-signature covers its digests. Raises Retracted or Cosigned.
    """
    locked = Note.objects.select_for_update(no_key=True).get(pk=note.pk)
    if locked.is_retracted:
        raise Retracted
    if locked.cosignature:
        raise Cosigned
    if not Note.objects.to_cosign(by).filter(pk=locked.pk).exists():
        raise PermissionDenied
    record("note-co-signed", by=by, patients=[locked.patient_id], about=locked.pk)
    return chain.attest(locked, by=by, meaning="co-signature", content=co_signed_content(locked), proof=proof)
