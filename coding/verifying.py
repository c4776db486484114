"""Do superbills and the signer's decisions stand as they were signed? Asked by `manage.py verify`, some notes at a time.

The first superbills were written just before the signature, in its transaction. One that the desk issued anew says the same
as the one that it replaces. Another one came with something else that was signed, an addendum that corrects a fact.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Prefetch

from clinic.models import AccessEvent, Practice
from coding.line_digest import VERSION, covered, stated
from coding.models import Superbill
from notes.anchoring import seals
from notes.digests import canonical_digest
from notes.models import Attestation, Note, Signature
from notes.verifying import checks, finds

A_TRANSACTION = timedelta(minutes=1)  # longer than any that the web role is allowed

# prices are no part of what is signed, so they are sealed by day
seals(
    "lines", "coding_serviceline", "created_at",
    ("id", "created_at", "practice_id", "superbill_id", "position", "code", "units", "fee", "charge"),
)  # fmt: skip


@checks
def lines_are_as_signed(signatures: Sequence[Signature]) -> Iterator[tuple[Signature, str, str]]:
    """Yield what is wrong with lines, decisions and superbills of signed notes, and signatures that the log does not know."""
    notes, editions = _notes(signatures), _editions(signatures)
    attested = _attested(notes.values())
    for signature in signatures:
        if note := notes.get(signature.note_id):
            if note.pk not in editions:
                yield signature, "log", "it does not say that this note was signed"
            for why in _wrong(note, signature, editions.get(note.pk, ""), attested[note.patient_id]):
                yield signature, "note", why


@finds
def superbills_of_drafts(practice: Practice) -> Iterator[tuple[str, UUID, str]]:
    """Yield superbills that nobody signed for."""
    for bill in Superbill.objects.filter(practice=practice, note__signed_at=None):
        yield "superbill", bill.pk, f"superbill {bill.number} is of a note that nobody signed"


def _wrong(note: Note, signature: Signature, logged: str, attested: Sequence[datetime]) -> Iterator[str]:
    bills = sorted(note.superbills.all(), key=lambda bill: bill.number)
    first = [bill for bill in bills if bill.replaces_id is None and bill.created_at <= signature.created_at]
    edition = first[0].edition if first else logged
    lines = [stated(bill) for bill in first]
    if not any(
        canonical_digest(covered(note, lines, edition=edition, version=version)) == signature.line_digest
        for version in range(1, VERSION + 1)
    ):
        yield "its superbill, or what the signer decided about it, is not what was signed"
    yield from _wrong_later(bills, first, attested)


def _wrong_later(bills: Sequence[Superbill], first: Sequence[Superbill], attested: Sequence[datetime]) -> Iterator[str]:
    """Look at the superbills that did not come with the signature."""
    by_id = {bill.pk: bill for bill in bills}
    for bill in bills:
        if bill in first or any(timedelta(0) <= at - bill.created_at < A_TRANSACTION for at in attested):
            continue
        old = by_id.get(bill.replaces_id) if bill.replaces_id else None
        if old is None:
            yield f"superbill {bill.number} goes back to no signature"
        elif stated(bill) != stated(old):
            yield f"superbill {bill.number} says something else than {old.number}, which it replaces"


def _notes(signatures: Sequence[Signature]) -> dict[UUID, Note]:
    rows = Note.objects.filter(pk__in=[signature.note_id for signature in signatures])
    bills: Prefetch[Any] = Prefetch("superbills", Superbill.objects.prefetch_related("lines"))
    needs = ("record_only", "last_units", "acknowledgements", "ended_reasons", "picked_services")
    return {note.pk: note for note in rows.prefetch_related(bills, *needs)}


def _attested(notes: Iterable[Note]) -> Mapping[UUID, list[datetime]]:
    """Return when something was added to a patient's notes or taken back: bills of all notes of that day may follow from it."""
    meant = (Attestation.Meaning.ADDENDUM, Attestation.Meaning.RETRACTION)
    rows = Attestation.objects.filter(note__patient__in={note.patient_id for note in notes}, meaning__in=meant)
    found: dict[UUID, list[datetime]] = defaultdict(list)
    for patient, moment in rows.values_list("note__patient_id", "created_at"):
        found[patient].append(moment)
    return found


def _editions(signatures: Sequence[Signature]) -> dict[UUID, str]:
    """Return the edition of the rules that the log names for each note. It was written in the signature's own transaction."""
    if not signatures:
        return {}
    moments = sorted(signature.created_at for signature in signatures)
    said = AccessEvent.objects.filter(
        practice_id=signatures[0].practice_id, kind="note-signed", at__range=(moments[0] - A_TRANSACTION, moments[-1])
    )
    return dict(said.values_list("object_id", "detail__edition"))
