"""Checks of exams that the clinician picked: whether the patient is new, and whether the record bears out the level."""

from collections.abc import Iterator
from datetime import date

from coding.engine.bills import Ledger
from coding.engine.checks.case import Case, Concern, told
from coding.engine.rows import Row

YEARS = 3
HIGH, HIGHEST = 4, 5
TESTS = ("7", "8")  # how codes of images and of laboratory tests begin


def new_patient_is_new(case: Case) -> Iterator[Concern]:
    """The exam of a new patient is of somebody whom nobody of the practice saw in three years.

    Source: CMS Claims Processing Manual ch. 12 §30.6.7.
    """
    seen = case.visit.last_seen_on
    if seen is None or seen <= _years_before(case.visit.on):
        return
    for ledger, row in _exams(case):
        if row.code.new_patient:
            yield Concern(
                f"The exam of a new patient is picked; the practice saw this patient on {told(seen)}.",
                "Pick the exam of a known patient, or take it out.",
                row.about[0],
                "services",
                ledger.payer,
            )


def level_is_borne_out(case: Case) -> Iterator[Concern]:
    """The record shows the time, or the weight of what was decided, that a high level of exam stands for."""
    for ledger, row in _exams(case):
        level = row.code.level or 0
        if level >= HIGH and not _by_time(case, row) and not _by_decision(case, level):
            yield Concern(
                f"{row.code.title}: the note shows neither the time nor the decisions of this level.",
                "Pick the level that the note bears out, or add what was decided and why.",
                row.about[0],
                "services",
                ledger.payer,
            )


def _exams(case: Case) -> Iterator[tuple[Ledger, Row]]:
    for ledger in case.ledgers:
        for row in ledger.rows:
            if row.code.exam:  # which is never read out of words
                yield ledger, row


def _years_before(day: date) -> date:
    """Return the same day three years earlier; the day after February's last is March's first.

    >>> _years_before(date(2028, 2, 29))
    datetime.date(2025, 2, 28)
    """
    return day.replace(year=day.year - YEARS, day=min(day.day, 28) if day.month == 2 else day.day)


def _by_time(case: Case, row: Row) -> bool:
    """Say whether what the visit took beside its activities is long enough; treatment is no time of the exam."""
    treated = sum(activity.minutes or 0 for activity in case.visit.activities)
    return (case.visit.total_minutes or 0) - treated >= (row.code.from_minutes or 0)


def _by_decision(case: Case, level: int) -> bool:
    """Say whether the weight of the decisions shows: several complaints, tests that were ordered; both for the highest."""
    complaints = len(case.visit.episodes) > 1
    tests = any(
        service.code.startswith(TESTS) and not case.rules.code(service.code).exam for service in case.visit.services
    )
    return complaints and tests if level >= HIGHEST else complaints or tests
