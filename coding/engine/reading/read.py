"""An activity's words, read: which concepts were found where, how each is meant, and what is said to be its purpose."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import accumulate, takewhile
from typing import Final, NamedTuple

from coding.engine.facts import ActivityFacts, GoalFacts
from coding.engine.reading.lexicon import shipped
from coding.engine.reading.negation import CUES, Standing, standings
from coding.engine.reading.normalise import COLON, STOP, TEXTS_OF_A_VISIT, Run, Token, tokens
from coding.engine.reading.phrases import Match
from coding.engine.reading.teaching import only_talk
from coding.engine.reading.undone import Struck, struck
from coding.engine.results import Because

DESCRIPTION: Final = "description"
GOAL: Final = "goal"
PICKED_GOAL: Final = "goal_id"
FARTHEST_IN_CLAUSE: Final = 12
SHORTEST_CONTENT: Final = 4  # letters of a word that says something; shorter ones are mostly grammar


class Hit(NamedTuple):
    """A concept found in a field: its place (end exclusive), its words, how it is meant, whether it is a purpose.

    `first` and `after` count words: the first of the hit, and the one that follows it.
    """

    concept: str
    field: str
    start: int
    end: int
    text: str
    standing: Standing = Standing.STATED
    purpose: bool = False
    first: int = 0
    after: int = 0

    def because(self, rule: str) -> Because:
        """Return this hit as evidence for a rule."""
        return Because(self.field, self.start, self.end, self.text, rule)


@dataclass(frozen=True)
class Reading:
    """All hits of an activity, in the order of the text, description first.

    `unread` holds the words of the description that the lexicon does not know: something is said there all the same.
    `runs` holds the words of each field in which something was found.
    """

    hits: tuple[Hit, ...]
    unread: tuple[str, ...] = ()
    runs: Mapping[str, Run] = field(default_factory=dict)

    def words(self, hit: Hit) -> tuple[Token, ...]:
        """Return the words of a hit."""
        return self.runs[hit.field][hit.first : hit.after]

    def between(self, one: Hit, other: Hit) -> tuple[Token, ...]:
        """Return the words between two hits of one field, with the first of the later one (for the mark before it)."""
        return self.runs[one.field][one.after : other.first + 1]

    def clause_after(self, hit: Hit) -> tuple[Token, ...]:
        """Return the words from a hit to the next comma or stop, as far as they can still be about it."""
        rest = self.runs[hit.field][hit.after : hit.after + FARTHEST_IN_CLAUSE]
        return tuple(takewhile(lambda token: not token.breaks, rest))

    def sentence(self, hit: Hit) -> int:
        """Return in which sentence of its field a hit stands."""
        return self._sentences[hit.field][hit.first]

    def sentences(self, field: str) -> Sequence[int]:
        """Return, for each word of a field, in which of its sentences it stands."""
        return self._sentences.get(field, ())

    @cached_property
    def _sentences(self) -> Mapping[str, list[int]]:
        return {name: list(accumulate(token.before == STOP for token in run)) for name, run in self.runs.items()}

    @property
    def unknown(self) -> int:
        """Return how many words the lexicon does not know."""
        return len(self.unread)

    def find(self, *concepts: str, field: str = "", purpose: bool | None = None) -> tuple[Hit, ...]:
        """Return the stated hits of these concepts, in one field or in all."""
        if self.stated[field].isdisjoint(concepts):  # most questions are about what is not there
            return ()
        found = [hit for hit in self._stated_hits[field] if hit.concept in concepts]
        return tuple(found if purpose is None else [hit for hit in found if hit.purpose is purpose])

    @cached_property
    def stated(self) -> Mapping[str, AbstractSet[str]]:
        """Return the concepts that each field states, and under "" all of them."""
        return {field: {hit.concept for hit in hits} for field, hits in self._stated_hits.items()}

    @cached_property
    def _stated_hits(self) -> Mapping[str, Sequence[Hit]]:
        """Return the stated hits of each field (a picked goal is the goal as well), and under "" all of them."""
        stated: list[Hit] = []
        described: list[Hit] = []
        aimed: list[Hit] = []
        for hit in self.hits:
            if hit.standing is Standing.STATED:
                stated.append(hit)
                (described if hit.field == DESCRIPTION else aimed).append(hit)
        return {"": stated, DESCRIPTION: described, GOAL: aimed}

    @cached_property
    def _not_stated(self) -> Sequence[Hit]:
        return [hit for hit in self.hits if hit.standing is not Standing.STATED]

    def has(self, *concepts: str, field: str = "") -> bool:
        """Say whether any of these concepts is stated."""
        return bool(self.find(*concepts, field=field))

    def undone(self, standing: Standing) -> tuple[Hit, ...]:
        """Return the hits that the text names as not done, or as done elsewhere."""
        return tuple([hit for hit in self._not_stated if hit.standing is standing])

    def denied(self, *concepts: str) -> tuple[Hit, ...]:
        """Return the hits of these concepts that the text denies."""
        gone = (Standing.DENIED, Standing.UNDONE)
        return tuple([hit for hit in self._not_stated if hit.concept in concepts and hit.standing in gone])


def read(activity: ActivityFacts, goals: Iterable[GoalFacts] = ()) -> Reading:
    """Return what an activity's description and goal say. A picked goal lends its words when the row has none.

    >>> reading = read(ActivityFacts("a1", "Balance board calf raises, no stretching", goal="calf strength"))
    >>> [(hit.concept, hit.field, hit.text) for hit in reading.find("balance", "isolated", "strength", "flexibility")]
    [('isolated', 'description', 'calf raises'), ('strength', 'goal', 'strength')]
    """
    goal = activity.goal or picked_words(activity, goals)
    description = activity.description
    hits = hits_of(description, DESCRIPTION) + hits_of(goal, GOAL)
    unread = tuple(_unread(description, hits))
    runs = {DESCRIPTION: tokens(description), GOAL: tokens(goal), PICKED_GOAL: tokens(goal)}
    return Reading(hits if activity.goal else tuple(_unplaced(hit) for hit in hits), unread, runs)


def picked_words(activity: ActivityFacts, goals: Iterable[GoalFacts]) -> str:
    """Return the words of the goal that was picked for an activity, "" where it has words of its own or no goal."""
    if activity.goal or not activity.goal_id:
        return ""
    return next((goal.text for goal in goals if goal.id == activity.goal_id), "")


def _unread(text: str, hits: Sequence[Hit]) -> Iterator[str]:
    """Yield the longer words of a description that stand in no hit."""
    ends = {hit.start: hit.end for hit in hits if hit.field == DESCRIPTION}
    until = 0
    for token in tokens(text):
        until = max(until, ends.get(token.start, 0))
        if token.end > until and token.word.isalpha() and len(token.word) >= SHORTEST_CONTENT:
            yield token.word


def _unplaced(hit: Hit) -> Hit:
    """Return a hit of a picked goal as a chosen fact: its words stand in another record, so it has no place here."""
    if hit.field != GOAL:
        return hit
    return hit._replace(field=PICKED_GOAL, start=0, end=0)


@lru_cache(maxsize=TEXTS_OF_A_VISIT)
def hits_of(text: str, field: str) -> tuple[Hit, ...]:
    """Return the hits of one text, under the name of the field that it stands in."""
    return tuple(_hits(text, field))


def _hits(text: str, field: str) -> Iterator[Hit]:
    run = tokens(text)
    matches = shipped().find(run)
    purposes = _purposes(run, matches) if field == DESCRIPTION else (True,) * len(matches)
    said = struck(shipped(), run, matches) if field == DESCRIPTION else Struck({})
    meant = _with_undone(standings(run, matches), said)
    talk = only_talk(run, matches)
    found = [*zip(_as_talk(matches, talk), meant, purposes, strict=True)]
    found += [(Match((name,), where.first, where.end), Standing.STATED, False) for name, where in said.verdicts]
    for match, standing, purpose in found:
        start, end = run[match.first].start, run[match.end - 1].end
        for name in match.names:
            yield Hit(name, field, start, end, text[start:end], standing, purpose, match.first, match.end)


def _as_talk(matches: Sequence[Match], talk: Mapping[int, str]) -> Sequence[Match]:
    """Return the matches, of which those that merely talk do not teach."""
    if not talk:
        return matches
    return [match._replace(names=(talk[place],)) if place in talk else match for place, match in enumerate(matches)]


def _with_undone(meant: Sequence[Standing], said: Struck) -> Sequence[Standing]:
    """Return how each match is meant, where what was not done, or done after all, is known."""
    if not (said.places or said.restored):
        return meant
    of_place = {place: Standing(name) for place, name in said.places.items()}
    done = dict.fromkeys(said.restored, Standing.STATED)
    return [done.get(place) or of_place.get(place, standing) for place, standing in enumerate(meant)]


def _purposes(run: Sequence[Token], matches: Sequence[Match]) -> tuple[bool, ...]:
    """Say of each match whether it stands in a clause of purpose: after "for", "to improve", "aim", up to its end.

    A comma goes on with the list ("for strength, balance") only where a single thing follows it directly.
    """
    return tuple(_flags(run, matches))


def _flags(run: Sequence[Token], matches: Sequence[Match]) -> Iterator[bool]:
    within, end = False, 0
    for at, match in enumerate(matches):
        marks = [token.before for token in run[end : match.first + 1]]
        if STOP in marks or COLON in marks or ("," in marks and not _goes_on(run, matches, at)):
            within = False
        yield within and CUES.isdisjoint(match.names)
        if "purpose" in match.names or (run[match.first].word == "to" and _opens(matches, run, at)):
            within = True
        elif "aside_next" in match.names or run[match.first].word in ("then", "with", "w/", "while", "using"):
            within = False
        end = match.end


def _goes_on(run: Sequence[Token], matches: Sequence[Match], at: int) -> bool:
    """Say whether the match right after a comma is a lone item of a list: the clause ends with it."""
    after = matches[at].end
    return after >= len(run) or run[after].breaks or run[after].word in ("and", "or", "&")


def _opens(matches: Sequence[Match], run: Sequence[Token], at: int) -> bool:
    """Say whether a bare "to" opens a purpose: a thing named follows at once ("to lift boxes"), not a figure."""
    following = matches[at + 1] if at + 1 < len(matches) else None
    return bool(following and following.first - matches[at].end <= 1 and not run[following.first].is_number)
