"""The table beside the logic, `data/choosing.toml`: codes of agents, words about neighbours, questions, reasons."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

FILE: Final = Path(__file__).parent.parent / "data" / "choosing.toml"
_TOP: Final = {"questions", "reasons", "agents", "neighbours", "refused"}


@dataclass(frozen=True, slots=True)
class Agent:
    """An applied agent: its code, and whether somebody must be with the patient throughout."""

    code: str
    attended: bool


@dataclass(frozen=True, slots=True)
class Table:
    """Questions and reasons by name, agents by concept; neighbours (code -> why not) by code, and by the reason for none."""

    questions: Mapping[str, str]
    reasons: Mapping[str, str]
    agents: Mapping[str, Agent]
    neighbours: Mapping[str, Mapping[str, str]]
    refused: Mapping[str, Mapping[str, str]]


def build(data: Mapping[str, Any]) -> Table:
    """Return the table that parsed TOML describes. ValueError for an unknown or missing part.

    >>> build({"questions": {}})
    Traceback (most recent call last):
    ...
    ValueError: choosing: expected the parts agents, neighbours, questions, reasons, refused
    """
    if data.keys() != _TOP:
        raise ValueError(f"choosing: expected the parts {', '.join(sorted(_TOP))}")
    agents = {name: Agent(**entry) for name, entry in data["agents"].items()}
    return Table(data["questions"], data["reasons"], agents, data["neighbours"], data["refused"])


@cache
def table() -> Table:
    """Return the table that comes with the engine, read once."""
    return build(tomllib.loads(FILE.read_text(encoding="utf-8")))
