"""The table beside the logic, `data/choosing.toml`: codes of agents, words about neighbours, questions, reasons."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

FILE: Final = Path(__file__).parent.parent / "data" / "choosing.toml"
_TOP: Final = {"questions", "reasons", "agents", "neighbours"}


@dataclass(frozen=True, slots=True)
class Agent:
    """An applied agent: its code, and whether somebody must be with the patient throughout."""

    code: str
    attended: bool


@dataclass(frozen=True, slots=True)
class Table:
    """Questions and reasons by name, agents by concept, neighbours (code -> why not) by code."""

    questions: Mapping[str, str]
    reasons: Mapping[str, str]
    agents: Mapping[str, Agent]
    neighbours: Mapping[str, Mapping[str, str]]


def build(data: Mapping[str, Any]) -> Table:
    """Return the table that parsed TOML describes. ValueError for an unknown or missing part.

    >>> build({"questions": {}})
    Traceback (most recent call last):
    ...
    ValueError: choosing: expected the parts agents, neighbours, questions, reasons
    """
    if data.keys() != _TOP:
        raise ValueError(f"choosing: expected the parts {', '.join(sorted(_TOP))}")
    agents = {name: Agent(**entry) for name, entry in data["agents"].items()}
    return Table(data["questions"], data["reasons"], agents, data["neighbours"])


@cache
def table() -> Table:
    """Return the table that comes with the engine, read once."""
    return build(tomllib.loads(FILE.read_text(encoding="utf-8")))
