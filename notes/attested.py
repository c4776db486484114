"""What an attestation covers, read from stored rows: once when it is signed, and again whenever the chain is checked.

Each meaning has one reader. The lists are frozen: what is added later enters under a new version of `chain.ATTESTATION_VERSION`.
"""

from collections.abc import Callable, Mapping
from typing import Any

from notes.models import Addendum, Attestation, Note, Retraction

CORRECTION_FIELDS = ("id", "note_id", "position", "kind", "row_id", "deed", "field", "old", "new", "reason")

NEEDS = (
    "addendum__corrections",
    "note__signature",
    "note__attestations",
    "note__retraction",
)  # what the readers read, fetched for many attestations at a time


def addendum_content(addendum: Addendum) -> dict[str, Any]:
    """Return what a signature under an addendum covers: its words, and its corrections if it has any."""
    names = ("id", "note_id", "written_by_id", "name", "text")
    made = [{name: getattr(each, name) for name in CORRECTION_FIELDS} for each in addendum.corrections.all()]
    words = {name: getattr(addendum, name) for name in names}
    return words | {"corrections": made} if made else words


def retraction_content(retraction: Retraction) -> dict[str, Any]:
    """Return what a signature under a retraction covers."""
    names = ("id", "note_id", "retracted_by_id", "name", "reason", "meant_for_id")
    return {name: getattr(retraction, name) for name in names}


def co_signed_content(note: Note, attestation: Attestation | None = None) -> dict[str, Any]:
    """Return what a co-signature covers: the note and its lines by their digests, as they were signed, and the addenda before it.

    Without an attestation, what one would cover that is made now.
    """
    signature = note.signature
    signed = {"note": note.pk, "note_digest": signature.note_digest, "line_digest": signature.line_digest}
    if attestation and attestation.digest_version < 2:
        return signed
    before = [each for each in note.attestations.all() if not attestation or each.sequence < attestation.sequence]
    return signed | {
        "addenda": [each.content_digest for each in before if each.meaning == Attestation.Meaning.ADDENDUM]
    }


def _of_an_addendum(attestation: Attestation) -> dict[str, Any]:
    return addendum_content(attestation.addendum) if attestation.addendum else {}


def _of_a_retraction(attestation: Attestation) -> dict[str, Any]:
    return retraction_content(attestation.note.retraction)


READERS: Mapping[str, Callable[[Attestation], Any]] = {
    Attestation.Meaning.ADDENDUM: _of_an_addendum,
    Attestation.Meaning.CO_SIGNATURE: lambda attestation: co_signed_content(attestation.note, attestation),
    Attestation.Meaning.RETRACTION: _of_a_retraction,
}
