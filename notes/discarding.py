"""Discarding a draft: one in which nobody wrote anything just goes; one with words goes only with a reason, which stays."""

from typing import Any

from django.db import transaction

from clinic.audit.log import record
from clinic.models import Membership
from notes.drafts import Changed, Signed
from notes.models import Note
from notes.models.notes import TEXTS

PARTS = ("findings", "adjustments", "activities", "goal_progress", "alert_answers")


class NeedsReason(Exception):
    """Somebody wrote in this draft, so it is not discarded without saying why."""


@transaction.atomic(durable=True)
def discard(note: Note, *, by: Membership, reason: str, seen: int) -> None:
    """Remove a draft as it was at the version that was seen. The visit stays as it is.

    Raises Signed, NeedsReason, or Changed when somebody wrote in it since: what nobody read is not thrown away.
    """
    locked = Note.objects.select_for_update(of=("self",)).filter(pk=note.pk).first()
    if locked is None:
        return  # the same press, a moment ago
    if locked.is_signed:
        raise Signed
    if locked.version != seen:
        raise Changed(locked)
    if not is_empty(locked) and not reason:
        raise NeedsReason
    record(
        "note-discarded",
        by=by,
        patients=[locked.patient_id],
        about=locked.pk,
        visit=str(locked.visit_id),
        reason=reason,
    )
    for relation in Note._meta.related_objects:
        rows = relation.related_model._base_manager.filter(**{relation.field.name: locked})
        if rows.exists():  # a table that holds nothing of a draft, such as signatures, may not even be asked to delete
            rows.delete()
    Note.objects.filter(pk=locked.pk).delete()


def is_empty(note: Note) -> bool:
    """Say whether nobody wrote anything: rows that were only carried over are nobody's words of today."""
    if any(getattr(note, name).strip() for name in TEXTS) or note.total_minutes:
        return False
    return not any(_standing(note, name).exists() for name in PARTS)


def _standing(note: Note, name: str) -> Any:
    rows = getattr(note, name)
    return rows.standing() if name in ("adjustments", "activities") else rows
