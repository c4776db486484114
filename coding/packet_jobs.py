"""Audit packets made in the background, as JSON that can be checked or as PDF that can be read."""

import json
from collections.abc import Iterator
from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.dateparse import parse_date

from clinic.exports.jobs import Progress, kind
from clinic.models import BackgroundJob, Patient
from clinic.roles import Role
from coding.packet_pdf import packet_pdf
from coding.packets import PRACTICE, Wanted, notes_of, packet_of

AS_JSON, AS_PDF = "audit-packet", "audit-packet-pdf"
MAKERS = (Role.CLINICIAN, Role.BILLER, Role.AUDITOR)


@kind(AS_JSON, roles=MAKERS, content_type="application/json")
def as_json(job: BackgroundJob, progress: Progress) -> Iterator[bytes]:
    yield json.dumps(_packet(job, progress), ensure_ascii=False, indent=1).encode()


@kind(AS_PDF, roles=MAKERS, content_type="application/pdf")
def as_pdf(job: BackgroundJob, progress: Progress) -> Iterator[bytes]:
    yield packet_pdf(_packet(job, progress))


def _packet(job: BackgroundJob, progress: Progress) -> dict[str, Any]:
    """Make the packet as far as whoever asked for it may read the record now."""
    wanted = wanted_of(job)
    progress.tells_of(wanted.patient.pk)
    notes = notes_of(wanted)
    return packet_of(wanted, progress.through(notes.iterator(50), of=notes.count()))


def wanted_of(job: BackgroundJob) -> Wanted:
    asked, owner = job.asked, job.owner
    patient = Patient.objects.visible_to(owner.user).select_related("practice").filter(pk=asked["patient"]).first()
    if patient is None:  # no more on the list of a limited auditor
        raise PermissionDenied
    if asked["form"] == PRACTICE and not owner.has_role(Role.CLINICIAN):
        raise PermissionDenied
    given: dict[str, Any] = {name: parse_date(asked.get(name) or "") for name in ("since", "until")}
    given |= {name: asked.get(name) or None for name in ("note", "episode")}
    given |= {name: asked.get(name, "") for name in ("recipient", "purpose", "words")}
    return Wanted(patient=patient, by=owner, form=asked["form"], **given)
