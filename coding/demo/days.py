"""Who comes when: six weeks of working days before today, on a book of twenty-minute places. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta

from coding.demo.patients import ADAMS, BAKER, COLE, PATIENTS, Invented

WORKING_DAYS = 30
APART = 20  # minutes from one place to the next
MORNING, NOON, AFTERNOON, EVENING = 8 * 60, 12 * 60 + 20, 13 * 60 + 20, 18 * 60
PLACES = tuple(range(MORNING, NOON, APART)) + tuple(range(AFTERNOON, EVENING, APART))

# where each clinician works on a weekday (1 is Monday)
ROTA: Mapping[str, Mapping[int, str]] = {
    ADAMS: dict.fromkeys(range(1, 8), "Main Street"),
    BAKER: {day: "Lakeside" if day in (2, 4) else "Main Street" for day in range(1, 8)},
    COLE: dict.fromkeys(range(1, 8), "Lakeside"),
}


@dataclass(frozen=True)
class Booked:
    """A visit in the book: who, when, the how-manyth of their course, and what became of it."""

    patient: Invented
    on: date
    at: time
    number: int
    state: str = "done"

    @property
    def location(self) -> str:
        return ROTA[self.patient.clinician][self.on.isoweekday()]


def working_days(today: date) -> list[date]:
    """Return the working days of the six weeks before a day, oldest first.

    >>> days = working_days(date(2026, 11, 20))
    >>> len(days), days[0].isoformat(), days[-1].isoformat()
    (30, '2026-10-09', '2026-11-19')
    """
    days = (today - timedelta(days=back) for back in range(1, 60))
    return [day for day in days if day.isoweekday() <= 5][:WORKING_DAYS][::-1]


def book(today: date) -> list[Booked]:
    """Return the visits of the past six weeks in the order in which they were."""
    taken: set[tuple[str, date, int]] = set()
    days = working_days(today)
    visits = [visit for place, patient in enumerate(PATIENTS) for visit in _course(patient, place, days, taken)]
    return sorted(visits, key=lambda visit: (visit.on, visit.at, visit.patient.chart))


def _course(patient: Invented, place: int, days: list[date], taken: set[tuple[str, date, int]]) -> Iterator[Booked]:
    """Book one patient's visits. One in about twenty is missed, and does not count in the course."""
    number = 0
    for nth, day in enumerate(day for day in days[patient.start :] if _comes(patient, day, days)):
        state = _missed(place, nth) if number else "done"
        at = _free(patient, place, day, taken)
        yield Booked(patient, day, time(at // 60, at % 60), number, state)
        number += state == "done"


def _comes(patient: Invented, day: date, days: list[date]) -> bool:
    """Say whether a day is one of the patient's: the first of their course always is."""
    weekdays, _, weeks = patient.days.partition("w")
    if day == days[min(patient.start, len(days) - 1)] and not weeks:
        return True
    week = days.index(day) // 5
    return str(day.isoweekday()) in weekdays and (not weeks or week % int(weeks) == patient.start % int(weeks))


def _missed(place: int, nth: int) -> str:
    turn = (place * 7 + nth * 11) % 43
    return {5: "no_show", 20: "cancelled"}.get(turn, "done")


def _free(patient: Invented, place: int, day: date, taken: set[tuple[str, date, int]]) -> int:
    """Take the first free place from the patient's usual time on; one with a free place on either side, if there is one.

    Visits often take longer than a place, and nobody is one-on-one with two patients at once.
    """
    usual = (place * 5) % len(PLACES)
    theirs = {at for who, on, at in taken if (who, on) == (patient.clinician, day)}
    free = [at for at in PLACES[usual:] + PLACES[:usual] if at not in theirs]
    if not free:
        raise ValueError(f"{day} is full for {patient.clinician}")
    at = next((at for at in free if not theirs & {at - APART, at + APART}), free[0])
    taken.add((patient.clinician, day, at))
    return at
