"""Signing in, with a pause after too many wrong passwords from one address for one name."""

import hashlib
from datetime import timedelta
from typing import Any

from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from clinic.models import AccessEvent

REFUSALS = 8
WITHIN = timedelta(minutes=15)


class SignInForm(AuthenticationForm):
    """Says neither which of the two was wrong nor whether the name exists."""

    error_messages = {
        "invalid_login": "This name and this password do not belong together. Type them once more; capitals count.",
        "inactive": "This name and this password do not belong together. Type them once more; capitals count.",
        "pause": "Too many wrong tries. Wait a quarter of an hour, then try again; a colleague can sign in meanwhile.",
    }

    def clean(self) -> dict[str, Any]:
        """Count a refusal by name and address together: an office behind one address is not locked out by one person."""
        if self._refusals() >= REFUSALS:
            raise ValidationError(self.error_messages["pause"], code="pause")
        try:
            return super().clean()
        except ValidationError:
            with transaction.atomic(durable=True):
                AccessEvent.objects.create(kind="sign-in-refused", address=self._address, detail={"name": self._name})
            raise

    @property
    def _address(self) -> str | None:
        return self.request.META.get("REMOTE_ADDR") if self.request else None

    @property
    def _name(self) -> str:
        """A digest: people type their password into the field of the name."""
        return hashlib.sha256(str(self.data.get("username", "")).casefold().encode()).hexdigest()[:32]

    def _refusals(self) -> int:
        since = timezone.now() - WITHIN
        events = AccessEvent.objects.filter(practice_id=None, at__gt=since, kind="sign-in-refused")
        return events.filter(address=self._address, detail__name=self._name).count()
