"""Who watches over access: which patients an auditor is limited to, and access for an emergency that was taken by a reason."""

from datetime import timedelta
from typing import ClassVar

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint

from clinic import clock
from clinic.models.patients import Patient
from clinic.models.people import Membership
from clinic.models.practice import Owned
from clinic.querysets import BreakGlassQuerySet


class AuditedPatient(Owned):
    """A patient on the list of an auditor who sees no others. Whether the list counts stands at the membership."""

    membership = models.ForeignKey(Membership, models.PROTECT, related_name="audited_patients")
    patient = models.ForeignKey(Patient, models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["created_at"]
        constraints: ClassVar = [UniqueConstraint(fields=["membership", "patient"], name="patient_listed_once")]


class BreakGlass(Owned):
    """A member without access to notes read one patient's, for a reason and a while. Nothing of it changes but its end."""

    member = models.ForeignKey(Membership, models.PROTECT, related_name="broken_glass")
    patient = models.ForeignKey(Patient, models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300)
    proof = models.CharField(max_length=20)
    ends_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects = BreakGlassQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-created_at"]
        constraints: ClassVar = [
            CheckConstraint(condition=~Q(reason=""), name="broken_glass_has_a_reason"),
            CheckConstraint(condition=Q(ends_at__gt=F("created_at")), name="broken_glass_ends"),
        ]

    def __str__(self) -> str:
        return f"Emergency access of {self.member} to {self.patient}"

    @property
    def is_open(self) -> bool:
        return self.ended_at is None and clock.now() < self.ends_at

    @property
    def minutes_left(self) -> int:
        return max(0, -(-(self.ends_at - clock.now()) // timedelta(minutes=1)))


class BreakGlassReview(Owned):
    """An admin has looked at why the glass was broken and what was read. Written once."""

    glass = models.OneToOneField(BreakGlass, models.PROTECT, related_name="review")
    by = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    words = models.CharField(max_length=300, blank=True)
