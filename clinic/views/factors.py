"""Your sign-in: how one signs in oneself, and where one is signed in."""

import base64
from collections.abc import Callable
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_safe

from clinic.forms.your_sign_in import AppForm, PasskeyAddForm, PasskeyNameForm, PinForm, own
from clinic.models import SigningPin
from clinic.requests.access import PracticeRequest, for_roles
from clinic.roles import EVERYONE
from clinic.signin import factors as verbs
from clinic.signin.proofs import ProofForm, may_use_pin
from clinic.signin.second_factor import has_second_factor, is_required_of, sets_up
from clinic.signin.sessions import open_of

SECRETS = ("password", "code", "passkey", "pin", "new_pin", "again", "app_code")

# Pages


@require_safe
@sets_up
@for_roles(*EVERYONE)
def factors(request: PracticeRequest) -> HttpResponse:
    mine = list(Authenticator.objects.filter(user=request.user).order_by("created_at"))
    codes = next((one for one in mine if one.type == Authenticator.Type.RECOVERY_CODES), None)
    context = {
        "app": next((one for one in mine if one.type == Authenticator.Type.TOTP), None),
        "passkeys": [one for one in mine if one.type == Authenticator.Type.WEBAUTHN],
        "codes_left": len(verbs.unused(codes)) if codes else None,
        "pin": SigningPin.objects.filter(user=request.user).first(),
        "sign_ins": open_of(request.user),
        "is_required": is_required_of(request.memberships.values()),
        "has_factor": has_second_factor(request.user),
        "may_use_pin": may_use_pin(request),
    }
    return render(request, "clinic/factors.html", context)


@sensitive_post_parameters(*SECRETS)
@sets_up
@for_roles(*EVERYONE)
def app_add(request: PracticeRequest) -> HttpResponse:
    """Set up an authenticator app: the picture, the secret in letters, and the first code."""
    if own(request.user).filter(type=Authenticator.Type.TOTP).exists():
        return redirect("clinic:factors")
    form = AppForm(request.POST or None, request=request)
    if form.is_valid() and form.prove():
        return _with_codes(request, verbs.add_app(request, form), "Your authenticator app is set up.")
    return _page(request, "clinic/app_add.html", form, secret=_in_fours(form.secret), picture=_picture(request, form))


def _picture(request: PracticeRequest, form: AppForm) -> str:
    adapter = get_adapter()
    drawn = adapter.build_totp_svg(adapter.build_totp_url(request.user, form.secret))
    return "data:image/svg+xml;base64," + base64.b64encode(drawn.encode()).decode()


def _in_fours(secret: str) -> str:
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))


@sensitive_post_parameters(*SECRETS)
@sets_up
@for_roles(*EVERYONE)
def passkey_add(request: PracticeRequest) -> HttpResponse:
    form = PasskeyAddForm(request.POST or None, request=request)
    if form.is_valid() and form.prove() and (made := form.made()):
        codes = verbs.add_passkey(request, name=form.cleaned_data["name"], credential=made)
        return _with_codes(request, codes, "Your passkey is added. You can sign in with it alone.")
    return _page(request, "clinic/passkey_add.html", form)


@sensitive_post_parameters(*SECRETS)
@for_roles(*EVERYONE)
def passkey_edit(request: PracticeRequest, factor: int) -> HttpResponse:
    passkey = get_object_or_404(own(request.user), pk=factor, type=Authenticator.Type.WEBAUTHN)
    form = PasskeyNameForm(request.POST or None, request=request, initial={"name": passkey.wrap().name})
    if form.is_valid() and form.prove():
        verbs.rename(request, passkey, form.cleaned_data["name"])
        messages.success(request, "Renamed.")
        return redirect("clinic:factors")
    return _page(request, "clinic/passkey_edit.html", form, passkey=passkey)


@sensitive_post_parameters(*SECRETS)
@for_roles(*EVERYONE)
def factor_remove(request: PracticeRequest, factor: int) -> HttpResponse:
    found = get_object_or_404(own(request.user), pk=factor)
    form = ProofForm(request.POST or None, request=request)
    if form.is_valid() and form.prove():
        try:
            verbs.remove(request, found)
            messages.success(request, "Removed. Your other devices are signed out.")
        except verbs.LastFactor:
            messages.warning(
                request, "Your role needs a second factor. Set up another one first, then remove this one."
            )
        return redirect("clinic:factors")
    return _page(request, "clinic/factor_remove.html", form, factor=found, is_app=verbs.word_for(found) == "app")


@sensitive_post_parameters(*SECRETS)
@for_roles(*EVERYONE)
def recovery_codes(request: PracticeRequest) -> HttpResponse:
    """Make new recovery codes. They are shown once."""
    form = ProofForm(request.POST or None, request=request)
    if form.is_valid() and not has_second_factor(request.user):
        form.add_error(None, "Recovery codes stand in for a second factor. Set up an app or a passkey first.")
    elif form.is_valid() and form.prove():
        return _with_codes(request, verbs.renew_codes(request), "These are new; the old ones are void.")
    return _page(request, "clinic/codes_renew.html", form)


@sensitive_post_parameters(*SECRETS)
@for_roles(*EVERYONE)
def pin(request: PracticeRequest) -> HttpResponse:
    """Set a signing PIN, within a session that began with a full proof."""
    if not may_use_pin(request):
        messages.warning(request, "A PIN is set within a full sign-in. Sign out, and in again with your second factor.")
        return redirect("clinic:factors")
    form = PinForm(request.POST or None, request=request)
    if form.is_valid() and form.prove():
        verbs.set_pin(request, verbs.hashed(form.cleaned_data["new_pin"]))
        messages.success(request, "Your signing PIN is set.")
        return redirect("clinic:factors")
    has_pin = SigningPin.objects.filter(user=request.user).exists()
    return _page(request, "clinic/pin.html", form, has_pin=has_pin)


@sensitive_post_parameters(*SECRETS)
@for_roles(*EVERYONE)
def pin_remove(request: PracticeRequest) -> HttpResponse:
    return _confirmed(request, "clinic/pin_remove.html", verbs.remove_pin, "You have no signing PIN any more.")


@sensitive_post_parameters(*SECRETS)
@for_roles(*EVERYONE)
def sessions_end(request: PracticeRequest) -> HttpResponse:
    """End one's sessions everywhere else."""
    return _confirmed(request, "clinic/sessions_end.html", verbs.end_others, "You are signed in on this device alone.")


# What they share


def _confirmed(
    request: PracticeRequest, template: str, verb: Callable[[PracticeRequest], Any], said: str
) -> HttpResponse:
    form = ProofForm(request.POST or None, request=request)
    if form.is_valid() and form.prove():
        verb(request)
        messages.success(request, said)
        return redirect("clinic:factors")
    return _page(request, template, form)


def _with_codes(request: PracticeRequest, codes: list[str], said: str) -> HttpResponse:
    """Go back; but where recovery codes were made, show them, for they are shown nowhere else."""
    if codes:
        return render(request, "clinic/recovery_codes.html", {"codes": codes, "said": said})
    messages.success(request, said)
    return redirect("clinic:factors")


def _page(request: PracticeRequest, template: str, form: ProofForm, **context: Any) -> HttpResponse:
    return render(request, template, {"form": form, **context}, status=422 if form.is_bound else 200)
