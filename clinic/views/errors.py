"""Designed error pages. None of them holds anything of the object that was refused."""

import sys
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from psycopg_pool import PoolTimeout

from clinic.models import Membership

# The header by which an open page learns that its token is too old.
TOO_OLD = "Plumbline-Token"


@login_not_required
def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "400.html", status=400)


@login_not_required
def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say that the form was too old; a page that is still open learns by the header that a fresh token would help."""
    response = render(request, "403_csrf.html", status=403)
    response.headers[TOO_OLD] = "stale"
    return response


@login_not_required
def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "403.html", status=403)


@login_not_required
def not_found(request: Any, exception: Exception | None = None) -> HttpResponse:
    """Whoever is signed in keeps the bar with the search, also where no practice followed from the address."""
    if request.user.is_authenticated and not getattr(request, "member", None):
        request.member = Membership.objects.of(request.user).select_related("practice", "user").first()
    return render(request, "404.html", status=404)


def conflict(request: HttpRequest, message: str) -> HttpResponse:
    return render(request, "409.html", {"message": message}, status=409)


@login_not_required
def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 503 when the database is away, so that a browser tries again, and 500 otherwise. Asks no database."""
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError | PoolTimeout):
        return HttpResponse(_plain("503.html"), status=503, headers={"Retry-After": "5"})
    return HttpResponse(_plain("500.html"), status=500)


def _plain(name: str) -> str:
    """Render without the request: what the context processors would ask for may be what failed."""
    from django.template.loader import render_to_string

    return render_to_string(name)
