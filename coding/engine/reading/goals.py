"""How good a goal is: does it name a function of life or work, and can it be measured?

Palmetto's guidance on writing therapy goals: who, what, under which conditions, how well, by when. Domain facts 6.8.
"""

from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from typing import Final

from coding.engine.reading.judgement import Judgement
from coding.engine.reading.lexicon import tells
from coding.engine.reading.negation import Standing
from coding.engine.reading.normalise import STOP, TEXTS_OF_A_VISIT, Token, tokens
from coding.engine.reading.read import GOAL, Hit, hits_of
from coding.engine.results import Because

FUNCTIONS: Final = frozenset(
    {"life", "move", "sit_stand", "transfer", "sport", "self_care", "household", "adl", "walking", "object"}
    | {"outcome_score", "gym_move", "work_word"}
)
OF_THE_BODY: Final = frozenset(
    {"strength", "stability", "endurance", "motion", "flexibility", "balance", "coordination", "proprioception"}
    | {
        "posture",
        "control",
        "retrain",
        "gait",
        "tissue",
        "relaxation",
        "pain",
        "swelling",
        "body_measure",
        "isolated",
        "plane",
    }
    | {"control_deed", "force_measure", "range_measure", "stamina_measure", "steadiness_measure"}
)
# What people write where there is nothing to say.
NOTHING: Final = frozenset(
    {"n/a", "na", "none", "nil", "tbd", "not applicable", "not stated", "unknown", "no goal", "-", "--", "?", "."}
)


@lru_cache(maxsize=TEXTS_OF_A_VISIT)
def judge_goal(text: str) -> Judgement:
    """Return `functional_measurable`, `functional_only`, `impairment_only`, `vague` or `empty`, with the words.

    >>> [judge_goal(words).label for words in ("lift a 20 lb box at work", "lift boxes", "flexion to 60 degrees")]
    ['functional_measurable', 'functional_only', 'impairment_only']
    >>> [judge_goal(words).label for words in ("feel better", "improve function", "  ")]
    ['vague', 'vague', 'empty']
    """
    if not text.strip() or text.strip().casefold().rstrip(".") in NOTHING:
        return Judgement("empty")
    hits = [hit for hit in hits_of(text, GOAL) if hit.standing in (Standing.STATED, Standing.ASIDE)]
    functions = [hit for hit in hits if hit.concept in FUNCTIONS or _is_walking(hit)]
    if functions and not _measures_the_body(functions, hits):
        measures = tuple(_measures(text, hits))
        named = _because(functions, "names-a-function")
        return Judgement("functional_measurable" if measures else "functional_only", named + measures)
    of_the_body = [hit for hit in hits if hit.concept in OF_THE_BODY]
    if of_the_body:
        return Judgement("impairment_only", _because(of_the_body, "names-the-body-only"))
    return Judgement("vague")


def _is_walking(hit: Hit) -> bool:
    """Say whether a way of walking names the walking too ("walk normally"), not only its pattern."""
    return hit.concept == "gait" and tells("walking_too", tokens(hit.text))


def _measures_the_body(functions: list[Hit], hits: list[Hit]) -> bool:
    """Say whether the only function is a gym exercise in a goal about the body ("squat strength 4/5")."""
    return {hit.concept for hit in functions} == {"gym_move"} and any(hit.concept in OF_THE_BODY for hit in hits)


def _measures(text: str, hits: list[Hit]) -> Iterator[Because]:
    """Yield the figures of a goal, and levels of help that can be checked without one."""
    for figure, unit in pairwise((*tokens(text), Token("", 0, 0, STOP))):
        if figure.is_number and not _is_a_name(text, figure):
            end = figure.end if unit.before or unit.is_number else unit.end
            yield Because(GOAL, figure.start, end, text[figure.start : end], "can-be-measured")
    yield from _because([hit for hit in hits if hit.concept == "level"], "can-be-measured")


def _is_a_name(text: str, figure: Token) -> bool:
    """Say whether a figure belongs to a vertebra ("L5") or a diagnosis ("M54.5")."""
    return text[figure.start - 1 : figure.start].isalpha()


def _because(hits: list[Hit], rule: str) -> tuple[Because, ...]:
    return tuple(hit.because(rule) for hit in hits)
