"""Which signs of a joint that does not work well a text tells: pain, asymmetry, motion, tone (P.A.R.T.).

What is denied is no sign ("no tenderness", "motion full"); what is nearly well still is one ("extension nearly free").
"""

import re
from functools import lru_cache
from typing import Final

from coding.engine.reading.lexicon import first_of, kinds_of, tells
from coding.engine.reading.lines import clauses
from coding.engine.reading.normalise import MOST_TOKENS, TEXTS_OF_A_VISIT, tokens
from coding.engine.vocabulary import FindingKind

PART: Final = (FindingKind.PAIN, FindingKind.ASYMMETRY, FindingKind.MOTION, FindingKind.TONE)
# Positions as they are listed: posterior inferior, anterior superior, posterior left and the like. In capitals only.
_LISTING: Final = re.compile(r"\b(?:PI|AS|IN|EX|PIIN|PIEX|ASIN|ASEX|P[LR](?:[SI](?:-[TM])?)?|PLS|PRS|PLI|PRI|BP)\b")
_LONGEST: Final = MOST_TOKENS * 10  # characters; nobody writes more, and nobody should keep the server busy


@lru_cache(maxsize=TEXTS_OF_A_VISIT)
def signs_in(text: str) -> frozenset[FindingKind]:
    """Return the kinds of sign that a text tells.

    >>> sorted(signs_in("L4 restricted in rotation, tender"))
    [<FindingKind.MOTION: 'motion'>, <FindingKind.PAIN: 'pain'>]
    >>> sorted(signs_in("No tenderness, extension nearly free, PSIS level"))
    [<FindingKind.MOTION: 'motion'>]
    """
    return frozenset(kind for clause in clauses(text[:_LONGEST]) for kind in _signs(clause))


@lru_cache(maxsize=TEXTS_OF_A_VISIT)
def is_denied(text: str) -> bool:
    """Say whether all that a text tells is that nothing was wrong.

    >>> is_denied("no tenderness, motion full"), is_denied("L4 tender"), is_denied("full, but L4 tender"), is_denied("45")
    (True, False, False, False)
    """
    run = tokens(text)
    return not signs_in(text) and (tells("denies", run) or tells("is_well", run))


def _signs(clause: str) -> frozenset[FindingKind]:
    run = tokens(clause)
    if tells("nearly", run):
        return frozenset({FindingKind.ASYMMETRY if tells("of_position", run) else FindingKind.MOTION})
    if tells("is_well", run):
        return frozenset()
    denied = first_of("denies", run)
    said = run[: denied.first] if denied else run
    listed = {FindingKind.ASYMMETRY} if said and _LISTING.search(clause[: said[-1].end]) else set()
    return frozenset(listed | {FindingKind(kind) for kind in kinds_of("sign", said)})
