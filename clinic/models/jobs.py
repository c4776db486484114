"""Work that takes longer than a page may: who wants what, how far it is, what came of it; and the pulse of who does it."""

from datetime import timedelta
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.db.models.functions import Now

from clinic import clock
from clinic.models.people import Membership
from clinic.models.practice import Owned
from clinic.querysets import JobQuerySet


class BackgroundJob(Owned):
    """Something that a member asked for. What came of it lies in the database until it expires, and is theirs alone.

    What was asked for holds ids and days, never words of a record.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "waiting"
        WORKING = "working", "in the making"
        READY = "ready", "ready"
        CANCELLED = "cancelled", "cancelled"
        FAILED = "failed", "failed"
        EXPIRED = "expired", "expired"

    LASTS: ClassVar = timedelta(days=7)

    owner = models.ForeignKey(Membership, models.PROTECT, related_name="jobs")
    kind = models.CharField(max_length=40)
    title = models.CharField(max_length=120)
    asked = models.JSONField(default=dict)
    done = models.PositiveIntegerField(default=0)
    of = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)  # when whoever does it last said so
    cancelled_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=300, blank=True)
    file_name = models.CharField(max_length=120, blank=True)
    content_type = models.CharField(max_length=80, blank=True)
    size = models.PositiveBigIntegerField(null=True)
    digest = models.CharField(max_length=64, blank=True)
    patient_ids = ArrayField(models.UUIDField(), default=list)
    expires_at = models.DateTimeField(null=True)
    expired_at = models.DateTimeField(null=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [models.Index(fields=["practice", "owner", "-id"], name="jobs_of_a_member")]
        constraints: ClassVar = [
            CheckConstraint(
                name="job_with_a_file_is_whole",
                condition=Q(size=None, digest="", expires_at=None)
                | (Q(size__isnull=False, expires_at__isnull=False, finished_at__isnull=False) & ~Q(digest="")),
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def state(self) -> State:
        if self.finished_at is None:
            return self.State.WORKING if self.started_at else self.State.WAITING
        if self.size is None:
            return self.State.CANCELLED if self.cancelled_at and not self.failure else self.State.FAILED
        return self.State.READY if self.is_there else self.State.EXPIRED

    @property
    def is_there(self) -> bool:
        """Whether what came of it can be fetched."""
        return self.expires_at is not None and self.expired_at is None and clock.now() < self.expires_at

    @property
    def percent(self) -> int:
        return min(100, self.done * 100 // self.of) if self.of else 0


class JobPart(Owned):
    """A piece of what came of a job: a file of any size is written and read without ever being held as a whole."""

    job = models.ForeignKey(BackgroundJob, models.CASCADE, related_name="parts")
    position = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [UniqueConstraint(fields=["job", "position"], name="job_part_has_its_place")]


class WorkerPulse(models.Model):
    """When a worker was last alive. It is of no practice."""

    name = models.CharField(max_length=64, primary_key=True)
    seen_at = models.DateTimeField(db_default=Now())
