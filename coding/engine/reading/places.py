"""Which parts of the body a text speaks of: a region's name, a vertebra ("T3", "C4-5"), a landmark ("PSIS").

A sentence that says something was not examined names nothing. "No tenderness at L5" does: that was looked for.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

from coding.engine.reading.normalise import MOST_TOKENS, tokens
from coding.engine.reading.phrases import Phrases
from coding.engine.vocabulary import Region

# Phrases as in data/lexicon/. The joint of skull and neck belongs to the neck, the jaw to the head (spine.py).
NAMES: Final[dict[Region, tuple[str, ...]]] = {
    Region.CERVICAL: ("cervic*", "neck", "nuchal", "c spine", "c/s", "suboccipit*", "occip*", "atlas", "axis"),
    Region.THORACIC: ("thorac*", "t spine", "t/s", "mid back", "midback", "upper back", "interscapular"),
    Region.LUMBAR: ("lumbar", "lumbosacral", "lumbo sacral", "l spine", "l/s", "low|lower back"),
    Region.SACRAL: ("sacrum", "sacral", "lumbosacral", "lumbo sacral", "sacroili*", "si joint~", "sij", "coccy*"),
    Region.PELVIC: ("pelvi*", "ilium", "ilia", "iliac", "innominate~", "psis", "asis", "sacroili*", "si joint~", "sij"),
    Region.HEAD: ("head", "jaw", "tmj", "tmjs", "temporomandib*", "mandib*", "skull", "cranial"),
    Region.RIB_CAGE: ("rib~", "rib cage", "ribcage", "costo*", "costal", "sternum", "sternal"),
    Region.ABDOMEN: ("abdomen", "abdomin*"),
    Region.SHOULDER: ("shoulder~", "glenohumer*", "scapul*", "acromio*", "clavic*", "ac joint", "humeral head"),
    Region.ELBOW: ("elbow~", "epicond*", "radial head", "olecran*"),
    Region.WRIST_HAND: ("wrist~", "hand", "hands", "thumb~", "finger~", "carpal~", "carpus", "metacarp*"),
    Region.HIP: ("hip", "hips", "acetabul*", "femoral head"),
    Region.KNEE: ("knee~", "patell*", "tibiofemor*", "fibular head"),
    Region.ANKLE_FOOT: (
        "ankle~",
        "foot",
        "feet",
        "toe~",
        "talus",
        "talar",
        "talocrur*",
        "calcane*",
        "metatars*",
        "heel~",
    ),
}
LEVELS: Final = {
    "c": (Region.CERVICAL, range(8)),
    "t": (Region.THORACIC, range(1, 13)),
    "l": (Region.LUMBAR, range(1, 7)),
    "s": (Region.SACRAL, range(1, 6)),
}
# A letter and one or two figures, not inside a word and not the beginning of a diagnosis ("S13.4").
_VERTEBRA: Final = re.compile(r"(?<![^\W\d_])([CTLS])([0-9]{1,2})(?!\.?\d)", re.IGNORECASE)
_SI: Final = re.compile(r"\bSI(?:Js?)?\b")  # in capitals only: small, it is a word of other languages
_SENTENCE_ENDS: Final = re.compile(r"[.;!?](?=\s)|\n|\bbut\b")
_LEFT_OUT: Final = re.compile(
    r"\b(?:not|wasn't|weren't|never)\s+(?:yet\s+|re-?)?(?:examined|assessed|tested|checked|palpated|evaluated|seen|done)\b"
    r"|\b(?:deferred|declined|refused|unable)\b",
    re.IGNORECASE,
)
_LONGEST: Final = MOST_TOKENS * 10  # characters; nobody writes more, and nobody should keep the server busy


def places_in(text: str) -> frozenset[Region]:
    """Return the regions that a text speaks of.

    >>> sorted(places_in("T3 and C4-5 restricted. Left shoulder: full range. Hip not examined."))
    [<Region.CERVICAL: 'cervical'>, <Region.SHOULDER: 'shoulder'>, <Region.THORACIC: 'thoracic'>]
    """
    return frozenset(place for _, places in sentences_in(text) for place in places)


def sentences_in(text: str) -> Iterator[tuple[str, frozenset[Region]]]:
    """Yield each sentence with the regions that it speaks of, but those about something that was left out."""
    for words in _SENTENCE_ENDS.split(text[:_LONGEST]):
        if not _LEFT_OUT.search(words):
            yield words, frozenset(_places(words))


def _places(words: str) -> Iterator[Region]:
    run = tokens(words)
    for match in _names().find(run):
        yield from map(Region, match.names)
    for level in _VERTEBRA.finditer(words):
        region, numbers = LEVELS[level[1].casefold()]
        if int(level[2]) in numbers:
            yield region
    if _SI.search(words):
        yield from (Region.SACRAL, Region.PELVIC)


@cache
def _names() -> Phrases:
    phrases = Phrases()
    for region, names in NAMES.items():
        for name in names:
            phrases.add(name, region.value)
    return phrases
