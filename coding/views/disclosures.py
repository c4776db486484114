"""The signed note of a visit that a payer was billed for: opened by a biller, each time with a purpose, which the log keeps."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from clinic.audit.log import record, record_opening
from clinic.requests.access import PracticeRequest, fetch, for_roles
from clinic.roles import Role
from coding.forms.disclosures import Purpose, PurposeForm
from coding.models import Superbill
from coding.superbill_sheet import note_goes_along
from notes.reading import reading_of

WHOLE = (
    "practice",
    "coverage__payer",
    "visit",
    "note__patient",
    "note__signature",
    "note__author__user",
    "note__visit__location",
)

# Pages


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(Role.BILLER)
def signed_note(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Ask for the purpose, and with it show the note. Nothing is remembered: who loads the page again is asked again."""
    bill = fetch(request, Superbill.objects.disclosable_by(request.user).select_related(*WHOLE), pk=pk)
    record_opening(request, bill.note.patient_id, about=bill.pk, form="purpose of opening a note")
    usual = {"purpose": Purpose.CLAIM} if note_goes_along(bill) else {}
    form = PurposeForm(request.POST if request.method == "POST" else None, initial=usual)
    if form.is_valid():
        said, about = form.cleaned_data, {"about": bill.note_id, "superbill": str(bill.pk)}
        about |= {"recipient": bill.payer_name, "what": f"Signed note of {bill.note.visit.on}"}
        record("note-read", by=request.member, patients=[bill.note.patient_id], request=request, **about, **said)
        return _page(request, bill, form, reading=reading_of(bill.note))
    return _page(request, bill, form, status=422 if form.is_bound else 200)


def _page(
    request: PracticeRequest, bill: Superbill, form: PurposeForm, *, status: int = 200, **shown: Any
) -> HttpResponse:
    context = {"bill": bill, "note": bill.note, "form": form, **shown}
    return render(request, "coding/signed_note.html", context, status=status)
