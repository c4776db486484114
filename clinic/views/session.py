"""Signing in and out, and where a person starts."""

from django.contrib.auth import views as auth_views
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from clinic.access import PracticeRequest, for_roles
from clinic.forms.sign_in import SignInForm
from clinic.roles import CARE, EVERYONE, OFFICE, Role

login = login_not_required(
    auth_views.LoginView.as_view(
        template_name="clinic/login.html", authentication_form=SignInForm, redirect_authenticated_user=True
    )
)
logout = login_not_required(auth_views.LogoutView.as_view())  # also for one whose access has ended


@require_safe
@login_not_required
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer that the process is alive. Takes no database connection."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
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


@for_roles(*EVERYONE)
@require_safe
def signed_in(request: PracticeRequest) -> HttpResponse:
    """Where a person lands who signed in again beside a page that was locked."""
    return render(request, "clinic/signed_in.html")


# Fragments


@for_roles(*EVERYONE)
@require_safe
def token(request: PracticeRequest) -> HttpResponse:
    """Give a page that outlived its session a fresh token, and say whose: somebody else may have signed in since."""
    return HttpResponse(get_token(request), content_type="text/plain", headers={"Plumbline-User": str(request.user.pk)})
