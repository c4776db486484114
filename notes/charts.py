"""Small drawings of how care is going, told in coordinates, because a page may not carry styles.

Pure geometry: days run to the right and better runs upwards, whichever way the numbers go.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

# A goal's chart: room for a number at either side, for the days below. Never scaled, so that its words stay legible.
WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 264, 100, 36, 44, 20, 30
# A measure's line stands beside its words.
SPARK_WIDTH, SPARK_HEIGHT, SPARK_EDGE = 112, 32, 5


@dataclass(frozen=True)
class Reading:
    """A number that was taken on a day."""

    on: date
    value: float


@dataclass(frozen=True)
class Point:
    """A spot of a drawing."""

    x: float
    y: float


def polyline(points: Sequence[Point]) -> str:
    """Return the points as SVG wants them.

    >>> polyline([Point(1.0, 2.5), Point(3.0, 4.0)])
    '1.0,2.5 3.0,4.0'
    """
    return " ".join(f"{point.x},{point.y}" for point in points)


@dataclass(frozen=True)
class GoalChart:
    """A goal from its baseline, over where it stood, to its target; and where today lies between them."""

    start: Point
    target: Point
    stands: list[Point]
    today: float | None
    values: tuple[str, str, str]
    days: tuple[date, date]

    @property
    def line(self) -> str:
        return polyline([self.start, *self.stands])

    @property
    def last(self) -> Point:
        return [self.start, *self.stands][-1]

    @property
    def last_label(self) -> Point:
        """Where the latest value is written: above its spot, or below it where there is no room above."""
        x = min(max(self.last.x, LEFT + 6), WIDTH - RIGHT - 8)
        return Point(x, self.last.y - 9 if self.last.y > TOP + 2 else self.last.y + 19)

    @property
    def target_day(self) -> float:
        """Where the target's day ends below the chart, clear of the first day's words."""
        return max(self.target.x + 14, LEFT + 104.0)


def goal_chart(
    baseline: Reading, target: Reading, readings: Sequence[Reading], *, due_on: date | None, today: date | None
) -> GoalChart | None:
    """Draw a goal whose target is reached on `target.on` at the latest; None where there is nothing to draw between.

    >>> day = date(2026, 11, 2)
    >>> chart = goal_chart(
    ...     Reading(day, 8), Reading(day + timedelta(20), 2), [Reading(day + timedelta(10), 5)],
    ...     due_on=day + timedelta(20), today=day + timedelta(10),
    ... )
    >>> chart.start, chart.last, chart.target, chart.values
    (Point(x=36.0, y=70.0), Point(x=128.0, y=45.0), Point(x=220.0, y=20.0), ('8', '5', '2'))
    """
    span = (target.on - baseline.on) / timedelta(days=1)
    if baseline.value == target.value or span <= 0:
        return None
    shares = [_share(reading, baseline, target) for reading in readings]
    low, high = min([0.0, *shares]), max([1.0, *shares])

    def place(on: date, share: float) -> Point:
        right = min(max((on - baseline.on).days / span, 0.0), 1.0)
        up = (share - low) / (high - low)
        x, y = LEFT + right * (WIDTH - LEFT - RIGHT), HEIGHT - BOTTOM - up * (HEIGHT - TOP - BOTTOM)
        return Point(round(x, 1), round(y, 1))

    ends_on = due_on or target.on
    latest = f"{readings[-1].value:g}" if readings else ""
    return GoalChart(
        start=place(baseline.on, 0.0),
        target=place(ends_on, 1.0),
        stands=[place(reading.on, share) for reading, share in zip(readings, shares, strict=True)],
        today=place(today, 0.0).x if today and baseline.on <= today <= target.on else None,
        values=(f"{baseline.value:g}", latest, f"{target.value:g}"),
        days=(baseline.on, ends_on),
    )


def _share(reading: Reading, baseline: Reading, target: Reading) -> float:
    return (reading.value - baseline.value) / (target.value - baseline.value)


def spark(readings: Sequence[Reading]) -> list[Point]:
    """Draw a measure as a line, higher numbers higher.

    >>> day = date(2026, 11, 2)
    >>> spark([Reading(day, 30), Reading(day + timedelta(5), 40), Reading(day + timedelta(10), 35)])
    [Point(x=5.0, y=27.0), Point(x=56.0, y=5.0), Point(x=107.0, y=16.0)]
    """
    values = [reading.value for reading in readings]
    low, height = min(values), max(values) - min(values) or 1.0
    began_on, span = readings[0].on, (readings[-1].on - readings[0].on).days or 1
    wide, tall = SPARK_WIDTH - 2 * SPARK_EDGE, SPARK_HEIGHT - 2 * SPARK_EDGE
    return [
        Point(
            round(SPARK_EDGE + (reading.on - began_on).days / span * wide, 1),
            round(SPARK_HEIGHT - SPARK_EDGE - (reading.value - low) / height * tall, 1),
        )
        for reading in readings
    ]
