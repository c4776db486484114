"""Saving drafts: whoever changes a note wins its row first, by its version, and only then touches its parts."""

from uuid import UUID

from django.db.models import F
from django.utils import timezone

from notes.models import Note


class Signed(Exception):
    """The note was signed; nothing can be changed any more."""


class Changed(Exception):
    """Somebody else saved the note in the meantime. What they saved stands; `note` is it."""

    def __init__(self, note: Note) -> None:
        super().__init__("changed")
        self.note = note


class Repeated(Exception):
    """This very save has arrived before; nothing more is to be done. `note` is the note as it stands."""

    def __init__(self, note: Note) -> None:
        super().__init__("repeated")
        self.note = note


def claim(note: Note, version: int, *, key: UUID | None = None) -> Note:
    """Take the next version of a draft, or say why not. Call it inside the transaction, before any part is touched.

    One conditional UPDATE decides: a read, a comparison and a save lose updates, and the other order (parts first) deadlocks.
    Raises Signed, Repeated (the key was the last one) or Changed. Returns the note with its new version.
    """
    now = timezone.now()
    won = Note.objects.filter(pk=note.pk, version=version, signed_at=None).update(
        version=F("version") + 1, last_key=key, saved_at=now
    )
    current = Note.objects.get(pk=note.pk)
    if won:
        return current
    if current.is_signed:
        raise Signed
    if key is not None and current.last_key == key:
        raise Repeated(current)
    raise Changed(current)
