"""Where a request came from."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from allauth.core.internal.httpkit import get_client_ip
from django.http import HttpRequest

_answered: ContextVar[HttpRequest | None] = ContextVar("answered", default=None)


def came_from(request: HttpRequest) -> str | None:
    """Return the client's address: the one that our own proxy saw, where there is one, and never what a client says."""
    address: str | None = get_client_ip(request)
    return address


@contextmanager
def answering(request: HttpRequest) -> Iterator[None]:
    """Let the log know whose request is being answered: the verbs of the record are given members, and no requests."""
    token = _answered.set(request)
    try:
        yield
    finally:
        _answered.reset(token)


def came_from_now() -> str | None:
    """Return where the request came from that is being answered; nothing for a command or a worker."""
    request = _answered.get()
    return came_from(request) if request else None
