"""Changing how one signs in: factors, the signing PIN, sessions. Each deed is in the log and ends one's other sessions."""

from typing import Any

from allauth.mfa.base.internal.flows import delete_and_cleanup
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal import flows as recovery
from allauth.mfa.totp.internal import flows as totp
from allauth.mfa.webauthn.internal import flows as webauthn
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from clinic.audit.log import record_of
from clinic.models import SigningPin
from clinic.requests.access import PracticeRequest
from clinic.signin.proofs import peppered
from clinic.signin.second_factor import FACTORS, is_required_of
from clinic.signin.sessions import end_all, row_of


class LastFactor(Exception):
    """The person's role needs a second factor, and this is the last one."""


@transaction.atomic(durable=True)
def add_app(request: PracticeRequest, form: Any) -> list[str]:
    """Keep an authenticator app. Return the recovery codes that came with somebody's first factor, to be shown once."""
    _, codes = totp.activate_totp(request, form)
    _added(request, "app")
    return unused(codes)


@transaction.atomic(durable=True)
def add_passkey(request: PracticeRequest, *, name: str, credential: Any) -> list[str]:
    _, codes = webauthn.add_authenticator(request, name=name, credential=credential)
    _added(request, "passkey")
    return unused(codes)


def _added(request: PracticeRequest, what: str) -> None:
    """The session has shown the password and the new factor, and so is as good as one that began with both."""
    row_of(request).update(is_full=True)
    _changed(request, "factor-added", what=what)


@transaction.atomic(durable=True)
def rename(request: PracticeRequest, passkey: Authenticator, name: str) -> None:
    webauthn.rename_authenticator(request, passkey, name)
    record_of(request.user, "factor-renamed", request=request, what="passkey")


@transaction.atomic(durable=True)
def remove(request: PracticeRequest, factor: Authenticator) -> None:
    """Remove a factor; the recovery codes go with the last one."""
    mine = list(Authenticator.objects.select_for_update().filter(user=request.user, type__in=FACTORS))
    if len(mine) == 1 and is_required_of(request.memberships.values()):
        raise LastFactor
    delete_and_cleanup(request, factor)
    _changed(request, "factor-removed", what=word_for(factor))


@transaction.atomic(durable=True)
def renew_codes(request: PracticeRequest) -> list[str]:
    """Make new recovery codes; the old ones are void."""
    codes = recovery.generate_recovery_codes(request)
    _changed(request, "recovery-codes-renewed")
    return unused(codes)


@transaction.atomic(durable=True)
def set_pin(request: PracticeRequest, secret: str) -> None:
    SigningPin.objects.update_or_create(user=request.user, defaults={"secret": secret, "set_at": timezone.now()})
    _changed(request, "pin-set")


def hashed(pin: str) -> str:
    """Hash a PIN before the transaction begins: it takes long on purpose."""
    return make_password(peppered(pin))


@transaction.atomic(durable=True)
def remove_pin(request: PracticeRequest) -> None:
    SigningPin.objects.filter(user=request.user).delete()
    _changed(request, "pin-removed")


@transaction.atomic(durable=True)
def end_others(request: PracticeRequest) -> int:
    ended = end_all(request.user, but=request.sign_in)
    record_of(request.user, "sessions-ended", request=request, ended=ended)
    return ended


def _changed(request: PracticeRequest, kind: str, **detail: Any) -> None:
    record_of(request.user, kind, request=request, **detail)
    end_all(request.user, but=request.sign_in)


def word_for(factor: Authenticator) -> str:
    return "app" if factor.type == Authenticator.Type.TOTP else "passkey"


def unused(codes: Authenticator | None) -> list[str]:
    found: list[str] = codes.wrap().get_unused_codes() if codes else []
    return found
