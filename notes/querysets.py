"""Who may read and write clinical rows. Whether a note is signed is state and answers 409, not 404."""

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Q

from clinic.models import BreakGlass, Membership
from clinic.querysets import patients_within_reach, within_reach
from clinic.roles import CARE, OFFICE, Role

if TYPE_CHECKING:
    from clinic.models import User
    from notes.models import Note


class ClinicalQuerySet(models.QuerySet[Any]):
    """Episodes, diagnoses, goals: the practice's clinicians and assistants write them, auditors read them."""

    def visible_to(self, user: "User") -> Self:
        return self.filter(patients_within_reach(user, *CARE, Role.AUDITOR, patient=self._patient))

    def editable_by(self, user: "User") -> Self:
        return self.filter(within_reach(user, *CARE))

    @property
    def _patient(self) -> str:
        return "patient" if hasattr(self.model, "patient_id") else "episode__patient"


# A supervisor was named at the signature, and nobody has co-signed.
COSIGNATURE_WANTED = Q(signature__supervisor__isnull=False) & ~Q(attestations__meaning="co-signature")


class NoteQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """Clinicians and assistants read the practice's notes, auditors the signed ones."""
        signed = Q(signed_at__isnull=False)
        return self.filter(within_reach(user, *CARE) | (patients_within_reach(user, Role.AUDITOR) & signed))

    def editable_by(self, user: "User") -> Self:
        """Clinicians write their own notes; assistants draft for the practice's clinicians."""
        own = Q(author__in=Membership.objects.of(user, Role.CLINICIAN))
        return self.filter(own | within_reach(user, Role.ASSISTANT))

    def signable_by(self, user: "User") -> Self:
        return self.filter(author__in=Membership.objects.of(user, Role.CLINICIAN))

    def amendable_by(self, user: "User") -> Self:
        """Signed notes that somebody may add to or take back: their own, and those whose author can do it no more.

        An author leaves or stops being a clinician; a note in the wrong chart must not stay there because of that.
        """
        gone = ~Q(author__in=Membership.objects.holding(Role.CLINICIAN))
        own = Q(author__in=Membership.objects.of(user, Role.CLINICIAN))
        return self.filter(own | (within_reach(user, Role.CLINICIAN) & gone), signed_at__isnull=False)

    def behind_glass(self, user: "User") -> Self:
        """Notes, drafts too, of the patients whose glass the user has broken, for as long as that lasts."""
        return self.filter(patient__in=BreakGlass.objects.visible_to(user).open().values("patient"))

    def drafts(self) -> Self:
        return self.filter(signed_at=None)

    def standing(self) -> Self:
        """Notes that are part of the record: all but those that were retracted."""
        return self.filter(retracted_at=None)

    def signed(self) -> Self:
        """Signed notes that stand."""
        return self.standing().filter(signed_at__isnull=False)

    def retracted(self) -> Self:
        return self.filter(retracted_at__isnull=False)

    def to_cosign(self, member: Membership) -> Self:
        """Signed notes that wait for this supervisor: one named at the signature, or the signer's one of today."""
        theirs = Q(signature__supervisor=member) | Q(signed_by__supervised_by=member)
        return self.signed().filter(COSIGNATURE_WANTED, theirs).exclude(signed_by=member)

    def cosignable_by(self, user: "User") -> Self:
        """Notes that a supervisor was named for at the signature, whether co-signed already or not."""
        members = Membership.objects.of(user, Role.CLINICIAN)
        theirs = Q(signature__supervisor__in=members) | Q(signed_by__supervised_by__in=members)
        return self.filter(theirs, signature__supervisor__isnull=False).exclude(signed_by__in=members)

    def before(self, note: "Note") -> Self:
        """The patient's other notes up to the day of this one, the latest first."""
        others = self.standing().filter(patient=note.patient_id, visit__on__lte=note.visit.on).exclude(pk=note.pk)
        return others.order_by("-visit__on", "-signed_at")


class PartQuerySet(models.QuerySet[Any]):
    """Rows of a note: whoever may see or edit the note may see or edit them."""

    def standing(self) -> Self:
        """Rows that are part of the note: written today, or carried over and confirmed."""
        return self.filter(is_carried=False)


class AmendmentQuerySet(models.QuerySet[Any]):
    """Requests of patients to amend their record. The desk enters them; whose words it sees is the page's business."""

    def visible_to(self, user: "User") -> Self:
        return self.filter(patients_within_reach(user, *CARE, *OFFICE, Role.AUDITOR))

    def decidable_by(self, user: "User") -> Self:
        return self.filter(within_reach(user, Role.CLINICIAN))

    def waiting(self) -> Self:
        """Requests that nobody decided, or that were accepted and of which nothing says how the record was amended."""
        return self.exclude(steps__kind__in=("refused", "amended")).exclude(steps__addendum__isnull=False)
