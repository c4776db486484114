"""The checks of activities, their minutes and their goals."""

from dataclasses import replace

import pytest

from coding.engine.facts import GoalFacts, ServiceFacts
from coding.engine.suggest import suggest
from coding.engine.vocabulary import Delivery, Region, UnitMethod
from tests.engine.build import (
    GROUP,
    INSURER,
    LIFT,
    MANUAL,
    MASSAGE,
    MEDICARE,
    PRACTISE,
    RULES,
    STRENGTHEN,
    adjustment,
    episode,
    flag,
    read,
    slugs,
    visit,
)

CMS = replace(INSURER, unit_method=UnitMethod.TOTAL_TIME)
IMPAIRMENT = "Lumbar flexion from 40 to 60 degrees"
VAGUE_GOAL = "Feel better"


# Activities


def test_an_unstated_intent_is_asked_for_with_the_engines_question():
    unclear = replace(
        STRENGTHEN, description="Walking on the treadmill with the clinician", intents=(), goal="", dose=""
    )
    said = read(activities=(unclear,))
    found = flag("intent-is-stated", activities=(unclear,))
    assert (found.field, found.todo) == ("intents", said.choices[0].question)


def test_vague_words_are_asked_about_before_the_intent():
    vague = replace(STRENGTHEN, description="Performed exercises", intents=(), goal="")
    assert slugs(activities=(vague,)) == {"description-is-specific": "line_stop"}


def test_a_missing_delivery_is_asked_for_once():
    assert slugs(activities=(replace(STRENGTHEN, delivery=None),)) == {"delivery-is-stated": "line_stop"}


def test_a_missing_delivery_and_a_missing_intent_are_two_things():
    unclear = replace(
        STRENGTHEN, description="Walking on the treadmill with the clinician", intents=(), delivery=None, goal=""
    )
    assert {"intent-is-stated", "delivery-is-stated"} <= set(slugs(activities=(unclear,)))


def test_time_that_nobody_attended_is_for_the_record_only():
    alone = replace(STRENGTHEN, delivery=Delivery.ON_OWN)
    assert slugs(activities=(alone,)) == {"service-is-attended": "line_stop"}
    assert slugs(activities=(replace(alone, record_only=True),)) == {}


@pytest.mark.parametrize(("size", "raised"), [(None, True), (0, True), (1, True), (2, False), (9, False)])
def test_a_group_has_two(size, raised):
    assert ("group-has-two" in slugs(activities=(replace(GROUP, group_size=size),))) is raised


def test_a_group_of_one_is_asked_about_once():
    assert slugs(activities=(replace(GROUP, group_size=1),)) == {"group-has-two": "line_stop"}


def test_words_that_show_other_patients_ask_for_their_number_too():
    in_words = replace(GROUP, delivery=Delivery.ONE_ON_ONE, group_size=None)
    found = flag("group-has-two", activities=(in_words,))
    assert found.field == "group_size" and "does not say how many" in found.seen


def test_the_same_words_under_two_services_are_told_at_the_second():
    twin = replace(PRACTISE, description=STRENGTHEN.description.upper())
    found = flag("same-minutes-have-one-code", activities=(STRENGTHEN, twin))
    assert (found.about, found.severity) == ("task", "line_stop")
    again = replace(STRENGTHEN, id="again")
    assert "same-minutes-have-one-code" not in slugs(activities=(STRENGTHEN, again))


@pytest.mark.parametrize("again", ["3x10, depth cued.", "3  X 10 - depth cued", "3 x10 (depth cued)"])
def test_words_that_differ_in_spacing_case_or_marks_are_the_same(again):
    one = replace(STRENGTHEN, description="Squats with a dumbbell, 3 x 10, depth cued")
    twin = replace(PRACTISE, description=f"Squats with a dumbbell {again}")
    assert "same-minutes-have-one-code" in slugs(activities=(one, twin))
    assert "same-minutes-have-one-code" not in slugs(activities=(one, replace(twin, description=f"Box {again}")))


def test_a_missing_response_is_told_once_for_a_note():
    silent = tuple(replace(row, response="") for row in (STRENGTHEN, PRACTISE))
    found = flag("response-is-described", activities=silent)
    assert found.about == "exercise" and "and 1 more" in found.seen
    assert flag("response-is-described", activities=silent[:1]).severity == "warn"


def test_a_missing_dose_wants_a_reason_unless_the_description_has_numbers():
    assert slugs(activities=(replace(STRENGTHEN, dose=""),)) == {"dose-is-described": "warn"}
    counted = replace(STRENGTHEN, dose="", description=STRENGTHEN.description + ", 3 sets of 10")
    assert slugs(activities=(counted,)) == {}
    assert slugs(activities=(replace(MANUAL, dose=""),)) == {}


@pytest.mark.parametrize(
    ("words", "raised"),
    [
        ("three sets of ten, red band", False),
        ("three by ten", False),
        ("for two minutes", False),
        ("ten pound weight", False),
        ("x twelve each side", False),
        ("the extensors at L4", True),
        ("C5-6 and L5/S1 kept still", True),
        ("D2 pattern, one leg, then the other", True),
        ("at L4, 12 each side", False),
    ],
)
def test_an_amount_may_be_dictated_and_a_vertebra_is_none(words, raised):
    row = replace(STRENGTHEN, dose="", description=f"Resisted hip bridges to strengthen the trunk, {words}")
    assert ("dose-is-described" in slugs(activities=(row,))) is raised


# Minutes


@pytest.mark.parametrize("minutes", [None, 0])
def test_a_timed_service_without_minutes_stops_its_line(minutes):
    assert slugs(activities=(replace(STRENGTHEN, minutes=minutes),)) == {"timed-service-has-minutes": "line_stop"}


def test_activities_fit_into_the_visit():
    assert "minutes-fit-the-visit" not in slugs(activities=(STRENGTHEN, PRACTISE), total_minutes=30)
    found = flag("minutes-fit-the-visit", activities=(STRENGTHEN, PRACTISE, MANUAL), total_minutes=29)
    assert (found.about, found.field, found.severity) == ("task", "minutes", "line_stop")
    assert found.seen == "The time given to the patient adds up to 45 minutes; the visit took 29."


PADS = replace(MANUAL, id="pads", description="IFC pads to the low back", intents=(), delivery=Delivery.SET_UP)
PACK = replace(PADS, id="pack", description="Hot pack to the low back")


def test_what_is_set_up_and_left_runs_beside_other_care():
    assert slugs(activities=(PADS, PACK, STRENGTHEN), total_minutes=20) == {}


@pytest.mark.parametrize("kept", [0, 1])
def test_what_is_for_the_record_only_takes_no_time_of_the_visit(kept):
    rows = [STRENGTHEN, PRACTISE]
    rows[kept] = replace(rows[kept], record_only=True)
    assert slugs(activities=tuple(rows), total_minutes=20) == {}


def test_a_missing_total_weighs_more_where_the_total_is_what_counts():
    assert slugs(activities=(STRENGTHEN,), total_minutes=None) == {"total-minutes-are-recorded": "warn"}
    assert slugs(CMS, activities=(STRENGTHEN,), total_minutes=None) == {"total-minutes-are-recorded": "note_stop"}
    assert slugs(total_minutes=None) == {}


def test_more_than_a_days_maximum_wants_a_reason():
    long = replace(STRENGTHEN, minutes=98)
    found = flag("daily-maximum-is-kept", activities=(long,), total_minutes=120)
    assert (found.severity, found.about) == ("warn", "exercise") and "7 units" in found.seen
    lenient = replace(INSURER, applies_daily_maxima=False)
    assert slugs(lenient, activities=(long,), total_minutes=120) == {}


def test_an_imported_maximum_of_a_picked_service_wants_a_reason():
    film = ServiceFacts("film", "72100", "X-ray of the lower back", units=3)
    rules = RULES.with_table("NCCI 2026 Q4", RULES.pairs.values(), {"72100": (2, 3)})
    flags = suggest(visit(services=(film,)), rules).flags
    assert [flag.about for flag in flags if flag.slug == "daily-maximum-is-kept"] == ["film"]


def test_an_earlier_note_of_the_day_counts_towards_the_maximum():
    morning = visit(activities=(replace(STRENGTHEN, minutes=60), GROUP), adjustments=())
    facts = {"activities": (replace(STRENGTHEN, minutes=45),), "same_day": (morning,)}
    assert "daily-maximum-is-kept" in slugs(**facts)


def test_a_second_spinal_adjustment_of_the_day_is_one_too_many_at_any_level():
    more = (adjustment(Region.LUMBAR), adjustment(Region.SACRAL), adjustment(Region.PELVIC))
    assert "daily-maximum-is-kept" in slugs(adjustments=more, same_day=(visit(),))
    assert "daily-maximum-is-kept" in slugs(same_day=(visit(),))


def test_medicare_pays_one_spinal_adjustment_a_day_and_a_second_like_it_is_told():
    """No pair names a code beside itself; its maximum is 1, and absolute (MAI 2)."""
    morning = visit(MEDICARE)
    assert slugs(MEDICARE, same_day=(morning,)) == {"daily-maximum-is-kept": "warn"}


def test_a_second_smaller_adjustment_of_the_day_is_never_paid():
    morning = visit(adjustments=(adjustment(Region.LUMBAR), adjustment(Region.SACRAL), adjustment(Region.PELVIC)))
    found = flag("pair-is-never-paid-together", same_day=(morning,))
    assert found.about == "adjusted-lumbar" and found.seen.startswith(RULES.code("98940").title)
    at_medicare = replace(morning, episodes=(episode(MEDICARE),))
    assert slugs(MEDICARE, same_day=(at_medicare,)) == {"pair-is-never-paid-together": "line_stop"}


def test_the_reader_is_told_where_the_method_matters():
    short = (replace(STRENGTHEN, minutes=8), replace(PRACTISE, minutes=8))
    assert slugs(activities=short) == {"units-depend-on-the-method": "tip"}
    unknown = replace(INSURER, unit_method=UnitMethod.UNKNOWN)
    assert "Ask the payer" in flag("units-depend-on-the-method", unknown, activities=short).todo


def test_too_few_minutes_are_said_to_be_too_few():
    assert slugs(activities=(replace(STRENGTHEN, minutes=7),)) == {"total-reaches-eight-minutes": "tip"}
    assert slugs(CMS, activities=(replace(STRENGTHEN, minutes=7),)) == {"total-reaches-eight-minutes": "tip"}
    pooled = (replace(STRENGTHEN, minutes=7), replace(PRACTISE, minutes=7))
    assert "total-reaches-eight-minutes" not in slugs(CMS, activities=pooled)
    assert "1 minute of" in flag("total-reaches-eight-minutes", activities=(replace(STRENGTHEN, minutes=1),)).seen


# Goals


@pytest.mark.parametrize(
    ("row", "goal", "raised"),
    [
        (STRENGTHEN, "", True),
        (STRENGTHEN, VAGUE_GOAL, True),
        (STRENGTHEN, IMPAIRMENT, False),
        (PRACTISE, "Pain from 6 to 2 of 10", True),
        (PRACTISE, LIFT.text, False),
        (GROUP, "", True),
    ],
)
def test_a_procedure_serves_a_function_or_an_impairment_behind_one(row, goal, raised):
    row = replace(row, goal=goal, goal_id="")
    assert ("therapy-has-a-functional-goal" in slugs(activities=(row,))) is raised


def test_an_impairment_alone_is_no_purpose():
    row = replace(STRENGTHEN, goal=IMPAIRMENT)
    found = flag("therapy-has-a-functional-goal", activities=(row,), episodes=(episode(goals=()),))
    assert (found.about, found.field) == ("exercise", "goal") and "measure of the body" in found.seen


def test_a_picked_goal_counts_by_its_own_words():
    picked = replace(PRACTISE, goal="", goal_id="g1")
    assert slugs(activities=(picked,)) == {}


@pytest.mark.parametrize("row", [MANUAL, MASSAGE])
def test_hands_on_care_belongs_to_an_episode_with_a_function(row):
    bare = replace(row, goal="", goal_id="")
    named = episode(goals=(), complaint="Stiff shoulder")
    assert slugs(activities=(bare,), episodes=(named,)) == {"episode-has-a-functional-goal": "warn"}
    found = flag("episode-has-a-functional-goal", activities=(bare, replace(bare, id="b")), episodes=(named,))
    assert (found.about, found.field) == (named.id, "care_goals") and "“Stiff shoulder”" in found.seen
    assert slugs(activities=(row,), episodes=(episode(goals=()),)) == {}


def test_a_missing_goal_is_told_at_the_procedure_and_not_again_at_the_episode():
    rows = (replace(STRENGTHEN, goal=""), MANUAL)
    assert slugs(activities=rows, episodes=(episode(goals=()),)) == {"therapy-has-a-functional-goal": "line_stop"}


def test_a_goal_without_a_number_wants_one_once():
    goal = GoalFacts("g2", "Lift a box from the floor")
    row = replace(PRACTISE, goal=goal.text, goal_id="g2")
    facts = {"activities": (row, replace(row, id="again")), "episodes": (episode(goals=(LIFT, goal)),)}
    found = flag("goal-is-measurable", **facts)
    assert (found.severity, found.about, found.field) == ("warn", "task", "care_goals")
    written = replace(row, goal="Carry a box", goal_id="")
    assert flag("goal-is-measurable", activities=(written,)).field == "goal"


def test_a_goal_is_measured_by_its_target_too():
    goal = GoalFacts("g2", "Lift a box from the floor", target="20 lb")
    row = replace(PRACTISE, goal=goal.text, goal_id="g2")
    assert slugs(activities=(row,), episodes=(episode(goals=(goal,)),)) == {}


def test_exercise_and_task_practice_serve_two_goals():
    same = replace(STRENGTHEN, goal=LIFT.text, goal_id=LIFT.id)
    found = flag("two-codes-serve-two-goals", activities=(same, PRACTISE, replace(PRACTISE, id="more")))
    assert (found.severity, found.about, found.field) == ("warn", "task", "goal")
