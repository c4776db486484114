"""Reading the data files: one table per file, every row checked before anything is made of it."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

from coding.engine.vocabulary import Severity

SEVERITIES = {severity.value: severity for severity in Severity}


class RuleError(ValueError):
    """A data file says something that cannot be; the message names the file and the entry."""


@dataclass(frozen=True, slots=True)
class Row:
    """One entry of a data file, and where it stands."""

    place: str
    values: Mapping[str, object]

    def error(self, what: str) -> RuleError:
        """Return an error that says where it was found."""
        return RuleError(f"{self.place}: {what}")

    def text(self, key: str, default: str | None = None) -> str:
        """Return a text; without a default it must be there and say something."""
        value = self.values.get(key, default)
        if not isinstance(value, str) or (default is None and not value.strip()):
            raise self.error(f"{key} is missing")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts, empty when absent."""
        values = self.values.get(key, [])
        if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
            raise self.error(f"{key} must be a list of texts")
        return tuple(values)

    def answers(self, key: str, like: Mapping[str, Any] | None = None) -> Mapping[str, Any]:
        """Return a table of answers, empty when absent; `like` another one, it has no other keys and no other types."""
        values = self.values.get(key, {})
        if not isinstance(values, dict):
            raise self.error(f"{key} must be a table")
        known = values if like is None else like
        for name, value in values.items():
            if type(value) is not type(known.get(name)):
                raise self.error(f"{key} has an unknown or wrong answer: {name}")
        return values

    def truth(self, key: str, default: bool = False) -> bool:
        """Return a yes or no."""
        return bool(self.values.get(key, default))

    def number(self, key: str) -> int | None:
        """Return a whole number that is not negative, None when absent."""
        value = self.values.get(key)
        if isinstance(value, int) and value < 0:
            raise self.error(f"{key} must be a whole number from 0 on")
        return value if isinstance(value, int) else None

    def day(self, key: str) -> date | None:
        """Return a date, None when absent."""
        value = self.values.get(key)
        return value if isinstance(value, date) else None

    def one_of(self, key: str, words: tuple[str, ...]) -> str:
        """Return one of some words, the first when absent."""
        value = self.text(key, words[0])
        if value not in words:
            raise self.error(f"{key} must be one of {', '.join(words)}")
        return value

    def term[T: StrEnum](self, key: str, terms: type[T]) -> T:
        """Return a term of the vocabulary."""
        try:
            return terms(self.text(key))
        except ValueError as error:
            if isinstance(error, RuleError):
                raise
            raise self.error(f"{key} must be one of {', '.join(terms)}") from None

    def weight(self, key: str, default: str) -> Severity | None:
        """Return a severity, None for "off"."""
        value = self.text(key, default)
        if value == "off":
            return None
        if value not in SEVERITIES:
            raise self.error(f"{key} must be off or one of {', '.join(Severity)}")
        return SEVERITIES[value]


@dataclass(frozen=True, slots=True)
class Table:
    """The entries of one data file, and the edition that it states (or "")."""

    name: str
    edition: str
    rows: tuple[Row, ...]


def read_table(path: Path, kind: str, keys: Mapping[str, type]) -> Table:
    """Read `[[kind]]` entries. Raises RuleError on broken TOML, an unknown key, a wrong type, a missing source."""
    try:
        document = tomllib.loads(path.read_text("utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise RuleError(f"{path.name}: {error}") from error
    strangers = set(document) - {kind, "edition"}
    if strangers:
        raise RuleError(f"{path.name}: unknown key {', '.join(sorted(strangers))}")
    rows = tuple(_row(path.name, kind, number, raw, keys) for number, raw in enumerate(document.get(kind, []), start=1))
    return Table(path.name, str(document.get("edition", "")), rows)


def _row(name: str, kind: str, number: int, raw: Mapping[str, object], keys: Mapping[str, type]) -> Row:
    label = next((str(raw[key]) for key in ("code", "slug", "kind", "column1") if key in raw), "")
    row = Row(f"{name}, {kind} {number} ({label})", raw)
    for key, value in raw.items():
        if key not in keys:
            raise row.error(f"unknown key {key}")
        if type(value) is not keys[key]:  # a truth is no number, an instant is no day
            raise row.error(f"{key} must be of type {keys[key].__name__}")
    row.text("source")
    if (row.day("from") or date.min) > (row.day("until") or date.max):
        raise row.error("from is after until")
    return row
