"""What stands on a superbill, in words and numbers: the page and the PDF show the same. Never words of a note."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Sum
from django.utils import timezone

from clinic.models import Coverage, Payment, address_of
from clinic.templatetags.plumbline import money
from coding.authorisations import authorisation_of, told, usage_of
from coding.engine.authorisation import standing
from coding.engine.vocabulary import Region, UnitMethod
from coding.models import ServiceLine, Superbill
from coding.superbills import what_to_settle
from notes.models import Signature

NO_FEE = "no fee set"

# What a modifier says, in the desk's words. The engine's own reason may quote the note, so it does not come here.
MODIFIERS = {
    "25": "an exam with a reason of its own",
    "59": "a distinct service",
    "XE": "a distinct service at another time",
    "XS": "a distinct service at another region",
    "XP": "a distinct service by another clinician",
    "XU": "a distinct service that does not overlap",
    "AT": "active care",
    "GA": "a waiver is on file",
    "GP": "under a physical-medicine plan",
    "GX": "a voluntary notice was given",
    "GY": "never covered by this payer",
    "GZ": "expected to be denied, no waiver",
}


@dataclass(frozen=True)
class SheetLine:
    code: str
    modifiers: str
    title: str
    units: int
    minutes: str
    regions: str
    pointers: str
    fee: str
    charge: str


@dataclass(frozen=True)
class Sheet:
    """A superbill as it is shown and printed. Every value is plain text."""

    title: str
    state: str
    practice: list[list[str]]
    provider: list[list[str]]
    patient: list[list[str]]
    payer: list[list[str]]
    visit: list[list[str]]
    diagnoses: list[list[str]]
    lines: list[SheetLine]
    modifiers: list[list[str]]
    total: str
    paid: str
    balance: str
    payments: list[str]
    remarks: list[str]
    signature: str


def sheet_of(bill: Superbill) -> Sheet:
    """Return what stands on a superbill."""
    lines = list(bill.lines.all())
    total = sum((line.charge for line in lines), Decimal(0))
    paid = paid_towards(bill)
    return Sheet(
        title=f"Superbill {bill.number}",
        state=f"Void: {bill.void_reason}" if bill.voided_at else "",
        practice=_practice(bill),
        provider=_provider(bill),
        patient=_patient(bill),
        payer=_payer(bill),
        visit=_visit(bill),
        diagnoses=[[row["letter"], row["code"], row["title"]] for row in bill.diagnoses],
        lines=[_line(line) for line in lines],
        modifiers=_modifiers(lines),
        total=money(total),
        paid=money(paid),
        balance=money(total - paid),
        payments=list(_payments(bill)),
        remarks=_remarks(bill, lines),
        signature=_signature(bill),
    )


def note_goes_along(bill: Superbill) -> bool:
    """Say whether the payer wanted the signed note with each claim on the day of the visit."""
    return bool(bill.coverage and bill.coverage.payer.profile(bill.visit.on)["notes_go_along"])


def paid_towards(bill: Superbill) -> Decimal:
    """Return what was paid for the visit, less what an earlier superbill of the visit takes of it."""
    sums = Payment.objects.filter(visit=bill.visit_id).aggregate(paid=Sum("amount"))
    left: Decimal = sums["paid"] or Decimal(0)
    for other in bill.visit.superbills.standing().prefetch_related("lines").exclude(number__gte=bill.number):
        left -= min(left, other.total)
    others_follow = bill.visit.superbills.standing().filter(number__gt=bill.number).exists()
    return min(left, bill.total) if others_follow else left


# Who, for whom, to whom


def _practice(bill: Superbill) -> list[list[str]]:
    practice = bill.practice
    return _stated(
        ("", practice.name),
        ("", address_of(practice)),
        ("Phone", practice.phone),
        ("Group NPI", practice.npi),
        ("Tax ID", practice.tax_id),
    )


def _provider(bill: Superbill) -> list[list[str]]:
    member = bill.note.signed_by or bill.note.author
    place = bill.visit.location
    return _stated(
        ("", member.signature),
        ("NPI", member.npi),
        ("Place", place.name),
        ("", address_of(place)),
        ("Place of service", place.place_of_service),
    )


def _patient(bill: Superbill) -> list[list[str]]:
    patient = bill.visit.patient
    return _stated(
        ("", str(patient)),
        ("Born", _day(patient.birth_date)),
        ("Sex", patient.get_sex_display()),
        ("Chart", patient.chart_number),
        ("Address", address_of(patient)),
        ("Phone", patient.phone),
    )


def _payer(bill: Superbill) -> list[list[str]]:
    coverage = bill.coverage
    if coverage is None:
        return [["", "Self-pay"]]
    payer = coverage.payer
    return _stated(
        ("", payer.name),
        ("", address_of(payer)),
        ("Kind", coverage.get_kind_display()),
        ("Payer ID", payer.electronic_id),
        ("Member", coverage.member_id),
        ("Group", coverage.group_id),
        ("Claim", coverage.claim_number),
        *_holder(coverage),
        *_accident(coverage),
        ("Authorisation", _authorisation(bill, coverage)),
    )


def _holder(coverage: Coverage) -> list[tuple[str, str]]:
    if coverage.subscriber == Coverage.Subscriber.SELF:
        return [("Policy holder", "the patient")]
    born = f", born {_day(coverage.subscriber_birth_date)}" if coverage.subscriber_birth_date else ""
    return [("Policy holder", f"{coverage.subscriber_name or 'not named'} ({coverage.subscriber}){born}")]


def _accident(coverage: Coverage) -> list[tuple[str, str]]:
    if not coverage.cause:
        return []
    when = f" of {_day(coverage.accident_on)}" if coverage.accident_on else ""
    where = f" in {coverage.accident_state}" if coverage.accident_state else ""
    return [
        ("Accident", f"{coverage.get_cause_display()}{when}{where}"),
        ("Employer", coverage.employer),
        ("Adjuster or attorney", coverage.contact),
    ]


def _authorisation(bill: Superbill, coverage: Coverage) -> str:
    """Name what was authorised, and which visit of it this is; what is missing, where the payer wants it."""
    usage = usage_of([coverage])
    stands = told(coverage, bill.visit, usage)
    counted = stands.words if stands else standing(authorisation_of(coverage, bill.visit, usage))
    return ", ".join(filter(None, [coverage.authorisation, counted]))


def _visit(bill: Superbill) -> list[list[str]]:
    onset = min(filter(None, (row.episode.onset_on for row in bill.note.note_episodes.all())), default=None)
    return _stated(
        ("Date of service", _day(bill.visit.on)),
        ("Onset", _day(onset) if onset else ""),
        ("Units", UnitMethod(bill.unit_method).label),
        ("Timed minutes", str(bill.timed_minutes) if bill.timed_minutes else ""),
    )


# Lines and sums


def _line(line: ServiceLine) -> SheetLine:
    return SheetLine(
        code=line.code,
        modifiers=" ".join(modifier["code"] for modifier in line.modifiers),
        title=line.title,
        units=line.units,
        minutes=str(line.minutes) if line.minutes else "",
        regions=", ".join(Region(region).label for region in line.regions),
        pointers=" ".join(line.pointers),
        fee=money(line.fee) if line.fee is not None else "",
        charge=money(line.charge) if line.fee is not None else NO_FEE,
    )


def _modifiers(lines: list[ServiceLine]) -> list[list[str]]:
    used = dict.fromkeys(modifier["code"] for line in lines for modifier in line.modifiers)
    return [[code, MODIFIERS.get(code, "")] for code in used]


def _payments(bill: Superbill) -> Iterator[str]:
    """Say how and when the visit was paid for. What was taken back was never paid."""
    zone = ZoneInfo(bill.practice.time_zone)
    for payment in bill.visit.payments.filter(reverses=None, reversal=None).order_by("created_at"):
        on = timezone.localtime(payment.created_at, zone).date()
        yield f"{money(payment.amount)} {payment.get_method_display()}, {_day(on)}"


def _remarks(bill: Superbill, lines: list[ServiceLine]) -> list[str]:
    missing = sum(line.fee is None for line in lines)
    remarks = [f"The total leaves out {missing} line{'s' if missing > 1 else ''} without a fee."] if missing else []
    if bill.replaces:
        remarks.append(f"Replaces superbill {bill.replaces.number}, which is void.")
    if bill.addendum:
        remarks.append(
            f"The note was corrected by an addendum of {_day(_local(bill, bill.addendum.created_at).date())}."
        )
    if to_do := what_to_settle(bill, paid=bill.visit.payments.exists()):
        remarks.append(f"{to_do[:1].upper()}{to_do[1:]}.")
    if note_goes_along(bill):
        remarks.append("The signed note goes along with this claim.")
    return remarks


def _signature(bill: Superbill) -> str:
    found = Signature.objects.filter(note=bill.note_id).first()
    if found is None:
        return ""
    at = _local(bill, found.signed_at)
    name = ", ".join(filter(None, [found.name, found.credential]))
    late = (at.date() - bill.visit.on).days
    after = f", {late} day{'s' if late > 1 else ''} after the visit" if late > 0 else ""
    return f"The note behind these lines was signed electronically by {name} on {_day(at.date())} at {at:%H:%M}{after}."


def _local(bill: Superbill, at: datetime) -> datetime:
    return timezone.localtime(at, ZoneInfo(bill.practice.time_zone))


def _stated(*facts: tuple[str, Any]) -> list[list[str]]:
    """Leave out what is not stated."""
    return [[label, str(value)] for label, value in facts if value]


def _day(day: Any) -> str:
    return f"{day.day} {day:%b %Y}"
