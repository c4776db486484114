"""Where a request came from."""

from allauth.core.internal.httpkit import get_client_ip
from django.http import HttpRequest


def came_from(request: HttpRequest) -> str | None:
    """Return the client's address: the one that our own proxy saw, where there is one, and never what a client says."""
    address: str | None = get_client_ip(request)
    return address
