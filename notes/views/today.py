"""Today for the clinician: who is here, what is to be signed, who comes, and what is left of earlier days."""

from datetime import date, timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from clinic.audit.log import record
from clinic.entry.dates import read_date
from clinic.models import Visit
from clinic.requests.access import PracticeRequest, for_roles
from clinic.roles import CARE
from notes.amendments import waiting_for
from notes.day import choices, chosen, counts, sections_of

# Pages


@require_safe
@for_roles(*CARE)
def today(request: PracticeRequest, practice: str) -> HttpResponse:
    """A clinician's own visits; an assistant chooses whose."""
    now, offered = request.member.practice.today(), choices(request.member)
    day, whose = read_date(request.GET.get("on", "")) or now, chosen(offered, request.GET.get("of", ""))
    visits = Visit.objects.visible_to(request.user).filter(practice=request.member.practice_id)
    visits = visits.filter(clinician=whose.clinician) if whose.clinician else visits
    sections, asked = sections_of(visits, day, by=request.member), waiting_for(request.member)
    patients = {row.visit.patient_id for section in sections for row in section.rows}
    patients |= {each.patient_id for each in asked}
    record("today-read", by=request.member, patients=patients, request=request, on=str(day))
    context = {"day": day, "is_today": day == now, "sections": sections, "counts": counts(sections)}
    shown = {
        "asked": asked,
        "today": now,
        "whose": whose,
        "offered": offered,
        "shows_clinician": whose.clinician is None,
    }
    return render(request, "notes/today.html", {**context, **shown, **_neighbours(day)})


def _neighbours(day: date) -> dict[str, date | None]:
    """The days before and after, none beyond the calendar's ends."""
    one = timedelta(days=1)
    return {"before": day - one if day > date.min else None, "after": day + one if day < date.max else None}
