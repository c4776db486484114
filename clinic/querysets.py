"""Who may see and change the rows of a practice. State is never part of it."""

from datetime import date
from functools import reduce
from operator import and_
from typing import TYPE_CHECKING, Any, Self
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.lookups import Unaccent
from django.db import models
from django.db.models import F, Func, Max, Q, Value
from django.db.models.functions import Cast, Concat, Lower
from django.utils import timezone

from clinic import clock
from clinic.entry.dates import read_date
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


def patients_within_reach(user: "User", *roles: str, patient: str = "patient") -> Q:
    """The same for rows that are about a patient: an auditor who is limited reaches the patients on their list alone.

    `patient` leads from the row to its patient.
    """
    others, auditing = [role for role in roles if role != Role.AUDITOR], user.memberships.holding(Role.AUDITOR)
    reach = within_reach(user, *others) if others else Q(pk=None)
    if Role.AUDITOR in roles:
        reach |= Q(practice__in=auditing.filter(is_limited=False).values("practice"))
        reach |= Q(**{f"{patient}__in": listed_for(user)})
    return reach


def listed_for(user: "User") -> "models.QuerySet[Any, Any]":
    """Return the ids of the patients on the lists of a limited auditor."""
    limited = user.memberships.holding(Role.AUDITOR).filter(is_limited=True, audited_patients__isnull=False)
    found: models.QuerySet[Any, Any] = limited.values("audited_patients__patient")
    return found


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

    PATIENT = "patient"

    def visible_to(self, user: "User") -> Self:
        return self.filter(patients_within_reach(user, *CARE, *OFFICE, Role.AUDITOR, patient=self.PATIENT))

    def editable_by(self, user: "User") -> Self:
        return self.filter(within_reach(user, *CARE, *OFFICE))


class PatientQuerySet(DemographicQuerySet):
    PATIENT = "pk"

    def overseen_by(self, user: "User") -> Self:
        """Patients of whom somebody may learn who has looked at them: admins do, who read nothing else of them."""
        return self.filter(patients_within_reach(user, Role.ADMIN, Role.CLINICIAN, Role.AUDITOR, patient="pk"))

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


class BreakGlassQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """Emergency access is the one's who took it; whether it is over is state."""
        return self.filter(within_reach(user, *EVERYONE), member__user=user)

    def reviewable_by(self, user: "User") -> Self:
        return self.filter(within_reach(user, Role.ADMIN))

    def open(self) -> Self:
        return self.filter(ended_at=None, ends_at__gt=clock.now())


class AccessEventQuerySet(models.QuerySet[Any]):
    """The log. Its rows name a practice and patients by their ids alone, since no row of theirs may hold it back."""

    def visible_to(self, user: "User") -> Self:
        """Admins and auditors read their practice's log; limited auditors what names a patient of theirs."""
        members = user.memberships.active()
        all_of_it = members.filter(
            Q(roles__contains=[Role.ADMIN]) | Q(roles__contains=[Role.AUDITOR], is_limited=False)
        )
        some = Q(practice_id__in=members.filter(roles__contains=[Role.AUDITOR], is_limited=True).values("practice"))
        listed = Q(patient_ids__overlap=ArraySubquery(listed_for(user)))
        return self.filter(Q(practice_id__in=all_of_it.values("practice")) | (some & listed))

    def about(self, patient: UUID) -> Self:
        return self.filter(patient_ids__contains=[patient])


class JobQuerySet(models.QuerySet[Any]):
    """What somebody had made is theirs: nobody else's, in whatever role."""

    def visible_to(self, user: "User") -> Self:
        return self.filter(within_reach(user, *EVERYONE), owner__user=user)

    def editable_by(self, user: "User") -> Self:
        return self.visible_to(user)
