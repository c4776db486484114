"""Who may see superbills and fees."""

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Q

from clinic.querysets import SharedQuerySet, patients_within_reach, within_reach
from clinic.roles import OFFICE, Role

if TYPE_CHECKING:
    from clinic.models import User


class SuperbillQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        readers = (Role.CLINICIAN, *OFFICE, Role.AUDITOR)
        return self.filter(patients_within_reach(user, *readers, patient="note__patient"))

    def editable_by(self, user: "User") -> Self:
        return self.filter(within_reach(user, *OFFICE))

    def disclosable_by(self, user: "User") -> Self:
        """Those of a payer whose signed note the user may open on the payer's behalf: a biller's, while they stand."""
        billed = self.standing().filter(coverage__isnull=False, note__signed_at__isnull=False)
        return billed.filter(within_reach(user, Role.BILLER))

    def answerable_by(self, user: "User") -> Self:
        """Those whose question a user may answer: the clinician who wrote the note, or the office, which asked."""
        own = Q(note__author__user=user) & within_reach(user, Role.CLINICIAN)
        return self.filter(own | within_reach(user, *OFFICE))

    def standing(self) -> Self:
        return self.filter(voided_at=None)

    def to_review(self) -> Self:
        return self.standing().filter(reviewed_at=None, held_at=None)

    def held(self) -> Self:
        return self.standing().filter(held_at__isnull=False)


class FeeQuerySet(SharedQuerySet):
    def editable_by(self, user: "User") -> Self:
        return self.filter(within_reach(user, Role.ADMIN, Role.BILLER))

    def picked(self) -> Self:
        """Services that a clinician picks, since no words of the note decide them."""
        return self.filter(is_picked=True, is_active=True)


class GuidanceQuerySet(models.QuerySet[Any]):
    def written(self) -> Self:
        """Texts that the practice wrote."""
        return self.filter(author__isnull=False)

    def shipped(self) -> Self:
        """Texts that Plumbline shipped, as they were when a note first cited them."""
        return self.filter(author=None)
