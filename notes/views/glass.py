"""The notes of one patient, read in an emergency by a member who reads no notes otherwise. See clinic.audit.breaking_glass."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from clinic.audit.breaking_glass import GlassIsWhole, through_glass
from clinic.audit.log import record
from clinic.requests.access import PracticeRequest, fetch, for_roles
from clinic.views import errors
from clinic.views.oversight import WHO_MAY
from notes.models import Note
from notes.reading import reading_of

type View = Callable[..., HttpResponse]


def _while_it_lasts(view: View) -> View:
    """Answer 409 once the access is over; the page says so and holds nothing of the patient."""

    @wraps(view)
    def asked(request: PracticeRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except GlassIsWhole as over:
            return errors.conflict(request, str(over))

    return asked


# Pages


@require_safe
@for_roles(*WHO_MAY)
@_while_it_lasts
def glass(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Which notes there are, drafts too, with what to heed."""
    found = through_glass(request, pk)
    said: dict[str, Any] = {"patients": [found.patient_id], "glass": str(found.pk)}
    record("glass-opened", by=request.member, about=found.pk, request=request, **said)
    notes = Note.objects.behind_glass(request.user).standing().filter(patient=found.patient_id)
    rows = notes.select_related("visit", "author__user").order_by("-visit__on", "-created_at")
    return render(request, "notes/glass.html", {"glass": found, "notes": rows})


@require_safe
@for_roles(*WHO_MAY)
@_while_it_lasts
def glass_note(request: PracticeRequest, pk: UUID, note: UUID) -> HttpResponse:
    """One note, as it was signed or as the draft stands."""
    found = through_glass(request, pk)
    notes = Note.objects.behind_glass(request.user).standing().filter(patient=found.patient_id)
    read = fetch(request, notes.select_related("visit__location", "patient", "author__user"), pk=note)
    said: dict[str, Any] = {"patients": [found.patient_id], "glass": str(found.pk)}
    record("glass-note-read", by=request.member, about=read.pk, request=request, **said)
    return render(request, "notes/glass_note.html", {"glass": found, "note": read, "reading": reading_of(read)})
