"""Who pays."""

from typing import ClassVar

from django.db import models
from django.db.models import UniqueConstraint

from clinic.models.practice import Owned
from clinic.querysets import PayerQuerySet
from coding.engine.vocabulary import PayerKind, UnitMethod


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
    assistants_treat = models.BooleanField("pays for an assistant's one-on-one time", default=False)
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
