"""The engine's corpora: activities, goals and descriptions with the answer that sources give, and what the engine says.

`devset` are the rows of the four source articles, `own vignettes` are ours, the files of corpus/ were written by others
and have been looked at since, and `blind` has not: see blind/README.md. Lines are read as `manage.py suggest` and
`manage.py judge` read them, so that what is measured is what everybody else would get.
"""

import json
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from coding.engine.choosing import choose
from coding.engine.facts import ActivityFacts
from coding.engine.results import Choice
from coding.engine.vocabulary import Delivery
from coding.management.commands.judge import KINDS
from coding.management.commands.judge import answer as judge
from coding.management.commands.suggest import activity_of

HERE = Path(__file__).parent
DEVSET, OWN, BLIND = "devset", "own vignettes", "blind"
SEEN_FILES = (
    *("procedures", "hands_and_agents", "mixed", "shorthand", "visits"),
    *("guides_billing", "guides_practice", "guides_brief", "guides_voices", "guides_trades", "guides_manners"),
    *("guides_asked", "guides_given", "guides_vague"),
    *("guides_short", "guides_sixteen", "guides_traps", "guides_twenty", "guides_chiropractic", "guides_therapy"),
    *(
        "guides_handed_over",
        "guides_audited",
        "guides_week",
        "asks",
        "guides_twins",
        "guides_read",
        "guides_third",
        "nothing_due",
        "guides_fourth",
        "guides_fifth",
        "guides_sixth",
        "nothing_due_second",
        "guides_seventh",
        "guides_eighth",
        "nothing_due_third",
        "guides_ninth",
        "nothing_due_fourth",
        "guides_tenth",
    ),
)
BLIND_FILES = HERE / "blind"
# What makes a vignette of our own hard. An easy one, whose words say plainly what was done and what for, has none of these.
TAGS = {
    "device": "a device is named, and the outcome decides, not the device",
    "agent": "what is applied, an agent or the water, decides; not the aim, and not that nobody stayed",
    "goal decides": "the deed serves several aims, and only the goal tells which",
    "distant goal": "the goal is a function, and the isolated exercise or the hands-on work stays what it is",
    "negated": "what would decide otherwise is denied or left out",
    "undone": "planned, put off, declined, given elsewhere, or words that only sound like it",
    "delivery": "who was there, and for how many, decides, or only seems to",
    "self-label": "a code or the name of a service is written, which is no evidence",
    "two things": "two services, or a service and what is none, stand in one row",
    "contradiction": "deed and aim, or words and delivery, exclude each other",
    "no treatment": "what sounds like a service is none: a thing handed over, rest, talk, a routine test, a warm-up, fitness",
    "unsaid": "much is told, and the fact that would decide is missing",
    "shorthand": "only who knows the clinic's abbreviations can read it",
    "slip": "misspelt or misheard",
    "equal neighbours": "sources differ, or leave more than one answer open",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One activity, and what sources answer. `accept` holds every answer that can be defended."""

    activity: ActivityFacts
    best: str
    accept: tuple[str, ...]
    unambiguous: bool
    source: str = ""
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answered:
    """A row, and what the engine said to it."""

    row: Row
    choice: Choice

    @property
    def is_best(self) -> bool:
        return self.choice.code == self.row.best

    @property
    def is_accepted(self) -> bool:
        return self.choice.code in self.row.accept


@cache
def rows(corpus: str) -> tuple[Row, ...]:
    """Return the rows of one corpus; the blind part is every file of its folder."""
    if corpus == OWN:
        return tuple(_vignettes())
    if corpus == BLIND:
        return tuple(row_of(line) for path in sorted(BLIND_FILES.glob("*.jsonl")) for line in lines(path))
    return tuple(map(row_of, lines(HERE / "devset.jsonl" if corpus == DEVSET else HERE / "corpus" / f"{corpus}.jsonl")))


@cache
def answered(corpus: str) -> tuple[Answered, ...]:
    """Return the rows of one corpus with the engine's answers."""
    return tuple(Answered(row, choose(row.activity)) for row in rows(corpus))


@cache
def judged(kind: str) -> tuple[tuple[str, str], ...]:
    """Return the label that is due and the label given, for each text of a kind: "goal" or "description"."""
    read = KINDS[kind]
    return tuple((line["label"], judge(line, read)["label"]) for line in lines(HERE / "corpus" / f"{kind}s.jsonl"))


def lines(path: Path) -> Iterator[dict[str, Any]]:
    return map(json.loads, path.read_text("utf-8").splitlines())


def row_of(line: dict[str, Any]) -> Row:
    tags, accept = tuple(line.get("tags", ())), tuple(line["accept"])
    return Row(activity_of(line), line["best"], accept, line["unambiguous"], line["source"], tags)


def _vignettes() -> Iterator[Row]:
    """Read our own cases. One without a single expected answer names the acceptable ones, the best first.

    `source` is the fact that decides it, and where that stands; `tags` are what makes it hard, of `TAGS`.
    """
    for path in sorted(HERE.glob("vignettes_*.toml")):
        for number, case in enumerate(tomllib.loads(path.read_text("utf-8"))["case"], start=1):
            accept = tuple(case.get("accept") or [case["expected"]])
            activity = ActivityFacts(
                id=f"{path.stem}-{number}",
                description=case["description"],
                goal=case["goal"],
                delivery=Delivery(case["delivery"]) if case["delivery"] else None,
            )
            best, tags = case.get("expected", accept[0]), tuple(case["tags"])
            yield Row(activity, best, accept, len(accept) == 1, case["source"], tags)
