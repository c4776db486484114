"""The lock: one tap locks a shared device, and each of its people opens it again where they were.

A locked session stays, but its cookie is taken from the browser and whoever still sends it is answered as nobody. It opens to
its person's signing PIN, from the device that it was locked on; a passkey, or a password with the second factor, begins another
one in its place. The device carries a random name in a signed cookie and nothing else. Who was signed in on it, and where, is
known here, for the rest of the practice's day.
"""

import hashlib
from collections.abc import Callable
from copy import copy
from datetime import datetime, time, timedelta
from secrets import token_urlsafe
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.auth.signals import user_logged_in
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import transaction
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import rotate_token
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone

from clinic.audit.log import record_of
from clinic.models import DeviceUser, Membership, Practice, SignIn, SigningPin, User
from clinic.requests.access import PracticeRequest
from clinic.signin.proofs import may_use_pin
from clinic.signin.sessions import NAME, is_over, step_out

COOKIE = "plumbline-device"
LASTS = timedelta(days=1)  # renewed with each page; the device is asked for nothing older than today


class DeviceMiddleware:
    """Remembers which page somebody has open on which device, so that the lock leads back to it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        response = self.get_response(request)
        if _is_page(request, response):
            secret = _secret_of(request) or token_urlsafe(32)
            _remember(request, secret)
            response.set_signed_cookie(
                COOKIE, secret, max_age=LASTS, secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Lax"
            )
        return response


def _is_page(request: Any, response: HttpResponse) -> bool:
    """Whether this is a page of the record that somebody would want to come back to: no fragment, no file, no way in."""
    if request.method != "GET" or "HX-Request" in request.headers or not getattr(request, "member", None):
        return False
    view = request.resolver_match and request.resolver_match.func
    is_ours = hasattr(view, "roles") and not hasattr(view, "sets_up") and request.sign_in is not None
    return is_ours and response.status_code == 200 and response.headers.get("Content-Type", "").startswith("text/html")


def _remember(request: PracticeRequest, secret: str) -> None:
    here = DeviceUser(
        device=_hashed(secret), user=request.user, sign_in=request.sign_in, path=request.path[:400],
        seen_at=timezone.now(), until=end_of_day(request.member.practice),
    )  # fmt: skip
    newest = ["sign_in", "path", "seen_at", "until"]
    DeviceUser.objects.bulk_create(
        [here], update_conflicts=True, unique_fields=["device", "user"], update_fields=newest
    )


def end_of_day(practice: Practice) -> datetime:
    zone = ZoneInfo(practice.time_zone)
    return datetime.combine(practice.today() + timedelta(days=1), time(), zone)


# Who is on this device


def _secret_of(request: HttpRequest) -> str:
    return request.get_signed_cookie(COOKIE, default="", max_age=LASTS) or ""


def _hashed(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def people_here(request: HttpRequest) -> list[DeviceUser]:
    """Return who was signed in on this device today and may still come in, the latest first, each with their `members`."""
    secret = _secret_of(request)
    if not secret:
        return []
    rows = DeviceUser.objects.filter(device=_hashed(secret), until__gt=timezone.now(), user__is_active=True)
    found = list(rows.select_related("user", "sign_in").order_by("-seen_at"))
    for row in found:
        row.members = list(Membership.objects.of(row.user).select_related("practice", "user"))  # type: ignore[attr-defined]
    return [row for row in found if row.members]  # type: ignore[attr-defined]


def is_locked(request: HttpRequest) -> bool:
    """Whether somebody's session waits on this device."""
    waiting = (row.sign_in for row in people_here(request))
    return any(sign_in and sign_in.locked_at and not is_over(sign_in) for sign_in in waiting)


def place_of(row: DeviceUser) -> str:
    """Return where somebody was, if the page is still one that their roles have; the page itself looks at the rest."""
    try:
        roles = getattr(resolve(row.path).func, "roles", ())
    except Resolver404:
        roles = ()
    has_page = any(member.has_role(*roles) for member in Membership.objects.of(row.user))
    return row.path if has_page else reverse("clinic:home")


# Locking and opening


@transaction.atomic(durable=True)
def lock(request: PracticeRequest) -> None:
    """Lock the session. The browser forgets it; only its person opens it again, from this device."""
    now = timezone.now()
    SignIn.objects.filter(pk=request.session[NAME]).update(locked_at=now)
    record_of(request.user, "session-locked", request=request)
    DeviceUser.objects.filter(until__lt=now).delete()
    step_out(request)


def locked_session(request: PracticeRequest, row: DeviceUser) -> PracticeRequest | None:
    """Return the request as it would be in the session that this person locked here, or None where a PIN does not open that."""
    sign_in = row.sign_in
    if sign_in is None or sign_in.locked_at is None or is_over(sign_in):
        return None
    inside = copy(request)
    inside.session = SessionStore(sign_in.session_key)
    user = get_user(inside)  # nobody, if the password was changed since, or the session ended
    if user.pk != row.user_id or not SigningPin.objects.filter(user=row.user).exists():
        return None
    inside.user, inside.sign_in = row.user, sign_in
    inside.memberships = {member.practice_id: member for member in Membership.objects.of(row.user)}
    return inside if may_use_pin(inside) else None


@transaction.atomic(durable=True)
def resume(request: PracticeRequest, inside: PracticeRequest) -> None:
    """Give the browser the locked session back, under a new key, after its person proved to be there."""
    inside.session.cycle_key()
    key, sign_in = inside.session.session_key, inside.sign_in
    SignIn.objects.filter(pk=inside.session[NAME]).update(session_key=key, locked_at=None, seen_at=timezone.now())
    record_of(inside.user, "session-opened", request=request, by_means_of="pin")
    request.session, request.user, request.sign_in = inside.session, inside.user, sign_in
    rotate_token(request)


@receiver(user_logged_in)
def take_the_place_of_former(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Let a session that has just begun be its person's only one on this device."""
    if not (secret := _secret_of(request)):
        return
    here = DeviceUser.objects.filter(device=_hashed(secret), user=user)
    begun = request.session[NAME]
    _end(SignIn.objects.filter(pk__in=list(here.values_list("sign_in", flat=True)), user=user).exclude(pk=begun))
    here.update(sign_in=begun, seen_at=timezone.now())


def _end(rows: Any) -> None:
    Session.objects.filter(session_key__in=list(rows.values_list("session_key", flat=True))).delete()
    rows.delete()


@transaction.atomic(durable=True)
def empty(request: PracticeRequest) -> None:
    """Sign everybody out who is here, and forget that they were."""
    rows = people_here(request)
    for row in rows:
        record_of(row.user, "device-emptied", request=request)
    _end(SignIn.objects.filter(pk__in=[row.sign_in_id for row in rows]))
    DeviceUser.objects.filter(pk__in=[row.pk for row in rows]).delete()
    step_out(request)


def whose_here(request: HttpRequest, pk: UUID) -> DeviceUser | None:
    return next((row for row in people_here(request) if row.pk == pk), None)


def row_of(request: HttpRequest, user: User) -> DeviceUser | None:
    return next((row for row in people_here(request) if row.user_id == user.pk), None)
