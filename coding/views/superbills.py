"""A superbill: read, reviewed, held with a question, voided, printed."""

from collections.abc import Callable
from datetime import time
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from clinic.audit.log import record
from clinic.requests.access import PracticeRequest, fetch, for_roles
from clinic.roles import OFFICE, Role
from clinic.views import errors
from coding import superbills as deeds
from coding.forms.superbills import HoldForm, ReleaseForm, VoidForm
from coding.models import Superbill
from coding.superbill_pdf import CannotBePrinted, superbill_pdf
from coding.superbill_sheet import note_goes_along, paid_towards, sheet_of
from coding.superbills import NotInThisState

READERS = (Role.CLINICIAN, *OFFICE, Role.AUDITOR)

UNPRINTABLE = "A name on this superbill holds a letter that none of our fonts has, so no PDF was made. Print the page."


def _whole(bills: QuerySet[Superbill]) -> QuerySet[Superbill]:
    return bills.select_related(
        "practice", "visit__patient", "visit__location", "visit__clinician__user", "coverage__payer", "replaces",
        "note__signed_by__user", "note__author__user", "reviewed_by__user", "held_by__user", "voided_by__user",
    ).prefetch_related("lines", "note__note_episodes__episode")  # fmt: skip


# Pages


@require_safe
@for_roles(*READERS)
def superbill(request: PracticeRequest, pk: UUID) -> HttpResponse:
    bill = fetch(request, _whole(Superbill.objects.visible_to(request.user)), pk=pk)
    record("superbill-read", by=request.member, patients=[bill.visit.patient_id], about=bill.pk, request=request)
    return _page(request, bill)


@require_safe
@for_roles(*READERS)
def superbill_as_pdf(request: PracticeRequest, pk: UUID) -> HttpResponse:
    bill = fetch(request, _whole(Superbill.objects.visible_to(request.user)), pk=pk)
    record("superbill-printed", by=request.member, patients=[bill.visit.patient_id], about=bill.pk, request=request)
    name = f'inline; filename="superbill-{bill.number}.pdf"'
    try:
        content = superbill_pdf(sheet_of(bill))
    except CannotBePrinted:
        return errors.conflict(request, UNPRINTABLE)
    return HttpResponse(content, content_type="application/pdf", headers={"Content-Disposition": name})


# Fragments


@require_safe
@for_roles(Role.CLINICIAN)
def questions(request: PracticeRequest, practice: str) -> HttpResponse:
    """What the desk asks the clinician, for the start of their day."""
    held = Superbill.objects.visible_to(request.user).held().filter(note__author=request.member)
    bills = held.select_related("visit__patient", "held_by__user")
    return render(request, "coding/superbill_questions.html", {"bills": bills})


def _page(request: PracticeRequest, bill: Superbill, *, status: int = 200, **forms: Form) -> HttpResponse:
    context: dict[str, Any] = {
        "bill": bill,
        "sheet": sheet_of(bill),
        "owed": bill.total - paid_towards(bill),
        "practice": bill.practice,
        "replacement": Superbill.objects.filter(replaces=bill).first(),
        "me": request.member.pk,
        "goes_along": note_goes_along(bill) and not bill.voided_at,
        "next_bill": _next_to_review(request, bill),
        "may_review": request.member.has_role(*OFFICE),
        "may_answer": Superbill.objects.answerable_by(request.user).filter(pk=bill.pk).exists(),
        "hold_form": HoldForm(),
        "release_form": ReleaseForm(),
        "void_form": VoidForm(),
        **forms,
    }
    return render(request, "coding/superbill.html", context, status=status)


def _next_to_review(request: PracticeRequest, bill: Superbill) -> Superbill | None:
    """Return what the desk reviews after this one: the next of the day, or else one that was left before it."""
    day = Superbill.objects.editable_by(request.user).to_review().filter(visit__on=bill.visit.on).exclude(pk=bill.pk)
    waiting = list(day.filter(practice=bill.practice).select_related("visit__patient"))
    waiting.sort(key=_in_the_day)
    return next((other for other in waiting if _in_the_day(other) > _in_the_day(bill)), next(iter(waiting), None))


def _in_the_day(bill: Superbill) -> tuple[time, int]:
    return bill.visit.at or time.max, bill.number


# Verbs


def _deed(
    request: PracticeRequest, bill: Superbill, deed: Callable[..., Superbill], says: str, **given: Any
) -> HttpResponse:
    try:
        result = deed(bill, by=request.member, **given)
    except NotInThisState as refused:
        return errors.conflict(request, str(refused))
    messages.success(request, says)
    return redirect("coding:superbill", result.pk)


def _mine(request: PracticeRequest, pk: UUID) -> Superbill:
    bill: Superbill = fetch(request, _whole(Superbill.objects.editable_by(request.user)), pk=pk)
    return bill


@require_POST
@for_roles(*OFFICE)
def superbill_review(request: PracticeRequest, pk: UUID) -> HttpResponse:
    return _deed(request, _mine(request, pk), deeds.review, "Reviewed.")


@require_POST
@for_roles(*OFFICE)
def superbill_hold(request: PracticeRequest, pk: UUID) -> HttpResponse:
    bill, form = _mine(request, pk), HoldForm(request.POST)
    if not form.is_valid():
        return _page(request, bill, status=422, hold_form=form)
    return _deed(request, bill, deeds.hold, "Held. The clinician sees your question.", **form.cleaned_data)


@require_POST
@for_roles(*OFFICE, Role.CLINICIAN)
def superbill_release(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Answer the question: the clinician of the visit, or the desk that asked it."""
    bill, form = fetch(request, _whole(Superbill.objects.answerable_by(request.user)), pk=pk), ReleaseForm(request.POST)
    if not form.is_valid():
        return _page(request, bill, status=422, release_form=form)
    return _deed(request, bill, deeds.release, "Released for review.", **form.cleaned_data)


@require_POST
@for_roles(*OFFICE)
def superbill_void(request: PracticeRequest, pk: UUID) -> HttpResponse:
    bill, form = _mine(request, pk), VoidForm(request.POST)
    if not form.is_valid():
        return _page(request, bill, status=422, void_form=form)
    says = "Void, and issued anew." if form.cleaned_data["reissue"] else "Void. Its number is not used again."
    return _deed(request, bill, deeds.void, says, **form.cleaned_data)
