"""Co-signing: a supervisor reads a signed note with its lines, and signs it with a proof of presence."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from clinic.audit.log import record
from clinic.requests.access import PracticeRequest, fetch, for_roles
from clinic.requests.deeds import KeyReused
from clinic.roles import Role
from clinic.views import errors
from coding import cosigning as deeds
from coding.forms.addenda import CosignForm
from notes.addenda import Retracted
from notes.cosigning import AddedTo, Cosigned, shown_of
from notes.models import Note
from notes.reading import reading_of

ADDED_TO = (
    "Something was added to this note since you read it. Nothing was signed; open it again, and read what came in."
)

# Pages


@sensitive_post_parameters("password", "pin", "code")
@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(Role.CLINICIAN)
def cosign(request: PracticeRequest, pk: UUID) -> HttpResponse:
    notes = Note.objects.cosignable_by(request.user).select_related(
        "visit__location", "patient", "author__user", "signature"
    )
    note = fetch(request, notes, pk=pk)
    if note.cosignature or note.is_retracted:
        return redirect("notes:note", pk=note.pk)
    typed = request.POST if request.method == "POST" else None
    form = CosignForm(typed, request=request, initial={"shown": shown_of(note)})
    if form.is_valid() and (proof := form.prove()):
        return _cosign(request, note, form, proof)
    record("note-read", by=request.member, patients=[note.patient_id], about=note.pk, request=request)
    context = {"note": note, "reading": reading_of(note), "form": form}
    return render(request, "coding/cosign.html", context, status=422 if form.is_bound else 200)


def _cosign(request: PracticeRequest, note: Note, form: CosignForm, proof: str) -> HttpResponse:
    try:
        deeds.cosign(note, by=request.member, proof=proof, **form.said)
    except (Cosigned, Retracted, KeyReused):
        return errors.conflict(request, "This note was co-signed or retracted meanwhile. Nothing was signed.")
    except AddedTo:
        return errors.conflict(request, ADDED_TO)
    messages.success(request, f"Co-signed. The superbill of {note.patient} is with the front desk.")
    return redirect("coding:to-sign", practice=note.practice.slug)
