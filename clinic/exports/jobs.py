"""Work that takes longer than a page may. Somebody asks for it, a worker does it, and what came of it is theirs to fetch.

A kind of job is a generator of bytes, known by its name:

    @kind("superbills-of-a-month", roles=OFFICE, content_type="text/csv")
    def superbills(job, progress):
        bills = Superbill.objects.visible_to(job.owner.user).filter(...)
        for bill in progress.through(bills.iterator(), of=bills.count()):
            progress.tells_of(bill.visit.patient_id)
            yield line(bill)

    start("superbills-of-a-month", by=member, title="Superbills of November", file_name="superbills.csv", month="2026-11")

Whoever asked must still have one of the kind's roles when it is done, and when it is fetched all those under which it was made:
the file tells what these may see. A job that broke off, because the
worker was stopped, is done from the beginning; so a kind only reads. One that breaks off again and again, because it is what ends
the worker, is given up.
"""

import hashlib
import logging
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import OperationalError, transaction
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest
from django.tasks import task
from django.utils import timezone

from clinic import clock
from clinic.audit.log import record
from clinic.models import BackgroundJob, JobPart, Membership
from clinic.requests.deeds import once
from clinic.roles import Role

log = logging.getLogger("plumbline.jobs")

PART = 1024 * 1024
OFTEN_ENOUGH = 0.5  # seconds between two looks at whether somebody cancelled
LOST = timedelta(seconds=90)  # without a sign of life, a job is taken up by another worker
FAULT = (
    "It could not be made, and that was our fault. Ask for it again; if it fails again, tell whoever runs Plumbline."
)
MADE_AS = "made_as"  # what a job keeps, beside what was asked, of its owner's roles when it was made
TRIES = 3  # of a job whose worker is lost each time
TRIED = "tried"  # what a job keeps, beside what was asked, of how often it was begun
GIVEN_UP = (
    "It was begun three times and broke off each time, so it is not tried again. Ask for less at once, "
    "and tell whoever runs Plumbline."
)
NOT_YOURS_NOW = "Your access changed in the meantime, so it was not made."

Maker = Callable[[BackgroundJob, "Progress"], Iterable[bytes]]


@dataclass(frozen=True)
class Kind:
    """What can be asked for, and by whom."""

    make: Maker
    roles: tuple[Role, ...]
    content_type: str


KINDS: dict[str, Kind] = {}


def kind(name: str, *, roles: Iterable[Role], content_type: str) -> Callable[[Maker], Maker]:
    """Let a generator of bytes be a kind of job."""

    def known(make: Maker) -> Maker:
        KINDS[name] = Kind(make, tuple(roles), content_type)
        return make

    return known


def may_have(member: Membership, name: str) -> bool:
    """Whether somebody's roles have this kind of job."""
    return name in KINDS and member.has_role(*KINDS[name].roles)


def may_fetch(member: Membership, job: BackgroundJob) -> bool:
    """Whether somebody, as they are now, may have what a job made: less than they were then is less than it tells."""
    return may_have(member, job.kind) and set(job.asked.get(MADE_AS, ())) <= set(member.roles)


# What its owner does with a job


@transaction.atomic(durable=True)
def start(
    name: str,
    *,
    by: Membership,
    title: str,
    file_name: str,
    key: UUID | None = None,
    request: HttpRequest | None = None,
    patients: Iterable[UUID] = (),
    **what: Any,
) -> BackgroundJob:
    """Ask for a job, once for each key. `what` is kept as JSON: ids, days, choices, never words of a record."""
    if not may_have(by, name):
        raise PermissionDenied
    attempt = once(by, key, kind=f"job:{name}", body=what) if key else None
    if attempt and attempt.is_repeat:
        return BackgroundJob.objects.get(pk=attempt.result)
    job = BackgroundJob.objects.create(
        practice_id=by.practice_id, owner=by, kind=name, title=title, asked=what, file_name=file_name,
        content_type=KINDS[name].content_type,
    )  # fmt: skip
    if attempt:
        attempt.made(job.pk)
    record("export-asked", by=by, patients=patients, about=job.pk, request=request, export=name, **what)
    do.enqueue(str(job.pk))
    return job


def file_name(what: str, ending: str) -> str:
    """Name a file by what it is and by when it was asked for, so that no two are called the same.

    Never by the patient: browsers keep the names of what was fetched.
    """
    return f"{what}-{timezone.localtime(clock.now()):%Y-%m-%d-%H%M%S}.{ending}"


@transaction.atomic(durable=True)
def cancel(job: BackgroundJob, *, by: Membership) -> BackgroundJob:
    """Let it be. What waits is over at once; what is being made stops within a second; what is finished stays."""
    job = BackgroundJob.objects.select_for_update(of=["self"]).get(pk=job.pk)
    if job.finished_at is None and job.cancelled_at is None:
        job.cancelled_at = clock.now()
        job.finished_at = None if job.started_at else job.cancelled_at
        job.save(update_fields=["cancelled_at", "finished_at"])
        record("export-cancelled", by=by, about=job.pk)
    return job


def content(job: BackgroundJob) -> Iterator[bytes]:
    """Yield what came of a job, piece by piece."""
    for number in range(job.parts.count()):
        yield bytes(job.parts.values_list("content", flat=True).get(position=number))


# What the worker does


@task()
def do(pk: str) -> None:
    """Do a job. Whatever goes wrong is told by the job; nothing of it gets into the queue's own table."""
    job = _take(UUID(pk))
    if job is None:
        return
    progress = Progress(job)
    try:
        _make(job, progress)
    except Cancelled:
        _over(job)
    except PermissionDenied:
        _over(job, failure=NOT_YOURS_NOW)
    except OperationalError:  # the database went away: whoever finds the job without a sign of life takes it up again
        log.warning("A job broke off: the database is away.")
    except Exception:
        log.exception("A job failed.")
        _over(job, failure=FAULT)


class Cancelled(Exception):
    """Its owner no longer wants it, or another worker makes it."""


class Progress:
    """How far a job is. Tells it, with a sign of life, every half second, and looks whether it is still wanted."""

    def __init__(self, job: BackgroundJob) -> None:
        self.job, self.patients = job, set[UUID]()
        self._told_at = float("-inf")

    def through(self, rows: Iterable[Any], *, of: int) -> Iterator[Any]:
        """Go through rows, counting them."""
        for number, row in enumerate(rows):
            self.at(number, of=of)
            yield row

    def at(self, done: int, *, of: int) -> None:
        if time.monotonic() - self._told_at < OFTEN_ENOUGH:
            return
        self._told_at = time.monotonic()
        if not _wanted(self.job).update(done=done, of=of, seen_at=clock.now()):
            raise Cancelled

    def tells_of(self, patient: UUID) -> None:
        """Note that the file tells of this patient; the log says so at each download."""
        self.patients.add(patient)


def _take(pk: UUID) -> BackgroundJob | None:
    """Take a job that is not done and that nobody does. One that was taken too often, and never got done, is over."""
    now = clock.now()
    free = Q(started_at=None) | Q(seen_at__lt=now - LOST)
    found = BackgroundJob.objects.filter(free, pk=pk, finished_at=None)
    job: BackgroundJob | None = found.select_related("owner__user", "owner__practice", "practice").first()
    if job is None:
        return None
    tried = job.asked.get(TRIED, 0)
    job.started_at, job.seen_at, job.done, job.asked = now, now, 0, job.asked | {TRIED: tried + 1}
    if not found.update(started_at=now, seen_at=now, done=0, asked=job.asked):
        return None
    JobPart.objects.filter(job=pk).delete()  # of an attempt that broke off
    if tried < TRIES:
        return job
    log.error("A job was given up: its worker was lost each time.")
    _over(job, failure=GIVEN_UP)
    return None


def _make(job: BackgroundJob, progress: Progress) -> None:
    owner = Membership.objects.active().filter(pk=job.owner_id).select_related("user", "practice").first()
    if owner is None or not may_have(owner, job.kind):
        raise PermissionDenied
    digest, size = hashlib.sha256(), 0
    for number, piece in enumerate(_in_parts(KINDS[job.kind].make(job, progress))):
        _keep(job, number, piece)
        digest.update(piece)
        size += len(piece)
    now = clock.now()
    whole = _wanted(job).update(
        finished_at=now, expires_at=now + BackgroundJob.LASTS, size=size, digest=digest.hexdigest(),
        patient_ids=sorted(progress.patients), done=F("of"), asked=job.asked | {MADE_AS: job.owner.roles},
    )  # fmt: skip
    if not whole:
        raise Cancelled


def _keep(job: BackgroundJob, number: int, piece: bytes) -> None:
    """Keep a piece of what is made. Its row is locked, so that no piece gets among those of another worker."""
    with transaction.atomic():
        if _wanted(job).select_for_update(no_key=True).first() is None:
            raise Cancelled
        JobPart.objects.create(practice_id=job.practice_id, job=job, position=number, content=piece)


def _wanted(job: BackgroundJob) -> QuerySet[BackgroundJob]:
    return _ours(job).filter(cancelled_at=None)


def _ours(job: BackgroundJob) -> QuerySet[BackgroundJob]:
    """The job while nobody else has taken it up: a worker that was only slow finds that another one did its work."""
    return BackgroundJob.objects.filter(pk=job.pk, started_at=job.started_at, finished_at=None)


def _in_parts(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Gather pieces of any length into parts of one length."""
    gathered = bytearray()
    for piece in pieces:
        gathered += piece
        while len(gathered) >= PART:
            yield bytes(gathered[:PART])
            del gathered[:PART]
    if gathered:
        yield bytes(gathered)


def _over(job: BackgroundJob, failure: str = "") -> None:
    if _ours(job).update(finished_at=clock.now(), failure=failure):
        JobPart.objects.filter(job=job).delete()


# Housekeeping


def expire() -> int:
    """Remove the files whose time is over; the jobs themselves stay. Return how many."""
    now, gone = clock.now(), 0
    for job in BackgroundJob.objects.filter(expires_at__lt=now, expired_at=None):
        with transaction.atomic():
            job.parts.all().delete()
            gone += BackgroundJob.objects.filter(pk=job.pk).update(expired_at=now)
    return gone


def take_up_again() -> int:
    """Put jobs whose worker was lost back into the queue. Return how many."""
    lost = BackgroundJob.objects.filter(finished_at=None, seen_at__lt=clock.now() - LOST)
    for job in lost:
        do.enqueue(str(job.pk))
    return len(lost)
