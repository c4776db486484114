"""Who may read and write clinical rows. Whether a note is signed is state and answers 409, not 404."""

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Q

from clinic.models import Membership
from clinic.querysets import within_reach
from clinic.roles import CARE, Role

if TYPE_CHECKING:
    from clinic.models import User
    from notes.models import Note


class ClinicalQuerySet(models.QuerySet[Any]):
    """Episodes, diagnoses, goals: the practice's clinicians and assistants write them, auditors read them."""

    def visible_to(self, user: "User") -> Self:
        return self.filter(within_reach(user, *CARE, Role.AUDITOR))

    def editable_by(self, user: "User") -> Self:
        return self.filter(within_reach(user, *CARE))


class NoteQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """Clinicians and assistants read the practice's notes, auditors the signed ones."""
        return self.filter(within_reach(user, *CARE) | (within_reach(user, Role.AUDITOR) & Q(signed_at__isnull=False)))

    def editable_by(self, user: "User") -> Self:
        """Clinicians write their own notes; assistants draft for the practice's clinicians."""
        own = Q(author__in=Membership.objects.of(user, Role.CLINICIAN))
        return self.filter(own | within_reach(user, Role.ASSISTANT))

    def signable_by(self, user: "User") -> Self:
        return self.filter(author__in=Membership.objects.of(user, Role.CLINICIAN))

    def drafts(self) -> Self:
        return self.filter(signed_at=None)

    def signed(self) -> Self:
        return self.filter(signed_at__isnull=False)

    def before(self, note: "Note") -> Self:
        """The patient's other notes up to the day of this one, the latest first."""
        others = self.filter(patient=note.patient_id, visit__on__lte=note.visit.on).exclude(pk=note.pk)
        return others.order_by("-visit__on", "-signed_at")


class PartQuerySet(models.QuerySet[Any]):
    """Rows of a note: whoever may see or edit the note may see or edit them."""

    def standing(self) -> Self:
        """Rows that are part of the note: written today, or carried over and confirmed."""
        return self.filter(is_carried=False)
