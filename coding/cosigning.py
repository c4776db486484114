"""Co-signing with what follows: the superbills that waited for it go to the desk."""

from uuid import UUID

from django.db import transaction

from clinic.models import Membership, Patient
from clinic.requests.deeds import once
from coding import superbills
from notes import cosigning
from notes.models import Note


@transaction.atomic(durable=True)
def cosign(note: Note, *, by: Membership, proof: str, shown: str, key: UUID) -> Note:
    """Co-sign a note, and give its superbills to the desk. Raises what `notes.cosigning.cosign` raises.

    The patient's row is locked first, as it is for a correction: otherwise the two wait for each other, with superbill and note.
    """
    attempt = once(by, key, kind="co-signature", body={"note": note.pk, "shown": shown})
    if attempt.is_repeat:
        return note
    attempt.made(note.pk)
    Patient.objects.select_for_update(no_key=True).get(pk=note.patient_id)
    superbills.release_cosigned(note, by=by)
    cosigning.cosign(note, by=by, proof=proof, shown=shown)
    return note
