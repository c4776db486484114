"""How the phrases of signals begin: most questions are about signals that a text cannot hold, and this tells them apart.

There are some hundred signals, and a dozen or two are asked for of each text. A word is looked up once for all of them.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from coding.engine.reading.normalise import BREAKS, Token
from coding.engine.reading.phrases import ARTICLES, Phrases

# A set of signals is one whole number here, in which each signal has a binary place of its own: `|` joins two sets, and `&` is
# what they have in common.
type Signals = int
NONE: Final[Signals] = 0
ALL: Final[Signals] = -1
ANYWAY: Final[Signals] = 1  # a place that no signal has


class Word(NamedTuple):
    """What a word is taken for, and the signals of which it may begin a phrase, be one by itself, or be the second word."""

    meant: str
    begins: Signals = NONE
    alone: Signals = NONE
    second: Signals = NONE


class Openings:
    """The first two words of all phrases of some signals."""

    def __init__(self, signals: Mapping[str, Phrases]) -> None:
        self._signals = signals
        self.place: Mapping[str, Signals] = {name: ANYWAY << at for at, name in enumerate(signals, start=1)}
        self._first, self._alone, self._second = Phrases(), Phrases(), Phrases()
        for name, signal in signals.items():
            pairs = set(signal.openings())
            _add(self._first, {first for first, _ in pairs}, name)
            _add(self._alone, {first for first, second in pairs if not second}, name)
            _add(self._second, {second for _, second in pairs if second}, name)

    def of(self, word: str, meant: str) -> Word:
        """Return a word as the signals know it. Behind an article a phrase may go on as if it did not stand there."""
        begins, alone, second = (
            self._knowing(index, word, meant) for index in (self._first, self._alone, self._second)
        )
        return Word(meant, begins, alone, ALL if meant in ARTICLES else second)

    def _knowing(self, index: Phrases, word: str, meant: str) -> Signals:
        return sum(self.place[name] for name in frozenset(self._names(index, word, meant)))

    def _names(self, index: Phrases, word: str, meant: str) -> Iterator[str]:
        """Yield the signals that know a word: as it is written, or else as it is meant."""
        yield from index.names_of(word)
        if meant != word:
            yield from (name for name in index.names_of(meant) if not self._signals[name].knows(word))


def _add(index: Phrases, words: Iterable[str], name: str) -> None:
    for word in words:
        index.add(word, name)


def begun(run: Sequence[Token], words: Sequence[Word]) -> Sequence[Signals]:
    """Return, for each word, the signals that may begin with it: those that the next one may go on, or that it is by itself."""
    after = [NONE if token.before in BREAKS else word.second for token, word in zip(run, words, strict=True)]
    return [word.alone | (word.begins & second) for word, second in zip(words, (*after[1:], NONE), strict=False)]
