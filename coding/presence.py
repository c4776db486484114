"""Is it really the signer who signs? The password, and a pause after too many wrong ones."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from clinic.audit import record
from clinic.models import AccessEvent, Membership

REFUSALS = 5
WITHIN = timedelta(minutes=15)


def prove(member: Membership, password: str) -> str:
    """Return "" if the password is right, else what to tell the signer. A wrong one is recorded at once.

    Call it before the deed's transaction: the check is slow on purpose, and what it records outlives a refusal.
    """
    if _refusals(member) >= REFUSALS:
        return "Too many wrong passwords. Wait a quarter of an hour, then try again. Nothing is lost."
    if member.user.check_password(password):
        return ""
    with transaction.atomic(durable=True):
        record("sign-refused", by=member)
    return "This is not your password. Nothing was signed; try again."


def _refusals(member: Membership) -> int:
    since = timezone.now() - WITHIN
    events = AccessEvent.objects.filter(practice_id=member.practice_id, at__gt=since)
    return events.filter(user_id=member.user_id, kind="sign-refused").count()
