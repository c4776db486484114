"""Modifiers: only where the record bears them out."""

from dataclasses import replace

import pytest

from coding.engine.facts import ServiceFacts
from coding.engine.modifiers import ORDER, listed
from coding.engine.vocabulary import CarePhase, Delivery, PayerKind, Region
from tests.engine.build import (
    EXAM,
    GROUP,
    INSURER,
    MANUAL,
    MEDICARE,
    PRACTISE,
    RULES,
    STRENGTHEN,
    adjustment,
    bill,
    flag,
    lines,
    slugs,
    visit,
    written,
)

TITLE = RULES.code("97150").title[:1].lower() + RULES.code("97150").title[1:]
NINE = 9 * 60
X = replace(INSURER, distinct_modifier="X")


def test_hands_on_work_in_another_region_than_the_adjustment_is_distinct():
    assert written(lines(activities=(MANUAL,))["97140"]) == "97140-59 x1"
    assert written(lines(X, activities=(MANUAL,))["97140"]) == "97140-XS x1"
    reason = lines(activities=(MANUAL,))["97140"].modifiers[0].reason
    assert reason == "Done elsewhere (shoulder) than the adjustment (lumbar)."


@pytest.mark.parametrize("regions", [(Region.LUMBAR,), (Region.TRUNK,), (Region.SHOULDER, Region.LUMBAR), ()])
def test_hands_on_work_in_the_adjusted_region_is_part_of_the_adjustment(regions):
    manual = replace(MANUAL, regions=regions)
    today = bill(activities=(manual,))
    assert [line.code for line in today.lines] == ["98940"]
    assert [(line.code, line.units, line.about) for line in today.unbilled] == [("97140", 0, ("manual",))]
    assert slugs(activities=(manual,))["bundled-region-is-separate"] == "line_stop"


def test_a_region_adjusted_for_the_record_only_was_adjusted_all_the_same():
    adjustments = (adjustment(Region.LUMBAR), adjustment(Region.CERVICAL, record_only=True))
    manual = replace(MANUAL, regions=(Region.CERVICAL,))
    assert "97140" not in lines(adjustments=adjustments, activities=(manual,))


def test_what_medicare_never_pays_says_so_and_asks_for_nothing_more():
    """No exam and no therapy of a chiropractor is covered, so neither 25 nor 59 would open anything (domain facts 5)."""
    wants = replace(MEDICARE, distinct_on_tasks=True)
    exam = replace(EXAM, reason="New complaint")
    said = lines(wants, services=(exam,), activities=(PRACTISE, MANUAL))
    for code in ("99213", "97530", "97140"):
        assert not {"25", "59"} & {modifier.code for modifier in said[code].modifiers}


def test_an_adjustment_outside_the_spine_bundles_nothing():
    assert written(lines(adjustments=(adjustment(Region.SHOULDER),), activities=(MANUAL,))["97140"]) == "97140 x1"


def test_task_practice_beside_an_adjustment_needs_no_modifier():
    assert written(lines(activities=(PRACTISE,))["97530"]) == "97530 x1"


def test_time_with_one_patient_is_apart_from_the_group():
    assert written(lines(activities=(GROUP, PRACTISE))["97530"]) == "97530-59 x1"
    assert written(lines(X, activities=(GROUP, PRACTISE))["97530"]) == "97530-XE x1"
    assert written(lines(X, activities=(GROUP, replace(PRACTISE, regions=(Region.KNEE,))))["97530"]) == "97530-XS x1"


@pytest.mark.parametrize(
    ("began", "ended", "apart"),
    [
        (NINE + 5, NINE + 20, False),  # while the group ran
        (NINE + 20, NINE + 35, False),  # five minutes of both are missing
        (NINE + 25, NINE + 40, True),
        (NINE - 15, NINE, True),
        (None, NINE + 20, True),  # what nobody wrote down contradicts nothing
    ],
)
def test_start_and_stop_may_show_that_the_time_was_not_apart(began, ended, apart):
    group = replace(GROUP, began=NINE, ended=NINE + 25)
    alone = replace(PRACTISE, began=began, ended=ended)
    assert ("97530" in lines(activities=(group, alone))) is apart
    assert ("bundled-region-is-separate" in slugs(activities=(group, alone))) is not apart


def test_one_flag_tells_of_an_overlap_and_names_it():
    rows = (replace(GROUP, began=NINE, ended=NINE + 25), replace(PRACTISE, began=NINE + 5, ended=NINE + 20))
    assert slugs(activities=rows) == {"bundled-region-is-separate": "line_stop"}
    assert "overlap by their start and stop" in flag("bundled-region-is-separate", activities=rows).seen


def test_without_the_groups_minutes_nothing_shows_that_the_time_was_apart():
    assert "97530" not in lines(activities=(replace(GROUP, minutes=None), PRACTISE))


def test_a_payer_that_does_not_follow_pairs_is_billed_and_told():
    lenient = replace(INSURER, follows_pair_edits=False)
    manual = replace(MANUAL, regions=(Region.LUMBAR,))
    assert written(lines(lenient, activities=(manual,))["97140"]) == "97140 x1"
    assert slugs(lenient, activities=(manual,))["bundled-region-is-separate"] == "tip"


def test_the_reason_for_time_apart_names_both_services_and_their_minutes():
    alone = replace(STRENGTHEN, regions=(Region.LUMBAR,))
    reason = lines(activities=(GROUP, alone), adjustments=())["97110"].modifiers[0].reason
    assert reason == f"Its 15 minutes are apart from the {GROUP.minutes} minutes of the {TITLE}."


def test_an_exam_has_25_only_with_its_reason():
    assert written(lines(services=(EXAM,))["99213"]) == "99213 x1"
    with_reason = replace(EXAM, reason="New neck injury after a fall")
    assert written(lines(services=(with_reason,))["99213"]) == "99213-25 x1"
    assert written(lines(services=(with_reason,), adjustments=())["99213"]) == "99213 x1"


def test_medicare_marks_active_adjustments_and_excluded_services():
    today = lines(MEDICARE, activities=(STRENGTHEN,), adjustments=(adjustment(Region.LUMBAR), adjustment(Region.KNEE)))
    assert [written(line) for line in today.values()] == ["98940-AT x1", "98943-GY x1", "97110-GY-GP x1"]


def test_medicare_maintenance_is_not_active():
    assert written(lines(MEDICARE, care_phase=CarePhase.MAINTENANCE)["98940"]) == "98940-GZ x1"


def test_medicare_bundles_nothing_that_it_does_not_pay():
    manual = replace(MANUAL, regions=(Region.LUMBAR,))
    assert written(lines(MEDICARE, activities=(manual,))["97140"]) == "97140-GY-GP x1"


@pytest.mark.parametrize(
    ("wants", "expected"),
    [
        ("never", ["98940 x1", "97530 x1", "72040 x1"]),
        ("therapy", ["98940 x1", "97530-GP x1", "72040 x1"]),
        ("all", ["98940-GP x1", "97530-GP x1", "72040-GP x1"]),
    ],
)
def test_gp_follows_the_payer(wants, expected):
    payer = replace(INSURER, kind=PayerKind.VA, wants_gp=wants)
    film = ServiceFacts("x", "72040", "X-ray of the neck")
    today = bill(payer, activities=(PRACTISE,), services=(film,))
    assert [written(line) for line in today.lines] == expected
    assert today.lines[2].title == "X-ray of the neck"


def test_modifiers_stand_in_order_and_are_at_most_four():
    payer = replace(INSURER, wants_gp="all")
    manual = lines(payer, activities=(MANUAL,))["97140"]
    codes = [modifier.code for modifier in manual.modifiers]
    assert codes == sorted(codes, key=ORDER.__getitem__) == ["59", "GP"]
    assert all(modifier.reason.endswith(".") for modifier in manual.modifiers)


def test_an_earlier_note_of_the_day_counts_among_the_pairs():
    morning = visit(activities=(replace(GROUP, delivery=Delivery.GROUP),), adjustments=())
    assert written(lines(activities=(PRACTISE,), same_day=(morning,))["97530"]) == "97530-59 x1"


def test_regions_are_listed_as_words():
    assert listed([]) == "" and listed([Region.HIP, Region.KNEE]) == "hip and knee"
