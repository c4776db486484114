"""The practice, its people and payers, the patients and their visits.

Every row belongs to one practice. Keys are UUIDv7, so that rows made together lie together.
"""

from datetime import date
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.db.models.functions import UUID7, Now

from clinic import clock
from clinic.identifiers import validate_npi, validate_tax_id, validate_time_zone
from clinic.querysets import (
    AlertQuerySet,
    CoverageQuerySet,
    LocationQuerySet,
    MembershipQuerySet,
    PatientQuerySet,
    PayerQuerySet,
    PaymentQuerySet,
    PracticeQuerySet,
    VisitQuerySet,
)
from clinic.roles import Role
from coding.engine.vocabulary import PayerKind, Region, UnitMethod


class Row(models.Model):
    """Anything with a UUIDv7 key and a birth time, both given by the database."""

    id = models.UUIDField(primary_key=True, db_default=UUID7(), editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        abstract = True


class User(AbstractUser):
    """A person who signs in. What they may do follows from their memberships."""

    id = models.UUIDField(primary_key=True, db_default=UUID7(), editable=False)

    class Meta:
        constraints: ClassVar = [
            UniqueConstraint(
                models.functions.Lower("username"),
                name="user_name_is_theirs",
                violation_error_message="This name is taken.",
            )
        ]


class Practice(Row):
    """The business: owner of every row."""

    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=60, unique=True)
    time_zone = models.CharField(max_length=60, default="America/New_York", validators=[validate_time_zone])
    npi = models.CharField("group NPI", max_length=10, blank=True, validators=[validate_npi])
    tax_id = models.CharField("tax ID", max_length=10, blank=True, validators=[validate_tax_id])
    street = models.CharField(max_length=120, blank=True)
    city = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=2, blank=True)
    postal_code = models.CharField("ZIP", max_length=10, blank=True)
    phone = models.CharField(max_length=30, blank=True)

    objects = PracticeQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name

    def today(self) -> date:
        """Return the date on the practice's own calendar."""
        return clock.now().astimezone(ZoneInfo(self.time_zone)).date()


class Owned(Row):
    """A row of one practice."""

    practice = models.ForeignKey(Practice, models.PROTECT, related_name="+")

    class Meta:
        abstract = True


class Location(Owned):
    """A place where the practice works."""

    name = models.CharField(max_length=80)
    street = models.CharField(max_length=120, blank=True)
    city = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=2, blank=True)
    postal_code = models.CharField("ZIP", max_length=10, blank=True)
    phone = models.CharField(max_length=30, blank=True)
    place_of_service = models.CharField(max_length=2, default="11", help_text="11 is an office.")
    is_active = models.BooleanField(default=True)

    objects = LocationQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name


class Membership(Owned):
    """A person's place in a practice. One person may hold several roles."""

    practice = models.ForeignKey(Practice, models.PROTECT, related_name="memberships")
    user = models.ForeignKey(User, models.PROTECT, related_name="memberships")
    roles = ArrayField(models.CharField(max_length=20, choices=Role.choices))
    title = models.CharField(max_length=40, blank=True, help_text="As colleagues say it: Dr. Adams.")
    credential = models.CharField(max_length=40, blank=True, help_text="As it stands behind the name: DC.")
    npi = models.CharField("NPI", max_length=10, blank=True, validators=[validate_npi])
    ends_on = models.DateField(null=True, blank=True, help_text="The last day of access, for auditors above all.")
    is_active = models.BooleanField(default=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["user__last_name", "user__first_name"]
        constraints: ClassVar = [
            UniqueConstraint(fields=["practice", "user"], name="one_membership_a_practice"),
            CheckConstraint(condition=Q(roles__len__gt=0), name="membership_has_a_role"),
        ]

    def __str__(self) -> str:
        return self.title or self.full_name

    @property
    def full_name(self) -> str:
        return self.user.get_full_name() or self.user.username

    @property
    def signature(self) -> str:
        """The name as it stands under a note: Alex Adams, DC."""
        return ", ".join(filter(None, [self.full_name, self.credential]))

    def has_role(self, *roles: Role) -> bool:
        return any(role in self.roles for role in roles)

    @property
    def role_labels(self) -> list[str]:
        return [Role(role).label for role in self.roles]


class Payer(Owned):
    """Who pays, and how this one differs."""

    class GP(models.TextChoices):
        NEVER = "never", "never"
        THERAPY = "therapy", "on therapy lines"
        ALL = "all", "on every line"

    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=20, choices=PayerKind.choices(), default=PayerKind.INSURER)
    unit_method = models.CharField(
        "counts units by", max_length=20, choices=UnitMethod.choices(), default=UnitMethod.UNKNOWN
    )
    electronic_id = models.CharField("payer ID for claims", max_length=20, blank=True)
    unattended_stimulation_code = models.CharField(
        "code for unattended stimulation",
        max_length=5,
        default="97014",
        choices=[("97014", "97014"), ("G0283", "G0283")],
    )
    distinct_modifier = models.CharField(
        "modifier for a distinct service", max_length=2, default="59", choices=[("59", "59"), ("X", "XE, XS, XP, XU")]
    )
    wants_gp = models.CharField("wants modifier GP", max_length=10, choices=GP.choices, default=GP.NEVER)
    follows_pair_edits = models.BooleanField("follows the NCCI pair edits", default=True)
    applies_daily_maxima = models.BooleanField("applies daily maxima", default=True)
    street = models.CharField(max_length=120, blank=True)
    city = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=2, blank=True)
    postal_code = models.CharField("ZIP", max_length=10, blank=True)
    phone = models.CharField(max_length=30, blank=True)
    is_active = models.BooleanField(default=True)

    objects = PayerQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            UniqueConstraint(
                fields=["practice", "name"],
                name="payer_name_is_its_own",
                violation_error_message="This payer is there already.",
            )
        ]

    def __str__(self) -> str:
        return self.name


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


class AccessEvent(models.Model):
    """Who did what to whom, when and from where. Append-only, partitioned by month."""

    pk = models.CompositePrimaryKey("at", "id")
    id = models.UUIDField(db_default=UUID7(), editable=False)
    at = models.DateTimeField(db_default=Now(), editable=False)
    practice_id = models.UUIDField(null=True)
    user_id = models.UUIDField(null=True)
    kind = models.CharField(max_length=40)
    patient_ids = ArrayField(models.UUIDField(), default=list)
    object_id = models.UUIDField(null=True)
    address = models.GenericIPAddressField(null=True)
    detail = models.JSONField(default=dict)

    class Meta:
        managed = False
        db_table = "clinic_accessevent"


class Deed(models.Model):
    """A deed that creates something, by its key: the second request with the same key finds the first one's result.

    `on` is read from the key, a UUIDv7 that the server put into the form, so the same key always falls into one month.
    """

    pk = models.CompositePrimaryKey("on", "user_id", "key")
    on = models.DateField()
    user_id = models.UUIDField()
    key = models.UUIDField()
    kind = models.CharField(max_length=40)
    body_digest = models.CharField(max_length=64)
    object_id = models.UUIDField(null=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        managed = False
        db_table = "clinic_deed"


def address_of(place: Any) -> str:
    """Return an address on one line, without its empty parts."""
    town = " ".join(filter(None, [place.city and f"{place.city},", place.state, place.postal_code]))
    return ", ".join(filter(None, [place.street, town]))
