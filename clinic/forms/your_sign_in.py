"""How somebody signs in, changed by themselves. Each form wants a proof of presence beside."""

from typing import Any

from allauth.core import context
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django import forms
from django.core.exceptions import ValidationError

from clinic.entry.fields import ClinicalLine
from clinic.signin.factor_forms import NewPasskeyForm
from clinic.signin.pins import weakness
from clinic.signin.proofs import ProofForm, secret


class AppForm(ProofForm):
    """An authenticator app. Its first code shows that the secret arrived there."""

    app_code = forms.CharField(
        label="The code that the app shows now",
        max_length=20,
        error_messages={"required": "Type the six digits that the app shows for Plumbline."},
        widget=forms.TextInput(attrs={"class": "form-control short", "inputmode": "numeric", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.secret: str = totp.get_totp_secret(regenerate=not self.is_bound)

    def clean_app_code(self) -> str:
        code: str = self.cleaned_data["app_code"]
        if not totp.validate_totp_code(self.secret, code):
            raise ValidationError("This code does not fit. Codes change every half minute; type the present one.")
        return code


class PasskeyNameForm(ProofForm):
    """What somebody calls a passkey."""

    name = ClinicalLine(
        label="What do you call it?",
        max_length=60,
        error_messages={"required": "Give it a name, such as the device it is on."},
        widget=forms.TextInput(attrs={"class": "form-control", "placeholder": "My phone", "autocomplete": "off"}),
    )


class PasskeyAddForm(PasskeyNameForm):
    """A new passkey: what the browser answered when it made one."""

    new_passkey = forms.CharField(
        max_length=20_000,
        widget=forms.HiddenInput,
        error_messages={"required": "Press the button and let your device make the passkey."},
    )

    def made(self) -> Any:
        """Check the new passkey against its challenge, which is good for once; return it, or None if the form now says why."""
        sent = {"name": self.cleaned_data["name"], "credential": self.cleaned_data["new_passkey"]}
        form = NewPasskeyForm(user=context.request.user, data=sent)
        if form.is_valid():
            return form.cleaned_data["credential"]
        self.add_error("new_passkey", "This passkey was not taken. Press the button once more.")
        return None


class PinForm(ProofForm):
    """A signing PIN."""

    new_pin = forms.CharField(
        label="New signing PIN",
        max_length=20,
        error_messages={"required": "Type the digits of a new PIN."},
        widget=secret("off", inputmode="numeric"),
    )
    again = forms.CharField(
        label="The same once more",
        max_length=20,
        error_messages={"required": "Type the PIN once more."},
        widget=secret("off", inputmode="numeric"),
    )

    def clean_new_pin(self) -> str:
        pin: str = self.cleaned_data["new_pin"]
        if wrong := weakness(pin):
            raise ValidationError(wrong)
        return pin

    def clean_again(self) -> str:
        if self.cleaned_data["again"] != self.cleaned_data.get("new_pin", self.cleaned_data["again"]):
            raise ValidationError("These are two different PINs. Type the new one twice.")
        return str(self.cleaned_data["again"])


def own(user: Any) -> Any:
    """Return the factors that somebody may change: their own."""
    return Authenticator.objects.filter(user=user).exclude(type=Authenticator.Type.RECOVERY_CODES)
