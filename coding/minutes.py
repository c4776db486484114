"""The rule of minutes: a stretch of time with ticks where a unit more arises. Pure."""

from dataclasses import dataclass

from coding.engine.units import FIRST_UNIT_FROM, UNIT_MINUTES, ticks
from coding.engine.vocabulary import UnitMethod

SHOWN_AT_LEAST = FIRST_UNIT_FROM + 2 * UNIT_MINUTES  # three units' worth, so that short rules compare
BEYOND_THE_LAST_TICK = 7


@dataclass(frozen=True, slots=True)
class Mark:
    """A tick, and how far along the rule it lies, in percent."""

    minutes: int
    units: int
    x: float


@dataclass(frozen=True, slots=True)
class MinutesRule:
    """Minutes drawn on a rule; `fill` is how far they reach, in percent."""

    minutes: int
    end: int
    family: str
    fill: float
    ticks: tuple[Mark, ...]


def minutes_rule(minutes: int, family: str = "") -> MinutesRule:
    """Return a rule that reaches to the next unit at least.

    >>> rule = minutes_rule(12)
    >>> rule.end, [(mark.minutes, mark.x) for mark in rule.ticks]
    (45, [(8, 17.8), (23, 51.1), (38, 84.4)])
    >>> minutes_rule(40).end, minutes_rule(0).fill
    (60, 0.0)
    """
    upto = max(SHOWN_AT_LEAST, _next_tick(minutes))
    end = upto + BEYOND_THE_LAST_TICK
    marks = tuple(
        Mark(tick.minutes, tick.units, _percent(tick.minutes, end))
        for tick in ticks(UnitMethod.TOTAL_TIME, [minutes], upto=upto)
    )
    return MinutesRule(minutes=minutes, end=end, family=family, fill=_percent(minutes, end), ticks=marks)


def _next_tick(minutes: int) -> int:
    """Return where the next unit arises.

    >>> [_next_tick(m) for m in (7, 8, 22, 23)]
    [8, 23, 23, 38]
    """
    return (minutes + UNIT_MINUTES - FIRST_UNIT_FROM) // UNIT_MINUTES * UNIT_MINUTES + FIRST_UNIT_FROM


def _percent(minutes: int, end: int) -> float:
    return round(100 * minutes / end, 1)
