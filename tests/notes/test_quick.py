"""The line at the foot of the note's page: what is read from it, and what is left as it was written."""

import time

import pytest

from coding.engine.vocabulary import Delivery, Intent, Region
from notes.quick import QuickActivity, read_activity


@pytest.mark.parametrize(
    ("line", "delivery"),
    [
        ("bridges, 1:1, 8 min", Delivery.ONE_ON_ONE),
        ("1:1 bridges 8 min", Delivery.ONE_ON_ONE),
        ("bridges one on one", Delivery.ONE_ON_ONE),
        ("Bridges (one-on-one), lumbar", Delivery.ONE_ON_ONE),
        ("attended e-stim 10 min, low back", Delivery.ONE_ON_ONE),
        ("attended by turns, squats", Delivery.BY_TURNS),
        ("squats, in a small group", Delivery.GROUP),
        ("e-stim unattended 15 min", Delivery.SET_UP),
        ("bike on his own 10 min", Delivery.ON_OWN),
        ("planks on their own", Delivery.ON_OWN),
    ],
)
def test_a_delivery_is_read_where_it_is_written(line, delivery):
    assert read_activity(line).delivery == delivery


@pytest.mark.parametrize(
    "line",
    [
        "bridges 8 min",
        "stretch of a muscle group",
        "group of muscles stretched",
        "not one on one",
        "no direct contact",
        "intervals, 1:1 work to rest",
        "1:1 lifts and in a group of 3",
        "attended to the ankle",
    ],
)
def test_a_delivery_that_is_not_written_or_written_twice_is_left_open(line):
    assert read_activity(line).delivery == ""


@pytest.mark.parametrize(
    ("line", "size"),
    [
        ("bike, group of 4", 4),
        ("in a group of three, bike", 3),
        ("bike 9 min group of 4 for endurance", 4),
        ("group", None),
    ],
)
def test_the_size_of_a_group_is_read(line, size):
    assert (read_activity(line).delivery, read_activity(line).group_size) == (Delivery.GROUP, size)


@pytest.mark.parametrize(
    ("line", "regions", "intents"),
    [
        ("bridges, lumbar, for strength and endurance", [Region.LUMBAR], [Intent.STRENGTH, Intent.ENDURANCE]),
        ("TB rows, scap strength", [Region.SHOULDER], [Intent.STRENGTH]),
        ("squats for knee strength with a red band", [Region.KNEE], [Intent.STRENGTH]),
        ("wall slides, right shoulder, ROM", [Region.SHOULDER], [Intent.MOTION]),
        ("neck and upper back, massage, for pain relief", [Region.CERVICAL, Region.THORACIC], [Intent.PAIN]),
        ("treadmill, gait", [], [Intent.GAIT]),
        ("Lumbar stabilisation on hands and knees, 8 min", [Region.LUMBAR], []),
        ("hot pack low back, 10 min", [Region.LUMBAR], []),
        ("step-ups for leg strength, 8 min", [Region.LOWER_LIMB], [Intent.STRENGTH]),
    ],
)
def test_regions_and_aims_are_read_from_pieces_of_their_own_and_after_for(line, regions, intents):
    read = read_activity(line)
    assert (list(read.regions), list(read.intents)) == (regions, intents)


@pytest.mark.parametrize(
    "line",
    [
        "knee to chest",
        "lumbar roll while seated",
        "hands to neck",
        "leg press",
        "head lifts",
        "strength 4/5",
        "balance board",
        "not for strength",
        "hand weights",
        "elbow plank",
    ],
)
def test_a_word_inside_a_movement_states_no_fact(line):
    assert read_activity(line) == QuickActivity(line)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("Bridges 3x10, 1:1, 8 min.", "Bridges 3x10."),
        ("TB rows, scap strength, 1:1, 8 min -> reach", "TB rows, scap strength"),
        ("walks on his own, 20 ft", "walks on his own, 20 ft"),
        ("bridges (1:1, lumbar) 8 min cues", "bridges (1:1, lumbar) cues"),
        ("in a small group of 3 patients, squats 10 min", "squats"),
        ("planks 3 x 1 min", "planks 3 x 1 min"),
        ("1:1", ""),
    ],
)
def test_only_minutes_and_a_delivery_by_itself_leave_the_words(line, words):
    assert read_activity(line).description == words


@pytest.mark.parametrize("part", ["for ", "( ", ", ", "a - ", "left and ", "group of ", "1:1 ", "8 min ", "-> "])
def test_a_long_line_is_read_at_once(part):
    begun = time.perf_counter()
    read_activity(part * (2000 // len(part)))
    assert time.perf_counter() - begun < 0.5
