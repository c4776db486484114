"""Signing in."""

from django.contrib.auth.forms import AuthenticationForm


class SignInForm(AuthenticationForm):
    """Says neither which of the two was wrong nor whether the name exists."""

    error_messages = {
        "invalid_login": "This name and this password do not belong together. Type them once more; capitals count.",
        "inactive": "This name and this password do not belong together. Type them once more; capitals count.",
    }
