"""Sessions: each is a row (`SignIn`) beside Django's own, so that it can be listed, has two limits, and is ended from elsewhere.

A session ends after IDLE_MINUTES without a deed of the person, and after SESSION_HOURS whatever they do. One that is locked
(`clinic.signin.locking`) is nobody's to use, and waits for its person until SESSION_HOURS are over. What a page asks for
by itself (a margin that is fetched anew, a timer) says so in the header `Plumbline-Unasked`, and is no deed: it can only fail to
prolong a session, so nothing is gained by lying about it. A save that follows typing is a deed.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, cast

from allauth.account.internal.flows.login import get_authentication_records
from django.conf import settings
from django.contrib.auth import logout, update_session_auth_hash
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db.models import Q, QuerySet
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from clinic.models import SignIn, User
from clinic.requests.access import PracticeRequest
from clinic.signin.devices import device_of

NAME = "sign_in"  # under which the session keeps the id of its row
UNASKED = "Plumbline-Unasked"
WHY = "Plumbline-Ended"  # tells an open page why its session ended, where the person themselves ended it
OFTEN_ENOUGH = timedelta(minutes=1)  # how exactly it is known when somebody was last there


class SessionEnded(Exception):
    """The session was ended by what came in; nothing more is answered in it."""


class SessionEndMiddleware:
    """Knows the session's row as `request.sign_in`. Who has none, or one whose time is over, is signed in no longer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        request.sign_in = None
        # without a cookie nobody is asked, not even the database
        if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
            request.sign_in = SignIn.objects.filter(pk=request.session.get(NAME), user=request.user).first()
            if request.sign_in is None or is_over(request.sign_in):
                end_own(request)
                request.session_over = True
            elif request.sign_in.locked_at:
                step_out(request)
            elif UNASKED not in request.headers:
                _see(request.sign_in)
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, SessionEnded):
            return None
        if "HX-Request" not in request.headers:
            return redirect(settings.LOGIN_URL)
        return HttpResponse(status=401, headers={WHY: str(exception)})


def is_over(sign_in: SignIn) -> bool:
    now = timezone.now()
    idle, whole = timedelta(minutes=settings.IDLE_MINUTES), timedelta(hours=settings.SESSION_HOURS)
    is_left = now - sign_in.seen_at > idle and not sign_in.locked_at
    return is_left or now - sign_in.began_at > whole


def _see(sign_in: SignIn) -> None:
    """Write down that the person is there, seldom: most requests write nothing."""
    now = timezone.now()
    if now - sign_in.seen_at > OFTEN_ENOUGH:
        SignIn.objects.filter(pk=sign_in.pk).update(seen_at=now)


# Beginning and ending


@receiver(user_logged_in)
def begin(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Begin a session. Every way of signing in passes here, so that none can be without its row."""
    _marked(request).delete()  # signed in anew over an older session
    records = get_authentication_records(request, user)
    made = SignIn.objects.create(
        user=user,
        session_key=str(request.session.session_key),
        device=device_of(request.META.get("HTTP_USER_AGENT", "")),
        is_full=any(record["method"] == "mfa" for record in records),
    )
    request.session[NAME] = str(made.pk)


@receiver(user_logged_out)
def end(sender: Any, request: HttpRequest, **kwargs: Any) -> None:
    _marked(request).delete()


def _marked(request: HttpRequest) -> QuerySet[SignIn]:
    held: Any = request.session.get(NAME)
    return SignIn.objects.filter(pk=held)


def row_of(request: PracticeRequest) -> QuerySet[SignIn]:
    """Return the row of this session as it stands in the database, for what several requests change at the same moment."""
    return SignIn.objects.filter(pk=request.sign_in.pk) if request.sign_in else SignIn.objects.none()


def end_own(request: HttpRequest) -> None:
    """End this session; the rest of the request is nobody's."""
    cast(PracticeRequest, request).sign_in = None
    logout(request)


def step_out(request: HttpRequest) -> None:
    """Let the rest of the request be nobody's, and the browser forget the session, which goes on without it."""
    request.session = SessionStore()
    request.user = AnonymousUser()
    cast(PracticeRequest, request).sign_in = None


def end_all(user: User, *, but: SignIn | None = None) -> int:
    """End somebody's sessions, but for one, and return how many there were. It takes effect with each one's next request."""
    rows = SignIn.objects.filter(user=user)
    rows = rows.exclude(pk=but.pk) if but else rows
    Session.objects.filter(session_key__in=rows.values("session_key")).delete()
    return int(rows.delete()[0])


def keep_own(request: PracticeRequest, user: User) -> None:
    """Let this session outlive a new password of its person, under a new key."""
    update_session_auth_hash(request, user)
    row_of(request).update(session_key=str(request.session.session_key))


def open_of(user: User) -> QuerySet[SignIn]:
    """Return somebody's sessions that still open something, the latest used first; rows that are over wait to be swept away."""
    return SignIn.objects.filter(user=user).exclude(pk__in=_over().values("pk")).order_by("-seen_at")


def _over() -> QuerySet[SignIn]:
    now = timezone.now()
    idle, whole = timedelta(minutes=settings.IDLE_MINUTES), timedelta(hours=settings.SESSION_HOURS)
    left = SignIn.objects.filter(seen_at__lt=now - idle, locked_at=None)
    return left | SignIn.objects.filter(began_at__lt=now - whole)


def forget_over() -> int:
    """Delete sessions that are over, and return how many."""
    over, now = _over(), timezone.now()
    Session.objects.filter(Q(session_key__in=over.values("session_key")) | Q(expire_date__lt=now)).delete()
    return int(over.delete()[0])
