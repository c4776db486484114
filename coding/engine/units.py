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

from coding.engine.results import Tick
from coding.engine.vocabulary import UnitMethod

UNIT_MINUTES = 15
FIRST_UNIT_FROM = 8


@dataclass(frozen=True, slots=True)
class Count[K: Hashable]:
    """Units for each key in the order in which the keys were documented, and where another choice is as good.

    `total` is what the method allows in all; each of `ties` is a group of keys of which any may take the last unit.
    """

    units: Mapping[K, int]
    minutes: int
    total: int
    ties: tuple[tuple[K, ...], ...] = ()


def count[K: Hashable](
    method: UnitMethod, minutes: Iterable[tuple[K, int]], before: Iterable[tuple[K, int]] = ()
) -> Count[K]:
    """Count units of timed services; a key is a code, or a code with its modifiers.

    `before` are minutes that other notes of the day have counted already: they join the day's time, and only what comes
    on top of them is returned. Minutes below zero count as none. A method that is not known counts each code by itself.

    >>> count(UnitMethod.TOTAL_TIME, [("97112", 7), ("97110", 7), ("97140", 7)]).ties
    (('97112', '97110', '97140'),)
    >>> count(UnitMethod.TOTAL_TIME, [("97110", 10)], before=[("97110", 10)]).units
    {'97110': 0}
    """
    here, earlier = _summed(minutes), _summed(before)
    by_method = _by_total_time if method is UnitMethod.TOTAL_TIME else _by_code
    return _on_top(by_method, here, earlier) if earlier else by_method(here)


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


def _by_code[K: Hashable](minutes: Mapping[K, int]) -> Count[K]:
    units = {key: total_units(spent) for key, spent in minutes.items()}
    return Count(units, sum(minutes.values()), sum(units.values()))


def _by_total_time[K: Hashable](minutes: Mapping[K, int]) -> Count[K]:
    units = {key: spent // UNIT_MINUTES for key, spent in minutes.items()}
    total = total_units(sum(minutes.values()))
    spare = total - sum(units.values())
    order = sorted(minutes, key=lambda key: (-(minutes[key] % UNIT_MINUTES), -minutes[key]))
    for key in order[:spare]:
        units[key] += 1
    return Count(units, sum(minutes.values()), total, _ties(order, minutes, spare))


def _ties[K: Hashable](order: Sequence[K], minutes: Mapping[K, int], spare: int) -> tuple[tuple[K, ...], ...]:
    """Return the keys that have as much left over as the last one that got a unit, if one of them went without.

    CMS leaves the choice open there ("either"). Ours: more minutes left over, then more minutes, then documented first.
    """
    if not 0 < spare < len(order):
        return ()
    left = {key: minutes[key] % UNIT_MINUTES for key in order}
    edge = left[order[spare - 1]]
    if left[order[spare]] != edge:
        return ()
    return (tuple(key for key in minutes if left[key] == edge),)


def _on_top[K: Hashable](
    by_method: Callable[[Mapping[K, int]], Count[K]], here: Mapping[K, int], earlier: Mapping[K, int]
) -> Count[K]:
    """Count the whole day and take away what the other notes have; never more than the day's total allows."""
    day = by_method({key: earlier.get(key, 0) + here.get(key, 0) for key in {**earlier, **here}})
    had = by_method(earlier)
    units = {key: max(day.units[key] - had.units.get(key, 0), 0) for key in here}
    total = max(day.total - had.total, 0)
    for key in reversed(list(units)):
        units[key] -= min(units[key], max(sum(units.values()) - total, 0))
    ties = tuple(group for group in (tuple(key for key in tie if key in here) for tie in day.ties) if len(group) > 1)
    return Count(units, sum(here.values()), total, ties)
