"""Services that no words of the note decide: the clinician picks them from the practice's own list."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import transaction

from clinic.audit.log import record
from clinic.models import Membership
from coding.models import Fee, PickedService
from notes.drafts import claim_once
from notes.models import Diagnosis, Episode, Note


@transaction.atomic(durable=True)
def pick(
    note: Note,
    *,
    fee: Fee,
    episode: Episode,
    units: int,
    diagnosis_ids: list[UUID],
    reason: str,
    by: Membership,
    version: int,
    key: UUID | None,
) -> Note:
    """Put a service on the note, once for each key. It keeps the code and words that the list had on the day."""
    note = claim_once(note, version, by=by, key=key, kind="service-picked", about=note.pk)
    PickedService.objects.create(
        practice_id=note.practice_id, note=note, episode=episode, fee=fee, code=fee.code, title=fee.title, units=units,
        diagnosis_ids=diagnosis_ids, reason=reason, written_by=by,
    )  # fmt: skip
    record("service-picked", by=by, patients=[note.patient_id], about=note.pk, code=fee.code, units=units)
    return note


@transaction.atomic(durable=True)
def unpick(service: PickedService, *, by: Membership, version: int, key: UUID | None) -> Note:
    """Take a service off the note, once for each key."""
    note = claim_once(service.note, version, by=by, key=key, kind="service-unpicked", about=service.pk)
    if PickedService.objects.filter(pk=service.pk).delete()[0]:
        record("service-removed", by=by, patients=[note.patient_id], about=note.pk, code=service.code)
    return note


def services_of(note: Note) -> dict[str, Any]:
    """Return what the panel of the note page shows: what was picked, and what may be."""
    standing = list(diagnoses_of(note))
    services = list(note.picked_services.all())
    return {
        "services": [(row, [each for each in standing if each.pk in row.diagnosis_ids]) for row in services],
        "diagnoses": standing,
        "picks": list(Fee.objects.filter(practice=note.practice_id).picked()),
        "episodes": [row.episode for row in note.note_episodes.select_related("episode")],
    }


def diagnoses_of(note: Note) -> Iterable[Diagnosis]:
    """Return the diagnoses that a picked service may treat: those of the note's complaints that stand."""
    standing = Diagnosis.objects.filter(episode__note_episodes__note=note, ended_on=None)
    return standing.select_related("episode").order_by("episode_id", "position", "created_at")
