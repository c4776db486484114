"""Checks of time: minutes that are there, that fit, and that earn what the payer allows in a day."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from itertools import accumulate

from coding.engine.bills import Ledger
from coding.engine.checks.case import Case, Coded, Concern, named, slug_of
from coding.engine.clock import share_minutes
from coding.engine.facts import ElsewhereFacts, PayerFacts
from coding.engine.results import Bill
from coding.engine.spine import SPINAL_CODES
from coding.engine.units import FIRST_UNIT_FROM
from coding.engine.vocabulary import Delivery, UnitMethod

MANY_SERVICES, MANY_MINUTES = 3, 60
RUNNING_LATE = 15  # minutes that a booked time may be off at most
SHARE_LATE = 5  # and no more than a fifth of the time that was there: a short visit is not swallowed whole


def timed_service_has_minutes(case: Case) -> Iterator[Concern]:
    """A service that is counted by time has minutes (CMS Claims Processing Manual ch. 5 §20.2)."""
    for coded in case.coded:
        if coded.code.timed and not coded.activity.minutes:
            yield Concern(
                f"{named(coded.activity)} has no minutes.",
                "Enter the minutes, or mark it as record only.",
                coded.activity.id,
                "minutes",
                case.payer(coded.activity.episode_id),
            )


def minutes_fit_the_visit(case: Case) -> Iterator[Concern]:
    """The time that somebody gave does not add up to more than the visit took; told once, where it goes beyond it.

    What may be set up and left runs beside other care, and what is on no bill is counted by nobody.
    """
    given = [coded for coded in case.coded if not coded.code.supervised]
    spent = list(accumulate(coded.activity.minutes or 0 for coded in given))
    length = case.visit.total_minutes
    if length is not None and given and spent[-1] > length:
        yield Concern(
            f"The time given to the patient adds up to {spent[-1]} minutes; the visit took {length}.",
            "Correct the minutes here, in another activity or of the visit, or mark one of them as record only.",
            given[bisect_right(spent, length)].activity.id,
            "minutes",
        )


def time_is_counted_once(case: Case) -> Iterator[Concern]:
    """One-on-one minutes of one person fit into the time of the visits that they were given in, other patients' included.
    In one note, what has a start and a stop has minutes of its own, whoever gave it.

    Visits that overlap are taken together, from the beginning of the first to the end of the last. A visit's time is the
    one it was booked for, so a practice that runs late has some minutes' grace (`_grace`): no day is held up by its own calendar.
    Told only where both visits have a time and a length (CMS, 11 Part B billing scenarios).
    """
    yield from _twice_in_this_note(case)
    begins, length = case.visit.begins, case.visit.total_minutes
    if begins is None or length is None:
        return
    for performer, rows in _by_performer(case).items():
        others = _overlapping(case, performer, (begins, begins + length))
        first = min([begins, *(other.begins for other in others)])
        last = max([begins + length, *(other.ends for other in others)])
        spent = sum(coded.activity.minutes or 0 for coded in rows) + sum(other.minutes for other in others)
        if others and spent > last - first + _grace(last - first):
            activity = rows[0].activity
            yield Concern(
                f"One-on-one time of one person from {_clock(first)} to {_clock(last)}: {spent} minutes are recorded in "
                f"{last - first}, those in other notes included.",
                "Correct the minutes, who gave them or how, or the time of the visit.",
                activity.id,
                "minutes",
                case.payer(activity.episode_id),
            )


def _twice_in_this_note(case: Case) -> Iterator[Concern]:
    """Tell of rows on a bill that overlap by their start and stop, each at the later row unless the other's payer is stricter."""
    billed = {about for ledger in case.ledgers for row in ledger.rows for about in row.about}
    given = [coded.activity for coded in case.coded if coded.activity.id in billed and not coded.code.supervised]
    for at, later in enumerate(given):
        twin = next((other for other in given[:at] if share_minutes(other, later)), None)
        if twin:
            told = case.heaviest(slug_of(time_is_counted_once), [later, twin])[0]
            yield Concern(
                f"{named(later)} and {named(twin)} overlap by their start and stop, and do not both have their minutes.",
                "Correct the times or the minutes, or mark one of them as record only.",
                told.id,
                "minutes",
                case.payer(told.episode_id),
            )


def timed_services_are_few(case: Case) -> Iterator[Concern]:
    """Three timed services and more than an hour on one day are unusual; told once for a bill.

    Source: Health Network Solutions, which expects one or two kinds of therapy a visit.
    """
    for ledger, bill in zip(case.ledgers, case.bills, strict=True):
        codes = {line.code for line in bill.lines if line.minutes is not None}
        if len(codes) >= MANY_SERVICES and bill.timed_minutes > MANY_MINUTES:
            yield Concern(
                f"{len(codes)} timed services, {bill.timed_minutes} minutes together.",
                "Nothing to do if that is what the patient needed; the note should show why each of them was.",
                field="minutes",
                payer=ledger.payer,
            )


def total_minutes_are_recorded(case: Case) -> Iterator[Concern]:
    """The length of the visit is in the note where timed services are billed; told once, for the strictest payer.

    Source: CMS Benefit Policy Manual ch. 15 §220.3.E.
    """
    payers = [ledger.payer for ledger in case.ledgers if any(row.is_timed for row in ledger.rows)]
    if case.visit.total_minutes is not None or not payers:
        return
    slug = slug_of(total_minutes_are_recorded)
    strictest = min(payers, key=lambda payer: case.rank(slug, payer, _grade(payer)))
    yield Concern(
        "Timed services are recorded, and the length of the visit is not.",
        "Enter how many minutes the treatment took in all.",
        field="total_minutes",
        payer=strictest,
        grade=_grade(strictest),
    )


def daily_maximum_is_kept(case: Case) -> Iterator[Concern]:
    """No service has more units than are usual for a day, earlier notes of the day included (CMS MUE table)."""
    for ledger, bill in zip(case.ledgers, case.bills, strict=True):
        if not ledger.payer.applies_daily_maxima:
            continue
        for code, units in _day(ledger, bill).items():
            entry = case.rules.code(code)
            pays = case.rules.payer(ledger.payer.kind).pays_for(code)
            if pays and entry.maximum and units > entry.maximum:
                yield Concern(
                    f"{entry.title}: {units} units on this day, where {entry.maximum} is the usual maximum.",
                    "Check the minutes. If they are right, give the reason.",
                    next(line.about[0] for line in bill.lines if line.code == code),
                    "minutes" if entry.timed else "services",
                    ledger.payer,
                )


def units_depend_on_the_method(case: Case) -> Iterator[Concern]:
    """Both ways of counting give the same units; where they do not, the reader is told."""
    for bill, ledger in zip(case.bills, case.ledgers, strict=True):
        if bill.other_method_units:
            known = ledger.payer.unit_method is not UnitMethod.UNKNOWN
            yield Concern(
                f"Counted the other way, these {bill.timed_minutes} minutes would make different units.",
                "Nothing to do: the payer's method is used." if known else "Ask the payer which method it uses.",
                field="minutes",
                payer=ledger.payer,
            )


def total_reaches_eight_minutes(case: Case) -> Iterator[Concern]:
    """Timed minutes suffice for a unit; shorter time is recorded and not counted."""
    for ledger in case.ledgers:
        if (short := _short(ledger)) is not None:
            about, minutes = short
            yield Concern(
                f"{minutes} minute{'s' if minutes != 1 else ''} of timed service do not make a unit.",
                "Nothing to do: the time stays in the record.",
                about,
                "minutes",
                ledger.payer,
            )


def _day(ledger: Ledger, bill: Bill) -> Counter[str]:
    """Return the units of the day for each code on the bill, those of earlier notes included.

    An earlier adjustment of the spine counts towards this one, whatever the number of regions.
    """
    units = Counter[str]()
    for line in bill.lines:
        units[line.code] += line.units
    for earlier, count in ledger.earlier_units().items():
        for code in units:
            if code == earlier or {code, earlier} <= SPINAL_CODES:
                units[code] += count
    return units


def _by_performer(case: Case) -> dict[str, list[Coded]]:
    """Return the one-on-one rows that are to be billed, by who gave the time: the author, where the row names nobody."""
    given: dict[str, list[Coded]] = {}
    for coded in case.coded:
        if coded.activity.delivery is Delivery.ONE_ON_ONE and coded.activity.minutes:
            given.setdefault(coded.activity.performer_id or case.visit.clinician.id, []).append(coded)
    return given


def _overlapping(case: Case, performer: str, span: tuple[int, int]) -> list[ElsewhereFacts]:
    """Return what one person gave in visits that overlap with this one, or with one that does."""
    first, last = span
    waiting = [other for other in case.visit.elsewhere if other.performer_id == performer]
    met: list[ElsewhereFacts] = []
    while near := [other for other in waiting if other.begins < last and other.ends > first]:
        met += near
        waiting = [other for other in waiting if other not in near]
        first, last = min(first, *(other.begins for other in near)), max(last, *(other.ends for other in near))
    return met


def _grade(payer: PayerFacts) -> str:
    """Return how much the length of the visit matters to a payer: more where units are counted from the total."""
    return "harder" if payer.unit_method is UnitMethod.TOTAL_TIME else ""


def _grace(minutes: int) -> int:
    """Return by how much recorded time may exceed the time that was there.

    >>> [_grace(minutes) for minutes in (15, 30, 60, 75, 120)]
    [3, 6, 12, 15, 15]
    """
    return min(minutes // SHARE_LATE, RUNNING_LATE)


def _clock(minute: int) -> str:
    return f"{minute // 60 % 24}:{minute % 60:02}"


def _short(ledger: Ledger) -> tuple[str, int] | None:
    """Return the first row that is too short for a unit, and its minutes: of all codes together, or of its own."""
    timed = [row for row in ledger.rows if row.timed_minutes]
    counted = [*timed, *(entry.row for entry in ledger.earlier)]
    for row in timed:
        together = ledger.payer.unit_method is UnitMethod.TOTAL_TIME
        same = [other for other in counted if together or other.code.code == row.code.code]
        minutes = sum(other.timed_minutes for other in same)
        if minutes < FIRST_UNIT_FROM:
            return row.about[0], minutes
    return None
