"""Quarters of the calendar, in which CMS issues its tables. A quarter is known by its first day. Pure."""

import re
from datetime import date

NAMED = re.compile(r"(?P<year>\d{4})[ _-]?[Qq](?P<quarter>[1-4])(?!\d)", re.ASCII)
VERSION = re.compile(r"(?<![0-9A-Za-z])[Vv](?P<major>\d{2})(?P<minor>[0-3])(?:[Rr]\d+)?(?!\d)", re.ASCII)
FROM_A_DAY = re.compile(r"(?<!\d)(?P<month>\d{2})-(?P<day>\d{2})-(?P<year>\d{4})(?!\d)", re.ASCII)
VERSION_ZERO = 1994  # CMS's version 30 is that of 2024


def quarter_of(day: date) -> date:
    """Return the first day of the quarter in which a day lies.

    >>> quarter_of(date(2026, 11, 20)), quarter_of(date(2026, 10, 1))
    (datetime.date(2026, 10, 1), datetime.date(2026, 10, 1))
    """
    return date(day.year, day.month - (day.month - 1) % 3, 1)


def name_of(quarter: date) -> str:
    """Name a quarter as people do, and so that names sort by time.

    >>> name_of(date(2026, 10, 1))
    '2026 Q4'
    """
    return f"{quarter.year} Q{(quarter.month + 2) // 3}"


def named(words: str) -> date | None:
    """Read a quarter as people write it, or as CMS names a file: by quarter, by version, or by its first day.

    >>> [name_of(named(words)) for words in ("2026Q3", "medicare-ncci-2026q2-practitioner-ptp-edits-ccipra-v321r0-f1")]
    ['2026 Q3', '2026 Q2']
    >>> name_of(named("ccipra-v322r0-f1.TXT")), name_of(named("MCR_MUE_PractitionerServices_Eff_07-01-2026.csv"))
    ('2026 Q3', '2026 Q3')
    >>> named("table.txt"), named("Eff_13-01-2026")
    (None, None)
    """
    if found := NAMED.search(words):
        return _first_day(int(found["year"]), int(found["quarter"]))
    if found := VERSION.search(words):
        return _first_day(VERSION_ZERO + int(found["major"]), int(found["minor"]) + 1)
    found = FROM_A_DAY.search(words)
    try:
        return quarter_of(date(int(found["year"]), int(found["month"]), int(found["day"]))) if found else None
    except ValueError:
        return None


def _first_day(year: int, quarter: int) -> date | None:
    return date(year, 3 * quarter - 2, 1) if year else None


def oldest_in(edition: str) -> date | None:
    """Return the oldest quarter that an edition of the rules names.

    >>> oldest_in("2026.11 / NCCI 2026 Q4, maxima 2024 Q3")
    datetime.date(2024, 7, 1)
    """
    return min(filter(None, (named(found[0]) for found in NAMED.finditer(edition))), default=None)


def is_behind(edition: str, *, on: date) -> bool:
    """Say whether CMS has issued newer tables for a day than those that an edition rests on.

    >>> is_behind("2026.11 / NCCI 2026 Q3", on=date(2026, 11, 20)), is_behind("NCCI 2026 Q4", on=date(2026, 11, 20))
    (True, False)
    """
    oldest = oldest_in(edition)
    return oldest is not None and oldest < quarter_of(on)
