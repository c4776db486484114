"""Visits of the past with their notes, loaded as drafts; signing them is the app's own work and follows in `signing`."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db.models import F
from django.db.models.functions import Least, Now
from django.utils import timezone

from clinic.models import Alert, Membership, Visit
from coding.demo.days import Booked
from coding.demo.loading import Case, Chart, House, often, planned_visits
from coding.demo.patients import ANSWERS
from coding.demo.timing import Ticking, begins
from coding.demo.writing import Turn, Written, write
from coding.models import PickedService, RecordOnly
from notes.models import Activity, Adjustment, AlertAnswer, ExamFinding, GoalProgress, Note, NoteEpisode

SECOND_COMPLAINT_AT = 3  # the visit at which a second complaint joins the first
REEXAM_AT = 7  # or earlier, so that no more than four weeks pass
HANDS_ON = {"tissue", "relaxation", "pain"}  # what is worked on by hand or with an agent is the clinician's
XRAYED = {"whiplash": "72040", "stenosis": "72100"}


@dataclass
class Rows:
    """Rows to be stored together, table by table, parents first."""

    visits: list[Visit] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    parts: dict[type, list[Any]] = field(default_factory=dict)

    def add(self, *parts: Any) -> None:
        for part in parts:
            self.parts.setdefault(type(part), []).append(part)

    def store(self) -> None:
        """Insert everything, a statement for each table. Record-only marks come last: they name rows by their id."""
        Visit.objects.bulk_create(self.visits)
        Note.objects.bulk_create(self.notes)
        # a new note is dated by the clock; these were last saved when their visit was over
        charted = Least(F("created_at") + timedelta(minutes=12), Now())
        Note.objects.filter(pk__in=[note.pk for note in self.notes]).update(saved_at=charted)
        for model in (NoteEpisode, ExamFinding, Adjustment, Activity, GoalProgress, AlertAnswer, PickedService):
            model.objects.bulk_create(self.parts.get(model, []))
        RecordOnly.objects.bulk_create(_maintained(self.parts))


def chart_visit(house: House, booked: Booked, seed: int, rows: Rows, tick: Ticking) -> Visit:
    """Enter one visit, and its note unless it was missed."""
    chart = house.charts[booked.patient.chart]
    visit = Visit(
        practice=house.practice, patient=chart.patient, clinician=house.members[booked.patient.clinician],
        location=house.locations[booked.location], coverage=chart.coverage, on=booked.on, at=booked.at,
        state=booked.state, **tick.on(booked.on),
    )  # fmt: skip
    rows.visits.append(visit)
    if booked.state == "done":
        arrive(visit, tick)
        written = [
            write(case.story, turn_of(chart, case, booked, seed, place)) for place, case in served(chart, booked)
        ]
        note = chart_note(house, visit, chart, written, rows, tick)
        picked(house, note, chart, booked, rows, tick)
    return visit


def arrive(visit: Visit, tick: Ticking) -> None:
    """Let the patient arrive a few minutes early, never later than now; what is charted is born from then on."""
    visit.state = Visit.State.ARRIVED
    visit.arrived_at = min(begins(visit) - timedelta(minutes=4), timezone.now() - timedelta(minutes=2))
    tick.turn_to(begins(visit))


def served(chart: Chart, booked: Booked) -> list[tuple[int, Case]]:
    """Return the complaints that a visit is about, each with its place."""
    cases = chart.cases if booked.number >= SECOND_COMPLAINT_AT else chart.cases[:1]
    return list(enumerate(cases))


def turn_of(chart: Chart, case: Case, booked: Booked, seed: int, place: int, *, active: bool = False) -> Turn:
    """Return the turn at which a visit tells a complaint."""
    patient, number = chart.invented, booked.number - place * SECOND_COMPLAINT_AT
    return Turn(
        seed=seed, chart=patient.chart, number=number, pace=patient.pace, side=patient.side,
        clinician=patient.clinician, visits_planned=planned_visits(patient), frequency=often(patient),
        onset_days=case.story.table["onset_days"],
        has_activities=booked.number > 0 and (active or is_active(chart, booked)), is_exam=_is_exam(chart, case, number, place),
    )  # fmt: skip


def is_active(chart: Chart, booked: Booked) -> bool:
    """Say whether a visit holds activities beside the adjustment."""
    return (booked.number * 7 + int(chart.invented.chart)) % 10 <= chart.invented.active and chart.invented.active > 0


def _is_exam(chart: Chart, case: Case, number: int, place: int) -> bool:
    return case.story.phase == "active" and place == 0 and number in (0, reexam_at(chart))


def reexam_at(chart: Chart) -> int:
    """Return at which visit a patient is examined again: within four weeks, however often they come."""
    return min(REEXAM_AT, planned_visits(chart.invented) * 4 // 6)


def chart_note(house: House, visit: Visit, chart: Chart, written: Sequence[Written], rows: Rows, tick: Ticking) -> Note:
    """Enter a note that serves one complaint after another."""
    author = visit.clinician
    cases = chart.cases[: len(written)]
    minutes = [each.total_minutes for each in written if each.total_minutes]
    note = Note(
        practice=house.practice, visit=visit, patient=visit.patient, author=author, **tick(),
        care_phase=cases[0].story.phase, subjective=_texts(written, "subjective"),
        objective=_texts(written, "objective"), assessment=_texts(written, "assessment"),
        plan=written[-1].plan, total_minutes=sum(minutes) or None,
    )  # fmt: skip
    rows.notes.append(note)
    for case, each in zip(cases, written, strict=True):
        episode = {"practice": house.practice, "note": note, "episode": case.episode}
        rows.add(NoteEpisode(**episode, patient=visit.patient, **tick()))
        helper = house.members.get("tess", author) if author.user.username == "adams" else author
        _enter(rows, each, case, episode, author, helper, first=len(rows.notes) % 3, tick=tick)
    _answer_alerts(house, note, chart, written, rows)
    return note


def _texts(written: Iterable[Written], name: str) -> str:
    return "\n\n".join(filter(None, (getattr(each, name) for each in written)))


def _enter(
    rows: Rows,
    written: Written,
    case: Case,
    episode: dict[str, Any],
    author: Membership,
    helper: Membership,
    *,
    first: int,
    tick: Ticking,
) -> None:
    """Enter the rows for one complaint. In one note of three the assistant took the findings down and led exercises."""
    aide = author if first else helper
    for position, row in enumerate(written.findings):
        rows.add(ExamFinding(**episode, **row, position=position, written_by=aide, **tick()))
    for position, row in enumerate(written.adjustments):
        rows.add(Adjustment(**episode, **row, position=position, written_by=author, **tick()))
    for position, row in enumerate(written.activities):
        goal = row.pop("goal")
        picked = case.goals[goal] if goal is not None else None
        given = {"goal": picked, "performer": aide if _may_assist(case, episode["note"], row) else author}
        rows.add(Activity(**episode, **row, **given, position=position, written_by=aide, **tick()))
    for place, value in written.progress.items():
        rows.add(GoalProgress(**episode, goal=case.goals[place], value=value, written_by=author, **tick()))


def _may_assist(case: Case, note: Note, row: dict[str, Any]) -> bool:
    """Say whether an assistant may give this: no hands-on work, and only where the payer pays for their time."""
    coverage = case.episode.coverage or note.visit.coverage
    return coverage is not None and coverage.payer.assistants_treat and not HANDS_ON & set(row["intents"])


def _answer_alerts(house: House, note: Note, chart: Chart, written: Sequence[Written], rows: Rows) -> None:
    """Answer each contraindication that concerns a region adjusted today."""
    adjusted = {row["region"] for each in written for row in each.adjustments}
    for alert in chart.alerts:
        if alert.kind == Alert.Kind.CONTRAINDICATION and adjusted & set(alert.regions):
            text = ANSWERS[chart.patient.chart_number]
            rows.add(AlertAnswer(practice=house.practice, note=note, alert=alert, text=text, written_by=note.author))


def picked(house: House, note: Note, chart: Chart, booked: Booked, rows: Rows, tick: Ticking) -> None:
    for code, reason in picked_for(chart, booked):
        fee = house.fees[code]
        rows.add(
            PickedService(
                practice=house.practice, note=note, episode=chart.cases[0].episode, fee=fee, code=code, title=fee.title,
                reason=reason, written_by=note.author, **tick(),
            )
        )  # fmt: skip


def picked_for(chart: Chart, booked: Booked) -> list[tuple[str, str]]:
    """Return what the clinician picks at a visit: exams, X-rays, a pillow, needling, the maintenance adjustment."""
    case, number, patient = chart.cases[0], booked.number, int(chart.invented.chart)
    if case.story.phase == "maintenance":
        return [("S8990", "")] if chart.invented.payer == "self" else []
    if number == 0:
        return [("99203", EXAMINED[patient % 2]), *((code, "") for code in [XRAYED.get(case.story.slug)] if code)]
    if number == reexam_at(chart):
        return [("99213", REEXAMINED[patient % 2])]
    if number == 2 and case.story.slug == "neck-desk":
        return [("E0190", "")]
    return [("20560", "")] if number == 4 and patient % 9 == 0 else []


EXAMINED = (
    "New complaint: history, examination and decision on care",
    "First visit: full history and regional examination, decision on care",
)
REEXAMINED = (
    "Planned re-examination: measures repeated, goals and plan revised",
    "Measures and goals gone through again, plan of care changed accordingly",
)


def _maintained(parts: dict[type, list[Any]]) -> list[RecordOnly]:
    """Keep the adjustments off the bill where the maintenance adjustment was picked in their place."""
    notes = {row.note.pk for row in parts.get(PickedService, []) if row.code == "S8990"}
    return [
        RecordOnly(practice=row.practice, note=row.note, row_id=row.pk, marked_by=row.written_by)
        for row in parts.get(Adjustment, [])
        if row.note.pk in notes
    ]
