"""Who may see and change the rows of a practice. State is never part of it."""

from datetime import date
from functools import reduce
from operator import and_
from typing import TYPE_CHECKING, Any, Self

from django.contrib.postgres.lookups import Unaccent
from django.db import models
from django.db.models import F, Func, Max, Q, Value
from django.db.models.functions import Cast, Concat, Lower
from django.utils import timezone

from clinic.dates import read_date
from clinic.roles import CARE, EVERYONE, OFFICE, Role

if TYPE_CHECKING:
    from clinic.models import User


class MembershipQuerySet(models.QuerySet[Any]):
    def active(self) -> Self:
        """Memberships that open doors today; the last day is a day of the practice's own calendar."""
        local = Func(F("practice__time_zone"), Value(timezone.now()), function="timezone")
        today = Cast(local, models.DateField())
        return self.filter(is_active=True, user__is_active=True).filter(Q(ends_on=None) | Q(ends_on__gte=today))

    def holding(self, *roles: str) -> Self:
        """Active memberships that hold one of the roles."""
        return self.active().filter(roles__overlap=list(roles or EVERYONE))

    def of(self, user: "User", *roles: str) -> Self:
        """The user's active memberships that hold one of the roles."""
        return self.holding(*roles).filter(user=user)

    def clinicians(self) -> Self:
        return self.filter(roles__contains=[Role.CLINICIAN])

    def visible_to(self, user: "User") -> Self:
        return self.filter(within_reach(user, *EVERYONE))

    def editable_by(self, user: "User") -> Self:
        return self.filter(within_reach(user, Role.ADMIN))


def within_reach(user: "User", *roles: str) -> Q:
    """Rows of the practices where the user holds one of the roles. One membership, one filter."""
    return Q(practice__in=user.memberships.holding(*roles).values("practice"))


class PracticeQuerySet(models.QuerySet[Any]):
    def editable_by(self, user: "User") -> Self:
        return self.filter(pk__in=user.memberships.holding(Role.ADMIN).values("practice"))


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
        """Patients whose names, chart number or birth date start with every one of the words.

        Accents, case, hyphens and apostrophes do not count, nor does the order. A practice's rows are read through:
        10,000 take about 20 ms, and no index would make one or two letters faster.
        """
        found = self.annotate(folded=_names_folded())
        for word in words.replace(",", " ").split()[:6]:
            found = found.filter(_matches(word))
        return found

    def like(self, first_name: str, last_name: str, born: date) -> Self:
        """Patients with the same birth date and a similar name: perhaps the same person."""
        name = Lower(Unaccent(Value(f"{first_name} {last_name}")))
        found = self.filter(birth_date=born).annotate(folded=_names_folded())
        return found.annotate(likeness=Func("folded", name, function="similarity")).filter(likeness__gt=0.35)

    def next_chart_number(self) -> str:
        """The number after the highest one; a practice may use its own numbers instead."""
        plain = self.filter(chart_number__regex=r"^[0-9]{1,12}$")
        highest = plain.aggregate(highest=Max(Cast("chart_number", models.BigIntegerField())))["highest"]
        return str((highest or 1000) + 1)


# What is left out of names before they are compared: hyphens part words, apostrophes and points do not.
PARTING, SILENT = "-\u2010\u2011\u2013", "'\u2019\u2018\u02bc`."


def _names_folded() -> Lower:
    names = Concat("first_name", Value(" "), "preferred_name", Value(" "), "last_name")
    plain = Func(names, Value(PARTING + SILENT), Value(" " * len(PARTING)), function="translate")
    return Lower(Unaccent(plain))


def _matches(word: str) -> Q:
    plain = word.translate(str.maketrans(PARTING, " " * len(PARTING), SILENT))
    matches = Q(chart_number__istartswith=word)
    if plain.split():
        matches |= reduce(and_, map(_name_starts_with, plain.split()))
    born = read_date(word)
    return matches | Q(birth_date=born) if born else matches


def _name_starts_with(word: str) -> Q:
    folded = Lower(Unaccent(Value(word)))
    within = Concat(Value(" "), folded, output_field=models.TextField())
    return Q(folded__startswith=folded) | Q(folded__contains=within)


class AlertQuerySet(DemographicQuerySet):
    def active(self) -> Self:
        return self.filter(is_active=True)


class CoverageQuerySet(DemographicQuerySet):
    def active(self) -> Self:
        return self.filter(is_active=True)


class VisitQuerySet(DemographicQuerySet):
    pass


class PaymentQuerySet(models.QuerySet[Any]):
    """Money is the office's; what clinicians see of it stands on the superbill."""

    def visible_to(self, user: "User") -> Self:
        return self.filter(within_reach(user, *OFFICE))

    def editable_by(self, user: "User") -> Self:
        """A payment itself is never changed; whoever may take one back may see it."""
        return self.visible_to(user)
