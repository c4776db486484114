"""What payers have allowed beforehand, and how much of it was used by a day: for the engine, the desk and the bill alike.

A visit uses an authorisation when it is billed to the policy, or when it was done for it and waits for its signature.
Visits that were billed to somebody else, or not at all, use nothing.
"""

from collections import Counter
from collections.abc import Collection
from datetime import date
from typing import NamedTuple
from uuid import UUID

from clinic.models import Coverage, Visit
from coding.engine.authorisation import objection, standing
from coding.engine.facts import AuthorisationFacts
from coding.models import Superbill
from notes.of_visits import HAS_SIGNED_NOTE


class Used(NamedTuple):
    """A visit that used an authorisation. Two visits of a day come in the order in which they were made."""

    coverage: UUID
    on: date
    visit: UUID


type Usage = Collection[Used]


class Told(NamedTuple):
    """How the desk is told of an authorisation: what stands in the way, or which visit of how many this is."""

    words: str
    is_missing: bool


def usage_of(coverages: Collection[Coverage]) -> Usage:
    """Return the visits that used the authorisations of these policies, in two queries; none where none is counted."""
    counted = [coverage.pk for coverage in coverages if coverage.authorised_visits is not None]
    if not counted:
        return ()
    billed = Superbill.objects.standing().filter(coverage__in=counted)
    done = (Visit.State.ARRIVED, Visit.State.DONE)
    waiting = Visit.objects.filter(state__in=done, coverage__in=counted).exclude(HAS_SIGNED_NOTE)
    return {
        *(Used(*row) for row in billed.values_list("coverage", "visit__on", "visit")),
        *(Used(*row) for row in waiting.values_list("coverage", "on", "pk")),
    }


def authorisation_of(coverage: Coverage, visit: Visit, usage: Usage) -> AuthorisationFacts:
    """Return what was allowed, and how many visits had used it before this one."""
    earlier = Counter(
        used.coverage
        for used in usage
        if (used.on, used.visit) < (visit.on, visit.pk)
        and (coverage.authorised_from or date.min) <= used.on <= (coverage.authorised_to or date.max)
    )
    return AuthorisationFacts(
        number=coverage.authorisation,
        visits=coverage.authorised_visits,
        used=earlier[coverage.pk],
        first_day=coverage.authorised_from,
        last_day=coverage.authorised_to,
    )


def told(coverage: Coverage | None, visit: Visit, usage: Usage) -> Told | None:
    """Return how an authorisation stands for a visit, None where the payer wanted none on its day."""
    if coverage is None or not coverage.payer.profile(visit.on)["wants_authorisation"]:
        return None
    allowed = authorisation_of(coverage, visit, usage)
    missing = objection(allowed, visit.on)
    return Told(missing or standing(allowed), bool(missing))
