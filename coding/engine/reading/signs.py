"""Which signs of a joint that does not work well a text tells: pain, asymmetry, motion, tone (P.A.R.T.).

What is denied is no sign ("no tenderness", "motion full"); what is nearly well still is one ("extension nearly free").
"""

import re
from functools import cache
from typing import Final

from coding.engine.reading.normalise import MOST_TOKENS, tokens
from coding.engine.reading.phrases import Phrases
from coding.engine.vocabulary import FindingKind

PART: Final = (FindingKind.PAIN, FindingKind.ASYMMETRY, FindingKind.MOTION, FindingKind.TONE)
NEUTRAL: Final = ""  # words that look like a sign and are none

# Phrases as in data/lexicon/.
WORDS: Final[dict[str, tuple[str, ...]]] = {
    FindingKind.PAIN: ("tender*", "pain*", "sore*", "ache~", "achy", "hurt~", "ttp", "discomfort", "sensitive", "sharp"),
    FindingKind.ASYMMETRY: (
        "asymmetr*", "misalign*", "malalign*", "malposition*", "rotated", "posterior", "anterior", "inferior", "superior",
        "high", "higher", "low", "lower", "elevated", "depressed", "uneven", "unlevel", "prominent", "tilt~", "tilted",
        "shifted", "lateral shift", "short leg", "leg short", "leg length", "leg shorter", "flared", "wing*", "scolio*",
        "head forward", "forward head", "listing~", "antalgic", "deviat*",
    ),
    FindingKind.MOTION: (
        "restrict*", "reduced", "reduction", "limit*", "decreas*", "diminish*", "stiff*", "hypomobil*", "hypermobil*",
        "fixat*", "fixed", "blocked", "jammed", "locked", "lack~", "lost motion", "loss of motion", "short of full",
        "end range", "end feel", "hard endfeel", "guarded motion", "less motion", "less rotation", "less extension",
        "less flexion", "motion|rotation|flexion|extension|bending|abduction|rom #", "not move freely",
    ),
    FindingKind.TONE: (
        "hyperton*", "hypoton*", "spasm*", "myospasm*", "taut*", "tight*", "trigger point~", "trp", "trps", "knot~",
        "oedema*", "edema*", "swell*", "swollen", "boggy", "ropy", "ropey", "guarding", "indurat*", "tone", "fibrotic",
        "congest*", "warm", "rigid*", "muscle tension", "tense",
    ),
    NEUTRAL: ("low|lower back", "upper back", "lower|upper limb~", "lower|upper extremit*", "high blood", "superior to"),
}  # fmt: skip

_CLAUSE_ENDS: Final = re.compile(r"[,;.!?](?=\s|$)|\n|\bbut\b|\byet\b", re.IGNORECASE)
_DENIES: Final = re.compile(r"\b(?:no|not|without|denie[sd]|nil|absent|free of|non)\b|\bw/o\b", re.IGNORECASE)
_IS_WELL: Final = re.compile(
    r"\b(?:normal|full|free|freely|equal|level|symmetrical|symmetric|wnl|negative|unremarkable|resolved|supple)\b",
    re.IGNORECASE,
)
_NEARLY: Final = re.compile(r"\b(?:nearly|almost|not quite|not yet|not fully|short of)\b", re.IGNORECASE)
_POSITION: Final = re.compile(r"\b(?:level|equal|symmetric\w*)\b", re.IGNORECASE)
# Positions as they are listed: posterior inferior, anterior superior, posterior left and the like. In capitals only.
_LISTING: Final = re.compile(r"\b(?:PI|AS|IN|EX|PIIN|PIEX|ASIN|ASEX|P[LR](?:[SI](?:-[TM])?)?|PLS|PRS|PLI|PRI|BP)\b")


def signs_in(text: str) -> frozenset[FindingKind]:
    """Return the kinds of sign that a text tells.

    >>> sorted(signs_in("L4 restricted in rotation, tender"))
    [<FindingKind.MOTION: 'motion'>, <FindingKind.PAIN: 'pain'>]
    >>> sorted(signs_in("No tenderness, extension nearly free, PSIS level"))
    [<FindingKind.MOTION: 'motion'>]
    """
    clauses = _CLAUSE_ENDS.split(text[: MOST_TOKENS * 10])
    return frozenset(kind for clause in clauses for kind in _signs(clause))


def is_denied(text: str) -> bool:
    """Say whether all that a text tells is that nothing was wrong.

    >>> is_denied("no tenderness, motion full"), is_denied("L4 tender"), is_denied("full, but L4 tender"), is_denied("45")
    (True, False, False, False)
    """
    return not signs_in(text) and bool(_DENIES.search(text) or _IS_WELL.search(text))


def _signs(clause: str) -> frozenset[FindingKind]:
    if _NEARLY.search(clause):
        return frozenset({FindingKind.ASYMMETRY if _POSITION.search(clause) else FindingKind.MOTION})
    if _IS_WELL.search(clause):
        return frozenset()
    said = _DENIES.split(clause, maxsplit=1)[0]
    listed = {FindingKind.ASYMMETRY} if _LISTING.search(said) else set()
    named = {name for match in _words().find(tokens(said)) for name in match.names if name != NEUTRAL}
    return frozenset(listed | {FindingKind(name) for name in named})


@cache
def _words() -> Phrases:
    phrases = Phrases()
    for kind, words in WORDS.items():
        for phrase in words:
            phrases.add(phrase, str(kind))
    return phrases
