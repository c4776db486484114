"""What is written down and was not done: planned, offered, put off, broken off before it began, done elsewhere, advised.

A verdict ("declined", "never switched on") strikes out what stands before it in its own clause; where nothing does, the
clause or sentence before; where nothing stands before it at all, what follows. What was to be done is struck out from
the plan to the verdict. What the patient is asked to do, or says to have done elsewhere, is struck out to the end of the
sentence. A clause that says what was done, or how much of it, is left alone: "planks declined, so 3 x 10 bridges".
"""

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import filterfalse, pairwise, takewhile
from typing import Final

from coding.engine.reading.lexicon import Lexicon
from coding.engine.reading.normalise import STOP, Run, Token
from coding.engine.reading.phrases import Match

UNDONE: Final = "undone"
ELSEWHERE: Final = "elsewhere"
ASIDE: Final = "aside"
# A row is never so long; every verdict is held against every other word, and nobody should be able to keep the server busy.
MOST_WORDS: Final = 200
MOST_VERDICTS: Final = 8
# Words that begin a clause of their own.
_OPENERS: Final = frozenset(
    {"but", "so", "then", "because", "since", "due", "d/t", "secondary", "instead", "although", "however"}
)
# What tells why something was not done, rather than what was done in its place ("flared driving in").
_CAUSES: Final = frozenset(
    {"life", "sport", "walking", "transfer", "sit_stand", "move", "household", "self_care", "object", "place", "pain"}
    | {"fault", "relaxation", "swelling", "work_word"}
)
# Verdicts that take an object: "declined elevator" is about the elevator.
_TRANSITIVE: Final = frozenset(
    {"declined", "declines", "declining", "refused", "refuses", "skipped", "omitted", "deferred"}
)
# What is done to the patient, and is no exercise.
_GIVEN: Final = frozenset(
    {
        "technique",
        "massage",
        "hands",
        "tool",
        "adjustment",
        "needling",
        "hot_cold",
        "traction_machine",
        "traction",
        "stim",
    }
    | {
        "nmes",
        "vasopneumatic",
        "paraffin",
        "whirlpool",
        "diathermy",
        "infrared",
        "iontophoresis",
        "ultrasound",
        "laser",
    }
)
_FAULTS: Final = frozenset({"fault", "control_fault", "pain"})
# What time was spent on that is no treatment, and the concept that it is read as. All but the last take their clause along.
_NO_TREATMENT: Final = {
    "idle_time": "idle",
    "paperwork": "idle",
    "money_talk": "talk",
    "handed_over": "handout",
    "nobody_qualified": "unattended",
}
_OF_PEOPLE: Final = "nobody_qualified"
# Without one of these signals nothing is struck out, and most texts hold none.
VERDICTS: Final = frozenset({UNDONE, "did_not", "counterfactual", ELSEWHERE, "cut_short", *_NO_TREATMENT})
# Things named that could have been done; what cannot is never struck out.
_NEVER_DONE: Final = frozenset(
    {"general", "turn", "link", "purpose", "body", "position", "pain", "level", "attended", "unattended", "not_done"}
    | {
        "deny_next",
        "deny_before",
        "aside_next",
        "aside_before",
        "other_day",
        "not_an_aim",
        "home_topic",
        "adl",
        "teach",
    }
    | {"absent", "talk", "work_word", "provider", "idle", "handout", "left", "mode_disowned", "sole", "trade"}
)


@dataclass(frozen=True, slots=True)
class Struck:
    """Which matches (by place) were not done, or elsewhere; and the words that say so."""

    places: dict[int, str]
    verdicts: tuple[tuple[str, Match], ...] = ()
    restored: frozenset[int] = frozenset()


def struck(lexicon: Lexicon, run: Sequence[Token], matches: Sequence[Match]) -> Struck:
    """Return what a text names and says not to have been done here. Of a long paste only the beginning is looked at."""
    if isinstance(run, Run) and not lexicon.may_hold(VERDICTS, run):
        return Struck({})
    begun = run if len(run) <= MOST_WORDS else run[:MOST_WORDS]
    return _Text(lexicon, begun, [match for match in matches if match.end <= MOST_WORDS]).read()


class _Text:
    """A text in clauses, while it is looked through for what was not done."""

    def __init__(self, lexicon: Lexicon, run: Sequence[Token], matches: Sequence[Match]) -> None:
        self._lexicon, self._run, self._matches = lexicon, run, matches
        self._places: dict[int, str] = {}
        self._restored: set[int] = set()
        self._starts: list[int] = []
        self._spans: list[tuple[int, int]] = []

    def read(self) -> Struck:
        undone, bare, would, elsewhere = map(self._found, (UNDONE, "did_not", "counterfactual", ELSEWHERE))
        plans = self._found("intended")
        short = tuple(filterfalse(self._is_in_a_name, self._found("cut_short"))) if plans else ()
        idle = [(name, words) for name in _NO_TREATMENT for words in self._found(name)]
        if not (undone or bare or would or elsewhere or short or idle):
            return Struck({})
        self._starts = [at for at, token in enumerate(self._run) if not at or token.breaks or token.word in _OPENERS]
        undone += tuple(one for one in bare if self._clause(one.first)[1] == one.end)
        self._spans = [(one.first, one.end) for one in (*undone, *would)]
        said = [
            *self._judged(undone, plans),
            *self._cut_short(short, plans),
            *self._would(would),
            *self._others(elsewhere),
            *self._idle(idle),
        ]
        for how, words in said:  # "had hoped to" hops nowhere
            if how in (UNDONE, ELSEWHERE):
                self._strike(self._within(words), how)
        return Struck(self._places, tuple(said), frozenset(self._restored))

    # The four ways of not doing ------------------------------------------------------------------------------------

    def _judged(self, undone: Sequence[Match], plans: Sequence[Match]) -> Iterator[tuple[str, Match]]:
        for verdict in undone:
            reached = self._reached(verdict, plans)
            if reached and self._came_about(verdict):
                self._restored.update(reached)
            elif reached or not self._content(0, len(self._run)):
                self._strike(reached, UNDONE)
                self._strike(self._causes(verdict), UNDONE)
                yield UNDONE, verdict

    def _cut_short(self, short: Sequence[Match], plans: Sequence[Match]) -> Iterator[tuple[str, Match]]:
        for end in short:
            if reached := self._since_plan(end, plans):
                self._strike(reached, UNDONE)
                self._strike(self._causes(end), UNDONE)
                yield UNDONE, end

    def _would(self, would: Sequence[Match]) -> Iterator[tuple[str, Match]]:
        for words in would:
            clause = self._clause(words.first)
            reached = self._content(words.end, clause[1]) or self._content(clause[0], words.first)
            if reached:
                self._strike((*reached, *self._undosed(clause[1], self._sentence_end(words.end))), UNDONE)
                yield UNDONE, words

    def _others(self, elsewhere: Sequence[Match]) -> Iterator[tuple[str, Match]]:
        for words in elsewhere:
            clause, end = self._clause(words.first), self._sentence_end(words.end)
            told_back = self._tells("reported", words.first, words.end)
            if (self._tells("here_and_now", words.end, clause[1]) and not told_back) or any(
                self._follows_up(clause[1], until) for until in {end, self._clause(clause[1])[1]}
            ):
                continue
            self._strike((*self._content(words.end, clause[1]), *self._undosed(clause[1], end)), ELSEWHERE)
            yield ELSEWHERE, words

    def _idle(self, idle: Sequence[tuple[str, Match]]) -> Iterator[tuple[str, Match]]:
        for name, words in idle:
            end = self._clause(words.first)[1]
            if self._tells("chore", words.first, end) and self._tells("reps", words.end, end):
                continue  # put away so many times over: a task, rehearsed
            if name != _OF_PEOPLE:
                self._strike(self._content(words.first, end), ASIDE)
            yield _NO_TREATMENT[name], words

    # How far a verdict reaches -----------------------------------------------------------------------------------------

    def _reached(self, verdict: Match, plans: Sequence[Match]) -> tuple[int, ...]:
        start, end = self._clause(verdict.first)
        if self._tells("remainder", start, verdict.first) or self._tells(
            "remainder", verdict.end, min(verdict.end + 3, end)
        ):
            return ()
        if since := self._since_plan(verdict, plans):
            return since
        before, after = self._content(start, verdict.first), self._content(verdict.first, end)
        if before or after:
            return before or after
        own = self._run[start : verdict.first]
        if not self._all_of("nobody_new", own) or self._has_an_object(verdict, end):
            return ()
        reached = self._clauses_before(start) or self._clauses_after(end)
        return (
            tuple(filterfalse(self._is_given, reached))
            if self._tells("exercise_at_large", start, verdict.first)
            else reached
        )

    def _has_an_object(self, verdict: Match, end: int) -> bool:
        """Say whether something follows that was declined, although we do not know what it is ("declined elevator")."""
        takes_one = verdict.end < end and self._run[verdict.end - 1].word in _TRANSITIVE
        return takes_one and not self._tells("no_object", verdict.end, verdict.end + 1)

    def _is_given(self, place: int) -> bool:
        """Say whether a thing is no exercise: hands-on work, or an agent."""
        return not _GIVEN.isdisjoint(self._matches[place].names)

    def _since_plan(self, verdict: Match, plans: Sequence[Match]) -> tuple[int, ...]:
        """Return what stands between the plan and the verdict, clauses aside that say what was done."""
        plan = next((plan for plan in reversed(plans) if plan.end <= verdict.first), None)
        if plan is None or self._sentences_between(plan.end, verdict.first) > 2:
            return ()
        start, end = self._clause(plan.first)
        own = self._content(plan.end, end) or self._content(start, plan.first)
        own = own or (self._clauses_before(start) if self._run[plan.first].before != STOP else ())
        return (*own, *self._undosed(end, verdict.first)) if own or end < verdict.first else ()

    def _clauses_before(self, start: int) -> tuple[int, ...]:
        """Return the things of the clause before, and of a whole sentence when a stop parts it from the verdict."""
        stops = 0
        found: tuple[int, ...] = ()
        while start > 0:
            whole = self._run[start].before == STOP
            stops += whole
            if stops > 1:
                break
            first, end = self._clause(start - 1)
            found += self._content(first, end)
            if found and not (stops or self._run[first].before == ":"):
                break
            start = first
            if found and self._run[start].before == STOP:
                break
        return found

    def _clauses_after(self, end: int) -> tuple[int, ...]:
        """Return the things that follow a verdict before which nothing was named: "cancelled: pool session"."""
        if self._content(0, end):
            return ()
        return self._undosed(end, self._sentence_end(end + 1))

    def _causes(self, verdict: Match) -> tuple[int, ...]:
        """Return what follows in the sentence and tells why."""
        end = self._clause(verdict.end - 1)[1]
        own = self._content(verdict.end, end)
        told = own if self._gives_reason(verdict) else ()
        after = (*own, *self._undosed(end, self._sentence_end(verdict.end)))
        return (*told, *(place for place in after if self._may_be_a_cause(set(self._matches[place].names))))

    def _gives_reason(self, verdict: Match) -> bool:
        """Say whether a verdict ends with a word that opens the reason ("held d/t")."""
        return self._run[verdict.end - 1].word in _OPENERS

    @staticmethod
    def _may_be_a_cause(names: AbstractSet[str]) -> bool:
        return names <= _CAUSES or not names.isdisjoint(_FAULTS)

    def _undosed(self, start: int, end: int) -> tuple[int, ...]:
        """Return the things between, without the clauses that say what was done or how much."""
        found: list[int] = []
        for first, until in self._clauses_between(start, end):
            content = self._content(first, until)
            if content and self._was_done(first, until):
                break
            found += content
        return tuple(found)

    # Small questions -------------------------------------------------------------------------------------------------

    def _came_about(self, verdict: Match) -> bool:
        """Say whether what was refused at first was done in the end, in the same sentence or the next."""
        return self._tells("after_all", verdict.end, len(self._run)) or self._tells("at_first", 0, verdict.first)

    def _follows_up(self, start: int, end: int) -> bool:
        """Say whether the sentence goes on to say that it was done, without naming anything new."""
        return start < end and self._was_done(start, end) and not self._content(start, end)

    def _was_done(self, start: int, end: int) -> bool:
        if self._tells("not_really_done", start, end):
            return False
        return self._tells("did", start, end) or self._tells("dosed", start, end)

    def _strike(self, places: Sequence[int], how: str) -> None:
        for place in places:
            self._places.setdefault(place, how)

    def _content(self, start: int, end: int) -> tuple[int, ...]:
        return tuple(
            at for at, match in enumerate(self._matches) if start <= match.first < end and self._could_be_done(match)
        )

    def _within(self, words: Match) -> tuple[int, ...]:
        return tuple(at for at, one in enumerate(self._matches) if words.first <= one.first and one.end <= words.end)

    def _could_be_done(self, match: Match) -> bool:
        """Say whether a match names a thing to do: no grammar, no bare "machine", no word of a verdict."""
        names = set(match.names)
        if names <= _NEVER_DONE or any(first <= match.first and match.end <= end for first, end in self._spans):
            return False
        if names == {"label"} and self._run[match.first].is_number:
            return False  # "3 x" is no label here
        return not names <= {"equipment", "label"} or not self._all_of("nobody_new", self._run[match.first : match.end])

    def _is_in_a_name(self, words: Match) -> bool:
        """Say whether words are part of what a thing is called ("dead bugs")."""
        around = (one for one in self._matches if one.first <= words.first and words.end <= one.end)
        return any(one.end - one.first > words.end - words.first and self._could_be_done(one) for one in around)

    def _clause(self, at: int) -> tuple[int, int]:
        start = max((one for one in self._starts if one <= at), default=0)
        return start, min((one for one in self._starts if one > at), default=len(self._run))

    def _clauses_between(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Yield the clauses, or parts of them, between two words."""
        edges = [start, *(one for one in self._starts if start < one < end), end]
        return pairwise(edges) if start < end else iter(())

    def _sentence_end(self, at: int) -> int:
        return at + len(tuple(takewhile(lambda token: token.before != STOP, self._run[at:])))

    def _sentences_between(self, start: int, end: int) -> int:
        return sum(token.before == STOP for token in self._run[start : end + 1])

    def _found(self, signal: str) -> tuple[Match, ...]:
        return self._lexicon.signalled(signal, self._run)[:MOST_VERDICTS]

    def _tells(self, signal: str, start: int, end: int) -> bool:
        return bool(self._lexicon.signalled(signal, self._run[start:end]))

    def _all_of(self, signal: str, run: Sequence[Token]) -> bool:
        covered = sum(match.end - match.first for match in self._lexicon.signalled(signal, run))
        return covered == len(run)
