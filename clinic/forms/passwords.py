"""Choosing a password. What a good one is, is said once, beside the form."""

from typing import Any

from django.contrib.auth.forms import PasswordChangeForm, SetPasswordForm

SENTENCES = {
    "password_mismatch": "These are two different passwords. Type the new one twice.",
    "password_incorrect": "This is not your present password. Type it once more; capitals count.",
}


class FirstPasswordForm(SetPasswordForm):  # type: ignore[type-arg]
    """The password of somebody who came by a one-time link."""

    error_messages = {**SetPasswordForm.error_messages, **SENTENCES}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        speak(self)
        self.fields["new_password1"].widget.attrs["autofocus"] = True


class NewPasswordForm(PasswordChangeForm):
    """A new password for oneself."""

    error_messages = {**PasswordChangeForm.error_messages, **SENTENCES}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        speak(self)
        self.fields["old_password"].label = "Present password"


def speak(form: Any) -> None:
    form.fields["new_password1"].label, form.fields["new_password2"].label = "New password", "The same once more"
    for field in form.fields.values():
        field.help_text = ""
