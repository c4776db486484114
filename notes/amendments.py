"""Requests of patients to amend their record (45 CFR 164.526): how one comes in, and what becomes of it. All of it stays."""

from datetime import date
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from clinic.audit.log import record
from clinic.models import Membership, Patient
from clinic.requests.deeds import once
from notes.models import Addendum, AmendmentRequest, AmendmentStep, Note

Kind = AmendmentStep.Kind


class NotNow(Exception):
    """The request is not in a state that allows this step; the message says why."""


@transaction.atomic(durable=True)
def enter(
    patient: Patient, *, by: Membership, received_on: date, asked: str, note: Note | None, key: UUID
) -> AmendmentRequest:
    """Write down that a request came in, in the patient's words, once for each key."""
    attempt = once(by, key, kind="amendment", body={"patient": patient.pk, "asked": asked, "on": received_on})
    if attempt.is_repeat:
        return AmendmentRequest.objects.get(pk=attempt.result)
    request: AmendmentRequest = AmendmentRequest.objects.create(
        practice_id=patient.practice_id, patient=patient, note=note, received_on=received_on, asked=asked, entered_by=by
    )
    attempt.made(request.pk)
    about: dict[str, Any] = {"note": str(note.pk)} if note else {}
    record("amendment-requested", by=by, patients=[patient.pk], about=request.pk, on=str(received_on), **about)
    return request


@transaction.atomic(durable=True)
def take(
    request: AmendmentRequest, *, kind: str, words: str, by: Membership, addendum: Addendum | None = None
) -> AmendmentStep:
    """Take a step: more time once, one decision, after an acceptance how the record was amended, after a refusal the patient's
    statement of disagreement.

    Of two people who decide at one moment the database keeps the first. Raises NotNow.
    """
    _see_that_it_may(request, kind)
    try:
        with transaction.atomic():
            step: AmendmentStep = request.steps.create(
                practice_id=request.practice_id,
                kind=kind,
                words=words,
                taken_by=by,
                name=by.signature,
                addendum=addendum,
            )
    except IntegrityError:
        raise NotNow("Somebody else took this step meanwhile. What they wrote stands.") from None
    detail: dict[str, Any] = {"step": str(kind), **({"addendum": str(addendum.pk)} if addendum else {})}
    record("amendment-answered", by=by, patients=[request.patient_id], about=request.pk, **detail)
    return step


def _see_that_it_may(request: AmendmentRequest, kind: str) -> None:
    steps = set(request.steps.values_list("kind", flat=True))
    decided = steps & {Kind.ACCEPTED, Kind.REFUSED}
    if kind == Kind.DISAGREES and Kind.REFUSED not in steps:
        raise NotNow("A statement of disagreement follows a refusal; this request was not refused.")
    if kind == Kind.AMENDED and not request.is_to_be_made:
        raise NotNow("This request was not accepted, or it is known already how the record was amended.")
    if kind not in (Kind.DISAGREES, Kind.AMENDED) and decided:
        raise NotNow("This request was decided already. The decision stands.")
    if kind in steps:
        raise NotNow("This step was taken already. What was written stands.")


# What waits for a clinician


def waiting_for(member: Membership, **of: Any) -> list[AmendmentRequest]:
    """Return the requests that wait for a clinician's decision, or for what was accepted to be done; what is due first first."""
    found = AmendmentRequest.objects.decidable_by(member.user).filter(practice=member.practice_id, **of).waiting()
    whole = found.select_related("patient", "note__visit").prefetch_related("steps")
    return sorted(whole, key=lambda each: each.due_on)
