"""Who has a second factor, and of whom one is asked."""

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db.models import QuerySet

from clinic.models import Membership, User

FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def has_second_factor(user: User) -> bool:
    return bool(Authenticator.objects.filter(user=user, type__in=FACTORS).exists())


WORDS = {Authenticator.Type.TOTP: "app", Authenticator.Type.WEBAUTHN: "passkey"}


def factors_of(members: QuerySet[Membership]) -> dict[UUID, list[str]]:
    """Return what the people have beside their passwords, in words, by the people's ids."""
    found: dict[UUID, list[str]] = {}
    held = Authenticator.objects.filter(user__in=members.values("user"), type__in=FACTORS)
    for user, kind in held.order_by("type").values_list("user_id", "type").distinct():
        found.setdefault(user, []).append(WORDS[kind])
    return found


def is_required_of(members: Iterable[Membership]) -> bool:
    """Whether one of somebody's roles, at any practice, needs a second factor."""
    return any(role in settings.SECOND_FACTOR_ROLES for member in members for role in member.roles)


def sets_up[View: Callable[..., Any]](view: View) -> View:
    """Mark a page as one that opens before somebody who needs a second factor has one."""
    view.sets_up = True  # type: ignore[attr-defined]
    return view


def is_missing(request: Any, view: Callable[..., Any]) -> bool:
    """Whether a page stays shut because somebody's role needs a second factor that this session has not seen.

    It is asked with each request, so that a role given today needs one today.
    """
    is_open = getattr(view, "sets_up", False) or not getattr(view, "login_required", True)
    return not is_open and not request.sign_in.is_full and is_required_of(request.memberships.values())
