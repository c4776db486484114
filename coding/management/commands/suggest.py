"""Suggest codes for activities given as JSON lines: `manage.py suggest activities.jsonl`, or from standard input.

One object a line with `id`, `description`, `goal`, `region`, `minutes` (whole, or null) and `mode` (one_on_one, group,
supervised, which is a modality set up and left, unsupervised or unknown). The answer holds `id`, `code` (or
UNDETERMINED, or NOT_BILLABLE), `alternatives` (code and why not), `because` (field, start, end, text, rule), `flags`
(slugs) and, where it applies, `question` or `reason`.
A line that cannot be read is told on standard error with its number; the others are answered all the same, and the
command ends with status 1. No database is used.
"""

from argparse import ArgumentParser
from dataclasses import asdict
from datetime import date
from typing import Any, Final

from django.core.management.base import BaseCommand

from coding.engine.facts import ActivityFacts, EpisodeFacts, GoalFacts, VisitFacts
from coding.engine.rulebook import RuleBook, load
from coding.engine.suggest import suggest
from coding.engine.vocabulary import Delivery, Region
from coding.json_lines import LineError, answer_lines, text_of

MODES: Final = {
    "one_on_one": Delivery.ONE_ON_ONE,
    "group": Delivery.GROUP,
    "supervised": Delivery.SET_UP,
    "unsupervised": Delivery.ON_OWN,
    "unknown": None,
}
MINUTES_OF_A_DAY: Final = 24 * 60
# Regions as people write them; what is not here is not stated.
REGIONS: Final = {region.value: region for region in Region} | {
    "ue": Region.UPPER_LIMB,
    "upper_extremity": Region.UPPER_LIMB,
    "arm": Region.UPPER_LIMB,
    "le": Region.LOWER_LIMB,
    "lower_extremity": Region.LOWER_LIMB,
    "leg": Region.LOWER_LIMB,
    "neck": Region.CERVICAL,
    "mid_back": Region.THORACIC,
    "low_back": Region.LUMBAR,
    "pelvis": Region.PELVIC,
    "jaw": Region.HEAD,
    "tmj": Region.HEAD,
    "ribs": Region.RIB_CAGE,
    "wrist": Region.WRIST_HAND,
    "hand": Region.WRIST_HAND,
    "ankle": Region.ANKLE_FOOT,
    "foot": Region.ANKLE_FOOT,
    "core": Region.TRUNK,
    "whole_body": Region.FULL_BODY,
}


class Command(BaseCommand):
    """Answers each line, and says which could not be read."""

    help = "Suggest a code for JSON lines of id, description, goal, region, minutes and mode."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", nargs="?", default="-", help="a file of JSON lines; standard input without it")

    def handle(self, *args: Any, **options: Any) -> None:
        today = date.today()
        rules = load(today)
        answer_lines(self, options["file"], lambda asked: answer(asked, rules, today))


def answer(asked: dict[str, Any], rules: RuleBook, today: date) -> dict[str, Any]:
    """Return what one activity supports. Raises LineError for a field of the wrong kind.

    >>> day = date(2026, 11, 20)
    >>> answer({"id": 7, "description": "Leg press 3x10", "goal": "quad strength"}, load(day), day)["code"]
    '97110'
    """
    activity = activity_of(asked)
    goals = (GoalFacts("goal", activity.goal),) if activity.goal.strip() else ()
    episode = EpisodeFacts("episode", goals=goals)
    visit = VisitFacts(
        on=today, today=today, episodes=(episode,), activities=(activity,), total_minutes=activity.minutes
    )
    suggestion = suggest(visit, rules)
    choice = suggestion.choices[0]
    answered = {
        "id": asked["id"],
        "code": choice.code,
        "alternatives": [asdict(other) for other in choice.alternatives],
        "because": [piece._asdict() for piece in choice.because],
        "flags": list(dict.fromkeys(flag.slug for flag in suggestion.flags_about(activity.id))),
    }
    return answered | {key: words for key in ("question", "reason") if (words := getattr(choice, key))}


def activity_of(asked: dict[str, Any]) -> ActivityFacts:
    """Return the facts of one line. Raises LineError for a field of the wrong kind."""
    return ActivityFacts(
        id=str(asked["id"]),
        description=text_of(asked, "description"),
        goal=text_of(asked, "goal"),
        regions=regions_of(text_of(asked, "region")),
        minutes=_minutes(asked.get("minutes")),
        delivery=_delivery(text_of(asked, "mode") or "unknown"),
    )


def regions_of(text: str) -> tuple[Region, ...]:
    """Return the region that a text names, none when it names none that is known.

    >>> regions_of("wrist/hand"), regions_of("LE"), regions_of("unspecified")
    ((<Region.WRIST_HAND: 'wrist_hand'>,), (<Region.LOWER_LIMB: 'lower_limb'>,), ())
    """
    name = "_".join(text.casefold().replace("/", " ").replace("-", " ").split())
    return (REGIONS[name],) if name in REGIONS else ()


def _minutes(spent: Any) -> int | None:
    if spent is None:
        return None
    if isinstance(spent, bool) or not isinstance(spent, int) or not 0 <= spent <= MINUTES_OF_A_DAY:
        raise LineError(f"minutes must be a whole number from 0 to {MINUTES_OF_A_DAY} or null, not {spent!r}")
    return spent


def _delivery(mode: str) -> Delivery | None:
    if mode not in MODES:
        raise LineError(f"mode must be one of {', '.join(MODES)}, not {mode!r}")
    return MODES[mode]
