"""A payer's profile in words: in what it differs from others of its kind, and what was changed when, by whom."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from clinic.models import Payer
from clinic.models.payers import PROFILE
from clinic.practice.usual import Answers, usual

# How an entry is told: what it is about, or in one sentence for yes and one for no.
NAMES = {
    "unit_method": "units",
    "unattended_stimulation_code": "unattended stimulation",
    "laser_code": "laser",
    "traction_code": "machine traction",
    "pack_code": "hot or cold packs",
    "maintenance_code": "maintenance adjustment",
    "outcome_policy": "several outcomes",
    "medicare": "Medicare",
    "region_separation": "own region for",
    "distinct_modifier": "distinct service",
    "wants_gp": "GP",
    "most_timed_units": "timed units a day",
    "most_lines": "lines a day",
}
SENTENCES = {
    "sends_excluded": ("is sent what Medicare excludes", "is not sent what Medicare excludes"),
    "follows_pair_edits": ("follows the pair edits", "does not follow the pair edits"),
    "applies_daily_maxima": ("applies daily maxima", "applies no daily maxima"),
    "distinct_on_tasks": ("distinct service on 97530 and 97535 too", "no distinct service on 97530 and 97535"),
    "assistants_treat": ("pays for an assistant's time", "does not pay for an assistant's time"),
    "wants_times": ("wants start and stop", "wants no start and stop"),
    "wants_authorisation": ("wants visits authorised", "wants no authorisation"),
    "notes_go_along": ("notes go with claims", "notes do not go with claims"),
}

WORDS_SHOWN = 20  # of an answer that is none


@dataclass(frozen=True)
class Change:
    """One change of a profile: from which day it holds, who entered it and when, as far as that was kept."""

    holds_from: date
    by: str
    entered_at: datetime | None
    words: tuple[str, ...]


def differences(answers: Answers, kind: str, on: date) -> dict[str, str]:
    """Return in words, by name, the answers in which a profile is not as usual for its kind."""
    others = usual(kind, on)
    return {
        name: in_words(name, answers[name], others)
        for name in PROFILE
        if name in answers and _answer(name, answers, others) != others.get(name)
    }


def in_words(name: str, answer: Any, others: Answers) -> str:
    """Say one answer, so that it can stand by itself."""
    if name in SENTENCES:
        return SENTENCES[name][0 if answer else 1]
    return f"{NAMES[name]}: {label_of(name, answer, others)}"


def label_of(name: str, answer: Any, others: Answers) -> str:
    """Return how an answer is called on the payer's page. One that is left open is that of the kind."""
    if answer in (None, "") and others.get(name):
        return f"{label_of(name, others[name], {})}, as usual"
    if answer in (None, "", []):
        return "no limit" if name.startswith("most_") else "none" if isinstance(answer, list) else "as usual"
    if isinstance(answer, list):
        return ", ".join(answer)
    field: Any = Payer._meta.get_field(name)
    return str(dict(field.flatchoices).get(answer, str(answer)[:WORDS_SHOWN]))


def history(payer: Payer, on: date) -> list[Change]:
    """Return the changes of a payer's profile, the newest first."""
    former: list[dict[str, Any]] = payer.former_profiles
    current = payer.profile()
    after = [*former[1:], current]
    others = usual(payer.kind, on)
    changes = (_change(before, {**current, **then}, others) for before, then in zip(former, after, strict=False))
    return [change for change in changes if change.words][::-1]


def _change(before: Mapping[str, Any], after: Answers, others: Answers) -> Change:
    entered = before.get("at")
    return Change(
        holds_from=date.fromisoformat(before["until"]),
        by=before.get("by", ""),
        entered_at=datetime.fromisoformat(entered) if entered else None,
        words=tuple(_words_of(before, after, others)),
    )


def _words_of(before: Mapping[str, Any], after: Answers, others: Answers) -> Iterator[str]:
    """Say what changed. An entry that did not exist yet when the profile was kept has not changed."""
    for name in PROFILE:
        if name in before and before[name] != after[name]:
            now = in_words(name, after[name], others)
            yield now if name in SENTENCES else f"{now}, before {label_of(name, before[name], others)}"


def _answer(name: str, answers: Answers, others: Answers) -> Any:
    """Return what an answer comes to: left open, it is the usual one."""
    answer = answers[name]
    return others.get(name) if answer in (None, "") else sorted(answer) if isinstance(answer, list) else answer
