"""Signing in with a name and a password."""

import hashlib
from typing import Any

from allauth.account.adapter import get_adapter
from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest

from clinic.audit.log import record_of
from clinic.models import AccessEvent, Membership, User
from clinic.requests.came_from import came_from


class SignInForm(forms.Form):
    """Says neither which of the two was wrong nor whether the name exists."""

    username = forms.CharField(max_length=150)
    password = forms.CharField(max_length=1000, strip=False)

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request
        self.user: User | None = None

    def clean(self) -> dict[str, Any]:
        given = {name: self.cleaned_data.get(name, "") for name in ("username", "password")}
        user = get_adapter(self.request).authenticate(self.request, **given)
        if user is None or not user.is_active:
            refuse(self.request, given["username"], "password")
            raise ValidationError(WRONG, code="wrong")
        self.user = user
        return given

    @property
    def is_limited(self) -> bool:
        return self.has_error("__all__", "limited")


WRONG = "This name and this password do not belong together. Type them once more; capitals count."


@transaction.atomic(durable=True)
def refuse(request: HttpRequest, name: str, means: str) -> None:
    """Write down that somebody tried a person's door. Of a name that is nobody's, only a digest: people type passwords there."""
    user = User.objects.filter(username__iexact=name).first()
    if user and Membership.objects.of(user).exists():
        record_of(user, "sign-in-refused", request=request, by_means_of=means)
    else:
        digest = hashlib.sha256(name.casefold().encode()).hexdigest()[:32]
        detail = {"name": digest, "by_means_of": means}
        AccessEvent.objects.create(kind="sign-in-refused", address=came_from(request), detail=detail)
