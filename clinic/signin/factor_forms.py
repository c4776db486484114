"""Second factors: allauth's forms for codes and passkeys, with what we ask of them beside."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from allauth.mfa import app_settings
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from allauth.mfa.webauthn.internal.auth import STATE_SESSION_KEY, begin_authentication
from django import forms
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import HttpRequest

# what the library raises on an answer that no browser would send
UNREADABLE = (KeyError, TypeError, ValueError, AttributeError)


def is_limited(form: forms.Form) -> bool:
    """Whether allauth's form was not even looked at, after too many wrong tries."""
    return any(form.has_error(field, "too_many_login_attempts") for field in form.fields)


# Codes of authenticator apps, and recovery codes


class OnceForm:
    """allauth forgets a used code after one period; with a tolerance, a code lives longer than that."""

    authenticator: Authenticator
    user: Any
    cleaned_data: dict[str, Any]

    def clean_code(self) -> str:
        code: str = super().clean_code()  # type: ignore[misc]
        if self.authenticator.type != Authenticator.Type.TOTP:
            return code
        lives = app_settings.TOTP_PERIOD * (2 * app_settings.TOTP_TOLERANCE + 1)
        if not cache.add(f"totp-used:{self.user.pk}:{''.join(code.split())}", True, timeout=lives):
            raise ValidationError("This code was used already.", code="used")
        return code


class CodeForm(OnceForm, AuthenticateForm):  # type: ignore[misc]
    """The second factor at sign-in."""


class CodeAgainForm(OnceForm, ReauthenticateForm):  # type: ignore[misc]
    """A code of somebody who is signed in."""


# Passkeys: an answer that cannot be read is a wrong one, and no error of ours


class AnswerForm:
    """The answer of a passkey that is there."""

    def clean_credential(self) -> Any:
        try:
            return super().clean_credential()  # type: ignore[misc]
        except UNREADABLE:
            raise ValidationError("This is no passkey's answer.", code="unreadable") from None


class PasskeyForm(AnswerForm, LoginWebAuthnForm):  # type: ignore[misc]
    """The passkey of whoever signs in; it says who that is."""


class SecondPasskeyForm(AnswerForm, AuthenticateWebAuthnForm):  # type: ignore[misc]
    """A passkey after the password."""


class PasskeyAgainForm(AnswerForm, ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """A passkey of somebody who is signed in."""


class NewPasskeyForm(AddWebAuthnForm):  # type: ignore[misc]
    """A passkey that is added."""

    def clean(self) -> Any:
        try:
            return super().clean()
        except UNREADABLE:
            raise ValidationError("This is no passkey's answer.", code="unreadable") from None


# One form may ask for a passkey that is there, as a proof, and for a new one. allauth keeps one challenge; so the proof's has a
# place of its own, and is good for one try.

PROOF_KEY = "challenge_of_proof"


def challenge_to_prove(request: Any) -> dict[str, Any]:
    other = request.session.get(STATE_SESSION_KEY)
    options: dict[str, Any] = begin_authentication(request.user)
    request.session[PROOF_KEY], request.session[STATE_SESSION_KEY] = request.session[STATE_SESSION_KEY], other
    return options


@contextmanager
def the_proofs_challenge(request: HttpRequest) -> Iterator[None]:
    other = request.session.get(STATE_SESSION_KEY)
    request.session[STATE_SESSION_KEY] = request.session.pop(PROOF_KEY, None)
    try:
        yield
    finally:
        request.session[STATE_SESSION_KEY] = other
