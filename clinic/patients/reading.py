"""What the pages of patients show, read with few queries."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Max, Prefetch, QuerySet

from clinic.models import Membership, Patient, Payment, Practice, Visit
from clinic.roles import CARE, OFFICE

# A visit's payments, with who entered each and what took it back.
PAYMENTS = Prefetch("payments", Payment.objects.select_related("reversal", "taken_by__user"))


def patient_page(patient: Patient, member: Membership) -> dict[str, Any]:
    """Everything that the parts of a patient's page show."""
    return {
        "patient": patient,
        "alerts": patient.alerts.active(),
        "coverages": patient.coverages.active().select_related("payer"),
        "past_coverages": patient.coverages.filter(is_active=False).select_related("payer"),
        "may_write": member.has_role(*CARE, *OFFICE),
        "may_take_money": member.has_role(*OFFICE),
        **visits_page(patient),
    }


def visits_page(patient: Patient, number: str | None = None) -> dict[str, Any]:
    """A patient's visits: what is to come and today, soonest first; then the past, latest first, page by page."""
    today = patient.practice.today()
    whole = patient.visits.select_related("patient", "clinician__user", "location", "coverage__payer")
    visits = whole.prefetch_related(PAYMENTS)
    past = visits.filter(on__lt=today).order_by("-on", "-at")
    return {"today": today, "coming": visits.filter(on__gte=today), "past": Paginator(past, 10).get_page(number)}


def down_for_today(patient: Patient) -> QuerySet[Visit]:
    """The patient's visits of today that are expected or have begun: a walk-in may be one of them."""
    today = patient.visits.filter(on=patient.practice.today(), state__in=("expected", "arrived"))
    return today.select_related("patient", "clinician__user")


def lately_here(practice: Practice, patients: QuerySet[Patient]) -> list[Patient]:
    """The last few of some patients who came, latest first."""
    came = Visit.objects.filter(
        practice=practice, patient__in=patients, on__lte=practice.today(), state__in=("arrived", "done")
    )
    latest = came.filter(pk__in=came.order_by("-on", "-at").values("pk")[:60])
    ids = latest.order_by().values("patient").annotate(last=Max("on"), at=Max("at")).order_by("-last", "-at")[:8]
    found = patients.in_bulk([row["patient"] for row in ids])
    return [found[row["patient"]] for row in ids]
