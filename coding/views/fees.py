"""Fees: the list, a new one, and one that changes."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from clinic.forms.keeping import kept
from clinic.requests.access import PracticeRequest, fetch, for_roles
from clinic.roles import Role
from coding.forms.fees import FeeForm, NewFeeForm
from coding.models import Fee

KEEPERS = (Role.ADMIN, Role.BILLER)

# Pages


@require_safe
@for_roles(*KEEPERS)
def fees(request: PracticeRequest, practice: str) -> HttpResponse:
    ours = Fee.objects.visible_to(request.user).filter(practice=request.member.practice)
    rows = list(ours.order_by("code"))
    of_each = ((title, [fee for fee in rows if group(fee) == title]) for title in GROUPS)
    groups = [(title, found) for title, found in of_each if found]
    return render(request, "coding/fees.html", {"groups": groups, "practice": request.member.practice})


READ, PICKED, UNUSED = GROUPS = ("Read from the note", "Picked by the clinician", "Not in use")


def group(fee: Fee) -> str:
    """How a fee's code comes onto a bill."""
    if not fee.is_active:
        return UNUSED
    return PICKED if fee.is_picked else READ


@for_roles(*KEEPERS)
def fee_add(request: PracticeRequest, practice: str) -> HttpResponse:
    form = NewFeeForm(request.POST or None, instance=Fee(practice=request.member.practice))
    return _edited(request, form, "fee-added", "Add a fee")


@for_roles(*KEEPERS)
def fee_edit(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Change a fee. Superbills that were issued keep what they say."""
    fee = fetch(request, Fee.objects.editable_by(request.user).select_related("practice"), pk=pk)
    return _edited(request, FeeForm(request.POST or None, instance=fee), "fee-changed", str(fee))


def _edited(request: PracticeRequest, form: FeeForm, kind: str, title: str) -> HttpResponse:
    practice = request.member.practice
    if request.method == "POST" and (fee := kept(form, request, kind)):
        messages.success(request, f"{fee} is kept.")
        return redirect("coding:fees", practice.slug)
    context = {"form": form, "title": title, "practice": practice}
    return render(request, "coding/fee_edit.html", context, status=422 if form.is_bound else 200)
