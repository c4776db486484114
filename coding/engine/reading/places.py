"""Which parts of the body a text speaks of: a region's name, a vertebra ("T3", "C4-5"), a landmark ("PSIS").

A sentence that says something was not examined names nothing. "No tenderness at L5" does: that was looked for.
"""

import re
from collections.abc import Iterator
from typing import Final

from coding.engine.reading.lexicon import kinds_of, tells
from coding.engine.reading.lines import sentences
from coding.engine.reading.normalise import MOST_TOKENS, tokens
from coding.engine.vocabulary import Region

LEVELS: Final = {
    "c": (Region.CERVICAL, range(8)),
    "t": (Region.THORACIC, range(1, 13)),
    "l": (Region.LUMBAR, range(1, 7)),
    "s": (Region.SACRAL, range(1, 6)),
}
# A letter and one or two figures, not inside a word and not the beginning of a diagnosis ("S13.4").
_VERTEBRA: Final = re.compile(r"(?<![^\W\d_])([CTLS])([0-9]{1,2})(?!\.?\d)", re.IGNORECASE)
_SI: Final = re.compile(r"\bSI(?:Js?)?\b")  # in capitals only: small, it is a word of other languages
_LONGEST: Final = MOST_TOKENS * 10  # characters; nobody writes more, and nobody should keep the server busy


def places_in(text: str) -> frozenset[Region]:
    """Return the regions that a text speaks of.

    >>> sorted(places_in("T3 and C4-5 restricted. Left shoulder: full range. Hip not examined."))
    [<Region.CERVICAL: 'cervical'>, <Region.SHOULDER: 'shoulder'>, <Region.THORACIC: 'thoracic'>]
    """
    return frozenset(place for _, places in sentences_in(text) for place in places)


def sentences_in(text: str) -> Iterator[tuple[str, frozenset[Region]]]:
    """Yield each sentence with the regions that it speaks of, but those about something that was left out."""
    for words in sentences(text[:_LONGEST]):
        if not tells("not_examined", tokens(words)):
            yield words, frozenset(_places(words))


def _places(words: str) -> Iterator[Region]:
    yield from map(Region, kinds_of("place", tokens(words)))
    for level in _VERTEBRA.finditer(words):
        region, numbers = LEVELS[level[1].casefold()]
        if int(level[2]) in numbers:
            yield region
    if _SI.search(words):
        yield from (Region.SACRAL, Region.PELVIC)
