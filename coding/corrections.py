"""What a correction changes on the bills: which lines were stated, which would be, and what must be voided and issued anew.

Lines are judged by the rules of the visit's day, with the facts of the note and its corrections. Units hold per patient and
day, so notes that were signed on top of this one are judged again as well.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from django.db import transaction

from clinic.audit.log import record
from clinic.models import Membership, Patient
from clinic.requests.deeds import once
from coding import superbills
from coding.engine.results import Flag
from coding.engine.suggest import suggest
from coding.facts import coverages_of, facts_of_notes
from coding.models import ServiceLine, Superbill
from coding.review import Review
from coding.rules import rules_for
from coding.statements import StatedLine, Statement
from notes import addenda
from notes.digests import canonical_digest
from notes.models import Addendum, Correction, Note


class NotAsShown(Exception):
    """The note, its bills or the rules changed since the page was read."""


class Stopped(Exception):
    """With these corrections something stops the note that did not before."""


@dataclass(frozen=True)
class Change:
    """One payer's bill of one note that corrections change."""

    note: Note
    payer_name: str
    bill: Superbill | None  # the one that stands
    statement: Statement | None  # what would be stated; none where nothing is left to bill
    edition: str
    flags: tuple[str, ...]

    @property
    def before(self) -> list[str]:
        return [_issued(line) for line in self.bill.lines.all()] if self.bill else []

    @property
    def after(self) -> list[str]:
        return [_stated(row) for row in self.statement.lines] if self.statement else []


def _issued(line: ServiceLine) -> str:
    code = "-".join([line.code, *(modifier["code"] for modifier in line.modifiers)])
    return _line(code, line.units, line.minutes, line.pointers)


def _stated(row: StatedLine) -> str:
    code = "-".join([row.line.code, *(modifier.code for modifier in row.line.modifiers)])
    return _line(code, row.line.units, row.line.minutes, row.pointers)


def _line(code: str, units: int, minutes: int | None, pointers: Sequence[str]) -> str:
    told = f"{code} × {units}" + (f", {minutes} min" if minutes else "")
    return f"{told}, {' '.join(pointers)}" if pointers else told


@dataclass(frozen=True)
class Outcome:
    """What corrections of a note would come to."""

    corrections: tuple[Correction, ...]
    before: dict[UUID, Review]
    after: dict[UUID, Review]

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """The bills that change; the others stay as they were issued, whatever else is different today."""
        return tuple(changes_between(self.before, self.after))

    @cached_property
    def stops(self) -> tuple[Flag, ...]:
        """What would have stopped the signature, and did not before these corrections."""
        return self._new([flag for review in self.after.values() for flag in review.stops])

    @cached_property
    def warnings(self) -> tuple[Flag, ...]:
        return self._new([flag for review in self.after.values() for flag in review.all_warnings])

    def _new(self, flags: list[Flag]) -> tuple[Flag, ...]:
        known = {(flag.slug, flag.about) for review in self.before.values() for flag in review.suggestion.flags}
        return tuple(flag for flag in flags if (flag.slug, flag.about) not in known)

    @property
    def shown(self) -> str:
        """A digest of what the signer has before them."""
        names = ("kind", "row_id", "deed", "field", "old", "new", "reason")
        return canonical_digest(
            {
                "corrections": [[getattr(each, name) for name in names] for each in self.corrections],
                "changes": [
                    [
                        each.note.pk,
                        each.bill and each.bill.pk,
                        each.statement and each.statement.content(),
                        each.edition,
                    ]
                    for each in self.changes
                ],
            }
        )


def outcome_of(note: Note, corrections: Sequence[Correction]) -> Outcome:
    """Judge a note, and those of its day that were signed after it, as they stand and as they would with corrections."""
    if not corrections:
        return Outcome((), {}, {})
    pks = [note.pk, *signed_later(note)]
    return Outcome(tuple(corrections), judged(pks), judged(pks, corrections))


def signed_later(note: Note) -> list[UUID]:
    """Return the patient's notes of that day that were signed on top of this one."""
    others = Note.objects.signed().filter(patient=note.patient_id, visit__on=note.visit.on)
    return list(others.filter(signed_at__gt=note.signed_at).values_list("pk", flat=True))


def judged(pks: Sequence[UUID], corrections: Sequence[Correction] = ()) -> dict[UUID, Review]:
    """Return notes as the rules of their day judge them, with corrections that are not signed yet."""
    read = facts_of_notes(pks, corrections) if pks else {}
    return {pk: Review(whole, facts, suggest(facts, rules_for(facts))) for pk, (whole, facts) in read.items()}


def changes_between(before: Mapping[UUID, Review], after: Mapping[UUID, Review]) -> list[Change]:
    """Return the bills that are not the same after as before."""
    return [change for pk in after for change in _changes(before[pk], after[pk])]


def _changes(before: Review, after: Review) -> list[Change]:
    old = {each.payer_id: each for each in before.statements if each.lines}
    new = {each.payer_id: each for each in after.statements if each.lines}
    standing = {str(bill.coverage_id or ""): bill for bill in _bills(after.note)}
    seen = tuple(flag.title for flag in after.suggestion.flags)
    return [
        Change(after.note, (new.get(payer) or old[payer]).payer_name, standing.get(payer), new.get(payer),
               after.suggestion.edition, seen)
        for payer in dict.fromkeys([*old, *new])
        if _content(old.get(payer)) != _content(new.get(payer))
    ]  # fmt: skip


def _content(statement: Statement | None) -> object:
    return statement.content() if statement else None


def _bills(note: Note) -> Sequence[Superbill]:
    return list(note.superbills.standing().prefetch_related("lines"))


@transaction.atomic(durable=True)
def correct(
    note: Note, *, by: Membership, text: str, corrections: Sequence[Correction], shown: str, proof: str, key: UUID
) -> Addendum:
    """Sign an addendum with its corrections; void and issue anew what they change, all or nothing.

    The patient's row is locked first, as it is for a signature, and the chain's head last.
    Raises NotAsShown, Stopped, addenda.Overtaken or addenda.Retracted.
    """
    attempt = once(by, key, kind="correction", body={"note": note.pk, "text": text, "shown": shown})
    if attempt.is_repeat:
        return Addendum.objects.get(pk=attempt.result)
    Patient.objects.select_for_update(no_key=True).get(pk=note.patient_id)
    outcome = outcome_of(note, corrections)
    if outcome.shown != shown:
        raise NotAsShown
    if outcome.stops:
        raise Stopped
    addendum = addenda.write(note, by=by, text=text, corrections=corrections)
    for change in outcome.changes:
        issue_anew(change, by=by, reason=superbills.CORRECTED, addendum=addendum)
    attempt.made(addendum.pk)
    addenda.seal(addendum, by=by, proof=proof)
    return addendum


def issue_anew(change: Change, *, by: Membership, reason: str, addendum: Addendum | None = None) -> None:
    """Void what stands and issue what takes its place. Call it inside the transaction of the deed that changes it."""
    if change.bill:
        superbills.void_for(change.bill, by=by, reason=reason)
    if change.statement:
        bill = superbills.issue(
            change.note,
            change.statement,
            by=by,
            coverage=coverages_of(change.note)[change.statement.payer_id],
            edition=change.edition,
            flags=change.flags,
            replaces=change.bill,
            addendum=addendum,
            waits_for=supervisor_of(change.note),
        )
        record("superbill-issued", by=by, patients=[change.note.patient_id], about=bill.pk, number=bill.number)


def supervisor_of(note: Note) -> Membership | None:
    """Return who is still to co-sign a note, if anybody is."""
    return None if note.cosignature else note.signature.supervisor
