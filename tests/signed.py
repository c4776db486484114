"""A signature under a note, without what signing asks for and brings about: for tests of what a signed note refuses and shows."""

from datetime import datetime

from django.db import transaction

from clinic import clock
from notes import chain
from notes.digests import DIGEST_VERSION, digest
from notes.models import Note, Signature


def put_a_signature_under(note: Note, *, at: datetime | None = None) -> Note:
    """Sign a note as its author, at this moment or another; the rest of it stays as it is."""
    note = Note.objects.get(pk=note.pk)
    signature = Signature(
        practice_id=note.practice_id, note=note, member=note.author, name=note.author.full_name, proof="password",
        signed_at=at or clock.now(), digest_version=DIGEST_VERSION, note_digest=digest(note), line_digest="0" * 64,
    )  # fmt: skip
    with transaction.atomic():
        Note.objects.filter(pk=note.pk).update(signed_at=signature.signed_at, signed_by=note.author)
        chain.append(signature)
    return Note.objects.get(pk=note.pk)
