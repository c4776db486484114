"""What a patient's page says of the notes of its visits: which may be read, which are to be written."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.db.models import prefetch_related_objects
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from clinic.models import Patient, Visit
from clinic.patients.reading import visits_page
from clinic.requests.access import PracticeRequest, fetch, for_roles
from clinic.roles import CARE, Role
from notes.day import Row
from notes.models import Note
from notes.of_visits import WITH_NOTE

# Fragments


@require_safe
@for_roles(*CARE, Role.AUDITOR)
def visit_notes(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Answer for every visit that the page shows, each in its own place."""
    patient = fetch(request, Patient.objects.visible_to(request.user), pk=pk)
    page = visits_page(patient, request.GET.get("page"))
    context = {
        "rows": list(_rows(request, [*page["coming"], *page["past"]])),
        "may_start": request.member.has_role(*CARE),
    }
    return render(request, "notes/visit_notes.html", context)


def _rows(request: PracticeRequest, visits: list[Visit]) -> Iterator[dict[str, Any]]:
    """Yield each visit, and whether whoever asks may read its note or write it."""
    prefetch_related_objects(visits, WITH_NOTE)
    notes, today = Note.objects.standing().filter(visit__in=visits), request.member.practice.today()
    readable = set(notes.visible_to(request.user).values_list("visit_id", flat=True))
    writable = set(notes.editable_by(request.user).values_list("visit_id", flat=True))
    taken_back: dict[UUID, list[Note]] = {}
    for note in Note.objects.visible_to(request.user).retracted().filter(visit__in=visits):
        taken_back.setdefault(note.visit_id, []).append(note)
    for visit in visits:
        row = Row(visit, request.member, today)
        may = {"may_read": visit.pk in readable, "may_write": visit.pk in writable}
        yield {"row": row, **may, "retracted": taken_back.get(visit.pk, ())}
