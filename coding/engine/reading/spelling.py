"""Reading a slip of the pen: a long word that is one letter off a word of the lexicon.

Long words are helped by one letter (missing, doubled, wrong or swapped) after the first, shorter ones only where two
neighbours are swapped ("stiars") or one letter is doubled: short words are too close to each other ("gait", "gain"),
and a guess must never be bolder than a reader's.
"""

from collections.abc import Iterable, Iterator
from typing import Final

SHORTEST: Final = 7  # letters of the word that was meant
SHORTEST_SWAPPED: Final = 5
LONGEST: Final = 20


class Speller:
    """Knows words, and finds the one that was meant.

    >>> speller = Speller(["strength", "balance", "stretching"])
    >>> [Speller(['stairs']).meant(word) for word in ("stiars", "stairss", "stars")]
    ['stairs', 'stairs', None]
    >>> Speller(["balance", "balances"]).meant("balaance")
    'balance'
    >>> [speller.meant(word) for word in ("strenght", "ballance", "strecthing", "strangers", "balance")]
    ['strength', 'balance', 'stretching', None, None]
    """

    def __init__(self, words: Iterable[str]) -> None:
        words = frozenset(words)
        self._words = frozenset(word for word in words if SHORTEST <= len(word) <= LONGEST and word.isalpha())
        self._short = frozenset(word for word in words if SHORTEST_SWAPPED <= len(word) < SHORTEST and word.isalpha())
        self._near: dict[str, tuple[str, ...]] = {word: (word,) for word in self._words}
        for word in sorted(self._words):
            alone = (word,)
            for clipped in _clipped(word):
                self._near[clipped] = self._near[clipped] + alone if clipped in self._near else alone

    def meant(self, word: str) -> str | None:
        """Return the known word that differs by one letter, or None."""
        if SHORTEST_SWAPPED <= len(word) <= SHORTEST and (short := self._short_meant(word)):
            return short
        if word in self._words or not SHORTEST - 1 <= len(word) <= LONGEST + 1:
            return None
        near = (meant for clipped in (word, *_clipped(word)) for meant in self._near.get(clipped, ()))
        return next((meant for meant in near if _one_slip(word, meant)), None)

    def turned(self, word: str) -> str | None:
        """Return the long known word that this one is with two neighbours swapped or a letter doubled, or None.

        >>> [Speller(["stretching", "stretched"]).turned(word) for word in ("stretchiing", "strecthed", "stretcher")]
        ['stretching', 'stretched', None]
        """
        if not SHORTEST <= len(word) <= LONGEST + 1:
            return None
        return next((meant for meant in (*undoubled(word), *_swapped(word)) if meant in self._words), None)

    def _short_meant(self, word: str) -> str | None:
        """Return the short word that this one is with two neighbours swapped, or with a letter doubled."""
        if word in self._short or word in self._words:
            return None
        return next((meant for meant in (*_swapped(word), *undoubled(word)) if meant in self._short), None)


def undoubled(word: str) -> Iterator[str]:
    """Yield the word without one of two equal neighbours."""
    return (word[:at] + word[at + 1 :] for at in range(1, len(word)) if word[at] == word[at - 1])


def _swapped(word: str) -> Iterator[str]:
    """Yield the word with two neighbours after the first letter swapped."""
    return (word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in range(1, len(word) - 1))


def _clipped(word: str) -> Iterator[str]:
    """Yield the word without one of its letters; the first always stays."""
    return (word[:place] + word[place + 1 :] for place in range(1, len(word)))


def _one_slip(word: str, meant: str) -> bool:
    """Say whether one letter was missed, doubled or wrong, or two neighbours swapped; the first letters agree."""
    start = next((at for at, (one, two) in enumerate(zip(word, meant, strict=False)) if one != two), len(meant))
    if len(word) != len(meant):
        shorter, longer = sorted((word, meant), key=len)
        return shorter[start:] == longer[start + 1 :]
    swapped = meant[:start] + meant[start : start + 2][::-1] + meant[start + 2 :]
    return word[start + 1 :] == meant[start + 1 :] or word == swapped
