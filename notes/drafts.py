"""Saving drafts: whoever changes a note wins its row first, by its version, and only then touches its parts."""

from collections.abc import Callable, Iterable
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.http import Http404

from clinic import clock
from clinic.entry.fingerprints import fingerprint
from clinic.models import Membership
from clinic.requests.deeds import once
from notes import history
from notes.models import Note


class Signed(Exception):
    """The note was signed; nothing can be changed any more."""


class Changed(Exception):
    """Somebody else changed the same thing in the meantime. What they saved stands; `note` is it."""

    def __init__(self, note: Note) -> None:
        super().__init__("changed")
        self.note = note


class Discarded(Http404):
    """The draft was discarded while this was on its way: it is answered as if it had come a moment later."""


class Repeated(Exception):
    """This very save has arrived before; nothing more is to be done. `note` is the note as it stands."""

    def __init__(self, note: Note) -> None:
        super().__init__("repeated")
        self.note = note


def claim(
    note: Note,
    version: int,
    *,
    key: UUID | None = None,
    after: Iterable[UUID] = (),
    untouched: Callable[[Note], bool] | None = None,
) -> Note:
    """Take the next version of a draft, or say why not. Call it inside the transaction, before any part is touched.

    One conditional UPDATE decides: a read, a comparison and a save lose updates, and the other order (parts first) deadlocks.
    Who comes with an old version loses, unless what they change is `untouched` since they read it: an assistant who writes the
    subjective part and a clinician who writes the plan do not stand in each other's way. A fresh version does not excuse a
    change of something that was read before it: every answer brings the page a fresh version, not fresh words.
    `after` are keys of earlier saves of the same part whose answers were lost on their way to the page: where one of them
    was the last save of the note, what stands there is what this page wrote, and nobody's change.
    Raises Discarded, Signed, Repeated (the key was the last one) or Changed. Returns the note with its new version.
    """
    won = _advance(note.pk, version, key)
    current = Note.objects.select_for_update(of=("self",)).filter(pk=note.pk).first()
    if current is None:
        raise Discarded
    if current.is_signed:
        raise Signed
    if not won and key is not None and current.last_key == key:
        raise Repeated(current)
    is_own = not won and current.last_key in set(after)
    if not is_own and not (untouched(current) if untouched else won):
        raise Changed(current)  # and the version that was won goes back with the transaction
    if not won:
        _advance(current.pk, current.version, key)
    return Note.objects.get(pk=note.pk)


def claim_once(note: Note, version: int, *, by: Membership, key: UUID | None, kind: str, about: UUID) -> Note:
    """Take the next version for a deed that is not the same twice (a row that is added, moved, taken out), once for each key.

    Such a deed conflicts with nobody's, but its key may come again after another save: it is kept apart from the note's last.
    """
    if key:
        attempt = once(by, key, kind=kind, body={"note": note.pk, "about": about})
        if attempt.is_repeat:
            raise Repeated(Note.objects.get(pk=note.pk))
        attempt.made(note.pk)
    return claim(note, version, key=key, untouched=lambda now: True)


def _advance(pk: UUID, version: int, key: UUID | None) -> int:
    return Note.objects.filter(pk=pk, version=version, signed_at=None).update(
        version=F("version") + 1, last_key=key, saved_at=clock.now()
    )


@transaction.atomic(durable=True)
def save_fields(
    note: Note,
    *,
    version: int,
    key: UUID | None,
    base: str | None,
    by: Membership | None = None,
    after: Iterable[UUID] = (),
    **changes: object,
) -> Note:
    """Save some of the note's own fields. Without a base, the version alone decides."""
    names = list(changes)

    def untouched(now: Note) -> bool:
        """Say whether these fields are as they were read, or already say what is to be saved: its answer was lost then."""
        return fingerprint(now, names) == base or all(getattr(now, name) == value for name, value in changes.items())

    current = claim(note, version, key=key, after=after, untouched=None if base is None else untouched)
    changed = [name for name, value in changes.items() if getattr(current, name) != value]
    for name, value in changes.items():
        setattr(current, name, value)
    current.save(update_fields=names)
    if by:
        history.wrote(current, changed, by=by)
    return current
