"""Proof that the person who is signed in is there: before a signature, a role change, and whatever else must be theirs alone.

Any factor of the same person will do; the signing PIN proves for signatures alone. Call it before the deed's transaction,
because it is slow on purpose and what it counts and writes down must outlive a deed that is refused:

    class RetractForm(SignatureProofForm): ...
    form = RetractForm(request.POST, request=request)
    if form.is_valid() and (proof := form.prove()):
        retract(note, by=request.member, proof=proof, ...)

and in the template, inside the form: {% include "clinic/proof.html" %} (it takes `form`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from allauth.core.context import request_context
from allauth.mfa.models import Authenticator
from django import forms
from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.db import models, transaction
from django.db.models import F
from django.utils.crypto import salted_hmac

from clinic.audit.log import record_of
from clinic.models import SigningPin, User
from clinic.requests.access import PracticeRequest
from clinic.signin import tries
from clinic.signin.factor_forms import CodeAgainForm, PasskeyAgainForm, is_limited, the_proofs_challenge
from clinic.signin.second_factor import has_second_factor, is_required_of
from clinic.signin.sessions import SessionEnded, end_own, row_of

WRONG_PINS = 5


class Proof(models.TextChoices):
    """What was shown to prove presence, as a signature stores it."""

    PASSWORD = "password", "password"
    PASSKEY = "passkey", "passkey"
    CODE = "code", "code of an authenticator app"
    RECOVERY = "recovery", "recovery code"
    PIN = "pin", "signing PIN"


class NotProved(Exception):
    """Nobody proved to be there. The message is for the person and belongs beside the field."""

    def __init__(self, message: str, field: str) -> None:
        super().__init__(message)
        self.message, self.field = message, field


def prove(request: PracticeRequest, given: Mapping[str, Any]) -> Proof:
    """Check the one proof that a form brought: `passkey` (its answer), `code`, `pin` or `password`.

    A browser fills a password in by itself; so whatever else was given counts before it.
    """
    for field, check in CHECKS.items():
        if given.get(field):
            with request_context(request):
                return check(request, given[field])
    raise NotProved("Show that it is you: type your password, or use another of your ways.", "password")


def _password(request: PracticeRequest, typed: str) -> Proof:
    take_back = _counted(request, "password")
    if not request.user.check_password(typed):
        raise _refused(request, "password", "This is not your password. Nothing was done; type it once more.")
    take_back()
    return Proof.PASSWORD


def _code(request: PracticeRequest, typed: str) -> Proof:
    form = CodeAgainForm(user=request.user, data={"code": typed})
    if not form.is_valid():
        raise _of_allauth(
            request, form, "code", "This code does not fit. Codes change every half minute; type the present one."
        )
    form.authenticator.record_usage()
    is_recovery = form.authenticator.type == Authenticator.Type.RECOVERY_CODES
    return Proof.RECOVERY if is_recovery else Proof.CODE


def _passkey(request: PracticeRequest, answer: str) -> Proof:
    form = PasskeyAgainForm(user=request.user, data={"credential": answer})
    with the_proofs_challenge(request):
        is_right = form.is_valid()
    if not is_right:
        raise _of_allauth(request, form, "passkey", "This passkey was not taken. Try again, or type your password.")
    form.cleaned_data["credential"].record_usage()
    row_of(request).update(is_full=True)
    return Proof.PASSKEY


def _pin(request: PracticeRequest, typed: str) -> Proof:
    """Check the PIN. It is no factor: it stands for the proof with which this session began, and five wrong ones end that."""
    pin = SigningPin.objects.filter(user=request.user).first()
    if pin is None or not may_use_pin(request):
        raise NotProved("A PIN counts only after a full sign-in on this device. Type your password.", "password")
    may_try = row_of(request).filter(wrong_pins__lt=WRONG_PINS)
    # counted before it is looked at: of many tries at one moment, no more than five are
    if not may_try.update(wrong_pins=F("wrong_pins") + 1):
        raise _ended(request)
    if any(check_password(peppered(typed, key), pin.secret) for key in (None, *settings.SECRET_KEY_FALLBACKS)):
        row_of(request).update(wrong_pins=0)
        return Proof.PIN
    if not may_try.exists():
        raise _ended(request)
    raise _refused(request, "pin", "This is not your PIN. Nothing was done. After five wrong ones you are signed out.")


CHECKS = {"passkey": _passkey, "code": _code, "pin": _pin, "password": _password}


def may_use_pin(request: PracticeRequest) -> bool:
    """Whether this session began with all that is asked of the person: a second factor, where they have or need one."""
    if request.sign_in is None:
        return False
    return request.sign_in.is_full or not (
        has_second_factor(request.user) or is_required_of(request.memberships.values())
    )


def peppered(pin: str, key: str | None = None) -> str:
    """Return what is hashed of a PIN: six digits alone would soon be found by whoever has the database's rows.

    `key` is one of before; without it, the app's key of today.
    """
    return salted_hmac("clinic.signing-pin", pin, secret=key, algorithm="sha256").hexdigest()


# Refusing


def _counted(request: PracticeRequest, field: str) -> Any:
    try:
        return tries.count(request, tries.of_person(request.user))
    except tries.Limited as limited:
        raise NotProved(limited.message, field) from None


def _refused(request: PracticeRequest, field: str, message: str) -> NotProved:
    """Write down that somebody failed, not what they typed."""
    with transaction.atomic(durable=True):
        record_of(request.user, "proof-refused", request=request, by_means_of=field)
    return NotProved(message, field)


def _of_allauth(request: PracticeRequest, form: forms.Form, field: str, message: str) -> NotProved:
    """Refuse in the name of a form of allauth's, which counts by itself."""
    if is_limited(form):
        return NotProved(tries.Limited(tries.minutes_left(request, tries.of_person(request.user))).message, field)
    return _refused(request, field, message)


def _ended(request: PracticeRequest) -> SessionEnded:
    with transaction.atomic(durable=True):
        record_of(request.user, "session-ended", request=request, why="wrong PINs")
        end_own(request)
    return SessionEnded("Five wrong PINs.")


# The form


@dataclass(frozen=True)
class Ways:
    """The ways that somebody has to prove that they are there. A PIN is one only within a session that began in full."""

    password: bool
    passkey: bool
    code: bool
    pin: bool = False


def ways_of(user: User) -> Ways:
    kinds = set(Authenticator.objects.filter(user=user).values_list("type", flat=True))
    return Ways(
        password=user.has_usable_password(),
        passkey=Authenticator.Type.WEBAUTHN in kinds,
        code=bool(kinds & {Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES}),
    )


def secret(autocomplete: str, **attributes: Any) -> forms.PasswordInput:
    return forms.PasswordInput(attrs={"autocomplete": autocomplete, "class": "form-control", **attributes})


class ProofForm(forms.Form):
    """A form that wants a proof of presence with what else it asks. Mix it in first; it takes the `request`.

    The signing PIN is no factor: whoever saw it typed could otherwise give roles and take records out with six digits.
    """

    password = forms.CharField(required=False, strip=False, max_length=1000, widget=secret("current-password"))
    code = forms.CharField(required=False, max_length=20, widget=secret("one-time-code", inputmode="numeric"))
    passkey = forms.CharField(required=False, max_length=20_000, widget=forms.HiddenInput)

    takes: tuple[str, ...] = ("passkey", "code", "password")

    def __init__(self, *args: Any, request: PracticeRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request

    @property
    def ways(self) -> Ways:
        return ways_of(self.request.user)

    def prove(self) -> Proof | None:
        """Check the proof when all else is right, so that no try is lost on a form that comes back anyway."""
        try:
            return prove(self.request, {name: self.cleaned_data.get(name) for name in self.takes})
        except NotProved as refused:
            self.add_error(refused.field, refused.message)
            return None


class SignatureProofForm(ProofForm):
    """Before a signature, of a note or of what follows it: here the signing PIN proves, too."""

    pin = forms.CharField(required=False, max_length=20, widget=secret("off", inputmode="numeric"))

    takes = ("passkey", "code", "pin", "password")

    @property
    def ways(self) -> Ways:
        has_pin = SigningPin.objects.filter(user=self.request.user).exists()
        return replace(super().ways, pin=has_pin and may_use_pin(self.request))
