"""Which rules are passed by: most go by words that most rows do not hold, and need not be asked about these.

What stands behind `only_where` are names of concepts and of signals. That spares time and decides nothing: a rule says no more
than it would say by itself (`test_passing.py`). A rule that gets another word to go by needs its name there, too.
"""

from collections.abc import Callable, Iterable
from functools import cache
from typing import Final, NamedTuple

from coding.engine.choosing.case import Case
from coding.engine.reading.lexicon import shipped
from coding.engine.reading.openings import ANYWAY, NONE, Signals
from coding.engine.reading.read import DESCRIPTION, GOAL
from coding.engine.results import Choice

type Rule = Callable[[Case], Choice | None]


class Asked(NamedTuple):
    """A rule, and the signals and concepts of which a row must hold one."""

    rule: Rule
    signals: Signals
    concepts: frozenset[str] = frozenset()


_NAMES: Final[dict[Rule, tuple[str, ...]]] = {}


def only_where(*names: str) -> Callable[[Rule], Rule]:
    """Say of a rule that it has nothing to say about a row that holds none of these concepts and signals."""

    def known(rule: Rule) -> Rule:
        _NAMES[rule] = names
        return rule

    return known


def first_answer(rules: tuple[Rule, ...], case: Case) -> Choice | None:
    """Return what the first rule with an answer says, None where no rule has one."""
    runs, lexicon = case.reading.runs, shipped()
    signals = lexicon.heard(runs[DESCRIPTION]).holds | lexicon.heard(runs[GOAL]).holds | ANYWAY
    concepts = {hit.concept for hit in case.reading.hits}
    for rule, its_signals, its_concepts in _asked(rules):
        if (signals & its_signals or not concepts.isdisjoint(its_concepts)) and (choice := rule(case)):
            return choice
    return None


@cache
def _asked(rules: tuple[Rule, ...]) -> tuple[Asked, ...]:
    """Return the rules with what they go by. ValueError for a name that is neither a concept nor a signal."""
    return tuple(Asked(rule, *_words_of(_NAMES[rule])) if rule in _NAMES else Asked(rule, ANYWAY) for rule in rules)


def _words_of(names: Iterable[str]) -> tuple[Signals, frozenset[str]]:
    lexicon = shipped()
    if unknown := set(names) - lexicon.says.keys() - lexicon.places.keys():
        raise ValueError(f"neither concepts nor signals: {', '.join(sorted(unknown))}")
    return sum(lexicon.places.get(name, NONE) for name in set(names)), frozenset(names)
