"""Whether words for teaching teach anything: what is discussed, advised or gone over must be something that can be learnt.

"Discussed pacing of chores" is a lesson; "the weather was discussed" is talk, wherever it stands (codingahead on 97535:
general advice is part of the visit). What shows that somebody learnt it ("return demo") stands by itself.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from coding.engine.reading.lexicon import is_all
from coding.engine.reading.normalise import STOP, Token
from coding.engine.reading.phrases import Match

TEACH: Final = "teach"
NOTHING: Final = "general"  # what is talked of beside treatment, and says nothing
# Things that a patient can be taught.
TEACHABLE: Final = frozenset(
    {"isolated", "plane", "gym_move", "move", "sit_stand", "transfer", "control_deed", "walking", "walking_aid", "cardio"}
    | {"self_care", "household", "adl", "home_topic", "home_program", "self_applied", "tool", "massage", "technique"}
    | {"posture", "control", "balance", "strength", "stability", "flexibility", "motion", "gait", "retrain", "practice"}
    | {"rehearsal", "position", "orthosis", "prosthesis", "donning", "wheelchair_skill"}
    | {"stim", "hot_cold", "traction", "nmes", "paraffin", "outside", "community", "warm_up", "equipment", "label"}
)  # fmt: skip


def only_talk(run: Sequence[Token], matches: Sequence[Match]) -> Mapping[int, str]:
    """Return the matches of a text that would teach and merely talk, each with what it is instead.

    >>> from coding.engine.reading.lexicon import shipped
    >>> from coding.engine.reading.normalise import tokens
    >>> run = tokens("Discussed pacing of chores. The weather was discussed.")
    >>> matches = shipped().find(run)
    >>> [(run[matches[place].first].start, name) for place, name in only_talk(run, matches).items()]
    [(44, 'general')]
    """
    return dict(_only_talk(run, matches)) if any(TEACH in match.names for match in matches) else {}


def _only_talk(run: Sequence[Token], matches: Sequence[Match]) -> Iterator[tuple[int, str]]:
    for place, match in enumerate(matches):
        if TEACH not in match.names or not is_all("talked_of", run[match.first : match.end]):
            continue
        if not any(TEACHABLE & set(other.names) for other in _of_its_sentence(run, matches, place)):
            yield place, NOTHING


def _of_its_sentence(run: Sequence[Token], matches: Sequence[Match], place: int) -> Iterator[Match]:
    """Yield the matches beside one of them, as far as the sentence goes."""
    for step in (1, -1):
        at = place + step
        while 0 <= at < len(matches):
            first, last = sorted((matches[at], matches[at - step]), key=lambda match: match.first)
            if any(token.before == STOP for token in run[first.end : last.first + 1]):
                break
            yield matches[at]
            at += step
