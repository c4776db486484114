"""How allauth is used: it checks and counts; pages, words and mail are ours, and nobody signs up."""

import base64
import hashlib
import logging
from secrets import token_bytes
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.stages import AuthenticateStage
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from clinic.audit.log import record_of
from clinic.models import User
from clinic.requests.came_from import came_from
from clinic.signin import tries

log = logging.getLogger("plumbline.signin")


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Passwords: tries are counted for a name at an address, and more widely for a name from anywhere."""

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count the try. Somebody far away who guesses does not soon shut out the person themselves."""
        name = hashlib.sha256(str(credentials.get("username", "")).casefold().encode()).hexdigest()
        try:
            here = tries.count(request, f"{name}@{self.get_client_ip(request)}")
            anywhere = tries.count(request, name, action="login_anywhere")
        except tries.Limited as limited:
            raise ValidationError(limited.message, code="limited") from None
        self.counted = (here, anywhere)

    def _rollback_login_failed_rl_usage(self) -> None:
        for take_back in self.counted:
            take_back()

    def get_client_ip(self, request: HttpRequest) -> str:
        return came_from(request) or "nowhere"

    def get_login_stages(self) -> list[str]:
        return ["clinic.signin.adapters.SecondFactor"]

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().post_login(request, user, **kwargs)
        proofs = [each.get("type") or each["method"] for each in get_authentication_records(request, user)]
        record_of(user, "signed-in", request=request, proofs=proofs)
        return response

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """No: each of our forms that changes how somebody signs in brings a proof of its own."""
        return False

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Say nothing: the pages speak for themselves."""


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Codes and passkeys. What lies in the database alone, or in its backup, makes no code."""

    def encrypt(self, text: str) -> str:
        return _box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Return a secret; of one that was made with a key that we have no more, one by chance, which no code fits."""
        try:
            return _box().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            log.error("A second factor was made with a key that is not among DJANGO_SECRET_KEY and its fallbacks.")
            return base64.b32encode(token_bytes(20)).decode()

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        entity: dict[str, str] = super().get_public_key_credential_rp_entity()
        return entity | {"name": "Plumbline"}

    def _get_user_identifier(self, user: User) -> str:
        return user.get_username()


def _box() -> MultiFernet:
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    derived = (hashlib.sha256(b"second factors" + str(key).encode()).digest() for key in keys)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in derived])


class SecondFactor(AuthenticateStage):  # type: ignore[misc]
    """Between the right password and the session, for whoever has a second factor."""

    urlname = "clinic:second-factor"

    def handle(self) -> tuple[HttpResponse | None, bool]:
        return (redirect(self.urlname) if self._should_handle(self.request) else None), True
