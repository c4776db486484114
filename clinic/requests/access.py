"""Who is asking: the request of a signed-in member, which roles a page is for, and fetching what they may see.

404 for an object that you may not see, whoever you are; 403 for a page that your role never has; 409 for state.
"""

from collections.abc import Callable
from typing import Any, TypeVar, cast
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import resolve
from django.utils import timezone

from clinic.models import Membership, SignIn, User
from clinic.requests import right_patient
from clinic.roles import Role

# No page of ours speaks any other; a view that only reads, or only writes, says so itself.
METHODS = ("GET", "HEAD", "POST")

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


class PracticeRequest(HttpRequest):
    """The request of a signed-in member. `member` is who they are in the practice that the page belongs to.

    `kept_from` is set where a 404 hides something that is there: the practice that it belongs to, for the log of refusals.
    """

    user: User
    member: Membership
    memberships: dict[UUID, Membership]
    kept_from: UUID | None
    sign_in: SignIn | None


def for_roles(*roles: Role) -> Callable[[View], View]:
    """Mark a page as one that these roles have; the middleware answers 403 to everybody else."""

    def mark(view: View) -> View:
        view.roles = roles  # type: ignore[attr-defined]
        return view

    return mark


_roles: dict[str, tuple[Role, ...]] = {}


def roles_of(view: str, address: str) -> tuple[Role, ...]:
    """Return the roles that a view is for; `address` is any of its addresses.

    To resolve an address is to try every URL, and each page asks for a dozen: a view is looked up once.
    """
    if view not in _roles:
        _roles[view] = getattr(resolve(address).func, "roles", ())
    return _roles[view]


def fetch(request: HttpRequest, visible: QuerySet[Any], **lookup: Any) -> Any:
    """Return one object out of a scoped queryset, or 404, and let the request's member follow from its practice.

    The middleware saw that the person has the page's role somewhere; here they must have it in this very practice.
    """
    request = cast(PracticeRequest, request)
    try:
        found = visible.get(**lookup)
    except visible.model.DoesNotExist:
        request.kept_from = _owner(visible, lookup)
        raise Http404 from None
    request.member = request.memberships[found.practice_id]
    roles = getattr(request.resolver_match and request.resolver_match.func, "roles", None)
    if roles and not request.member.has_role(*roles):
        raise PermissionDenied
    right_patient.check(request, found)
    timezone.activate(request.member.practice.time_zone)
    return found


def _owner(visible: QuerySet[Any], lookup: dict[str, Any]) -> UUID | None:
    """Return the practice of the object that is there but not to be seen, if there is one."""
    owner: UUID | None = visible.model._base_manager.filter(**lookup).values_list("practice_id", flat=True).first()
    return owner
