"""Who pays for a patient: policies and claims, added, changed and retired where they are read."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import trigger_client_event

from clinic.forms.coverage import CoverageForm, NewCoverageForm
from clinic.forms.keeping import kept, retire
from clinic.models import Coverage, Patient
from clinic.patients.reading import patient_page
from clinic.requests.access import PracticeRequest, fetch, for_roles
from clinic.views.patients import READERS, WRITERS

# Fragments


@require_safe
@for_roles(*READERS)
def coverages(request: PracticeRequest, pk: UUID) -> HttpResponse:
    return shown(request, fetch(request, Patient.objects.visible_to(request.user), pk=pk))


@for_roles(*WRITERS)
def coverage_add(request: PracticeRequest, pk: UUID) -> HttpResponse:
    patient = fetch(request, Patient.objects.editable_by(request.user), pk=pk)
    new = Coverage(practice=patient.practice, patient=patient, order=patient.coverages.active().count() + 1)
    form = NewCoverageForm(request.POST or None, instance=new)
    if request.method == "POST" and kept(form, request, "coverage-added", patients=[patient.pk]):
        return changed(request, patient)
    status = 422 if form.is_bound else 200
    return render(request, "clinic/coverage_edit.html", {"form": form, "patient": patient}, status=status)


@for_roles(*WRITERS)
def coverage_edit(request: PracticeRequest, pk: UUID) -> HttpResponse:
    coverage = fetch(request, Coverage.objects.editable_by(request.user).select_related("patient"), pk=pk)
    patient = coverage.patient
    form = CoverageForm(request.POST or None, instance=coverage)
    if request.method == "POST" and kept(form, request, "coverage-changed"):
        return changed(request, patient)
    context = {"form": form, "patient": patient, "coverage": coverage}
    return render(request, "clinic/coverage_edit.html", context, status=422 if form.is_bound else 200)


# Verbs


@require_POST
@for_roles(*WRITERS)
def coverage_retire(request: PracticeRequest, pk: UUID) -> HttpResponse:
    coverage = fetch(request, Coverage.objects.editable_by(request.user).select_related("patient"), pk=pk)
    if coverage.is_active:
        retire(coverage, request, "coverage-retired")
    return changed(request, coverage.patient)


def shown(request: PracticeRequest, patient: Patient) -> HttpResponse:
    return render(request, "clinic/patient.html#coverages", patient_page(patient, request.member))


def changed(request: PracticeRequest, patient: Patient) -> HttpResponse:
    """Answer with the list as it now is, and tell the rest of the page."""
    return trigger_client_event(shown(request, patient), "patient-changed")
