"""The only bridge from the record to the engine: what a note says, as frozen facts.

A constant number of queries reads the notes and the patients' other notes of those days, whatever they hold.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, Subquery

from clinic.models import Coverage, Membership, Payer, Practice, Visit
from clinic.roles import Role
from coding.authorisations import Usage, authorisation_of, usage_of
from coding.elsewhere import elsewhere, minute_of, time_given, unbilled_rows
from coding.engine import rulebook
from coding.engine.facts import (
    ActivityFacts,
    AdjustmentFacts,
    AlertFacts,
    AuthorisationFacts,
    ClinicianFacts,
    DiagnosisFacts,
    EpisodeFacts,
    FindingFacts,
    GoalFacts,
    LastUnitFacts,
    PayerFacts,
    PlannedFacts,
    ServiceFacts,
    StandFacts,
    VisitFacts,
)
from coding.engine.vocabulary import (
    CarePhase,
    Delivery,
    FindingKind,
    GoalTerm,
    Intent,
    Medicare,
    OutcomePolicy,
    PayerKind,
    Region,
    ServiceKind,
    Side,
    UnitMethod,
)
from coding.history import day, history_of
from coding.models import Acknowledgement, EndedReason, PickedService
from notes.corrected import Standing, standing
from notes.digests import as_signed
from notes.models import Activity, Adjustment, Correction, ExamFinding, GoalProgress, Note, NoteEpisode, PlannedService

NOTICE_HOLDS = timedelta(days=365)  # CMS Claims Processing Manual ch. 30 §50: repetitive services, up to a year
SELF_PAY = PayerFacts(name="self-pay", kind=PayerKind.SELF_PAY, follows_pair_edits=False, applies_daily_maxima=False)
NOTHING_ALLOWED = AuthorisationFacts()

ENDS = Prefetch("ends", EndedReason.objects.select_related("note__visit"))
LASTING = (
    Acknowledgement.objects.filter(causes__isnull=False)
    .select_related("note__visit", "given_by__user")
    .prefetch_related(ENDS)
)
ALL_OF_A_NOTE = (
    Prefetch("note_episodes", NoteEpisode.objects.select_related("episode__coverage__payer")),
    "note_episodes__episode__diagnoses",
    "note_episodes__episode__goals",
    "note_episodes__episode__planned_services",
    Prefetch("note_episodes__episode__lasting_reasons", LASTING),
    "findings",
    "adjustments",
    Prefetch("activities", Activity.objects.select_related("goal", "performer__user")),
    Prefetch("goal_progress", GoalProgress.objects.select_related("goal")),
    "alert_answers",
    "corrections",
    "patient__alerts",
    Prefetch("picked_services", PickedService.objects.select_related("fee")),
    "record_only",
    "last_units",
    Prefetch("acknowledgements", Acknowledgement.objects.select_related("earlier__note__visit", "given_by__user")),
)


def facts_of(about: Note | Visit) -> VisitFacts:
    """Return what the engine is told about a note; of a visit without one, only the day and the clinician."""
    if isinstance(about, Visit):
        pk = Note.objects.standing().filter(visit=about).values_list("pk", flat=True).first()
        return facts_of_notes([pk])[pk][1] if pk else _bare(about.clinician, about.practice, about.on)
    return facts_of_notes([about.pk])[about.pk][1]


def facts_of_notes(pks: Collection[UUID], pending: Sequence[Correction] = ()) -> dict[UUID, tuple[Note, VisitFacts]]:
    """Return each of these notes, whole, with its facts: the original and its corrections. All rows are fetched together.

    `pending` are corrections that are not signed yet: the facts are as they would be with them.
    """
    same_day = Note.objects.filter(pk__in=pks, patient=OuterRef("patient"), visit__on=OuterRef("visit__on"))
    standing_ones = Note.objects.filter(Q(pk__in=pks) | Q(retracted_at=None))
    notes = list(whole(standing_ones.filter(Exists(same_day)).annotate(last_seen_on=_LAST_SEEN)))
    stands = {note.pk: standing(note, [each for each in pending if each.note_id == note.pk]) for note in notes}
    given, history = time_given([note for note in notes if note.pk in pks]), history_of(pks)
    usage = usage_of([coverage for note in notes for coverage in coverages_of(note).values() if coverage])
    return {
        note.pk: (
            note,
            replace(
                _with_earlier(note, notes, usage, stands),
                elsewhere=elsewhere(note, given),
                history=history.get(note.pk, ()),
            ),
        )
        for note in notes
        if note.pk in pks
    }


# The patient's visit before a note's, with anybody of the practice.
_LAST_SEEN = Subquery(
    Visit.objects.filter(
        patient=OuterRef("patient"),
        on__lt=OuterRef("visit__on"),
        state__in=[Visit.State.ARRIVED, Visit.State.DONE],
    )
    .order_by("-on")
    .values("on")[:1]
)


def whole(notes: QuerySet[Note]) -> QuerySet[Note]:
    """Let notes bring everything that reading, judging and signing them needs."""
    return notes.select_related(
        "practice", "patient", "author__user", "signed_by__user", "visit__coverage__payer", "visit__location"
    ).prefetch_related(*ALL_OF_A_NOTE)


def payer_facts(
    coverage: Coverage | None, on: date | None = None, allowed: AuthorisationFacts = NOTHING_ALLOWED
) -> PayerFacts:
    """Return how a payer differs, on a day. The id is the coverage's, because two claims with one payer are two bills."""
    if coverage is None:
        return SELF_PAY
    payer = coverage.payer
    return PayerFacts(
        id=str(coverage.pk),
        name=str(coverage),
        kind=PayerKind(payer.kind),
        authorisation=allowed,
        has_notice=_holds(coverage.notice_signed_on, on),
        has_voluntary_notice=_signed_by(coverage.voluntary_notice_signed_on, on),
        **_profile(payer, on),
    )


def _profile(payer: Payer, on: date | None) -> dict[str, Any]:
    """Return a payer's profile of a day in the engine's terms; what it leaves open is as usual for its kind."""
    stated = {name: answer for name, answer in payer.profile(on).items() if answer != ""}
    answers = {**rulebook.load(on or date.max).payer(PayerKind(payer.kind)).usual, **stated}
    del answers["notes_go_along"]  # the office's, whatever the note says
    for name, read in (("unit_method", UnitMethod), ("outcome_policy", OutcomePolicy), ("medicare", Medicare)):
        answers[name] = read(answers[name])
    return answers | {"region_separation": frozenset(answers["region_separation"])}


def _holds(signed: date | None, on: date | None) -> bool:
    """Say whether a notice of non-coverage holds on a day: signed by then, and not over a year ago."""
    return signed is not None and on is not None and signed <= on <= signed + NOTICE_HOLDS


def _signed_by(signed: date | None, on: date | None) -> bool:
    """Say whether a voluntary notice was signed by a day. One tells of all that Medicare excludes, and holds until it changes."""
    return signed is not None and on is not None and signed <= on


def coverages_of(note: Note) -> dict[str, Coverage | None]:
    """Return who may pay for a note, by the id that the payer has in its facts."""
    served = [row.episode.coverage or note.visit.coverage for row in note.note_episodes.all()]
    return {str(coverage.pk) if coverage else "": coverage for coverage in (*served, note.visit.coverage)}


# A note and the day it belongs to


def _with_earlier(note: Note, notes: Sequence[Note], usage: Usage, stands: Mapping[UUID, Standing]) -> VisitFacts:
    """Units and pairs hold per patient, billing identity and day: a note is judged on top of those signed before it."""
    earlier = [other for other in notes if _counts_before(other, note)]
    earlier.sort(key=lambda other: str(other.signed_at))
    before = tuple(_facts(other, usage, stands[other.pk]) for other in earlier)
    return replace(_facts(note, usage, stands[note.pk]), same_day=before)


def _counts_before(other: Note, note: Note) -> bool:
    """What is signed is billed already. Two drafts are each judged alone, and the one signed second once more."""
    same_day = (other.patient_id, other.visit.on) == (note.patient_id, note.visit.on) and other.pk != note.pk
    same_day = same_day and not other.is_retracted
    signed_first = other.signed_at is not None and (note.signed_at is None or other.signed_at < note.signed_at)
    return same_day and signed_first and _bills_as(other.author) == _bills_as(note.author)


def _bills_as(author: Membership) -> str:
    return author.npi or str(author.pk)


def _bare(clinician: Membership, practice: Practice, on: date) -> VisitFacts:
    return VisitFacts(on=on, today=practice.today(), clinician=_clinician(clinician))


def _facts(note: Note, usage: Usage, stands: Standing) -> VisitFacts:
    unbilled = unbilled_rows(note, stands)
    rows = (*note.adjustments.all(), *note.activities.all())
    stood = {str(row.episode_id): as_signed(row, note.visit.on) for row in note.note_episodes.all()}
    goals = {goal["id"]: goal["text"] for episode in stood.values() for goal in episode["goals"]}
    return replace(
        _bare(note.author, note.practice, note.visit.on),
        episodes=tuple(_episode(row, note, stood[str(row.episode_id)], usage) for row in note.note_episodes.all()),
        findings=tuple(map(_finding, stands.findings)),
        adjustments=tuple(_adjustment(row, row.pk in unbilled) for row in stands.adjustments),
        activities=tuple(_activity(row, row.pk in unbilled, goals) for row in stands.activities),
        services=tuple(map(_service, note.picked_services.all())),
        alerts=_alerts(note),
        care_phase=CarePhase(stands.note.care_phase),
        total_minutes=stands.note.total_minutes,
        begins=minute_of(note.visit.at) if note.visit.at else None,
        last_seen_on=getattr(note, "last_seen_on", None),
        subjective=note.subjective,
        objective=note.objective,
        assessment=note.assessment,
        plan=note.plan,
        progress=tuple(StandFacts(str(row.goal_id), row.value) for row in note.goal_progress.all()),
        unconfirmed=sum(row.is_carried for row in rows),
        last_units=tuple(LastUnitFacts(str(row.coverage_id), tuple(row.codes)) for row in note.last_units.all()),
    )


# Its parts


def _clinician(author: Membership) -> ClinicianFacts:
    return ClinicianFacts(name=author.full_name, credential=author.credential, npi=author.npi, id=str(author.pk))


def _episode(served: NoteEpisode, note: Note, stood: Mapping[str, Any], usage: Usage) -> EpisodeFacts:
    coverage = served.episode.coverage or note.visit.coverage
    allowed = authorisation_of(coverage, note.visit, usage) if coverage else NOTHING_ALLOWED
    return EpisodeFacts(
        id=str(served.episode_id),
        complaint=stood["complaint"],
        diagnoses=tuple(DiagnosisFacts(row["id"], row["code"], row["title"]) for row in stood["diagnoses"]),
        goals=tuple(_goal(row) for row in stood["goals"] if row["dropped_on"] is None and row["met_on"] is None),
        payer=payer_facts(coverage, note.visit.on, allowed),
        frequency=stood["frequency"],
        duration=stood["duration"],
        began_on=day(stood["first_treated_on"]),
        reviewed_on=day(stood["plan_reviewed_on"]),
        planned=_planned(served, note),
    )


def _planned(served: NoteEpisode, note: Note) -> tuple[PlannedFacts, ...]:
    """Return the services that the plan foresees on the day of the note."""
    plan: Iterable[PlannedService] = served.episode.planned_services.all()
    return tuple(
        PlannedFacts(ServiceKind(row.kind), Region(row.region) if row.region else None)
        for row in plan
        if row.ended_on is None or row.ended_on > note.visit.on
    )


def _goal(goal: Mapping[str, Any]) -> GoalFacts:
    return GoalFacts(
        id=goal["id"],
        text=goal["text"],
        term=GoalTerm(goal["term"]),
        measure=goal["measure"],
        unit=goal["unit"],
        baseline=goal["baseline"],
        target=goal["target"],
        due_on=date.fromisoformat(goal["due_on"]) if goal["due_on"] else None,
    )


def _finding(row: ExamFinding) -> FindingFacts:
    return FindingFacts(
        id=str(row.pk),
        kind=FindingKind(row.kind),
        region=Region(row.region) if row.region else None,
        side=Side(row.side) if row.side else None,
        value=row.value,
        unit=row.unit,
        words=row.words,
        episode_id=_id(row.episode_id),
    )


def _adjustment(row: Adjustment, record_only: bool) -> AdjustmentFacts:
    return AdjustmentFacts(
        id=str(row.pk),
        region=Region(row.region) if row.region else None,
        side=Side(row.side) if row.side else None,
        segment=row.segment,
        technique=row.technique,
        episode_id=_id(row.episode_id),
        diagnosis_ids=_ids(row.diagnosis_ids),
        record_only=record_only,
    )


def _activity(row: Activity, record_only: bool, goals: Mapping[str, str]) -> ActivityFacts:
    return ActivityFacts(
        id=str(row.pk),
        description=row.description,
        intents=tuple(map(Intent, row.intents)),
        goal=goals.get(str(row.goal_id), "") if row.goal_id else row.goal_text,
        goal_id=_id(row.goal_id),
        regions=tuple(map(Region, row.regions)),
        minutes=row.minutes,
        began=minute_of(row.began_at) if row.began_at else None,
        ended=minute_of(row.ended_at) if row.ended_at else None,
        delivery=Delivery(row.delivery) if row.delivery else None,
        group_size=row.group_size,
        performer=str(row.performer) if row.performer else "",
        performer_id=_id(row.performer_id),
        by_assistant=row.performer is not None and not row.performer.has_role(Role.CLINICIAN),
        dose=row.dose,
        response=row.response,
        why=row.why,
        episode_id=_id(row.episode_id),
        diagnosis_ids=_ids(row.diagnosis_ids),
        record_only=record_only,
    )


def _service(row: Any) -> ServiceFacts:
    return ServiceFacts(
        id=str(row.pk),
        code=row.code,
        title=row.title,
        units=row.units,
        episode_id=_id(row.episode_id),
        diagnosis_ids=_ids(row.diagnosis_ids),
        reason=row.reason,
    )


def _alerts(note: Note) -> tuple[AlertFacts, ...]:
    """Return the standing alerts with their answers; under a signature, those that stood or were answered then."""
    answers = {answer.alert_id: answer.text for answer in note.alert_answers.all()}
    return tuple(
        AlertFacts(
            id=str(alert.pk),
            text=alert.text,
            is_contraindication=alert.kind == alert.Kind.CONTRAINDICATION,
            regions=tuple(map(Region, alert.regions)),
            answer=answers.get(alert.pk, ""),
        )
        for alert in note.patient.alerts.all()
        if alert.pk in answers or (alert.is_active and (note.signed_at is None or alert.created_at < note.signed_at))
    )


def _id(pk: UUID | None) -> str:
    return str(pk) if pk else ""


def _ids(pks: Iterable[UUID]) -> tuple[str, ...]:
    return tuple(map(str, pks))
