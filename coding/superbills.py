"""Superbills: issued with the signature, reviewed or held by the desk, voided with a reason. What was issued stays."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction

from clinic import clock
from clinic.audit.log import record
from clinic.models import Coverage, Membership, Patient
from coding.models import Fee, ServiceLine, Superbill, SuperbillCounter
from coding.prices import PriceList, charge
from coding.statements import StatedLine, Statement
from notes.models import Addendum, Note

# Why one is void that the desk did not void itself.
CORRECTED = "The note was corrected by an addendum"
RETRACTED = "The note was retracted"
BESIDE_A_RETRACTED_ONE = "Another note of this day was retracted"


WAITS = "Waits for the co-signature of"


class NotInThisState(Exception):
    """The superbill is not in a state that allows this; the message says why."""


def issue(
    note: Note,
    statement: Statement,
    *,
    by: Membership,
    coverage: Coverage | None,
    edition: str,
    flags: Iterable[str] = (),
    replaces: Superbill | None = None,
    addendum: Addendum | None = None,
    waits_for: Membership | None = None,
) -> Superbill:
    """Write the superbill of one payer. Call it inside the transaction that signs the note, or the addendum that corrects it."""
    bill: Superbill = Superbill.objects.create(
        practice_id=note.practice_id, visit_id=note.visit_id, note=note, number=_next_number(note.practice_id),
        coverage=coverage, edition=edition, issued_by=by, replaces=replaces, addendum=addendum,
        **_stated(statement, flags), **_held_for(waits_for, by), **clock.dated("created_at"),
    )  # fmt: skip
    prices, picked = PriceList.of(note.practice_id), note.picked_services.all()
    agreed = {line.code: line.fee for line in replaces.lines.all()} if replaces else {}
    ServiceLine.objects.bulk_create(
        _line(bill, position, row, _price(row, agreed, prices.fee(row.line.code, row.line.title, picked)))
        for position, row in enumerate(statement.lines, start=1)
    )
    return bill


def _stated(statement: Statement, flags: Iterable[str]) -> dict[str, Any]:
    return {
        "payer_name": statement.payer_name[:80],
        "diagnoses": [{"letter": row.letter, "code": row.code, "title": row.title} for row in statement.diagnoses],
        "flags": list(dict.fromkeys(flags)),
        "timed_minutes": statement.timed_minutes,
        "unit_method": statement.method,
    }


def _held_for(supervisor: Membership | None, by: Membership) -> dict[str, Any]:
    """Hold a superbill until the signer's supervisor has co-signed: what payers want differs, and the desk sees why it waits."""
    if supervisor is None:
        return {}
    return {"held_at": clock.now(), "held_by": by, "question": f"{WAITS} {supervisor}."}


def release_cosigned(note: Note, *, by: Membership) -> None:
    """Give the desk what waited for a co-signature. Call it inside the transaction that co-signs."""
    for bill in note.superbills.held().filter(question__startswith=WAITS).select_for_update(no_key=True):
        bill.held_at, bill.held_by, bill.answer = None, None, f"co-signed by {by}"
        bill.save(update_fields=["held_at", "held_by", "answer"])
        _record("superbill-released", bill, by)


def _price(row: StatedLine, agreed: Mapping[str, Decimal | None], fee: Fee | None) -> Decimal | None:
    """What was billed before keeps its price: a correction puts right what was done, not what it costs."""
    return agreed.get(row.line.code) or (fee.amount if fee else None)


def _line(bill: Superbill, position: int, row: StatedLine, price: Decimal | None) -> ServiceLine:
    return ServiceLine(
        practice_id=bill.practice_id,
        superbill=bill,
        position=position,
        code=row.line.code,
        title=row.line.title[:120],
        units=row.line.units,
        minutes=row.line.minutes,
        # codes only: the engine's reason may quote the note, and the desk reads what stands here
        modifiers=[{"code": modifier.code} for modifier in row.line.modifiers],
        regions=list(row.line.regions),
        pointers=list(row.pointers),
        fee=price,
        charge=charge(price, row.line.units),
        **clock.dated("created_at"),
    )


def _next_number(practice_id: UUID) -> int:
    """Return the next number of the practice. The counter's row is locked until the end, so numbers have no gaps."""
    SuperbillCounter.objects.get_or_create(practice_id=practice_id)
    counter = SuperbillCounter.objects.select_for_update().get(practice_id=practice_id)
    counter.last += 1
    counter.save(update_fields=["last"])
    return counter.last


# What the desk does


@transaction.atomic(durable=True)
def review(bill: Superbill, *, by: Membership) -> Superbill:
    """Say that a superbill is in order. Whoever says so first is kept."""
    bill = _locked(bill)
    if bill.held_at:
        raise NotInThisState("This superbill is held. Release it first.")
    if bill.reviewed_by_id == by.pk:
        return bill  # a second click
    if bill.reviewed_at:
        raise NotInThisState(f"{bill.reviewed_by} reviewed this superbill already. Their review stands.")
    bill.reviewed_at, bill.reviewed_by = clock.now(), by
    bill.save(update_fields=["reviewed_at", "reviewed_by"])
    _record("superbill-reviewed", bill, by)
    return bill


@transaction.atomic(durable=True)
def hold(bill: Superbill, *, by: Membership, question: str) -> Superbill:
    """Put a superbill aside with a question for the clinician."""
    bill = _locked(bill)
    if bill.held_at and (bill.held_by_id, bill.question) == (by.pk, question):
        return bill  # a second click
    if bill.held_at:
        raise NotInThisState(f"{bill.held_by} holds this superbill already, with a question of their own.")
    bill.held_at, bill.held_by = clock.now(), by
    bill.reviewed_at, bill.reviewed_by = None, None
    bill.question, bill.answer = question, ""
    bill.save(update_fields=["held_at", "held_by", "reviewed_at", "reviewed_by", "question", "answer"])
    _record("superbill-held", bill, by)
    return bill


@transaction.atomic(durable=True)
def release(bill: Superbill, *, by: Membership, answer: str = "") -> Superbill:
    """Answer the question, and give the superbill back for review."""
    bill = _locked(bill)
    if not bill.held_at and bill.question and bill.answer == answer:
        return bill  # a second click: what was asked for stands
    if not bill.held_at:
        raise NotInThisState("This superbill is not held any more.")
    bill.held_at, bill.held_by, bill.answer = None, None, answer
    bill.save(update_fields=["held_at", "held_by", "answer"])
    _record("superbill-released", bill, by)
    return bill


@transaction.atomic(durable=True)
def void(bill: Superbill, *, by: Membership, reason: str, reissue: bool = False) -> Superbill:
    """Take a superbill back, with a reason. `reissue` writes it anew with today's fees, linked to the old one.

    The patient's row is locked first, as it is for a correction or a retraction: those find superbills as they stand, and void
    and issue them with what is signed.
    """
    Patient.objects.select_for_update(no_key=True).get(pk=bill.note.patient_id)
    if Superbill.objects.filter(pk=bill.pk, voided_by=by, void_reason=reason).exists():  # a second click
        return Superbill.objects.filter(replaces=bill).first() or bill
    bill = void_for(bill, by=by, reason=reason)
    return _reissue(bill, by) if reissue else bill


def void_for(bill: Superbill, *, by: Membership, reason: str) -> Superbill:
    """Take a superbill back inside the transaction of the deed that asks for it."""
    bill = _locked(bill)
    bill.voided_at, bill.voided_by, bill.void_reason = clock.now(), by, reason
    bill.save(update_fields=["voided_at", "voided_by", "void_reason"])
    _record("superbill-voided", bill, by)
    return bill


def what_to_settle(bill: Superbill, *, paid: bool) -> str:
    """Tell the desk what a correction leaves to do, where the superbill before it may have gone out or been paid for."""
    old = bill.replaces
    if old is None or old.void_reason not in (CORRECTED, BESIDE_A_RETRACTED_ONE) or not (old.reviewed_at or paid):
        return ""
    sent = (
        f"superbill {old.number} was reviewed: if its claim was sent, send a corrected claim" if old.reviewed_at else ""
    )
    owed = "money was taken: settle the difference with the patient" if paid else ""
    return "; ".join(filter(None, [sent, owed]))


def _locked(bill: Superbill) -> Superbill:
    found: Superbill = Superbill.objects.select_for_update(no_key=True, of=["self"]).get(pk=bill.pk)
    if found.voided_at:
        raise NotInThisState("This superbill was voided. What is void stays so.")
    return found


def _record(kind: str, bill: Superbill, by: Membership) -> None:
    record(kind, by=by, patients=[bill.note.patient_id], about=bill.pk, number=bill.number)


KEPT = (
    "practice", "visit", "note", "coverage", "edition", "payer_name", "diagnoses", "flags", "timed_minutes",
    "unit_method",
)  # fmt: skip
KEPT_OF_A_LINE = ("practice", "position", "code", "title", "units", "minutes", "modifiers", "regions", "pointers")


def _reissue(old: Superbill, by: Membership) -> Superbill:
    kept = {name: getattr(old, name) for name in KEPT}
    number = _next_number(old.practice_id)
    new: Superbill = Superbill.objects.create(
        **kept, number=number, issued_by=by, replaces=old, **clock.dated("created_at")
    )
    prices, picked = PriceList.of(old.practice_id), old.note.picked_services.select_related("fee")
    ServiceLine.objects.bulk_create(
        _line_anew(line, new, prices.fee(line.code, line.title, picked)) for line in old.lines.all()
    )
    _record("superbill-issued", new, by)
    return new


def _line_anew(line: ServiceLine, bill: Superbill, fee: Fee | None) -> ServiceLine:
    """Price a line by today's fee; where there is none, the old price stands."""
    kept = {name: getattr(line, name) for name in KEPT_OF_A_LINE}
    price = fee.amount if fee else line.fee
    return ServiceLine(**kept, superbill=bill, fee=price, charge=charge(price, line.units), **clock.dated("created_at"))
