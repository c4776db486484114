"""Visits, and the money taken for them at the desk."""

from typing import ClassVar

from django.db import models
from django.db.models import CheckConstraint, Q

from clinic.models.patients import Coverage, Patient
from clinic.models.people import Membership
from clinic.models.practice import Location, Owned
from clinic.querysets import PaymentQuerySet, VisitQuerySet


class Visit(Owned):
    """A patient with a clinician at a place on a day. It may have no note yet."""

    class State(models.TextChoices):
        EXPECTED = "expected", "expected"
        ARRIVED = "arrived", "arrived"
        DONE = "done", "done"
        NO_SHOW = "no_show", "no-show"
        CANCELLED = "cancelled", "cancelled"

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="visits")
    clinician = models.ForeignKey(Membership, models.PROTECT, related_name="visits")
    location = models.ForeignKey(Location, models.PROTECT, related_name="visits")
    coverage = models.ForeignKey(Coverage, models.PROTECT, null=True, blank=True, related_name="visits")
    on = models.DateField("date")
    at = models.TimeField("time", null=True, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.EXPECTED)
    arrived_at = models.DateTimeField(null=True, blank=True)

    objects = VisitQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["on", "at", "created_at"]
        indexes: ClassVar = [
            models.Index(fields=["practice", "on", "at"], name="visit_by_day"),
            models.Index(fields=["practice", "patient", "-on"], name="visit_by_patient"),
        ]

    def __str__(self) -> str:
        return f"{self.patient}, {self.on}"

    @property
    def payer_name(self) -> str:
        return str(self.coverage) if self.coverage else "self-pay"

    @property
    def is_settled(self) -> bool:
        """Whether nothing is left to do at the desk."""
        return self.state not in (self.State.EXPECTED, self.State.ARRIVED)

    @property
    def is_missed(self) -> bool:
        return self.state in (self.State.NO_SHOW, self.State.CANCELLED)


class Payment(Owned):
    """Money taken at the desk for a visit, before or after there is a superbill. What was entered stays.

    A wrong one is reversed: an entry with the same amount below zero, and the reason.
    """

    class Method(models.TextChoices):
        CASH = "cash", "cash"
        CARD = "card", "card"
        CHECK = "check", "check"

    visit = models.ForeignKey(Visit, models.PROTECT, related_name="payments")
    amount = models.DecimalField(max_digits=8, decimal_places=2)
    method = models.CharField(max_length=10, choices=Method.choices)
    taken_by = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    reverses = models.OneToOneField("self", models.PROTECT, null=True, editable=False, related_name="reversal")
    reason = models.CharField("why it was wrong", max_length=300, blank=True)

    objects = PaymentQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["created_at", "pk"]
        constraints: ClassVar = [
            CheckConstraint(
                condition=Q(amount__gt=0, reverses=None) | Q(amount__lt=0, reverses__isnull=False),
                name="payment_is_positive",
                violation_error_message="Enter an amount above zero.",
            ),
            CheckConstraint(
                condition=Q(reverses=None, reason="") | (Q(reverses__isnull=False) & ~Q(reason="")),
                name="reversal_has_a_reason",
                violation_error_message="Say what was wrong.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount} by {self.get_method_display()}"
