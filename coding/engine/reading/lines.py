"""Where a line of a chart goes on in the next one: what was wrapped is one clause, what begins a line anew is another.

A line goes on when it breaks off ("band rows with", a comma, a slash), when the next one begins with a joining word ("and",
"for"), or in lower case under a text that otherwise begins in capitals. An empty line, a bullet or a number ends it.
"""

import re
from itertools import pairwise
from typing import Final

# Nobody ends a thought with these.
BREAKS_OFF: Final = frozenset(
    {"and", "or", "with", "w/", "w/o", "without", "to", "for", "of", "the", "a", "an", "in", "on", "at", "by", "from", "into"}
    | {"while", "then", "x", "per", "no", "not", "his", "her", "their", "is", "was", "via", "using", "pt", "patient"}
)  # fmt: skip
OPEN_MARKS: Final = (",", "/", "-", "&", "+", "@")
# Nobody begins a new thought with these.
JOINS: Final = frozenset(
    {"and", "or", "to", "for", "with", "w/", "w/o", "while", "so", "x", "per", "of", "in", "at", "by", "but"}
)

_CLAUSE_ENDS: Final = re.compile(r"[,;.!?](?=\s|$)|\n|\b(?:but|yet)\b", re.IGNORECASE)
_SENTENCE_ENDS: Final = re.compile(r"[.;!?](?=\s|$)|\n|\bbut\b", re.IGNORECASE)


def unwrapped(text: str) -> str:
    r"""Return a text in which a line that goes on is joined to the next by a space, so that every place stays where it was.

    >>> unwrapped("Band rows 3x12 for\nscapular strength\nBalance board\nEyes closed")
    'Band rows 3x12 for scapular strength\nBalance board\nEyes closed'
    >>> unwrapped("Practised lifting a box\nfrom floor to shelf"), unwrapped("quad sets x10\nbalance board")
    ('Practised lifting a box from floor to shelf', 'quad sets x10\nbalance board')
    """
    if "\n" not in text:
        return text
    lines = text.split("\n")
    in_capitals = text.lstrip()[:1].isupper()
    marks = (" " if _goes_on(line, after, in_capitals) else "\n" for line, after in pairwise(lines))
    return "".join(piece for pair in zip(lines, (*marks, ""), strict=True) for piece in pair)


def clauses(text: str) -> list[str]:
    r"""Return the clauses of a text, parted by commas, stops, new lines, "but" and "yet".

    >>> clauses("No tenderness, motion full but 4.5 cm\nshort")
    ['No tenderness', ' motion full ', ' 4.5 cm short']
    """
    return _CLAUSE_ENDS.split(unwrapped(text))


def sentences(text: str) -> list[str]:
    """Return the sentences of a text, parted by stops, new lines and "but"."""
    return _SENTENCE_ENDS.split(unwrapped(text))


def _goes_on(line: str, after: str, in_capitals: bool) -> bool:
    """Say whether a line goes on in the one after it."""
    line, after = line.rstrip(), after.lstrip()
    if not line or not after or not after[0].isalnum():
        return False
    last, first = line.rsplit(None, 1)[-1], after.split(None, 1)[0]
    if last.endswith(OPEN_MARKS) or last.casefold() in BREAKS_OFF or first.casefold() in JOINS:
        return True
    return in_capitals and after[0].islower() and last[-1] not in ".;:!?"
