"""Checks that training answers something found: a loss of strength, a deficit of control, a deviation of gait.

What was found holds from one examination to the next, so the findings of the period count, and the flag is told once in it.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Final, NamedTuple

from coding.engine.checks.case import Case, Coded, Concern, named
from coding.engine.checks.course import examined_on, of_episode
from coding.engine.facts import ActivityFacts, EpisodeFacts, FindingFacts, VisitFacts
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

# A joint that is restricted where it is adjusted shows no loss of strength, so the words of the two are kept apart.
FORCE_WORDS: Final = re.compile(
    r"\b(?:weak\w*|atroph\w*|wasting|[0-4][+-]?/5|fatigu\w*|decondition\w*|endurance|strength|lag|sit.to.stands?|6mwt|holds?)\b",
    re.IGNORECASE,
)
MOTION_WORDS: Final = re.compile(
    r"\b(?:limit\w*|restrict\w*|stiff\w*|tight\w*|short(?:ened|ness)?|contracture\w*|reduced|lacks?|rom)\b",
    re.IGNORECASE,
)
CONTROL_WORDS: Final = re.compile(
    r"\b(?:balance\w*|unstead\w*|unstable|instabilit\w*|sway\w*|wobbl\w*|propriocep\w*|position sense|joint position"
    r"|kina?esth\w*|co-?ordinat\w*|ataxi\w*|motor control|control|postur\w*|head forward|forward head|wing\w*|dyskines\w*|valgus"
    r"|trendelenburg|tandem|single.leg|sls|romberg|inhibit\w*|activat\w*|recruit\w*|compensat\w*|aberrant|tremor|spastic\w*|falls?|fell|hinges?)\b",
    re.IGNORECASE,
)
GAIT_WORDS: Final = re.compile(
    r"\b(?:gait|limp\w*|antalgic|trendelenburg|steps?|stride|cadence|foot.?drop|heel.?strike|toe.?off|push.?off|shuffl\w*"
    r"|circumduct\w*|walk\w*|tug|crutch\w*|cane|walker)\b",
    re.IGNORECASE,
)
_CLAUSE_ENDS: Final = re.compile(r"[,;.!?](?=\s|$)|\n|\bbut\b|\byet\b", re.IGNORECASE)
_IS_WELL: Final = re.compile(
    r"\b(?:no|denie[sd]|nil|absent|without|negative|normal|full|wnl|unremarkable|resolved|steady|symmetrical?|intact|5/5)\b",
    re.IGNORECASE,
)


class Deficit(NamedTuple):
    """What would show that something is lacking: findings of these kinds, or any of these words."""

    kinds: frozenset[FindingKind]
    words: tuple[re.Pattern[str], ...]


CONTROL_LACKS: Final = Deficit(OF_CONTROL, (CONTROL_WORDS,))
GAIT_DIFFERS: Final = Deficit(OF_GAIT, (GAIT_WORDS,))


def exercise_answers_an_objective_loss(case: Case) -> Iterator[Concern]:
    """Exercise for a capacity answers a measured loss of it; told once in a period (Palmetto GBA, Therapeutic Exercise)."""

    for coded, since in _unanswered(case, EXERCISE, _loss, exercise_answers_an_objective_loss.__name__):
        yield Concern(
            f"{named(coded.activity)}: {_since(since)} no loss was measured that it is to restore.",
            "Measure what is lost, such as strength, a hold, repetitions or degrees, and enter it among the findings.",
            coded.activity.id,
            "findings",
            case.payer(coded.activity.episode_id),
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
        )


def _loss(activity: ActivityFacts) -> Deficit:
    stated = [intent for intent in activity.intents if intent in LOSSES] or list(LOSSES)
    kinds = ANY_LOSS.union(*(LOSSES[intent] for intent in stated))
    is_of = {FORCE_WORDS: FORCE & set(stated), MOTION_WORDS: set(stated) - FORCE}
    return Deficit(kinds, tuple(words for words, intents in is_of.items() if intents))


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
        was_told = any(check.replace("_", "-") in visit.told for visit in period)
        if not was_told and not any(_shows(visit, episode, deficit) for visit in (case.visit, *period)):
            told.add(episode.id)
            yield coded, since


def _shows(visit: VisitFacts, episode: EpisodeFacts, deficit: Deficit) -> bool:
    """Say whether a visit found a deficit, in a finding of its kind or in words."""
    theirs = [row for row in visit.findings if not row.episode_id or row.episode_id == episode.id]
    by_kind = any(row.kind in deficit.kinds and _is_amiss(row) for row in theirs)
    texts = (visit.objective, *(row.words for row in theirs))
    return by_kind or any(_tells(text, words) for text in texts for words in deficit.words)


def _is_amiss(row: FindingFacts) -> bool:
    """Say whether a finding tells of something that is not as it should be: a number does, if it is not a full score."""
    full = f"{row.value}{row.unit}".replace(" ", "").startswith("5/5")
    clauses = [clause for clause in _CLAUSE_ENDS.split(row.words) if clause.strip()]
    return not full and (bool(row.value.strip()) or any(not _IS_WELL.search(clause) for clause in clauses))


def _tells(text: str, words: re.Pattern[str]) -> bool:
    return any(words.search(clause) and not _IS_WELL.search(clause) for clause in _CLAUSE_ENDS.split(text))


def _since(since: date | None) -> str:
    return f"since the examination of {since:%Y-%m-%d}" if since else "so far"
