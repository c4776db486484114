"""Segments of the spine: which there are, how they are written, and how a line of them is read.

`C5 T4-6 L5 right` is how an adjustment is said at the table; what is pressed on the column is written the same way.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from coding.engine.vocabulary import Region, Side


@dataclass(frozen=True)
class Adjusted:
    """One region as it was said: its segments in words, the side, and how it was done."""

    region: Region
    segment: str = ""
    side: str = ""
    technique: str = ""


class NoSegment(ValueError):
    """A word looks like a segment, and the spine has none of that name."""


COLUMN: dict[Region, tuple[str, ...]] = {
    Region.CERVICAL: tuple(f"C{number}" for number in range(8)),
    Region.THORACIC: tuple(f"T{number}" for number in range(1, 13)),
    Region.LUMBAR: tuple(f"L{number}" for number in range(1, 6)),
    Region.SACRAL: tuple(f"S{number}" for number in range(1, 6)),
}
LEVELS = tuple(level for levels in COLUMN.values() for level in levels)
REGION_OF = {level: region for region, levels in COLUMN.items() for level in levels}

# Words for a place, with what is written as its segment. The joint of skull and neck belongs to the neck, the jaw to the head.
PLACES: dict[str, tuple[Region, str]] = {
    "occiput": (Region.CERVICAL, "C0"), "occ": (Region.CERVICAL, "C0"), "atlas": (Region.CERVICAL, "C1"),
    "axis": (Region.CERVICAL, "C2"), "cervical": (Region.CERVICAL, ""), "neck": (Region.CERVICAL, ""),
    "thoracic": (Region.THORACIC, ""), "lumbar": (Region.LUMBAR, ""), "sacral": (Region.SACRAL, ""),
    "sacrum": (Region.SACRAL, "sacrum"), "coccyx": (Region.SACRAL, "coccyx"), "pelvis": (Region.PELVIC, ""),
    "pelvic": (Region.PELVIC, ""), "ilium": (Region.PELVIC, "ilium"), "sacroiliac": (Region.PELVIC, "SI"),
    "si": (Region.PELVIC, "SI"), "sij": (Region.PELVIC, "SI"), "head": (Region.HEAD, ""), "jaw": (Region.HEAD, "TMJ"),
    "tmj": (Region.HEAD, "TMJ"), "rib": (Region.RIB_CAGE, ""), "ribs": (Region.RIB_CAGE, ""),
    "abdomen": (Region.ABDOMEN, ""), "shoulder": (Region.SHOULDER, ""), "ac": (Region.SHOULDER, "AC"),
    "glenohumeral": (Region.SHOULDER, "glenohumeral"), "elbow": (Region.ELBOW, ""), "wrist": (Region.WRIST_HAND, "wrist"),
    "hand": (Region.WRIST_HAND, "hand"), "hip": (Region.HIP, ""), "knee": (Region.KNEE, ""),
    "ankle": (Region.ANKLE_FOOT, "ankle"), "foot": (Region.ANKLE_FOOT, "foot"),
}  # fmt: skip
SIDES = {
    word: side.value
    for side, words in ((Side.LEFT, "l lt left"), (Side.RIGHT, "r rt right"), (Side.BOTH, "b both bil bilateral"))
    for word in words.split()
}

SPAN = re.compile(r"\b([CTLS])([0-9]{1,2})(?:\s*[-–/]\s*([CTLS]?)([0-9]{1,2}))?([LRB])?\b", re.I | re.A)
WORD = re.compile(rf"{SPAN.pattern}|[^\s,;]+", re.I | re.A)


def read_line(line: str) -> list[Adjusted]:
    """Read what was adjusted. Commas divide; what is neither place nor side is the technique of its part, or of all before it.

    >>> [(each.region.value, each.segment, each.side) for each in read_line("C5 T4-6 L5r")]
    [('cervical', 'C5', ''), ('thoracic', 'T4-6', ''), ('lumbar', 'L5', 'right')]
    >>> [(each.segment, each.technique) for each in read_line("c5 c7, si left drop; diversified")]
    [('C5, C7', 'diversified'), ('SI', 'drop')]
    >>> read_line("C9")
    Traceback (most recent call last):
    ...
    notes.segments.NoSegment: C9
    """
    found: list[Adjusted] = []
    for part in re.split(r"[,;]", line):
        places, technique = _read_part(part)
        if places:
            found += [replace(each, technique=technique) for each in places]
        elif technique:
            found = [replace(each, technique=each.technique or technique) for each in found]
    return _merged(found)


def _read_part(part: str) -> tuple[list[Adjusted], str]:
    """Read one part: a side belongs to the place before it, and at the beginning to the one that follows."""
    places: list[Adjusted] = []
    ahead, words = "", []
    for match in WORD.finditer(part):
        word = match[0].lower()
        if match[1] or word in PLACES:
            new = list(spans_of(match)) if match[1] else [Adjusted(*PLACES[word])]
            places += [replace(each, side=each.side or ahead) for each in new]
            ahead = ""
        elif word in SIDES:
            places, ahead = _sided(places, SIDES[word])
        elif word[0].isdigit() and places and places[-1].region is Region.RIB_CAGE:
            places[-1] = replace(places[-1], segment=f"rib {word}")
        else:
            words.append(match[0])
    return places, " ".join(words)


def _sided(places: list[Adjusted], side: str) -> tuple[list[Adjusted], str]:
    """Give the last place its side; without one the side waits for the next place."""
    return ([*places[:-1], replace(places[-1], side=side)], "") if places else ([], side)


def spans_of(match: re.Match[str]) -> Iterator[Adjusted]:
    """Return a level or a range by region. Two neighbours over a border are one joint, which belongs to the upper region.

    >>> [(each.region.value, each.segment) for each in spans_of(SPAN.search("T11-L2"))]
    [('thoracic', 'T11-12'), ('lumbar', 'L1-2')]
    >>> [(each.region.value, each.segment) for each in spans_of(SPAN.search("L5-S1"))]
    [('lumbar', 'L5-S1')]
    """
    levels, side = _levels(match), SIDES.get((match[5] or "").lower(), "")
    regions = dict.fromkeys(REGION_OF[level] for level in levels)
    if len(levels) == 2 and len(regions) == 2:
        yield Adjusted(REGION_OF[levels[0]], "-".join(levels), side)
        return
    for region in regions:
        own = [level for level in levels if REGION_OF[level] == region]
        yield Adjusted(region, own[0] if len(own) == 1 else f"{own[0]}-{own[-1][1:]}", side)


def _levels(match: re.Match[str]) -> tuple[str, ...]:
    first = f"{match[1]}{int(match[2])}".upper()
    last = f"{match[3] or match[1]}{int(match[4])}".upper() if match[4] else first
    if first not in LEVELS or last not in LEVELS:
        raise NoSegment(match[0])
    ends = sorted((LEVELS.index(first), LEVELS.index(last)))
    return LEVELS[ends[0] : ends[1] + 1]


def _merged(found: Iterable[Adjusted]) -> list[Adjusted]:
    """Put the segments of one region, side and technique together."""
    merged: dict[tuple[str, str, str], Adjusted] = {}
    for each in found:
        place = (each.region, each.side, each.technique)
        same = merged.get(place)
        merged[place] = replace(same, segment=with_segments(same.segment, each.segment)) if same else each
    return list(merged.values())


# What stands in a row's words


def levels_in(text: str) -> tuple[str, ...]:
    """Return the levels that a text names, ranges opened out.

    >>> levels_in("T4-6, listing PRS"), levels_in("ilium"), levels_in("C9")
    (('T4', 'T5', 'T6'), (), ())
    """
    return tuple(dict.fromkeys(level for match in SPAN.finditer(text) for level in _known(match)))


def _known(match: re.Match[str]) -> tuple[str, ...]:
    try:
        return _levels(match)
    except NoSegment:
        return ()


def with_segments(text: str, more: str) -> str:
    """Write more segments into a text, in the order of the spine where the text is but a list.

    >>> with_segments("C5", "C2"), with_segments("L4-5 PRS", "L2"), with_segments("T4-6", "T5"), with_segments("", "SI")
    ('C2, C5', 'L4-5 PRS, L2', 'T4-6', 'SI')
    """
    here = [each for each in text.split(", ") if each]
    if more in here or (levels_in(more) and set(levels_in(more)) <= set(levels_in(text))):
        return text
    listed = [*here, *filter(None, [more])]
    return ", ".join(sorted(listed, key=_place) if all(map(SPAN.fullmatch, listed)) else listed)


def _place(segment: str) -> int:
    levels = levels_in(segment)
    return LEVELS.index(levels[0]) if levels else len(LEVELS)


def without_level(text: str, level: str) -> str:
    """Take one level out of a text and leave its other words.

    >>> without_level("T4-6, T9", "T5"), without_level("L5", "L5"), without_level("L4-5 PRS", "L4")
    ('T4, T6, T9', '', 'L5 PRS')
    """
    kept = SPAN.sub(lambda match: _without(match, level), text)
    return ", ".join(part for part in map(str.strip, kept.split(",")) if part)


def _without(match: re.Match[str], level: str) -> str:
    levels = _known(match)
    return ", ".join(each for each in levels if each != level) if level in levels else match[0]
