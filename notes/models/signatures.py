"""What comes with the signature and after it."""

from typing import ClassVar

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint

from clinic.models import Membership, Owned
from notes.models.notes import Note


class Sealed(Owned):
    """A link in the practice's chain: who put their name under what, when, and how they proved that it was they."""

    class Proof(models.TextChoices):
        PASSWORD = "password", "password"
        PASSKEY = "passkey", "passkey"
        CODE = "code", "code"
        RECOVERY = "recovery", "recovery code"
        PIN = "pin", "PIN"

    member = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    credential = models.CharField(max_length=40)
    meaning = models.CharField(max_length=80)
    proof = models.CharField(max_length=20, choices=Proof.choices)
    signed_at = models.DateTimeField()
    digest_version = models.PositiveSmallIntegerField(default=1)
    key_id = models.CharField(max_length=16)
    sequence = models.PositiveBigIntegerField()
    previous = models.CharField(max_length=64)
    link = models.CharField(max_length=64)

    class Meta:
        abstract = True


class Signature(Sealed):
    """The signature under a note. Written once, never changed."""

    note = models.OneToOneField(Note, models.PROTECT, related_name="signature")
    meaning = models.CharField(max_length=80, default="author")
    # who is to co-sign, where the signer works under supervision
    supervisor = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="+")
    note_digest = models.CharField(max_length=64)
    line_digest = models.CharField(max_length=64)

    class Meta:
        constraints: ClassVar = [UniqueConstraint(fields=["practice", "sequence"], name="chain_does_not_fork")]


class ChainHead(models.Model):
    """The last link of a practice's chain. The database moves it with each link that is added, and never otherwise."""

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


class Attestation(Sealed):
    """A signature that came after the note's own: under an addendum, beside the author's, under a retraction."""

    class Meaning(models.TextChoices):
        ADDENDUM = "addendum", "addendum"
        CO_SIGNATURE = "co-signature", "co-signature"
        RETRACTION = "retraction", "retraction"

    note = models.ForeignKey(Note, models.PROTECT, related_name="attestations")
    addendum = models.ForeignKey(Addendum, models.PROTECT, null=True, related_name="attestations")
    meaning = models.CharField(max_length=80, choices=Meaning.choices)
    content_digest = models.CharField(max_length=64)

    class Meta:
        ordering: ClassVar = ["sequence"]
        constraints: ClassVar = [
            UniqueConstraint(fields=["practice", "sequence"], name="attestations_do_not_fork_the_chain"),
            UniqueConstraint(fields=["addendum"], condition=Q(meaning="addendum"), name="addendum_is_signed_once"),
            UniqueConstraint(fields=["note"], condition=Q(meaning="co-signature"), name="note_is_co_signed_once"),
            UniqueConstraint(fields=["note"], condition=Q(meaning="retraction"), name="note_is_retracted_once"),
            CheckConstraint(
                name="addendum_is_named_where_one_is_signed",
                condition=~Q(meaning="addendum") | Q(addendum__isnull=False),
            ),
        ]
