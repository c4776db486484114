"""Saving drafts: whoever changes a note wins its row first, by its version, and only then touches its parts."""

from collections.abc import Callable
from uuid import UUID

from django.db import transaction
from django.db.models import F

from clinic import clock
from clinic.fingerprints import fingerprint
from notes.models import Note


class Signed(Exception):
    """The note was signed; nothing can be changed any more."""


class Changed(Exception):
    """Somebody else changed the same thing in the meantime. What they saved stands; `note` is it."""

    def __init__(self, note: Note) -> None:
        super().__init__("changed")
        self.note = note


class Repeated(Exception):
    """This very save has arrived before; nothing more is to be done. `note` is the note as it stands."""

    def __init__(self, note: Note) -> None:
        super().__init__("repeated")
        self.note = note


def claim(
    note: Note, version: int, *, key: UUID | None = None, untouched: Callable[[Note], bool] | None = None
) -> Note:
    """Take the next version of a draft, or say why not. Call it inside the transaction, before any part is touched.

    One conditional UPDATE decides: a read, a comparison and a save lose updates, and the other order (parts first) deadlocks.
    Who comes with an old version loses, unless what they change is `untouched` since they read it: an assistant who writes the
    subjective part and a clinician who writes the plan do not stand in each other's way. A fresh version does not excuse a
    change of something that was read before it: every answer brings the page a fresh version, not fresh words.
    Raises Signed, Repeated (the key was the last one) or Changed. Returns the note with its new version.
    """
    won = _advance(note.pk, version, key)
    current = Note.objects.select_for_update(of=("self",)).get(pk=note.pk)
    if current.is_signed:
        raise Signed
    if not won and key is not None and current.last_key == key:
        raise Repeated(current)
    if not untouched(current) if untouched else not won:
        raise Changed(current)  # and the version that was won goes back with the transaction
    if not won:
        _advance(current.pk, current.version, key)
    return Note.objects.get(pk=note.pk)


def _advance(pk: UUID, version: int, key: UUID | None) -> int:
    return Note.objects.filter(pk=pk, version=version, signed_at=None).update(
        version=F("version") + 1, last_key=key, saved_at=clock.now()
    )


@transaction.atomic(durable=True)
def save_fields(note: Note, *, version: int, key: UUID | None, base: str | None, **changes: object) -> Note:
    """Save some of the note's own fields. Without a base, the version alone decides."""
    names = list(changes)
    current = claim(
        note, version, key=key, untouched=None if base is None else lambda now: fingerprint(now, names) == base
    )
    for name, value in changes.items():
        setattr(current, name, value)
    current.save(update_fields=names)
    return current
