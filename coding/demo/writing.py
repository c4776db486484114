"""What stands in one demo note: a story told at one of its visits. Pure; the same turn always reads the same.

Neighbouring visits draw the next wording of a list, so that notes of one patient differ as they do in life.
"""

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from coding.demo.stories import Row, Story, common, stage_of, value_at
from coding.engine.reading.skill import shows_skill

MOST_ACTIVITIES = 3
THRUSTS = ("diversified", "side posture", "prone, manual", "long axis")
FELT = ("motion freer", "tolerated well", "less tender after", "")
SPOKEN = {"adams": "", "baker": "short", "cole": "some", "stranger": ""}


@dataclass(frozen=True)
class Turn:
    """One visit of a patient's course: which it is, by whom, and how far along."""

    seed: int
    chart: str
    number: int  # 0 is the first visit
    pace: float
    side: str
    clinician: str
    onset_days: int
    has_activities: bool
    frequency: str = "as planned"
    is_exam: bool = False
    visits_planned: int = 12  # in the six weeks of the plan

    @property
    def progress(self) -> float:
        """How far the course has come, from 0 to 1."""
        return min(1.0, self.pace * self.number / (self.visits_planned - 1))

    @property
    def shown(self) -> float:
        """How far the patient gets on this day: now and then less far than the last time, as happens."""
        return max(0.0, self.progress - self.chance("day").choice((0, 0, 0.04, 0.12)))

    @property
    def stage(self) -> int:
        return stage_of(self.progress)

    def before(self) -> "Turn":
        """The visit before; the first one is its own."""
        return Turn(**{**vars(self), "number": max(0, self.number - 1)})

    def chance(self, *about: object) -> random.Random:
        """Chance that belongs to this turn and subject alone, so that one more draw elsewhere changes nothing here."""
        return random.Random(f"{self.seed}:{self.chart}:{self.number}:{about}")  # noqa: S311

    def draw(self, choices: Sequence[Any], about: object = "") -> Any:
        """Draw the next of a list; each patient starts at another one."""
        offset = random.Random(f"{self.seed}:{self.chart}:{about}").randrange(1000)  # noqa: S311
        return choices[(offset + self.number) % len(choices)]


@dataclass
class Written:
    """The texts and rows of a note, as field values; goals are named by their place in the story."""

    subjective: str = ""
    objective: str = ""
    assessment: str = ""
    plan: str = ""
    total_minutes: int | None = None
    findings: list[dict[str, Any]] = field(default_factory=list)
    adjustments: list[dict[str, Any]] = field(default_factory=list)
    activities: list[dict[str, Any]] = field(default_factory=list)
    progress: dict[int, str] = field(default_factory=dict)


def write(story: Story, turn: Turn) -> Written:
    """Write the note of one visit."""
    teller = Teller(story, turn)
    activities = teller.activities() if turn.has_activities else []
    adjustments = teller.adjustments(without={activity.pop("clash") for activity in activities})
    minutes = sum(activity["minutes"] for activity in activities)
    return Written(
        subjective=teller.subjective(),
        objective=teller.draw_common("exam", spoken=False) if turn.is_exam and turn.number == 0 else "",
        assessment=teller.assessment(),
        plan=teller.plan(),
        total_minutes=minutes + (20 if turn.is_exam else turn.draw((8, 10, 12), "minutes")),
        findings=teller.findings(adjustments),
        adjustments=[{key: value for key, value in row.items() if key != "found"} for row in adjustments],
        activities=activities,
        progress={place: str(value) for place, value in enumerate(teller.goal_values) if value is not None},
    )


class Teller:
    """Tells a story at one turn."""

    def __init__(self, story: Story, turn: Turn) -> None:
        self.story, self.turn = story, turn

    # Texts

    def subjective(self) -> str:
        if self.turn.number == 0:
            return self.said(self.story.table["initial"])
        stage = ("early", "middle", "late")[self.turn.stage]
        told = self.said(self.turn.draw(self.story.table[stage], stage))
        return self._with_common(told, "subjective")

    def assessment(self) -> str:
        stage = ("assess_early", "assess_middle", "assess_late")[self.turn.stage]
        return self._with_common(self.said(self.turn.draw(self.story.table[stage], stage)), "assessment")

    def plan(self) -> str:
        return self._with_common(self.said(self.turn.draw(self.story.table["plan"], "plan")), "plan")

    def _with_common(self, told: str, name: str) -> str:
        return f"{told} {self.draw_common(name)}".strip()

    def draw_common(self, name: str, *, spoken: bool = True) -> str:
        words = self.turn.draw(common()[name], name)
        return self.said(words) if spoken else self.filled(words)

    def said(self, words: str) -> str:
        """Fill in the day's values, in the clinician's way of charting."""
        return shortened(self.filled(words), common().get(SPOKEN[self.turn.clinician], {}))

    def filled(self, words: str, **more: Any) -> str:
        return words.format_map({**self.names, **more})

    @cached_property
    def names(self) -> dict[str, Any]:
        """What words may name: side, pain now and last time, where each goal stands, and a few measures."""
        chance, side = self.turn.chance("measures"), self.turn.side
        values = {f"g{place}": value for place, value in enumerate(self.goal_values)}
        return {
            "side": side,
            "Side": side.capitalize(),
            "pain": self._pain(self.turn),
            "easy": max(0, self._pain(self.turn) - 4),
            "was": max(self._pain(self.turn), self._pain(self.turn.before())),
            "onset": self.turn.onset_days,
            "frequency": self.turn.frequency,
            "bp": f"{chance.randrange(112, 138, 2)}/{chance.randrange(70, 86, 2)}",
            "pulse": chance.randrange(60, 82, 2),
            **values,
        }

    def _pain(self, turn: Turn) -> int:
        start, end = self.story.table["pain"]
        swing = turn.chance("pain").choice((-1, 0, 0, 1)) if turn.number else 0
        return max(0, min(10, value_at(turn.progress, start, end) + swing))

    @cached_property
    def goal_values(self) -> list[int | None]:
        """Where each goal stands today; None for one that nobody measures."""
        return [
            value_at(self.turn.shown, goal["from"], goal["to"], goal.get("step", 1)) if "from" in goal else None
            for goal in self.story.goals
        ]

    # Rows

    def findings(self, adjustments: Sequence[Row]) -> list[dict[str, Any]]:
        """Findings of every adjusted region; beside them all of the story at an exam, else one to three in turn."""
        own = [
            {"kind": "pain" if "tender" in row["found"] else "motion", "region": row["region"], "words": row["found"]}
            for row in adjustments
        ]
        told = self.story.findings
        if not self.turn.is_exam and len(told) > 2:
            start = self.turn.number % len(told)
            told = (told[start:] + told[:start])[: 3 if self.turn.has_activities else 2]
        return [*(self._finding(row) for row in told), *own]

    def _finding(self, row: Row) -> dict[str, Any]:
        told = {"kind": row["kind"], "region": row["region"], "side": self._side(row.get("side", ""))}
        if "stages" in row:
            return {**told, "words": self.filled(row["stages"][self.turn.stage])}
        now, before = self._measured(row, self.turn), self._measured(row, self.turn.before())
        changed = f"was {before}" if self.turn.number and before != now else ""
        compared = ", ".join(filter(None, [row.get("compare", ""), changed]))
        return {**told, "words": row["words"], "value": str(now), "unit": row["unit"], "comparison": compared}

    def _measured(self, row: Row, turn: Turn) -> int:
        step = row.get("step", 1)
        swing = turn.chance(row["words"]).choice((0, 0, step)) if 0 < turn.progress < 1 else 0
        return value_at(turn.progress, row["from"], row["to"], step) - (swing if row["to"] > row["from"] else -swing)

    def _side(self, which: str) -> str:
        return self.turn.side if which == "near" else which

    def adjustments(self, *, without: set[str]) -> list[dict[str, Any]]:
        rows = [row for row in self.story.adjustments if row["region"] not in without]
        wanted = [row for row in rows if row.get("only") != "odd" or self.turn.number % 2]
        return [self._adjustment(row) for row in wanted]

    def _adjustment(self, row: Row) -> dict[str, Any]:
        segment = self.turn.draw(row["segments"], row["region"])
        felt = FELT if row["technique"] not in THRUSTS else (*FELT, "cavitation, motion freer")
        return {
            "region": row["region"],
            "side": self.turn.side,
            "segment": segment,
            "technique": row["technique"],
            "response": self.turn.draw(felt, row["region"]),
            "found": self.filled(row["found"][self.turn.stage], seg=segment),
        }

    def activities(self) -> list[dict[str, Any]]:
        """One to three activities of the stage, in turn; some stand alone in a visit."""
        stage = ("early", "middle", "late")[self.turn.stage]
        fitting = [row for row in self.story.activities if stage in row.get("when", (stage,))]
        start = self.turn.number % len(fitting) if fitting else 0
        chosen = (fitting[start:] + fitting[:start])[: 1 + (self.turn.number + int(self.turn.chart)) % MOST_ACTIVITIES]
        if chosen and chosen[0].get("alone"):
            chosen = chosen[:1]
        return [self.activity(row) for row in chosen if row is chosen[0] or not row.get("alone")]

    def activity(self, row: Row) -> dict[str, Any]:
        """One activity as done at this turn."""
        vary = {name: self._varied(values) for name, values in row.get("vary", {}).items()}
        description = self.filled(self.turn.draw(row["do"], row["code"]), **vary)
        response = self.filled(at_stage(row["responses"], self.turn.stage), **vary)
        return {
            "description": description,
            "intents": list(row["intents"]),
            "goal": row.get("goal"),
            "regions": list(row["regions"]),
            "minutes": row["minutes"][self.turn.stage],
            "delivery": row.get("delivery", "one_on_one"),
            "group_size": row.get("group_size"),
            "dose": row.get("dose", ""),
            "response": response,
            "why": row.get("why", "") if self._wants_why(f"{description}. {response}") else "",
            "clash": row.get("clash", "").removeprefix("adjust:"),
        }

    def _wants_why(self, told: str) -> bool:
        """Say why skill was needed where nothing else does, and now and then beside it, while it is new."""
        return not shows_skill(told) or (self.turn.stage < 2 and self.turn.number % 2 == 1)

    def _varied(self, values: Sequence[Any]) -> Any:
        if isinstance(values[0], str):
            return at_stage(values, self.turn.stage)
        start, end, *step = values
        return value_at(self.turn.progress, start, end, *step)


def at_stage(words: Sequence[str], stage: int) -> str:
    """Return the wording of a stage; a shorter list holds its last one to the end."""
    return words[min(stage, len(words) - 1)]


def shortened(words: str, short: Mapping[str, str]) -> str:
    """Write whole words in their short forms.

    >>> shortened("No pain with walking, without rest.", {"with": "w/", "without": "w/o"})
    'No pain w/ walking, w/o rest.'
    """
    if not short:
        return words
    longest_first = sorted(short, key=len, reverse=True)
    pattern = "|".join(rf"(?<!\w){re.escape(each)}(?!\w)" for each in longest_first)
    return re.sub(pattern, lambda found: short[found.group()], words)
