"""The last visits beside a draft: what was said, found, done and planned there, to be read and never copied."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from clinic.audit.log import record
from clinic.requests.access import PracticeRequest, for_roles
from clinic.roles import CARE
from notes.models import Note
from notes.reading import reading_of
from notes.views.saving import draft_of

MOST = 3  # visits; a longer look back has the patient's page

# Fragments


@require_safe
@for_roles(*CARE)
def earlier(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """The patient's last signed notes, with what was added since. Opening them is a reading of each, told in one event."""
    draft = draft_of(request, pk)
    whole = ("visit", "author__user", "practice", "signature__supervisor__user")
    found = Note.objects.visible_to(request.user).signed().before(draft).select_related(*whole)[:MOST]
    read = {"about": draft.pk, "notes": [str(each.pk) for each in found]}
    record("earlier-notes-read", by=request.member, patients=[draft.patient_id], request=request, **read)
    context = {"note": draft, "visits": [(each, reading_of(each)) for each in found]}
    return render(request, "notes/earlier.html", context)
