"""Passkeys: allauth's forms, for which an answer that cannot be read is a wrong one and no error of ours."""

from typing import Any

from allauth.mfa.webauthn.forms import AddWebAuthnForm, LoginWebAuthnForm, ReauthenticateWebAuthnForm
from django import forms
from django.core.exceptions import ValidationError

UNREADABLE = (KeyError, TypeError, ValueError, AttributeError)


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
