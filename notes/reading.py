"""A note as it is read: the page's context while it is written, and the plain sentences that review, print and the signed
page show. Carried rows that nobody confirmed are not part of what is read.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from clinic.models import Alert
from coding.engine.vocabulary import EXTRASPINAL_REGIONS, Delivery, Region
from notes.drafts import fingerprint
from notes.forms.note import FindingForm, NoteForm, QuickForm
from notes.models import Activity, Episode, Goal, Note

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True)
class LetteredDiagnosis:
    """A diagnosis with the letter that lines point at it by."""

    id: str
    letter: str
    code: str
    title: str


@dataclass(frozen=True)
class GoalReading:
    id: str
    text: str
    course: str  # baseline, target and due date, as far as they are given
    today: str


@dataclass(frozen=True)
class ComplaintReading:
    """A complaint with its diagnoses and goals: as they stand now, or as they stood at the signature."""

    id: str
    complaint: str
    diagnoses: tuple[LetteredDiagnosis, ...]
    goals: tuple[GoalReading, ...]


@dataclass(frozen=True)
class ActivityReading:
    id: str
    number: int
    description: str
    facts: str
    goal: str
    response: str


@dataclass(frozen=True)
class Reading:
    """The whole note in plain sentences."""

    complaints: tuple[ComplaintReading, ...]
    findings: tuple[str, ...]
    adjustments: tuple[str, ...]
    activities: tuple[ActivityReading, ...]
    answers: tuple[str, ...]


def reading_of(note: Note) -> Reading:
    """Return what the note says. A signed note says what it said when it was signed."""
    complaints = tuple(_complaints(note))
    goals = {goal.id: goal for complaint in complaints for goal in complaint.goals}
    standing = note.activities.standing().select_related("goal", "performer__user")
    answers = note.alert_answers.select_related("alert")
    return Reading(
        complaints=complaints,
        findings=tuple(str(finding) for finding in note.findings.all()),
        adjustments=tuple(str(row) for row in note.adjustments.standing()),
        activities=tuple(_activity(number, row, goals) for number, row in enumerate(standing, 1)),
        answers=tuple(f"{answer.alert.text}: {answer.text}" for answer in answers),
    )


def _complaints(note: Note) -> Iterable[ComplaintReading]:
    today = {str(progress.goal_id): progress.value for progress in note.goal_progress.all()}
    letters = iter(LETTERS)
    for served in note.note_episodes.select_related("episode").prefetch_related("episode__diagnoses", "episode__goals"):
        stood = served.as_signed or _as_it_stands(served.episode)
        yield ComplaintReading(
            id=str(served.episode_id),
            complaint=stood["complaint"],
            diagnoses=tuple(
                LetteredDiagnosis(str(each["id"]), next(letters, "–"), each["code"], each["title"])
                for each in stood["diagnoses"]
            ),
            goals=tuple(_goal(each, today) for each in stood["goals"]),
        )


def _as_it_stands(episode: Episode) -> dict[str, Any]:
    return {
        "complaint": episode.complaint,
        "diagnoses": [
            {"id": each.pk, "code": each.code, "title": each.title}
            for each in episode.diagnoses.all()
            if each.ended_on is None
        ],
        "goals": [goal_facts(goal) for goal in episode.goals.all() if goal.is_open],
    }


def goal_facts(goal: Goal) -> dict[str, Any]:
    names = ("id", "term", "text", "measure", "unit", "baseline", "target", "due_on")
    return {name: getattr(goal, name) for name in names}


def _goal(facts: dict[str, Any], today: dict[str, str]) -> GoalReading:
    return GoalReading(str(facts["id"]), facts["text"], course(facts), today.get(str(facts["id"]), ""))


def course(facts: dict[str, Any]) -> str:
    """Say from where to where a goal goes, and by when: 10 → 30 lb by 18 Dec.

    >>> course({"baseline": "10", "target": "30", "unit": "lb", "due_on": date(2026, 12, 18)})
    '10 → 30 lb by 18 Dec'
    """
    span = " → ".join(filter(None, [facts["baseline"], facts["target"]]))
    due = facts["due_on"]
    due = date.fromisoformat(due) if isinstance(due, str) else due
    return " ".join(filter(None, [span, span and facts["unit"], f"by {due.day} {due:%b}" if due else ""]))


def _activity(number: int, row: Activity, goals: dict[str, GoalReading]) -> ActivityReading:
    aim = goals.get(str(row.goal_id)) if row.goal_id else None
    goal = (
        ", ".join(filter(None, [aim.text, aim.course, aim.today and f"today {aim.today}"])) if aim else row.goal_words
    )
    return ActivityReading(str(row.pk), number, row.description, facts_line(row), goal, row.response)


def facts_line(row: Activity) -> str:
    """Say what an activity was for, how long, where, how and by whom, as far as it is stated."""
    minutes = f"{row.minutes} min" if row.minutes else ""
    by = f"by {row.performer}" if row.performer_id and row.performer_id != row.note.author_id else ""
    parts = ["for " + " and ".join(row.intent_labels) if row.intents else "", minutes, ", ".join(row.region_labels)]
    return "; ".join(filter(None, [*parts, delivery_line(row), row.dose, row.why, by]))


def delivery_line(row: Activity) -> str:
    if row.delivery == Delivery.GROUP and row.group_size:
        return f"group of {row.group_size}"
    return str(row.get_delivery_display())


# The page while it is written


def page_of(note: Note) -> dict[str, Any]:
    """Return the context of the note's page."""
    complaints = tuple(_complaints(note))
    served = [complaint.id for complaint in complaints]
    others = Episode.objects.filter(patient=note.patient_id, discharged_on=None).exclude(pk__in=served)
    return {
        "note": note,
        "complaints": complaints,
        "other_episodes": others,
        "several": len(complaints) > 1,
        "fields": fields_of(note),
        "alerts": alerts_of(note),
        "quick": QuickForm(),
        **rows_of(note, "finding"),
        **rows_of(note, "adjustment"),
        **rows_of(note, "activity"),
    }


def fields_of(note: Note) -> dict[str, dict[str, Any]]:
    """Return each of the note's own fields with what it is typed against."""
    form = NoteForm(instance=note)
    return {name: {"field": form[name], "base": fingerprint(note, [name])} for name in form.fields}


def alerts_of(note: Note) -> list[dict[str, Any]]:
    """Return the contraindications that today's adjustments touch, each with its answer; answered ones stay in view."""
    answers = {answer.alert_id: answer.text for answer in note.alert_answers.all()}
    adjusted = [Region(row.region) for row in note.adjustments.standing() if row.region]
    standing = note.patient.alerts.filter(is_active=True, kind=Alert.Kind.CONTRAINDICATION)
    return [
        {"alert": alert, "answer": answers.get(alert.pk, "")}
        for alert in standing
        if alert.pk in answers or _touches(alert, adjusted)
    ]


def _touches(alert: Alert, adjusted: list[Region]) -> bool:
    """Say whether an alert concerns one of the regions; one that names none concerns every adjustment."""
    if not alert.regions:
        return bool(adjusted)
    return any(Region(named).overlaps(region) for named in alert.regions for region in adjusted)


def rows_of(note: Note, kind: str) -> dict[str, Any]:
    """Return the rows of one kind, split into what stands and what was carried over and waits for a yes."""
    if kind == "finding":
        return {"findings": note.findings.all(), "finding_form": FindingForm(note=note)}
    if kind == "adjustment":
        return {
            **_split("adjustments", note.adjustments.select_related("note")),
            "adjustable": [(region.value, region.label) for region in Region if region.is_spinal],
            "adjustable_elsewhere": [
                (region.value, region.label) for region in Region if region in EXTRASPINAL_REGIONS
            ],
        }
    return _split("activities", note.activities.select_related("goal", "performer__user", "note", "episode"))


def _split(name: str, rows: Iterable[Any]) -> dict[str, list[Any]]:
    rows = list(rows)
    return {name: [r for r in rows if not r.is_carried], f"carried_{name}": [r for r in rows if r.is_carried]}


def lettered(note: Note) -> dict[str, str]:
    """Return the letter of each diagnosis of the note by its id."""
    return {each.id: each.letter for complaint in _complaints(note) for each in complaint.diagnoses}
