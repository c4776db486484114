"""How an episode is going: its goals between baseline and target, its visits, and when to examine again.

Pure arithmetic on rows that somebody else has fetched. Charts are told in coordinates of a small drawing,
because a page may not carry styles.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from notes.models import Episode, Goal, GoalProgress, Note

# A habit of reviewers and guidelines (CCGPP; quality measure 182), no payer's rule: a measure at least this often.
RE_EXAMINE_AFTER = timedelta(days=30)
WIDTH, HEIGHT, EDGE = 240.0, 64.0, 7.0
NUMBER = re.compile(r"\s*(-?[0-9]{1,6}(?:\.[0-9]{1,3})?)(?![0-9.,/-])")


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


def re_examination_due(episode: Episode) -> date | None:
    """Return the day by which the plan should be looked at again, None once the patient is discharged."""
    last = episode.plan_reviewed_on or episode.first_treated_on
    return None if last is None or episode.discharged_on else last + RE_EXAMINE_AFTER


@dataclass(frozen=True)
class Stand:
    """Where a goal stood on a day."""

    on: date
    value: str


@dataclass(frozen=True)
class Point:
    """A spot of a drawing."""

    x: float
    y: float


@dataclass(frozen=True)
class Drawing:
    """A goal from its baseline, over where it stood, to its target."""

    start: Point
    target: Point
    stands: list[Point]

    @property
    def line(self) -> str:
        return " ".join(f"{point.x:.1f},{point.y:.1f}" for point in [self.start, *self.stands])

    @property
    def last(self) -> Point:
        return [self.start, *self.stands][-1]


@dataclass(frozen=True)
class GoalCourse:
    """A goal with where it stood, oldest first."""

    goal: Goal
    began_on: date
    stands: list[Stand]

    @property
    def latest(self) -> Stand | None:
        return self.stands[-1] if self.stands else None

    @property
    def gaps(self) -> str:
        return one_of(gaps(self.goal))

    @property
    def drawing(self) -> Drawing | None:
        """The drawing, where baseline and target are different numbers and there is time between them."""
        return draw(self.goal, self.began_on, self.stands)


def courses(episode: Episode, goals: Iterable[Goal], progress: Iterable[GoalProgress]) -> list[GoalCourse]:
    """Join goals with where they stood; `progress` comes with its note's visit."""
    stands: dict[object, list[Stand]] = {}
    for each in sorted(progress, key=lambda row: row.note.visit.on):
        stands.setdefault(each.goal_id, []).append(Stand(each.note.visit.on, each.value))
    return [
        GoalCourse(goal, episode.first_treated_on or goal.created_at.date(), stands.get(goal.pk, [])) for goal in goals
    ]


def draw(goal: Goal, began_on: date, stands: Sequence[Stand]) -> Drawing | None:
    """Place a goal's values on the drawing: days to the right, better upwards, whichever way the numbers run."""
    baseline, target = number(goal.baseline), number(goal.target)
    measured = [(stand.on, value) for stand in stands if (value := number(stand.value)) is not None]
    ends_on = max([goal.due_on or began_on, *(on for on, _ in measured)])
    if baseline is None or target is None or baseline == target or ends_on <= began_on:
        return None
    shares = [(value - baseline) / (target - baseline) for _, value in measured]
    low, high = min([0.0, *shares]), max([1.0, *shares])

    def place(on: date, share: float) -> Point:
        right = max((on - began_on) / (ends_on - began_on), 0.0)
        up = (share - low) / (high - low)
        return Point(EDGE + right * (WIDTH - 2 * EDGE), HEIGHT - EDGE - up * (HEIGHT - 2 * EDGE))

    points = [place(on, share) for (on, _), share in zip(measured, shares, strict=True)]
    return Drawing(start=place(began_on, 0.0), target=place(goal.due_on or ends_on, 1.0), stands=points)


@dataclass(frozen=True)
class Strip:
    """The visits of an episode as marks on a line of time, from its first day to its last or to today."""

    notes: list[Note]
    marks: list[tuple[float, bool]]
    longest_gap: int

    @property
    def last_on(self) -> date | None:
        return self.notes[-1].visit.on if self.notes else None


def strip(notes: Sequence[Note], *, until: date) -> Strip:
    """Lay visits on a line; `notes` come with their visits, oldest first."""
    days = [note.visit.on for note in notes]
    if not days:
        return Strip([], [], 0)
    span = max((max(until, days[-1]) - days[0]).days, 1)
    marks = [((day - days[0]).days / span * 98 + 1, note.is_signed) for day, note in zip(days, notes, strict=True)]
    gap = max([(later - earlier).days for earlier, later in pairwise(days)], default=0)
    return Strip(list(notes), marks, gap)
