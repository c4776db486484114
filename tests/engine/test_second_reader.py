"""The second reader beside the rules, with the weights that come with the engine: what it may not say against."""

import pytest

from coding.engine.choosing import case_of, choose, weights
from coding.engine.facts import ActivityFacts
from coding.engine.results import UNDETERMINED
from coding.engine.vocabulary import Delivery


@pytest.mark.parametrize(
    ("description", "goal", "expected"),
    [
        ("Treadmill 12 min, endurance", "", "97110"),
        ("Balance board 10 min, proprioception", "", "97112"),
        ("Swiss ball: core strength", "", "97110"),
        ("Squats 3x10 to strengthen quads", "get up from the toilet", "97110"),
        ("Lunges 3x10 strength, cued", "climb stairs", "97110"),
        ("Lunges for proprioception, cued", "", "97112"),
        ("Step ups for flexibility", "lift grandchild", "97110"),
    ],
)
def test_an_aim_that_the_description_states_is_neither_asked_for_nor_replaced(description, goal, expected):
    activity = ActivityFacts("a1", description, goal=goal, delivery=Delivery.ONE_ON_ONE)
    assert choose(activity).code == expected


@pytest.mark.parametrize("label", ["NMR", "TE", "TherAct", "97110", "97530"])
@pytest.mark.parametrize(
    ("description", "goal"), [("Posture", "better posture"), ("Board 2 x 1 min", ""), ("Ball x 10", "")]
)
def test_what_a_row_calls_itself_gives_no_code(label, description, goal):
    assert choose(ActivityFacts("a1", description, goal=goal)).code == UNDETERMINED
    assert choose(ActivityFacts("a1", f"{label} {description}", goal=goal)).code == UNDETERMINED


def test_a_word_that_is_denied_speaks_for_nothing():
    row = ActivityFacts("a1", "Lift training rather than strengthening, floor to shelf")
    assert "word:strengthen" not in weights.features(case_of(row)) and "word:floor" in weights.features(case_of(row))
