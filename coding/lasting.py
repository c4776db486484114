"""Reasons that hold for the rest of a complaint: which of them hold in a note.

A reason is part of the note in which it was given, and so is its end part of the note in which it was taken back. Both count
for later notes from the signature on, and no longer where that note was retracted.
"""

from collections.abc import Sequence

from coding.engine.results import Flag
from coding.models import Acknowledgement
from notes.models import Note


def lasting_reasons(note: Note) -> list[Acknowledgement]:
    """Return the reasons of earlier notes that hold in a note, the latest first. The note is a whole one (coding/facts.py)."""
    served = [row.episode for row in note.note_episodes.all()]
    holding = [reason for episode in served for reason in episode.lasting_reasons.all() if _holds(reason, note)]
    return sorted(holding, key=lambda reason: reason.created_at, reverse=True)


def let_stand_by(flag: Flag, reasons: Sequence[Acknowledgement]) -> list[Acknowledgement]:
    """Return which of these lasting reasons are of this flag: of the same check, and of what it still rests on."""
    return [reason for reason in reasons if reason.slug == flag.slug and flag.cause in (reason.causes or ())]


def _holds(reason: Acknowledgement, note: Note) -> bool:
    ended = (end.note for end in reason.ends.all())
    return _comes_before(reason.note, note) and not any(each == note or _comes_before(each, note) for each in ended)


def _comes_before(other: Note, note: Note) -> bool:
    """A signed note has behind it what was signed when it was; a draft, all that is."""
    if other.signed_at is None or other.is_retracted or other.pk == note.pk:
        return False
    return other.visit.on <= note.visit.on and (note.signed_at is None or other.signed_at < note.signed_at)
