"""Log lines as JSON that never name a patient: no path, query, form data, local variable or SQL parameter."""

import json
import logging
import re
import time
import traceback
import uuid
from collections.abc import Callable
from contextvars import ContextVar
from datetime import UTC, datetime

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

access = logging.getLogger("plumbline.requests")
request_id: ContextVar[str | None] = ContextVar("request_id", default=None)
HEADER = "X-Request-ID"
# What a proxy may call a request; anything else could carry a line, or a name, into the log.
GIVEN = re.compile(r"[A-Za-z0-9._-]{8,64}")


class JsonFormatter(logging.Formatter):
    """One JSON object a line: when, how bad, which logger, which request and route, and where in the code an error arose."""

    def format(self, record: logging.LogRecord) -> str:
        request = getattr(record, "request", None)
        entry = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "request": getattr(request, "log_name", None) or request_id.get(),
            "status": getattr(record, "status_code", None),
            "route": route_of(request) if request else None,
            # django.request's own message holds the path, which holds ids
            "message": record.getMessage() if request is None else None,
            "error": _error(record),
            **getattr(record, "facts", {}),
        }
        return json.dumps({key: value for key, value in entry.items() if value is not None})


def _error(record: logging.LogRecord) -> list[str] | None:
    """Name the exception's type and its places in the code; its text can hold a row, so it stays out."""
    if not record.exc_info or record.exc_info[0] is None:
        return None
    places = [f"{frame.name}:{frame.lineno}" for frame in traceback.extract_tb(record.exc_info[2])][-6:]
    return [record.exc_info[0].__name__, *places]


def route_of(request: HttpRequest) -> str | None:
    """Return the name of the page that was asked for; its address holds ids, and a wrong address anything at all."""
    match = getattr(request, "resolver_match", None)
    return match.view_name if match else None


class RequestLogMiddleware:
    """Writes one line when a request is answered, and tells its name to whoever asked.

    By the name one finds a complaint ("it said something went wrong, 01a2...") in the log. A proxy's own name for it is taken
    over only where a proxy is known to be there.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        began, name = time.perf_counter(), name_of(request)
        request.log_name = name  # type: ignore[attr-defined] # for what is logged of the request after its answer
        token = request_id.set(name)
        try:
            response = self.get_response(request)
            response.headers[HEADER] = name
            milliseconds = round((time.perf_counter() - began) * 1000)
            facts = {"method": _method(request), "route": route_of(request), "status": response.status_code}
            access.info("answered", extra={"facts": {**facts, "ms": milliseconds}})
            return response
        finally:
            request_id.reset(token)


def name_of(request: HttpRequest) -> str:
    """Return what the proxy calls the request, or a name of our own."""
    given = request.headers.get(HEADER, "")
    return given if settings.IS_BEHIND_PROXY and GIVEN.fullmatch(given) else str(uuid.uuid4())


def _method(request: HttpRequest) -> str | None:
    """Return the method, or `other` for a word that only the visitor knows."""
    known = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT")
    return request.method if request.method in known else "other"
