"""What the coding side keeps: fees, the signer's decisions, superbills, the practice's own guidance, CMS's tables."""

from decimal import Decimal
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.db.models.functions import Now

from clinic.models import Coverage, Membership, Owned, Visit
from coding.querysets import FeeQuerySet, GuidanceQuerySet, SuperbillQuerySet
from notes.models import Addendum, Episode, Note


class Fee(Owned):
    """What the practice charges for a code, in its own words. Picked ones are offered to the clinician by name."""

    code = models.CharField(max_length=10)
    title = models.CharField("in your words", max_length=120)
    amount = models.DecimalField(max_digits=8, decimal_places=2)
    is_picked = models.BooleanField("the clinician picks it", default=False)
    is_active = models.BooleanField(default=True)

    objects = FeeQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["code"]
        constraints: ClassVar = [
            UniqueConstraint(
                fields=["practice", "code", "title"],
                name="fee_once",
                violation_error_message="This line is there already.",
            ),
            CheckConstraint(
                condition=Q(amount__gte=0),
                name="fee_is_not_negative",
                violation_error_message="A fee cannot be negative.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class PickedService(Owned):
    """A line that the clinician picks: an exam, an X-ray, a supply. Frozen with the note."""

    note = models.ForeignKey(Note, models.PROTECT, related_name="picked_services")
    episode = models.ForeignKey(Episode, models.PROTECT, related_name="+")
    fee = models.ForeignKey(Fee, models.PROTECT, related_name="+")
    code = models.CharField(max_length=10)
    title = models.CharField(max_length=120)
    units = models.PositiveSmallIntegerField(default=1)
    reason = models.CharField(max_length=300, blank=True)
    diagnosis_ids = ArrayField(models.UUIDField(), default=list, blank=True)
    written_by = models.ForeignKey(Membership, models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["created_at"]
        constraints: ClassVar = [CheckConstraint(condition=Q(units__range=(1, 99)), name="picked_units_make_sense")]


class RecordOnly(Owned):
    """A row of the note that stays in the record and is not billed. Frozen with the note."""

    note = models.ForeignKey(Note, models.PROTECT, related_name="record_only")
    row_id = models.UUIDField()
    marked_by = models.ForeignKey(Membership, models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [UniqueConstraint(fields=["note", "row_id"], name="record_only_once_a_row")]


class Acknowledgement(Owned):
    """The reason with which the signer let a warning stand. Frozen with the note.

    One with causes holds for the rest of the complaint: later notes let the same flag stand by it, from the signature on, until
    one of them takes it back. Each of them keeps a row of its own, which says by `earlier` whose reason it repeats.
    """

    note = models.ForeignKey(Note, models.PROTECT, related_name="acknowledgements")
    slug = models.CharField(max_length=80)
    about = models.CharField(max_length=40, blank=True)
    reason = models.CharField(max_length=300)
    given_by = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    episode = models.ForeignKey(Episode, models.PROTECT, null=True, related_name="lasting_reasons")
    causes = ArrayField(
        models.TextField(), null=True
    )  # what the flags rested on (Flag.cause), as long as which it holds
    earlier = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            UniqueConstraint(fields=["note", "slug", "about"], name="warning_acknowledged_once"),
            CheckConstraint(
                condition=Q(episode=None, causes=None, earlier=None)
                | Q(episode__isnull=False, causes__isnull=False, causes__len__gt=0, earlier=None)
                | Q(episode__isnull=False, causes=None, earlier__isnull=False),
                name="lasting_reason_is_whole",
            ),
        ]


class EndedReason(Owned):
    """The signer took back a reason of an earlier note, from this note on. Frozen with the note."""

    note = models.ForeignKey(Note, models.PROTECT, related_name="ended_reasons")
    episode = models.ForeignKey(Episode, models.PROTECT, related_name="+")
    acknowledgement = models.ForeignKey(Acknowledgement, models.PROTECT, related_name="ends")
    ended_by = models.ForeignKey(Membership, models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [UniqueConstraint(fields=["note", "acknowledgement"], name="reason_ended_once_a_note")]


class LastUnit(Owned):
    """Which codes come first, for one payer, where codes tie for the last unit of the day. Frozen with the note.

    The one chosen last stands first, so that of three codes any two can be chosen.
    """

    note = models.ForeignKey(Note, models.PROTECT, related_name="last_units")
    coverage = models.ForeignKey(Coverage, models.PROTECT, related_name="+")
    codes = ArrayField(models.CharField(max_length=10))
    chosen_by = models.ForeignKey(Membership, models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            UniqueConstraint(fields=["note", "coverage"], name="last_unit_chosen_once_a_payer"),
            CheckConstraint(condition=Q(codes__len__gt=0), name="last_unit_has_a_code"),
        ]


class Superbill(Owned):
    """The statement of the lines of one visit for one payer. What was issued stays; a wrong one is voided."""

    visit = models.ForeignKey(Visit, models.PROTECT, related_name="superbills")
    note = models.ForeignKey(Note, models.PROTECT, related_name="superbills")
    coverage = models.ForeignKey(Coverage, models.PROTECT, null=True, related_name="superbills")
    number = models.PositiveIntegerField()
    edition = models.CharField(max_length=80)
    payer_name = models.CharField(max_length=80)
    diagnoses = models.JSONField(default=list)  # [{"letter": "A", "code": ..., "title": ...}] as they stood
    flags = models.JSONField(default=list)  # titles of what the signer saw; never words of the note
    timed_minutes = models.PositiveSmallIntegerField(default=0)
    unit_method = models.CharField(max_length=20)
    issued_by = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    reviewed_at = models.DateTimeField(null=True)
    reviewed_by = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="+")
    held_at = models.DateTimeField(null=True)
    held_by = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="+")
    question = models.CharField(max_length=300, blank=True)
    answer = models.CharField(max_length=300, blank=True)
    voided_at = models.DateTimeField(null=True)
    voided_by = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="+")
    void_reason = models.CharField(max_length=300, blank=True)
    replaces = models.OneToOneField("self", models.PROTECT, null=True, related_name="replaced_by")
    # what corrected the note so that this was issued
    addendum = models.ForeignKey(Addendum, models.PROTECT, null=True, related_name="superbills")

    objects = SuperbillQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            UniqueConstraint(fields=["practice", "number"], name="superbill_number_is_its_own"),
            UniqueConstraint(
                fields=["note", "coverage"],
                condition=Q(voided_at=None),
                nulls_distinct=False,
                name="one_standing_superbill_a_payer",
            ),
            CheckConstraint(
                name="void_is_whole",
                condition=Q(voided_at=None, voided_by=None) | Q(voided_at__isnull=False, voided_by__isnull=False),
            ),
            CheckConstraint(
                name="review_is_whole",
                condition=Q(reviewed_at=None, reviewed_by=None)
                | Q(reviewed_at__isnull=False, reviewed_by__isnull=False),
            ),
            CheckConstraint(
                name="hold_is_whole",
                condition=Q(held_at=None, held_by=None) | Q(held_at__isnull=False, held_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"Superbill {self.number}"

    @property
    def total(self) -> Decimal:
        return sum((line.charge for line in self.lines.all()), Decimal(0))


class ServiceLine(Owned):
    """One code with units, modifiers and diagnosis letters, as issued."""

    superbill = models.ForeignKey(Superbill, models.PROTECT, related_name="lines")
    position = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=10)
    title = models.CharField(max_length=120)
    units = models.PositiveSmallIntegerField()
    minutes = models.PositiveSmallIntegerField(null=True)
    modifiers = models.JSONField(default=list)  # [{"code": "59"}]: the reason may quote the note, so it stays out
    regions = ArrayField(models.CharField(max_length=20), default=list)
    pointers = ArrayField(models.CharField(max_length=1), default=list)
    fee = models.DecimalField(
        max_digits=8, decimal_places=2, null=True
    )  # a unit's fee; null where the practice set none
    charge = models.DecimalField(max_digits=9, decimal_places=2)

    class Meta:
        ordering: ClassVar = ["position"]


class SuperbillCounter(models.Model):
    """The last number a practice gave out; locked while one is issued, so numbers have no gaps."""

    practice = models.OneToOneField("clinic.Practice", models.PROTECT, primary_key=True, related_name="+")
    last = models.PositiveIntegerField(default=1000)


class GuidanceRevision(Owned):
    """A text of a guidance page that stays. Every save by the practice is a new row; the newest one is shown.

    A row without an author is a text that Plumbline shipped, kept since a signed note cites it; `digest` tells it apart.
    """

    slug = models.CharField(max_length=80)
    text = models.TextField()
    digest = models.CharField(max_length=64, blank=True, editable=False)
    reason = models.CharField("why you changed it", max_length=200)
    author = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="+")

    objects = GuidanceQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [models.Index(fields=["practice", "slug", "-id"], name="guidance_by_page")]
        constraints: ClassVar = [
            UniqueConstraint(
                fields=["practice", "slug", "digest"], condition=Q(author=None), name="shipped_text_kept_once"
            )
        ]


class Citation(Owned):
    """The guidance text of a code or flag that stood when a note was signed. Written with the signature, and final."""

    note = models.ForeignKey(Note, models.PROTECT, related_name="citations")
    revision = models.ForeignKey(GuidanceRevision, models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [UniqueConstraint(fields=["note", "revision"], name="text_cited_once")]


# CMS's quarterly tables. They belong to no practice and hold no patient: the owner of the tables loads them.


class NcciTable(models.Model):
    """A quarter's table of pairs or of maxima, as loaded: from which files, and their fingerprint."""

    id = models.AutoField(primary_key=True)
    kind = models.CharField(max_length=10, choices=[("pairs", "pairs"), ("maxima", "maxima")])
    starts_on = models.DateField()
    files = ArrayField(models.CharField(max_length=200))
    digest = models.CharField(max_length=64)
    rows = models.PositiveIntegerField()
    loaded_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering: ClassVar = ["-starts_on", "kind"]
        constraints: ClassVar = [UniqueConstraint(fields=["kind", "starts_on"], name="ncci_table_once_a_quarter")]


class NcciPair(models.Model):
    """Two codes that Medicare pays together never (0), or only apart (1), and the days on which that holds.

    There are millions, and only a loader that deletes a table with its rows writes them: the key to it is not checked row by row.
    """

    pk = models.CompositePrimaryKey("table", "column1", "column2", "effective_on")
    table = models.ForeignKey(NcciTable, models.CASCADE, db_constraint=False, db_index=False, related_name="+")
    column1 = models.CharField(max_length=5)
    column2 = models.CharField(max_length=5)
    effective_on = models.DateField()
    deleted_on = models.DateField(null=True)
    indicator = models.PositiveSmallIntegerField()

    class Meta:
        constraints: ClassVar = [CheckConstraint(condition=Q(indicator__in=(0, 1)), name="ncci_pair_opens_or_not")]


class NcciMaximum(models.Model):
    """How many units of a code a day Medicare finds likely, and how strictly: its adjudication indicator."""

    pk = models.CompositePrimaryKey("table", "code")
    table = models.ForeignKey(NcciTable, models.CASCADE, db_index=False, related_name="+")
    code = models.CharField(max_length=5)
    units = models.PositiveIntegerField()
    mai = models.PositiveSmallIntegerField()

    class Meta:
        constraints: ClassVar = [CheckConstraint(condition=Q(mai__in=(1, 2, 3)), name="ncci_maximum_has_an_indicator")]
