"""The lock of a shared device: who is here, opening it as one of them, locking it."""

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from allauth.account.stages import LoginStage, LoginStageController
from allauth.core.internal import ratelimit
from allauth.mfa.webauthn.internal.flows import perform_passwordless_login
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from clinic.forms.sign_in import SignInForm, refuse
from clinic.models import DeviceUser, SignIn, User
from clinic.requests.access import PracticeRequest, for_roles
from clinic.roles import EVERYONE
from clinic.signin import locking, tries
from clinic.signin.adapters import SecondFactor
from clinic.signin.factor_forms import CodeForm, PasskeyForm
from clinic.signin.proofs import NotProved, prove
from clinic.signin.second_factor import sets_up
from clinic.signin.sessions import NAME, SessionEnded

FIVE_WRONG = "Five wrong PINs: this session has ended. What was saved is kept. Sign in with your password."
NOT_TAKEN = "This passkey opens nothing here. Choose your name instead."
TOO_MANY = "Too many tries from this address. Wait a minute, then try again."
WRONG_CODE = "This code does not fit. Codes change every half minute; type the present one, or an unused recovery code."

# Pages


@require_safe
@never_cache
@login_not_required
def lock(request: PracticeRequest) -> HttpResponse:
    """Show who is on this device today. As a fragment it lies over the page that was locked."""
    people = locking.people_here(request)
    if "HX-Request" in request.headers:
        return _list(request, people)
    if request.user.is_authenticated:
        return redirect("clinic:home")
    return _list(request, people) if people else redirect("clinic:login")


def _list(request: PracticeRequest, people: list[DeviceUser], *, status: int = 200, says: str = "") -> HttpResponse:
    left = min((row.until for row in people), default=timezone.now() + timedelta(days=1)) - timezone.now()
    zone = people[0].members[0].practice.time_zone if people else ""  # type: ignore[attr-defined]
    context = {"people": people, "seconds": int(left.total_seconds()) + 1, "passkey_says": says, "zone": zone}
    return _render(request, context, status=status)


def _render(request: PracticeRequest, context: dict[str, Any], *, status: int) -> HttpResponse:
    if "HX-Request" not in request.headers:
        return render(request, "clinic/lock.html", context, status=status)
    # an open page shows what came with 422; with 429 it would wait and send the same again
    return render(request, "clinic/lock.html#room", context, status=min(status, 422))


@sensitive_post_parameters("pin", "password", "code")
@never_cache
@login_not_required
def lock_person(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Let one of the device's people come back: by PIN where their session waits here, by password and second factor else."""
    row = locking.whose_here(request, pk)
    if row is None:
        raise Http404
    if request.method != "POST":
        return _ask(request, row)
    if request.user.is_authenticated:
        locking.lock(request)  # whoever comes in takes the device from whoever had it
    for field, answer in (("pin", _by_pin), ("code", _by_code)):
        if request.POST.get(field):
            return answer(request, row)
    return _by_password(request, row)


def _ask(request: PracticeRequest, row: DeviceUser, *, status: int = 200, **context: Any) -> HttpResponse:
    pin = locking.locked_session(request, row) is not None
    return _render(request, {"row": row, "asks": "pin" if pin else "password", "pin": pin} | context, status=status)


def _by_pin(request: PracticeRequest, row: DeviceUser) -> HttpResponse:
    inside = locking.locked_session(request, row)
    if inside is None:
        return _ask(request, row, status=422, says="Your session here is over. Sign in with your password.")
    try:
        prove(inside, {"pin": request.POST["pin"]})
    except NotProved as refused:
        return _ask(request, row, status=422, says=refused.message)
    except SessionEnded:
        row.sign_in = None
        return _ask(request, row, status=422, says=FIVE_WRONG)
    locking.resume(request, inside)
    return _opened(request, row)


def _by_password(request: PracticeRequest, row: DeviceUser) -> HttpResponse:
    """Check the password, as at the usual door; whoever has a second factor is asked for a code next."""
    given = {"username": row.user.get_username(), "password": request.POST.get("password", "")}
    form = SignInForm(given, request=request)
    if not form.is_valid():
        says = (form.non_field_errors() or ["Type your password."])[0]
        return _ask(request, row, status=429 if form.is_limited else 422, asks="password", says=says)
    perform_password_login(request, {"username": given["username"]}, Login(user=form.user, redirect_url="/"))
    return _opened(request, row) if request.user.is_authenticated else _ask(request, row, asks="code")


def _by_code(request: PracticeRequest, row: DeviceUser) -> HttpResponse:
    stage = _stage_of(request, row)
    if stage is None:
        return _ask(request, row, status=422, asks="password", says="That took too long. Type your password once more.")
    form = CodeForm(user=row.user, data={"code": request.POST["code"]})
    if not form.is_valid():
        return _wrong_code(request, row, form)
    form.save()
    stage.exit()
    return _opened(request, row)


def _stage_of(request: PracticeRequest, row: DeviceUser) -> LoginStage | None:
    """Return the login that waits for this person's code; the password before it may have been somebody else's."""
    stage = LoginStageController.enter(request, SecondFactor.key)
    return stage if stage and stage.login.user == row.user else None


def _wrong_code(request: PracticeRequest, row: DeviceUser, form: Any) -> HttpResponse:
    if form.has_error("code", "too_many_login_attempts"):
        says = tries.Limited(tries.minutes_left(request, tries.of_person(row.user))).message
        return _ask(request, row, status=429, asks="code", says=says)
    refuse(request, row.user.get_username(), "code")
    return _ask(request, row, status=422, asks="code", says=WRONG_CODE)


def _opened(request: PracticeRequest, row: DeviceUser) -> HttpResponse:
    """Lead to where the person was. The script looks whose page lies under the lock: theirs goes on, another one is left."""
    place = locking.place_of(row)
    if "HX-Request" not in request.headers:
        return redirect(place)
    opened = json.dumps({"opened": {"user": str(row.user_id), "place": place}})
    return HttpResponse(status=204, headers={"HX-Trigger": opened})


# Verbs


@sensitive_post_parameters("passkey")
@require_POST
@never_cache
@login_not_required
def lock_passkey(request: PracticeRequest) -> HttpResponse:
    """Open with a passkey alone; it says whose it is."""
    if not ratelimit.consume(request, app="allauth.mfa", action="webauthn_login"):
        return _list(request, locking.people_here(request), status=429, says=TOO_MANY)
    form = PasskeyForm(data={"credential": request.POST.get("passkey", "")})
    if not form.is_valid() or not form.cleaned_data["credential"].user.is_active:
        return _list(request, locking.people_here(request), status=422, says=NOT_TAKEN)
    authenticator = form.cleaned_data["credential"]
    if request.user.is_authenticated:
        locking.lock(request)
    perform_passwordless_login(request, authenticator, Login(user=authenticator.user, redirect_url="/"))
    return _opened(request, _here_now(request, authenticator.user))


def _here_now(request: PracticeRequest, user: User) -> DeviceUser:
    """Return the person's row on this device; who is new here starts at home."""
    return locking.row_of(request, user) or DeviceUser(user=user, path=reverse("clinic:home"))


@require_POST
@sets_up
@for_roles(*EVERYONE)
def lock_now(request: PracticeRequest) -> HttpResponse:
    locking.lock(request)
    return HttpResponse(status=204) if "HX-Request" in request.headers else redirect("clinic:lock")


@require_POST
@never_cache
@login_not_required
def lock_empty(request: PracticeRequest) -> HttpResponse:
    """Sign everybody out on this device. It takes no proof: it opens nothing, and at the day's end anybody may tidy up."""
    locking.empty(request)
    return _list(request, []) if "HX-Request" in request.headers else redirect("clinic:login")


@require_POST
@sets_up
@for_roles(*EVERYONE)
def still_here(request: PracticeRequest) -> HttpResponse:
    """Take note that hands were on the page. What a page does by itself never calls this."""
    SignIn.objects.filter(pk=request.session[NAME]).update(seen_at=timezone.now())
    return HttpResponse(status=204)
