"""A choice is worked out once for the same words, aims, delivery and payer's numbers, and for nothing less."""

from dataclasses import replace

import pytest

from coding.engine.choosing import MOST_REMEMBERED, choose, chosen
from coding.engine.facts import ActivityFacts, GoalFacts, PayerFacts
from coding.engine.vocabulary import Delivery, Intent, OutcomePolicy, Region

ROW = ActivityFacts("a1", "Squats 3 x 10", goal="quad strength", delivery=Delivery.ONE_ON_ONE)


def test_what_a_coder_does_not_look_at_is_no_new_question():
    once = choose(ROW)
    moved = replace(ROW, minutes=15, regions=(Region.KNEE,), dose="3 x 10", episode_id="e1", record_only=True)
    assert choose(moved, payer=PayerFacts("p1", "Some insurer")) is once
    assert (
        choose(replace(ROW, goal_id="g1"), goals=(GoalFacts("g1", "Lift a box"),)) is once
    )  # the row has its own words


@pytest.mark.parametrize(
    "changed",
    [
        {"id": "a2"},
        {"description": "Declined squats"},
        {"goal": "get up from the toilet"},
        {"intents": (Intent.BALANCE,)},
        {"delivery": Delivery.GROUP},
        {"delivery": Delivery.GROUP, "group_size": 1},
    ],
)
def test_each_fact_that_a_choice_rests_on_makes_a_new_question(changed):
    first = choose(ROW)
    assert choose(replace(ROW, **changed)) != first
    assert choose(ROW) == first


def test_a_picked_goal_is_asked_about_by_its_words():
    row = replace(ROW, goal="", goal_id="g1")
    stronger, higher = (choose(row, goals=(GoalFacts("g1", words),)) for words in ("quad strength", "climb stairs"))
    assert (stronger.code, higher.code) == ("97110", "97530")
    assert choose(row) != stronger  # a goal that has ended lends no words


@pytest.mark.parametrize(
    ("description", "differs"),
    [
        ("IFC to low back, pads", {"unattended_stimulation_code": "G0283"}),
        ("Cold laser to Achilles, provider attending", {"laser_code": "97037"}),
        ("Mechanical lumbar traction", {"traction_code": "97039"}),
        ("Hot pack to low back", {"pack_code": "97039"}),
    ],
)
def test_payers_with_numbers_of_their_own_are_asked_about_apart(description, differs):
    row = ActivityFacts("a1", description)
    assert choose(row).code != choose(row, payer=PayerFacts(**differs)).code in differs.values()


def test_payers_of_another_policy_are_asked_about_apart():
    row = ActivityFacts("a1", "Ball work", goal="strength and balance")
    policies = [choose(row, payer=PayerFacts(outcome_policy=policy)).policy for policy in OutcomePolicy]
    assert policies == list(OutcomePolicy)


def test_what_is_remembered_is_bounded():
    assert chosen.cache_info().maxsize == MOST_REMEMBERED
