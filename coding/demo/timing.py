"""When things were done at the demo practice: opened, entered, arrived, signed, settled. Every instant lies in the past.

What would lie ahead on the day of loading is done at the clock's own time, so that deeds stay in order.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from clinic import clock
from clinic.models import Visit
from clinic.requests.deeds import new_key
from coding.demo.people import PRACTICE

OPENS, NEXT_MORNING = time(7, 30), time(7, 40)
LATE = 41  # one note of so many is signed on the next morning only


class Ticking:
    """Keys and birth times in the order of loading, known before the rows are stored together.

    Within one transaction the database's clock stands still, and lists that are sorted by birth would be in any order.
    """

    def __init__(self) -> None:
        self.at, self.ticks = timezone.now(), count()

    def turn_to(self, moment: datetime) -> None:
        """Let the rows that follow be born at this moment, or just now if it lies ahead."""
        self.at = min(moment, timezone.now() - timedelta(minutes=1))

    def on(self, day: date) -> dict[str, Any]:
        """Return key and birth time of a row that was made in the morning of a day."""
        self.turn_to(moment(day, OPENS))
        return self()

    def __call__(self) -> dict[str, Any]:
        return {"id": new_key(), "created_at": self.at + timedelta(microseconds=next(self.ticks))}


def moment(on: date, at: time, zone: str = PRACTICE["time_zone"]) -> datetime:
    return datetime.combine(on, at, ZoneInfo(zone))


def begins(visit: Visit) -> datetime:
    return moment(visit.on, visit.at or OPENS, visit.practice.time_zone)


def signs(visit: Visit) -> datetime:
    """Return when a note is signed: soon after the visit, once in a while on the next morning."""
    drawn = int(visit.patient.chart_number) * 7 + visit.on.toordinal()
    tomorrow = visit.on + timedelta(days=1)
    if drawn % LATE == 0 and tomorrow < visit.practice.today():
        return moment(tomorrow, NEXT_MORNING, visit.practice.time_zone) + timedelta(minutes=drawn % 7)
    return begins(visit) + timedelta(minutes=18 + drawn % 25, seconds=drawn % 60)


def settles(visit: Visit) -> datetime:
    """Return when the desk gets to the superbill of a visit."""
    return signs(visit) + timedelta(minutes=20 + int(visit.patient.chart_number) % 30)


def pays(visit: Visit) -> datetime:
    """Return when money is taken: a copay on arrival, the whole charge when the visit is over and its bill is there."""
    arrived: datetime = visit.arrived_at or begins(visit)
    return arrived if visit.coverage_id else min(signs(visit) + timedelta(minutes=5), timezone.now())


@contextmanager
def done_at(instant: datetime) -> Iterator[None]:
    """Do something at its own time, or now if that has not come yet."""
    if instant >= timezone.now():
        yield
    else:
        with clock.telling(instant):
            yield
