"""Patients: the list, a new one, and the page of one with its parts."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import trigger_client_event

from clinic.audit.log import record
from clinic.forms.keeping import kept
from clinic.forms.patients import NewPatientForm, PatientForm, WordsForm, words_as_initial
from clinic.models import Patient
from clinic.patients.reading import lately_here, patient_page
from clinic.requests.access import PracticeRequest, fetch, for_roles
from clinic.roles import CARE, OFFICE, Role

READERS = (*CARE, *OFFICE, Role.AUDITOR)
WRITERS = (*CARE, *OFFICE)

# Pages


@require_safe
@for_roles(*READERS)
def patients(request: PracticeRequest, practice: str) -> HttpResponse:
    """The practice's patients: those who were here lately, then all by name."""
    everybody = Patient.objects.visible_to(request.user).filter(practice=request.member.practice)
    page = Paginator(everybody, 25).get_page(request.GET.get("page"))
    lately = lately_here(request.member.practice, everybody) if page.number == 1 else []
    shown = {patient.pk for patient in (*lately, *page)}
    record("patients-listed", by=request.member, patients=shown, request=request)
    may_write = request.member.has_role(*WRITERS)
    return render(request, "clinic/patients.html", {"page": page, "lately": lately, "may_write": may_write})


@for_roles(*WRITERS)
def patient_add(request: PracticeRequest, practice: str) -> HttpResponse:
    form = NewPatientForm(request.POST or None, instance=Patient(practice=request.member.practice))
    if request.method == "POST" and (patient := kept(form, request, "patient-added")):
        messages.success(request, f"{patient} is added. If they are here now, save their visit.")
        return redirect(f"{reverse('clinic:visit-add', args=[patient.pk])}?now")
    return render(request, "clinic/patient_add.html", {"form": form}, status=422 if form.is_bound else 200)


@require_POST
@for_roles(*WRITERS)
def patient_begin(request: PracticeRequest, practice: str) -> HttpResponse:
    """Open the form for a new patient with what was searched for in it. The words come by POST: they name somebody."""
    words = WordsForm(request.POST)
    initial = words_as_initial(words.cleaned_data["words"]) if words.is_valid() else {}
    form = NewPatientForm(initial=initial, instance=Patient(practice=request.member.practice))
    return render(request, "clinic/patient_add.html", {"form": form})


@require_safe
@for_roles(*READERS)
def patient(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Everything on one patient but the notes: who, alerts, coverage, visits; the episodes come in by themselves."""
    found = fetch(request, Patient.objects.visible_to(request.user), pk=pk)
    record("patient-read", by=request.member, patients=[found.pk], about=found.pk, request=request)
    return render(request, "clinic/patient.html", patient_page(found, request.member))


# Fragments


@require_safe
@for_roles(*READERS)
def banner(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Who the page is about, with two identifiers and the alerts; asked for again when they change."""
    found = fetch(request, Patient.objects.visible_to(request.user), pk=pk)
    return render(request, "clinic/banner.html", {"patient": found})


@require_safe
@for_roles(*READERS)
def who(request: PracticeRequest, pk: UUID) -> HttpResponse:
    found = fetch(request, Patient.objects.visible_to(request.user), pk=pk)
    return render(request, "clinic/patient.html#who", patient_page(found, request.member))


@for_roles(*WRITERS)
def patient_edit(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Change who a patient is, in the place where it is read."""
    found = fetch(request, Patient.objects.editable_by(request.user), pk=pk)
    form = PatientForm(request.POST or None, instance=found)
    if request.method == "POST" and (changed := kept(form, request, "patient-changed")):
        context = patient_page(changed, request.member)
        return trigger_client_event(render(request, "clinic/patient.html#who", context), "patient-changed")
    context = {"form": form, "patient": found}
    return render(request, "clinic/patient_edit.html", context, status=422 if form.is_bound else 200)
