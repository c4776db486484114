"""Rows that say two things, or too little to tell what was done: a person must say which holds.

A row sums up the minutes of two services, names advice and nothing that was learnt,
moves the arm for the sake of walking, or swings a club for nothing that is told.
"""

from dataclasses import replace
from itertools import pairwise, takewhile
from typing import Final

from coding.engine.choosing.agents import STIMULATION, applied
from coding.engine.choosing.case import (
    AIM_OF_CONCEPT,
    DESCRIPTION,
    FUNCTIONS,
    GOAL,
    PLAIN_AIMS,
    PLAIN_CONCEPTS,
    Aim,
    Case,
    all_because,
)
from coding.engine.choosing.doubted import NEAR, OF_A_COUNT, opening, places
from coding.engine.choosing.hands import is_a_range
from coding.engine.choosing.no_service import OF_TREATMENT, parts_of, quoted
from coding.engine.choosing.passing import only_where
from coding.engine.choosing.presence import DEEDS, said_apart
from coding.engine.choosing.table import table
from coding.engine.reading.lexicon import is_all, shipped, tells
from coding.engine.reading.normalise import COMMA, SLASH, STOP
from coding.engine.reading.phrases import Match
from coding.engine.reading.read import Hit
from coding.engine.results import Choice
from coding.engine.vocabulary import OutcomePolicy

# What says by itself which of two aims is meant.
LEANING: Final = (
    "control_deed",
    "isolated",
    "plane",
    "gait_label",
    "gait_aid",
    "walking_aid",
    "water",
    "technique",
    "massage",
)
JOINING: Final = ("and", "plus")
# What the evidence is called where an answer rests on a stated fact.
FACTS: Final = frozenset(
    {
        "two-kinds-under-one-sum",
        "advice-alone",
        "an-arm-for-the-legs",
        "an-aim-alone",
        "either-of-two-aims",
        "two-aims-alike",
    }
    | {"a-result-alone", "a-goal-alone", "talked-over", "the-minutes-hold-more"}
    | {"a-swing-and-no-aim", "two-kinds-of-hands-on-work", "with_another", "partly", "zero_of_it", "held-and-then-left"}
)
# A thing that is told of as given or done: then a result beside it is its result.
TOLD_OF: Final = (
    *(
        "isolated",
        "gym_move",
        "control_deed",
        "technique",
        "massage",
        "hands",
        "teach",
        "tool",
        "self_applied",
        "water",
    ),
    *("cardio", "needling", "adjustment", "home_topic", "gait_label", "retrain", "performance_test"),
)
BESIDE_A_RESULT: Final = (
    "equipment",
    "provider",
    "walking_aid",
    "gait_aid",
    "object",
    "practice",
    "rehearsal",
    "attended",
    "life",
)
MOST_UNKNOWN: Final = 4  # words that the lexicon does not hold: beyond it, something is told that we cannot read
SAID_OF_A_SKILL: Final = (*OF_TREATMENT, *PLAIN_CONCEPTS, "practice", "rehearsal", "technique", "hands")
OF_THE_LEGS: Final = (
    "walking", "cardio", "control_deed", "gait_aid", "walking_aid", "balance", "sit_stand", "transfer", "move",
)  # fmt: skip


@only_where("one_sum", *PLAIN_CONCEPTS)
def two_kinds(case: Case) -> Choice | None:
    """Exercise for force and exercise for control, walking or a task, with one time for both: neither has minutes of its own."""
    if case.activity.intents:
        return None
    both: tuple[Hit, ...] = ()
    if Aim.TASK in case.aims:
        both = _drill_and_task(case) if _goal_names_both(case) or tells("one_sum", case.description) else ()
    elif tells("one_sum", case.description):
        both = _aims_apart(case)
    return case.ask("two_things", all_because(both, "two-kinds-under-one-sum")) if both else None


def _goal_names_both(case: Case) -> bool:
    """Say whether the goal joins a plain aim and a task ("balance / do laundry"), neither for the other's sake."""
    aimed = sorted(case.reading.find(*PLAIN_CONCEPTS, *FUNCTIONS, field=GOAL), key=lambda hit: hit.first)
    return any(
        (one.concept in PLAIN_CONCEPTS) is not (other.concept in PLAIN_CONCEPTS) and _side_by_side(case, one, other)
        for one, other in pairwise(aimed)
    )


def _aims_apart(case: Case) -> tuple[Hit, ...]:
    kinds = [hits for aim in PLAIN_AIMS if (hits := case.named(aim) + _drills(case, aim))]
    apart = any(_part(case, one[0]) != _part(case, other[0]) for one, other in pairwise(kinds))
    return tuple(hit for hits in kinds for hit in hits) if apart else ()


def _drills(case: Case, aim: Aim) -> tuple[Hit, ...]:
    """Return the drills of control, on a wobbly surface or without, where control is aimed at too."""
    if aim is not Aim.CONTROL or aim not in case.aims:
        return ()
    return case.done("control_deed") + tuple(hit for hit in case.done("equipment") if case.tells("wobbly", hit))


def _drill_and_task(case: Case) -> tuple[Hit, ...]:
    """Return a drill, or an exercise of one part, beside a task, where the goal names both ("planks, then crate lifts")."""
    wobbly = tuple(hit for hit in case.done("equipment") if case.tells("wobbly", hit))
    drilled = {Aim.CONTROL: case.done("control_deed") or wobbly, Aim.CAPACITY: case.done("isolated")}
    drills = next((hits for aim, hits in drilled.items() if hits and aim in case.aims), ())
    tasks = case.done("move", "transfer", "walking", "life")
    if not drills or not tasks or case.done("rehearsal"):
        return ()
    return drills + tasks if _part(case, drills[0]) != _part(case, tasks[0]) else ()


def _part(case: Case, hit: Hit) -> tuple[int, int]:
    return next(part for part in parts_of(case.description) if part[0] <= hit.first < part[1])


@only_where("then_left")
def held_and_left(case: Case) -> Choice | None:
    """Current worked with by hand for a while and then left to itself: two services, and one sum of minutes."""
    current = case.done(*STIMULATION)
    if not current or not (left := shipped().signalled("then_left", case.description)):
        return None
    if not tells("worked_by_hand", case.description[: left[0].first]):
        return None
    because = quoted(case, [(DESCRIPTION, left[0])], "held-and-then-left")
    return case.ask("presence", all_because(current, "held-and-then-left") + because)


@only_where("advice_topic")
def only_advice(case: Case) -> Choice | None:
    """Posture, sleep or the desk as a topic, no goal and nothing that was learnt: advice, or a skill taught (codingahead)?"""
    if case.activity.intents or case.reading.runs.get(GOAL) or case.done("talk"):
        return None
    topics = shipped().signalled("advice_topic", case.description)
    if not topics or tells("in_rounds", case.description):
        return None
    told = [hit for hit in case.done(*SAID_OF_A_SKILL) if not _within(hit, topics)]
    if any(hit.concept != "teach" or not is_all("talked_of", case.reading.words(hit)) for hit in told):
        return None
    return case.ask("both", quoted(case, [(DESCRIPTION, topic) for topic in topics], "advice-alone"))


def _within(hit: Hit, places: tuple[Match, ...]) -> bool:
    return any(one.first <= hit.first and hit.after <= one.end for one in places)


@only_where("of_the_arm")
def an_arm_for_the_legs(case: Case) -> Choice | None:
    """Exercise of the arm serves no walking and no balance: one of the two is not what was meant."""
    aimed = case.reading.find(*PLAIN_CONCEPTS, field=GOAL)
    if case.activity.intents or not aimed or any(hit.concept not in ("gait", "balance") for hit in aimed):
        return None
    deeds = case.done("isolated", "plane", "gym_move")
    if not deeds or case.done(*OF_THE_LEGS) or not tells("of_the_arm", case.description):
        return None
    if tells("of_the_leg", case.description):
        return None
    return case.ask("contradiction_of_words", all_because(deeds + aimed, "an-arm-for-the-legs"))


def only_an_aim(case: Case) -> Choice | None:
    """An aim, and not a word of what was done for it ("Balance", "Posture 15 min"), could stand in any note (seeds 000, 001)."""
    aimed = tuple(hit for hit in case.done(*PLAIN_CONCEPTS) if hit.concept != "flexibility")  # to stretch is a deed
    if not aimed or case.activity.intents or case.done(*DEEDS, *TOLD_OF, *BESIDE_A_RESULT, *table().agents):
        return None
    if tells("reps", case.description):
        return None
    sentences = case.reading.sentences(DESCRIPTION)
    own = [word for word, at in zip(case.description, sentences, strict=True) if at == case.reading.sentence(aimed[0])]
    labels = {word for hit in case.done("label") for word in case.reading.words(hit)}
    told = [word for word in own if not word.is_number and word.word not in OF_A_COUNT and word not in labels]
    return case.ask("deed", all_because(aimed, "an-aim-alone")) if len(told) == 1 else None


def either_aim(case: Case) -> Choice | None:
    """One aim or another, which lead to different answers: the row leaves open which ("balance or endurance")."""
    if case.activity.intents:
        return None
    aimed = sorted(case.reading.find(*PLAIN_CONCEPTS, purpose=True), key=lambda hit: (hit.field, hit.first))
    for one, other in pairwise(aimed):
        if AIM_OF_CONCEPT[one.concept] is not AIM_OF_CONCEPT[other.concept] and _is_or(case, one, other):
            return case.ask("aim", all_because((one, other), "either-of-two-aims"))
    return None


@only_where(*PLAIN_CONCEPTS)
def aims_alike(case: Case) -> Choice | None:
    """A capacity beside another aim, and a deed that serves either: which is it ("gait and stamina" on a treadmill)?

    Where a payer takes several outcomes for a task, that decides instead (domain facts 1.3).
    """
    policy = case.payer.outcome_policy
    if case.activity.intents or policy is OutcomePolicy.OUTCOMES or not case.only(*PLAIN_AIMS):
        return None
    wobbly = any(case.tells("wobbly", hit) for hit in case.done("equipment"))
    if wobbly or case.done(*LEANING) or any(_of_the_description(case.named(aim)) for aim in PLAIN_AIMS):
        return None
    aimed = sorted(case.reading.find(*PLAIN_CONCEPTS, field=GOAL), key=lambda hit: hit.first)
    for one, other in pairwise(aimed):
        kinds = {AIM_OF_CONCEPT[one.concept], AIM_OF_CONCEPT[other.concept]}
        if len(kinds) > 1 and Aim.CAPACITY in kinds and _side_by_side(case, one, other):
            choice = case.ask("aim", all_because((one, other), "two-aims-alike"))
            return replace(choice, policy=policy)
    return None


def _of_the_description(hits: tuple[Hit, ...]) -> bool:
    return any(hit.field == DESCRIPTION for hit in hits)


def _side_by_side(case: Case, one: Hit, other: Hit) -> bool:
    """Say whether two aims are joined ("range and a smoother gait"), and neither is there for the other's sake."""
    between = case.reading.between(one, other)
    if other.first < one.after:
        return False  # the same words, read in two ways
    joined = between[0].word in JOINING or between[0].before in (SLASH, COMMA)
    return joined and len(between[:-1]) <= NEAR and not tells("serves", between)


def _is_or(case: Case, one: Hit, other: Hit) -> bool:
    between = case.reading.between(one, other) if one.field == other.field else ()
    return [token.word for token in between[:-1]] == ["or"]


@only_where("sport")
def a_swing_without_aim(case: Case) -> Choice | None:
    """A sport's movement counted out, and nothing that it is for: range, control or the sport itself?"""
    sport = case.done("sport")
    if not sport or case.activity.intents or case.aims or case.reading.runs.get(GOAL):
        return None
    if case.done("practice", "rehearsal", "life", "place") or any(case.named(aim) for aim in PLAIN_AIMS):
        return None
    moved = case.done("move", "gym_move")
    return (
        case.ask("aim", all_because(sport + moved, "a-swing-and-no-aim"))
        if tells("counted_out", case.description)
        else None
    )


@only_where("worked_toward", "a_result")
def only_a_result(case: Case) -> Choice | None:
    """That something got better, or a goal worked toward, tells nothing of what was done (seeds 000, 001)."""
    if case.activity.intents or _deeds(case, *TOLD_OF):
        return None
    if (toward := places(case, "worked_toward")) and not tells("other_than_work", case.description):
        return case.ask("deed", quoted(case, toward, "a-goal-alone"))
    won = places(case, "a_result")
    unknown = case.reading.unknown > MOST_UNKNOWN or (won and _unknown_beside(case, won[0][1]) > 1)
    if not won or unknown or _deeds(case, *OF_TREATMENT, *BESIDE_A_RESULT):
        return None
    measured = any(case.named(aim) for aim in PLAIN_AIMS) or tells("measurable", case.description)
    if not measured or tells("an_exercise_word", case.description):
        return None
    return case.ask("deed", quoted(case, won, "a-result-alone"))


def _unknown_beside(case: Case, words: Match) -> int:
    """Return how many words nobody knows stand in the sentence of some words: they may well name what was done."""
    sentences = case.reading.sentences(DESCRIPTION)
    beside = {token.word for token, at in zip(case.description, sentences, strict=True) if at == sentences[words.first]}
    return len(beside.intersection(case.reading.unread))


def _deeds(case: Case, *concepts: str) -> tuple[Hit, ...]:
    """Return what was done, without directions of movement that are measured ("knee flexion up 10 deg")."""
    return tuple(hit for hit in case.done(*concepts) if not is_a_range(case, hit))


@only_where("talked_over")
def talked_over(case: Case) -> Choice | None:
    """A task that is discussed, and not shown or tried, is advice or a skill taught: the words do not say which."""
    said = opening(case, "talked_over")
    if not said or case.activity.intents or applied(case) or tells("shown_or_tried", case.description):
        return None
    if case.done("home_topic", "adl"):
        return None  # advice for home has a rule of its own
    sentence = case.reading.sentences(DESCRIPTION)[said[0][1].first]
    deeds = case.done(*DEEDS, "life", "sport", "object", "gait", "gait_label", "place")
    about = tuple(hit for hit in deeds if case.reading.sentence(hit) == sentence)
    if not about or said_apart(case, about):
        return None  # talk beside something that was done
    return case.ask("deed", quoted(case, said, "talked-over"))


@only_where("held_in_all", "counts_in")
def holds_more(case: Case) -> Choice | None:
    """Minutes that hold rest, set-up or another service are no minutes of this one."""
    said = places(case, "held_in_all")
    for _, words in places(case, "counts_in"):
        said += [(DESCRIPTION, words)] if _another_matter(case, words) else []
    return case.ask("two_things", quoted(case, said, "the-minutes-hold-more")) if said else None


def _another_matter(case: Case, words: Match) -> bool:
    ahead = case.description[words.end : words.end + NEAR + 2]
    own = takewhile(lambda token: token.before != STOP, ahead[1:])  # the stop of "incl." ends no sentence
    return tells("another_matter", (*ahead[:1], *own))
