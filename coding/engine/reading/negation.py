"""Which of the things found are meant: denied ("not for strength"), background ("after stretching"), or stated.

Two rules, both short-sighted on purpose. A cue that looks ahead reaches the next thing named, and whatever is joined to
it by "and", "or", a slash or nothing at all. A cue that looks back ("stretching deferred") reaches to the last stop.
A comma, a stop or a new thought ("but", "for", "to") ends either.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from coding.engine.reading.normalise import COLON, STOP, Token
from coding.engine.reading.phrases import Match

FARTHEST: Final = 8  # words that a cue reaches ahead
FARTHEST_BACK: Final = 12
# Words that carry grammar or judgement, never a thing that could be denied.
CUES: Final = frozenset(
    {
        "deny_next",
        "deny_before",
        "aside_next",
        "aside_before",
        "other_day",
        "not_done",
        "turn",
        "link",
        "purpose",
        "general",
        "practice",
    }
)
# "without pain lifting boxes" denies the pain and keeps the lifting.
_ENDS_A_DENIAL: Final = frozenset({"pain", "swelling"})


class Standing(StrEnum):
    """How a thing that was found is meant."""

    STATED = "stated"
    DENIED = "denied"
    ASIDE = "aside"
    UNDONE = "undone"  # it was to be done, and was not
    ELSEWHERE = "elsewhere"  # the patient is asked to do it, or says that he did


@dataclass(frozen=True, slots=True)
class _Cue:
    standing: Standing
    forward: bool


_CUES: Final = {
    "deny_next": _Cue(Standing.DENIED, forward=True),
    "deny_before": _Cue(Standing.DENIED, forward=False),
    "aside_next": _Cue(Standing.ASIDE, forward=True),
    "aside_before": _Cue(Standing.ASIDE, forward=False),
}
# "Next visit begin balance work on foam": all of the sentence lies ahead, however long it is.
OTHER_DAY: Final = "other_day"


def standings(run: Sequence[Token], matches: Sequence[Match]) -> tuple[Standing, ...]:
    """Return how each match is meant, in the same order.

    >>> from coding.engine.reading.lexicon import shipped
    >>> from coding.engine.reading.normalise import tokens
    >>> run = tokens("Not for strength or endurance but for balance; stretching deferred")
    >>> found = shipped().find(run)
    >>> [(m.names[0], str(s)) for m, s in zip(found, standings(run, found)) if not set(m.names) & CUES]
    [('strength', 'denied'), ('endurance', 'denied'), ('balance', 'stated'), ('flexibility', 'denied')]
    """
    answer = [Standing.STATED] * len(matches)
    for at, match in enumerate(matches):
        if CUES.isdisjoint(match.names):  # most words are no cue
            continue
        if OTHER_DAY in match.names:
            for place in _rest_of_sentence(run, matches, at):
                answer[place] = Standing.ASIDE
        for cue in (_CUES[name] for name in match.names if name in _CUES):
            reached = list(_ahead(run, matches, at) if cue.forward else _behind(run, matches, at))
            if reached or not cue.forward:
                for place in reached:
                    answer[place] = cue.standing
                break  # "deferred" looks ahead when something follows, otherwise back
    return tuple(answer)


def _ahead(run: Sequence[Token], matches: Sequence[Match], at: int) -> Iterator[int]:
    """Yield the places that a cue reaches ahead: the next thing, and what is joined to it."""
    reached, start, end = False, matches[at].end, matches[at].end
    for place in range(at + 1, len(matches)):
        match = matches[place]
        between = run[end : match.first + 1]
        if any(token.breaks for token in between) or match.first - start > FARTHEST or (reached and len(between) > 1):
            return
        if not CUES.isdisjoint(match.names):
            if not _passes(match, reached):
                return
        else:
            yield place
            reached = True
            if _ENDS_A_DENIAL & set(match.names):
                return
        end = match.end


def _rest_of_sentence(run: Sequence[Token], matches: Sequence[Match], at: int) -> Iterator[int]:
    """Yield the things named after a cue up to the next stop."""
    for place in range(at + 1, len(matches)):
        if any(token.before in (COLON, STOP) for token in run[matches[at].end : matches[place].first + 1]):
            return
        if CUES.isdisjoint(matches[place].names):
            yield place


def _passes(match: Match, reached: bool) -> bool:
    """Say whether a cue looks past this word: links always, grammar only before the first thing is reached."""
    return "link" in match.names or ("turn" not in match.names and not reached)


def _behind(run: Sequence[Token], matches: Sequence[Match], at: int) -> Iterator[int]:
    """Yield the places that a cue reaches back: all things since the last stop or comma."""
    start = cue = matches[at].first
    for place in range(at - 1, -1, -1):
        if cue - matches[place].first > FARTHEST_BACK:
            return
        if any(token.breaks for token in run[matches[place].end : start + 1]):
            return
        if CUES.isdisjoint(matches[place].names):
            yield place
        start = matches[place].first
