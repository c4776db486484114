"""Units from minutes. V-numbers are test vectors with their sources in CMS's own examples and payers' pages."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coding.engine.units import count, other_method, shared, ticks, total_units
from coding.engine.vocabulary import UnitMethod

TOTAL, BY_CODE = UnitMethod.TOTAL_TIME, UnitMethod.PER_CODE

EX, CONTROL, GAIT, HANDS, TASK, SOUND = "97110", "97112", "97116", "97140", "97530", "97035"

# name, minutes, units by total time, units by code
VECTORS = [
    ("V1", [(CONTROL, 24), (EX, 23)], [2, 1], [2, 2]),
    ("V2", [(CONTROL, 20), (EX, 20)], [2, 1], [1, 1]),
    ("V3", [(EX, 33), (HANDS, 7)], [2, 1], [2, 0]),
    ("V4", [(EX, 18), (HANDS, 13), (GAIT, 10), (SOUND, 8)], [1, 1, 1, 0], [1, 1, 1, 1]),
    ("V5", [(CONTROL, 7), (EX, 7), (HANDS, 7)], [1, 0, 0], [0, 0, 0]),
    ("V6", [(CONTROL, 8), (EX, 8)], [1, 0], [1, 1]),
    ("V7", [(EX, 18), (HANDS, 10)], [1, 1], [1, 1]),
    ("V11", [(EX, 30), (HANDS, 15), (SOUND, 8)], [2, 1, 1], [2, 1, 1]),
    ("V20", [(GAIT, 5), (CONTROL, 7)], [0, 1], [0, 0]),
    ("V31", [(EX, 4), (TASK, 3)], [0, 0], [0, 0]),
    ("V43", [(EX, 5), (EX, 6), (EX, 4)], [1], [1]),
    ("V44", [(EX, 10)], [1], [1]),
    ("V46, first patient", [(EX, 8), (EX, 10)], [1], [1]),
    ("V46, second patient", [(EX, 8), (EX, 5)], [1], [1]),
    ("V46, third patient", [(EX, 8), (EX, 8)], [1], [1]),
    ("22 and 22: total time gives more", [(EX, 22), (HANDS, 22)], [2, 1], [1, 1]),
    ("7 and 7: total time gives one", [(EX, 7), (HANDS, 7)], [1, 0], [0, 0]),
    ("stretching 6, lifting 9", [(EX, 6), (TASK, 9)], [0, 1], [0, 1]),
]
BOUNDARIES = [
    (0, 0), (7, 0), (8, 1), (22, 1), (23, 2), (37, 2), (38, 3), (52, 3), (53, 4), (67, 4), (68, 5), (82, 5), (83, 6),
    (97, 6), (98, 7), (112, 7), (113, 8), (127, 8), (128, 9),
]  # fmt: skip

minutes_of_codes = st.lists(st.tuples(st.sampled_from([EX, CONTROL, GAIT, HANDS, TASK, SOUND]), st.integers(-5, 200)))


@pytest.mark.parametrize(("minutes", "by_total", "by_code"), [v[1:] for v in VECTORS], ids=[v[0] for v in VECTORS])
def test_a_vector_is_counted_by_both_methods(minutes, by_total, by_code):
    assert list(count(TOTAL, minutes).units.values()) == by_total
    assert list(count(BY_CODE, minutes).units.values()) == by_code


@pytest.mark.parametrize(("minutes", "units"), BOUNDARIES)
def test_one_code_alone_is_the_same_by_both_methods(minutes, units):  # V45
    assert count(TOTAL, [(EX, minutes)]).units == count(BY_CODE, [(EX, minutes)]).units == {EX: units}


@pytest.mark.parametrize(
    ("minutes", "ties"),
    [
        ([(CONTROL, 20), (EX, 20)], ((CONTROL, EX),)),
        ([(CONTROL, 7), (EX, 7), (HANDS, 7)], ((CONTROL, EX, HANDS),)),
        ([(CONTROL, 8), (EX, 8)], ((CONTROL, EX),)),
        ([(EX, 20), (HANDS, 5)], ((EX, HANDS),)),
        ([(CONTROL, 24), (EX, 23)], ()),
        ([(EX, 8), (HANDS, 8), (GAIT, 8)], ((EX, HANDS, GAIT),)),
        ([(EX, 28), (HANDS, 7), (GAIT, 7)], ((HANDS, GAIT),)),
        ([(EX, 30), (HANDS, 15)], ()),
    ],
)
def test_a_tie_names_every_code_that_may_take_the_last_unit(minutes, ties):
    assert count(TOTAL, minutes).ties == ties


def test_a_tie_goes_to_more_minutes_then_to_the_first_documented():
    assert count(TOTAL, [(HANDS, 5), (EX, 20)]).units == {HANDS: 0, EX: 2}
    assert count(TOTAL, [(HANDS, 8), (EX, 8)]).units == {HANDS: 1, EX: 0}


def test_an_unknown_method_counts_each_code_by_itself():
    assert count(UnitMethod.UNKNOWN, [(EX, 8), (HANDS, 8)]).units == {EX: 1, HANDS: 1}
    assert other_method(UnitMethod.UNKNOWN) is other_method(BY_CODE) is TOTAL
    assert other_method(TOTAL) is BY_CODE


def test_minutes_of_an_earlier_note_join_the_day():
    assert count(TOTAL, [(EX, 13)], earlier_minutes=[(EX, 10)]).units == {EX: 1}
    assert count(BY_CODE, [(EX, 10)], earlier_minutes=[(EX, 10)]).units == {EX: 0}


def test_a_later_note_never_makes_up_a_unit_that_the_day_has_not():
    day = count(TOTAL, [(TASK, 14)], earlier_minutes=[(EX, 8)])
    assert (day.units, day.total) == ({TASK: 0}, 0)


def test_a_tie_of_the_day_is_told_between_the_codes_of_this_note():
    assert count(TOTAL, [(HANDS, 7), (GAIT, 7)], earlier_minutes=[(EX, 15)]).ties == ((HANDS, GAIT),)
    assert count(TOTAL, [(HANDS, 7)], earlier_minutes=[(EX, 7)]).ties == ()


def test_a_code_of_this_note_takes_the_unit_that_it_ties_for_with_one_of_an_earlier_note():
    assert count(TOTAL, [(HANDS, 7)], earlier_minutes=[(EX, 7)]).units == {HANDS: 1}


def test_a_unit_that_belongs_to_a_code_of_an_earlier_note_goes_to_no_other():
    # 23 minutes are two units: exercise has one, and the other is gait's
    day = count(TOTAL, [(HANDS, 7)], earlier_minutes=[(EX, 8), (GAIT, 8)])
    assert (day.units, day.total) == ({HANDS: 0}, 1)


def test_what_earlier_notes_had_bounds_the_day_whatever_their_minutes_would_make_by_now():
    assert count(TOTAL, [(HANDS, 10)], earlier_minutes=[(EX, 5), (HANDS, 5)], earlier_units={EX: 1}).units == {HANDS: 0}


@pytest.mark.parametrize(
    ("first", "units"),
    [
        ([], {CONTROL: 1, EX: 1, HANDS: 0}),
        ([HANDS], {CONTROL: 1, EX: 0, HANDS: 1}),
        ([HANDS, EX], {CONTROL: 0, EX: 1, HANDS: 1}),
        ([GAIT], {CONTROL: 1, EX: 1, HANDS: 0}),
    ],
)
def test_the_signer_says_who_comes_first_in_a_tie(first, units):
    counted = count(TOTAL, [(CONTROL, 8), (EX, 8), (HANDS, 8)], first_in_ties=first)
    assert counted.units == units and counted.ties == ((CONTROL, EX, HANDS),)
    assert set(counted.took_last) == {code for code, number in units.items() if number}


def test_without_a_tie_the_signers_word_changes_nothing():
    counted = count(TOTAL, [(CONTROL, 9), (EX, 8)], first_in_ties=[EX])
    assert (counted.units, counted.ties, counted.took_last) == ({CONTROL: 1, EX: 0}, (), ())


@given(st.integers(0, 40), st.dictionaries(st.sampled_from("abcd"), st.integers(0, 200), min_size=1))
def test_lines_of_a_code_share_exactly_its_units(units, minutes):
    own = shared(units, minutes)
    assert sum(own.values()) == units and min(own.values()) >= 0


def test_no_lines_share_nothing():
    assert shared(1, {}) == {}


def test_what_an_earlier_note_had_for_its_minutes_is_not_given_to_it_again():
    """84 minutes make six units: the earlier note had one, and each of five codes has as much left over as the next."""
    codes = [CONTROL, GAIT, HANDS, TASK, SOUND]
    day = count(TOTAL, [(code, 14) for code in codes], earlier_minutes=[(EX, 14)], earlier_units={EX: 1})
    assert day.units == dict.fromkeys(codes, 1)


@pytest.mark.parametrize(("minutes", "rule"), [(7, []), (8, [(8, 1)]), (22, [(8, 1)]), (23, [(8, 1), (23, 2)])])
def test_a_unit_arises_with_its_eighth_minute(minutes, rule):
    for method in (TOTAL, BY_CODE):
        assert [(tick.minutes, tick.units) for tick in ticks(method, [minutes])] == rule


def test_a_code_without_minutes_takes_no_room_on_the_rule():
    assert ticks(TOTAL, [7, 0]) == ()
    assert [(tick.minutes, tick.units) for tick in ticks(BY_CODE, [0, -5, 8])] == [(8, 1)]


def test_the_rule_shows_where_units_arise():
    assert [tick.minutes for tick in ticks(TOTAL, [30], upto=40)] == [8, 23, 38]
    assert [(tick.minutes, tick.units) for tick in ticks(BY_CODE, [25, 10])] == [(8, 1), (23, 2), (33, 3)]
    assert ticks(TOTAL, []) == ticks(BY_CODE, [7, 7]) == ()


@given(minutes_of_codes)
def test_units_by_total_time_make_exactly_the_total(minutes):
    counted = count(TOTAL, minutes)
    assert sum(counted.units.values()) == counted.total == total_units(counted.minutes)


@given(minutes_of_codes)
def test_a_code_never_gets_less_than_its_full_quarters_nor_more_than_one_above(minutes):
    sums = {code: sum(max(m, 0) for c, m in minutes if c == code) for code, _ in minutes}
    units = count(TOTAL, minutes).units
    assert all(sums[code] // 15 <= units[code] <= sums[code] // 15 + 1 for code in units)


@given(minutes_of_codes, minutes_of_codes)
def test_two_notes_of_a_day_never_make_more_than_the_day(minutes, before):
    for method in UnitMethod:
        first, second = count(method, before), count(method, minutes, before)
        whole = count(method, [*before, *minutes])
        assert sum(first.units.values()) + sum(second.units.values()) <= max(whole.total, first.total)
        assert all(units >= 0 for units in second.units.values())


@given(st.lists(minutes_of_codes, max_size=4), st.permutations([EX, CONTROL, GAIT, HANDS]))
def test_all_notes_of_a_day_never_make_more_than_the_day(notes, first):
    before, had = [], Counter()
    for minutes in notes:
        had.update(count(TOTAL, minutes, before, earlier_units=had, first_in_ties=first).units)
        before += minutes
        assert sum(had.values()) <= total_units(sum(max(spent, 0) for _, spent in before))


@given(minutes_of_codes)
def test_a_tied_code_could_take_the_unit_of_another(minutes):
    for tie in count(TOTAL, minutes).ties:
        units = count(TOTAL, minutes).units
        left = {code: sum(max(m, 0) for c, m in minutes if c == code) % 15 for code in units}
        assert len(tie) > 1 and len({left[code] for code in tie}) == 1
