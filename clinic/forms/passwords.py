"""Choosing a password. What a good one is, is said once, beside the form."""

from typing import Any

from django.contrib.auth.forms import SetPasswordForm

from clinic.requests.access import PracticeRequest
from clinic.signin.proofs import ProofForm

SENTENCES = {
    "password_mismatch": "These are two different passwords. Type the new one twice.",
}


class FirstPasswordForm(SetPasswordForm):  # type: ignore[type-arg]
    """The password of somebody who came by a one-time link."""

    error_messages = {**SetPasswordForm.error_messages, **SENTENCES}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        speak(self)
        self.fields["new_password1"].widget.attrs["autofocus"] = True


class NewPasswordForm(ProofForm, SetPasswordForm):  # type: ignore[type-arg]
    """A new password for oneself. The present one, or another factor, proves who asks."""

    error_messages = {**SetPasswordForm.error_messages, **SENTENCES}

    def __init__(self, *args: Any, request: PracticeRequest, **kwargs: Any) -> None:
        super().__init__(request.user, *args, request=request, **kwargs)
        speak(self)


def speak(form: Any) -> None:
    form.fields["new_password1"].label, form.fields["new_password2"].label = "New password", "The same once more"
    for field in form.fields.values():
        field.help_text = ""
