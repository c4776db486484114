"""When the second reader is listened to: each rule, with weights small enough to be added up by hand, and then with those that
come with the engine."""

from types import SimpleNamespace

import pytest

from coding.engine.choosing import answer_of_the_rules, case_of, choose, second_reader, weights
from coding.engine.choosing.second_reader import outweighs, second_reading
from coding.engine.choosing.table import table
from coding.engine.choosing.weights import features, parse, stem, weigh
from coding.engine.facts import NOT_BILLED, ActivityFacts, PayerFacts
from coding.engine.results import NOT_BILLABLE, UNDETERMINED, Because
from coding.engine.vocabulary import Delivery, Intent, OutcomePolicy
from tests.engine.build import case

ONE, ALONE, SET_UP, GROUP = Delivery.ONE_ON_ONE, Delivery.ON_OWN, Delivery.SET_UP, Delivery.GROUP
CERTAIN = 9.0  # so heavy that nothing else counts
JUST = 0.001


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


# With the weights that come with the engine


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
