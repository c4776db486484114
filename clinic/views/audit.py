"""The log: what an admin or auditor reads of it, takes out of it, and who has looked at one patient."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinic.audit import trail
from clinic.audit.log import record
from clinic.exports import jobs
from clinic.exports.trail_sheet import KIND, READERS
from clinic.forms.audit import DisclosureForm, LogExportForm, LogForm
from clinic.models import AccessEvent, Patient
from clinic.requests.access import PracticeRequest, fetch, for_roles
from clinic.requests.deeds import once
from clinic.roles import Role

CLOSE = (*READERS, Role.CLINICIAN)  # who may know who has looked at a patient
FILTERS = ("person", "patient", "kind", "since", "until")

# Pages


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(*READERS)
def audit(request: PracticeRequest, practice: str) -> HttpResponse:
    """The log, filtered and in an order. A filter is posted, because it may name a patient, and leads to an address of ids."""
    patients = Patient.objects.overseen_by(request.user).filter(practice=request.member.practice)
    bound: dict[str, Any] = {"practice": request.member.practice, "patients": patients}
    if request.method == "POST":
        form = LogForm(request.POST, **bound)
        if form.is_valid() and len(form.found) <= 1:
            return redirect(f"{reverse('clinic:audit', args=[practice])}?{urlencode(form.asked)}")
        return _several(request, form)
    return _shown(request, LogForm(initial=_chosen(request), **bound), patients)


def _several(request: PracticeRequest, form: LogForm) -> HttpResponse:
    """Ask which patient was meant, or say what is wrong; nothing of the log is shown yet."""
    context: dict[str, Any] = {"form": form, "status": 422}
    if form.found and form.is_valid():
        record("patients-searched", by=request.member, patients=[one.pk for one in form.found], request=request)
        context |= {"several": form.found[:8], "query": urlencode(form.asked)}
    return render(request, "clinic/audit.html", context, status=422)


def _shown(request: PracticeRequest, form: LogForm, patients: QuerySet[Patient]) -> HttpResponse:
    asked, sort = trail.asked_of(request.member.practice, request.GET), request.GET.get("sort", "new")
    events = asked.of(AccessEvent.objects.visible_to(request.user))
    page = trail.page(events, sort=sort, after=request.GET.get("after", ""))
    rows = trail.lines(page.events, request.member.practice, patients, first=asked.patient)
    about = patients.filter(pk=asked.patient).first() if asked.patient else None
    named = {one.pk for row in rows for one in row.patients} | ({about.pk} if about else set())
    record("audit-read", by=request.member, patients=named, request=request)
    query = request.GET.copy()
    query.pop("after", None)
    context = {
        "form": form, "rows": rows, "about": about, "after": page.after, "is_later": "after" in request.GET,
        "query": query.urlencode(), "may_export": True,
    }  # fmt: skip
    return render(request, "clinic/audit.html", context)


@require_safe
@for_roles(*CLOSE)
def access(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Disclosures of a patient's record, and who has looked at it."""
    patient = fetch(request, Patient.objects.overseen_by(request.user).select_related("practice"), pk=pk)
    record("access-read", by=request.member, patients=[patient.pk], about=patient.pk, request=request)
    return _access(request, patient, DisclosureForm(today=patient.practice.today()))


def _access(request: PracticeRequest, patient: Patient, form: DisclosureForm, *, status: int = 200) -> HttpResponse:
    events = AccessEvent.objects.filter(practice_id=patient.practice_id)
    one = Patient.objects.filter(pk=patient.pk)
    looked = trail.page(events.about(patient.pk), after=request.GET.get("after", ""))
    context = {
        "patient": patient,
        "form": form,
        "disclosures": trail.disclosures(events, patient),
        "rows": trail.lines(looked.events, patient.practice, one),
        "after": looked.after,
        "may_write": not set(request.member.roles) <= {Role.AUDITOR},
        "reads_log": request.member.has_role(*READERS),
    }
    return render(request, "clinic/access.html", context, status=status)


# Verbs


@require_POST
@for_roles(Role.ADMIN, Role.CLINICIAN)
def disclosure_add(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Note what was given out elsewhere. It is a row of the log, so it cannot be changed or taken back."""
    patient = fetch(request, Patient.objects.overseen_by(request.user).select_related("practice"), pk=pk)
    form = DisclosureForm(request.POST, today=patient.practice.today())
    if not form.is_valid():
        return _access(request, patient, form, status=422)
    said = {name: str(value) for name, value in form.cleaned_data.items() if name != "key"}
    _disclose(request, patient, form.cleaned_data["key"], said)
    return redirect("clinic:access", pk=patient.pk)


@transaction.atomic(durable=True)
def _disclose(request: PracticeRequest, patient: Patient, key: UUID, said: dict[str, str]) -> None:
    attempt = once(request.member, key, kind="disclosure", body={"patient": patient.pk, **said})
    if not attempt.is_repeat:
        record("disclosed", by=request.member, patients=[patient.pk], about=patient.pk, request=request, **said)


@sensitive_post_parameters("password", "pin", "code", "passkey")
@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(*READERS)
def audit_export(request: PracticeRequest, practice: str) -> HttpResponse:
    """Have the filtered log made into a sheet, for somebody who shows that it is they."""
    read = trail.asked_of(request.member.practice, request.POST if request.method == "POST" else request.GET)
    what = {name: str(getattr(read, name) or "") for name in FILTERS}
    form = LogExportForm(request.POST if request.method == "POST" else None, request=request, initial=what)
    if not (form.is_valid() and form.prove()):
        status = 422 if form.is_bound else 200
        return render(request, "clinic/audit_export.html", {"form": form, "filters": what}, status=status)
    named = {"title": "The log as a sheet", "file_name": jobs.file_name("log", "csv")}
    key, patients = form.cleaned_data["key"], [read.patient] if read.patient else []
    jobs.start(KIND, by=request.member, request=request, patients=patients, key=key, rows=what, **named)
    return redirect("clinic:exports", practice=practice)


# What is asked for


def _chosen(request: PracticeRequest) -> dict[str, Any]:
    """Return what the address says, as the form shows it."""
    person = next((m.pk for m in _people(request) if str(m.user_id) == request.GET.get("person")), None)
    return {name: request.GET.get(name, "") for name in ("kind", "since", "until", "sort")} | {"person": person}


def _people(request: PracticeRequest) -> Any:
    if not request.GET.get("person"):
        return ()
    return type(request.member).objects.filter(practice=request.member.practice).only("pk", "user_id")
