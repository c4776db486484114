"""Signing the demo's notes, through the same verb as the page, and each at its own time (clinic/clock.py)."""

from collections.abc import Iterable, Iterator, Sequence

from django.contrib.auth.hashers import check_password

from clinic.models import Membership
from clinic.requests.deeds import new_key
from coding.demo.people import DEMO_PASSWORD
from coding.engine import rulebook
from coding.engine.suggest import suggest
from coding.facts import facts_of_notes
from coding.review import NotReady, Review, acknowledge, complete, review
from coding.rules import loaded, rules_for
from notes.models import Note


class WrongPassword(Exception):
    """A signer has another password than the demo's."""


def prove_presence(members: Iterable[Membership]) -> None:
    """Check each signer's password, as the page does before it signs."""
    for member in members:
        if not check_password(DEMO_PASSWORD, member.user.password):
            raise WrongPassword(str(member))


def judged(notes: Sequence[Note]) -> Iterator[Review]:
    """Review notes as their page does, many at a time, for the sake of speed. Ask for the next when the last is signed."""
    tables = loaded()
    for batch in _apart(notes):
        read = facts_of_notes([note.pk for note in batch])
        for note in batch:
            whole, facts = read[note.pk]
            yield Review(whole, facts, suggest(facts, rules_for(facts, tables)))


def _apart(notes: Iterable[Note]) -> Iterator[list[Note]]:
    """Yield runs in which no patient comes twice: a visit is judged on top of the one before, once that is signed."""
    run: list[Note] = []
    for note in notes:
        if any(note.patient_id == other.patient_id for other in run):
            yield run
            run = []
        run.append(note)
    if run:
        yield run


def sign_note(current: Review) -> bool:
    """Give a reason for each warning of a review, and sign; say whether it could be signed.

    A note that the rules of the day stop stays a draft, as it would for anybody.
    """
    try:
        return _sign(current)
    except NotReady as refused:  # a note that was signed since this one was judged raises something more
        return _sign(refused.review)


def _sign(current: Review) -> bool:
    note = current.note
    if current.stops:
        return False
    for flag in current.warnings:
        reason = rulebook.load(current.facts.on).checks[flag.slug].reasons[0]
        note = acknowledge(note, slug=flag.slug, about=flag.about, reason=reason, by=note.author, version=note.version)
    shown = review(note).shown if current.warnings else current.shown
    complete(note, by=note.author, shown=shown, key=new_key())
    return True
