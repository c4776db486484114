"""The places of the header bar. A place shows when its page exists and the member has one of the page's roles."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from clinic.models import Membership
from clinic.requests.access import roles_of


@dataclass(frozen=True, slots=True)
class Place:
    """A page that the bar leads to. Pages whose view name begins with one of `around` belong to it.

    Who has not the roles of `view` may have those of `otherwise`, under a name of its own.
    """

    title: str
    view: str
    around: tuple[str, ...]
    otherwise: tuple["Place", ...] = ()


OTHERWISE = (Place("Practice", "clinic:payers", ()), Place("Log", "clinic:audit", ()))
PLACES = (
    Place("Today", "notes:today", ("notes:", "coding:review")),
    Place(
        "Patients",
        "clinic:patients",
        ("clinic:patient", "clinic:coverage", "clinic:alert", "clinic:visit", "notes:episode"),
    ),
    Place("Superbills", "coding:day", ("coding:day", "coding:superbill", "coding:signed-note", "clinic:walk-in")),
    Place("Guidance", "coding:guidance-index", ("coding:guidance",)),
    Place("Practice", "clinic:setup", ("clinic:", "coding:fee"), otherwise=OTHERWISE),
)


def places(request: HttpRequest, member: Membership) -> Iterator[tuple[Place, str, bool]]:
    """Yield (place, address, whether it is the current one) for what this member has."""
    here = current(request)
    for place in PLACES:
        for each in (place, *place.otherwise):
            if address := _address(each.view, member):
                yield each, address, place is here
                break


# Pages of how one signs in oneself: they hang on the person's name in the bar, and belong to no place.
OWN = (
    "clinic:factor",
    "clinic:app-",
    "clinic:passkey",
    "clinic:recovery",
    "clinic:pin",
    "clinic:sessions",
    "clinic:password",
)


def current(request: HttpRequest) -> Place | None:
    """Return the place that the request's page belongs to: the one that names it most closely."""
    view = request.resolver_match.view_name if request.resolver_match else ""
    if view.startswith(OWN):
        return None
    close = [(len(prefix), place) for place in PLACES for prefix in place.around if view.startswith(prefix)]
    return max(close, key=lambda found: found[0], default=(0, None))[1]


def _address(view: str, member: Membership) -> str:
    try:
        address = reverse(view, kwargs={"practice": member.practice.slug})
    except NoReverseMatch:
        return ""
    return address if member.has_role(*roles_of(view, address)) else ""
