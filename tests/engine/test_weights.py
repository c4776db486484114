"""The second reader by itself: each of its rules, with weights small enough to be added up by hand."""

import math
from types import SimpleNamespace

import pytest

from coding.engine.choosing import answer_of_the_rules, case_of, second_reader, weights
from coding.engine.choosing.second_reader import outweighs, second_reading
from coding.engine.choosing.table import table
from coding.engine.choosing.weights import features, parse, stem, weigh
from coding.engine.facts import NOT_BILLED, ActivityFacts, GoalFacts, PayerFacts
from coding.engine.results import NOT_BILLABLE, UNDETERMINED, Because
from coding.engine.vocabulary import Delivery, Intent, OutcomePolicy

ONE, ALONE, SET_UP, GROUP = Delivery.ONE_ON_ONE, Delivery.ON_OWN, Delivery.SET_UP, Delivery.GROUP
CERTAIN = 9.0  # so heavy that nothing else counts
JUST = 0.001


def case(description, goal="", *, goals=(), payer=None, **facts):
    return case_of(ActivityFacts("a1", description, goal=goal, **facts), goals=goals, payer=payer)


def second(lines, row):
    """Return the second reader's answer to a row, where it knows nothing but these lines."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(weights, "weights", lambda: parse(lines))
        return second_reading(row, answer_of_the_rules(row))


def sure_of(code, word="squat", weight=CERTAIN):
    """Return weights by which one word speaks for one answer, and nothing for the other one."""
    return [f"word:{word} {code} {weight}", f"never {'97116' if code == '97110' else '97110'} 1.0"]


def opinion(code, share):
    return SimpleNamespace(code=code, share=share)


def evidence(lines, row):
    """Return what an opinion rests on: field, words, and how much they weigh."""
    found = weigh(row, parse(lines)).because
    return [(piece.field, piece.text, piece.rule.removeprefix("weighs-")) for piece in found]


# Which row is read again


def test_a_question_of_the_rules_is_answered_by_whoever_is_sure():
    row = case("Squats")
    choice = second(sure_of("97530"), row)
    assert answer_of_the_rules(row).code == UNDETERMINED
    assert (choice.code, choice.about) == ("97530", "a1")
    assert choice.because == (Because("description", 0, 6, "Squats", "weighs-9.0"),)
    assert {other.code for other in choice.alternatives} == set(table().neighbours["97530"])


def test_an_opinion_that_is_not_sure_changes_nothing():
    for description, code in (("Squats", "97530"), ("Squats for strength", "97530"), ("Squats", NOT_BILLABLE)):
        row = case(description)
        assert second(sure_of(code, weight=0.0), row) == answer_of_the_rules(row)


def test_what_was_picked_is_never_weighed():
    row = case("Squats", intents=(Intent.STRENGTH,))
    assert second(sure_of("97530"), row) == answer_of_the_rules(row)
    assert second(sure_of("97110"), row) == answer_of_the_rules(row)


def test_what_a_payers_policy_decided_is_never_weighed():
    row = case("Drills", "strength and balance", payer=PayerFacts(outcome_policy=OutcomePolicy.OUTCOMES))
    rules = answer_of_the_rules(row)
    assert rules.policy is OutcomePolicy.OUTCOMES and rules.code == "97530"
    assert second(["goal:balance 97112 9 97530 0"], row) == rules


def test_no_answer_is_changed_for_reasons_that_nobody_can_see():
    """Facts of the whole row ("always", the delivery) weigh, but are no words to show."""
    row = case("Squats")
    assert second(["always 97530 9 97110 0"], row) == answer_of_the_rules(row)
    assert second(["always 97530 9 97110 0", "word:squat 97530 0.2"], row).code == "97530"


@pytest.mark.parametrize(
    ("description", "word", "code"),
    [
        ("Wheelchair propulsion 100 ft", "wheelchair", "97542"),
        ("Orthosis fitted, first visit", "orthosi", "97760"),
        ("Prosthesis fitted and trained, first visit", "prosthesi", "97761"),
        ("Dry needling, two muscles", "muscl", "20560"),
        ("Dry needling, 3 muscles", "muscl", "20561"),
    ],
)
def test_what_rests_on_a_thing_of_its_own_is_not_weighed(description, word, code):
    row = case(description)
    assert f"word:{word}" in features(row)
    assert answer_of_the_rules(row).code == second(sure_of("97530", word), row).code == code


# How sure it has to be


@pytest.mark.parametrize(
    ("code", "rules", "goal", "enough"),
    [
        ("97530", UNDETERMINED, "", second_reader.SURE_OF_A_CODE),
        ("97530", NOT_BILLABLE, "", second_reader.SURE_OF_A_CODE),
        ("97530", "97110", "", second_reader.SURE_OF_ANOTHER),
        ("97530", "97750", "", second_reader.SURE_OF_ANOTHER),
        ("97530", "97140", "", second_reader.SURE_AGAINST_A_THING),
        ("97530", "97150", "", second_reader.SURE_AGAINST_A_THING),
        (NOT_BILLABLE, UNDETERMINED, "", second_reader.SURE_OF_ANOTHER),
        (UNDETERMINED, NOT_BILLABLE, "", second_reader.SURE_OF_A_QUESTION),
        (NOT_BILLABLE, "97110", "", second_reader.SURE_OF_NO_SERVICE),
        (NOT_BILLABLE, "97110", "strength", second_reader.SURE_OF_NO_SERVICE),
        (NOT_BILLABLE, "97140", "", second_reader.SURE_AGAINST_A_THING),
        (UNDETERMINED, "97110", "strength", second_reader.SURE_OF_A_QUESTION),
        (UNDETERMINED, "97110", "", second_reader.SURE_WITHOUT_A_GOAL),
        (UNDETERMINED, "97140", "less pain", second_reader.SURE_AGAINST_A_THING),
    ],
)
def test_an_opinion_outweighs_the_rules_from_a_share_on_and_not_before(code, rules, goal, enough):
    row = case("Squats", goal)
    assert outweighs(opinion(code, enough), rules, row)
    assert not outweighs(opinion(code, enough - JUST), rules, row)


def test_a_code_is_easier_taken_away_than_given_and_a_named_thing_is_hard_to_argue_with():
    assert second_reader.SURE_OF_NO_SERVICE <= second_reader.SURE_OF_ANOTHER < second_reader.SURE_OF_A_CODE
    assert second_reader.SURE_OF_NO_SERVICE < second_reader.SURE_AGAINST_A_THING < second_reader.SURE_AGAINST_AN_AGENT
    assert second_reader.SURE_AGAINST_AN_AGENT < second_reader.SURE_AGAINST_WHAT_IS_LEFT < second_reader.NEVER


LOADED = "lift 30 lb totes from floor to bench"


@pytest.mark.parametrize("description", ["SLR 3x10 for quad strength", "Tandem stance for balance", "TB ER 3x10"])
def test_the_words_of_a_goal_that_is_merely_served_ask_nothing(description):
    row = case(description, LOADED)
    assert second([f"goal:{stem('totes')} UNDETERMINED 9 97110 0"], row) == answer_of_the_rules(row)


def test_the_words_of_the_deed_may_ask_beside_such_a_goal():
    assert second(["word:flsh UNDETERMINED 9 97110 0"], case("SLR 3x10, flsh", LOADED)).code == UNDETERMINED


# A delivery that was picked is a fact


@pytest.mark.parametrize(
    ("delivery", "code", "could_be"),
    [
        (GROUP, "97150", True),
        (GROUP, "97110", False),
        (Delivery.BY_TURNS, "97150", True),
        (Delivery.BY_TURNS, "97014", False),
        (ALONE, "97110", False),
        (ALONE, "97014", True),
        (SET_UP, "97035", False),  # somebody must hold it
        (SET_UP, "97010", True),
        (ONE, "97110", True),
        (ONE, "97150", True),  # the words may show more than one patient
        (None, "97110", True),
    ],
)
def test_no_opinion_gives_a_code_that_the_delivery_does_not_bear_out(delivery, code, could_be):
    row = case("Leg press", delivery=delivery)
    assert outweighs(opinion(code, 1.0), UNDETERMINED, row) is could_be
    assert outweighs(opinion(code, 1.0), "97530", row) is could_be


def test_no_service_and_a_question_fit_every_delivery():
    for delivery in Delivery:
        row = case("Leg press", "strength", delivery=delivery)
        assert outweighs(opinion(NOT_BILLABLE, 1.0), "97110", row)
        assert outweighs(opinion(UNDETERMINED, 1.0), "97110", row)


def test_alone_stays_alone_whatever_the_words_weigh():
    row = case("Leg press", "strength", delivery=ALONE)
    assert second(sure_of("97110", "leg"), row) == answer_of_the_rules(row)


# How an answer is given


def test_no_service_says_so_and_shows_the_words():
    choice = second(sure_of(NOT_BILLABLE), case("Squats", "strength"))
    assert (choice.code, choice.reason) == (NOT_BILLABLE, table().reasons["no_service"])
    assert [piece.text for piece in choice.because] == ["Squats"]


@pytest.mark.parametrize(
    ("description", "word", "question"), [("Squats", "squat", "aim"), ("Exercises", "exercis", "both")]
)
def test_a_question_asks_for_the_deed_as_well_where_none_is_named(description, word, question):
    row = case(description, "quad strength")
    choice = second_reader._answered(row, weigh(row, parse(sure_of(UNDETERMINED, word))))
    assert (choice.code, choice.question) == (UNDETERMINED, table().questions[question])
    assert [piece.text for piece in choice.because] == [description]


@pytest.mark.parametrize(
    ("learned", "payer", "given"),
    [
        ("97014", PayerFacts(), "97014"),
        ("97014", PayerFacts(unattended_stimulation_code="G0283"), "G0283"),
        ("97014", PayerFacts(unattended_stimulation_code=NOT_BILLED), "97014"),
        ("S8948", PayerFacts(laser_code="97037"), "97037"),
        ("S8948", PayerFacts(laser_code=NOT_BILLED), "S8948"),
        ("97012", PayerFacts(traction_code="S9090"), "S9090"),
        ("97010", PayerFacts(pack_code="A9273"), "A9273"),
        ("97035", PayerFacts(laser_code="97037"), "97035"),
    ],
)
def test_a_service_with_several_numbers_is_given_under_the_payers(learned, payer, given):
    assert second(sure_of(learned), case("Squats", payer=payer)).code == given


def test_both_numbers_of_stimulation_are_one_answer():
    """It was learned under one of them: that it is the same service is no other opinion."""
    row = case("IFC to low back, pads", payer=PayerFacts(unattended_stimulation_code="G0283"))
    choice = second(sure_of("97014", "back"), row)
    rules = answer_of_the_rules(row)
    assert choice.code == rules.code == "G0283"
    assert set(rules.because) < set(choice.because)
    assert ("back", "weighs-9.0") in {(piece.text, piece.rule) for piece in choice.because}


# Agreement


def test_who_agrees_adds_the_words_that_speak_for_it_too():
    row = case("Squats", "quad strength")
    rules, choice = answer_of_the_rules(row), second(sure_of("97110"), row)
    assert choice.because == (*rules.because, Because("description", 0, 6, "Squats", "weighs-9.0"))
    assert (choice.code, choice.alternatives) == (rules.code, rules.alternatives)


def test_who_agrees_quotes_nothing_twice():
    row = case("Squats with a box", "quad strength")
    assert second(["goal:strength 97110 9", "never 97530 1"], row) == answer_of_the_rules(row)
    more = second(["goal:strength 97110 9", "goal:quad 97110 1", "never 97530 1"], row)
    assert [(piece.field, piece.text) for piece in more.because] == [("goal", "strength"), ("goal", "quad")]


@pytest.mark.parametrize(
    ("field", "start", "end", "is_within"),
    [
        ("description", 3, 8, True),
        ("description", 4, 7, True),
        ("description", 2, 8, False),
        ("description", 3, 9, False),
        ("goal", 3, 8, False),
    ],
)
def test_words_are_quoted_already_where_they_stand_within_others(field, start, end, is_within):
    assert second_reader._within(Because(field, start, end, "words", "weighs-1.0"), ("description", 3, 8)) is is_within


def test_who_agrees_that_no_code_is_due_adds_nothing():
    for row, code in ((case("Squats"), UNDETERMINED), (case("Squats", delivery=ALONE), NOT_BILLABLE)):
        assert answer_of_the_rules(row).code == code
        assert second(sure_of(code), row) == answer_of_the_rules(row)


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
    assert evidence(sure_of("97530"), row) == [("description", "Squats", "9.0")]
    assert features(row)["word:squat"].start == 0


def test_a_sentence_that_names_nothing_of_a_service_is_left_out_beside_one_that_does():
    beside, found = features(case("Squats 3 x 10")), features(case("Consent on file. Squats 3 x 10"))
    assert beside.keys() == found.keys()
    assert "word:consent" in features(case("Consent on file"))  # alone, it is all there is to weigh
    assert {"word:consent", "word:form"} <= features(case("Consent on file. Form signed")).keys()


def test_of_a_goal_every_sentence_counts():
    assert "goal:consent" in features(case("Squats", "Consent on file. Quad strength"))
    assert "goal:quad" in features(case("Consent on file. Squats", "Quad strength"))


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
