"""What words have meant in rows that others labelled, learned and written down as weights: the second reader's arithmetic.

`data/weights.txt` holds them, one feature of a row to a line with what it speaks for and against; `tests/engine/learn.py` makes
it from the labelled rows of this repository. The weights of a row's features are added up for each answer, and the words that
spoke for the winner are its evidence, each with its weight. Words that are denied, and what a row calls itself, are not weighed.
Whether the answer counts, second_reader.py says.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from itertools import chain
from pathlib import Path
from typing import Final

from coding.engine.choosing.case import DEGREE_SIGNS, Case
from coding.engine.reading.lexicon import shipped
from coding.engine.reading.negation import Standing
from coding.engine.reading.normalise import Run, Token
from coding.engine.reading.phrases import MOST_REMEMBERED
from coding.engine.reading.read import DESCRIPTION, GOAL, PICKED_GOAL, Hit
from coding.engine.results import Because

FILE: Final = Path(__file__).parent.parent / "data" / "weights.txt"
# Evidence is what spoke for the answer at least so much more than for the next best one.
TELLING: Final = 0.15
# Concepts of grammar and of every visit: a sentence that holds no others is no part of the service.
SAYS_NOTHING: Final = frozenset(
    {"general", "turn", "link", "purpose", "function_word", "body", "talk", "not_an_aim"}
    | {"aside_next", "aside_before", "deny_next", "deny_before"}
)
_ENDINGS: Final = ("ing", "ed", "es", "s")
_SHORTEST_STEM: Final = 4
KINDS: Final = {DESCRIPTION: "word:", GOAL: "goal:"}
OF_THE_GOAL: Final = ("goal:", "aim:")
NO_WORDS: Final = Run()
LABEL: Final = "label"
FAULT: Final = "fault"


@dataclass(frozen=True, slots=True)
class Weights:
    """The answers that are known, and for each feature its weight for each of them, in the same order."""

    answers: tuple[str, ...]
    of: Mapping[str, Sequence[float]]


@dataclass(frozen=True)
class Opinion:
    """What the weights say of a row: an answer; its share of all and its evidence are worked out when they are asked for."""

    case: Case
    known: Weights
    found: Mapping[str, Hit | Token | None]  # features, each with where it stands
    rows: Mapping[str, Sequence[float]]  # those of them that are known, with their weights

    @cached_property
    def sums(self) -> Sequence[float]:
        """Return what the weights come to, for each answer."""
        return list(map(sum, zip(*self.rows.values(), strict=True))) or [0.0] * len(self.known.answers)

    @property
    def best(self) -> int:
        """Return the place of the answer that most speaks for."""
        return self.ranked[0]

    @cached_property
    def ranked(self) -> Sequence[int]:
        """Return the places of the answers, the one that most speaks for first."""
        return sorted(range(len(self.sums)), key=self.sums.__getitem__, reverse=True)

    @property
    def code(self) -> str:
        """Return the answer."""
        return self.known.answers[self.best]

    @cached_property
    def share(self) -> float:
        """Return its share of all answers, 0 to 1."""
        return 1 / sum(math.exp(one - self.sums[self.best]) for one in self.sums)

    @cached_property
    def because(self) -> tuple[Because, ...]:
        """Return the words that spoke for it."""
        return tuple(_evidence(self))


def weigh(case: Case, known: Weights | None = None, *, described: bool = False) -> Opinion:
    """Return what the weights make of a row, or of its description alone: those that come with the engine, or others."""
    known = known or weights()
    found, weighed = features(case), known.of
    if described:
        found = {name: words for name, words in found.items() if not name.startswith(OF_THE_GOAL)}
    return Opinion(case, known, found, {name: weighed[name] for name in found if name in weighed})


def features(case: Case) -> dict[str, Hit | Token | None]:
    """Return what is weighed of a row, each with where it stands first: its words, the concepts found, facts of the whole row.

    >>> from coding.engine.facts import ActivityFacts, PayerFacts
    >>> from coding.engine.reading.read import read
    >>> row = ActivityFacts("a1", "Squats 3 x 10", goal="quad strength")
    >>> list(features(Case(row, read(row), PayerFacts())))[:4]
    ['always', 'aims:capacity', 'word:squat', 'word:#']
    """
    found: dict[str, Hit | Token | None] = dict.fromkeys(_facts(case))
    beside = _beside_the_point(case)
    placed: Iterable[tuple[str, Hit | Token]] = chain(_words(case, beside), _concepts(case, beside))
    for name, words in placed:
        found.setdefault(name, words)
    return found


def _facts(case: Case) -> Iterator[str]:
    yield "always"
    if case.activity.delivery:  # what nobody has picked yet says nothing
        yield f"given:{case.activity.delivery}"
    yield "aims:" + ("+".join(sorted(case.aims)) or "none")
    if not case.reading.runs.get(GOAL):
        yield "no-goal"
    if case.is_vague:
        yield "vague"
    if case.is_shared:
        yield "shared"


@cache
def fillers() -> frozenset[str]:
    """Return the words that every text holds."""
    return frozenset(shipped().signals["filler"].words())


def _words(case: Case, beside: AbstractSet[int]) -> Iterator[tuple[str, Token]]:
    nothing = fillers()
    for field in (DESCRIPTION, GOAL):
        kind, run = KINDS[field], case.reading.runs.get(field, NO_WORDS)
        left_out = beside if field == DESCRIPTION else frozenset()
        not_meant = _not_meant(case, field)
        meanings = zip(run, shipped().heard(run).meant, case.reading.sentences(field), strict=True)
        for at, (token, meant, sentence) in enumerate(meanings):
            if token.word not in nothing and sentence not in left_out and at not in not_meant:
                yield kind + stem(meant.word), token


def _not_meant(case: Case, field: str) -> AbstractSet[int]:
    """Return the places of words that never speak for an answer: what is denied, and what the row calls itself.

    A fault that is denied is one that is to go ("no limp"): it says what was aimed at.
    """
    hits = [hit for hit in case.reading.hits if hit.field == field]
    denied = [hit for hit in hits if hit.standing is Standing.DENIED]
    labels = [hit for hit in hits if hit.concept == LABEL]
    if not denied and not labels:
        return frozenset()
    faults = _places_of(hit for hit in hits if hit.concept == FAULT)
    named = _places_of(hit for hit in hits if hit.concept != LABEL)
    return (_places_of(denied) - faults) | (_places_of(labels) - named)


def _places_of(hits: Iterable[Hit]) -> set[int]:
    return {at for hit in hits for at in range(hit.first, hit.after)}


def _concepts(case: Case, beside: AbstractSet[int]) -> Iterator[tuple[str, Hit]]:
    for hit in case.reading.hits:
        if hit.field != DESCRIPTION:
            yield f"aim:{hit.concept}", hit
        elif hit.concept != LABEL and case.reading.sentence(hit) not in beside:
            how = "" if hit.standing is Standing.STATED else f"/{hit.standing}"
            yield f"is:{hit.concept}{how}{'/purpose' if hit.purpose else ''}", hit


def _beside_the_point(case: Case) -> frozenset[int]:
    """Return the sentences of a description that name nothing of a service, where others do: "Consent on file."."""
    every = set(case.reading.sentences(DESCRIPTION))
    if len(every) == 1:
        return frozenset()
    hits = (hit for hit in case.reading.hits if hit.field == DESCRIPTION and hit.concept not in SAYS_NOTHING)
    naming = {case.reading.sentence(hit) for hit in hits}
    return frozenset(every - naming) if naming else frozenset()


@lru_cache(maxsize=MOST_REMEMBERED)
def stem(word: str) -> str:
    """Return a word that was understood as it is weighed: without its ending; figures are one word.

    >>> [stem(word) for word in ("lifting", "20", "lb", "boxes")]
    ['lift', '#', 'lb', 'box']
    """
    if word[:1].isdigit():
        return "#"
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM - (ending == "es"):
            return word.removesuffix(ending)
    return word


def _evidence(opinion: Opinion) -> Iterator[Because]:
    """Yield the words that spoke for the best answer rather than for the second, in the order of the text.

    Those of a picked goal stand in another record: they are named, and have no place here.
    """
    case, found = opinion.case, opinion.found
    best, second, *_ = opinion.ranked
    spoke: dict[tuple[str, int, int, str], float] = {}
    for name, weights in opinion.rows.items():
        if (more := weights[best] - weights[second]) > 0 and (words := found[name]):
            place = _place(case, name, words)
            spoke[place] = spoke.get(place, 0.0) + more
    for (field, start, end, text), weight in sorted(spoke.items()):
        if weight >= TELLING and _says_something(text):
            yield Because(field, start, end, text, f"weighs-{weight:.1f}")


def _says_something(text: str) -> bool:
    """Say whether quoted words would tell a reader anything: "for" and "+" weigh, as every word does, and are not underlined."""
    if text in DEGREE_SIGNS or text.lower() in fillers():
        return False
    return text.isalnum() or any(mark.isalnum() for mark in text)


def _place(case: Case, name: str, words: Hit | Token) -> tuple[str, int, int, str]:
    if isinstance(words, Hit):
        return words.field, words.start, words.end, words.text
    field = DESCRIPTION if name.startswith(KINDS[DESCRIPTION]) else GOAL if case.activity.goal else PICKED_GOAL
    if field == PICKED_GOAL:
        return PICKED_GOAL, 0, 0, words.word
    start, end = _whole(case, field, words)
    text = case.activity.description if field == DESCRIPTION else case.activity.goal
    return field, start, end, text[start:end]


def _whole(case: Case, field: str, word: Token) -> tuple[int, int]:
    """Return from where to where the thing goes that a word names a part of: who reads "board" wants to see "wobble board"."""
    for hit in case.reading.hits:
        within = hit.start <= word.start and word.end <= hit.end
        if within and hit.field == field and hit.concept not in SAYS_NOTHING:
            return hit.start, hit.end
    return word.start, word.end


# The file ------------------------------------------------------------------------------------------------------------------


@cache
def weights() -> Weights:
    """Return the weights that come with the engine, read once."""
    return parse(FILE.read_text(encoding="utf-8").splitlines())


def parse(lines: Iterable[str]) -> Weights:
    """Return the weights that a file holds: a feature and then answers with their weights, parted by spaces.

    >>> parse(["# learned", "word:walk 97116 1.2 97110 -0.4"]).of
    {'word:walk': (1.2, -0.4)}
    """
    split = [line.split(" ") for line in lines if not line.startswith("#")]
    answers = tuple(dict.fromkeys(code for _, *pairs in split for code in pairs[::2]))
    nothing = dict.fromkeys(answers, 0.0)
    number = cache(float)  # the same few numbers stand there some hundred thousand times
    rows = {name: nothing | dict(zip(pairs[::2], map(number, pairs[1::2]), strict=True)) for name, *pairs in split}
    return Weights(answers, {name: tuple(row.values()) for name, row in rows.items()})
