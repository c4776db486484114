"""The clinical record: episodes with their diagnoses and goals, and the notes of visits with their parts.

A note is a draft until it is signed; `signed_at` and `signed_by` are the state, and there is no way back.
"""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.db.models.functions import Upper

from clinic.models import Alert, Coverage, Membership, Owned, Patient, Visit
from coding.engine.vocabulary import CarePhase, Delivery, FindingKind, GoalTerm, Intent, Region, ServiceKind, Side
from notes.querysets import ClinicalQuerySet, NoteQuerySet, PartQuerySet


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


class Note(Owned):
    """The SOAP document of one visit."""

    visit = models.OneToOneField(Visit, models.PROTECT, related_name="note")
    patient = models.ForeignKey(Patient, models.PROTECT, related_name="notes")
    author = models.ForeignKey(Membership, models.PROTECT, related_name="notes")
    care_phase = models.CharField(max_length=20, choices=CarePhase.choices(), default=CarePhase.ACTIVE)
    subjective = models.TextField(blank=True)
    objective = models.TextField("objective, in words", blank=True)
    assessment = models.TextField(blank=True)
    plan = models.TextField(blank=True)
    total_minutes = models.PositiveSmallIntegerField("total treatment minutes", null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    last_key = models.UUIDField(null=True, editable=False)
    saved_at = models.DateTimeField(auto_now_add=True)
    signed_at = models.DateTimeField(null=True, editable=False)
    signed_by = models.ForeignKey(Membership, models.PROTECT, null=True, editable=False, related_name="+")

    objects = NoteQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["practice", "patient", "-created_at"], name="note_by_patient"),
            models.Index(fields=["practice", "author"], name="note_unsigned", condition=Q(signed_at=None)),
        ]
        constraints: ClassVar = [
            CheckConstraint(
                name="note_signature_is_whole",
                condition=Q(signed_at=None, signed_by=None) | Q(signed_at__isnull=False, signed_by__isnull=False),
            ),
            CheckConstraint(
                name="total_minutes_fit_a_visit",
                condition=Q(total_minutes=None) | Q(total_minutes__range=(1, 480)),
                violation_error_message="Total minutes lie between 1 and 480.",
            ),
        ]

    def __str__(self) -> str:
        return f"Note of {self.visit}"

    @property
    def is_signed(self) -> bool:
        return self.signed_at is not None


class Part(Owned):
    """A row of a note. The database refuses to change it once the note is signed."""

    note = models.ForeignKey(Note, models.PROTECT)
    position = models.PositiveSmallIntegerField(default=0)
    written_by = models.ForeignKey(Membership, models.PROTECT, related_name="+")

    objects = PartQuerySet.as_manager()

    class Meta:
        abstract = True


class NoteEpisode(Owned):
    """An episode that a note serves. `as_signed` keeps complaint, diagnoses and goals as they stood at the signature."""

    note = models.ForeignKey(Note, models.PROTECT, related_name="note_episodes")
    episode = models.ForeignKey(Episode, models.PROTECT, related_name="note_episodes")
    patient = models.ForeignKey(Patient, models.PROTECT, related_name="+")
    as_signed = models.JSONField(null=True, editable=False)

    class Meta:
        ordering: ClassVar = ["created_at"]
        constraints: ClassVar = [UniqueConstraint(fields=["note", "episode"], name="note_serves_an_episode_once")]


class ExamFinding(Part):
    """Something observed: by kind, region and side, as a value with its unit, in words, or both."""

    note = models.ForeignKey(Note, models.PROTECT, related_name="findings")
    episode = models.ForeignKey(Episode, models.PROTECT, null=True, blank=True, related_name="+")
    kind = models.CharField(max_length=20, choices=FindingKind.choices())
    region = models.CharField(max_length=20, choices=Region.choices(), blank=True)
    side = models.CharField(max_length=10, choices=Side.choices(), blank=True)
    value = models.CharField(max_length=40, blank=True)
    unit = models.CharField(max_length=20, blank=True)
    comparison = models.CharField("compared with", max_length=80, blank=True)
    words = models.CharField("in words", max_length=300, blank=True)

    class Meta:
        ordering: ClassVar = ["position", "created_at"]
        constraints: ClassVar = [
            CheckConstraint(
                name="finding_says_something",
                condition=~Q(value="", words=""),
                violation_error_message="Give a value, or say it in words.",
            )
        ]

    def __str__(self) -> str:
        measured = " ".join(filter(None, [self.words or self.get_kind_display(), self.measure]))
        said = f"{measured} ({self.comparison})" if self.comparison else measured
        return f"{self.place}: {said}" if self.place else said.capitalize()

    @property
    def place(self) -> str:
        return place(self.get_region_display(), self.get_side_display())

    @property
    def measure(self) -> str:
        """The value with its unit: 45°, 6/10, 38 s."""
        is_close = self.unit in ("°", "%") or self.unit.startswith("/")
        return f"{self.value}{self.unit}" if is_close else f"{self.value} {self.unit}".strip()


class Adjustment(Part):
    """An adjusted region with its segments."""

    note = models.ForeignKey(Note, models.PROTECT, related_name="adjustments")
    episode = models.ForeignKey(Episode, models.PROTECT, related_name="+")
    region = models.CharField(max_length=20, choices=Region.choices(), blank=True)
    side = models.CharField(max_length=10, choices=Side.choices(), blank=True)
    segment = models.CharField("segments", max_length=60, blank=True)
    technique = models.CharField(max_length=80, blank=True)
    response = models.CharField(max_length=160, blank=True)
    diagnosis_ids = ArrayField(models.UUIDField(), default=list, blank=True)
    is_carried = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar = ["position", "created_at"]

    def __str__(self) -> str:
        how = ", ".join(filter(None, [self.segment, self.technique, self.response]))
        where = place(self.get_region_display(), self.get_side_display()) or "Region not stated"
        return f"{where}: {how}" if how else where


class Activity(Part):
    """Something done with the patient, with its minutes, its intent and the goal it serves."""

    note = models.ForeignKey(Note, models.PROTECT, related_name="activities")
    episode = models.ForeignKey(Episode, models.PROTECT, related_name="+")
    description = models.TextField("what was done", max_length=2000)
    intents = ArrayField(models.CharField(max_length=20, choices=Intent.choices()), default=list, blank=True)
    goal = models.ForeignKey(Goal, models.PROTECT, null=True, blank=True, related_name="activities")
    goal_text = models.CharField("goal in your words", max_length=300, blank=True)
    regions = ArrayField(models.CharField(max_length=20, choices=Region.choices()), default=list, blank=True)
    minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    delivery = models.CharField(max_length=20, choices=Delivery.choices(), blank=True)
    group_size = models.PositiveSmallIntegerField("patients in the group", null=True, blank=True)
    performer = models.ForeignKey(Membership, models.PROTECT, null=True, blank=True, related_name="+")
    dose = models.CharField("dose and assistance", max_length=200, blank=True)
    response = models.CharField(max_length=300, blank=True)
    why = models.CharField("why skill was needed", max_length=300, blank=True)
    diagnosis_ids = ArrayField(models.UUIDField(), default=list, blank=True)
    is_carried = models.BooleanField(default=False)

    class Meta:
        verbose_name_plural = "activities"
        ordering: ClassVar = ["position", "created_at"]
        constraints: ClassVar = [
            CheckConstraint(
                name="activity_minutes_fit_a_visit",
                condition=Q(minutes=None) | Q(minutes__range=(1, 480)),
                violation_error_message="Minutes lie between 1 and 480.",
            ),
            CheckConstraint(
                name="activity_goal_is_picked_or_written",
                condition=Q(goal=None) | Q(goal_text=""),
                violation_error_message="Pick a goal or write one, not both.",
            ),
        ]

    def __str__(self) -> str:
        return self.description

    @property
    def intent_labels(self) -> list[str]:
        return [Intent(value).label for value in self.intents]

    @property
    def region_labels(self) -> list[str]:
        return [Region(value).label for value in self.regions]

    @property
    def goal_words(self) -> str:
        """The words of the goal it serves: those of the picked one, or the written ones."""
        return self.goal.text if self.goal else self.goal_text


class GoalProgress(Owned):
    """Where a goal stood at one visit."""

    note = models.ForeignKey(Note, models.PROTECT, related_name="goal_progress")
    goal = models.ForeignKey(Goal, models.PROTECT, related_name="progress")
    episode = models.ForeignKey(Episode, models.PROTECT, related_name="+")
    value = models.CharField(max_length=40)
    written_by = models.ForeignKey(Membership, models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [UniqueConstraint(fields=["note", "goal"], name="goal_stands_once_a_note")]


class AlertAnswer(Owned):
    """How the clinician heeded a contraindication at this visit."""

    note = models.ForeignKey(Note, models.PROTECT, related_name="alert_answers")
    alert = models.ForeignKey(Alert, models.PROTECT, related_name="+")
    text = models.CharField(max_length=300)
    written_by = models.ForeignKey(Membership, models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [UniqueConstraint(fields=["note", "alert"], name="alert_answered_once_a_note")]


class Signature(Owned):
    """The signature under a note, and its link in the practice's chain. Written once, never changed."""

    class Proof(models.TextChoices):
        PASSWORD = "password", "password"

    note = models.OneToOneField(Note, models.PROTECT, related_name="signature")
    member = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    credential = models.CharField(max_length=40)
    meaning = models.CharField(max_length=80, default="author")
    proof = models.CharField(max_length=20, choices=Proof.choices)
    signed_at = models.DateTimeField()
    digest_version = models.PositiveSmallIntegerField(default=1)
    note_digest = models.CharField(max_length=64)
    line_digest = models.CharField(max_length=64)
    key_id = models.CharField(max_length=16)
    sequence = models.PositiveBigIntegerField()
    previous = models.CharField(max_length=64)
    link = models.CharField(max_length=64)

    class Meta:
        constraints: ClassVar = [UniqueConstraint(fields=["practice", "sequence"], name="chain_does_not_fork")]


class ChainHead(models.Model):
    """The last link of a practice's chain; locked last in the transaction that signs."""

    practice = models.OneToOneField("clinic.Practice", models.PROTECT, primary_key=True, related_name="+")
    sequence = models.PositiveBigIntegerField(default=0)
    link = models.CharField(max_length=64, default="")


class Addendum(Owned):
    """Words added after the signature: labelled, dated, by a name."""

    note = models.ForeignKey(Note, models.PROTECT, related_name="addenda")
    written_by = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    text = models.TextField()

    class Meta:
        verbose_name_plural = "addenda"
        ordering: ClassVar = ["created_at"]


def place(region: str, side: str) -> str:
    """Name a part of the body as a line begins: Lumbar, right.

    >>> place("lumbar", "right"), place("", "")
    ('Lumbar, right', '')
    """
    return ", ".join(filter(None, [region, side])).capitalize()
