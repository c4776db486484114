"""Minutes into units, by the two methods that payers use.

Only timed codes are counted here, 15 minutes to a unit. A code that is not timed is one unit, and its minutes never join
the others (domain facts 2.1, rule 7).

Total time: Medicare's 8-minute rule (Claims Processing Manual ch. 5 §20.2.C; domain facts 2.1)

1. Add up the minutes of all timed codes of the day.
2. The table says how many units the day has: 8-22 is 1, 23-37 is 2, 38-52 is 3 (`total_units`).
3. Each code takes one unit for every full 15 minutes of its own (`_hand_out`).
4. Units that are still left go, one at a time, to the code with the most minutes left over (`_to_most_left_over`).
5. Where codes have as many left over, CMS says "either": one takes it, and the tie is told (`_preference`, `_tie`).

Each code by itself: the midpoint of each unit must be passed (AMA; Premera, Blue Cross of Idaho; domain facts 2.2)

1. Add up the minutes of each code. Minutes of different codes never combine.
2. The same table, read for each code alone (`_each_by_itself`).

97110 for 20 minutes and 97140 for 13: 33 minutes are 2 units. 97110 takes one for its full 15 and has 5 left over; the 13 of
97140 are more, so the second unit is theirs.

>>> count(UnitMethod.TOTAL_TIME, [("97110", 20), ("97140", 13)]).units
{'97110': 1, '97140': 1}

97110 for 33 minutes and 97140 for 7: 40 minutes are 3 units, and the 7 minutes left over beat the 3. By itself, 97140 stays
under 8 minutes and has none.

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
FIRST_UNIT_FROM = 8  # with the eighth minute the midpoint of 15 is passed


@dataclass(frozen=True, slots=True)
class Count:
    """The units of each code, in the order in which the codes were charted.

    `minutes` are those of this note, `total` the units that the method allows it in all. Where codes tie for the last unit,
    `ties` names those that may take it, and `took_last` those of them that have it.
    """

    units: Mapping[str, int]
    minutes: int
    total: int
    ties: tuple[tuple[str, ...], ...] = ()
    took_last: tuple[str, ...] = ()


def total_units(minutes: int) -> int:
    """Return how many units this many minutes are: 8 to 22 one, 23 to 37 two, and one more for every further 15.

    A unit is reached 7 minutes before its quarter of an hour is full, so 7 are added and the full quarters counted.

    >>> [total_units(m) for m in (-1, 0, 7, 8, 22, 23, 37, 38)]
    [0, 0, 0, 1, 1, 2, 2, 3]
    """
    return (max(minutes, 0) + 7) // UNIT_MINUTES


def count(
    method: UnitMethod,
    minutes: Iterable[tuple[str, int]],
    earlier_minutes: Iterable[tuple[str, int]] = (),
    *,
    earlier_units: Mapping[str, int] | None = None,
    first_in_ties: Sequence[str] = (),
) -> Count:
    """Count the units of the timed codes of a note. A method that is not known counts each code by itself.

    8 minutes of 97112 and 8 of 97110 are 16: one unit, for either. The code charted first takes it, unless the signer
    names the other (`first_in_ties`).

    >>> count(UnitMethod.TOTAL_TIME, [("97112", 8), ("97110", 8)]).ties
    (('97112', '97110'),)
    >>> count(UnitMethod.TOTAL_TIME, [("97112", 8), ("97110", 8)], first_in_ties=["97110"]).units
    {'97112': 0, '97110': 1}

    The minutes of the patient's earlier notes of the day are added in, and the units that those notes have stand: only
    what the day has beyond them is left for this one. 10 minutes of 97110 in the morning had one unit; with 10 more in the
    afternoon the day has 20, still one unit.

    >>> count(UnitMethod.TOTAL_TIME, [("97110", 10)], earlier_minutes=[("97110", 10)]).units
    {'97110': 0}
    """
    here, earlier = _summed(minutes), _summed(earlier_minutes)
    if earlier_units is None:
        earlier_units = count(method, earlier.items()).units if earlier else {}
    if method is UnitMethod.TOTAL_TIME:
        return _by_total_time(here, earlier, earlier_units, first_in_ties)
    return _each_by_itself(here, earlier, earlier_units)


def _summed(minutes: Iterable[tuple[str, int]]) -> dict[str, int]:
    """Add up the minutes of each code: one service at several times of the day is one service (domain facts 2.1, rule 6).

    >>> _summed([("97110", 5), ("97140", 8), ("97110", 6)])
    {'97110': 11, '97140': 8}
    """
    sums: dict[str, int] = {}
    for code, spent in minutes:
        sums[code] = sums.get(code, 0) + max(spent, 0)
    return sums


def _each_by_itself(here: Mapping[str, int], earlier: Mapping[str, int], earlier_units: Mapping[str, int]) -> Count:
    """Read the table for each code alone, with its minutes of earlier notes, less the units that those have."""
    units = {code: max(total_units(here[code] + earlier.get(code, 0)) - earlier_units.get(code, 0), 0) for code in here}
    return Count(units, sum(here.values()), sum(units.values()))


def _by_total_time(
    here: Mapping[str, int],
    earlier: Mapping[str, int],
    earlier_units: Mapping[str, int],
    first_in_ties: Sequence[str],
) -> Count:
    """Read the table for the whole day, take off what earlier notes have, and hand out the rest.

    A unit that by its minutes belongs to a code which only an earlier note has goes to no other code.
    """
    day = {code: here.get(code, 0) + earlier.get(code, 0) for code in {**here, **earlier}}
    total = max(total_units(sum(day.values())) - sum(earlier_units.values()), 0)
    handed = _hand_out(total, day, earlier_units, _preference(here, day, first_in_ties))
    units = {code: handed.units[code] - earlier_units.get(code, 0) for code in here}
    ties, took_last = _tie(handed, here)
    return Count(units, sum(here.values()), total, ties, took_last)


@dataclass(frozen=True, slots=True)
class _HandedOut[Key: Hashable]:
    """Units as they were handed out, and the minutes left over, for which nobody has a unit.

    The last unit went for `last_left_over` minutes; `took_last` took a unit for as many. A key is a code, or a line of one.
    """

    units: dict[Key, int]
    left_over: Mapping[Key, int]
    last_left_over: int | None
    took_last: tuple[Key, ...]


def _hand_out[Key: Hashable](
    number: int, minutes: Mapping[Key, int], earlier_units: Mapping[Key, int], preference: Callable[[Key], Any]
) -> _HandedOut[Key]:
    """Hand out a number of units: one for every full 15 minutes, then those that are left to the most minutes left over.

    97110 for 18 minutes, 97140 for 13, 97116 for 10 and 97035 for 8 are 49 minutes, 3 units. One goes for the full 15 of
    97110, two to the 13 and the 10 minutes; the 8 of 97035 have none, though they are charted (CMS's own example).

    >>> count(UnitMethod.TOTAL_TIME, [("97110", 18), ("97140", 13), ("97116", 10), ("97035", 8)]).units
    {'97110': 1, '97140': 1, '97116': 1, '97035': 0}
    """
    units = {key: earlier_units.get(key, 0) for key in minutes}
    full = {key: max(spent // UNIT_MINUTES - units[key], 0) for key, spent in minutes.items()}
    if sum(full.values()) <= number:  # fewer than that only where earlier notes have units that are now another code's
        units = {key: units[key] + full[key] for key in units}
        number -= sum(full.values())
    return _to_most_left_over(number, units, minutes, preference)


def _to_most_left_over[Key: Hashable](
    number: int, units: dict[Key, int], minutes: Mapping[Key, int], preference: Callable[[Key], Any]
) -> _HandedOut[Key]:
    """Hand out units one at a time, each to the most minutes for which there is no unit yet. Equals: by preference."""
    left_over = {key: spent - UNIT_MINUTES * units[key] for key, spent in minutes.items()}
    last_left_over, took_last = None, list[Key]()
    for _ in range(number if minutes else 0):
        key = max(left_over, key=lambda each: (left_over[each], preference(each)))
        took_last = [*took_last, key] if left_over[key] == last_left_over else [key]
        last_left_over = left_over[key]
        units[key] += 1
        left_over[key] -= UNIT_MINUTES
    return _HandedOut(units, left_over, last_left_over, tuple(took_last))


def _preference(
    here: Mapping[str, int], day: Mapping[str, int], first_in_ties: Sequence[str]
) -> Callable[[str], tuple[bool, int, int]]:
    """Return who goes first among codes with as many minutes left over, where CMS leaves the choice.

    A code of this note, then the signer's choice, then more minutes in all, then the one charted first (domain facts 2.1).
    """
    chosen = {code: -place for place, code in enumerate(first_in_ties)}
    return lambda code: (code in here, chosen.get(code, -len(chosen)), day[code])


def _tie(handed: _HandedOut[str], here: Iterable[str]) -> tuple[tuple[tuple[str, ...], ...], tuple[str, ...]]:
    """Return the codes of which any may take the last unit, and those of them that have it; nothing where none ties."""
    tied = tuple(code for code in here if code in handed.took_last or handed.left_over[code] == handed.last_left_over)
    took_last = tuple(code for code in tied if code in handed.took_last)
    return ((tied,), took_last) if 0 < len(took_last) < len(tied) else ((), ())


def shared[Line: Hashable](units: int, minutes: Mapping[Line, int]) -> dict[Line, int]:
    """Share out the units of one code among its lines: full quarters of an hour first, then the most minutes left over.

    A modifier tells two lines of a code apart; it does not make more of the code's time. 97140 for 20 minutes and
    97140-59 for 14 are 34 minutes of 97140, two units: one for the full quarter of the first, one for the 14 minutes.

    >>> shared(2, {"97140": 20, "97140-59": 14})
    {'97140': 1, '97140-59': 1}
    >>> shared(1, {"97140": 8, "97140-59": 8})
    {'97140': 1, '97140-59': 0}
    """
    return _hand_out(units, minutes, {}, lambda line: minutes[line]).units


def other_method(method: UnitMethod) -> UnitMethod:
    """Return the method that this one is compared with: each code by itself for total time, total time for any other."""
    return UnitMethod.PER_CODE if method is UnitMethod.TOTAL_TIME else UnitMethod.TOTAL_TIME


def ticks(method: UnitMethod, minutes: Sequence[int], upto: int = 0) -> tuple[Tick, ...]:
    """Return where a further unit is reached on a ruler of minutes, as pages draw it: at 8, 23, 38 and so on.

    The minutes of each code are laid end to end. By total time one ruler runs through them all, and on to `upto`: 20 and
    20 minutes reach a unit at 8, 23 and 38.

    >>> [tick.minutes for tick in ticks(UnitMethod.TOTAL_TIME, [20, 20])]
    [8, 23, 38]

    By itself, each code begins a ruler of its own: the second one at minute 20, so that its unit is reached at 28.

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
