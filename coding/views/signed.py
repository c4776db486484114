"""What became of a signed note: its superbills' lines, what was let stand, and the guidance of the day of the signature."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from clinic.requests.access import PracticeRequest, fetch, for_roles
from clinic.roles import CARE, Role
from coding.citations import Cited, cited
from coding.models import Acknowledgement
from notes.models import Note

# Fragments


@require_safe
@for_roles(*CARE, Role.AUDITOR)
def signed_lines(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Show the lines and flags of a signed note, on its page."""
    note = fetch(request, Note.objects.visible_to(request.user).signed().select_related("practice"), pk=pk)
    all_bills = note.superbills.select_related("addendum", "replaces", "replaced_by").prefetch_related("lines")
    bills = [bill for bill in all_bills if not bill.voided_at]
    texts = cited(note)
    context = {
        "note": note,
        "bills": bills,
        "void": [bill for bill in all_bills if bill.voided_at],
        "cited": texts,
        "flags": _flags(note, texts),
    }
    return render(request, "coding/signed_lines.html", {**context, "record_only": _record_only(note)})


@dataclass(frozen=True, slots=True)
class SeenFlag:
    """A flag that the signer saw, and the reasons with which it was let stand; a tip has none."""

    cited: Cited
    reasons: tuple[Acknowledgement, ...]


def _flags(note: Note, texts: dict[str, Cited]) -> list[SeenFlag]:
    codes = {line.code for bill in note.superbills.all() for line in bill.lines.all()}
    given = note.acknowledgements.select_related("earlier__note__visit", "given_by__user")
    return [
        SeenFlag(text, tuple({row.reason: row for row in given if row.slug == slug}.values()))
        for slug, text in texts.items()
        if slug not in codes
    ]


def _record_only(note: Note) -> list[str]:
    """Name the rows that the signer kept for the record, as the note says them."""
    marked = set(note.record_only.values_list("row_id", flat=True))
    return [str(row) for rows in (note.activities, note.adjustments) for row in rows.all() if row.pk in marked]
