"""Emergency access: asked for with a reason, ended, and looked into by an admin."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from clinic.audit import breaking_glass
from clinic.audit.auditors import limit, listed_of
from clinic.audit.log import record
from clinic.forms.oversight import GlassForm, ListForm, ReviewForm
from clinic.models import BreakGlass, Membership, Patient
from clinic.requests.access import PracticeRequest, fetch, for_roles
from clinic.roles import OFFICE, Role
from clinic.views import errors

# Clinicians and assistants read the practice's notes as it is. Auditors may need a draft, or a patient beyond their list.
WHO_MAY = (*OFFICE, Role.ADMIN, Role.AUDITOR)

# Pages


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(*WHO_MAY)
def break_glass(request: PracticeRequest, practice: str) -> HttpResponse:
    """Ask for one patient's notes. Who is looked for is written down in any case: this page must not serve to find people."""
    patients = Patient.objects.filter(practice=request.member.practice)
    data = request.POST if request.method == "POST" else None
    form = GlassForm(data, patients=patients, request=request, initial=_of(request))
    if form.is_valid() and (proof := form.prove()) and form.patient:
        said = {"reason": form.reason, "key": form.cleaned_data["key"]}
        glass = breaking_glass.break_glass(form.patient, by=request.member, proof=proof, request=request, **said)
        return redirect("notes:glass", pk=glass.pk)
    if form.is_bound:
        _looked_for(request, form)
    context = {"form": form, "open": breaking_glass.open_glass(request.member), "minutes": settings.GLASS_MINUTES}
    return render(request, "clinic/break_glass.html", context, status=422 if form.is_bound else 200)


def _of(request: PracticeRequest) -> dict[str, Any]:
    """Name the patient from whose page somebody came, if they see that page."""
    try:
        found = Patient.objects.visible_to(request.user).filter(pk=UUID(request.GET.get("patient", ""))).first()
    except ValueError:
        return {}
    return {"who": found.chart_number, "born": found.birth_date} if found else {}


@transaction.atomic(durable=True)
def _looked_for(request: PracticeRequest, form: GlassForm) -> None:
    """Write down whom somebody looked for who got nothing: that a name is known here is told without a proof."""
    if form.patient:
        record("patients-searched", by=request.member, patients=[form.patient.pk], request=request)
    elif "who" in form.errors and form.data.get("who"):
        record("glass-not-found", by=request.member, request=request)


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(Role.ADMIN)
def auditor_list(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Which patients an auditor sees. The page names patients by chart number, as the admin does."""
    member = fetch(request, Membership.objects.editable_by(request.user).select_related("user", "practice"), pk=pk)
    if not member.has_role(Role.AUDITOR):
        return errors.conflict(request, "Only an auditor can be limited to a list of patients.")
    patients, listed = Patient.objects.filter(practice=member.practice), listed_of(member)
    stored = {"is_limited": member.is_limited, "charts": "\n".join(one.chart_number for one in listed)}
    bound: dict[str, Any] = {"patients": patients, "request": request, "initial": stored}
    form = ListForm(request.POST if request.method == "POST" else None, **bound)
    if form.is_valid() and form.prove():
        limit(member, is_limited=form.cleaned_data["is_limited"], to=form.cleaned_data["charts"], request=request)
        messages.success(request, f"Saved: what {member.full_name} sees.")
        return redirect("clinic:people", practice=member.practice.slug)
    if listed:
        record("list-read", by=request.member, about=member.pk, patients=[one.pk for one in listed], request=request)
    context = {"form": form, "person": member, "listed": listed}
    return render(request, "clinic/auditor_list.html", context, status=422 if form.is_bound else 200)


# Verbs


@require_POST
@for_roles(*WHO_MAY)
def glass_end(request: PracticeRequest, pk: UUID) -> HttpResponse:
    glass = fetch(request, BreakGlass.objects.visible_to(request.user), pk=pk)
    breaking_glass.end(glass, by=request.member, request=request)
    messages.success(request, "The emergency access is over. The admins see what was read.")
    return redirect("clinic:home")


@require_POST
@for_roles(Role.ADMIN)
def glass_review(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Take the notice away: an admin has looked into it."""
    glass = fetch(request, BreakGlass.objects.reviewable_by(request.user), pk=pk)
    form = ReviewForm(request.POST)
    if not form.is_valid():
        messages.warning(request, f"Not noted: {form.errors['words'][0]}")
    else:
        _review(request, glass, form.cleaned_data["words"])
    return redirect(reverse("clinic:setup", args=[request.member.practice.slug]))


def _review(request: PracticeRequest, glass: BreakGlass, words: str) -> None:
    try:
        breaking_glass.review(glass, by=request.member, words=words, request=request)
        messages.success(request, "Noted. It stays in the log.")
    except breaking_glass.OwnGlass:
        messages.warning(request, "This was your own emergency access; another admin looks into it.")
    except breaking_glass.StillOpen:
        messages.warning(request, "Not noted: it is still open, and more may be read. Look into it when it has ended.")
