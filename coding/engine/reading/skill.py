"""Whether words show that somebody skilled was needed: cues, help, watching, grading, teaching, measuring again.

Source: Washington State (WSI) on what shows skilled care, as in domain facts 6.1.
"""

from functools import cache
from typing import Final

from coding.engine.reading.normalise import tokens
from coding.engine.reading.phrases import Phrases

SHOWS: Final = (
    "cue~", "cuing", "cueing", "prompt~", "coach~", "correct~", "correction~", "guid*", "facilitat*", "feedback",
    "assist*", "min a", "mod a", "max a", "cga", "sba", "contact guard", "stand by|standby", "hand over hand",
    "hands on", "spotted", "spotting", "stabilis*", "stabiliz*", "blocked", "manual resist*", "manually resist*",
    "resisted by hand", "resistance by hand", "mirror", "monitor*", "watched", "rpe", "vitals", "heart rate", "pulse",
    "bp", "graded", "grading", "progress*", "regress*", "raised to", "lowered to", "increased to", "reduced to",
    "reduced when", "reduced after", "load adjusted", "speed adjusted", "modif*", "adapt*", "adjusted to", "reassess*",
    "re assess*", "retest*", "re test*", "measured", "verbal*", "tactile", "demonstrat*", "instruct*", "taught", "teach*",
    "educat*", "explain*", "shown", "shown back", "return demo~", "talked through", "stopped when", "paced by", "pacing",
    "therapist resist*", "clinician resist*", "challeng*", "perturb*", "compensat*", "substitut*",
    "form held", "held form", "good form", "form lost",
)  # fmt: skip


def shows_skill(text: str) -> bool:
    """Say whether a text names something that a skilled person did.

    >>> shows_skill("Lifts 15 lb x 12 with hip hinge cueing"), shows_skill("Band rows 3 x 12")
    (True, False)
    """
    return next(iter(_phrases().find(tokens(text))), None) is not None


@cache
def _phrases() -> Phrases:
    phrases = Phrases()
    for phrase in SHOWS:
        phrases.add(phrase, "skill")
    return phrases
