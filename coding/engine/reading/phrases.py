"""Finding phrases in a run of words: a small automaton over word patterns.

A pattern is written as in `data/lexicon/`:

- `word` that word; `word~` the word and its endings (-s, -ed, -ing); `stem*` every word that begins so
- `#` any figure; `^` first, the beginning of the text; `a|b-c` either `a` or `b c`
- words are parted by spaces; articles and "the patient's" may stand between them unwritten

At each place the longest phrase wins and its words are used up: "balance board" is a board, not balance. Where several
concepts have a phrase for just these words, all of them are found: no word or stem of one hides the word of another.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from functools import cache
from typing import Final, NamedTuple

from coding.engine.reading.normalise import BREAKS, Token

# Left unread inside a phrase: "carry the box", "in and out of her car".
ARTICLES: Final = frozenset({"the", "a", "an", "his", "her", "their", "your", "my", "own", "patient", "pt", "of"})
SHORTEST_STEM: Final = 3
LONGEST_STEM: Final = 14
LONGEST_WORD: Final = 24  # longer ones are noise
MOST_REMEMBERED: Final = 10_000  # words of which it is known what they satisfy
_VOWELS: Final = frozenset("aeiou")


class _Node(dict[str, "_Node"]):
    """Where some words lead to: the next words from here, and the names of the phrases that end here."""

    names: tuple[str, ...] = ()  # of the class, and most nodes that lead on have no others
    is_shared: bool = False


@cache
def _end(names: tuple[str, ...]) -> _Node:
    """Return where phrases of some names end and none goes on: most do, and all of these share one place in memory."""
    end = _Node()
    end.names, end.is_shared = names, True
    return end


class Match(NamedTuple):
    """A phrase found: the names it stands for, and the tokens it covers (end exclusive)."""

    names: tuple[str, ...]
    first: int
    end: int


class Phrases:
    """A set of named phrases, compiled once and asked often.

    >>> phrases = Phrases()
    >>> phrases.add("lift~ box|crate", "task")
    >>> from coding.engine.reading.normalise import tokens
    >>> list(phrases.find(tokens("Lifting the crate x 10")))
    [Match(names=('task',), first=0, end=3)]
    """

    def __init__(self) -> None:
        self._root = _Node()
        self._patterns: set[str] = set()
        self._forms: dict[str, tuple[str, ...]] = {}
        self._stems: dict[str, str] = {}
        self._keys: dict[str, tuple[str, ...]] = {}

    def add(self, phrase: str, name: str) -> None:
        """Add a phrase under a name. ValueError when the pattern is empty or its stem too short."""
        slots = [[way.replace("-", " ").split() for way in slot.split("|")] for slot in phrase.split()]
        if not slots:
            raise ValueError(f"an empty phrase under {name}")
        self._keys.clear()
        nodes = [self._root]
        for ways in slots[:-1]:
            nodes = [self._way(node, words) for node in nodes for words in ways]
        for node in nodes:
            for words in slots[-1]:
                self._end(node, words, name)

    def find(self, run: Sequence[Token]) -> Iterator[Match]:
        """Yield the longest match at each place, left to right, without overlap."""
        known = self._keys
        keys = [known[token.word] if token.word in known else self._remembered(token.word) for token in run]
        first = self._root.keys()
        # Most words begin no phrase.
        begins = (at for at, satisfied in enumerate(keys) if not at or not first.isdisjoint(satisfied))
        return self.find_at(begins, run, keys.__getitem__)

    def find_at(
        self, places: Iterable[int], run: Sequence[Token], keys_at: Callable[[int], tuple[str, ...]]
    ) -> Iterator[Match]:
        """Yield the longest match at each of some places, without overlap. `keys_at` tells what the word at a place satisfies."""
        end = 0
        for at in places:
            if at >= end and (match := self._longest(run, keys_at, at)):
                yield match
                end = match.end

    def keys(self, word: str) -> tuple[str, ...]:
        """Return the patterns that a word satisfies."""
        return self._keys[word] if word in self._keys else self._remembered(word)

    def knows(self, word: str) -> bool:
        """Say whether a word occurs in any phrase."""
        return bool(self.keys(word))

    def openings(self) -> Iterator[tuple[str, str]]:
        """Yield the first two patterns of each phrase, the second "" where a phrase ends with the first."""
        for root in self._roots():
            for first, node in root.items():
                yield from ((first, second) for second in (*node, *([""] if node.names else [])))

    def names_of(self, word: str) -> frozenset[str]:
        """Return the names of the phrases that are this one word."""
        root = self._root
        return frozenset(name for key in self.keys(word) if key in root for name in root[key].names)

    def spells(self, word: str) -> bool:
        """Say whether a phrase spells this word out, in this form."""
        return word in self._forms

    def words(self) -> AbstractSet[str]:
        """Return every word, in every form, that a phrase spells out (stems are not words)."""
        return self._forms.keys()

    def _way(self, node: _Node, words: Iterable[str]) -> _Node:
        """Return where some words lead to from a node, laying the way where it is new."""
        for word in words:
            after = node.get(word)
            if after is None or after.is_shared:
                node[word] = alone = _Node()
                if after is None:
                    self._register(word)
                else:
                    alone.names = after.names
                after = alone
            node = after
        return node

    def _end(self, node: _Node, words: Sequence[str], name: str) -> None:
        """Let phrases of a name end where some words lead to from a node: without words, at the node itself ("# |times")."""
        node = self._way(node, words[:-1])
        after = node.get(words[-1]) if words else node
        if after is None:
            self._register(words[-1])
            node[words[-1]] = _end((name,))
        elif name not in after.names:  # patterns of one concept may overlap: "weight shift*", "weight|wt shift*"
            names = (*after.names, name)
            if after.is_shared:
                node[words[-1]] = _end(names)
            else:
                after.names = names

    def _register(self, pattern: str) -> None:
        if pattern in self._patterns:
            return
        self._patterns.add(pattern)
        if pattern.endswith("*"):
            if len(pattern) <= SHORTEST_STEM:
                raise ValueError(f"the stem {pattern!r} is too short")
            self._stems[pattern[:-1]] = pattern
            return
        forms = endings(pattern[:-1]) if pattern.endswith("~") else (pattern,)
        for form in forms:
            self._forms[form] = (*self._forms.get(form, ()), pattern)

    def _roots(self) -> list[_Node]:
        """Return where phrases begin in the automaton, those that stand at the beginning of a text included."""
        return [self._root, self._root["^"]] if "^" in self._root else [self._root]

    def _longest(self, run: Sequence[Token], keys_at: Callable[[int], tuple[str, ...]], at: int) -> Match | None:
        """Return the longest match that begins at a place: step by step to all nodes that the words so far lead to."""
        best: Match | None = None
        begins = [self._root] if at else self._roots()
        keys = keys_at(at)
        nodes = [node[key] for node in begins for key in keys if key in node]
        after = at + 1
        while nodes:
            if ended := [node for node in nodes if node.names]:
                best = Match(_names(ended), at, after)
            if not any(nodes):  # nothing leads on from here
                break
            nodes, after = self._next(nodes, run, keys_at, after)
        return best

    @staticmethod
    def _next(
        nodes: Sequence[_Node], run: Sequence[Token], keys_at: Callable[[int], tuple[str, ...]], at: int
    ) -> tuple[list[_Node], int]:
        """Return where the word at a place leads to from some nodes, or the one behind articles; and the place behind it."""
        for place in range(at, len(run)):
            token = run[place]
            if token.before in BREAKS:
                break
            keys = keys_at(place)
            if found := [node[key] for node in nodes for key in keys if key in node]:
                return found, place + 1
            if token.word not in ARTICLES:
                break
        return [], at

    def _remembered(self, word: str) -> tuple[str, ...]:
        """Return the patterns that a word satisfies, and keep them for the next time it is read."""
        keys = self._keys_of(word)
        if len(word) <= LONGEST_WORD:
            if len(self._keys) >= MOST_REMEMBERED:
                self._keys.clear()
            self._keys[word] = keys
        return keys

    def _keys_of(self, word: str) -> tuple[str, ...]:
        """Return the patterns that a word satisfies."""
        if len(word) > LONGEST_WORD:
            return ()
        any_figure = ("#",) if word[:1].isdigit() else ()
        return (*self._forms.get(word, ()), *any_figure, *self._stem_keys(word))

    def _stem_keys(self, word: str) -> Iterator[str]:
        for length in range(min(len(word), LONGEST_STEM), SHORTEST_STEM - 1, -1):
            if word[:length] in self._stems:
                yield self._stems[word[:length]]


def _names(nodes: Sequence[_Node]) -> tuple[str, ...]:
    """Return the names of all phrases that end at these nodes."""
    if len(nodes) == 1:
        return nodes[0].names
    return tuple(dict.fromkeys(name for node in nodes for name in node.names))


def endings(word: str) -> tuple[str, ...]:
    """Return a word with the endings that charting gives it, verbs and nouns alike.

    >>> endings("carry"), endings("brace")
    (('carry', 'carries', 'carried', 'carrying'), ('brace', 'braces', 'braced', 'bracing'))
    >>> endings("squat")
    ('squat', 'squats', 'squated', 'squating', 'squatted', 'squatting')
    """
    if word.endswith("e"):
        return word, word + "s", word + "d", word[:-1] + "ing"
    if word.endswith("y") and word[-2:-1] not in _VOWELS:
        return word, word[:-1] + "ies", word[:-1] + "ied", word + "ing"
    plural = word + ("es" if word.endswith(("s", "x", "ch", "sh")) else "s")
    doubled = () if word[-2:-1] not in _VOWELS else (word + word[-1] + "ed", word + word[-1] + "ing")
    return word, plural, word + "ed", word + "ing", *doubled
