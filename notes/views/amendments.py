"""Requests of patients to amend their record: the desk may enter one; whose care it is decides; words are for those alone."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinic.audit.log import record, record_opening
from clinic.models import Patient
from clinic.requests.access import PracticeRequest, fetch, for_roles
from clinic.requests.deeds import KeyReused
from clinic.roles import CARE, OFFICE, Role
from clinic.views import errors
from notes import amendments as deeds
from notes.forms.amendments import AmendmentForm, StepForm
from notes.models import AmendmentRequest

KEPT = {
    "amended": "Kept. Tell the patient, and those whom the patient names, that the record was amended.",
    "disagrees": "Kept. The statement goes along with the record from now on.",
}

# Pages


@require_safe
@for_roles(*CARE, *OFFICE, Role.AUDITOR)
def amendments(request: PracticeRequest, pk: UUID) -> HttpResponse:
    patient = fetch(request, Patient.objects.visible_to(request.user), pk=pk)
    record("patient-read", by=request.member, patients=[patient.pk], request=request, part="amendments")
    return _page(request, patient)


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(*CARE, *OFFICE)
def amendment_add(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Enter a request as it came in."""
    patient = fetch(request, Patient.objects.editable_by(request.user), pk=pk)
    record_opening(request, patient.pk, form="request to amend")
    typed = request.POST if request.method == "POST" else None
    form = AmendmentForm(typed, patient=patient, today=request.member.practice.today())
    if form.is_valid():
        try:
            deeds.enter(patient, by=request.member, **form.cleaned_data)
        except KeyReused:
            return errors.conflict(request, "This form was sent once before, with other words; that entry stands.")
        messages.success(request, "Entered. A clinician decides within sixty days.")
        return redirect("notes:amendments", pk=patient.pk)
    context = {"patient": patient, "form": form}
    return render(request, "notes/amendment_add.html", context, status=422 if form.is_bound else 200)


# Verbs


@require_POST
@for_roles(Role.CLINICIAN)
def amendment_step(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Take more time, accept, refuse, or keep the patient's statement of disagreement."""
    found = fetch(request, AmendmentRequest.objects.decidable_by(request.user).select_related("patient"), pk=pk)
    form = StepForm(request.POST, about=found)
    if not form.is_valid():
        return _page(request, found.patient, refused={found.pk: form}, status=422)
    try:
        deeds.take(found, by=request.member, **form.cleaned_data)
    except deeds.NotNow as refused:
        form.add_error(None, str(refused))
        return _page(request, found.patient, refused={found.pk: form}, status=409)
    messages.success(
        request, KEPT.get(form.cleaned_data["kind"], "Kept. Tell the patient in writing what was decided.")
    )
    return redirect("notes:amendments", pk=found.patient_id)


def _page(
    request: PracticeRequest, patient: Patient, *, refused: dict[UUID, StepForm] | None = None, status: int = 200
) -> HttpResponse:
    found = AmendmentRequest.objects.visible_to(request.user).filter(patient=patient)
    whole = found.select_related("note__visit", "entered_by__user").prefetch_related("steps__addendum")
    decides, open_forms = request.member.has_role(Role.CLINICIAN), refused or {}
    rows = [(each, open_forms.get(each.pk) or (StepForm(about=each) if decides else None)) for each in whole]
    context: dict[str, Any] = {
        "patient": patient,
        "rows": rows,
        "today": request.member.practice.today(),
        "may_enter": request.member.has_role(*CARE, *OFFICE),
        "sees_words": request.member.has_role(*CARE, Role.AUDITOR),
        "decides": decides,
    }
    return render(request, "notes/amendments.html", context, status=status)
