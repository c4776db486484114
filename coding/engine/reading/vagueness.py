"""Whether a description says what was done, or could stand in any note ("performed exercises").

Seeds 000 and 001 call such notes indefensible. A named exercise, technique, task or agent is specific; an aim or a kind
of service needs a part of the body beside it; a code's name, a device alone or "as last visit" says nothing.
"""

from functools import lru_cache
from typing import Final

from coding.engine.reading.judgement import Judgement
from coding.engine.reading.lexicon import tells
from coding.engine.reading.negation import Standing
from coding.engine.reading.normalise import TEXTS_OF_A_VISIT, tokens
from coding.engine.reading.read import DESCRIPTION, Hit, hits_of

NAMED: Final = frozenset(
    {
        "isolated",
        "plane",
        "control_deed",
        "walking",
        "move",
        "gym_move",
        "sit_stand",
        "transfer",
        "self_care",
        "household",
    }
    | {
        "home_topic",
        "technique",
        "self_applied",
        "tool",
        "traction",
        "knot",
        "performance_test",
        "adjustment",
        "outside",
        "gait",
        "warm_up",
    }
    | {"hot_cold", "traction_machine", "decompression", "roller_table", "stim", "stim_worked", "nmes", "vasopneumatic"}
    | {"paraffin", "whirlpool", "diathermy", "infrared", "ultraviolet", "iontophoresis", "contrast_bath"}
    | {"ultrasound", "hubbard", "laser", "laser_strong"}
)
# Specific together: what kind of thing, and where or with what.
KINDS: Final = frozenset(
    {"strength", "stability", "endurance", "motion", "flexibility", "balance", "coordination", "proprioception"}
    | {"posture", "control", "retrain", "massage", "passive", "water", "rehearsal", "life", "sport", "adl", "tissue"}
    | {"cardio", "equipment"}
)
NOTHING_BY_THEMSELVES: Final = frozenset({"equipment", "strength", "flexibility", "motion", "endurance", "stability"})
PLACES: Final = frozenset({"body", "position", "object", "place"})


@lru_cache(maxsize=TEXTS_OF_A_VISIT)
def judge_description(text: str) -> Judgement:
    """Return `specific` or `vague`, with the words that describe something.

    >>> [judge_description(words).label for words in ("performed exercises", "Ther ex x 15 min", "as last visit")]
    ['vague', 'vague', 'vague']
    >>> [judge_description(words).label for words in ("Clamshells 3 x 12", "hamstring stretching", "MFR to upper trap")]
    ['specific', 'specific', 'specific']
    """
    hits = [hit for hit in hits_of(text, DESCRIPTION) if hit.standing in (Standing.STATED, Standing.ASIDE)]
    named = [hit for hit in hits if hit.concept in NAMED]
    if not named:
        named = _together(hits, text)
    because = tuple(hit.because("says-what-was-done") for hit in named)
    return Judgement("specific" if because else "vague", because)


def _together(hits: list[Hit], text: str) -> list[Hit]:
    """Return the words that are specific only together."""
    kinds = [hit for hit in hits if hit.concept in KINDS]
    places = [hit for hit in hits if hit.concept in PLACES]
    on_a_machine = [hit for hit in kinds if hit.concept == "cardio"]
    if on_a_machine and tells("setting", tokens(text)):
        return on_a_machine
    if kinds and places:
        return kinds + places
    apart = {hit.concept for hit in kinds}
    return kinds if len(apart) > 1 and not apart <= NOTHING_BY_THEMSELVES else []
