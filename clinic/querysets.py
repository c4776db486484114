"""Who may see and change the rows of a practice. State is never part of it."""

from typing import TYPE_CHECKING, Any, Self

from django.contrib.postgres.lookups import Unaccent
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Concat, Lower
from django.utils import timezone

from clinic.roles import CARE, EVERYONE, OFFICE, Role

if TYPE_CHECKING:
    from clinic.models import User


class MembershipQuerySet(models.QuerySet[Any]):
    def active(self) -> Self:
        """Memberships that open doors today."""
        today = timezone.localdate()
        return self.filter(is_active=True, user__is_active=True).filter(Q(ends_on=None) | Q(ends_on__gte=today))

    def of(self, user: "User", *roles: str) -> Self:
        """The user's active memberships that hold one of the roles."""
        return self.active().filter(user=user, roles__overlap=list(roles or EVERYONE))

    def clinicians(self) -> Self:
        return self.filter(roles__contains=[Role.CLINICIAN])

    def visible_to(self, user: "User") -> Self:
        return self.filter(within_reach(user, *EVERYONE))

    def editable_by(self, user: "User") -> Self:
        return self.filter(within_reach(user, Role.ADMIN))


def within_reach(user: "User", *roles: str) -> Q:
    """Rows of the practices where the user holds one of the roles. One membership, one filter."""
    from clinic.models import Membership

    return Q(practice__in=Membership.objects.of(user, *roles).values("practice"))


class PracticeQuerySet(models.QuerySet[Any]):
    def editable_by(self, user: "User") -> Self:
        from clinic.models import Membership

        return self.filter(pk__in=Membership.objects.of(user, Role.ADMIN).values("practice"))


class SharedQuerySet(models.QuerySet[Any]):
    """What every member may read and admins keep: locations, payers."""

    def visible_to(self, user: "User") -> Self:
        return self.filter(within_reach(user, *EVERYONE))

    def editable_by(self, user: "User") -> Self:
        return self.filter(within_reach(user, Role.ADMIN))

    def active(self) -> Self:
        return self.filter(is_active=True)


class LocationQuerySet(SharedQuerySet):
    pass


class PayerQuerySet(SharedQuerySet):
    def editable_by(self, user: "User") -> Self:
        return self.filter(within_reach(user, Role.ADMIN, Role.BILLER))


class DemographicQuerySet(models.QuerySet[Any]):
    """What the desk shares with the clinicians: who a patient is, who pays, when they come."""

    def visible_to(self, user: "User") -> Self:
        return self.filter(within_reach(user, *CARE, *OFFICE, Role.AUDITOR))

    def editable_by(self, user: "User") -> Self:
        return self.filter(within_reach(user, *CARE, *OFFICE))


class PatientQuerySet(DemographicQuerySet):
    def matching(self, words: str) -> Self:
        """Patients whose names, chart number or birth date start with every one of the words; accents and case fold."""
        found = self.annotate(
            folded=Lower(Unaccent(Concat("first_name", Value(" "), "preferred_name", Value(" "), "last_name")))
        )
        for word in words.split()[:6]:
            found = found.filter(_matches(word))
        return found


def _matches(word: str) -> Q:
    from clinic.dates import read_date

    folded = Lower(Unaccent(Value(word)))
    matches = (
        Q(chart_number__istartswith=word)
        | Q(folded__startswith=folded)
        | Q(folded__contains=Concat(Value(" "), folded, output_field=models.TextField()))
    )
    born = read_date(word)
    return matches | Q(birth_date=born) if born else matches


class CoverageQuerySet(DemographicQuerySet):
    def active(self) -> Self:
        return self.filter(is_active=True)


class VisitQuerySet(DemographicQuerySet):
    def on_day(self, day: Any) -> Self:
        return self.filter(on=day)
