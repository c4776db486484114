"""Designed error pages. None of them holds anything of the object that was refused."""

import logging
import re
import sys
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import resolve
from psycopg_pool import PoolTimeout

from clinic.audit.refusals import TOO_OLD
from clinic.models import Membership

log = logging.getLogger("plumbline.errors")


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
    """Say what came in between. A fragment's page stays as it is, with what was typed on it, and says it on top.

    A form's page is gone: what was written there is shown again, to be copied to where it belongs.
    """
    if "HX-Request" not in request.headers:
        return render(request, "409.html", {"message": message, "words": _words(request)}, status=409)
    response = render(request, "409.html#trouble", {"message": message}, status=409)
    response.headers["HX-Reswap"] = "none"
    return response


@login_not_required
def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 503 when the database is away, so that a browser tries again, and 500 otherwise. Asks no database.

    Every layer of the middleware comes here with what went wrong in it, so this is the one place for the answer.
    """
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError | PoolTimeout):
        content = _plain("503.html", sent=_sent(request))
        return HttpResponse(content, status=503, headers={"Retry-After": "5"})
    return HttpResponse(_plain("500.html"), status=500)


# What is not put into a page to be sent again: what proves who somebody is. It is asked for anew.
PROOF = re.compile("password|passkey|^(new_)?pin$|^again$|^app_code$|^recovery", re.IGNORECASE)


def _sent(request: HttpRequest) -> list[tuple[str, str]]:
    """Return what a form brought, so that the page that took its place can send it again; of the door, and of files, nothing."""
    try:
        if request.FILES or not getattr(resolve(request.path_info).func, "login_required", True):
            return []
        proofs = {name for name in request.POST if PROOF.search(name)}
        proofs |= {"code"} if proofs else set()  # alone it is a code of the fee schedule
        left_out = proofs | {"stays"}  # a word of the page that is gone
        return [(name, value) for name, values in request.POST.lists() for value in values if name not in left_out]
    except Exception:  # too much, or cut short: then nothing of it can be sent again
        return []


# What a page carries along, and nobody typed.
CARRIED = {"about", "as_read", "base", "carried", "do", "next", "opened", "seen"}


def _words(request: HttpRequest) -> list[tuple[str, str]]:
    """Return what somebody wrote in a form, each with the name of its field: all that is more than one word."""
    written = [(name, value) for name, value in _sent(request) if name not in CARRIED and len(value.split()) > 1]
    return [(name.rpartition("-")[2].replace("_", " "), value) for name, value in written]


def _plain(name: str, **context: Any) -> str:
    """Render without the request: what the context processors would ask for may be what failed, and so may the files."""
    from django.template.loader import render_to_string

    try:
        return render_to_string(name, context)
    except Exception:
        log.exception("An error page could not be shown.")
        return BARE


BARE = "<!doctype html><title>Plumbline</title><p>Something went wrong here. What was saved is there; try again in a moment.</p>"
