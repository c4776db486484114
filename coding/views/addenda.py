"""Adding to a signed note: words, corrections of facts, and what follows from them for the bills; signed by itself."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from clinic.audit.log import record_opening
from clinic.requests.access import PracticeRequest, fetch, for_roles
from clinic.requests.deeds import KeyReused
from clinic.roles import Role
from clinic.views import errors
from coding import corrections as deeds
from coding.addendum_sheet import Sheet
from coding.corrections import NotAsShown, Stopped
from coding.facts import whole
from coding.forms.addenda import AddendumForm
from notes.addenda import Overtaken, Retracted, add_addendum
from notes.models import Note

CHANGED = "The note or its lines changed since you read this. Nothing was signed; see how it stands now."
RETRACTED = "This note was retracted. Nothing is added to it."

# Pages


@sensitive_post_parameters("password", "pin", "code")
@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(Role.CLINICIAN)
def addendum(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Write an addendum step by step; each step shows the page anew with what was said so far."""
    notes = Note.objects.amendable_by(request.user).select_related("signature")
    note = fetch(request, whole(notes), pk=pk)
    if note.is_retracted:
        return errors.conflict(request, RETRACTED)
    record_opening(request, note.patient_id, about=note.pk, form="addendum")
    if request.method != "POST":
        sheet = Sheet(note, None)
        if request.GET.get("correct"):
            sheet.open(request.GET["correct"])
        return _page(request, sheet)
    sheet = Sheet(note, request.POST)
    step, _, what = request.POST.get("do", "").partition(" ")
    return STEPS.get(step, _leave)(request, sheet, what)


# Steps


def _open(request: PracticeRequest, sheet: Sheet, what: str) -> HttpResponse:
    sheet.open(what)
    return _page(request, sheet)


def _keep(request: PracticeRequest, sheet: Sheet, what: str) -> HttpResponse:
    sheet.fill_in(request.POST.get("opened", ""), request.POST)
    return _page(request, sheet, status=200 if sheet.keep() else 422)


def _drop(request: PracticeRequest, sheet: Sheet, what: str) -> HttpResponse:
    sheet.drop(what)
    return _page(request, sheet)


def _leave(request: PracticeRequest, sheet: Sheet, what: str) -> HttpResponse:
    return _page(request, sheet)


def _sign(request: PracticeRequest, sheet: Sheet, what: str) -> HttpResponse:
    """Sign what was said. What the page showed is compared with what stands, before any proof is asked of anybody."""
    form, corrections = AddendumForm(request.POST, request=request), sheet.corrections
    form.needs_words = not corrections
    if sheet.is_overtaken:
        sheet.notice = CHANGED
        return _page(request, sheet, form=form, status=409)
    if not form.is_valid() or not (proof := form.prove()):
        return _page(request, sheet, form=form, status=422)
    told = _told(sheet)
    given = {"by": request.member, "text": form.cleaned_data["text"], "proof": proof, "key": form.cleaned_data["key"]}
    try:
        if corrections:
            deeds.correct(sheet.note, corrections=corrections, shown=form.cleaned_data["shown"], **given)
        else:
            add_addendum(sheet.note, **given)
    except (NotAsShown, Stopped, Overtaken, KeyReused):
        sheet.notice = CHANGED
        return _page(request, sheet, form=form, status=409)
    except Retracted:
        return errors.conflict(request, RETRACTED)
    messages.success(request, told)
    return redirect("notes:note", pk=sheet.note.pk)


STEPS = {"open": _open, "keep": _keep, "drop": _drop, "sign": _sign}


def _told(sheet: Sheet) -> str:
    if not sheet.drafts:
        return "Signed. The addendum stands below the note."
    if not sheet.outcome.changes:
        return "Signed. The correction stands beside the original; no line changed."
    return "Signed. The correction stands beside the original, and the superbill was issued anew."


def _page(
    request: PracticeRequest, sheet: Sheet, *, form: AddendumForm | None = None, status: int = 200
) -> HttpResponse:
    typed: dict[str, Any] = {"text": request.POST.get("text", ""), "shown": sheet.outcome.shown if sheet.drafts else ""}
    context = {
        "note": sheet.note,
        "sheet": sheet,
        "sections": list(sheet.sections()),
        "outcome": sheet.outcome if sheet.drafts else None,
        "form": form or AddendumForm(request=request, initial=typed),
    }
    return render(request, "coding/addendum.html", context, status=status)
