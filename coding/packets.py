"""Audit packets: the signed record of a note, an episode, or a patient between two days, with its proofs, to be given out.

There are two forms. For outsiders: the record, its lines and its signature proofs. For the practice: the same with what the
signer was told and decided, how the note came about, notes that were retracted, and what was disclosed. Nothing in either is
written anew: contents are what the digests were made of, and the sentences are those of the signed page.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from clinic import clock
from clinic.audit import trail
from clinic.audit.kinds import PURPOSES
from clinic.models import AccessEvent, Membership, Patient, address_of
from clinic.roles import Role
from coding.line_digest import VERSION as DIGEST
from coding.line_digest import covered, stated
from coding.models import Superbill
from coding.superbill_sheet import sheet_of
from notes.corrected import findings_of
from notes.digests import canonical_digest
from notes.history import told_by_row
from notes.models import AmendmentRequest, Correction, Episode, GoalProgress, Note
from notes.packets import VERSION, plain, proof_of, sealed
from notes.reading import Reading, reading_of

OUTSIDE, PRACTICE = "outside", "practice"
LEFT_OUT = (
    "A biller made this packet. It holds the notes that a payer was billed for, with the requests to amend them. Other notes, "
    "plans and goals, and requests about no single note are left out."
)
LATER = {str(Correction.Deed.CHANGED): "corrected later", str(Correction.Deed.ADDED): "added later"}


@dataclass(frozen=True)
class Wanted:
    """Whose record, which part of it, in which form, and who gets it."""

    patient: Patient
    by: Membership
    form: str = OUTSIDE
    note: UUID | None = None
    episode: UUID | None = None
    since: date | None = None
    until: date | None = None
    recipient: str = ""
    purpose: str = ""
    words: str = ""

    @property
    def is_for_the_practice(self) -> bool:
        return self.form == PRACTICE

    @property
    def has_the_whole_record(self) -> bool:
        """Whether whoever makes it reads more than the notes that a payer was billed for."""
        return self.by.has_role(Role.CLINICIAN, Role.AUDITOR)


def notes_of(wanted: Wanted) -> QuerySet[Note]:
    """Return the signed notes that go into a packet, as far as whoever makes it may read them, the earliest first."""
    found = _readable(wanted).filter(patient=wanted.patient.pk, signed_at__isnull=False)
    if not wanted.is_for_the_practice:
        found = found.filter(retracted_at=None)  # what was never this patient's is not for outsiders
    if wanted.note:
        found = found.filter(pk=wanted.note)
    if wanted.episode:
        found = found.filter(note_episodes__episode=wanted.episode)
    if wanted.since:
        found = found.filter(visit__on__gte=wanted.since)
    if wanted.until:
        found = found.filter(visit__on__lte=wanted.until)
    whole = ("practice", "visit__location", "author__user", "patient", "signature")
    return found.select_related(*whole).order_by("visit__on", "signed_at", "pk")


def _readable(wanted: Wanted) -> QuerySet[Note]:
    """A biller has the notes of visits that a payer was billed for; clinicians and auditors those that they may see."""
    user = wanted.by.user
    if wanted.has_the_whole_record:
        return Note.objects.visible_to(user)
    billed = Superbill.objects.disclosable_by(user).values("note")
    return Note.objects.filter(pk__in=billed)


def packet_of(wanted: Wanted, notes: Iterator[Note]) -> dict[str, Any]:
    """Return the packet, sealed."""
    found = list(notes)
    packet = {"version": VERSION, **_head(wanted), "notes": [_note(note, wanted) for note in found]}
    if wanted.has_the_whole_record:
        packet["episodes"] = [_episode(each, found) for each in _episodes(wanted, found)]
    else:
        packet["left_out"] = LEFT_OUT
    packet["amendment_requests"] = [_request(each) for each in _requests(wanted, found)]
    if wanted.is_for_the_practice:
        packet["disclosures"] = _disclosures(wanted)
    return sealed(packet)


def _head(wanted: Wanted) -> dict[str, Any]:
    practice, patient = wanted.patient.practice, wanted.patient
    return plain(  # type: ignore[no-any-return]
        {
            "form": wanted.form,
            "practice": {"id": practice.pk, "name": practice.name, "address": address_of(practice), "npi": practice.npi},
            "patient": {
                "id": patient.pk, "name": str(patient), "born": patient.birth_date, "chart_number": patient.chart_number,
            },
            "of": {"note": wanted.note, "episode": wanted.episode, "since": wanted.since, "until": wanted.until},
            "made": {
                "at": clock.now(), "by": wanted.by.full_name, "recipient": wanted.recipient,
                "purpose": ": ".join(filter(None, [PURPOSES.get(wanted.purpose, wanted.purpose), wanted.words])),
            },
        }
    )  # fmt: skip


# Notes


def _note(note: Note, wanted: Wanted) -> dict[str, Any]:
    whole = proof_of(note) | {
        "on": str(note.visit.on),
        "author": note.author.signature,
        "place": note.visit.location.name,
        "reads": _reads(note, reading_of(note)),
        "superbills": [_superbill(bill, wanted) for bill in _superbills(note)],
    }
    if hasattr(note, "retraction"):
        whole["retracted"] = plain(
            {"on": note.retraction.created_at, "by": note.retraction.name, "why": note.retraction.reason}
        )
    return whole | (_for_the_practice(note) if wanted.is_for_the_practice else {})


def _reads(note: Note, reading: Reading) -> dict[str, Any]:
    """Say the note as its page does: what was signed, and beside it what was corrected since."""
    rows = {name: [_row(row) for row in getattr(reading, name)] for name in ("findings", "adjustments")}
    return plain(  # type: ignore[no-any-return]
        {
            "complaints": [asdict(each) for each in reading.complaints],
            **{name: getattr(note, name) for name in ("subjective", "objective", "assessment", "plan")},
            **rows,
            "activities": [_row(row) | {"words": _activity(row)} for row in reading.activities],
            "answers": reading.answers,
            "minutes": note.total_minutes,
            "care": note.get_care_phase_display(),
            "corrections": [_mark("", mark) for mark in reading.marks],
            "addenda": [
                {
                    "name": each.name, "at": each.at, "days_later": each.days_later, "proof": each.proof, "text": each.text,
                    "corrections": [_mark(words, mark) for words, mark in each.corrections],
                }
                for each in reading.addenda
            ],
        }
    )  # fmt: skip


def _row(row: Any) -> dict[str, Any]:
    return {"words": row.words, "now": row.now if row.now != row.words else "", "deed": row.deed}


def _activity(row: Any) -> str:
    goal = f"Goal: {row.goal}" if row.goal else ""
    return ". ".join(filter(None, [row.description.rstrip("."), row.facts, row.response.rstrip("."), goal]))


def _mark(words: str, mark: Any) -> dict[str, Any]:
    return {"of": words, **{name: getattr(mark, name) for name in ("deed", "label", "old", "new", "reason", "name")}}


def _for_the_practice(note: Note) -> dict[str, Any]:
    """Return what the signer was told and decided, and who wrote what: the practice's own."""
    told = told_by_row(note)
    return {
        "lines": _signed_lines(note),
        "flags": plain([flag for bill in _superbills(note) for flag in bill.flags]),
        "decisions": plain([[row.slug, row.about, row.reason] for row in note.acknowledgements.all()]),
        "lasting": plain(_lasting(note)),
        "edits": plain(
            [
                {"row": row, "at": each.at, "by": each.by.full_name, "what": each.words, "suggested": each.shown}
                for row, edits in told.items()
                for each in edits
            ]
        ),
    }


def _lasting(note: Note) -> dict[str, Any]:
    """Return which of the reasons hold for the rest of a complaint, here or from an earlier visit on, and which ended here."""
    given = note.acknowledgements.select_related("episode", "earlier__note__visit", "given_by__user")
    ended = note.ended_reasons.select_related("acknowledgement__note__visit", "ended_by__user")
    return {
        "given": [[row.slug, row.about, row.episode.complaint] for row in given if row.episode and row.causes],
        "earlier": [
            [row.slug, row.about, row.earlier.note.visit.on, row.given_by.full_name] for row in given if row.earlier
        ],
        "ended": [
            [row.acknowledgement.slug, row.acknowledgement.note.visit.on, row.ended_by.full_name] for row in ended
        ],
    }


def _signed_lines(note: Note) -> Any:
    """Return what the line digest was made of, under the version that it was made with."""
    first = [
        bill for bill in _superbills(note) if bill.replaces_id is None and bill.created_at <= note.signature.created_at
    ]
    edition = first[0].edition if first else _edition(note)
    made = [covered(note, map(stated, first), edition=edition, version=number) for number in range(1, DIGEST + 1)]
    return plain(next((each for each in made if canonical_digest(each) == note.signature.line_digest), made[-1]))


def _edition(note: Note) -> str:
    """A note that bills nothing has no superbill; the log names the rules that it was judged by."""
    said = AccessEvent.objects.filter(practice_id=note.practice_id, kind="note-signed", object_id=note.pk).first()
    return str(said.detail.get("edition", "")) if said else ""


# Superbills


def _superbills(note: Note) -> list[Superbill]:
    """Return all that were ever issued for a note, void ones too."""
    rows = note.superbills.select_related(
        "practice", "visit__patient", "visit__location", "coverage__payer", "replaces", "addendum",
        "note__signed_by__user", "note__author__user",
    ).prefetch_related("lines").order_by("number")  # fmt: skip
    return list(rows)


def _superbill(bill: Superbill, wanted: Wanted) -> dict[str, Any]:
    sheet = asdict(sheet_of(bill))
    names = ("title", "state", "payer", "visit", "diagnoses", "lines", "modifiers", "total", "signature")
    said = {name: sheet[name] for name in names} | {"replaces": bill.replaces.number if bill.replaces else None}
    if not wanted.is_for_the_practice and bill.voided_at:
        said["state"] = "Void"
    return plain(said)  # type: ignore[no-any-return]


# Episodes: plan, goals and what came of them


def _episodes(wanted: Wanted, notes: list[Note]) -> QuerySet[Episode]:
    served = Episode.objects.filter(patient=wanted.patient.pk, note_episodes__note__in=notes).distinct()
    found = served.filter(pk=wanted.episode) if wanted.episode else served
    return found.prefetch_related("diagnoses", "goals", "planned_services")


def _episode(episode: Episode, notes: list[Note]) -> dict[str, Any]:
    names = ("complaint", "onset_on", "first_treated_on", "prior_function", "limitation", "frequency", "duration",
             "plan_reviewed_on", "discharged_on")  # fmt: skip
    standing = [note for note in notes if not note.is_retracted]  # what was taken back is no part of the course
    progress = GoalProgress.objects.filter(goal__episode=episode, note__in=standing).select_related("note__visit")
    reached: dict[UUID, list[list[str]]] = {}
    for each in progress.order_by("note__visit__on"):
        reached.setdefault(each.goal_id, []).append([str(each.note.visit.on), each.value])
    return plain(  # type: ignore[no-any-return]
        {name: getattr(episode, name) for name in names}
        | {
            "diagnoses": [[row.code, row.title, row.ended_on] for row in episode.diagnoses.all()],
            "services": [[row.get_kind_display(), row.aim, row.ended_on] for row in episode.planned_services.all()],
            "goals": [_goal(goal) | {"reached": reached.get(goal.pk, [])} for goal in episode.goals.all()],
            "measures": _measures(episode, standing),
        }
    )


def _goal(goal: Any) -> dict[str, Any]:
    names = ("text", "measure", "unit", "baseline", "target", "due_on", "met_on", "dropped_on")
    return {name: getattr(goal, name) for name in names}


def _measures(episode: Episode, notes: list[Note]) -> list[list[str]]:
    """Return what was measured at examinations and re-examinations, as it stands now: day, what, value, and what came later.

    What was withdrawn is no measure; with its note it stands as it was signed.
    """
    rows = [row for row in findings_of(notes) if row.value and row.episode_id == episode.pk]
    later = {each.row_id: LATER.get(each.deed, "") for note in notes for each in note.corrections.all()}
    return [
        [str(row.note.visit.on), str(row), f"{row.value} {row.unit}".strip(), later.get(row.pk, "")] for row in rows
    ]


# Requests to amend, and disclosures


def _requests(wanted: Wanted, notes: list[Note]) -> QuerySet[AmendmentRequest]:
    """45 CFR 164.526(c), (d): a request and what became of it go along with the record that it is about.

    So they go with the notes that a biller attaches; what was asked about the record as a whole is not a biller's to read.
    """
    about = Q(note__in=notes) | Q(note=None) if wanted.has_the_whole_record else Q(note__in=notes)
    found = AmendmentRequest.objects.filter(about, patient=wanted.patient.pk)
    return found.select_related("note__visit").prefetch_related("steps__addendum")


def _request(request: AmendmentRequest) -> dict[str, Any]:
    steps = [
        [step.created_at, step.get_kind_display(), step.words, step.name, step.addendum and step.addendum.created_at]
        for step in request.steps.all()
    ]
    about = {"note": request.note_id, "note_on": request.note and request.note.visit.on}
    return plain({"received_on": request.received_on, **about, "asked": request.asked, "steps": steps})  # type: ignore[no-any-return]


def _disclosures(wanted: Wanted) -> list[dict[str, Any]]:
    events = AccessEvent.objects.filter(practice_id=wanted.patient.practice_id)
    return plain([asdict(each) for each in trail.disclosures(events, wanted.patient)])  # type: ignore[no-any-return]
