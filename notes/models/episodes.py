"""Episodes: one complaint each, with its diagnoses, its goals and the plan of care."""

from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q, UniqueConstraint
from django.db.models.functions import Upper

from clinic.models import Coverage, Owned, Patient
from coding.engine.vocabulary import GoalTerm, Region, ServiceKind
from notes.querysets import ClinicalQuerySet


class DiagnosisCode(models.Model):
    """A billable ICD-10-CM code of one edition. The one table that belongs to no practice: it is public reference."""

    code = models.CharField(max_length=8)
    title = models.CharField(max_length=300)
    edition = models.CharField(max_length=20)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        ordering: ClassVar = ["code"]
        constraints: ClassVar = [UniqueConstraint(fields=["code", "valid_from"], name="diagnosis_code_once_an_edition")]
        indexes: ClassVar = [
            GinIndex(OpClass(Upper("title"), name="gin_trgm_ops"), name="diagnosis_code_by_words"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class Episode(Owned):
    """One complaint from onset to discharge."""

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="episodes")
    coverage = models.ForeignKey(
        Coverage,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="episodes",
        help_text="Who pays for this complaint, when it is not the visit's payer.",
    )
    complaint = models.CharField(max_length=160)
    onset_on = models.DateField("onset", null=True, blank=True)
    first_treated_on = models.DateField("first treatment", null=True, blank=True)
    prior_function = models.TextField("prior level of function", blank=True)
    limitation = models.TextField("current limitation", blank=True)
    frequency = models.CharField(max_length=80, blank=True, help_text="Such as: twice a week.")
    duration = models.CharField(max_length=80, blank=True, help_text="Such as: 6 weeks.")
    plan_reviewed_on = models.DateField("plan reviewed", null=True, blank=True)
    discharged_on = models.DateField("discharged", null=True, blank=True)

    objects = ClinicalQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["discharged_on", "-created_at"]
        indexes: ClassVar = [models.Index(fields=["practice", "patient"], name="episode_by_patient")]

    def __str__(self) -> str:
        return self.complaint


class Goal(Owned):
    """A measurable aim of the episode."""

    episode = models.ForeignKey(Episode, models.PROTECT, related_name="goals")
    term = models.CharField(max_length=10, choices=GoalTerm.choices(), default=GoalTerm.SHORT)
    text = models.CharField("what the patient is to do again", max_length=200)
    measure = models.CharField(max_length=80, blank=True)
    unit = models.CharField(max_length=20, blank=True)
    baseline = models.CharField(max_length=40, blank=True)
    target = models.CharField(max_length=40, blank=True)
    due_on = models.DateField("due", null=True, blank=True)
    met_on = models.DateField(null=True, blank=True)
    dropped_on = models.DateField(null=True, blank=True)

    objects = ClinicalQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-term", "created_at"]

    def __str__(self) -> str:
        return self.text

    @property
    def is_open(self) -> bool:
        return self.met_on is None and self.dropped_on is None


class Diagnosis(Owned):
    """A diagnosis of the episode, in billing order. One that no longer applies is ended, not deleted."""

    episode = models.ForeignKey(Episode, models.PROTECT, related_name="diagnoses")
    position = models.PositiveSmallIntegerField(default=0)
    code = models.CharField(max_length=8)
    title = models.CharField(max_length=300)
    edition = models.CharField(max_length=20, blank=True)
    ended_on = models.DateField(null=True, blank=True)

    objects = ClinicalQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "diagnoses"
        ordering: ClassVar = ["position", "created_at"]
        constraints: ClassVar = [
            UniqueConstraint(
                fields=["episode", "code"],
                condition=Q(ended_on=None),
                name="diagnosis_once_an_episode",
                violation_error_message="This diagnosis is on the list already.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class PlannedService(Owned):
    """A kind of service that the plan of care foresees, for a region, with an aim."""

    episode = models.ForeignKey(Episode, models.PROTECT, related_name="planned_services")
    kind = models.CharField(max_length=20, choices=ServiceKind.choices())
    region = models.CharField(max_length=20, choices=Region.choices(), blank=True)
    aim = models.CharField(max_length=160, blank=True)
    goal = models.ForeignKey(Goal, models.PROTECT, null=True, blank=True, related_name="planned_services")
    ended_on = models.DateField(null=True, blank=True)

    objects = ClinicalQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["created_at"]
