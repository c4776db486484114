"""What became of a signed note: its superbills' lines, each with the guidance that was read on the day of the signature."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from clinic.access import PracticeRequest, fetch, for_roles
from clinic.roles import CARE, Role
from coding.guidance import SHIPPED, exists, revision_of
from coding.models import ServiceLine
from notes.models import Note

# Fragments


@require_safe
@for_roles(*CARE, Role.AUDITOR)
def signed_lines(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Show the lines of a signed note, on its page."""
    note = fetch(request, Note.objects.visible_to(request.user).signed().select_related("practice"), pk=pk)
    bills = note.superbills.standing().prefetch_related("lines")
    cited = {code: _cited(note, code) for code in _codes(note) if exists(code)}
    context = {"note": note, "bills": bills, "cited": cited, "record_only": _record_only(note)}
    return render(request, "coding/signed_lines.html", context)


def _record_only(note: Note) -> list[str]:
    """Name the rows that the signer kept for the record, as the note says them."""
    marked = set(note.record_only.values_list("row_id", flat=True))
    return [str(row) for rows in (note.activities, note.adjustments) for row in rows.all() if row.pk in marked]


def _codes(note: Note) -> set[str]:
    return set(ServiceLine.objects.filter(superbill__note=note).values_list("code", flat=True))


def _cited(note: Note, code: str) -> str:
    """Return the key of the guidance text that stood when the note was signed."""
    revision = revision_of(note.practice, code, note.signature.signed_at)
    return str(revision.pk) if revision else SHIPPED
