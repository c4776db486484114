"""A note as it is read: the page's context while it is written, and the plain sentences that review, print and the signed
page show. Carried rows that nobody confirmed are not part of what is read.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from clinic.entry.fingerprints import fingerprint
from clinic.models import Alert
from coding.engine.vocabulary import EXTRASPINAL_REGIONS, Delivery, Region
from notes.column import column_of
from notes.corrected import RELATIONS, Standing, standing
from notes.diagnosis_search import retired
from notes.digests import as_signed
from notes.forms.note import NoteForm
from notes.forms.objective import FindingForm
from notes.marks import Mark, Names, Piece, marks_of, pieces
from notes.models import Activity, Adjustment, Correction, Episode, ExamFinding, Note


@dataclass(frozen=True)
class DiagnosisReading:
    """A diagnosis by its code. Letters belong to claims: each payer's has its own, and B there may be A here."""

    id: str
    code: str
    title: str
    ended: date | None = None  # the list's last day for the code, if that was before the visit and the note is a draft


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
    history: str
    diagnoses: tuple[DiagnosisReading, ...]
    goals: tuple[GoalReading, ...]


@dataclass(frozen=True)
class RowReading:
    """A finding or an adjustment in words: as signed, and as it stands where it was corrected."""

    id: str
    words: str
    now: str = ""  # what it says with its corrections, where that is something else
    marks: tuple[Mark, ...] = ()

    def __str__(self) -> str:
        return self.words

    @property
    def pieces(self) -> tuple[Piece, ...]:
        return pieces(self.words, self.now)

    @property
    def deed(self) -> str:
        """Whether the row as a whole was added or withdrawn later."""
        whole = (mark.deed for mark in reversed(self.marks) if mark.deed != Correction.Deed.CHANGED)
        return next(whole, "")


@dataclass(frozen=True)
class ActivityReading(RowReading):
    number: int = 0
    description: str = ""
    facts: str = ""
    goal: str = ""
    response: str = ""


@dataclass(frozen=True)
class Reading:
    """The whole note in plain sentences."""

    complaints: tuple[ComplaintReading, ...]
    findings: tuple[RowReading, ...]
    adjustments: tuple[RowReading, ...]
    activities: tuple[ActivityReading, ...]
    answers: tuple[str, ...]
    marks: tuple[Mark, ...] = ()  # corrections of the note's own facts
    addenda: tuple["AddendumReading", ...] = ()


@dataclass(frozen=True)
class AddendumReading:
    """An addendum with what it corrects, each with the name of its row. One from before addenda were signed has no proof."""

    id: UUID
    text: str
    name: str
    at: datetime
    proof: str
    days_later: int
    corrections: tuple[tuple[str, Mark], ...]


def reading_of(note: Note) -> Reading:
    """Return what the note says. A signed note says what it said when it was signed, and what was corrected since."""
    complaints = tuple(complaints_of(note))
    done = note.activities.standing().select_related("goal", "performer__user")
    corrections = list(note.corrections.select_related("addendum")) if note.is_signed else []
    later = Later(standing(note), marks_of(corrections, Names(note))) if corrections else Later(None, {})
    answers = note.alert_answers.select_related("alert")
    return Reading(
        complaints=complaints,
        findings=tuple(later.rows("finding", note.findings.all(), lambda row: _finding(row, complaints))),
        adjustments=tuple(
            later.rows("adjustment", note.adjustments.standing(), lambda row: _adjusted(row, complaints))
        ),
        activities=tuple(_activities(later, done, complaints)),
        answers=tuple(f"{answer.alert.text}: {answer.text}" for answer in answers),
        marks=tuple(later.marks.get(note.pk, ())),
        addenda=tuple(_addenda(note, later)) if note.is_signed else (),
    )


def _addenda(note: Note, later: "Later") -> Iterator[AddendumReading]:
    zone = ZoneInfo(note.practice.time_zone)
    rows = {row.pk: str(row) for kind in RELATIONS for row in getattr(note, RELATIONS[kind]).all()}
    rows |= {row.pk: str(row) for kind in RELATIONS if later.stands for row in later.stands.rows(kind)}
    for each in note.addenda.prefetch_related("attestations"):
        signed = next((one for one in each.attestations.all() if one.meaning == "addendum"), None)
        at = signed.signed_at if signed else each.created_at
        marks = [(pk, mark) for pk, found in later.marks.items() for mark in found if mark.addendum == each.pk]
        yield AddendumReading(
            id=each.pk,
            text=each.text,
            name=each.name,
            at=at,
            proof=signed.get_proof_display() if signed else "",
            days_later=(at.astimezone(zone).date() - note.visit.on).days,
            corrections=tuple((rows.get(pk, "" if pk == note.pk else mark.old), mark) for pk, mark in marks),
        )


@dataclass(frozen=True)
class Later:
    """What corrections say of a note's rows."""

    stands: Standing | None
    marks: Mapping[UUID, Sequence[Mark]]

    def pairs(self, kind: str, rows: Iterable[Any]) -> Iterator[tuple[Any, Any]]:
        """Yield each row as it was signed and as it stands: the same where nothing was corrected, and then what was added."""
        signed = list(rows)
        now = {row.pk: row for row in self.stands.rows(kind)} if self.stands else {}
        for row in signed:
            yield row, now.pop(row.pk, row) if row.pk in self.marks else row
        known = {row.pk for row in signed}
        yield from ((row, row) for pk, row in now.items() if pk not in known)

    def rows(self, kind: str, rows: Iterable[Any], words: Callable[[Any], str]) -> Iterator[RowReading]:
        for row, now in self.pairs(kind, rows):
            yield RowReading(str(row.pk), words(row), words(now), tuple(self.marks.get(row.pk, ())))


def _finding(row: ExamFinding, complaints: tuple[ComplaintReading, ...]) -> str:
    return _with(str(row), _complaint_of(row, complaints))


def _adjusted(row: Adjustment, complaints: tuple[ComplaintReading, ...]) -> str:
    return _with(str(row), *_links(row, complaints))


def complaints_of(note: Note) -> Iterable[ComplaintReading]:
    today = {str(progress.goal_id): progress.value for progress in note.goal_progress.all()}
    rows = note.note_episodes.select_related("episode").prefetch_related("episode__diagnoses", "episode__goals")
    all_stood = [(served, as_signed(served, note.visit.on)) for served in rows]
    codes = {each["code"] for _, stood in all_stood for each in stood["diagnoses"]}
    ended = {} if note.is_signed else retired(codes, on=note.visit.on)
    for served, stood in all_stood:
        yield ComplaintReading(
            id=str(served.episode_id),
            complaint=stood["complaint"],
            history=_history(stood),
            diagnoses=tuple(
                DiagnosisReading(each["id"], each["code"], each["title"], ended.get(each["code"]))
                for each in stood["diagnoses"]
            ),
            goals=tuple(_goal(each, today) for each in stood["goals"] if _is_open(each) or each["id"] in today),
        )


def _history(stood: Mapping[str, Any]) -> str:
    """Say what an episode knows beside its complaint: since when, what was possible, what is not, and the plan of care."""
    parts = (
        stood["onset_on"] and f"Onset {_day(stood['onset_on'])}",
        stood["first_treated_on"] and f"first treated {_day(stood['first_treated_on'])}",
        stood["prior_function"] and f"before: {stood['prior_function']}",
        stood["limitation"] and f"now: {stood['limitation']}",
        ", ".join(filter(None, ["planned" if stood["frequency"] else "", stood["frequency"], stood["duration"]])),
    )
    return "; ".join(str(part).strip().rstrip(".") for part in parts if part)


def _is_open(goal: Mapping[str, Any]) -> bool:
    return not goal["met_on"] and not goal["dropped_on"]


def _goal(facts: Mapping[str, Any], today: dict[str, str]) -> GoalReading:
    return GoalReading(facts["id"], facts["text"], course(facts), today.get(facts["id"], ""))


def _day(text: str) -> str:
    day = date.fromisoformat(text)
    return f"{day.day} {day:%b %Y}"


def course(facts: Mapping[str, Any]) -> str:
    """Say from where to where a goal goes, and by when: 10 → 30 lb by 18 Dec.

    >>> course({"baseline": "10", "target": "30", "unit": "lb", "due_on": "2026-12-18"})
    '10 → 30 lb by 18 Dec'
    """
    span = " → ".join(filter(None, [facts["baseline"], facts["target"]]))
    due = date.fromisoformat(facts["due_on"]) if facts["due_on"] else None
    return " ".join(filter(None, [span, span and facts["unit"], f"by {due.day} {due:%b}" if due else ""]))


def _activities(
    later: Later, rows: Iterable[Activity], complaints: tuple[ComplaintReading, ...]
) -> Iterator[ActivityReading]:
    for number, (row, now) in enumerate(later.pairs("activity", rows), 1):
        facts, goal = _done(row, complaints), _aim(row, complaints)
        yield ActivityReading(
            id=str(row.pk),
            words=f"{facts}. Goal: {goal}" if goal else facts,
            now=f"{_done(now, complaints)}. Goal: {aim}" if (aim := _aim(now, complaints)) else _done(now, complaints),
            marks=tuple(later.marks.get(row.pk, ())),
            number=number,
            description=row.description,
            facts=facts,
            goal=goal,
            response=row.response,
        )


def _done(row: Activity, complaints: tuple[ComplaintReading, ...]) -> str:
    return "; ".join(filter(None, [facts_line(row), *_links(row, complaints)]))


def _aim(row: Activity, complaints: tuple[ComplaintReading, ...]) -> str:
    aims = {goal.id: goal for complaint in complaints for goal in complaint.goals}
    aim = aims.get(str(row.goal_id))
    return ", ".join(filter(None, [aim.text, aim.course])) if aim else row.goal_words


def _links(row: Activity | Adjustment, complaints: tuple[ComplaintReading, ...]) -> tuple[str, ...]:
    """Say which diagnoses a row treats, where it says so, and which complaint it belongs to, where there are several."""
    treated = {str(each) for each in row.diagnosis_ids}
    codes = dict.fromkeys(each.code for complaint in complaints for each in complaint.diagnoses if each.id in treated)
    return (f"treats {', '.join(codes)}" if codes else "", _complaint_of(row, complaints))


def _complaint_of(row: Activity | Adjustment | ExamFinding, complaints: tuple[ComplaintReading, ...]) -> str:
    if len(complaints) < 2:
        return ""
    return next((f"for {each.complaint}" for each in complaints if each.id == str(row.episode_id)), "")


def _with(words: str, *links: str) -> str:
    said = "; ".join(filter(None, links))
    return f"{words} ({said})" if said else words


def facts_line(row: Activity) -> str:
    """Say what an activity was for, how long, where, how and by whom, as far as it is stated."""
    minutes = " ".join(
        filter(None, [f"{row.minutes} min" if row.minutes else "", f"({row.clock})" if row.clock else ""])
    )
    by = f"by {row.performer}" if row.performer_id and row.performer_id != row.note.author_id else ""
    parts = ["for " + " and ".join(row.intent_labels) if row.intents else "", minutes, ", ".join(row.region_labels)]
    return "; ".join(filter(None, [*parts, delivery_line(row), row.dose, row.why, by]))


def delivery_line(row: Activity) -> str:
    if row.delivery == Delivery.GROUP and row.group_size:
        return f"group of {row.group_size}"
    if row.delivery == Delivery.BY_TURNS and row.group_size:
        return f"{row.get_delivery_display()}, {row.group_size} patients"
    return str(row.get_delivery_display())


# The page while it is written


def page_of(note: Note) -> dict[str, Any]:
    """Return the context of the note's page."""
    complaints = tuple(complaints_of(note))
    served = [complaint.id for complaint in complaints]
    others = Episode.objects.filter(patient=note.patient_id, discharged_on=None).exclude(pk__in=served)
    return {
        "note": note,
        "complaints": complaints,
        "other_episodes": others,
        "fields": fields_of(note),
        "alerts": alerts_of(note),
        **rows_of(note, "finding"),
        **(adjusted := rows_of(note, "adjustment")),
        **rows_of(note, "activity"),
        "finding_form": FindingForm(note=note),
        "column": column_of(adjusted["adjustments"]),
        "adjustable_elsewhere": [(region.value, region.label) for region in Region if region in EXTRASPINAL_REGIONS],
        "techniques": techniques_of(note),
    }


def techniques_of(note: Note) -> list[str]:
    """Return how the note's author adjusted lately, the most usual first."""
    mine = Adjustment.objects.filter(practice=note.practice_id, note__author=note.author_id).exclude(technique="")
    return [
        technique
        for technique, _ in Counter(mine.order_by("-pk").values_list("technique", flat=True)[:200]).most_common(12)
    ]


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
        return {"findings": note.findings.all()}
    if kind == "adjustment":
        return _split("adjustments", note.adjustments.select_related("note"))
    rows = note.activities.select_related("goal", "performer__user", "note", "episode")
    return {**_split("activities", rows), "several": serves_several(note)}


def serves_several(note: Note) -> bool:
    """Say whether the note serves more than one complaint, so that its rows must say which."""
    return note.note_episodes.count() > 1


def _split(name: str, rows: Iterable[Any]) -> dict[str, list[Any]]:
    rows = list(rows)
    return {name: [r for r in rows if not r.is_carried], f"carried_{name}": [r for r in rows if r.is_carried]}
