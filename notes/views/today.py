"""Today for the clinician: the visits of a day by time, and what is left of earlier days."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, prefetch_related_objects
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from clinic.access import PracticeRequest, for_roles
from clinic.dates import read_date
from clinic.models import Visit
from clinic.roles import CARE, Role
from notes.models import Activity, Adjustment, Note

# A visit without a note is looked for this far back; an unsigned note is never too old to be shown.
LOOK_BACK = timedelta(days=60)

# Pages


@require_safe
@for_roles(*CARE)
def today(request: PracticeRequest, practice: str) -> HttpResponse:
    """A clinician's own visits; an assistant's are all clinicians'."""
    now = request.member.practice.today()
    day = read_date(request.GET.get("on", "")) or now
    mine = _with_notes(_visits(request))
    rows = [Row(visit) for visit in mine.filter(on=day).order_by("at", "created_at")]
    left = _left_from_earlier_days(mine, now) if day == now else []
    prefetch_related_objects([row.visit.patient for row in [*rows, *left]], "alerts")
    context = {"day": day, "is_today": day == now, "rows": rows, "left": left, "counts": _counts(rows)}
    return render(request, "notes/today.html", {**context, **_neighbours(day), "shows_all": _sees_all(request)})


@dataclass(frozen=True)
class Row:
    """A visit with the state of its note, as the clinician thinks of it."""

    visit: Visit

    @property
    def note(self) -> Note | None:
        return getattr(self.visit, "note", None)

    @property
    def state(self) -> str:
        note = self.note
        if self.visit.is_missed:
            return str(self.visit.state)
        if note is None:
            return "no_note" if self.visit.state == Visit.State.DONE else str(self.visit.state)
        if note.is_signed:
            return "signed"
        return "ready" if note.assessment.strip() and note.plan.strip() and self.visit.has_care else "started"  # type: ignore[attr-defined]

    @property
    def label(self) -> str:
        return STATES[self.state][0]

    @property
    def tone(self) -> str:
        return STATES[self.state][1]

    @property
    def can_start(self) -> bool:
        return self.note is None and not self.visit.is_missed


# Words and colour of each state. "Ready" says that all parts are written; whether it may be signed is the review's.
STATES = {
    "expected": ("Expected", "quiet"),
    "arrived": ("Arrived", "ready"),
    "no_note": ("No note yet", "stop"),
    "started": ("Note started", "warn"),
    "ready": ("Written, to review", "ready"),
    "signed": ("Signed", "good"),
    "no_show": ("No-show", "quiet"),
    "cancelled": ("Cancelled", "quiet"),
}


def _visits(request: PracticeRequest) -> Any:
    visits = Visit.objects.visible_to(request.user).filter(practice=request.member.practice_id)
    return visits if _sees_all(request) else visits.filter(clinician=request.member)


def _sees_all(request: PracticeRequest) -> bool:
    return not request.member.has_role(Role.CLINICIAN)


def _with_notes(visits: Any) -> Any:
    """Everything that a row shows, in one query."""
    cared = [
        Exists(part.objects.filter(note__visit=OuterRef("pk"), is_carried=False)) for part in (Activity, Adjustment)
    ]
    rows = visits.select_related("patient", "clinician__user", "location", "coverage__payer", "note")
    return rows.annotate(has_care=cared[0] | cared[1])


def _left_from_earlier_days(mine: Any, now: date) -> list[Row]:
    """Drafts of earlier days, and visits of the last weeks where somebody came and nothing was written.

    Two queries: each has its index, one that asks for either of the two would read every visit there ever was.
    """
    drafts = mine.filter(on__lt=now, note__isnull=False, note__signed_at=None)
    came = [Visit.State.ARRIVED, Visit.State.DONE]
    unwritten = mine.filter(on__lt=now, on__gte=now - LOOK_BACK, note=None, state__in=came)
    return [Row(visit) for visit in sorted([*drafts, *unwritten], key=lambda visit: (visit.on, visit.at or time.min))]


def _counts(rows: Iterable[Row]) -> dict[str, int]:
    states = [row.state for row in rows]
    return {
        "visits": sum(state not in ("no_show", "cancelled") for state in states),
        "here": states.count("arrived"),
        "unsigned": sum(state in ("started", "ready", "no_note") for state in states),
        "signed": states.count("signed"),
    }


def _neighbours(day: date) -> dict[str, date | None]:
    """The days before and after, none beyond the calendar's ends."""
    one = timedelta(days=1)
    return {"before": day - one if day > date.min else None, "after": day + one if day < date.max else None}
