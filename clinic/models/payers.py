"""Who pays, and the profile by which this payer differs from others: from which day each change of it holds."""

from datetime import date
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import UniqueConstraint

from clinic.models.practice import Owned
from clinic.querysets import PayerQuerySet
from coding.engine.vocabulary import Medicare, OutcomePolicy, PayerKind, UnitMethod

NOT_BILLED = ("none", "not billed")
# Codes that are not paid where the payer also pays to adjust, unless its profile says so (NCCI pairs of the adjustment).
SEPARATED = ["97112", "97124", "97140"]
# The profile: what a payer wants otherwise than others. A change of any of these holds from a day.
PROFILE = (
    "unit_method", "follows_pair_edits", "applies_daily_maxima", "unattended_stimulation_code", "laser_code",
    "traction_code", "pack_code", "maintenance_code", "wants_gp", "distinct_modifier", "distinct_on_tasks",
    "region_separation", "outcome_policy", "medicare", "sends_excluded", "assistants_treat",
    "wants_times", "wants_authorisation", "notes_go_along", "most_timed_units", "most_lines",
)  # fmt: skip


def separated() -> list[str]:
    """Return the codes that need a region of their own, for a payer of which nothing else is known."""
    return list(SEPARATED)


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
        choices=[("97014", "97014"), ("G0283", "G0283"), NOT_BILLED],
    )
    laser_code = models.CharField(
        "code for laser", max_length=5, blank=True, choices=[("S8948", "S8948"), ("97039", "97039"), NOT_BILLED]
    )
    traction_code = models.CharField(
        "code for machine traction",
        max_length=5,
        blank=True,
        choices=[("97012", "97012"), ("S9090", "S9090"), NOT_BILLED],
    )
    pack_code = models.CharField(
        "code for hot or cold packs", max_length=5, blank=True, choices=[("97010", "97010"), NOT_BILLED]
    )
    maintenance_code = models.CharField(
        "code for a maintenance adjustment", max_length=5, blank=True, choices=[("S8990", "S8990"), NOT_BILLED]
    )
    distinct_modifier = models.CharField(
        "modifier for a distinct service", max_length=2, default="59", choices=[("59", "59"), ("X", "XE, XS, XP, XU")]
    )
    wants_gp = models.CharField("wants modifier GP", max_length=10, choices=GP.choices, default=GP.NEVER)
    distinct_on_tasks = models.BooleanField("wants it on 97530 and 97535 too", default=False)
    region_separation = ArrayField(
        models.CharField(max_length=5), verbose_name="needs a region of its own", default=separated, blank=True
    )
    outcome_policy = models.CharField(max_length=10, choices=OutcomePolicy.choices(), blank=True)
    medicare = models.CharField(max_length=10, choices=Medicare.choices(), blank=True)
    sends_excluded = models.BooleanField("is sent what Medicare excludes", default=True)
    former_profiles = models.JSONField(default=list, editable=False)  # each until the day of a change
    follows_pair_edits = models.BooleanField("follows the NCCI pair edits", default=True)
    applies_daily_maxima = models.BooleanField("applies daily maxima", default=True)
    assistants_treat = models.BooleanField("pays for an assistant's one-on-one time", default=False)
    wants_times = models.BooleanField("wants start and stop of timed services", default=False)
    wants_authorisation = models.BooleanField("wants visits authorised", default=False)
    notes_go_along = models.BooleanField("wants the note with each claim", default=False)
    most_timed_units = models.PositiveSmallIntegerField("timed units a day", null=True, blank=True)
    most_lines = models.PositiveSmallIntegerField("lines a day", null=True, blank=True)
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

    def profile(self, on: date | None = None) -> dict[str, Any]:
        """Return how the payer differed on a day; without a day, how it differs by the newest change."""
        current = {name: getattr(self, name) for name in PROFILE}
        former = (each for each in self.former_profiles if on and on < date.fromisoformat(each["until"]))
        then: dict[str, Any] = next(former, {})
        return {name: then.get(name, answer) for name, answer in current.items()}

    def changed_on(self, day: date, before: dict[str, Any], entered: dict[str, str]) -> None:
        """Keep the profile that held before a change, and who entered it when; two changes that hold from one day are one."""
        former = [*self.former_profiles]
        if not former or self.last_change < day:
            former.append(before | {"until": day.isoformat()})
        self.former_profiles = [*former[:-1], former[-1] | entered]

    @property
    def last_change(self) -> date:
        """Return the day from which the newest change holds, the first of all days where nothing was changed."""
        return date.fromisoformat(self.former_profiles[-1]["until"]) if self.former_profiles else date.min
