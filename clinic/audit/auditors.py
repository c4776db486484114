"""Limiting an auditor to a list of patients. Whoever is limited sees the patients of the list, and of nobody else anything."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from clinic.audit.log import record
from clinic.models import AuditedPatient, Membership, Patient
from clinic.requests.access import PracticeRequest


@transaction.atomic(durable=True)
def limit(member: Membership, *, is_limited: bool, to: Iterable[Patient], request: PracticeRequest) -> None:
    """Let the list be these patients. The log names who came onto it and who left it."""
    member = Membership.objects.select_for_update(no_key=True, of=["self"]).get(pk=member.pk)
    wanted, listed = {patient.pk for patient in to}, set(listed_of(member).values_list("pk", flat=True))
    AuditedPatient.objects.filter(membership=member, patient__in=listed - wanted).delete()
    for pk in sorted(wanted - listed):
        AuditedPatient.objects.create(practice_id=member.practice_id, membership=member, patient_id=pk)
    changed: dict[str, Any] = {"is_limited": [member.is_limited, is_limited], "patients": [len(listed), len(wanted)]}
    Membership.objects.filter(pk=member.pk).update(is_limited=is_limited)
    record(
        "list-changed",
        by=request.member,
        about=member.pk,
        patients=sorted(listed ^ wanted),
        request=request,
        changed=changed,
    )


def listed_of(member: Membership) -> QuerySet[Patient]:
    listed = AuditedPatient.objects.filter(membership=member).values("patient")
    return Patient.objects.filter(pk__in=listed)
