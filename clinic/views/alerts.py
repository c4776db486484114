"""A patient's alerts: added and retired, in the place where they are read."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import trigger_client_event

from clinic.forms.keeping import kept, retire
from clinic.forms.patients import AlertForm
from clinic.models import Alert, Patient
from clinic.patients.reading import patient_page
from clinic.requests.access import PracticeRequest, fetch, for_roles
from clinic.views.patients import READERS, WRITERS

# Fragments


@require_safe
@for_roles(*READERS)
def alerts(request: PracticeRequest, pk: UUID) -> HttpResponse:
    patient = fetch(request, Patient.objects.visible_to(request.user), pk=pk)
    return render(request, "clinic/patient.html#alerts", patient_page(patient, request.member))


@for_roles(*WRITERS)
def alert_add(request: PracticeRequest, pk: UUID) -> HttpResponse:
    patient = fetch(request, Patient.objects.editable_by(request.user), pk=pk)
    form = AlertForm(request.POST or None, instance=Alert(practice=patient.practice, patient=patient))
    if request.method == "POST" and kept(form, request, "alert-added", patients=[patient.pk]):
        return changed(request, patient)
    status = 422 if form.is_bound else 200
    return render(request, "clinic/alert_add.html", {"form": form, "patient": patient}, status=status)


# Verbs


@require_POST
@for_roles(*WRITERS)
def alert_retire(request: PracticeRequest, pk: UUID) -> HttpResponse:
    alert = fetch(request, Alert.objects.editable_by(request.user).select_related("patient"), pk=pk)
    if alert.is_active:
        retire(alert, request, "alert-retired")
    return changed(request, alert.patient)


def changed(request: PracticeRequest, patient: Patient) -> HttpResponse:
    """Answer with the list as it now is, and let the banner follow."""
    context = patient_page(patient, request.member)
    return trigger_client_event(render(request, "clinic/patient.html#alerts", context), "patient-changed")
