"""A second reader: what words have meant in rows that others labelled, learned and written down as weights.

The rules answer first. Where they find nothing that decides, or read a row differently from thousands of words before it,
the weights may answer instead, and only when they are sure. `data/weights.txt` holds them, one feature of a row to a line with
what it speaks for and against; `tests/engine/learn.py` makes it from the labelled rows of this repository. An answer is
arithmetic: the weights of a row's features are added up for each answer, and the words that spoke for the winner are its
evidence, each with its weight. Picked aims are never weighed: who picks, has said it.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

from coding.engine.choosing.agents import FOLLOWS_MEDICARE, USUAL_STIMULATION, the_payers_number
from coding.engine.choosing.case import Case
from coding.engine.reading.lexicon import shipped
from coding.engine.reading.negation import Standing
from coding.engine.reading.normalise import Token
from coding.engine.reading.read import DESCRIPTION, GOAL, PICKED_GOAL
from coding.engine.results import NOT_BILLABLE, UNDETERMINED, Because, Choice

FILE: Final = Path(__file__).parent.parent / "data" / "weights.txt"
# From this share of all answers on, an opinion outweighs the rules; chosen on corpora that were held out (docs/engine.md). It is
# easier to take a code away than to give one: a question costs a moment, a code that was not due is paid back years later.
SURE_OF_A_CODE: Final = 0.7  # where the rules give none
SURE_OF_ANOTHER: Final = 0.5
SURE_OF_NONE: Final = 0.3  # where the rules give a code
# Evidence is what spoke for the answer at least so much more than for the next best one.
TELLING: Final = 0.25
# Answers that rest on a thing of their own, not on how words weigh: too few rows are labelled with them.
SETTLED: Final = frozenset(
    {"97113", "97537", "97542", "97760", "97761", "97763", "20560", "20561"}
)
NO_CODE: Final = frozenset({UNDETERMINED, NOT_BILLABLE})
_ENDINGS: Final = ("ing", "ed", "es", "s")
_SHORTEST_STEM: Final = 4


class Feature(NamedTuple):
    """Something about a row that is weighed, and where its words stand; a fact of the whole row has no place."""

    name: str
    field: str = ""
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class Weights:
    """The answers that are known, and for each feature its weight for each of them."""

    answers: tuple[str, ...]
    of: Mapping[str, tuple[tuple[int, float], ...]]


@dataclass(frozen=True, slots=True)
class Opinion:
    """What the weights say: an answer, its share of all answers (0 to 1), and what spoke for it."""

    code: str
    share: float
    because: tuple[Because, ...]


def second_reading(case: Case, answer: Choice) -> Choice:
    """Return the answer of the rules, or the one of the weights where they are sure that it is another."""
    if case.activity.intents or answer.policy or answer.code in SETTLED:
        return answer
    opinion = weigh(case)
    if opinion.code == _learned_as(answer.code) or not outweighs(opinion, answer.code) or not opinion.because:
        return answer
    return _answered(case, opinion)


def outweighs(opinion: Opinion, rules: str) -> bool:
    """Say whether an opinion is sure enough to stand against what the rules say."""
    if (opinion.code in NO_CODE) == (rules in NO_CODE):
        return opinion.share >= SURE_OF_ANOTHER
    return opinion.share >= (SURE_OF_NONE if opinion.code in NO_CODE else SURE_OF_A_CODE)


def weigh(case: Case, known: Weights | None = None) -> Opinion:
    """Return what the weights make of a row: those that come with the engine, or others."""
    known = known or weights()
    found = [(feature, known.of.get(feature.name, ())) for feature in features(case)]
    sums = [0.0] * len(known.answers)
    for _, row in found:
        for place, weight in row:
            sums[place] += weight
    best, second = sorted(range(len(sums)), key=sums.__getitem__, reverse=True)[:2]
    share = 1 / sum(math.exp(one - sums[best]) for one in sums)
    return Opinion(known.answers[best], share, tuple(_evidence(case, found, best, second)))


def features(case: Case) -> Iterator[Feature]:
    """Yield what is weighed of a row, each once: its words, the concepts found, the aims, and how it was given.

    >>> from coding.engine.facts import ActivityFacts, PayerFacts
    >>> from coding.engine.reading.read import read
    >>> row = ActivityFacts("a1", "Squats 3 x 10", goal="quad strength")
    >>> [feature.name for feature in features(Case(row, read(row), PayerFacts()))][:4]
    ['always', 'given:', 'aims:capacity', 'word:squat']
    """
    yield from dict.fromkeys(map(Feature, _facts(case)))
    seen: set[str] = set()
    for feature in (*_words(case), *_concepts(case)):
        if feature.name not in seen:
            seen.add(feature.name)
            yield feature


def _facts(case: Case) -> Iterator[str]:
    yield "always"
    yield f"given:{case.activity.delivery or ''}"
    yield "aims:" + ("+".join(sorted(case.aims)) or "none")
    if not case.reading.runs.get(GOAL):
        yield "no-goal"
    if case.is_vague:
        yield "vague"
    if case.is_shared:
        yield "shared"


def _words(case: Case) -> Iterator[Feature]:
    for field, kind in ((DESCRIPTION, "word"), (GOAL, "goal")):
        for token in case.reading.runs.get(field, ()):
            yield Feature(f"{kind}:{stem(token)}", field, token.start, token.end)


def _concepts(case: Case) -> Iterator[Feature]:
    for hit in case.reading.hits:
        if hit.field != DESCRIPTION:
            yield Feature(f"aim:{hit.concept}", hit.field, hit.start, hit.end)
            continue
        how = "" if hit.standing is Standing.STATED else f"/{hit.standing}"
        yield Feature(f"is:{hit.concept}{how}{'/purpose' if hit.purpose else ''}", hit.field, hit.start, hit.end)


def stem(token: Token) -> str:
    """Return a word as it is weighed: as it was meant, without its ending; figures are one word.

    >>> from coding.engine.reading.normalise import tokens
    >>> [stem(token) for token in tokens("Lifting 20 lb boxes")]
    ['lift', '#', 'lb', 'box']
    """
    if token.is_number:
        return "#"
    word = shipped().understood(token).word
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM - (ending == "es"):
            return word.removesuffix(ending)
    return word


def _evidence(
    case: Case, found: Sequence[tuple[Feature, tuple[tuple[int, float], ...]]], best: int, second: int
) -> Iterator[Because]:
    """Yield the words that spoke for the best answer rather than for the second, in the order of the text."""
    spoke: dict[tuple[str, int, int], float] = {}
    for feature, row in found:
        by_answer = dict(row)
        more = by_answer.get(best, 0.0) - by_answer.get(second, 0.0)
        if feature.end and feature.field != PICKED_GOAL and more > 0:
            place = (feature.field, feature.start, feature.end)
            spoke[place] = spoke.get(place, 0.0) + more
    for (field, start, end), weight in sorted(spoke.items()):
        if weight >= TELLING:
            text = case.activity.description if field == DESCRIPTION else case.activity.goal
            yield Because(field, start, end, text[start:end], f"weighs-{weight:.1f}")


def _learned_as(code: str) -> str:
    """Return the number under which an answer was learned: unattended stimulation has two, and the payer says which."""
    return USUAL_STIMULATION if code == FOLLOWS_MEDICARE else code


def _answered(case: Case, opinion: Opinion) -> Choice:
    if opinion.code == NOT_BILLABLE:
        return case.refuse("no_service", opinion.because)
    if opinion.code == UNDETERMINED:
        return case.ask("both" if case.is_vague else "aim", opinion.because)
    return case.code(the_payers_number(opinion.code, case), opinion.because)


# The file ------------------------------------------------------------------------------------------------------------------


@cache
def weights() -> Weights:
    """Return the weights that come with the engine, read once."""
    return parse(FILE.read_text(encoding="utf-8").splitlines())


def parse(lines: Iterable[str]) -> Weights:
    """Return the weights that a file holds: a feature and then answers with their weights, parted by spaces.

    >>> parse(["# learned", "word:walk 97116 1.2 97110 -0.4"]).of
    {'word:walk': ((0, 1.2), (1, -0.4))}
    """
    answers: dict[str, int] = {}
    of: dict[str, tuple[tuple[int, float], ...]] = {}
    for line in lines:
        if line.startswith("#"):
            continue
        name, *pairs = line.split(" ")
        of[name] = tuple(
            (answers.setdefault(code, len(answers)), float(weight))
            for code, weight in zip(pairs[::2], pairs[1::2], strict=True)
        )
    return Weights(tuple(answers), of)
