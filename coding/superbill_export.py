"""The superbills of a month as a sheet, one row a line: for the biller, or for the program that makes the claims."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from clinic.exports.jobs import Progress, kind
from clinic.exports.sheets import lines
from clinic.models import BackgroundJob
from clinic.roles import OFFICE, Role
from coding.models import ServiceLine, Superbill

KIND = "superbills-of-a-month"
MAKERS = (Role.CLINICIAN, *OFFICE)

COLUMNS = (
    "Superbill", "State", "Replaces", "Date of service", "Chart", "Last name", "First name", "Birth date", "Payer",
    "Payer ID", "Member ID", "Group", "Claim", "Authorisation", "Clinician", "NPI", "Place of service", "Diagnoses", "Line",
    "Code", "Modifiers", "Pointers", "Units", "Minutes", "Fee", "Charge", "Title",
)  # fmt: skip


@kind(KIND, roles=MAKERS, content_type="text/csv; charset=utf-8")
def superbills_of_a_month(job: BackgroundJob, progress: Progress) -> Iterator[bytes]:
    """Every superbill of a month's visits, void ones too: what was issued is never left out, it is marked."""
    bills = _of(job, date.fromisoformat(job.asked["month"]))
    return lines(_rows(progress.through(bills.iterator(200), of=bills.count()), progress))


def _of(job: BackgroundJob, month: date) -> Any:
    found = Superbill.objects.visible_to(job.owner.user).filter(practice=job.practice_id)
    return found.filter(visit__on__year=month.year, visit__on__month=month.month).select_related(
        "visit__patient", "visit__location", "coverage__payer", "note__signed_by__user", "replaces"
    ).prefetch_related("lines").order_by("visit__on", "number")  # fmt: skip


def _rows(bills: Iterator[Superbill], progress: Progress) -> Iterator[tuple[Any, ...]]:
    yield COLUMNS
    for bill in bills:
        progress.tells_of(bill.visit.patient_id)
        for line in bill.lines.all():
            yield (*_bill(bill), *_line(line))


def _bill(bill: Superbill) -> tuple[Any, ...]:
    patient, coverage, signer = bill.visit.patient, bill.coverage, bill.note.signed_by
    return (
        bill.number, state_of(bill), bill.replaces.number if bill.replaces else "", bill.visit.on, patient.chart_number,
        patient.last_name, patient.first_name, patient.birth_date, bill.payer_name or "self-pay",
        coverage and coverage.payer.electronic_id, coverage and coverage.member_id, coverage and coverage.group_id,
        coverage and coverage.claim_number, coverage and coverage.authorisation, signer and signer.signature,
        signer and signer.npi, bill.visit.location.place_of_service,
        " ".join(f"{row['letter']}:{row['code']}" for row in bill.diagnoses),
    )  # fmt: skip


def _line(line: ServiceLine) -> tuple[Any, ...]:
    modifiers = " ".join(modifier["code"] for modifier in line.modifiers)
    return (
        line.position, line.code, modifiers, " ".join(line.pointers), line.units, line.minutes, line.fee,
        line.charge if line.fee is not None else "", line.title,
    )  # fmt: skip


def state_of(bill: Superbill) -> str:
    """Say how a superbill stands, in one word.

    >>> state_of(Superbill())
    'issued'
    """
    if bill.voided_at:
        return "void"
    return "held" if bill.held_at else "reviewed" if bill.reviewed_at else "issued"
