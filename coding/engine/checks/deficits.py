"""Checks that training answers something found: a loss of strength, a deficit of control, a deviation of gait.

What was found holds from one examination to the next, so the findings of the period count, and the flag is told once in it.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Final, NamedTuple

from coding.engine.checks.case import Case, Coded, Concern, lasting, named, told
from coding.engine.checks.course import examined_on, of_episode, was_told_of
from coding.engine.facts import ActivityFacts, EpisodeFacts, FindingFacts, VisitFacts
from coding.engine.reading.lexicon import tells
from coding.engine.reading.lines import clauses
from coding.engine.reading.normalise import tokens
from coding.engine.vocabulary import FindingKind, Intent

EXERCISE, CONTROL, GAIT = "97110", "97112", "97116"

# What has to be lost for each purpose; a test of function shows a loss of any.
LOSSES: Final[Mapping[Intent, frozenset[FindingKind]]] = {
    Intent.STRENGTH: frozenset({FindingKind.STRENGTH, FindingKind.ENDURANCE}),
    Intent.ENDURANCE: frozenset({FindingKind.STRENGTH, FindingKind.ENDURANCE, FindingKind.GAIT}),
    Intent.MOTION: frozenset({FindingKind.MOTION}),
    Intent.FLEXIBILITY: frozenset({FindingKind.MOTION, FindingKind.TONE}),
}
FORCE: Final = frozenset({Intent.STRENGTH, Intent.ENDURANCE})
ANY_LOSS: Final = frozenset({FindingKind.FUNCTION, FindingKind.ASSISTANCE})
OF_CONTROL: Final = frozenset({FindingKind.BALANCE, FindingKind.COORDINATION, FindingKind.NEUROLOGICAL})
OF_GAIT: Final = frozenset({FindingKind.GAIT})


class Deficit(NamedTuple):
    """What would show that something is lacking: findings of these kinds, or any of these signals."""

    kinds: frozenset[FindingKind]
    signals: tuple[str, ...]


CONTROL_LACKS: Final = Deficit(OF_CONTROL, ("control_lacks",))
GAIT_DIFFERS: Final = Deficit(OF_GAIT, ("gait_differs",))


def exercise_answers_an_objective_loss(case: Case) -> Iterator[Concern]:
    """Exercise for a capacity answers a measured loss of it; told once in a period (Palmetto GBA, Therapeutic Exercise)."""

    for coded, since in _unanswered(case, EXERCISE, _loss, exercise_answers_an_objective_loss.__name__):
        yield Concern(
            f"{named(coded.activity)}: {_since(since)} no loss was measured that it is to restore.",
            "Measure what is lost, such as strength, a hold, repetitions or degrees, and enter it among the findings.",
            coded.activity.id,
            "findings",
            case.payer(coded.activity.episode_id),
            lasts=lasting(case.episode(coded.activity.episode_id), *sorted(_trained(coded.activity))),
        )


def control_deficit_was_found(case: Case) -> Iterator[Concern]:
    """Training of balance, posture or control answers such a deficit; told once in a period (Health Network Solutions)."""
    for coded, since in _unanswered(case, CONTROL, lambda _: CONTROL_LACKS, control_deficit_was_found.__name__):
        yield Concern(
            f"{named(coded.activity)}: {_since(since)} nothing was found that balance, posture or control lacks.",
            "Test it, such as standing on one leg, position sense or a movement under watch, and enter what was found.",
            coded.activity.id,
            "findings",
            case.payer(coded.activity.episode_id),
            lasts=lasting(case.episode(coded.activity.episode_id)),
        )


def gait_deviation_was_found(case: Case) -> Iterator[Concern]:
    """Training of walking answers a deviation of gait; told once in a period (Health Network Solutions)."""
    for coded, since in _unanswered(case, GAIT, lambda _: GAIT_DIFFERS, gait_deviation_was_found.__name__):
        yield Concern(
            f"{named(coded.activity)}: {_since(since)} nothing was written of how the patient walks.",
            "Watch the patient walk, and enter among the findings what differs.",
            coded.activity.id,
            "findings",
            case.payer(coded.activity.episode_id),
            lasts=lasting(case.episode(coded.activity.episode_id)),
        )


def _loss(activity: ActivityFacts) -> Deficit:
    stated = _trained(activity)
    kinds = ANY_LOSS.union(*(LOSSES[intent] for intent in stated))
    # A joint that is restricted where it is adjusted shows no loss of strength, so the words of the two are kept apart.
    is_of = {"force_lost": FORCE & set(stated), "motion_lost": set(stated) - FORCE}
    return Deficit(kinds, tuple(signal for signal, intents in is_of.items() if intents))


def _trained(activity: ActivityFacts) -> list[Intent]:
    """Return the purposes that a loss has to be measured for; where none is stated, any of them."""
    return [intent for intent in activity.intents if intent in LOSSES] or list(LOSSES)


def _unanswered(
    case: Case, code: str, deficit_of: Callable[[ActivityFacts], Deficit], check: str
) -> Iterator[tuple[Coded, date | None]]:
    """Yield the first row of each episode for which nothing was found in its period, and when the period began."""
    told: set[str] = set()
    for coded in case.coded:
        episode = case.episode(coded.activity.episode_id)
        if coded.code.code != code or episode.id in told:
            continue
        since = examined_on(case, episode)
        period = [visit for visit in of_episode(case, episode) if since is None or visit.on >= since]
        deficit = deficit_of(coded.activity)
        was_told = any(was_told_of(visit, episode, check) for visit in period)
        if not was_told and not any(_shows(visit, episode, deficit) for visit in (case.visit, *period)):
            told.add(episode.id)
            yield coded, since


def _shows(visit: VisitFacts, episode: EpisodeFacts, deficit: Deficit) -> bool:
    """Say whether a visit found a deficit, in a finding of its kind or in words."""
    theirs = [row for row in visit.findings if not row.episode_id or row.episode_id == episode.id]
    by_kind = any(row.kind in deficit.kinds and _is_amiss(row) for row in theirs)
    texts = (visit.objective, *(row.words for row in theirs))
    return by_kind or any(_tells(text, signal) for text in texts for signal in deficit.signals)


def _is_amiss(row: FindingFacts) -> bool:
    """Say whether a finding tells of something that is not as it should be: a number does, if it is not a full score."""
    full = f"{row.value}{row.unit}".replace(" ", "").startswith("5/5")
    told = [tokens(clause) for clause in clauses(row.words) if clause.strip()]
    return not full and (bool(row.value.strip()) or any(not tells("nothing_lacks", run) for run in told))


def _tells(text: str, signal: str) -> bool:
    return any(tells(signal, run) and not tells("nothing_lacks", run) for run in map(tokens, clauses(text)))


def _since(since: date | None) -> str:
    return f"since the examination of {told(since)}" if since else "so far"
