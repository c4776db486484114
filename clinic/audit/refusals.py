"""Refusals in the log. There is no deed to belong to, so each row is a transaction of its own, after the request's own ended."""

import logging
from http import HTTPStatus
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse

from clinic.models import AccessEvent
from clinic.requests.came_from import came_from

log = logging.getLogger(__name__)

# The header by which an open page learns that its token is too old.
TOO_OLD = "Plumbline-Token"


def is_refusal(request: HttpRequest, response: HttpResponse) -> bool:
    """Whether somebody was kept from something that is there. A form that is too old, or an address of nothing, is neither."""
    if response.status_code == HTTPStatus.FORBIDDEN:
        return TOO_OLD not in response.headers
    return response.status_code == HTTPStatus.NOT_FOUND and getattr(request, "kept_from", None) is not None


def write_down(request: HttpRequest, response: HttpResponse) -> None:
    """Write that somebody was refused. What cannot be written is reported as an error; the refusal stands either way."""
    try:
        with transaction.atomic(durable=True):
            AccessEvent.objects.create(**_row(request, response))
    except Exception:
        log.exception("A refusal could not be written down.")


def _row(request: Any, response: HttpResponse) -> dict[str, Any]:
    """Say who asked for what: the route and the id as given, and nothing that the request or the object says.

    The row belongs to the practice whose object was asked for, or else to the one in which the person was refused.
    """
    match = request.resolver_match
    return {
        "practice_id": request.kept_from or getattr(request.member, "practice_id", None),
        "user_id": request.user.pk,
        "kind": "refused",
        "object_id": match.kwargs.get("pk"),
        "address": came_from(request),
        "detail": {"route": match.view_name, "status": response.status_code},
    }
