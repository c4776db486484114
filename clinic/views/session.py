"""Signing in and out, and where a person starts."""

from django.contrib.auth import views as auth_views
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from clinic.access import PracticeRequest, for_roles
from clinic.roles import CARE, EVERYONE, OFFICE, Role

login = login_not_required(
    auth_views.LoginView.as_view(template_name="clinic/login.html", redirect_authenticated_user=True)
)
logout = for_roles(*EVERYONE)(auth_views.LogoutView.as_view())


@login_not_required
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer that the process is alive. Takes no database connection."""
    return HttpResponse("ok\n", content_type="text/plain")


@for_roles(*EVERYONE)
def home(request: PracticeRequest) -> HttpResponse:
    """Send each role to the page they start with."""
    starts = (
        (CARE, "notes:today"),
        (OFFICE, "coding:day"),
        ((Role.ADMIN,), "clinic:setup"),
        (EVERYONE, "clinic:patients"),
    )
    page = next(name for roles, name in starts if request.member.has_role(*roles))
    return redirect(page, practice=request.member.practice.slug)
