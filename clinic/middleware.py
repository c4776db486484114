"""What holds for every request: whose practice it is, who may have the page, and how refusals look."""

import logging
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.cache import add_never_cache_headers

from clinic.audit import refusals
from clinic.models import Membership, Practice
from clinic.operations.logs import route_of
from clinic.requests.access import METHODS
from clinic.requests.came_from import answering
from clinic.requests.deeds import KeyReused
from clinic.requests.right_patient import OtherPatient
from clinic.signin import locking, second_factor
from clinic.views import errors

REUSED = "This form was sent once before, with other words; that entry stands. Open the page anew to make another one."

OTHER_PATIENT = "This page is of another patient than the one it would have changed. Nothing was changed."

SIGNED = "This note was signed in the meantime. What you sent was not added to it."

OVERTAKEN = "Something was changed in the meantime that what you sent does not fit any more. Nothing was changed by it."

log = logging.getLogger("plumbline.constraints")

GetResponse = Callable[[HttpRequest], HttpResponse]


class SignInMiddleware(LoginRequiredMiddleware):
    """Asks for a sign-in, or for the lock to be opened. A fragment gets 401 without a body, or the sign-in page would land inside
    a panel.
    """

    def handle_no_permission(self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]) -> Any:
        if "HX-Request" in request.headers:
            return HttpResponse(status=401)
        if "stays" in request.POST:  # static/forms.js: the page keeps what was typed, stays where it is, and locks
            return HttpResponse(status=204)
        if locking.is_locked(request):
            return redirect("clinic:lock")
        if getattr(request, "session_over", False):
            messages.info(request, "You were signed out: the session had come to its end. What was saved is kept.")
        return super().handle_no_permission(request, view_func)


class MemberMiddleware:
    """Finds the member's place in the practice that the URL names, and refuses pages that their role never has.
    What the log gets meanwhile came from where the request did.

    Pages of one object carry no practice in their URL; there `fetch` lets the member follow from the object.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with answering(request):
            return self.get_response(request)

    def process_view(
        self, request: Any, view: Callable[..., HttpResponseBase], args: Any, kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        if request.method not in METHODS:
            return HttpResponseNotAllowed(METHODS)
        if not request.user.is_authenticated:
            return None
        found = Membership.objects.of(request.user).select_related("practice", "user")
        request.memberships = {member.practice_id: member for member in found}
        request.member = request.kept_from = None
        candidates = _candidates(request, kwargs.get("practice"))
        request.member = candidates[0] if candidates else None
        if second_factor.is_missing(request, view):
            return HttpResponse(status=403) if "HX-Request" in request.headers else redirect("clinic:factors")
        roles = getattr(view, "roles", None)
        if roles is not None and not any(member.has_role(*roles) for member in candidates):
            raise PermissionDenied
        if request.member:
            timezone.activate(request.member.practice.time_zone)
        return None


def _candidates(request: Any, slug: str | None) -> list[Membership]:
    """Return the memberships that may open the page: those of the practice that the URL names, or all of them."""
    members = list(request.memberships.values())
    if slug is None:
        return members
    named = [member for member in members if member.practice.slug == slug]
    if not named:
        request.kept_from = Practice.objects.filter(slug=slug).values_list("pk", flat=True).first()
        raise Http404
    return named


class RefusalMiddleware:
    """Turns what the database refused into a page that says so, writes down who was refused what, and keeps signed-in
    pages out of every cache.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            response = self.get_response(request)
        finally:
            timezone.deactivate()
        if request.user.is_authenticated:
            if refusals.is_refusal(request, response):
                refusals.write_down(request, response)
            add_never_cache_headers(response)
            response.headers["Cache-Control"] = "no-store, private"
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, IntegrityError) and (constraint := constraint_of(exception)):
            return _overtaken(request, constraint)
        if isinstance(exception, KeyReused):
            return errors.conflict(request, REUSED)
        if isinstance(exception, OtherPatient):
            return errors.conflict(request, OTHER_PATIENT)
        return None


def _overtaken(request: HttpRequest, constraint: str) -> HttpResponse:
    """Answer what the database refused because something else came first.

    A view is to see it coming and say it beside the field: what reaches this place is told to those who run the app, too.
    """
    if constraint == "signed_note_is_final":
        return errors.conflict(request, SIGNED)
    log.error("a constraint was violated", extra={"facts": {"constraint": constraint, "route": route_of(request)}})
    return errors.conflict(request, OVERTAKEN)


def constraint_of(error: IntegrityError) -> str | None:
    """Return the name of the constraint that was violated, as PostgreSQL reports it."""
    diagnostics = getattr(error.__cause__, "diag", None)
    return getattr(diagnostics, "constraint_name", None)
