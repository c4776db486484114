"""The day at the desk."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from clinic.audit.log import record
from clinic.models import Visit
from clinic.requests.access import PracticeRequest, fetch, for_roles
from clinic.roles import CARE, OFFICE, Role
from coding.board import board, left_open, row_of
from coding.forms.day import ChosenForm

READERS = (Role.CLINICIAN, *OFFICE, Role.AUDITOR)

# Pages


@require_safe
@for_roles(*READERS)
def day(request: PracticeRequest, practice: str, on: str = "") -> HttpResponse:
    context = _context(request, on)
    patients = {row.visit.patient_id for group in context["board"].groups for row in group.rows}
    record("day-read", by=request.member, patients=patients, request=request, on=str(context["on"]))
    return render(request, "coding/day.html", context)


# Fragments


@require_safe
@for_roles(*READERS)
def day_board(request: PracticeRequest, practice: str, on: str) -> HttpResponse:
    """The sums anew, after a visit was moved. The rows stay where they are until the page is loaded again."""
    return render(request, "coding/day.html#totals", _context(request, on))


@require_safe
@for_roles(*READERS)
def day_row(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """A visit that was moved, in the place where it stood: no other patient slides under the next press."""
    visit = fetch(request, Visit.objects.visible_to(request.user).select_related("practice"), pk=pk)
    whose = _whose(request, visit.practice.today(), visit.on)
    return render(request, "coding/day_row.html", {"row": row_of(visit), "is_moved": True, **whose})


def _context(request: PracticeRequest, text: str) -> dict[str, Any]:
    practice = request.member.practice
    on = _read(text) or practice.today()
    form = ChosenForm(request.GET, practice=practice)
    visits = Visit.objects.visible_to(request.user)
    return {
        "practice": practice,
        "on": on,
        "is_today": on == practice.today(),
        "before": on - timedelta(days=1),
        "after": on + timedelta(days=1),
        "form": form,
        "left_open": left_open(practice, visits) if on == practice.today() else [],
        "board": board(practice, visits, on, form.chosen, show_all="all" in request.GET),
        "query": request.GET.urlencode(),
        **_whose(request, practice.today(), on),
    }


def _whose(request: PracticeRequest, today: date, on: date) -> dict[str, Any]:
    """What the one who looks may do with the visits of a day."""
    return {
        "may_move": on <= today and request.member.has_role(*CARE, *OFFICE),
        "may_read_notes": request.member.has_role(Role.CLINICIAN),
        "me": request.member.pk,
        "is_desk": request.member.has_role(*OFFICE),
    }


def _read(text: str) -> date | None:
    """Read a date of the address; one that is none leads nowhere."""
    if not text:
        return None
    try:
        on = date.fromisoformat(text)
    except ValueError:
        raise Http404 from None
    if not date(1990, 1, 2) < on < date(2200, 1, 1):
        raise Http404
    return on
