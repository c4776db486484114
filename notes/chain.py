"""The chain of a practice: each signature names the one before it, so that none can be changed, moved or taken out unseen.

A link is made with a key outside the database, so nobody who has only the database can make the chain anew. Signatures under
notes and attestations (what is signed later: addenda, co-signatures, retractions) are links of the one chain.
"""

import hashlib
import hmac
from collections.abc import Iterator
from heapq import merge
from operator import attrgetter
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet

from clinic import clock
from clinic.models import Membership
from notes.digests import canonical_digest
from notes.models import Addendum, Attestation, ChainHead, Note, Sealed, Signature

ATTESTATION_VERSION = 2  # since then a co-signature covers the addenda that stood before it
BATCH = 500

type Entry = Signature | Attestation


class MissingKey(LookupError):
    """A link was made with a key that is not among ours any more; the argument is its id."""


def append(entry: Entry) -> Entry:
    """Add a signature or an attestation as the next link of its practice's chain; without the lock a chain forks.

    Call it last in the transaction: whoever else signs in this practice waits for its end. The database moves the head.
    """
    ChainHead.objects.get_or_create(practice_id=entry.practice_id)
    head = ChainHead.objects.select_for_update().get(practice_id=entry.practice_id)
    entry.key_id, entry.sequence, entry.previous = settings.CHAIN_KEY_ID, head.sequence + 1, head.link
    entry.link = link_of(entry)
    entry.save(force_insert=True)
    return entry


def attest(
    note: Note, *, by: Membership, meaning: str, content: Any, proof: str, addendum: Addendum | None = None
) -> Attestation:
    """Sign something about a signed note, under the signer's name. Call it last in the transaction that writes it.

    `content` is all that the signature covers, read from stored rows, so that it can be read again when the chain is
    checked: what writes a new meaning adds a reader for it to `notes.attested`.
    """
    attestation = Attestation(
        practice_id=note.practice_id, note=note, addendum=addendum, member=by, name=by.full_name,
        credential=by.credential, meaning=Attestation.Meaning(meaning), proof=Sealed.Proof(proof), signed_at=clock.now(),
        digest_version=ATTESTATION_VERSION, content_digest=canonical_digest(content), **clock.dated("created_at"),
    )  # fmt: skip
    append(attestation)
    return attestation


def entries(
    practice_id: UUID,
    *,
    signatures: QuerySet[Signature] | None = None,
    attestations: QuerySet[Attestation] | None = None,
) -> Iterator[Entry]:
    """Yield the links of a practice's chain in their order, some at a time, with what the querysets take along."""
    kinds = (
        Signature.objects.all() if signatures is None else signatures,
        Attestation.objects.all() if attestations is None else attestations,
    )
    rows = (kind.filter(practice_id=practice_id).order_by("sequence", "id").iterator(BATCH) for kind in kinds)
    return merge(*rows, key=attrgetter("sequence"))


# A link


def link_of(entry: Entry) -> str:
    """Return the link that an entry should carry. Raises MissingKey."""
    return hmac.new(key_of(entry.key_id), canonical_digest(said(entry)).encode(), hashlib.sha256).hexdigest()


def said(entry: Entry) -> dict[str, Any]:
    """Return what a link binds together. These lists are frozen: links of years ago are computed with them."""
    common = {
        "practice": entry.practice_id, "note": entry.note_id, "sequence": entry.sequence, "previous": entry.previous,
        "digest_version": entry.digest_version, "member": entry.member_id, "name": entry.name,
        "credential": entry.credential, "meaning": entry.meaning, "proof": entry.proof, "signed_at": entry.signed_at,
    }  # fmt: skip
    if isinstance(entry, Signature):
        supervised = {"supervisor": entry.supervisor_id} if entry.supervisor_id else {}  # it came later than the list
        return common | supervised | {"note_digest": entry.note_digest, "line_digest": entry.line_digest}
    return common | {"addendum": entry.addendum_id, "content_digest": entry.content_digest}


def key_of(key_id: str) -> bytes:
    """Return the key of this id, of today or of before. Raises MissingKey."""
    keys = {**settings.CHAIN_KEYS, settings.CHAIN_KEY_ID: settings.CHAIN_KEY}
    if key_id not in keys:
        raise MissingKey(key_id)
    return str(keys[key_id]).encode()
