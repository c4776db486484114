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
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Final

from coding.engine.choosing.agents import FOLLOWS_MEDICARE, USUAL_STIMULATION, the_payers_number
from coding.engine.choosing.case import Case
from coding.engine.choosing.presence import NOBODY_THERE
from coding.engine.choosing.table import table
from coding.engine.reading.lexicon import shipped
from coding.engine.reading.negation import Standing
from coding.engine.reading.normalise import Run, Token
from coding.engine.reading.phrases import MOST_REMEMBERED
from coding.engine.reading.read import DESCRIPTION, GOAL, PICKED_GOAL, Hit
from coding.engine.results import NOT_BILLABLE, UNDETERMINED, Because, Choice

FILE: Final = Path(__file__).parent.parent / "data" / "weights.txt"
# From this share of all answers on, an opinion outweighs the rules; chosen on corpora that were held out (docs/engine.md). It is
# easier to take a code away than to give one: a code that was not due is paid back years later.
# the answer costs a moment, too, so it must be surer.
SURE_OF_A_CODE: Final = 0.7  # where the rules give none
SURE_OF_ANOTHER: Final = 0.5
SURE_OF_NO_SERVICE: Final = 0.3  # where the rules give a code
SURE_OF_A_QUESTION: Final = 0.5  # where the rules give a code
SURE_AGAINST_A_THING: Final = 0.7  # where the rules go by a thing that is named: an agent, hands, several patients
# Evidence is what spoke for the answer at least so much more than for the next best one.
TELLING: Final = 0.25
# Answers that rest on a thing of their own, not on how words weigh: too few rows are labelled with them.
SETTLED: Final = frozenset({"97113", "97537", "97542", "97760", "97761", "97763", "20560", "20561"})
# Answers that follow what an activity was for; all other codes go by a thing that is named.
BY_AIM: Final = frozenset({"97110", "97112", "97116", "97530", "97535", "97750"})
NO_CODE: Final = frozenset({UNDETERMINED, NOT_BILLABLE})
GROUP: Final = "97150"
_ENDINGS: Final = ("ing", "ed", "es", "s")
_SHORTEST_STEM: Final = 4
KINDS: Final = {DESCRIPTION: "word:", GOAL: "goal:"}
NO_WORDS: Final = Run()


@dataclass(frozen=True, slots=True)
class Weights:
    """The answers that are known, and for each feature its weight for each of them."""

    answers: tuple[str, ...]
    of: Mapping[str, tuple[tuple[int, float], ...]]


@dataclass(frozen=True)
class Opinion:
    """What the weights say of a row: an answer; its share of all and its evidence are worked out when they are asked for."""

    case: Case
    known: Weights
    sums: Sequence[float]  # for each answer

    @cached_property
    def best(self) -> int:
        """Return the place of the answer that most speaks for."""
        return max(range(len(self.sums)), key=self.sums.__getitem__)

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


def second_reading(case: Case, answer: Choice) -> Choice:
    """Return the answer of the rules, or the one of the weights where they are sure that it is another."""
    if case.activity.intents or answer.policy or answer.code in SETTLED:
        return answer
    opinion = weigh(case)
    if opinion.code == _learned_as(answer.code) or not outweighs(opinion, answer.code, case) or not opinion.because:
        return answer
    return _answered(case, opinion)


def outweighs(opinion: Opinion, rules: str, case: Case) -> bool:
    """Say whether an opinion is sure enough to stand against what the rules say, and fits what was picked."""
    if opinion.code in NO_CODE:
        return opinion.share >= _enough_for_none(opinion.code, rules)
    if not _could_be_given(opinion.code, case):
        return False
    if rules in NO_CODE:
        return opinion.share >= SURE_OF_A_CODE
    return opinion.share >= (SURE_OF_ANOTHER if rules in BY_AIM else SURE_AGAINST_A_THING)


def _enough_for_none(code: str, rules: str) -> float:
    if rules in NO_CODE:
        return SURE_OF_ANOTHER
    if rules not in BY_AIM:
        return SURE_AGAINST_A_THING if code == NOT_BILLABLE else 1.0
    return SURE_OF_NO_SERVICE if code == NOT_BILLABLE else SURE_OF_A_QUESTION


def _could_be_given(code: str, case: Case) -> bool:
    """Say whether a picked delivery bears a code out: a fact that somebody stated is no matter of weighing."""
    if case.is_shared_by_delivery:
        return code == GROUP
    return case.activity.delivery not in NOBODY_THERE or code in unattended()


def weigh(case: Case, known: Weights | None = None) -> Opinion:
    """Return what the weights make of a row: those that come with the engine, or others."""
    known = known or weights()
    sums = [0.0] * len(known.answers)
    for name in features(case):
        for place, weight in known.of.get(name, ()):
            sums[place] += weight
    return Opinion(case, known, sums)


def features(case: Case) -> dict[str, Hit | Token | None]:
    """Return what is weighed of a row, each with where it stands first: its words, the concepts found, facts of the whole row.

    >>> from coding.engine.facts import ActivityFacts, PayerFacts
    >>> from coding.engine.reading.phrases import MOST_REMEMBERED
from coding.engine.reading.read import read
    >>> row = ActivityFacts("a1", "Squats 3 x 10", goal="quad strength")
    >>> list(features(Case(row, read(row), PayerFacts())))[:4]
    ['always', 'given:', 'aims:capacity', 'word:squat']
    """
    found: dict[str, Hit | Token | None] = dict.fromkeys(_facts(case))
    for name, words in (*_words(case), *_concepts(case)):
        found.setdefault(name, words)
    return found


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


def _words(case: Case) -> Iterator[tuple[str, Token]]:
    fillers = shipped().signals["filler"]
    for field in (DESCRIPTION, GOAL):
        kind, run = KINDS[field], case.reading.runs.get(field, NO_WORDS)
        for token, meant in zip(run, shipped().heard(run).meant, strict=True):
            if not fillers.spells(token.word):
                yield kind + stem(meant.word), token


def _concepts(case: Case) -> Iterator[tuple[str, Hit]]:
    for hit in case.reading.hits:
        if hit.field != DESCRIPTION:
            yield f"aim:{hit.concept}", hit
            continue
        how = "" if hit.standing is Standing.STATED else f"/{hit.standing}"
        yield f"is:{hit.concept}{how}{'/purpose' if hit.purpose else ''}", hit


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
    """Yield the words that spoke for the best answer rather than for the second, in the order of the text."""
    case, best, sums = opinion.case, opinion.best, opinion.sums
    second = max((at for at in range(len(sums)) if at != best), key=sums.__getitem__)
    spoke: dict[tuple[str, int, int], float] = {}
    for name, words in features(case).items():
        if words and words.end and (field := _field(name, words)) != PICKED_GOAL:
            by_answer = dict(opinion.known.of.get(name, ()))
            if (more := by_answer.get(best, 0.0) - by_answer.get(second, 0.0)) > 0:
                place = (field, words.start, words.end)
                spoke[place] = spoke.get(place, 0.0) + more
    for (field, start, end), weight in sorted(spoke.items()):
        if weight >= TELLING:
            text = case.activity.description if field == DESCRIPTION else case.activity.goal
            yield Because(field, start, end, text[start:end], f"weighs-{weight:.1f}")


def _field(name: str, words: Hit | Token) -> str:
    if isinstance(words, Hit):
        return words.field
    return DESCRIPTION if name.startswith(KINDS[DESCRIPTION]) else GOAL


def by_device() -> frozenset[str]:
    """Return the codes of agents, which are coded by what is applied whatever it is for."""
    return frozenset(agent.code for agent in table().agents.values()) | {USUAL_STIMULATION}


@cache
def unattended() -> frozenset[str]:
    """Return the codes of agents that may be set up and left."""
    return frozenset(agent.code for agent in table().agents.values() if not agent.attended) | {USUAL_STIMULATION}


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
