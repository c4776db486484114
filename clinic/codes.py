"""Codes of authenticator apps and recovery codes: allauth's forms, each code good for once."""

from typing import Any

from allauth.mfa import app_settings
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from django import forms
from django.core.cache import cache
from django.core.exceptions import ValidationError


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
