"""Retracting a note: the page that asks why, and the deed under a proof of presence."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from clinic.audit.log import record_opening
from clinic.requests.access import PracticeRequest, fetch, for_roles
from clinic.roles import Role
from clinic.views import errors
from coding import retraction as deeds
from coding.forms.addenda import RetractionForm
from notes.addenda import Retracted
from notes.models import Note

ALREADY = "This note was retracted already. Its page tells by whom, when and why."

# Pages


@sensitive_post_parameters("password", "pin", "code")
@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(Role.CLINICIAN)
def retract(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Say what a retraction does, ask for the reason and a proof, and do it."""
    notes = Note.objects.amendable_by(request.user).select_related("visit", "patient", "practice", "author__user")
    note = fetch(request, notes, pk=pk)
    if note.is_retracted:
        return errors.conflict(request, ALREADY)
    record_opening(request, note.patient_id, about=note.pk, form="retraction")
    form = RetractionForm(request.POST if request.method == "POST" else None, request=request, note=note)
    if form.is_valid() and (proof := form.prove()):
        return _retract(request, note, form, proof)
    context = {"note": note, "form": form, "bills": note.superbills.standing()}
    return render(request, "coding/retract.html", context, status=422 if form.is_bound else 200)


def _retract(request: PracticeRequest, note: Note, form: RetractionForm, proof: str) -> HttpResponse:
    said = form.cleaned_data
    given = {"reason": said["reason"], "meant_for": said["chart"], "key": said["key"]}
    try:
        deeds.retract(note, by=request.member, proof=proof, **given)
    except Retracted:
        return errors.conflict(request, ALREADY)
    messages.success(request, "Retracted. The visit waits for the right note.")
    return redirect("notes:note", pk=note.pk)
