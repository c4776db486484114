"""Who signs in, and their place in a practice."""

from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.db.models.functions import UUID7

from clinic.entry.identifiers import validate_npi
from clinic.models.practice import Owned, Practice
from clinic.querysets import MembershipQuerySet
from clinic.roles import Role


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


class Membership(Owned):
    """A person's place in a practice. One person may hold several roles."""

    practice = models.ForeignKey(Practice, models.PROTECT, related_name="memberships")
    user = models.ForeignKey(User, models.PROTECT, related_name="memberships")
    roles = ArrayField(models.CharField(max_length=20, choices=Role.choices))
    title = models.CharField(max_length=40, blank=True, help_text="As colleagues say it: Dr. Adams.")
    credential = models.CharField(max_length=40, blank=True, help_text="As it stands behind the name: DC.")
    npi = models.CharField("NPI", max_length=10, blank=True, validators=[validate_npi])
    ends_on = models.DateField(null=True, blank=True, help_text="The last day of access, for auditors above all.")
    supervised_by = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Who co-signs the notes of a clinician who works under supervision.",
    )
    is_limited = models.BooleanField(
        "sees only these patients", default=False, help_text="For auditors: nobody but the patients on their list."
    )
    is_active = models.BooleanField(default=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["user__last_name", "user__first_name"]
        constraints: ClassVar = [
            UniqueConstraint(fields=["practice", "user"], name="one_membership_a_practice"),
            CheckConstraint(condition=Q(roles__len__gt=0), name="membership_has_a_role"),
            CheckConstraint(
                condition=Q(ends_on__isnull=False) | ~Q(roles__contains=["auditor"]), name="auditor_has_a_last_day"
            ),
            CheckConstraint(
                condition=Q(supervised_by=None) | ~Q(supervised_by=models.F("id")), name="nobody_supervises_themselves"
            ),
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
