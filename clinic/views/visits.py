"""Visits at the desk: planned or walked in, moved through the day, paid for."""

from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect, trigger_client_event

from clinic.audit.log import record_opening
from clinic.forms.keeping import kept
from clinic.forms.visits import LATER, NOW, PaymentForm, ReversalForm, VisitForm, already_reversed
from clinic.models import Patient, Payment, Visit
from clinic.patients import reception
from clinic.patients.reading import PAYMENTS, down_for_today, patient_page, visits_page
from clinic.requests.access import PracticeRequest, fetch, for_roles
from clinic.roles import OFFICE
from clinic.views.patients import READERS, WRITERS

WHOLE = ("patient", "clinician__user", "location", "coverage__payer", "practice")

# Pages


@for_roles(*WRITERS)
def visit_add(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Plan a visit, or enter one of a patient who stands at the desk."""
    patient = fetch(request, Patient.objects.editable_by(request.user), pk=pk)
    record_opening(request, patient.pk, form="visit")
    new = Visit(practice=patient.practice, patient=patient)
    form = VisitForm(request.POST or None, instance=new, initial=wanted(request))
    if request.method == "POST" and (visit := kept(form, request, "visit-added", patients=[patient.pk])):
        messages.success(request, f"{visit.get_state_display().capitalize()}, {visit.on:%-d %b %Y}.")
        return redirect("clinic:patient", pk=patient.pk)
    status = 422 if form.is_bound else 200
    context = {"form": form, "patient": patient, "known": down_for_today(patient)}
    return render(request, "clinic/visit_add.html", context, status=status)


def wanted(request: PracticeRequest) -> dict[str, Any]:
    """Whoever writes notes and is the one who asks is most likely the clinician, and where they were last."""
    last = Visit.objects.filter(clinician=request.member).order_by("-created_at").first()
    when = NOW if "now" in request.GET else LATER
    return {"when": when, "clinician": request.member.pk, "location": last and last.location_id}


# Fragments


@require_safe
@for_roles(*READERS)
def visits(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """A patient's visits, asked for again when one changes; older ones page by page."""
    patient = fetch(request, Patient.objects.visible_to(request.user), pk=pk)
    context = patient_page(patient, request.member) | visits_page(patient, request.GET.get("page"))
    return render(request, "clinic/patient.html#visits", context)


@for_roles(*OFFICE)
def payment_add(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Take money for a visit; there may be no superbill yet. Where one is, its page says what is still owed."""
    visit = fetch(request, Visit.objects.editable_by(request.user).select_related(*WHOLE), pk=pk)
    new = Payment(practice=visit.practice, visit=visit, taken_by=request.member)
    copay = visit.coverage and visit.coverage.copay
    owed = _owed(request)
    offered = copay if copay is not None else (owed and max(owed, Decimal(0))) or None
    form = PaymentForm(request.POST or None, instance=new, initial={"amount": offered}, owed=owed)
    if request.method == "POST" and kept(form, request, "payment-taken", patients=[visit.patient_id]):
        return trigger_client_event(_paid(request, pk), "visit-changed")
    context = {"form": form, "visit": visit, "owed": owed}
    return render(request, "clinic/visit.html#payment_add", context, status=422 if form.is_bound else 200)


@for_roles(*OFFICE)
def payment_reverse(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Take back a payment that was entered wrong. Both entries stay, and the reason with them."""
    found = Payment.objects.editable_by(request.user).select_related("visit__patient", "taken_by__user", "practice")
    payment = fetch(request, found, pk=pk)
    mirrored = {"practice": payment.practice, "visit": payment.visit, "method": payment.method}
    new = Payment(**mirrored, amount=-payment.amount, reverses=payment, taken_by=request.member)
    form = ReversalForm(request.POST or None, instance=new)
    if request.method == "POST" and kept(form, request, "payment-reversed", patients=[payment.visit.patient_id]):
        return trigger_client_event(_paid(request, payment.visit_id), "visit-changed")
    if refusal := already_reversed(payment):
        return _paid(request, payment.visit_id, says=refusal, status=409)
    context = {"form": form, "visit": payment.visit, "payment": payment}
    return render(request, "clinic/visit.html#payment_reverse", context, status=422 if form.is_bound else 200)


@require_safe
@for_roles(*OFFICE)
def payments(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """What was paid for a visit."""
    return _paid(request, pk)


def _paid(request: PracticeRequest, pk: UUID, *, says: str = "", status: int = 200) -> HttpResponse:
    visit = fetch(request, Visit.objects.visible_to(request.user).prefetch_related(PAYMENTS), pk=pk)
    context = {"visit": visit, "owed": _owed(request), "says": says}
    return render(request, "clinic/visit.html#payments", context, status=status)


def _owed(request: PracticeRequest) -> Decimal | None:
    """What a superbill's page says is still owed; without one, nobody knows."""
    try:
        owed = Decimal(request.GET.get("owed", ""))
    except InvalidOperation:
        return None
    return owed if owed.is_finite() else None


# Verbs


@require_POST
@for_roles(*WRITERS)
def visit_state(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Move a visit; the answer is its state with the next steps, also when the step was no longer there.

    With `then=patient` the patient's page follows.
    """
    visit = fetch(request, Visit.objects.editable_by(request.user).select_related(*WHOLE), pk=pk)
    try:
        visit = reception.move(visit, request.POST.get("state", ""), request=request)
    except reception.NoSuchStep as refusal:
        says = f"This visit is {refusal}; that step does not follow."
        return render(request, "clinic/visit.html#state", {"visit": visit, "says": says}, status=409)
    if request.POST.get("then") == "patient":
        return HttpResponseClientRedirect(reverse("clinic:patient", args=[visit.patient_id]))
    return trigger_client_event(render(request, "clinic/visit.html#state", {"visit": visit}), "visit-changed")
