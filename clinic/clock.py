"""The time at which deeds are done: the clock's.

There is one exception. The demo signs and bills the visits of its past weeks through the same verbs as everybody, each on
its own day, or else every note would read as signed on the day of loading. Only `coding.demo` may tell another time
(tests/clinic/test_clock.py looks), it lies in a context of the loading process, and a process that serves pages has given it up.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from django.utils import timezone

_told_moment: ContextVar[datetime | None] = ContextVar("told", default=None)
_serving: list[bool] = []


class NoOtherTime(RuntimeError):
    """Somebody wanted to tell a time that is not the clock's."""


def now() -> datetime:
    """Return the time to be written down for a deed."""
    return _told_moment.get() or timezone.now()


def dated(field: str) -> dict[str, datetime]:
    """Return the birth time for a row whose own default is the database's clock: none, but while the past is loaded."""
    told = _told_moment.get()
    return {field: told} if told else {}


@contextmanager
def telling(moment: datetime) -> Iterator[None]:
    """Let deeds of the past be done at their own time. For the demo alone."""
    if _serving or moment > timezone.now():
        raise NoOtherTime("Deeds carry the time at which they are done.")
    token = _told_moment.set(moment)
    try:
        yield
    finally:
        _told_moment.reset(token)


def serve() -> None:
    """Give up every other time than the clock's, for as long as this process lives."""
    _serving.append(True)
