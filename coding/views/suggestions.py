"""What the coding side says in the margin of the note: one answer for all rows, each part swapped in where it belongs."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from clinic.requests.access import PracticeRequest, fetch, for_roles
from clinic.roles import CARE
from coding.margin import margin_of
from coding.review import review
from coding.services import services_of
from notes.models import Note

# Fragments


@require_safe
@for_roles(*CARE)
def suggestions(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Answer with the margin notes of a draft, keyed by the ids of its rows."""
    note = fetch(request, Note.objects.editable_by(request.user).select_related("practice"), pk=pk)
    context = {"note": note, **margin_of(review(note), note.practice), **services_of(note)}
    return render(request, "coding/suggestions.html", context)
