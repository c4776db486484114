"""How an episode is going: its goals between baseline and target, its visits, its measures, and when to examine again.

Pure arithmetic on rows that somebody else has fetched; notes/charts.py draws.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from notes.charts import GoalChart, Point, Reading, goal_chart, polyline, spark
from notes.models import Episode, ExamFinding, Goal, GoalProgress, Note

# A habit of reviewers and guidelines (CCGPP; quality measure 182), no payer's rule: a measure at least this often.
RE_EXAMINE_AFTER = timedelta(days=30)
NUMBER = re.compile(r"\s*(-?[0-9]{1,6}(?:\.[0-9]{1,3})?)(?![0-9.,/-])")
# 6/10, 4/5, 22 of 50: a score and its whole. Halves and quarters are fractions, so the whole is five or more.
SCORE = re.compile(r"\s*([0-9]{1,3}(?:\.[0-9])?)\s*(?:/|of|out of)\s*([5-9]|[1-9][0-9]{1,2})(?![0-9./-])")


# Goals


def gaps(goal: Goal) -> list[str]:
    """Name what a goal still lacks to be measurable."""
    wanted = {"measure": goal.measure, "baseline": goal.baseline, "target": goal.target, "due date": goal.due_on}
    return [name for name, value in wanted.items() if not value]


def one_of(names: list[str]) -> str:
    """Name several things that are all missing.

    >>> one_of(["measure", "baseline", "target"]), one_of(["due date"])
    ('measure, baseline or target', 'due date')
    """
    return " or ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


def number(text: str) -> float | None:
    """Read the number that a value begins with; None where it is a fraction, a range or words.

    >>> number("15"), number("7.5 h"), number("-3"), number("4/5"), number("10-15"), number("unable")
    (15.0, 7.5, -3.0, None, None, None)
    """
    found = NUMBER.match(text)
    return float(found[1]) if found else None


def on_one_scale(texts: Sequence[str]) -> list[float | None]:
    """Read values that share a scale: plain numbers, or scores of the same whole. Scores of two wholes do not compare.

    >>> on_one_scale(["8/10", "2/10", "5"]), on_one_scale(["4/5", "8/10"]), on_one_scale(["1/2", "2"])
    ([8.0, 2.0, 5.0], [None, None], [None, 2.0])
    """
    scores = [SCORE.match(text) for text in texts]
    shared = len({score[2] for score in scores if score}) <= 1
    return [float(score[1]) if score and shared else number(text) for score, text in zip(scores, texts, strict=True)]


@dataclass(frozen=True)
class Stand:
    """Where a goal or a measure stood on a day."""

    on: date
    value: str


@dataclass(frozen=True)
class GoalCourse:
    """A goal with where it stood, oldest first."""

    goal: Goal
    began_on: date
    stands: list[Stand]
    today: date

    @property
    def latest(self) -> Stand | None:
        return self.stands[-1] if self.stands else None

    @property
    def gaps(self) -> str:
        return one_of(gaps(self.goal))

    @property
    def chart(self) -> GoalChart | None:
        """The drawing, where baseline and target are different numbers and there is time between them."""
        return draw(self.goal, self.began_on, self.stands, today=self.today)


def courses(
    episode: Episode, goals: Iterable[Goal], progress: Iterable[GoalProgress], *, today: date
) -> list[GoalCourse]:
    """Join goals with where they stood; `progress` comes with its note's visit."""
    stands: dict[object, list[Stand]] = {}
    for each in sorted(progress, key=lambda row: row.note.visit.on):
        stands.setdefault(each.goal_id, []).append(Stand(each.note.visit.on, each.value))
    return [
        GoalCourse(goal, episode.first_treated_on or goal.created_at.date(), stands.get(goal.pk, []), today)
        for goal in goals
    ]


def draw(goal: Goal, began_on: date, stands: Sequence[Stand], *, today: date | None = None) -> GoalChart | None:
    """Draw a goal where its values are numbers of one scale; words like "unable" have no place between them."""
    baseline, target, *values = on_one_scale([goal.baseline, goal.target, *(stand.value for stand in stands)])
    readings = [Reading(stand.on, value) for stand, value in zip(stands, values, strict=True) if value is not None]
    if baseline is None or target is None:
        return None
    ends_on = max([goal.due_on or began_on, *(reading.on for reading in readings)])
    return goal_chart(Reading(began_on, baseline), Reading(ends_on, target), readings, due_on=goal.due_on, today=today)


# Measures


@dataclass(frozen=True)
class Measure:
    """What was measured more than once, oldest first."""

    finding: ExamFinding
    unit: str
    readings: list[Reading]
    first: str

    @property
    def points(self) -> list[Point]:
        return spark(self.readings)

    @property
    def line(self) -> str:
        return polyline(self.points)

    @property
    def last(self) -> Point:
        return self.points[-1]

    @property
    def since(self) -> date:
        return self.readings[0].on


def measures(findings: Iterable[ExamFinding]) -> list[Measure]:
    """Gather what was measured on two days or more; `findings` come with their note's visit, oldest first."""
    alike: dict[object, list[ExamFinding]] = {}
    for finding in findings:
        what = (finding.kind, finding.region, finding.side, finding.words.casefold(), finding.unit)
        alike.setdefault(what, []).append(finding)
    found = [measure for rows in alike.values() if (measure := _measure(rows))]
    return sorted(found, key=lambda measure: -len(measure.readings))


def _measure(rows: list[ExamFinding]) -> Measure | None:
    """Follow one measure over its days; a second value of a day stands for that day."""
    values = on_one_scale([row.value for row in rows])
    of_days = {row.note.visit.on: (row, value) for row, value in zip(rows, values, strict=True) if value is not None}
    if len(of_days) < 2:
        return None
    taken = list(of_days.values())
    readings = [Reading(on, value) for on, (_, value) in of_days.items()]
    return Measure(taken[-1][0], taken[-1][0].unit, readings, taken[0][0].measure)


# Visits


def re_examination_due(episode: Episode) -> date | None:
    """Return the day by which the plan should be looked at again, None once the patient is discharged."""
    last = episode.plan_reviewed_on or episode.first_treated_on
    return None if last is None or episode.discharged_on else last + RE_EXAMINE_AFTER


@dataclass(frozen=True)
class Strip:
    """The visits of an episode as marks on a line of time, in hundredths of its length.

    The line runs from the first visit to today (or the discharge), or on to the day of re-examination.
    """

    notes: list[Note]
    marks: list[tuple[float, Note]]
    longest_gap: int
    until: date
    today: float | None = None
    due: float | None = None

    @property
    def first_on(self) -> date | None:
        return self.notes[0].visit.on if self.notes else None

    @property
    def last_on(self) -> date | None:
        return self.notes[-1].visit.on if self.notes else None

    @property
    def unsigned(self) -> int:
        return sum(not note.is_signed for note in self.notes)


def strip(notes: Sequence[Note], *, until: date, due: date | None = None) -> Strip:
    """Lay visits on a line; `notes` come with their visits, oldest first. The line ends where something still lies ahead."""
    days = [note.visit.on for note in notes]
    if not days:
        return Strip([], [], 0, until)
    ends_on = max(until, days[-1], due or until)
    span = max((ends_on - days[0]).days, 1)

    def place(on: date) -> float:
        return round(2 + max((on - days[0]).days, 0) / span * 96, 2)

    return Strip(
        notes=list(notes),
        marks=[(place(note.visit.on), note) for note in notes],
        longest_gap=max([(later - earlier).days for earlier, later in pairwise(days)], default=0),
        until=ends_on,
        today=place(until),
        due=place(due) if due else None,
    )
