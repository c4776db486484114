"""The words of charting and what they mean, read once from `data/lexicon/*.toml` and checked while reading.

Data and logic stay apart: this module knows the shape of the files, not what any concept leads to.
"""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import cache, reduce
from itertools import takewhile
from operator import or_
from pathlib import Path
from typing import Any, Final, NamedTuple

from coding.engine.reading.normalise import STOP, Run, Token
from coding.engine.reading.openings import NONE, Openings, Signals, Word, begun
from coding.engine.reading.phrases import LONGEST_WORD, MOST_REMEMBERED, Match, Phrases
from coding.engine.reading.spelling import SHORTEST, Speller, undoubled

NO_KIND: Final = "none"  # of a signal's kinds: words that look like one and are none
FOLDER: Final = Path(__file__).parent.parent / "data" / "lexicon"
_TOP: Final = {"edition", "spelling", "shorthand", "concept", "signal"}
_CONCEPT: Final = {"says", "source", "words"}


class Heard(NamedTuple):
    """What a lexicon makes of a whole text: the words as they are meant, which signals may begin with each, and with any."""

    by: object
    meant: Sequence[Token]
    begins: Sequence[Signals]
    holds: Signals
    found: dict[str, tuple[Match, ...]]  # where those signals stand that were asked about


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Concepts with their phrases, spellings and shorthand; `find` reads a run of words.

    A signal is a small vocabulary that one rule or check looks for in a piece of text, whatever else its words mean:
    it takes no words away from a concept, and no concept hides it.
    """

    edition: str
    says: Mapping[str, str]
    phrases: Phrases
    signals: Mapping[str, Phrases]
    places: Mapping[str, Signals]
    openings: Openings
    speller: Speller
    spelling: Mapping[str, str]
    shorthand: Mapping[str, str]
    _remembered: dict[str, Word] = field(default_factory=dict, compare=False, repr=False)

    def find(self, run: Sequence[Token]) -> tuple[Match, ...]:
        """Return what the words stand for, left to right, without overlap."""
        return tuple(self.phrases.find(self._all_meant(run)))

    def signalled(self, name: str, run: Sequence[Token]) -> tuple[Match, ...]:
        """Return where a signal stands in a run of words. KeyError for a signal that nobody wrote down."""
        place = self.places[name]
        if not isinstance(run, Run):
            known = self._remembered
            begins = [
                at for at, token in enumerate(run) if (known.get(token.word) or self.word(token.word)).begins & place
            ]
            return self._standing(name, begins, run) if begins else ()
        heard: Heard | None = run.heard
        if heard is None or heard.by is not self:
            heard = self.heard(run)
        if not heard.holds & place:  # most questions are about what is not there
            return ()
        if name not in heard.found:
            begins = [at for at, signals in enumerate(heard.begins) if signals & place]
            heard.found[name] = self._standing(name, begins, run)
        return heard.found[name]

    def _standing(self, name: str, places: Sequence[int], run: Sequence[Token]) -> tuple[Match, ...]:
        """Return where a signal stands that may begin at some places."""
        signal, meant = self.signals[name], self._all_meant(run)
        return tuple(signal.find_at(places, meant, lambda at: signal.keys(run[at].word) or signal.keys(meant[at].word)))

    def heard(self, run: Run) -> Heard:
        """Return what is made of a text, worked out when it is first asked about."""
        heard: Heard | None = run.heard
        if heard is not None and heard.by is self:
            return heard
        known = self._remembered
        words = [known.get(token.word) or self.word(token.word) for token in run]
        begins = begun(run, words)
        meant = [
            token if word.meant == token.word else token._replace(word=word.meant)
            for token, word in zip(run, words, strict=True)
        ]
        run.heard = heard = Heard(self, meant, begins, reduce(or_, begins, NONE), {})
        return heard

    def may_hold(self, names: AbstractSet[str], run: Run) -> bool:
        """Say whether a text may hold one of these signals."""
        holds, place = self.heard(run).holds, self.places
        return any(holds & place[name] for name in names)

    def _all_meant(self, run: Sequence[Token]) -> Sequence[Token]:
        return self.heard(run).meant if isinstance(run, Run) else tuple(map(self.understood, run))

    def understood(self, token: Token) -> Token:
        """Return a token with the word that is meant."""
        return token._replace(word=self.word(token.word).meant)

    def word(self, word: str) -> Word:
        """Return what is known of a word, and remember it: charting says the same few thousand words again and again."""
        if word in self._remembered:
            return self._remembered[word]
        meant = self._meant(word)
        known = self.openings.of(word, meant)
        if len(word) <= LONGEST_WORD:
            if len(self._remembered) >= MOST_REMEMBERED:
                self._remembered.clear()
            self._remembered[word] = known
        return known

    def _meant(self, word: str) -> str:
        """Return the word that a reader would take this one for: shorthand, spelling, a slip of one letter."""
        word = self.shorthand.get(word, word)
        if len(word) > LONGEST_WORD:
            return word
        word = next((new + word[len(old) :] for old, new in self.spelling.items() if word.startswith(old)), word)
        if self.phrases.spells(word):
            return word
        if self.phrases.knows(word):  # by its stem, which a slip further on leaves whole
            return self.speller.turned(word) or word
        return self.speller.meant(word) or self._known_undoubled(word) or word

    def _known_undoubled(self, word: str) -> str | None:
        """Return a longer word without the letter that was doubled in the stem by which it is known."""
        if len(word) <= SHORTEST:
            return None
        return next((meant for meant in undoubled(word) if self.phrases.knows(meant)), None)


def build(data: Mapping[str, Any]) -> Lexicon:
    """Return the lexicon that parsed TOML describes. ValueError for an unknown or missing key, or a bad phrase.

    >>> build({"edition": "1", "concepts": {}})
    Traceback (most recent call last):
    ...
    ValueError: lexicon: unknown key 'concepts'
    """
    _check_keys("lexicon", data, allowed=_TOP, needed={"edition", "concept"})
    phrases = Phrases()
    for name, entry in data["concept"].items():
        _check_keys(f"concept {name}", entry, allowed=_CONCEPT, needed=_CONCEPT)
        _add(phrases, name, entry["words"])
    spelling = dict(data.get("spelling", {}))
    signals = {name: _signal(name, entry) for name, entry in data.get("signal", {}).items()}
    return Lexicon(
        edition=data["edition"],
        says={name: entry["says"] for name, entry in data["concept"].items()},
        phrases=phrases,
        signals=signals,
        places=(openings := Openings(signals)).place,
        openings=openings,
        speller=Speller(phrases.words()),
        spelling=spelling,
        shorthand=dict(data.get("shorthand", {})),
    )


@cache
def shipped() -> Lexicon:
    """Return the lexicon that comes with the engine, read once."""
    return build(read_folder(FOLDER))


def tells(name: str, run: Sequence[Token]) -> bool:
    """Say whether a run of words holds a signal of the shipped lexicon.

    >>> from coding.engine.reading.normalise import tokens
    >>> tells("isolated", tokens("VMO  ISOLATION")), tells("isolated", tokens("squats"))
    (True, False)
    """
    return bool(shipped().signalled(name, run))


def first_of(name: str, run: Sequence[Token]) -> Match | None:
    """Return where a signal stands first in a run of words."""
    return next(iter(shipped().signalled(name, run)), None)


def kinds_of(name: str, run: Sequence[Token]) -> frozenset[str]:
    """Return which kinds of a signal a run of words tells.

    >>> from coding.engine.reading.normalise import tokens
    >>> sorted(kinds_of("sign", tokens("L4 tender, rotation reduced; low back tight")))
    ['motion', 'pain', 'tone']
    """
    return frozenset(kind for match in shipped().signalled(name, run) for kind in match.names) - {NO_KIND}


def ends_with(name: str, run: Sequence[Token]) -> bool:
    """Say whether a run of words ends with a signal.

    >>> from coding.engine.reading.normalise import tokens
    >>> ends_with("direction", tokens("hip  extension")), ends_with("direction", tokens("extension machine"))
    (True, False)
    """
    return any(match.end == len(run) for match in shipped().signalled(name, run))


def is_all(name: str, run: Sequence[Token]) -> bool:
    """Say whether a run of words is one signal and nothing beside it."""
    return any((match.first, match.end) == (0, len(run)) for match in shipped().signalled(name, run))


def follows(first: str, then: str, run: Sequence[Token], *, within: int) -> bool:
    """Say whether a signal is followed by another one, within so many words and before the next stop.

    >>> from coding.engine.reading.normalise import tokens
    >>> run = tokens("A class, but only one of the four came. Stretching done")
    >>> follows("only", "came", run, within=5), follows("only", "came", run, within=1)
    (True, False)
    """
    for match in shipped().signalled(first, run):
        ahead = takewhile(lambda token: token.before != STOP, run[match.end : match.end + within])
        if tells(then, tuple(ahead)):
            return True
    return False


def read_folder(folder: Path) -> dict[str, Any]:
    """Return the files of a folder as one document. ValueError when a concept or a signal stands in two of them."""
    together: dict[str, Any] = {"concept": {}, "signal": {}}
    for path in sorted(folder.glob("*.toml")):
        part = tomllib.loads(path.read_text(encoding="utf-8"))
        for kind in ("concept", "signal"):
            entries = part.pop(kind, {})
            if twice := together[kind].keys() & entries.keys():
                raise ValueError(f"{path.name}: {', '.join(sorted(twice))} stands in another file already")
            together[kind] |= entries
        together |= part
    return together


def _signal(name: str, entry: Mapping[str, Any]) -> Phrases:
    """Return a signal as phrases under its own name, or under the names of its kinds."""
    kinds = entry["kinds"] if "kinds" in entry else {name: entry.get("words", ())}
    _check_keys(f"signal {name}", entry, allowed=_CONCEPT | {"kinds"}, needed=_CONCEPT - {"words"})
    phrases = Phrases()
    for kind, words in kinds.items():
        _add(phrases, kind, words)
    return phrases


def _add(phrases: Phrases, name: str, words: Iterable[str]) -> None:
    for phrase in words:
        if phrase != phrase.casefold():
            raise ValueError(f"{name}: {phrase!r} is not in small letters")
        phrases.add(phrase, name)


def _check_keys(where: str, entry: Mapping[str, Any], *, allowed: set[str], needed: set[str]) -> None:
    for key in entry:
        if key not in allowed:
            raise ValueError(f"{where}: unknown key {key!r}")
    for key in sorted(needed - entry.keys()):
        raise ValueError(f"{where}: {key!r} is missing")
