"""How often somebody may be wrong. allauth's limiter counts; here are its keys, and when the next try is free."""

import time
from collections.abc import Callable
from math import ceil

from allauth.core.internal import ratelimit
from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest
from django.utils import timezone

APP, ACTION = "allauth.account", "login_failed"


class Limited(Exception):
    """There were too many wrong tries. `minutes` says after how many the next one is free."""

    def __init__(self, minutes: int) -> None:
        super().__init__(minutes)
        self.minutes = minutes

    @property
    def message(self) -> str:
        when = "a minute" if self.minutes == 1 else f"{self.minutes} minutes"
        return f"Too many wrong tries. You can try again in {when}; a colleague can go on meanwhile."


def count(request: HttpRequest, key: str, *, action: str = ACTION) -> Callable[[], None]:
    """Count a try before it is looked at, so that tries at the same moment are counted too; return what takes it back."""
    usage = ratelimit.consume(request, app=APP, action=action, key=key)
    if usage is None:
        raise Limited(minutes_left(request, key, action=action))
    rollback: Callable[[], None] = usage.rollback
    return rollback


def minutes_left(request: HttpRequest, key: str, *, action: str = ACTION) -> int:
    """Return after how many minutes the next try is free: at least one, so that nobody is sent away for none."""
    free_at = [_free_at(request, rate, key, action) for rate in ratelimit.get_rates(app=APP, action=action)]
    return max(1, ceil((max(free_at, default=0) - time.time()) / 60))


def _free_at(request: HttpRequest, rate: ratelimit.Rate, key: str, action: str) -> float:
    where = ratelimit.get_cache_key(request, app=APP, action=action, rate=rate, key=key)
    tries: list[float] = cache.get(where, [])  # the newest first
    return tries[rate.amount - 1] + rate.duration if len(tries) >= rate.amount else 0


def forget_over() -> None:
    """Delete what counts no longer."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM clinic_cache WHERE expires < %s", [timezone.now()])


def of_person(user: object) -> str:
    """Return the key under which all proofs of somebody who is signed in are counted, whatever their kind.

    It is the one that allauth's forms for codes and passkeys count under.
    """
    return f"mfa-auth-user-{getattr(user, 'pk', None)}"
