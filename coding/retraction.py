"""Retracting a note with all that follows: its superbills are void, and the day's units are counted without it."""

from uuid import UUID

from django.db import transaction

from clinic.models import Membership, Patient, Visit
from clinic.requests.deeds import once
from coding import superbills
from coding.corrections import changes_between, issue_anew, judged, signed_later
from notes import retracting
from notes.models import Note, Retraction


@transaction.atomic(durable=True)
def retract(note: Note, *, by: Membership, reason: str, meant_for: Patient | None, proof: str, key: UUID) -> Retraction:
    """Take a note back under a signature. The visit waits for the right note again.

    The patient's row is locked first, as it is for a signature, and the chain's head last.
    Raises addenda.Retracted.
    """
    attempt = once(by, key, kind="retraction", body={"note": note.pk, "reason": reason})
    if attempt.is_repeat:
        return Retraction.objects.get(pk=attempt.result)
    Patient.objects.select_for_update(no_key=True).get(pk=note.patient_id)
    later = signed_later(note)
    before = judged(later)
    retraction = retracting.take_back(note, by=by, reason=reason, meant_for=meant_for)
    for bill in note.superbills.standing():
        superbills.void_for(bill, by=by, reason=superbills.RETRACTED)
    for change in changes_between(before, judged(later)):
        issue_anew(change, by=by, reason=superbills.BESIDE_A_RETRACTED_ONE)
    Visit.objects.filter(pk=note.visit_id, state=Visit.State.DONE).update(state=Visit.State.ARRIVED)
    attempt.made(retraction.pk)
    retracting.seal(retraction, by=by, proof=proof)
    return retraction
