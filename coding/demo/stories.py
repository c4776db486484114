"""The complaints that demo patients come with: what they say, what is found, what is done, week by week.

A story is a table of `stories/*.toml`. Words may hold `{side}`, `{pain}`, `{was}`, `{g0}` (where goal 0 stands today) and the
names under `vary`. What changes over the weeks is given for the start and the end; three wordings stand for the first, the
middle and the last third of a course.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent / "stories"
STAGES = ("early", "middle", "late")

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Story:
    """One complaint with its goals, findings, adjustments and activities, as the file tells them."""

    table: Row

    @property
    def slug(self) -> str:
        return str(self.table["slug"])

    @property
    def goals(self) -> list[Row]:
        return list(self.table.get("goal", []))

    @property
    def findings(self) -> list[Row]:
        return list(self.table.get("finding", []))

    @property
    def adjustments(self) -> list[Row]:
        return list(self.table.get("adjustment", []))

    @property
    def activities(self) -> list[Row]:
        return list(self.table.get("activity", []))

    @property
    def phase(self) -> str:
        return str(self.table.get("phase", "active"))

    def diagnoses(self, side: str) -> list[tuple[str, str]]:
        """Return (code, title) in billing order; of a pair right/left the one for this side."""
        codes = [code.split("/")[-1 if side == "left" else 0] for code in self.table["diagnoses"]]
        return [(code, titles()[code]) for code in codes]


@cache
def stories() -> dict[str, Story]:
    """Return all stories by their slug."""
    tables = [table for path in sorted(HERE.glob("*.toml")) for table in _read(path.name).get("story", [])]
    return {table["slug"]: Story(table) for table in tables}


@cache
def common() -> Row:
    """Return the words that fit any story, and the short forms of those who write in them."""
    return _read("common.toml")


@cache
def titles() -> Mapping[str, str]:
    """Return the ICD-10-CM title of each diagnosis code that the stories use."""
    return {code: str(title) for code, title in _read("diagnoses.toml").items()}


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((HERE / name).read_text(encoding="utf-8"))


def stage_of(progress: float) -> int:
    """Return 0, 1 or 2 for the first, the middle and the last third of a course.

    >>> [stage_of(progress) for progress in (0, 0.33, 0.34, 0.9, 1)]
    [0, 0, 1, 2, 2]
    """
    return 0 if progress < 0.34 else 1 if progress < 0.7 else 2


def value_at(progress: float, start: float, end: float, step: float = 1) -> int:
    """Return where something stands on its way from start to end, in whole steps.

    >>> [value_at(progress, 10, 30, 5) for progress in (0, 0.4, 1)], value_at(0.5, 90, 30, 10)
    ([10, 20, 30], 60)
    """
    return int(start + round((end - start) * progress / step) * step)
