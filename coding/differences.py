"""What changed between two texts: line by line, and within a changed line word by word."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

CONTEXT = 1  # lines shown around a change
WORDS = re.compile(r"\s*\S+")
ALIKE = 0.4  # a line that shares less with the one before is another line, not a changed one
LONGEST_LINE = 4_000  # beyond this a changed line is shown whole, without a look at its words


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words of a line, and whether they changed."""

    text: str
    changed: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """A line that stayed ("same"), went ("gone") or came ("new"); "skip" stands for lines that are not shown."""

    kind: str
    pieces: tuple[Piece, ...] = ()


@lru_cache(maxsize=256)
def differences(old: str, new: str) -> tuple[Change, ...]:
    """Return the changes from one text to another, with a little of what stands around them.

    >>> [(change.kind, [piece.text for piece in change.pieces]) for change in differences("a\\nb c\\n", "a\\nb d\\n")]
    [('same', ['a']), ('gone', ['b', ' c']), ('new', ['b', ' d'])]
    """
    before, after = _lines(old), _lines(new)
    matcher = SequenceMatcher(None, before, after)
    changes: list[Change] = []
    end = 0
    for group in matcher.get_grouped_opcodes(CONTEXT):
        if group[0][1] > end:
            changes.append(Change("skip"))
        for kind, i1, i2, j1, j2 in group:
            changes += _of(kind, before[i1:i2], after[j1:j2])
        end = group[-1][2]
    return (*changes, Change("skip")) if changes and end < len(before) else tuple(changes)


def _lines(text: str) -> list[str]:
    """Lines that say something: an empty line between paragraphs is no change worth showing."""
    return [line for line in text.splitlines() if line.strip()]


def _of(kind: str, before: Sequence[str], after: Sequence[str]) -> Iterator[Change]:
    if kind == "equal":
        yield from (Change("same", (Piece(line),)) for line in before)
        return
    both = min(len(before), len(after))
    for old, new in zip(before[:both], after[:both], strict=True):
        yield from _within(old, new)
    yield from (Change("gone", (Piece(line, changed=True),)) for line in before[both:])
    yield from (Change("new", (Piece(line, changed=True),)) for line in after[both:])


def _within(old: str, new: str) -> Iterator[Change]:
    """Yield a changed line before and after, with the words marked that differ."""
    before, after = WORDS.findall(old), WORDS.findall(new)
    matcher = SequenceMatcher(None, before, after)
    if max(len(old), len(new)) > LONGEST_LINE or matcher.ratio() < ALIKE:
        yield Change("gone", (Piece(old, changed=True),))
        yield Change("new", (Piece(new, changed=True),))
        return
    opcodes = matcher.get_opcodes()
    yield Change("gone", tuple(Piece("".join(before[i:j]), kind != "equal") for kind, i, j, _, _ in opcodes if i < j))
    yield Change("new", tuple(Piece("".join(after[i:j]), kind != "equal") for kind, _, _, i, j in opcodes if i < j))
