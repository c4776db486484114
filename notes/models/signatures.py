"""What comes with the signature and after it."""

from typing import ClassVar

from django.db import models
from django.db.models import UniqueConstraint

from clinic.models import Membership, Owned
from notes.models.notes import Note


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
