"""Minutes into units, by the two methods that payers use.

Total time of the day (Medicare: Claims Processing Manual ch. 5 §20.2.C): all timed minutes together give the number of
units; each code first takes its full quarters of an hour, and what is left goes, one unit each, to the codes with the
most minutes left over. Each code by itself (Premera, Blue Cross of Idaho: the midpoint of each unit must be passed):
minutes of different codes never combine.

>>> count(UnitMethod.TOTAL_TIME, [("97110", 33), ("97140", 7)]).units
{'97110': 2, '97140': 1}
>>> count(UnitMethod.PER_CODE, [("97110", 33), ("97140", 7)]).units
{'97110': 2, '97140': 0}
"""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from coding.engine.results import Tick
from coding.engine.vocabulary import UnitMethod

UNIT_MINUTES = 15
FIRST_UNIT_FROM = 8


@dataclass(frozen=True, slots=True)
class Count[K: Hashable]:
    """Units for each key in the order in which the keys were documented, and where another choice is as good.

    `total` is what the method allows in all; each of `ties` is a group of keys of which any may take the last unit, and
    `took` are those of them that have it.
    """

    units: Mapping[K, int]
    minutes: int
    total: int
    ties: tuple[tuple[K, ...], ...] = ()
    took: tuple[K, ...] = ()


def count[K: Hashable](
    method: UnitMethod,
    minutes: Iterable[tuple[K, int]],
    before: Iterable[tuple[K, int]] = (),
    *,
    had: Mapping[K, int] | None = None,
    first: Sequence[K] = (),
) -> Count[K]:
    """Count units of timed services; a key is a code.

    `before` are minutes that other notes of the day have counted already: they join the day's time, and only what comes
    on top of what they `had` is returned. Of keys that tie, those in `first` come first. Minutes below zero count as
    none. A method that is not known counts each code by itself.

    >>> count(UnitMethod.TOTAL_TIME, [("97112", 7), ("97110", 7), ("97140", 7)]).ties
    (('97112', '97110', '97140'),)
    >>> count(UnitMethod.TOTAL_TIME, [("97112", 7), ("97110", 7)], first=["97110"]).units
    {'97112': 0, '97110': 1}
    >>> count(UnitMethod.TOTAL_TIME, [("97110", 10)], before=[("97110", 10)]).units
    {'97110': 0}
    """
    here, earlier = _summed(minutes), _summed(before)
    if had is None:
        had = count(method, earlier.items()).units if earlier else {}
    if method is UnitMethod.TOTAL_TIME:
        return _by_total_time(here, earlier, had, first)
    return _by_code(here, earlier, had)


def shared[K: Hashable](units: int, minutes: Mapping[K, int]) -> dict[K, int]:
    """Share out the units of one code among its lines: full quarters of an hour first, then the most minutes left over.

    A modifier tells two lines of a code apart; it does not make more of the code's time.

    >>> shared(2, {"97140": 20, "97140-59": 14}), shared(1, {"97140": 8, "97140-59": 8})
    ({'97140': 1, '97140-59': 1}, {'97140': 1, '97140-59': 0})
    """
    return _given(units, minutes, {}, lambda key: minutes[key]).units


def total_units(minutes: int) -> int:
    """Return the units that this many timed minutes earn in total.

    >>> [total_units(m) for m in (-1, 0, 7, 8, 22, 23, 37, 38)]
    [0, 0, 0, 1, 1, 2, 2, 3]
    """
    return (max(minutes, 0) + 7) // UNIT_MINUTES


def other_method(method: UnitMethod) -> UnitMethod:
    """Return the method that this one is compared with."""
    return UnitMethod.PER_CODE if method is UnitMethod.TOTAL_TIME else UnitMethod.TOTAL_TIME


def ticks(method: UnitMethod, minutes: Sequence[int], upto: int = 0) -> tuple[Tick, ...]:
    """Return the places on a rule of minutes where a unit arises.

    `minutes` are those of each code, laid end to end in this order. By total time there is one rule for all, as long as
    the minutes or `upto`; by code each code's stretch starts a rule of its own, and the units add up along the way.

    >>> [tick.minutes for tick in ticks(UnitMethod.TOTAL_TIME, [20, 20])]
    [8, 23, 38]
    >>> [(tick.minutes, tick.units) for tick in ticks(UnitMethod.PER_CODE, [20, 20])]
    [(8, 1), (28, 2)]
    """
    if method is UnitMethod.TOTAL_TIME or len(minutes) < 2:
        length = max(sum(max(m, 0) for m in minutes), upto)
        return tuple(Tick(at, units) for units, at in enumerate(_steps(length), start=1))
    places, start = [], 0
    for stretch in minutes:
        places += [start + at for at in _steps(stretch)]
        start += max(stretch, 0)
    return tuple(Tick(at, units) for units, at in enumerate(places, start=1))


def _steps(minutes: int) -> range:
    """Return 8, 23, 38 ... up to and with this many minutes."""
    return range(FIRST_UNIT_FROM, minutes + 1, UNIT_MINUTES)


def _summed[K: Hashable](minutes: Iterable[tuple[K, int]]) -> dict[K, int]:
    """Add up the minutes of each key: one service at several times of the day is one service."""
    sums: dict[K, int] = {}
    for key, spent in minutes:
        sums[key] = sums.get(key, 0) + max(spent, 0)
    return sums


def _by_code[K: Hashable](here: Mapping[K, int], earlier: Mapping[K, int], had: Mapping[K, int]) -> Count[K]:
    units = {key: max(total_units(here[key] + earlier.get(key, 0)) - had.get(key, 0), 0) for key in here}
    return Count(units, sum(here.values()), sum(units.values()))


def _by_total_time[K: Hashable](
    here: Mapping[K, int], earlier: Mapping[K, int], had: Mapping[K, int], first: Sequence[K]
) -> Count[K]:
    """Give what the day allows on top of what earlier notes had. What they had stands, so it bounds the rest.

    A unit that by its minutes belongs to a code of an earlier note alone is not given to another one.
    """
    day = {key: here.get(key, 0) + earlier.get(key, 0) for key in {**here, **earlier}}
    free = max(total_units(sum(day.values())) - sum(had.values()), 0)
    chosen = {key: -place for place, key in enumerate(first)}
    given = _given(free, day, had, lambda key: (key in here, chosen.get(key, -len(chosen)), day[key]))
    tied = tuple(key for key in here if key in given.took or given.left[key] == given.edge)
    took = tuple(key for key in tied if key in given.took)
    is_tie = 0 < len(took) < len(tied)
    return Count(
        {key: given.units[key] - had.get(key, 0) for key in here},
        sum(here.values()),
        free,
        (tied,) if is_tie else (),
        took if is_tie else (),
    )


@dataclass(frozen=True, slots=True)
class _Given[K: Hashable]:
    """Units as they were given out, with the minutes that each key has left. `took` got theirs at the `edge`."""

    units: dict[K, int]
    left: Mapping[K, int]
    edge: int | None
    took: tuple[K, ...]


def _given[K: Hashable](
    free: int, minutes: Mapping[K, int], had: Mapping[K, int], preferred: Callable[[K], Any]
) -> _Given[K]:
    """Give out units one by one, each to the key with the most minutes that no unit stands for yet.

    CMS leaves the choice open between keys with as much left over ("either"); there the `preferred` one comes first.
    """
    units = {key: had.get(key, 0) for key in minutes}
    full = {key: max(spent // UNIT_MINUTES - units[key], 0) for key, spent in minutes.items()}
    if sum(full.values()) <= free:  # those come first in any case, and there may be many
        units = {key: units[key] + full[key] for key in units}
        free -= sum(full.values())
    left = {key: spent - UNIT_MINUTES * units[key] for key, spent in minutes.items()}
    edge, took = None, list[K]()
    for _ in range(free if minutes else 0):
        key = max(left, key=lambda each: (left[each], preferred(each)))
        took = [*took, key] if left[key] == edge else [key]
        edge = left[key]
        units[key] += 1
        left[key] -= UNIT_MINUTES
    return _Given(units, left, edge, tuple(took))
