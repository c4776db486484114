"""Words of a clinical text, folded for comparing, each with its place in the original.

Nothing is replaced in the text itself: a token remembers where it stands, so that every finding can quote the
clinician's own words. One pass, no backtracking; a field is read up to `MOST_TOKENS` words, because nobody charts
more for one activity and nobody should be able to keep the server busy with a long paste.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from typing import Any, Final, NamedTuple

from coding.engine.reading.lines import unwrapped

MOST_TOKENS: Final = 1_000
MOST_CHARACTERS: Final = 24 * MOST_TOKENS  # longer words are noise, and so are pages of spaces
# While a visit is judged, each of its texts is asked about several times: for a code, for vagueness, for skill, for a goal;
# and again after a save. What is remembered are words of patients: few, in memory alone, and the newest push the oldest out.
TEXTS_OF_A_VISIT: Final = 64

# What may stand between two words. A phrase may cross a joint or a slash, nothing stronger.
JOINT, SLASH, COMMA, COLON, STOP = "", "/", ",", ":", "."
BREAKS: Final = frozenset({COMMA, COLON, STOP})

# Alternatives are tried in this order, but at a space; each consumes at least one character and none can backtrack far.
_PIECE: Final = re.compile(
    r"(?=\S|\n)(?:"
    r"(?P<longer>[^\W\d_º][^\W\d_]+(?:['’][^\W\d_]+)?)"  # most are words; a shorthand has a slash for its second sign
    r"|(?P<short>(?i:w/o(?:ut)?(?![a-z])|w/|(?<![^\W_])[a-z]/[a-z](?![^\W_])))"
    r"|(?P<grade>(?<!\d)[0-5][+-]?/5(?![\d/]))"
    r"|(?P<degree>[°º])"
    r"|(?P<number>\d+(?:[.,:]\d+)*)"
    r"|(?P<word>[^\W\d_]+(?:['’][^\W\d_]+)?)"
    r"|(?P<and>[&+])"
    r"|(?P<to>→|[-=]>)"
    r"|(?P<pounds>#)"
    r"|(?P<percent>%)"
    r"|(?P<colon>:)"
    r"|(?P<stop>[.;!?()\[\]\n•]|(?<=\s)-+(?=\s)|[–—])"
    r"|(?P<comma>,)"
    r"|(?P<slash>/))"
)
_MARKS: Final = {"stop": STOP, "colon": COLON, "comma": COMMA, "slash": SLASH}
_STANDS_FOR: Final = {"and": "and", "to": "to", "degree": "deg", "pounds": "lb", "percent": "percent"}
_OF_A_FIGURE: Final = ("pounds", "percent")  # signs that say something only behind a figure: "5#", not "#1"
_STRENGTH: Final = (JOINT, SLASH, COMMA, COLON, STOP)


class Token(NamedTuple):
    """A word or number: folded text, place in the original (end exclusive), and the mark that stood before it."""

    word: str
    start: int
    end: int
    before: str = JOINT

    @property
    def is_number(self) -> bool:
        """Say whether this is a figure."""
        return self.word[:1].isdigit()

    @property
    def breaks(self) -> bool:
        """Say whether a comma, a colon or a stop parts this word from the one before."""
        return self.before in BREAKS


class Run(tuple[Token, ...]):
    """The words of a whole text. What a lexicon makes of them is kept with them, as long as the text is remembered."""

    heard: Any = None


@lru_cache(maxsize=TEXTS_OF_A_VISIT)
def tokens(text: str) -> Run:
    """Return the words of a text in order, at most `MOST_TOKENS` of them.

    >>> [t.word for t in tokens("Sit-to-stand x10, w/ cueing (BUE)")]
    ['sit', 'to', 'stand', 'x', '10', 'w/', 'cueing', 'bue']
    >>> [t.before for t in tokens("balance, not strength/ROM")]
    ['', ',', '', '/']
    """
    return Run(islice(_tokens(text), MOST_TOKENS))


def fold(word: str) -> str:
    """Return a word as it is compared: without case, typographic apostrophe or possessive ending.

    >>> fold("Patient’s"), fold("DON’T")
    ('patient', "don't")
    """
    folded = word.casefold()
    return folded if folded.isalpha() else folded.replace("’", "'").removesuffix("'s")


def _tokens(text: str) -> Iterator[Token]:
    before, kind = JOINT, ""
    for piece in _PIECE.finditer(unwrapped(text[:MOST_CHARACTERS])):
        last, kind = kind, piece.lastgroup or ""
        if kind == "longer":
            yield Token(fold(piece[0]), *piece.span(), before)
            before = JOINT
        elif kind in _MARKS:
            before = max(before, _MARKS[kind], key=_STRENGTH.index)
        elif kind not in _OF_A_FIGURE or last == "number":
            yield Token(_word(kind, piece[0]), *piece.span(), before)
            before = JOINT


def _word(kind: str, piece: str) -> str:
    if kind == "word":
        return fold(piece)
    if kind == "grade":
        return f"{piece[0]}/5"  # 4+/5 and 4-/5 are figures of one scale
    return _STANDS_FOR.get(kind) or fold(piece)
