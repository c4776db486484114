"""What a clinician may sign now, in the order of the visits. Each note is read in full and signed by itself, with a proof."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time

from django.db.models import QuerySet

from clinic.models import Membership
from coding.engine.suggest import suggest
from coding.facts import facts_of_notes
from coding.review import Review
from coding.rules import loaded, rules_for
from notes.models import Note

MOST = 60  # more are seldom open, and each is judged; what is signed makes room for the rest


@dataclass(frozen=True)
class Queue:
    """A clinician's drafts: those that nothing stops any more, and those in which something is to be fixed first."""

    ready: tuple[Review, ...]
    stopped: tuple[Review, ...]
    to_cosign: tuple[Note, ...]  # signed by those whom the member supervises
    is_whole: bool


def queue_of(member: Membership) -> Queue:
    """Judge a clinician's drafts, those of the oldest visits first."""
    drafts = Note.objects.drafts().filter(author=member).order_by("visit__on", "visit__at", "pk")
    notes = list(drafts[: MOST + 1])
    reviews = list(_judged(notes[:MOST]))
    return Queue(
        ready=tuple(each for each in reviews if not each.stops),
        stopped=tuple(each for each in reviews if each.stops),
        to_cosign=tuple(_to_cosign(member)),
        is_whole=len(notes) <= MOST,
    )


def _to_cosign(member: Membership) -> QuerySet[Note]:
    waiting = Note.objects.to_cosign(member).select_related("patient", "visit", "signature", "signed_by__user")
    return waiting.order_by("visit__on", "visit__at", "pk")[:MOST]


def next_to_sign(member: Membership, *, after: Note) -> Note | None:
    """Return the next note that nothing stops; one that was left aside does not come again before the last."""
    later = (each.note for each in queue_of(member).ready if _place(each.note) > _place(after))
    return next(later, None)


def _place(note: Note) -> tuple[date, time, str]:
    """Return where a note stands on the list: within its day, what has no time comes last, as the database sorts it."""
    return (note.visit.on, note.visit.at or time.max, str(note.pk))


def _judged(notes: list[Note]) -> Iterator[Review]:
    tables, read = loaded(), facts_of_notes([note.pk for note in notes])
    for note in notes:
        whole, facts = read[note.pk]
        yield Review(whole, facts, suggest(facts, rules_for(facts, tables)))
