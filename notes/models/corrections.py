"""What changes of a signed note without changing it: facts put right in an addendum, a note taken back, a patient's request.

All of it is written once and stays, as the note does.
"""

from datetime import date, timedelta
from typing import ClassVar

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint

from clinic.models import Membership, Owned, Patient
from notes.models.notes import Note
from notes.models.signatures import Addendum
from notes.querysets import AmendmentQuerySet


class Correction(Owned):
    """One fact of a signed note, as it stood and as it is right, inside a signed addendum.

    Values are canonical JSON. A row that did not happen is withdrawn (no field; `old` says in words what stood there); a row
    that was forgotten is added, a correction for each of its facts, under an id of its own.
    """

    class Deed(models.TextChoices):
        CHANGED = "changed", "changed"
        WITHDRAWN = "withdrawn", "withdrawn"
        ADDED = "added", "added"

    class Kind(models.TextChoices):
        NOTE = "note", "the note"
        FINDING = "finding", "finding"
        ADJUSTMENT = "adjustment", "adjustment"
        ACTIVITY = "activity", "activity"

    note = models.ForeignKey(Note, models.PROTECT, related_name="corrections")
    addendum = models.ForeignKey(Addendum, models.PROTECT, related_name="corrections")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=20, choices=Kind.choices)
    row_id = models.UUIDField()
    deed = models.CharField(max_length=10, choices=Deed.choices)
    field = models.CharField(max_length=40, blank=True)
    old = models.TextField()
    new = models.TextField()
    reason = models.CharField(max_length=300)

    class Meta:
        ordering: ClassVar = ["addendum__created_at", "addendum", "position"]
        constraints: ClassVar = [
            UniqueConstraint(fields=["addendum", "position"], name="correction_has_its_place"),
            UniqueConstraint(fields=["addendum", "row_id", "field"], name="fact_corrected_once_an_addendum"),
            CheckConstraint(name="correction_has_a_reason", condition=~Q(reason="")),
            CheckConstraint(
                name="correction_names_its_fact",
                condition=Q(deed="withdrawn", field="") | (~Q(deed="withdrawn") & ~Q(field="")),
            ),
        ]


class Retraction(Owned):
    """A note that was written for the wrong patient, or should never have been one, taken back with a reason."""

    note = models.OneToOneField(Note, models.PROTECT, related_name="retraction")
    retracted_by = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    reason = models.CharField(max_length=300)
    meant_for = models.ForeignKey(Patient, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints: ClassVar = [CheckConstraint(name="retraction_has_a_reason", condition=~Q(reason=""))]


DAYS_TO_DECIDE, DAYS_MORE = 60, 30  # 45 CFR 164.526(b)(2): sixty days, once extended by thirty


class AmendmentRequest(Owned):
    """A patient's wish to have their record amended (45 CFR 164.526), as it came in. What became of it are its steps."""

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="amendment_requests")
    note = models.ForeignKey(Note, models.PROTECT, null=True, blank=True, related_name="amendment_requests")
    received_on = models.DateField("received")
    asked = models.TextField("what the patient asks for")
    entered_by = models.ForeignKey(Membership, models.PROTECT, related_name="+")

    objects = AmendmentQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-received_on", "-created_at"]
        indexes: ClassVar = [models.Index(fields=["practice", "patient"], name="amendment_by_patient")]

    def __str__(self) -> str:
        return f"Request of {self.received_on}"

    def step(self, *kinds: str) -> "AmendmentStep | None":
        return next((each for each in self.steps.all() if each.kind in kinds), None)

    @property
    def is_to_be_made(self) -> bool:
        """Whether it was accepted, and nothing says yet by which addendum, or how else, the record was amended."""
        accepted = self.step(AmendmentStep.Kind.ACCEPTED)
        return bool(accepted and accepted.addendum_id is None and not self.step(AmendmentStep.Kind.AMENDED))

    @property
    def is_over(self) -> bool:
        """Whether nothing more can come of it: it was accepted and made, or the patient disagreed with the refusal."""
        was_accepted = self.step(AmendmentStep.Kind.ACCEPTED) is not None
        return self.disagreement is not None or (was_accepted and not self.is_to_be_made)

    @property
    def decision(self) -> "AmendmentStep | None":
        return self.step(AmendmentStep.Kind.ACCEPTED, AmendmentStep.Kind.REFUSED)

    @property
    def extension(self) -> "AmendmentStep | None":
        return self.step(AmendmentStep.Kind.EXTENDED)

    @property
    def disagreement(self) -> "AmendmentStep | None":
        return self.step(AmendmentStep.Kind.DISAGREES)

    @property
    def due_on(self) -> date:
        return self.received_on + timedelta(days=DAYS_TO_DECIDE + (DAYS_MORE if self.extension else 0))


class AmendmentStep(Owned):
    """What became of a request: more time was taken, it was accepted or refused, the patient disagrees with the refusal.

    The acceptance names the addendum that amends the record. Where that is written later, a step of its own does, or says how
    else the record was amended.
    """

    class Kind(models.TextChoices):
        EXTENDED = "extended", "more time taken"
        ACCEPTED = "accepted", "accepted"
        AMENDED = "amended", "amended"
        REFUSED = "refused", "refused"
        DISAGREES = "disagrees", "statement of disagreement"

    request = models.ForeignKey(AmendmentRequest, models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    words = models.TextField()
    taken_by = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    addendum = models.ForeignKey(Addendum, models.PROTECT, null=True, blank=True, related_name="amendment_steps")

    class Meta:
        ordering: ClassVar = ["created_at", "id"]
        constraints: ClassVar = [
            UniqueConstraint(fields=["request", "kind"], name="step_taken_once_a_request"),
            UniqueConstraint(
                fields=["request"], condition=Q(kind__in=("accepted", "refused")), name="request_decided_once"
            ),
            CheckConstraint(
                name="addendum_goes_with_acceptance", condition=Q(addendum=None) | Q(kind__in=("accepted", "amended"))
            ),
            CheckConstraint(name="step_says_why", condition=~Q(words="") | Q(kind="amended", addendum__isnull=False)),
        ]
