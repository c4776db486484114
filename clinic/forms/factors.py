"""Second factors: allauth's forms for codes and passkeys, with what we ask of them beside."""

from typing import Any

from allauth.mfa import app_settings
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import AddWebAuthnForm, LoginWebAuthnForm, ReauthenticateWebAuthnForm
from django import forms
from django.core.cache import cache
from django.core.exceptions import ValidationError

# what the library raises on an answer that no browser would send
UNREADABLE = (KeyError, TypeError, ValueError, AttributeError)


# Codes of authenticator apps, and recovery codes


class OnceForm(forms.Form):
    """allauth forgets a used code after one period; with a tolerance, a code lives longer than that."""

    authenticator: Authenticator
    user: Any

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


class AnswerForm(forms.Form):
    """The answer of a passkey that is there."""

    def clean_credential(self) -> Any:
        try:
            return super().clean_credential()  # type: ignore[misc]
        except UNREADABLE:
            raise ValidationError("This is no passkey's answer.", code="unreadable") from None


class PasskeyForm(AnswerForm, LoginWebAuthnForm):  # type: ignore[misc]
    """The passkey of whoever signs in; it says who that is."""


class PasskeyAgainForm(AnswerForm, ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """A passkey of somebody who is signed in, or on the way."""


class NewPasskeyForm(AddWebAuthnForm):  # type: ignore[misc]
    """A passkey that is added."""

    def clean(self) -> Any:
        try:
            return super().clean()
        except UNREADABLE:
            raise ValidationError("This is no passkey's answer.", code="unreadable") from None
