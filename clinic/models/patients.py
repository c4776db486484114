"""The persons treated, what to heed with them, and their policies."""

from datetime import date
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint

from clinic.models.payers import Payer
from clinic.models.practice import Owned
from clinic.querysets import AlertQuerySet, CoverageQuerySet, PatientQuerySet
from coding.engine.vocabulary import Region


class Patient(Owned):
    """The person treated."""

    class Sex(models.TextChoices):
        FEMALE = "female", "female"
        MALE = "male", "male"
        UNKNOWN = "unknown", "not stated"

    chart_number = models.CharField(max_length=20)
    first_name = models.CharField(max_length=80)
    last_name = models.CharField(max_length=80)
    preferred_name = models.CharField(max_length=80, blank=True)
    birth_date = models.DateField()
    sex = models.CharField(max_length=10, choices=Sex.choices, default=Sex.UNKNOWN)
    phone = models.CharField(max_length=30, blank=True)
    email = models.EmailField(blank=True)
    street = models.CharField(max_length=120, blank=True)
    city = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=2, blank=True)
    postal_code = models.CharField("ZIP", max_length=10, blank=True)

    objects = PatientQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["last_name", "first_name"]
        indexes: ClassVar = [
            models.Index(fields=["practice", "last_name", "first_name"], name="patient_by_name"),
            models.Index(fields=["practice", "birth_date"], name="patient_by_birth"),
        ]
        constraints: ClassVar = [
            UniqueConstraint(
                fields=["practice", "chart_number"],
                name="chart_number_is_theirs",
                violation_error_message="Another patient has this chart number.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.first_name} {self.last_name}"

    def age_on(self, day: date) -> int:
        """Return the age in whole years on a day."""
        return day.year - self.birth_date.year - ((day.month, day.day) < (self.birth_date.month, self.birth_date.day))


class Alert(Owned):
    """A standing warning on a patient, in the banner of every clinical page."""

    class Kind(models.TextChoices):
        CONTRAINDICATION = "contraindication", "contraindication"
        PRECAUTION = "precaution", "precaution"
        CONSENT = "consent", "consent"

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="alerts")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    text = models.CharField(max_length=200)
    regions = ArrayField(models.CharField(max_length=20, choices=Region.choices()), default=list, blank=True)
    is_active = models.BooleanField(default=True)

    objects = AlertQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["kind", "created_at"]

    def __str__(self) -> str:
        return self.text

    @property
    def region_labels(self) -> list[str]:
        return [Region(region).label for region in self.regions]


class Coverage(Owned):
    """A patient's policy or claim with one payer."""

    class Cause(models.TextChoices):
        NONE = "", "not an accident"
        AUTO = "auto", "auto accident"
        WORK = "work", "at work"
        OTHER = "other", "other accident"

    class Kind(models.TextChoices):
        HEALTH = "health", "health plan"
        AUTO = "auto", "auto policy"
        WORK = "work", "workers' compensation"
        LIABILITY = "liability", "someone's liability"
        OTHER = "other", "other"

    class Subscriber(models.TextChoices):
        SELF = "self", "the patient"
        SPOUSE = "spouse", "spouse"
        PARENT = "parent", "parent"
        OTHER = "other", "someone else"

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="coverages")
    payer = models.ForeignKey(Payer, models.PROTECT, related_name="coverages")
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.HEALTH)
    order = models.PositiveSmallIntegerField(default=1, help_text="1 is billed first.")
    member_id = models.CharField("member ID", max_length=40, blank=True)
    group_id = models.CharField("group ID", max_length=40, blank=True)
    subscriber = models.CharField(max_length=10, choices=Subscriber.choices, default=Subscriber.SELF)
    subscriber_name = models.CharField(max_length=120, blank=True)
    subscriber_birth_date = models.DateField(null=True, blank=True)
    claim_number = models.CharField(max_length=40, blank=True)
    cause = models.CharField(max_length=10, choices=Cause.choices, default=Cause.NONE, blank=True)
    accident_on = models.DateField("accident date", null=True, blank=True)
    accident_state = models.CharField(max_length=2, blank=True)
    employer = models.CharField(max_length=120, blank=True)
    contact = models.CharField("adjuster or attorney", max_length=160, blank=True)
    authorisation = models.CharField("authorisation number", max_length=40, blank=True)
    authorised_visits = models.PositiveSmallIntegerField("visits allowed", null=True, blank=True)
    authorised_from = models.DateField(null=True, blank=True)
    authorised_to = models.DateField(null=True, blank=True)
    notice_signed_on = models.DateField("notice of non-coverage signed", null=True, blank=True)
    voluntary_notice_signed_on = models.DateField("voluntary notice of non-coverage signed", null=True, blank=True)
    copay = models.DecimalField(max_digits=8, decimal_places=2, null=True, blank=True)
    is_active = models.BooleanField(default=True)

    objects = CoverageQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["order", "created_at"]
        constraints: ClassVar = [
            CheckConstraint(
                condition=Q(authorised_from=None)
                | Q(authorised_to=None)
                | Q(authorised_to__gte=models.F("authorised_from")),
                name="authorisation_ends_after_it_starts",
                violation_error_message="The authorisation ends before it starts.",
            ),
            CheckConstraint(
                condition=Q(copay=None) | Q(copay__gte=0),
                name="copay_is_not_negative",
                violation_error_message="A copay cannot be negative.",
            ),
        ]

    def __str__(self) -> str:
        return self.payer.name if not self.claim_number else f"{self.payer.name}, claim {self.claim_number}"
