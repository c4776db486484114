"""Access for an emergency: a member who reads no notes takes one patient's, by a reason and a proof of presence, for a while.

It opens pages of its own, which only read; no other page shows more because of it. Everything read there is written down with
the id of the access, and the practice's admins are told until one of them has looked into it.
"""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Count
from django.http import HttpRequest

from clinic import clock
from clinic.audit.log import record
from clinic.models import AccessEvent, BreakGlass, BreakGlassReview, Membership, Patient
from clinic.requests.access import PracticeRequest, fetch
from clinic.requests.deeds import once
from clinic.roles import Role


class GlassIsWhole(Exception):
    """The access was ended, or its time is over. The message says so to the person."""


class StillOpen(Exception):
    """What is still to be read in it nobody can have looked into."""


class OwnGlass(Exception):
    """Nobody looks into their own emergency access while somebody else could."""


@transaction.atomic(durable=True)
def break_glass(
    patient: Patient, *, by: Membership, reason: str, proof: str, key: UUID, request: HttpRequest | None = None
) -> BreakGlass:
    """Give a member this patient's notes to read, once for each key. The admins are told by the row itself."""
    attempt = once(by, key, kind="break-glass", body={"patient": patient.pk, "reason": reason})
    if attempt.is_repeat:
        return BreakGlass.objects.get(pk=attempt.result)
    glass = BreakGlass.objects.create(
        practice_id=by.practice_id, member=by, patient=patient, reason=reason, proof=proof,
        ends_at=clock.now() + timedelta(minutes=settings.GLASS_MINUTES),
    )  # fmt: skip
    attempt.made(glass.pk)
    said = {"reason": reason, "proof": proof, "minutes": settings.GLASS_MINUTES}
    record("glass-broken", by=by, patients=[patient.pk], about=glass.pk, request=request, **said)
    return glass


@transaction.atomic(durable=True)
def end(glass: BreakGlass, *, by: Membership, request: HttpRequest | None = None) -> None:
    """End the access before its time; what has ended stays as it ended."""
    if BreakGlass.objects.filter(pk=glass.pk, ended_at=None).update(ended_at=clock.now()):
        record("glass-ended", by=by, patients=[glass.patient_id], about=glass.pk, request=request)


@transaction.atomic(durable=True)
def review(glass: BreakGlass, *, by: Membership, words: str = "", request: HttpRequest | None = None) -> None:
    """Note that an admin looked into it. Raises OwnGlass, StillOpen."""
    if glass.is_open:
        raise StillOpen
    if glass.member_id == by.pk and not _is_only_admin(by):
        raise OwnGlass
    _, is_new = BreakGlassReview.objects.get_or_create(
        glass=glass, defaults={"practice_id": glass.practice_id, "by": by, "words": words}
    )
    if is_new:
        record("glass-reviewed", by=by, patients=[glass.patient_id], about=glass.pk, request=request, words=words)


def _is_only_admin(member: Membership) -> bool:
    others = Membership.objects.active().filter(practice=member.practice_id, roles__contains=[Role.ADMIN])
    return not others.exclude(pk=member.pk).exists()


# Reading


def through_glass(request: PracticeRequest, pk: UUID) -> BreakGlass:
    """Return the access of whoever asks, while it lasts. Raises GlassIsWhole."""
    own = BreakGlass.objects.visible_to(request.user).select_related("patient__practice", "member__user")
    glass: BreakGlass = fetch(request, own, pk=pk)
    if not glass.is_open:
        raise GlassIsWhole("This emergency access is over. If you need the notes still, ask anew, with the reason.")
    return glass


def open_glass(member: Membership) -> Any:
    """Return what somebody has open, the last one first."""
    return BreakGlass.objects.open().filter(member=member).select_related("patient")


def unreviewed(member: Membership) -> list[BreakGlass]:
    """Return the emergency accesses that no admin has looked into yet, each with what was read in it."""
    rows = BreakGlass.objects.filter(practice=member.practice_id, review=None)
    found = list(rows.select_related("member__user", "patient", "practice").order_by("created_at"))
    read = _read_in(found)
    for glass in found:
        glass.read = read.get(glass.pk, 0)
        glass.is_mine = glass.member_id == member.pk and not _is_only_admin(member)
    return found


def _read_in(glasses: list[BreakGlass]) -> dict[UUID, int]:
    """Return how many notes were opened in each access."""
    if not glasses:
        return {}
    since = min(glass.created_at for glass in glasses)
    events = AccessEvent.objects.filter(practice_id=glasses[0].practice_id, kind="glass-note-read", at__gte=since)
    counted = events.values_list("detail__glass").annotate(read=Count("id"))
    return {UUID(pk): read for pk, read in counted if pk}
