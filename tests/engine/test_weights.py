"""What is weighed of a row, and what its weights add up to, with weights that are few enough to be added up by hand."""

import math

import pytest

from coding.engine.choosing import weights
from coding.engine.choosing.weights import features, parse, stem, weigh
from coding.engine.facts import GoalFacts
from coding.engine.vocabulary import Delivery
from tests.engine.build import case

ONE, ALONE, SET_UP, GROUP = Delivery.ONE_ON_ONE, Delivery.ON_OWN, Delivery.SET_UP, Delivery.GROUP
CERTAIN = 9.0  # so heavy that nothing else counts
JUST = 0.001


def evidence(lines, row):
    """Return what an opinion rests on: field, words, and how much they weigh."""
    found = weigh(row, parse(lines)).because
    return [(piece.field, piece.text, piece.rule.removeprefix("weighs-")) for piece in found]


# What is weighed


@pytest.mark.parametrize(
    ("word", "weighed"),
    [
        ("lifting", "lift"),
        ("lifted", "lift"),
        ("lifts", "lift"),
        ("boxes", "box"),
        ("reps", "reps"),  # three letters would be left
        ("bing", "bing"),
        ("legs", "legs"),
        ("steps", "step"),
        ("uses", "uses"),
        ("lb", "lb"),
        ("20", "#"),
        ("4/5", "#"),
        ("", ""),
    ],
)
def test_a_word_is_weighed_without_its_ending_and_figures_are_one_word(word, weighed):
    assert stem(word) == weighed


def test_words_and_concepts_are_weighed_apart_for_each_field():
    found = features(case("Squats", "lifting boxes"))
    assert {"word:squat", "is:gym_move", "goal:lift", "goal:box", "aim:move", "aim:object"} <= found.keys()
    assert not {"goal:squat", "word:lift", "is:move", "aim:gym_move"} & found.keys()


def test_how_a_concept_is_meant_is_part_of_it():
    found = features(case("Squats for strength, no stretching"))
    assert {"is:gym_move", "is:strength/purpose", "is:flexibility/denied"} <= found.keys()
    assert not {"is:strength", "is:flexibility", "is:gym_move/purpose"} & found.keys()


def test_words_that_every_text_holds_are_not_weighed():
    found = features(case("The patient squats with the bar", "to walk and to climb"))
    assert {"word:squat", "word:bar", "goal:walk", "goal:climb"} <= found.keys()
    assert not {"word:the", "word:patient", "word:with", "goal:to", "goal:and"} & found.keys()


@pytest.mark.parametrize(
    ("row", "facts"),
    [
        (case("Squats"), ["always", "aims:none", "no-goal"]),
        (case("Squats", "strength"), ["always", "aims:capacity"]),
        (case("Squats", "strength and balance"), ["always", "aims:capacity+control"]),
        (case("performed therapy", delivery=ONE), ["always", "given:one_on_one", "aims:none", "no-goal", "vague"]),
        (case("Squats", "strength", delivery=GROUP), ["always", "given:group", "aims:capacity", "shared"]),
        (case("Squats, two patients", "strength"), ["always", "aims:capacity", "shared"]),
    ],
)
def test_facts_of_the_whole_row_are_weighed_and_stand_nowhere(row, facts):
    assert [name for name, words in features(row).items() if words is None] == facts


def test_a_word_that_stands_twice_is_weighed_once_where_it_stands_first():
    row = case("Squats, then squats")
    assert evidence(["word:squat 97530 9.0", "never 97110 1.0"], row) == [("description", "Squats", "9.0")]
    assert features(row)["word:squat"].start == 0


def test_a_sentence_that_names_nothing_of_a_service_is_left_out_beside_one_that_does():
    beside, found = features(case("Squats 3 x 10")), features(case("Insurer on file. Squats 3 x 10"))
    assert beside.keys() == found.keys()
    assert "word:insurer" in features(case("Insurer on file"))  # alone, it is all there is to weigh
    assert {"word:insurer", "word:form"} <= features(case("Insurer on file. Form signed")).keys()


def test_of_a_goal_every_sentence_counts():
    assert "goal:insurer" in features(case("Squats", "Insurer on file. Quad strength"))
    assert "goal:quad" in features(case("Insurer on file. Squats", "Quad strength"))


# What an opinion is


def test_weights_are_added_up_and_the_highest_sum_is_the_answer():
    known = parse(["word:squat 97110 1.0 97530 -0.5", "goal:lift 97530 2.0", "word:bench 97110 9"])
    found = weigh(case("Squats", "lift"), known)
    assert known.answers == ("97110", "97530")
    assert list(found.sums) == [1.0, 1.5]
    assert (found.code, found.case.activity.goal) == ("97530", "lift")


def test_the_shares_of_all_answers_add_up():
    found = weigh(case("Squats"), parse(["word:squat 97110 1.0 97112 0.5 97530 2.0"]))
    assert found.share == pytest.approx(math.exp(2) / (math.exp(1) + math.exp(0.5) + math.exp(2)))
    assert weigh(case("Squats"), parse(["word:squat 97110 1.0 97112 1.0 97530 1.0"])).share == pytest.approx(1 / 3)
    assert weigh(case("Squats"), parse(["word:squat 97110 800 97112 0"])).share == 1.0  # and no number is too high


def test_an_opinion_rests_on_what_spoke_for_it_more_than_for_the_next():
    lines = ["word:squat 97530 3.0 97112 2.9 97110 -5", "word:box 97530 2.0 97112 1.0", "word:slow 97112 0.5"]
    assert evidence(lines, case("Squats, slow, box")) == [("description", "box", "1.0")]


def test_what_hardly_speaks_for_an_answer_is_no_evidence():
    row = case("Squats, box")
    for weight, is_told in ((weights.TELLING, True), (weights.TELLING - JUST, False)):
        told = evidence(["always 97530 5", f"word:squat 97530 {weight}", "word:box 97110 0.0"], row)
        assert bool(told) is is_told


def test_a_word_and_the_concept_in_it_are_one_piece_of_evidence():
    lines = ["word:squat 97530 1.0", "is:gym_move 97530 0.5", "never 97110 1"]
    assert evidence(lines, case("Squats, then box")) == [("description", "Squats", "1.5")]


def test_a_concept_of_several_words_is_quoted_whole():
    lines = ["is:isolated 97110 1.0", "never 97530 1"]
    assert evidence(lines, case("Today leg press")) == [("description", "leg press", "1.0")]


def test_evidence_stands_in_the_order_of_the_text_with_the_places_of_its_words():
    lines = ["goal:lift 97530 1.0", "word:box 97530 3.0", "word:squat 97530 2.0", "never 97110 1"]
    row = case("Squats, box", "to lift more")
    pieces = weigh(row, parse(lines)).because
    assert [piece.text for piece in pieces] == ["Squats", "box", "lift"]
    for piece in pieces:
        assert getattr(row.activity, piece.field)[piece.start : piece.end] == piece.text


def test_a_bare_degree_sign_is_no_evidence():
    row = case("Squats to 90°")
    assert evidence(["word:deg 97110 1.0", "word:squat 97110 1.0", "never 97530 1"], row) == [
        ("description", "Squats", "1.0")
    ]


def test_words_of_a_picked_goal_are_named_and_have_no_place_in_the_row():
    row = case("Squats", goal_id="g1", goals=(GoalFacts("g1", "Lift a box"),))
    pieces = weigh(row, parse(["goal:lift 97530 1.0", "aim:object 97530 1.0", "never 97110 1"])).because
    assert [(piece.field, piece.start, piece.end) for piece in pieces] == [("goal_id", 0, 0)] * 2
    assert {piece.text.casefold() for piece in pieces} == {"lift", "box"}
