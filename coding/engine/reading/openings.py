"""How the phrases of signals begin: most questions are about signals that a text cannot hold, and this tells them apart.

There are some hundred signals, and a dozen or two are asked for of each text. A word is looked up once for all of them.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from coding.engine.reading.normalise import Token
from coding.engine.reading.phrases import ARTICLES, Phrases

NOTHING: Final[frozenset[str]] = frozenset()


class Word(NamedTuple):
    """What a word is taken for, and the signals of which it may begin a phrase, be one by itself, or be the second word."""

    meant: str
    begins: frozenset[str] = NOTHING
    alone: frozenset[str] = NOTHING
    second: frozenset[str] = NOTHING

    @property
    def may_be_left_out(self) -> bool:
        """Say whether a phrase may go on behind this word as if it did not stand there."""
        return self.meant in ARTICLES


class Openings:
    """The first two words of all phrases of some signals."""

    def __init__(self, signals: Mapping[str, Phrases]) -> None:
        self._signals = signals
        self._first, self._alone, self._second = Phrases(), Phrases(), Phrases()
        for name, signal in signals.items():
            pairs = set(signal.openings())
            _add(self._first, {first for first, _ in pairs}, name)
            _add(self._alone, {first for first, second in pairs if not second}, name)
            _add(self._second, {second for _, second in pairs if second}, name)

    def of(self, word: str, meant: str) -> Word:
        """Return a word as the signals know it."""
        indexes = (self._first, self._alone, self._second)
        return Word(meant, *(frozenset(self._names(index, word, meant)) for index in indexes))

    def _names(self, index: Phrases, word: str, meant: str) -> Iterator[str]:
        """Yield the signals that know a word: as it is written, or else as it is meant."""
        yield from index.names_of(word)
        if meant != word:
            yield from (name for name in index.names_of(meant) if not self._signals[name].knows(word))


def _add(index: Phrases, words: Iterable[str], name: str) -> None:
    for word in words:
        index.add(word, name)


def begun(run: Sequence[Token], words: Sequence[Word], at: int) -> frozenset[str]:
    """Return the signals that may begin at a place: those that this word may begin and the next one may go on."""
    word = words[at]
    if at + 1 == len(run) or run[at + 1].breaks:
        return word.alone
    after = words[at + 1]
    return word.begins if after.may_be_left_out else word.alone | (word.begins & after.second)
