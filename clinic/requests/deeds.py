"""Deeds that happen once: one click has one effect, however often a browser, a proxy or a finger repeats it.

The server puts a key into every form that creates something. The deed writes the key first, in its own transaction; the
second request with the same key waits for the first one and gets its result.

    @transaction.atomic(durable=True)
    def take_payment(visit, *, by, key, amount, method):
        attempt = once(by, key, kind="payment", body={"visit": visit.pk, "amount": amount, "method": method})
        if attempt.is_repeat:
            return Payment.objects.get(pk=attempt.result)
        payment = Payment.objects.create(...)
        attempt.made(payment.pk)
        return payment
"""

import hashlib
import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.db import connection
from django.http import HttpRequest

from clinic.models import Deed, Membership, User

# Keys are forgotten after two days, so one that is older than a day is not accepted any more.
KEY_LASTS = timedelta(hours=24)
CLOCKS_DIFFER = timedelta(minutes=5)


class KeyReused(Exception):
    """This key has already done something else: the form was changed and sent again with its old key."""


@dataclass(frozen=True)
class Attempt:
    """One request to do a deed. If `is_repeat`, it was done before and `object_id` is what came of it."""

    deed: Deed
    is_repeat: bool

    @property
    def object_id(self) -> UUID | None:
        return self.deed.object_id

    @property
    def result(self) -> UUID:
        """What the first request created; a repeat is sure to find it."""
        if self.object_id is None:
            raise LookupError("The deed before this one created nothing.")
        return self.object_id

    def made(self, object_id: UUID) -> None:
        """Keep what the deed created, for those who ask again."""
        _same(self.deed).update(object_id=object_id)
        self.deed.object_id = object_id


def once(by: Membership, key: UUID, *, kind: str, body: Mapping[str, Any]) -> Attempt:
    """Take the key for this deed, or find what it did before. Call it first thing inside the deed's transaction.

    `body` is everything that makes two requests different: the object and what was typed. Only its digest is kept.
    Raises KeyReused when the same key came with another kind or body.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("A deed and its key belong into one transaction.")
    deed = Deed(on=day_of(key), user_id=by.user_id, key=key, kind=kind, body_digest=_digest(by, body))
    if _insert(deed):
        return Attempt(deed, is_repeat=False)
    first = _same(deed).get()
    if (first.kind, first.body_digest) != (deed.kind, deed.body_digest):
        raise KeyReused
    return Attempt(first, is_repeat=True)


def object_of(user: User, key: UUID | None) -> UUID | None:
    """Return what somebody's deed under this key was about, or None where there was none."""
    deeds = Deed.objects.filter(on=day_of(key), user_id=user.pk, key=key) if key else Deed.objects.none()
    return deeds.values_list("object_id", flat=True).first()


def _insert(deed: Deed) -> bool:
    """Insert unless the key is there, and say whether we did; an equal insert in flight is waited for."""
    with connection.cursor() as cursor:
        cursor.execute(
            'INSERT INTO clinic_deed ("on", user_id, key, kind, body_digest) VALUES (%s, %s, %s, %s, %s) '
            "ON CONFLICT DO NOTHING",
            [deed.on, deed.user_id, deed.key, deed.kind, deed.body_digest],
        )
        return bool(cursor.rowcount)


def _same(deed: Deed) -> Any:
    return Deed.objects.filter(on=deed.on, user_id=deed.user_id, key=deed.key)


def _digest(by: Membership, body: Mapping[str, Any]) -> str:
    plain = json.dumps({"practice": by.practice_id, **body}, sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.sha256(plain.encode()).hexdigest()


def forget_old_keys() -> int:
    """Delete the keys that are too old to be accepted again; return how many."""
    return int(Deed.objects.filter(on__lt=day_of(new_key()) - timedelta(days=2)).delete()[0])


# Keys


def new_key() -> UUID:
    """Return a new UUIDv7: 48 bits of milliseconds, then chance (RFC 9562, 5.7)."""
    milliseconds = time.time_ns() // 1_000_000
    chance = secrets.randbits(74)
    version_and_a = 0x7000 | chance >> 62
    variant_and_b = 0b10 << 62 | chance & (1 << 62) - 1
    return UUID(int=milliseconds << 80 | version_and_a << 64 | variant_and_b)


def day_of(key: UUID) -> date:
    """Return the UTC day on which a key was made; as it follows from the key alone, the same key has the same month."""
    return datetime.fromtimestamp(_seconds(key), UTC).date()


def _seconds(key: UUID) -> float:
    return (key.int >> 80) / 1000


def read_key(text: str) -> UUID:
    """Read a key that a form brought back. Refuse what the server never gave out, and what is too old to be known."""
    try:
        key = UUID(text)
    except ValueError:
        raise ValidationError(STALE, code="stale") from None
    age = time.time() - _seconds(key)
    if key.version != 7 or not -CLOCKS_DIFFER.total_seconds() < age < KEY_LASTS.total_seconds():
        raise ValidationError(STALE, code="stale")
    return key


def key_of(request: HttpRequest) -> UUID | None:
    """Return the key that a button's request carries, if it is one that we take."""
    try:
        return read_key(request.POST.get("key", ""))
    except ValidationError:
        return None


STALE = "This page has been open for long. See whether your entry is there already; if not, send it again."


class KeyedForm(forms.Form):
    """A form whose deed happens once. Mix it in first: `class PaymentForm(KeyedForm, forms.ModelForm)`.

    A crispy layout that names its fields names "key" too, or sets `render_hidden_fields`.
    """

    key = forms.CharField(widget=forms.HiddenInput, initial=new_key, required=False)

    @property
    def own_key(self) -> UUID | None:
        """The key as it came, or None if it is not one that we take; then the form says so."""
        try:
            return read_key(self.data.get(self.add_prefix("key"), ""))
        except ValidationError:
            return None

    def clean_key(self) -> UUID | None:
        """Check the key; a wrong one is said above the form, and the form comes back with a new one."""
        try:
            return read_key(self.cleaned_data["key"])
        except ValidationError as error:
            data: Any = self.data.copy()  # type: ignore[attr-defined]
            data[self.add_prefix("key")] = str(new_key())
            self.data = data
            self.add_error(None, error)
            return None
