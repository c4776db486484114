"""The note of a visit, and the episodes that it serves."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint

from clinic.models import Membership, Owned, Patient, Visit
from coding.engine.vocabulary import CarePhase
from notes.models.episodes import Episode
from notes.querysets import NoteQuerySet

TEXTS = ("subjective", "objective", "assessment", "plan")


class Note(Owned):
    """The SOAP document of one visit."""

    # several where one was retracted; the note of the visit is the one that stands
    visit = models.ForeignKey(Visit, models.PROTECT, related_name="notes", related_query_name="note")
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
    retracted_at = models.DateTimeField(null=True, editable=False)

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
            UniqueConstraint(fields=["visit"], condition=Q(retracted_at=None), name="one_standing_note_a_visit"),
            CheckConstraint(
                name="only_signed_notes_are_retracted", condition=Q(retracted_at=None) | Q(signed_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"Note of {self.visit}"

    @property
    def is_signed(self) -> bool:
        return self.signed_at is not None

    @property
    def is_retracted(self) -> bool:
        return self.retracted_at is not None

    @property
    def cosignature(self) -> Any:
        """The supervisor's signature, if there is one."""
        return next((each for each in self.attestations.all() if each.meaning == "co-signature"), None)


class NoteEpisode(Owned):
    """An episode that a note serves. `as_signed` keeps complaint, diagnoses and goals as they stood at the signature."""

    note = models.ForeignKey(Note, models.PROTECT, related_name="note_episodes")
    episode = models.ForeignKey(Episode, models.PROTECT, related_name="note_episodes")
    patient = models.ForeignKey(Patient, models.PROTECT, related_name="+")
    as_signed = models.JSONField(null=True, editable=False)

    class Meta:
        ordering: ClassVar = ["created_at"]
        constraints: ClassVar = [UniqueConstraint(fields=["note", "episode"], name="note_serves_an_episode_once")]
