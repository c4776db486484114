"""The log as a sheet for a spreadsheet: every row that was asked for, made in the background."""

from collections.abc import Iterator
from datetime import UTC
from typing import Any

from django.db.models import QuerySet

from clinic.audit import trail
from clinic.exports.jobs import Progress, kind
from clinic.exports.sheets import lines
from clinic.models import AccessEvent, BackgroundJob, Patient, Practice
from clinic.roles import Role

KIND = "log"
READERS = (Role.ADMIN, Role.AUDITOR)

COLUMNS = ("When (UTC)", "Who", "What", "Refused", "Patients", "Charts", "Facts", "Address", "Kind")


@kind(KIND, roles=READERS, content_type="text/csv; charset=utf-8")
def log_as_a_sheet(job: BackgroundJob, progress: Progress) -> Iterator[bytes]:
    """Every row that was asked for, as far as whoever asked may read the log now."""
    user = job.owner.user
    events = (
        trail.asked_of(job.practice, job.asked["rows"]).of(AccessEvent.objects.visible_to(user)).order_by("at", "id")
    )
    patients = Patient.objects.overseen_by(user).filter(practice=job.practice)
    return lines(_rows(progress.through(events.iterator(500), of=events.count()), job.practice, patients, progress))


def _rows(
    events: Iterator[AccessEvent], practice: Practice, patients: QuerySet[Patient], progress: Progress
) -> Iterator[tuple[Any, ...]]:
    """Yield a row for each event. It names every patient who may be named: an export answers which patient, too."""
    yield COLUMNS
    for some in trail.batches(events):
        for event, line in zip(some, trail.lines(some, practice, patients, most=None), strict=True):
            for one in line.patients:
                progress.tells_of(one.pk)
            more = [f"and {line.more} more"] if line.more else []
            yield (
                line.at.astimezone(UTC).isoformat(timespec="seconds"), line.who, line.what,
                "refused" if line.is_refusal else "", "; ".join([*map(str, line.patients), *more]),
                "; ".join(one.chart_number for one in line.patients), "; ".join(line.facts), line.address, event.kind,
            )  # fmt: skip
