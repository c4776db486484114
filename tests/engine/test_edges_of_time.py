"""Where checks of minutes, clocks and maxima begin and end."""

from dataclasses import replace

import pytest

from coding.engine.facts import ElsewhereFacts
from coding.engine.vocabulary import Delivery, Region
from tests.engine.build import (
    PRACTISE,
    STIMULATED,
    STRENGTHEN,
    adjustment,
    flag,
    slugs,
    visit,
)

NINE = 9 * 60
LUMBAR = (adjustment(Region.LUMBAR),)


def test_an_activity_without_minutes_takes_none_of_the_visit():
    rows = (STRENGTHEN, replace(PRACTISE, minutes=None))
    assert "minutes-fit-the-visit" not in slugs(activities=rows, total_minutes=STRENGTHEN.minutes)


@pytest.mark.parametrize(
    ("begins", "ends", "raised"),
    [
        (NINE + 20, NINE + 50, True),  # begins while this visit runs
        (NINE - 20, NINE + 10, True),  # runs when this one begins
        (NINE + 30, NINE + 60, False),  # back to back, after
        (NINE - 30, NINE, False),  # back to back, before
        (NINE + 90, NINE + 120, False),
        (NINE - 120, NINE - 90, False),
    ],
)
def test_only_visits_that_overlap_share_their_time(begins, ends, raised):
    other = (ElsewhereFacts("adams", begins, ends, 60),)
    facts = {"begins": NINE, "total_minutes": 30, "activities": (STRENGTHEN, PRACTISE)}
    assert ("time-is-counted-once" in slugs(elsewhere=other, **facts)) is raised


def test_visits_that_overlap_have_the_time_from_the_first_beginning_to_the_last_end():
    """From 8:40 to 9:30 are 50 minutes, and a fifth of them is a practice's grace."""
    facts = {"begins": NINE, "total_minutes": 30, "activities": (STRENGTHEN, PRACTISE)}
    fits, too_many = (ElsewhereFacts("adams", NINE - 20, NINE + 10, minutes) for minutes in (30, 31))
    assert "time-is-counted-once" not in slugs(elsewhere=(fits,), **facts)
    assert "61 minutes are recorded in 50" in flag("time-is-counted-once", elsewhere=(too_many,), **facts).seen


@pytest.mark.parametrize(
    ("begins", "raised"),
    [(NINE, True), (NINE - 10, False), (NINE + 10, False)],
)
def test_a_short_visit_is_not_booked_twice_in_whole(begins, raised):
    """Fifteen minutes at 9:00 for one patient are not there for another one; a few minutes' overlap is the calendar's."""
    other = (ElsewhereFacts("adams", begins, begins + 15, 15),)
    facts = {"begins": NINE, "total_minutes": 15, "activities": (STRENGTHEN,)}
    assert ("time-is-counted-once" in slugs(elsewhere=other, **facts)) is raised


def test_a_long_time_has_no_more_grace_than_a_quarter_of_an_hour():
    facts = {"begins": NINE, "total_minutes": 60, "activities": (replace(STRENGTHEN, minutes=60),)}
    fits, too_many = (ElsewhereFacts("adams", NINE, NINE + 120, minutes) for minutes in (75, 76))
    assert "time-is-counted-once" not in slugs(elsewhere=(fits,), **facts)
    assert "time-is-counted-once" in slugs(elsewhere=(too_many,), **facts)


AT_NINE = replace(STRENGTHEN, began=NINE, ended=NINE + 15)


@pytest.mark.parametrize(
    ("began", "ended", "raised"),
    [(NINE, NINE + 15, True), (NINE + 10, NINE + 25, True), (NINE + 15, NINE + 30, False), (NINE, NINE + 30, False)],
)
def test_two_rows_of_a_note_do_not_have_the_same_minutes(began, ended, raised):
    """Between 9:00 and 9:30 there is room for two quarters of an hour; between 9:00 and 9:25 there is not."""
    other = replace(PRACTISE, began=began, ended=ended)
    assert ("time-is-counted-once" in slugs(activities=(AT_NINE, other))) is raised


def test_an_overlap_is_told_at_the_later_row_and_goes_when_one_is_kept_for_the_record():
    other = replace(PRACTISE, began=NINE, ended=NINE + 15)
    found = flag("time-is-counted-once", activities=(AT_NINE, other))
    assert (found.about, found.field, found.severity) == ("task", "minutes", "line_stop")
    for rows in ((replace(AT_NINE, record_only=True), other), (AT_NINE, replace(other, record_only=True))):
        assert slugs(activities=rows) == {}


def test_pads_may_run_while_somebody_treats():
    pads = replace(STIMULATED, description="IFC pads to the low back", delivery=Delivery.SET_UP, dose="")
    both = (AT_NINE, replace(pads, began=NINE, ended=NINE + 15))
    assert slugs(activities=both) == {}


def test_a_clock_begins_again_at_midnight():
    late = 23 * 60 + 45
    other = (ElsewhereFacts("adams", late, late + 30, 60),)
    facts = {"begins": late, "total_minutes": 30, "activities": (STRENGTHEN, PRACTISE)}
    assert "from 23:45 to 0:15" in flag("time-is-counted-once", elsewhere=other, **facts).seen


def test_units_of_another_service_do_not_count_towards_the_maximum():
    morning = visit(activities=(replace(STRENGTHEN, minutes=90),), adjustments=(), total_minutes=120)
    afternoon = {"activities": (replace(PRACTISE, minutes=30),), "adjustments": (), "same_day": (morning,)}
    assert "daily-maximum-is-kept" not in slugs(**afternoon)


def test_by_code_a_short_service_is_short_whatever_stands_beside_it():
    short = replace(STRENGTHEN, minutes=7)
    found = flag("total-reaches-eight-minutes", activities=(short, PRACTISE))
    assert (found.about, found.seen) == (short.id, "7 minutes of timed service do not make a unit.")
