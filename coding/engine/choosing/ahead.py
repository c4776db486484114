"""What a row keeps for another day: it is no service of this one, however plainly it is named."""

from collections.abc import Sequence
from typing import Final

from coding.engine.choosing.case import DESCRIPTION, PLAIN_CONCEPTS, Case, all_because
from coding.engine.choosing.no_service import quoted
from coding.engine.choosing.passing import only_where
from coding.engine.choosing.presence import DEEDS
from coding.engine.choosing.table import table
from coding.engine.reading.lexicon import shipped, tells
from coding.engine.reading.phrases import Match
from coding.engine.results import Choice

RULE: Final = "it-lies-ahead"
# What evidence is called that states a fact.
FACTS: Final = frozenset({RULE})


@only_where("ahead")
def all_lies_ahead(case: Case) -> Choice | None:
    """What is to be begun next time was not given, where nothing else is told of (only what was done counts)."""
    ahead = shipped().signalled("ahead", case.description)
    named = case.done(*DEEDS, *PLAIN_CONCEPTS, "gait_label", *table().agents) if ahead else ()
    if not named or tells("did", case.description) or tells("dosed", case.description):
        return None
    sentences = case.reading.sentences(DESCRIPTION)
    to_come = {sentences[one.first]: one for one in ahead if _opens(case, one, sentences)}
    if any(case.reading.sentence(hit) not in to_come for hit in named if hit.field == DESCRIPTION):
        return None
    said = quoted(case, [(DESCRIPTION, one) for one in to_come.values()], RULE)
    return case.refuse("not_done", said + all_because(named, RULE)) if said else None


def _opens(case: Case, ahead: Match, sentences: Sequence[int]) -> bool:
    """Say whether a sentence opens with another day, or with what is to be begun on one."""
    start = sentences.index(sentences[ahead.first])
    begun = shipped().signalled("to_begin", case.description)
    return ahead.first == start or any(one.first == start for one in begun)
