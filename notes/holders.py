"""Where a draft is open: each member has it on one device at a time, and sees who else has it open.

Two people write side by side. One person on two devices would only conflict with themselves, so that the second device asks to
take the draft over, and the first one says where it went. A device is a session: one that has ended holds nothing.
"""

from datetime import timedelta
from uuid import UUID, uuid4

from django.db import transaction

from clinic import clock
from clinic.audit.log import record
from clinic.models import Membership, SignIn
from clinic.signin.sessions import is_over
from notes.models import Holder, Note

SEEN = timedelta(minutes=1)  # how exactly it is known that somebody still has the draft open
THERE = timedelta(minutes=20)  # who gave no sign of life for so long is not said to be there


class Elsewhere(Exception):
    """The same person has the draft open on another device; `holder` says since when."""

    def __init__(self, holder: Holder) -> None:
        super().__init__("elsewhere")
        self.holder = holder


def open_on(sign_in: SignIn | None, note: Note, *, by: Membership) -> Holder | None:
    """Hold a draft on this device, unless the person has it on another one. Return the holder, here or elsewhere."""
    if sign_in is None or note.is_signed:
        return None
    now = clock.now()
    with transaction.atomic():
        holder, made = Holder.objects.select_for_update(of=("self",)).get_or_create(
            note=note, member=by, defaults=_here(note, sign_in)
        )
        if not made and (is_here(holder, sign_in) or not _lives(holder)):
            holder.since = holder.since if is_here(holder, sign_in) else now
            holder.device, holder.page, holder.seen_at = str(sign_in.pk), uuid4(), now
            holder.save(update_fields=["device", "page", "since", "seen_at"])
    return holder


@transaction.atomic(durable=True)
def take_over(sign_in: SignIn | None, note: Note, *, by: Membership) -> None:
    """Let the draft be written here; the device that had it finds out with its next save, or when it is looked at."""
    if sign_in is None:
        return
    Holder.objects.update_or_create(note=note, member=by, defaults=_here(note, sign_in))
    record("note-taken-over", by=by, patients=[note.patient_id], about=note.pk, device=sign_in.device)


def leave(note: Note, *, by: Membership, page: UUID) -> None:
    """Let go of a draft whose page was closed, unless it was opened again meanwhile."""
    Holder.objects.filter(note=note, member=by, page=page).delete()


def must_be_here(sign_in: SignIn | None, note: Note, *, by: Membership) -> None:
    """Refuse a save that comes from a device to which the draft no longer belongs. Raises Elsewhere."""
    holder = Holder.objects.filter(note=note, member=by).first()
    if holder is None or sign_in is None:
        return
    if not is_here(holder, sign_in):
        if _lives(holder):
            raise Elsewhere(holder)
        Holder.objects.filter(pk=holder.pk).update(device=str(sign_in.pk), since=clock.now(), seen_at=clock.now())
    elif clock.now() - holder.seen_at > SEEN:
        Holder.objects.filter(pk=holder.pk).update(seen_at=clock.now())


def is_here(holder: Holder, sign_in: SignIn) -> bool:
    return holder.device == str(sign_in.pk)


def others(note: Note, *, by: Membership) -> list[Holder]:
    """Return who else has the draft open."""
    found = Holder.objects.filter(note=note, seen_at__gt=clock.now() - THERE).exclude(member=by)
    return [holder for holder in found.select_related("member__user") if _lives(holder)]


def device_of(holder: Holder) -> str:
    """Return what its person calls the device: Firefox on Windows."""
    sign_in = SignIn.objects.filter(pk=holder.device).first()
    return sign_in.device if sign_in else "another device"


def _here(note: Note, sign_in: SignIn) -> dict[str, object]:
    now = clock.now()
    return {"practice_id": note.practice_id, "device": str(sign_in.pk), "page": uuid4(), "since": now, "seen_at": now}


def _lives(holder: Holder) -> bool:
    sign_in = SignIn.objects.filter(pk=holder.device).first()
    return sign_in is not None and not is_over(sign_in)
