"""A second reader: what words have meant in rows that others labelled, learned and written down as weights.

The rules answer first. Where they find nothing that decides, or read a row differently from thousands of words before it,
the weights may answer instead, and only when they are sure. `data/weights.txt` holds them, one feature of a row to a line with
what it speaks for and against; `tests/engine/learn.py` makes it from the labelled rows of this repository. An answer is
arithmetic: the weights of a row's features are added up for each answer, and the words that spoke for the winner are its
evidence, each with its weight. Picked aims are never weighed: who picks, has said it.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from functools import cache, cached_property, lru_cache
from itertools import chain
from pathlib import Path
from typing import Final

from coding.engine.choosing import agents, ahead, apart, delivered, doubted, no_service, unclear
from coding.engine.choosing.agents import FOLLOWS_MEDICARE, USUAL_STIMULATION, the_payers_number
from coding.engine.choosing.aims import whole_task
from coding.engine.choosing.case import DEGREE_SIGNS, Case
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
SURE_OF_A_CODE: Final = 0.7  # where the rules give none
SURE_OF_ANOTHER: Final = 0.5
SURE_OF_NO_SERVICE: Final = 0.5  # where the rules give a code
SURE_OF_A_QUESTION: Final = 0.75  # where the rules give another answer
SURE_WITHOUT_A_GOAL: Final = (
    0.7  # of a question: rows without a goal mostly end in one, and the rules know which need none
)
SURE_AGAINST_AN_AGENT: Final = 0.8  # where nobody said how it was given
NEVER: Final = 2.0
SURE_AGAINST_A_THING: Final = 0.7  # where the rules go by a thing that is named: an agent, hands, several patients
# of no service, where one part was not done and the rules go by the other: the words of the first speak against both;
# of a question without a goal, where the description says by itself what it was for
SURE_AGAINST_WHAT_IS_LEFT: Final = 0.9
# Evidence is what spoke for the answer at least so much more than for the next best one.
TELLING: Final = 0.15
# Answers that rest on a thing of their own, not on how words weigh: too few rows are labelled with them.
SETTLED: Final = frozenset({"97113", "97537", "97542", "97760", "97761", "97763", "20560", "20561"})
# What evidence is called that states a fact: how other words weigh says nothing against it.
STATED_FACTS: Final = frozenset().union(
    *(each.FACTS for each in (no_service, unclear, doubted, ahead, apart, delivered, agents))
)
# Answers that follow what an activity was for; all other codes go by a thing that is named.
PLAIN: Final = frozenset({"97110", "97112", "97116"})
BY_AIM: Final = frozenset({"97110", "97112", "97116", "97530", "97535", "97750"})
NO_CODE: Final = frozenset({UNDETERMINED, NOT_BILLABLE})
GROUP: Final = "97150"
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
    sums: Sequence[float]  # for each answer

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


def second_reading(case: Case, answer: Choice) -> Choice:
    """Return the answer of the rules, or the one of the weights where they are sure that it is another."""
    if case.activity.intents or answer.policy or rests_on_a_fact(answer):
        return answer
    opinion = weigh(case)
    if opinion.code == _learned_as(answer.code):
        return _borne_out(answer, opinion) if answer.is_code else answer
    if opinion.code == UNDETERMINED and serves_a_task(answer):
        opinion = weigh(case, described=True)
    if answer.code in SETTLED or not outweighs(opinion, answer.code, case) or not opinion.because:
        return answer
    return _answered(case, opinion)


def serves_a_task(answer: Choice) -> bool:
    """Say whether what was done has an aim of its own and the goal names the task that it serves ("SLR | climb stairs").

    Such a goal asks nothing: whether the row is clear is for the words of its description to say.
    """
    return answer.code in PLAIN and any(piece.rule == "a-task-is-the-aim" for piece in answer.because)


def rests_on_a_fact(answer: Choice) -> bool:
    """Say whether an answer rests on a fact that was picked or that the words state: how words weigh says nothing against it."""
    if answer.code == NOT_BILLABLE and any(piece.field == "delivery" for piece in answer.because):
        return True
    return any(piece.rule in STATED_FACTS for piece in answer.because)


def _borne_out(answer: Choice, opinion: Opinion) -> Choice:
    """Return an answer with the other words that speak for it: who strikes all its evidence is to be left without it."""
    quoted = [(piece.field, piece.start, piece.end) for piece in answer.because]
    more = tuple(piece for piece in opinion.because if not any(_within(piece, place) for place in quoted))
    return replace(answer, because=answer.because + more) if more else answer


def _within(piece: Because, place: tuple[str, int, int]) -> bool:
    field, start, end = place
    return piece.field == field and start <= piece.start and piece.end <= end


def outweighs(opinion: Opinion, rules: str, case: Case) -> bool:
    """Say whether an opinion is sure enough to stand against what the rules say, and fits what was picked."""
    if opinion.code in NO_CODE:
        return opinion.share >= _enough_for_none(opinion.code, rules, case)
    if not _could_be_given(opinion.code, case):
        return False
    if rules in NO_CODE:
        return opinion.share >= SURE_OF_A_CODE
    return opinion.share >= (SURE_OF_ANOTHER if rules in BY_AIM else SURE_AGAINST_A_THING)


def _enough_for_none(code: str, rules: str, case: Case) -> float:
    if case.reading.undone(Standing.UNDONE) or (rules not in NO_CODE and case.done("idle")):
        return SURE_AGAINST_A_THING if rules in NO_CODE else SURE_AGAINST_WHAT_IS_LEFT
    if rules in NO_CODE:
        return SURE_OF_A_QUESTION if code == UNDETERMINED else SURE_OF_ANOTHER
    if code == UNDETERMINED and rules == GROUP and case.is_shared_by_delivery:
        return NEVER  # a group that was picked is one, whatever its goals
    if code == UNDETERMINED and rules in by_device():
        # what is applied and how it was given are all that an agent is coded by
        return NEVER if case.activity.delivery else SURE_AGAINST_AN_AGENT
    if code == UNDETERMINED and not case.reading.runs.get(GOAL):
        says_it_all = rules not in BY_AIM or case.aims or whole_task(case)
        return SURE_AGAINST_WHAT_IS_LEFT if says_it_all else SURE_WITHOUT_A_GOAL
    if rules not in BY_AIM:
        return SURE_AGAINST_A_THING
    return SURE_OF_NO_SERVICE if code == NOT_BILLABLE else SURE_OF_A_QUESTION


def _could_be_given(code: str, case: Case) -> bool:
    """Say whether a picked delivery bears a code out: a fact that somebody stated is no matter of weighing."""
    if case.is_shared_by_delivery:
        return code == GROUP
    return case.activity.delivery not in NOBODY_THERE or code in unattended()


def weigh(case: Case, known: Weights | None = None, *, described: bool = False) -> Opinion:
    """Return what the weights make of a row, or of its description alone: those that come with the engine, or others."""
    known = known or weights()
    found, nothing = features(case), [0.0] * len(known.answers)
    if described:
        found = {name: words for name, words in found.items() if not name.startswith(OF_THE_GOAL)}
    rows = [known.of[name] for name in found if name in known.of]
    return Opinion(case, known, found, [sum(column) for column in zip(nothing, *rows, strict=True)])


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
        for token, meant, sentence in zip(run, shipped().heard(run).meant, case.reading.sentences(field), strict=True):
            if token.word not in nothing and sentence not in left_out:
                yield kind + stem(meant.word), token


def _concepts(case: Case, beside: AbstractSet[int]) -> Iterator[tuple[str, Hit]]:
    for hit in case.reading.hits:
        if hit.field != DESCRIPTION:
            yield f"aim:{hit.concept}", hit
        elif case.reading.sentence(hit) not in beside:
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
    case, known = opinion.case, opinion.known.of
    best, second, *_ = opinion.ranked
    spoke: dict[tuple[str, int, int, str], float] = {}
    for name, words in opinion.found.items():
        if words and name in known and (more := known[name][best] - known[name][second]) > 0:
            place = _place(case, name, words)
            spoke[place] = spoke.get(place, 0.0) + more
    for (field, start, end, text), weight in sorted(spoke.items()):
        if weight >= TELLING and _says_something(text):
            yield Because(field, start, end, text, f"weighs-{weight:.1f}")


def _says_something(text: str) -> bool:
    """Say whether quoted words would tell a reader anything: "for" and "+" weigh, as every word does, and are not underlined."""
    return text not in DEGREE_SIGNS and any(mark.isalnum() for mark in text) and text.lower() not in fillers()


def _place(case: Case, name: str, words: Hit | Token) -> tuple[str, int, int, str]:
    if isinstance(words, Hit):
        return words.field, words.start, words.end, words.text
    if name.startswith(KINDS[DESCRIPTION]):
        return DESCRIPTION, words.start, words.end, case.activity.description[words.start : words.end]
    if case.activity.goal:
        return GOAL, words.start, words.end, case.activity.goal[words.start : words.end]
    return PICKED_GOAL, 0, 0, words.word


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
    picked = (
        case.delivery("several-patients-shared-the-time")
        if opinion.code == GROUP and case.is_shared_by_delivery
        else ()
    )
    return case.code(the_payers_number(opinion.code, case), (*opinion.because, *picked))


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
    rows = {name: nothing | dict(zip(pairs[::2], map(float, pairs[1::2]), strict=True)) for name, *pairs in split}
    return Weights(answers, {name: tuple(row.values()) for name, row in rows.items()})
