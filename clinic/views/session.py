"""Signing in and out, and where a person starts."""

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from allauth.account.stages import LoginStage, LoginStageController
from allauth.core.internal import ratelimit
from allauth.mfa.webauthn.internal.flows import perform_passwordless_login
from django import forms
from django.conf import settings
from django.contrib import auth, messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from clinic.audit.log import record_of
from clinic.forms.sign_in import SignInForm, refuse
from clinic.requests.access import PracticeRequest, for_roles
from clinic.roles import CARE, EVERYONE, OFFICE, Role
from clinic.signin import tries
from clinic.signin.adapters import SecondFactor
from clinic.signin.factor_forms import CodeForm, PasskeyForm, SecondPasskeyForm, is_limited
from clinic.signin.proofs import ways_of
from clinic.signin.second_factor import sets_up

# Pages


@sensitive_post_parameters("password")
@never_cache
@login_not_required
def login(request: HttpRequest) -> HttpResponse:
    """Ask for name and password; whoever has a second factor is asked for that next."""
    if request.user.is_authenticated:
        return redirect(onward(request))
    form = SignInForm(request.POST or None, request=request)
    if request.method == "POST" and form.is_valid():
        name = {"username": form.cleaned_data["username"]}
        response: HttpResponse = perform_password_login(
            request, name, Login(user=form.user, redirect_url=onward(request))
        )
        return response
    status = 200 if not form.is_bound else 429 if form.is_limited else 422
    return _door(request, form, status=status)


def _door(request: HttpRequest, form: SignInForm, *, status: int = 200, says: str = "") -> HttpResponse:
    context = {"form": form, "next": asked_for(request), "passkey_says": says}
    return render(request, "clinic/login.html", context, status=status)


@sensitive_post_parameters("code", "passkey")
@never_cache
@login_not_required
def second_factor(request: HttpRequest) -> HttpResponse:
    """Ask whoever gave the right password for a code, a recovery code, or a passkey."""
    stage = LoginStageController.enter(request, SecondFactor.key)
    if stage is None:
        messages.info(request, "Sign in with your name and your password first.")
        return redirect("clinic:login")
    form = _second_form(request, stage)
    if form.is_bound and form.is_valid():
        form.save()  # type: ignore[attr-defined]
        response: HttpResponse = stage.exit()
        return response
    context = {"form": form, "person": stage.login.user, "ways": ways_of(stage.login.user)}
    return render(request, "clinic/second_factor.html", context | _wrong(request, form, stage), status=_status(form))


def _second_form(request: HttpRequest, stage: LoginStage) -> forms.Form:
    who = stage.login.user
    if answer := request.POST.get("passkey"):
        return SecondPasskeyForm(user=who, data={"credential": answer})
    return CodeForm(user=who, data=request.POST if request.method == "POST" else None)


def _status(form: forms.Form) -> int:
    return 200 if not form.is_bound else 429 if is_limited(form) else 422


def _wrong(request: HttpRequest, form: forms.Form, stage: LoginStage) -> dict[str, str]:
    """Say what is wrong with a second factor, and write down that somebody failed with the right password in hand."""
    if not form.is_bound:
        return {}
    if is_limited(form):
        return {"says": tries.Limited(tries.minutes_left(request, tries.of_person(stage.login.user))).message}
    means = "code" if "code" in form.fields else "passkey"
    refuse(request, stage.login.user.get_username(), means)
    return {"says": WRONG[means]}


WRONG = {
    "code": "This code does not fit. Codes change every half minute; type the present one, or a recovery code that is unused.",
    "passkey": "This passkey was not taken. Try it again, or type a code.",
}


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


@sets_up
@for_roles(*EVERYONE)
@require_safe
def token(request: PracticeRequest) -> HttpResponse:
    """Give a page that outlived its session a fresh token, and say whose: somebody else may have signed in since."""
    return HttpResponse(get_token(request), content_type="text/plain", headers={"Plumbline-User": str(request.user.pk)})


# Verbs


@require_POST
@never_cache
@login_not_required
def logout(request: HttpRequest) -> HttpResponse:
    """Sign out; also for one whose access has ended."""
    if request.user.is_authenticated:
        record_of(request.user, "signed-out", request=request)
    auth.logout(request)
    return redirect("clinic:login")


@sensitive_post_parameters("passkey")
@require_POST
@never_cache
@login_not_required
def passkey(request: HttpRequest) -> HttpResponse:
    """Sign in with a passkey alone: it is two factors in one, the device and what opens it."""
    blank = SignInForm(request=request)
    if not ratelimit.consume(request, app="allauth.mfa", action="webauthn_login"):
        return _door(
            request, blank, status=429, says="Too many tries from this address. Wait a minute, then try again."
        )
    form = PasskeyForm(data={"credential": request.POST.get("passkey", "")})
    if not form.is_valid() or not form.cleaned_data["credential"].user.is_active:
        return _door(request, blank, status=422, says="This passkey opens nothing here. Sign in with your password.")
    authenticator = form.cleaned_data["credential"]
    login = Login(user=authenticator.user, redirect_url=onward(request))
    response: HttpResponse = perform_passwordless_login(request, authenticator, login)
    return response


# Where to


def asked_for(request: HttpRequest) -> str:
    """Return where somebody was going, if it is a page of ours."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if is_ours and wanted.startswith("/") else ""  # any other word would be taken for a view's name


def onward(request: HttpRequest) -> str:
    return asked_for(request) or resolve_url(settings.LOGIN_REDIRECT_URL)
