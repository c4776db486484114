"""Whether words say how much was done: sets, repetitions, load or time, in figures or, as dictated, in words."""

import re
from typing import Final

from coding.engine.reading.lexicon import tells
from coding.engine.reading.normalise import MOST_CHARACTERS, tokens

# A vertebra or several ("L4", "C5-6", "L5/S1") and a diagonal of PNF ("D2") have figures, and say nothing of an amount.
_NAMED_BY_FIGURES: Final = re.compile(r"(?<![^\W_])[CDLST][0-9]{1,2}(?:[-–/][CLST]?[0-9]{1,2})*(?!\d)", re.IGNORECASE)
_FIGURE: Final = re.compile(r"\d")


def tells_how_much(text: str) -> bool:
    """Say whether a text names an amount.

    >>> tells_how_much("Clamshells, three sets of ten"), tells_how_much("Bridges 3x10"), tells_how_much("Held for ten seconds")
    (True, True, True)
    >>> tells_how_much("Extensors at L4-5/S1"), tells_how_much("One leg, then both")
    (False, False)
    """
    elsewhere = _NAMED_BY_FIGURES.sub(" ", text[:MOST_CHARACTERS])
    return bool(_FIGURE.search(elsewhere)) or tells("amount", tokens(text))
