"""The checks of what one payer wants besides: its authorisation, times of day, and a limit of the day."""

from dataclasses import replace
from datetime import timedelta

import pytest

from coding.engine.facts import AuthorisationFacts
from coding.engine.vocabulary import PayerKind
from tests.engine.build import DAY, INSURER, MANUAL, MEDICARE, PRACTISE, STRENGTHEN, bill, flag, slugs, visit

AUTHORISED = "visit-is-authorised"
TIMES = "times-of-day-are-stated"
LIMIT = "visit-keeps-to-the-payers-limit"

STRICT = replace(INSURER, wants_authorisation=True)
CLOCK = replace(INSURER, wants_times=True)
FOUR = replace(INSURER, most_timed_units=4)
WEEK = timedelta(days=7)


# Authorisation


@pytest.mark.parametrize(
    ("allowed", "words"),
    [
        ({}, "no authorisation is on file"),
        ({"number": "A", "visits": 3, "used": 3}, "the 3 authorised visits are used up"),
        ({"number": "A", "first_day": DAY + WEEK}, "begins on 27 Nov 2026"),
        ({"number": "A", "last_day": DAY - WEEK}, "ended on 13 Nov 2026"),
    ],
)
def test_a_visit_that_nobody_allowed_is_told(allowed, words):
    found = flag(AUTHORISED, replace(STRICT, authorisation=AuthorisationFacts(**allowed)))
    assert words in found.seen and "Blue Hill" in found.seen
    assert (found.severity, found.about, found.payer_id) == ("warn", "", "insurer")


@pytest.mark.parametrize("allowed", [{}, {"visits": 3, "used": 2}, {"first_day": DAY}, {"last_day": DAY}])
def test_what_was_allowed_is_quiet(allowed):
    assert AUTHORISED not in slugs(replace(STRICT, authorisation=AuthorisationFacts("A", **allowed)))


def test_whoever_does_not_want_an_authorisation_is_not_asked_for_one():
    assert AUTHORISED not in slugs()
    assert AUTHORISED not in slugs(replace(STRICT, kind=PayerKind.SELF_PAY))


def test_nothing_billed_needs_no_authorisation():
    assert AUTHORISED not in slugs(STRICT, adjustments=())


# Start and stop


@pytest.mark.parametrize(
    ("times", "field", "words"),
    [
        ({}, "began_at", "does not say when it began and ended"),
        ({"began": 540}, "ended_at", "does not say when it ended"),
        ({"ended": 555}, "began_at", "does not say when it began"),
        ({"began": 540, "ended": 550}, "ended_at", "15 minutes, and 10 lie between"),
        ({"began": 560, "ended": 550}, "ended_at", "15 minutes, and 0 lie between"),
    ],
)
def test_a_row_says_when_it_began_and_ended(times, field, words):
    found = flag(TIMES, CLOCK, activities=(replace(STRENGTHEN, **times),))
    assert words in found.seen and (found.about, found.field) == ("exercise", field)


def test_minutes_may_be_fewer_than_the_clock_has():
    row = replace(STRENGTHEN, began=540, ended=560)
    assert TIMES not in slugs(CLOCK, activities=(row,))
    assert TIMES not in slugs(CLOCK, activities=(replace(row, minutes=None),))


def test_only_timed_rows_of_payers_that_want_it_are_asked():
    assert TIMES not in slugs(activities=(STRENGTHEN,))
    assert TIMES not in slugs(CLOCK)
    assert TIMES not in slugs(replace(MEDICARE, wants_times=True), activities=(STRENGTHEN,))
    assert TIMES not in slugs(CLOCK, activities=(replace(STRENGTHEN, record_only=True),))


# A limit of the day


def test_more_timed_units_than_the_payer_pays_for_are_told_and_stay():
    row = replace(PRACTISE, minutes=75)
    found = flag(LIMIT, FOUR, activities=(row,))
    assert "5 timed units, where the limit is 4" in found.seen and found.field == "minutes"
    assert bill(FOUR, activities=(row,)).timed_units == 5
    assert LIMIT not in slugs(FOUR, activities=(replace(row, minutes=60),))


def test_lines_have_a_limit_of_their_own():
    two, facts = replace(INSURER, most_lines=2), {"activities": (STRENGTHEN, PRACTISE)}
    assert "3 lines, where the limit is 2" in flag(LIMIT, two, **facts).seen
    assert LIMIT not in slugs(replace(two, most_lines=3), **facts)


def test_both_limits_are_told_in_one_sentence():
    both = replace(FOUR, most_timed_units=1, most_lines=2)
    seen = flag(LIMIT, both, activities=(STRENGTHEN, PRACTISE)).seen
    assert seen.startswith("This day has 2 timed units, where the limit is 1 and 3 lines, where the limit is 2.")


def test_an_earlier_note_of_the_day_counts():
    morning = visit(FOUR, activities=(replace(STRENGTHEN, minutes=60),))
    facts = {"adjustments": (), "activities": (MANUAL,)}
    assert LIMIT in slugs(FOUR, same_day=(morning,), **facts)
    assert LIMIT not in slugs(FOUR, **facts)
