"""Whether words show that somebody skilled was needed: cues, help, watching, grading, teaching, measuring again.

Source: Washington State (WSI) on what shows skilled care, as in domain facts 6.1.
"""

from coding.engine.reading.lexicon import tells
from coding.engine.reading.normalise import tokens


def shows_skill(text: str) -> bool:
    """Say whether a text names something that a skilled person did.

    >>> shows_skill("Lifts 15 lb x 12 with hip hinge cueing"), shows_skill("Band rows 3 x 12")
    (True, False)
    """
    return tells("skill", tokens(text))
