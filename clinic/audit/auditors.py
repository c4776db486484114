"""Limiting an auditor to a list of patients. Whoever is limited sees the patients of the list, and of nobody else anything."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from clinic import clock
from clinic.audit.log import record
from clinic.models import AuditedPatient, BackgroundJob, JobPart, Membership, Patient
from clinic.requests.access import PracticeRequest


@transaction.atomic(durable=True)
def limit(member: Membership, *, is_limited: bool, to: Iterable[Patient], request: PracticeRequest) -> None:
    """Let the list be these patients. The log names who came onto it and who left it, and files made before are taken away."""
    member = Membership.objects.select_for_update(no_key=True, of=["self"]).get(pk=member.pk)
    wanted, listed = {patient.pk for patient in to}, set(listed_of(member).values_list("pk", flat=True))
    AuditedPatient.objects.filter(membership=member, patient__in=listed - wanted).delete()
    for pk in sorted(wanted - listed):
        AuditedPatient.objects.create(practice_id=member.practice_id, membership=member, patient_id=pk)
    changed: dict[str, Any] = {"is_limited": [member.is_limited, is_limited], "patients": [len(listed), len(wanted)]}
    Membership.objects.filter(pk=member.pk).update(is_limited=is_limited)
    _take_files_away(member)
    record(
        "list-changed",
        by=request.member,
        about=member.pk,
        patients=sorted(listed ^ wanted),
        request=request,
        changed=changed,
    )


def _take_files_away(member: Membership) -> None:
    """Let nothing be fetched that was made while the list was another; what is in the making stops."""
    theirs, now = BackgroundJob.objects.filter(owner=member), clock.now()
    theirs.filter(finished_at=None).update(cancelled_at=now)
    theirs.filter(started_at=None).update(finished_at=now)
    theirs.filter(expires_at__isnull=False, expired_at=None).update(expired_at=now)
    JobPart.objects.filter(job__in=theirs.filter(finished_at__isnull=False)).delete()


def listed_of(member: Membership) -> QuerySet[Patient]:
    listed = AuditedPatient.objects.filter(membership=member).values("patient")
    return Patient.objects.filter(pk__in=listed)
