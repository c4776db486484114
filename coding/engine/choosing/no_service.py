"""What is no service by what was done with a thing: it changed hands, it was made ready or cleared away, it was looked at again.

A row is looked through in parts, from one comma, stop or "and" to the next. Where each part that names anything holds such
a deed, or the thing that it was done with, nothing is left that anybody gave; one other part that names treatment is enough
for these rules to stand back ("clamshells 3 x 12, band given to take home").
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Final

from coding.engine.choosing.case import GOAL, PLAIN_AIMS, PLAIN_CONCEPTS, Aim, Case
from coding.engine.choosing.passing import only_where
from coding.engine.choosing.presence import DEEDS
from coding.engine.choosing.table import table
from coding.engine.reading.lexicon import shipped, tells
from coding.engine.reading.normalise import COMMA, Token
from coding.engine.reading.phrases import Match
from coding.engine.reading.read import DESCRIPTION, Hit
from coding.engine.results import Because, Choice

JOINS: Final = frozenset({"and", "then", "but", "plus", "so"})
NEXT_PART: Final = (
    1  # a deed and its thing stand in one part, or in two beside each other ("put in the box & handed over")
)
# Somebody was taught, fitted or cared for: whatever lay ready for it, that is a service.
SOMETHING_GIVEN: Final = ("teach", "practice", "retrain", "fitting", "rehearsal", "report")
OF_TREATMENT: Final = (*DEEDS, "teach", "home_topic", "adl", "performance_test", "cardio", "needling", "fitting")
COMPLAINTS: Final = ("pain", "fault", "swelling", "tissue", *PLAIN_CONCEPTS)


@dataclass(frozen=True, slots=True)
class Kind:
    """A deed that treats nobody: the signals for it and for the things it is done with, and the reason that is given."""

    deed: str
    thing: str
    reason: str

    @property
    def rule(self) -> str:
        """Return what the evidence is called."""
        return self.deed.replace("_", "-")


HANDED: Final = (
    Kind("changes_hands", "supply", "supply"),
    Kind("gives_away", "keepsake", "supply"),
    Kind("books", "bookable", "supply"),
)
CLEARED: Final = Kind("clears_away", "furnishing", "idle")
LOOKED: Final = Kind("looks_again", "measurable", "exam")
# What is said of the row as a whole: it was no care, everybody was his own trainer, or the provider was elsewhere.
OF_THE_ROW: Final = {"not_care": "not_care", "open_to_all": "alone", "away_throughout": "alone"}
COUNTED: Final = "counted_before"
NONE: Final = "no_treatment"
READIES: Final = "readies_for_it"
# What the evidence is called where an answer rests on a stated fact.
FACTS: Final = frozenset(
    {kind.rule for kind in (*HANDED, CLEARED, LOOKED)} | {"for-pleasure", COUNTED, NONE, READIES, *OF_THE_ROW}
)


@only_where(*(kind.deed for kind in HANDED))
def changed_hands(case: Case) -> Choice | None:
    """A thing sold, lent, handed over or booked is no service; fitting it, or training its use, is (domain facts 1.2)."""
    return next((choice for kind in HANDED if (choice := _nothing_but(case, kind))), None)


@only_where(CLEARED.deed)
def made_ready(case: Case) -> Choice | None:
    """Laying out, taking off and cleaning things is no treatment time (domain facts 1.1), unless it is a task rehearsed."""
    if case.aims.keys() & {Aim.TASK, Aim.SELF_CARE} or case.done("adl"):
        return None
    return _nothing_but(case, CLEARED)


@only_where(LOOKED.deed, "in_the_visit")
def looked_again(case: Case) -> Choice | None:
    """Range and strength looked at again within a visit belong to the visit; a formal test has a report (domain facts 1.2)."""
    if case.done("attended") or case.activity.intents or tells("formal_test", case.description):
        return None
    return _nothing_but(case, LOOKED)


@only_where(*OF_THE_ROW)
def no_care(case: Case) -> Choice | None:
    """A tour, a film for the website, open gym, a provider elsewhere: nobody's care, whatever is told (domain facts 1.1)."""
    if case.activity.intents or case.done("attended"):
        return None
    for signal, reason in OF_THE_ROW.items():
        if found := _places(case, signal, DESCRIPTION):
            return case.refuse(reason, quoted(case, found, signal))
    return None


@only_where(COUNTED)
def counted_before(case: Case) -> Choice | None:
    """The same minutes count once: where the row says that they stand in another one, they are not billed here (CMS)."""
    found = shipped().signalled(COUNTED, case.description)
    if not found or _left_uncounted(case, found[0]):
        return None
    return case.refuse(COUNTED, quoted(case, [(DESCRIPTION, one) for one in found], COUNTED))


@only_where(NONE)
def said_none(case: Case) -> Choice | None:
    """A sentence of its own that says "no treatment", where no other tells how much was done, is the end of it (CMS)."""
    whole = set(parts_of(case.description))
    found = [one for one in shipped().signalled(NONE, case.description) if (one.first, one.end) in whole]
    if not found or tells("dosed", case.description) or case.done(*SOMETHING_GIVEN, "home_topic", "donning"):
        return None
    return case.refuse("not_done", quoted(case, [(DESCRIPTION, one) for one in found], NONE))


@only_where(READIES)
def readies_for_the_adjustment(case: Case) -> Choice | None:
    """Hands that merely ready a region for its adjustment belong to it (NCCI)."""
    if case.activity.intents or not case.done("technique", "massage", "hands", "knot", "tool"):
        return None
    found = _places(case, READIES, GOAL)
    return case.refuse("adjustment", quoted(case, found, READIES)) if found else None


def _left_uncounted(case: Case, said: Match) -> bool:
    """Say whether something is told of beside what was counted: that stands in the same part, or in the one before."""
    if not said.first:
        return False  # a heading: it is said of all that follows
    parts = tuple(parts_of(case.description))
    treated = {hit.first for hit in case.done(*treatment())}
    start, end = parts[own := part_of(said, parts)]
    # what was counted is read as something aside, and names its part all the same
    names_it = any(
        start <= hit.first < end and hit.concept in treatment() for hit in case.reading.hits if hit.field == DESCRIPTION
    )
    counted = range(start if names_it else parts[own - 1][0], end)
    return not treated <= set(counted)


@cache
def treatment() -> frozenset[str]:
    """Return the concepts of what treats somebody."""
    return frozenset((*OF_TREATMENT, *table().agents))


@only_where("for_pleasure")
def for_pleasure(case: Case) -> Choice | None:
    """Massage as a present or a treat answers no complaint (seed 000: necessity)."""
    if not case.done("massage", "hands") or case.activity.intents or case.reading.has(*COMPLAINTS):
        return None
    pleasure = _places(case, "for_pleasure", DESCRIPTION) + _places(case, "for_pleasure", GOAL)
    return case.refuse("fitness", quoted(case, pleasure, "for-pleasure")) if pleasure else None


def _nothing_but(case: Case, kind: Kind) -> Choice | None:
    """Refuse a row in which nothing is told but deeds of one kind."""
    deeds, things = _deeds(case, kind), shipped().signalled(kind.thing, case.description)
    if not deeds or not things or _given_after_all(case, deeds, kind):
        return None
    parts = tuple(parts_of(case.description))
    done, named = ([part_of(match, parts) for match in matches] for matches in (deeds, things))
    named = [at for at in named if any(abs(at - one) <= NEXT_PART for one in done)]
    if not named:
        return None
    if any(_treats(case, part, at in done, at in named, kind) for at, part in enumerate(parts)):
        return None
    because = quoted(case, [(DESCRIPTION, match) for match in (*deeds, *things)], kind.rule)
    return case.refuse(kind.reason, because)


def _deeds(case: Case, kind: Kind) -> tuple[Match, ...]:
    found = shipped().signalled(kind.deed, case.description)
    if kind is not LOOKED or found or not tells("in_the_visit", case.description):
        return found
    return shipped().signalled("checks", case.description)


def _given_after_all(case: Case, deeds: Sequence[Match], kind: Kind) -> bool:
    """Say whether somebody was taught, fitted or treated; the words of a deed itself say nothing of it ("showed me hers")."""
    given = (hit for hit in case.done(*SOMETHING_GIVEN) if not any(one.first <= hit.first < one.end for one in deeds))
    given = (hit for hit in given if not _of_the_visit(hit, kind))
    return any(given) or tells("given_after_all", case.description)


def _treats(case: Case, part: tuple[int, int], done: bool, named: bool, kind: Kind) -> bool:
    """Say whether a part of a row tells of treatment: something else was done, or this so often or so long."""
    words = case.description[slice(*part)]
    if not any(part[0] <= hit.first < part[1] for hit in _content(case, kind)):
        return _is_counted(words, kind)
    return not (done or named) or _is_counted(words, kind) or (not done and tells("timed", words))


def _is_counted(words: Sequence[Token], kind: Kind) -> bool:
    """Say whether a thing was done so often; what weight somebody pressed or pulled is a measure."""
    return tells("reps" if kind is LOOKED else "in_rounds", words)


def _content(case: Case, kind: Kind) -> Iterator[Hit]:
    yield from (hit for hit in case.done(*OF_TREATMENT, *table().agents) if not _of_the_visit(hit, kind))
    for aim in PLAIN_AIMS if kind is not LOOKED else ():
        yield from case.named(aim)


def _of_the_visit(hit: Hit, kind: Kind) -> bool:
    """Say whether a word for fitting a device means what else was done in the visit ("after the adjustment")."""
    return kind is LOOKED and hit.concept == "fitting"


def parts_of(run: Sequence[Token]) -> Iterator[tuple[int, int]]:
    """Yield from where to where each part of a text goes."""
    starts = [at for at, token in enumerate(run) if not at or _begins_a_part(token)]
    yield from pairwise([*starts, len(run)])


def _begins_a_part(token: Token) -> bool:
    """Say whether a new part begins: a figure behind a comma says how much of the part before."""
    return token.word in JOINS or (token.breaks and not (token.before == COMMA and token.is_number))


def part_of(found: Match | Hit, parts: Sequence[tuple[int, int]]) -> int:
    """Return in which part of a text something was found."""
    return next(at for at, (start, end) in enumerate(parts) if start <= found.first < end)


def _places(case: Case, signal: str, field: str) -> list[tuple[str, Match]]:
    return (
        [(field, match) for match in shipped().signalled(signal, case.reading.runs[field])]
        if _text(case, field)
        else []
    )


def _text(case: Case, field: str) -> str:
    return case.activity.description if field == DESCRIPTION else case.activity.goal


def quoted(case: Case, places: Sequence[tuple[str, Match]], rule: str) -> tuple[Because, ...]:
    """Return the words at some places as evidence for a rule, in the order of the text."""
    found = []
    for field, match in sorted(places):
        run, text = case.reading.runs[field], _text(case, field)
        start, end = run[match.first].start, run[match.end - 1].end
        found.append(Because(field, start, end, text[start:end], rule))
    return tuple(found)
