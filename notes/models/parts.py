"""The rows of a note. The database refuses to change them once the note is signed."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint

from clinic.models import Alert, Membership, Owned
from coding.engine.vocabulary import Delivery, FindingKind, Intent, Region, Side
from notes.models.episodes import Episode, Goal
from notes.models.notes import Note
from notes.querysets import PartQuerySet


class Part(Owned):
    """A row of a note. The database refuses to change it once the note is signed."""

    note = models.ForeignKey(Note, models.PROTECT)
    position = models.PositiveSmallIntegerField(default=0)
    written_by = models.ForeignKey(Membership, models.PROTECT, related_name="+")

    objects = PartQuerySet.as_manager()

    class Meta:
        abstract = True


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
    began_at = models.TimeField("began", null=True, blank=True)  # the clock, for payers that want it beside the minutes
    ended_at = models.TimeField("ended", null=True, blank=True)
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
                name="activity_ends_after_it_began",
                condition=Q(began_at=None) | Q(ended_at=None) | Q(ended_at__gt=models.F("began_at")),
                violation_error_message="It ended before it began.",
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
    def clock(self) -> str:
        """When it was done, as far as that is written: 9:05 to 9:20."""
        began, ended = (f"{at:%-H:%M}" if at else "" for at in (self.began_at, self.ended_at))
        return (
            f"{began} to {ended}" if began and ended else f"from {began}" if began else f"to {ended}" if ended else ""
        )

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


def place(region: str, side: str) -> str:
    """Name a part of the body as a line begins: Lumbar, right.

    >>> place("lumbar", "right"), place("", "")
    ('Lumbar, right', '')
    """
    return ", ".join(filter(None, [region, side])).capitalize()
