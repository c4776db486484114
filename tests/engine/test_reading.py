"""Reading words: tokens, phrases, slips of the pen, negation, the lexicon's own checks."""

import pytest

from coding.engine.facts import ActivityFacts
from coding.engine.reading import lexicon
from coding.engine.reading.goals import judge_goal
from coding.engine.reading.normalise import MOST_TOKENS, tokens
from coding.engine.reading.phrases import Phrases
from coding.engine.reading.read import read
from coding.engine.reading.spelling import Speller
from coding.engine.reading.vagueness import judge_description


def words(text):
    return [token.word for token in tokens(text)]


def stated(description, *concepts):
    return [hit.text for hit in read(ActivityFacts("a", description)).find(*concepts)]


# Tokens ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("#1 3x12 @5#, 60 %", ["1", "3", "x", "12", "5", "lb", "60", "percent"]),
        ("w/ cane w/o pain", ["w/", "cane", "w/o", "pain"]),
        ("C/S and U/S", ["c/s", "and", "u/s"]),
        ("sit→stand & reach", ["sit", "to", "stand", "and", "reach"]),
        ("pt’s 1:1 ROM/strength", ["pt", "1:1", "rom", "strength"]),
        ("", []),
        ("\0\ud800 🏋️", []),
    ],
)
def test_tokens__read_shorthand(text, expected):
    assert words(text) == expected


@pytest.mark.parametrize(
    ("text", "strength"),
    [
        ("Squats to build\nquad strength", True),  # it breaks off
        ("Squats\nfor quad strength", True),  # it is joined on
        (
            "Squats with a band against\nthe door, stronger quads",
            True,
        ),  # the text begins in capitals, this line does not
        ("Not for balance or\n  strength", False),
        ("No balance work\nStrength: squats x 10", True),  # a new line, a new thought
        (
            "no balance work\nstrength: squats x 10",
            True,
        ),  # where nothing is written in capitals, small letters say nothing
        ("No balance work and\n\nStrength: squats x 10", True),  # an empty line
        ("No:\n- balance\n- strength", True),  # bullets
    ],
)
def test_lines__go_on_where_they_were_wrapped(text, strength):
    assert bool(stated(text, "strength")) is strength


def test_lines__a_phrase_goes_on_and_is_quoted_as_it_stands():
    assert stated("Practised getting in and\nout of car", "transfer", "move") == ["in and\nout of car"]


def test_tokens__stop_after_a_thousand_words():
    assert len(tokens("a " * 5_000)) == MOST_TOKENS


# Phrases -----------------------------------------------------------------------------------------------


def test_phrases__the_longest_wins_and_articles_may_stand_between():
    phrases = Phrases()
    phrases.add("balance", "aim")
    phrases.add("balance board~", "thing")
    phrases.add("in and out of car", "deed")
    found = list(phrases.find(tokens("balance boards, in and out of her car, balance the board")))
    assert [match.names[0] for match in found] == ["thing", "deed", "thing"]


def test_phrases__do_not_cross_a_comma():
    phrases = Phrases()
    phrases.add("push pull", "deed")
    assert list(phrases.find(tokens("push, pull"))) == []


@pytest.mark.parametrize("phrase", ["", "ab*"])
def test_phrases__a_bad_pattern_is_an_error(phrase):
    with pytest.raises(ValueError, match=r"empty|short"):
        Phrases().add(phrase, "any")


def test_phrases__patterns_of_a_name_may_overlap():
    phrases = Phrases()
    phrases.add("gait", "aim")
    phrases.add("gait|walk", "aim")
    assert [match.names for match in phrases.find(tokens("gait"))] == [("aim",)]


def test_phrases__every_concept_with_a_phrase_for_the_same_words_is_found():
    phrases = Phrases()
    phrases.add("hammer", "thing")
    phrases.add("hammer~", "deed")
    phrases.add("wash* hair", "self-care")
    phrases.add("wash hair", "life")
    phrases.add("vacuum*", "household")
    phrases.add("vacuum", "thing")
    assert [set(match.names) for match in phrases.find(tokens("hammer, wash hair, vacuum"))] == [
        {"thing", "deed"},
        {"self-care", "life"},
        {"household", "thing"},
    ]


def test_phrases__the_beginning_and_figures_and_noise():
    phrases = Phrases()
    phrases.add("^ us", "sound")
    phrases.add("# patients", "group")
    assert [match.names[0] for match in phrases.find(tokens("us for 3 patients, us again, " + "x" * 99))] == [
        "sound",
        "group",
    ]


# Spelling -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("slip", ["strenght", "stength", "strrength", "strangth"])
def test_spelling__one_letter_off_is_understood(slip):
    assert Speller(["strength"]).meant(slip) == "strength"


@pytest.mark.parametrize("word", ["gate", "trength", "strangest", "strnght", "s" * 40])
def test_spelling__nothing_bolder_than_one_letter(word):
    assert Speller(["strength", "gait"]).meant(word) is None


# Standing -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("not for strength, for balance", ["balance"]),
        ("no strength or balance work, stretch only", []),
        ("balance rather than strength", ["balance"]),
        ("strength and balance deferred", []),
        ("strength; balance deferred", ["strength"]),
        ("strength, balance deferred", ["strength"]),
        ("balance after strength set", ["balance"]),
        ("next visit: balance", ["balance"]),
        ("will add balance next visit", []),
        ("without pain: strength", ["strength"]),
        ("not only for strength", ["strength"]),
        ("instead of a very long and winding detour of many idle words strength", ["strength"]),
    ],
)
def test_standing__what_is_denied_or_background_is_not_meant(text, expected):
    assert stated(text, "strength", "balance") == expected


def test_standing__a_denied_pain_keeps_what_follows():
    assert stated("without pain lifting", "move") == ["lifting"]


@pytest.mark.parametrize(
    ("text", "lesson"),
    [
        ("Discussed pacing of chores", True),
        ("Reviewed bending with a straight back. Discussed the weather", True),
        ("Joint protection was reviewed. She explained it back", True),
        ("The weather was discussed", False),
        ("Balance board. Pt was instructed to call if worse", False),
    ],
)
def test_teaching__is_of_what_can_be_learnt(text, lesson):
    assert bool(stated(text, "teach")) is lesson


def test_purpose__is_marked_up_to_its_end():
    reading = read(ActivityFacts("a", "Squats for strength, balance, then lifting crates to the shelf"))
    assert [hit.text for hit in reading.find("strength", "balance", "move", purpose=True)] == ["strength", "balance"]


# Judging -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("goal", "label"),
    [
        ("", "empty"),
        ("\n ", "empty"),
        ("Carry a 10 lb grocery bag 50 ft without pain by 12/1", "functional_measurable"),
        ("sit at desk 45 min w/o LBP", "functional_measurable"),
        ("ODI 48% to 20%", "functional_measurable"),
        ("dress with min assist", "functional_measurable"),
        ("sleep through the night without waking", "functional_measurable"),
        ("return to gardening", "functional_only"),
        ("walk the dog", "functional_only"),
        ("sleep on L5 side comfortably", "functional_only"),
        ("increase strength to 5/5", "impairment_only"),
        ("decrease pain from 7/10 to 2/10", "impairment_only"),
        ("cervical rotation 80 degrees", "impairment_only"),
        ("squat strength 4/5", "impairment_only"),
        ("feel better", "vague"),
        ("improve overall function", "vague"),
        ("return to normal", "vague"),
    ],
)
def test_goals__are_judged_by_function_and_measure(goal, label):
    assert judge_goal(goal).label == label


@pytest.mark.parametrize(
    ("description", "label"),
    [
        ("", "vague"),
        ("therapeutic activities, 15 min", "vague"),
        ("exercises per protocol, tolerated well", "vague"),
        ("Treadmill", "vague"),
        ("Treadmill 3.0 mph", "specific"),
        ("Theraband 10 min", "vague"),
        ("stretching", "vague"),
        ("lumbar exercises", "vague"),
        ("hamstring stretching", "specific"),
        ("Hot pack to L/S", "specific"),
        ("balance and posture work", "specific"),
        ("Dead bug 3 x 10", "specific"),
        ("box lifts", "specific"),
        ("box lifts deferred", "vague"),
    ],
)
def test_descriptions__are_judged_by_what_was_done(description, label):
    assert judge_description(description).label == label


# The lexicon ----------------------------------------------------------------------------------------------


ENTRY = {"says": "s", "source": "s", "words": ["w"]}


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"concept": {}}, "'edition' is missing"),
        ({"edition": "1", "concept": {}, "extra": 1}, "unknown key 'extra'"),
        ({"edition": "1", "concept": {"aim": ENTRY | {"more": 1}}}, "unknown key 'more'"),
        ({"edition": "1", "concept": {"aim": {"says": "s", "words": []}}}, "'source' is missing"),
        ({"edition": "1", "concept": {"aim": ENTRY | {"words": ["Upper"]}}}, "small letters"),
    ],
)
def test_lexicon__is_checked_at_load(data, said):
    with pytest.raises(ValueError, match=said):
        lexicon.build(data)


def test_lexicon__british_spelling_and_shorthand_are_read():
    assert stated("stabilisation, proprio and mobilisation", "stability", "proprioception", "technique") == [
        "stabilisation",
        "proprio",
        "mobilisation",
    ]


def test_lexicon__every_concept_has_words_and_a_source():
    concepts = lexicon.read_folder(lexicon.FOLDER)["concept"]
    assert all(entry["words"] and entry["source"] and entry["says"] for entry in concepts.values())


def test_lexicon__a_concept_stands_in_one_file(tmp_path):
    for name in ("a", "b"):
        (tmp_path / f"{name}.toml").write_text("[concept.balance]\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"b.toml: balance stands in another file"):
        lexicon.read_folder(tmp_path)
