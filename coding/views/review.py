"""Review and sign: the whole note as it will stand, its lines beside it, what stands in the way, the signature."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from clinic.audit.log import record
from clinic.requests.access import PracticeRequest, fetch, for_roles
from clinic.requests.deeds import KeyReused
from clinic.roles import CARE, Role
from coding import review as deeds
from coding.forms.review import ReasonForm, SignForm, TieForm, WarningForm, WhichRowForm
from coding.quarters import is_behind
from coding.queue import next_to_sign
from coding.review import NotAsShown, NotReady, Review
from coding.review_sheet import flag_views, groups
from coding.since_read import as_json, changed_since, words_of
from notes.drafts import Changed, Repeated, Signed
from notes.models import Note
from notes.reading import reading_of

CHANGED = "The note changed since you read it"
NOT_DONE = "The note changed since you read it, so this was not done"
CHANGED_IN = "Since you read it, {}"
NOT_READY = "Something came up in the meantime"

# Pages


@require_safe
@for_roles(*CARE)
def review(request: PracticeRequest, pk: UUID) -> HttpResponse:
    note = fetch(request, Note.objects.visible_to(request.user), pk=pk)
    if note.is_signed:
        return redirect("notes:note", note.pk)
    record("note-reviewed", by=request.member, patients=[note.patient_id], about=note.pk, request=request)
    return render(request, "coding/review.html", _context(request, deeds.review(note)))


# Fragments


def _decision(request: PracticeRequest, note: Note, *, status: int = 200, **context: Any) -> HttpResponse:
    """Show the right side anew, and the reading with it; and what is not any more as the page that asks showed it."""
    whole = {**_context(request, deeds.review(note)), **context, "out_of_band": True}
    read = request.POST.get("as_read", "")
    if since := changed_since(read, whole["note"], whole["words"]):
        whole |= {"since": since, "as_read": read, "notice": context.get("notice", CHANGED)}
    return render(request, "coding/review.html#answer", whole, status=status)


def _context(request: PracticeRequest, current: Review) -> dict[str, Any]:
    reading = reading_of(current.note)
    words = words_of(current.note, reading)
    return {
        "review": current,
        "note": current.note,
        "practice": request.member.practice,
        "reading": reading,
        "words": words,
        "as_read": as_json(words),
        "groups": groups(current),
        "stops": flag_views(current, current.stops),
        "warnings": flag_views(current, current.warnings),
        "tips": flag_views(current, current.tips),
        "record_only": {str(row.row_id) for row in current.note.record_only.all()},
        "may_sign": current.note.author_id == request.member.pk,
        "is_behind": is_behind(current.suggestion.edition, on=current.facts.on),
        "days_late": (current.facts.today - current.facts.on).days,
        "form": SignForm(initial=vars(current.shown), request=request),
        "in_queue": _in_queue(request),
    }


def _in_queue(request: PracticeRequest) -> bool:
    """Whether one note is signed after another: the page's own address says so, whatever part of it is asked for."""
    return "queue=1" in (request.headers.get("HX-Current-URL") or request.get_full_path())


# Verbs


def _of_a_draft(
    view: Callable[[PracticeRequest, Note], HttpResponse],
) -> Callable[[PracticeRequest, UUID], HttpResponseBase]:
    """Fetch the signer's own note, and tell what came in between."""

    @wraps(view)
    def answer(request: PracticeRequest, pk: UUID) -> HttpResponseBase:
        note = fetch(request, Note.objects.signable_by(request.user), pk=pk)
        try:
            return view(request, note)
        except Signed:
            return render(request, "coding/review.html#signed", {"note": note}, status=409)
        except Repeated:
            return _decision(request, note)
        except Changed:
            return _decision(request, note, status=409, notice=NOT_DONE)

    return answer


def _deed(request: PracticeRequest, note: Note, form: Form, deed: Callable[..., Note], **fixed: Any) -> HttpResponse:
    """Do a deed with what the form cleaned, and show how the review stands then."""
    if not form.is_valid():
        about = (form.data.get("slug"), form.data.get("about", ""))
        return _decision(request, note, status=422, refused=form, refused_about=about)
    return _decision(request, deed(note, by=request.member, **form.cleaned_data, **fixed))


@require_POST
@for_roles(Role.CLINICIAN)
@_of_a_draft
def record_only(request: PracticeRequest, note: Note) -> HttpResponse:
    """Keep a row in the record and out of the bill."""
    return _deed(request, note, WhichRowForm(request.POST), deeds.mark_record_only)


@require_POST
@for_roles(Role.CLINICIAN)
@_of_a_draft
def bill_again(request: PracticeRequest, note: Note) -> HttpResponse:
    return _deed(request, note, WhichRowForm(request.POST), deeds.bill_again)


@require_POST
@for_roles(Role.CLINICIAN)
@_of_a_draft
def last_unit(request: PracticeRequest, note: Note) -> HttpResponse:
    """Let another of the tied codes take the last unit."""
    return _deed(request, note, TieForm(request.POST), deeds.choose_last_unit)


@require_POST
@for_roles(Role.CLINICIAN)
@_of_a_draft
def acknowledge(request: PracticeRequest, note: Note) -> HttpResponse:
    """Let a warning stand, with a reason."""
    return _deed(request, note, ReasonForm(request.POST), deeds.acknowledge)


@require_POST
@for_roles(Role.CLINICIAN)
@_of_a_draft
def take_back(request: PracticeRequest, note: Note) -> HttpResponse:
    return _deed(request, note, WarningForm(request.POST), deeds.take_back)


@sensitive_post_parameters("password", "pin", "code", "credential", "as_read")
@require_POST
@for_roles(Role.CLINICIAN)
@_of_a_draft
def sign(request: PracticeRequest, note: Note) -> HttpResponse:
    """Sign with a proof of presence: the note becomes final and its superbills are issued."""
    form = SignForm(request.POST, request=request)
    proof = form.prove() if form.is_valid() else None
    if proof is None:
        return _decision(request, note, status=422, form=form)
    try:
        deeds.complete(note, by=request.member, shown=form.shown, key=form.cleaned_data["key"], proof=proof)
    except NotAsShown as refused:
        return _decision(request, note, status=409, notice=CHANGED_IN.format(" and ".join(refused.changes)))
    except (NotReady, KeyReused):
        return _decision(request, note, status=409, notice=NOT_READY)
    return _signed(request, note)


def _signed(request: PracticeRequest, note: Note) -> HttpResponse:
    """Show the signed note; where one is signed after another, the next that is ready."""
    supervisor = request.member.supervised_by
    whereto = f"It waits for the co-signature of {supervisor}." if supervisor else ""
    if not _in_queue(request):
        messages.success(request, f"Signed. {whereto or 'The superbill is with the front desk.'}")
        return HttpResponseClientRedirect(reverse("notes:note", args=[note.pk]))
    if following := next_to_sign(request.member, after=note):
        messages.success(request, f"The note of {note.patient} is signed. {whereto} This is the next one.")
        return HttpResponseClientRedirect(reverse("coding:review", args=[following.pk], query={"queue": 1}))
    messages.success(request, f"The note of {note.patient} is signed. {whereto} It was the last one in the row.")
    return HttpResponseClientRedirect(reverse("coding:to-sign", args=[request.member.practice.slug]))
