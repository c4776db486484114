"""Reading the files in which CMS ships its quarterly edits, as they come out of its ZIP.

Pairs ("PTP", practitioners): text with tabs, in four files. A few lines of copyright and a header that is wrapped over
several lines stand above the rows; ended pairs stay in the file with the day on which they ended.
Maxima ("MUE", practitioners): CSV. A notice of several lines in one cell stands above a header with a newline in it.

Rows are read one by one, so a file may have millions of them. One bad row refuses the file: half a table is worse than none.
"""

import csv
import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from coding.quarters import name_of, named

CODE = re.compile(r"[0-9A-Z][0-9]{3}[0-9A-Z]")
DAY = re.compile(r"[0-9]{8}")
UNITS = re.compile(r"[0-9]{1,5}")
PART = re.compile(r"[-_]f([0-9]{1,2})(?![0-9])", re.IGNORECASE)
STARTS_A_ROW = re.compile(r'^"?[0-9A-Z][0-9]{3}[0-9A-Z]"?([\t,;])', re.MULTILINE)
MOST_ABOVE = 60  # lines above the first row
LONGEST_LINE = 1 << 16

type Cells = list[str]
type Numbered = tuple[int, Cells]


class Kind(StrEnum):
    """What a table says."""

    PAIRS = "pairs"
    MAXIMA = "maxima"


# What the header says above each column, in small letters. In order, for a message.
HEADERS: Mapping[Kind, tuple[str, ...]] = {
    Kind.PAIRS: ("column 1", "column 2", "effective", "deletion", "modifier"),
    Kind.MAXIMA: ("hcpcs", "mue value", "adjudication indicator"),
}


class Pair(NamedTuple):
    """Two codes, whether a modifier opens the pair (0 never, 1 may, 9 not applicable), and the days it holds."""

    column1: str
    column2: str
    indicator: int
    effective_on: date
    deleted_on: date | None

    def holds_from(self, quarter: date) -> bool:
        """Say whether it can matter in a quarter or later. CMS takes a pair back by ending it on the day it began."""
        if self.indicator == 9 or (self.deleted_on and self.deleted_on <= self.effective_on):
            return False
        return self.deleted_on is None or self.deleted_on >= quarter


class Maximum(NamedTuple):
    """How many units of a code a day Medicare finds likely, and how strictly (its adjudication indicator)."""

    code: str
    units: int
    mai: int


class BadFile(Exception):
    """The file cannot be loaded; the message names the file, the line and the reason."""


@dataclass(frozen=True, slots=True)
class TableFile:
    """One file of a table: what it holds, of which quarter, which part it is (0: the whole), its fingerprint."""

    path: Path
    kind: Kind
    quarter: date
    part: int
    digest: str

    def pairs(self) -> Iterator[tuple[int, Pair]]:
        """Yield the rows of a table of pairs, each with its line."""
        yield from _read(self.path, _pair)

    def maxima(self) -> Iterator[tuple[int, Maximum]]:
        """Yield the rows of a table of maxima, each with its line."""
        yield from _read(self.path, _maximum)


def look_at(path: Path, quarter: date | None = None) -> TableFile:
    """Tell what a file is. Its quarter is read from its name, and must be the one that was asked for, if one was."""
    _refuse_other_forms(path)
    if path.name.lower().startswith("ccioph"):
        raise BadFile(
            f"{path.name}: these are the pairs for hospitals; practitioners have files of their own (ccipra)."
        )
    with _opened(path) as rows:
        try:
            kind, _, _ = _below_the_header(rows)
        except ValueError as reason:
            raise BadFile(f"{path.name}: {reason}.") from None
    told = named(path.name)
    if told and quarter and told != quarter:
        raise BadFile(f"{path.name}: the name says {name_of(told)}, and not {name_of(quarter)}.")
    if (quarter := told or quarter) is None:
        raise BadFile(f"{path.name}: the name does not say of which quarter it is. Say it: --quarter 2026Q4.")
    part = PART.search(path.stem) if kind is Kind.PAIRS else None
    return TableFile(path, kind, quarter, int(part[1]) if part else 0, _fingerprint(path))


def _fingerprint(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _refuse_other_forms(path: Path) -> None:
    with path.open("rb") as file:
        head = file.read(4)
    if head.startswith(b"PK"):
        raise BadFile(f"{path.name}: ZIP files and workbooks are not read. Give the text file (.txt, .csv) of the ZIP.")
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise BadFile(f"{path.name}: the file is in UTF-16. Give the text file as CMS ships it.")


# Lines


@contextmanager
def _opened(path: Path) -> Iterator[Iterator[Numbered]]:
    """Yield the rows that hold anything, with their lines. All that is kept is ASCII, so any byte may stand elsewhere."""
    with path.open(newline="", encoding="latin-1") as file:
        delimiter = _delimiter(file.read(LONGEST_LINE))
        file.seek(0)
        yield _rows(path, csv.reader(iter(lambda: file.readline(LONGEST_LINE), ""), delimiter=delimiter))


def _delimiter(head: str) -> str:
    """Look behind the first code: the notice above may hold any of them."""
    found = STARTS_A_ROW.search(head)
    return found[1] if found else "\t" if "\t" in head else ","


def _rows(path: Path, reader: Any) -> Iterator[Numbered]:
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield reader.line_num, [cell.strip() for cell in cells]
    except csv.Error as error:
        raise BadFile(f"{path.name}, line {reader.line_num}: {error}.") from None


def _below_the_header(rows: Iterator[Numbered]) -> tuple[Kind, dict[str, int], Iterator[Numbered]]:
    """Return what the table is, where its columns stand, and its rows. Raises ValueError if it is no such table.

    A header may be wrapped, so what stands above the rows is read column by column until all of it is there.
    """
    above: list[str] = []
    for _, (line, cells) in zip(range(MOST_ABOVE), rows, strict=False):
        columns = _columns(Kind.PAIRS, above)
        if columns and _looks_like_a_pair(cells):
            return Kind.PAIRS, columns, _again((line, cells), rows)
        if CODE.fullmatch(cells[0]):
            raise ValueError(f"line {line} holds a code, and no header above it says what the columns are")
        above += [""] * (len(cells) - len(above))
        for place, cell in enumerate(cells):
            above[place] += " " + " ".join(cell.lower().split())
        if columns := _columns(Kind.MAXIMA, above):
            if "practitioner" not in above[columns["mue value"]]:
                raise ValueError("these maxima are not those of practitioners")
            return Kind.MAXIMA, columns, rows
    raise ValueError(
        "neither a table of pairs (Column 1, Column 2, ... Effective, Deletion, Modifier) nor one of maxima "
        "(HCPCS/CPT Code, Practitioner Services MUE Values, MUE Adjudication Indicator)"
    )


def _columns(kind: Kind, above: list[str]) -> dict[str, int]:
    """Return where each column stands, or nothing while one is missing. The notice fills the first: look from the right."""
    found = {
        words: max((place for place, text in enumerate(above) if words in text), default=-1) for words in HEADERS[kind]
    }
    return found if min(found.values()) >= 0 and len(set(found.values())) == len(found) else {}


def _looks_like_a_pair(cells: Cells) -> bool:
    """Say whether a row is meant to be one, be it right or wrong: the rest of a wrapped header has none of this."""
    return bool(CODE.fullmatch(cells[0])) or any(map(DAY.fullmatch, cells[:6])) or cells[5:6] in (["0"], ["1"], ["9"])


def _again(first: Numbered, rows: Iterable[Numbered]) -> Iterator[Numbered]:
    yield first
    yield from rows


# Rows


def _read[R](path: Path, row_of: Callable[[Mapping[str, str]], R]) -> Iterator[tuple[int, R]]:
    with _opened(path) as rows:
        _, columns, body = _below_the_header(rows)
        for line, cells in body:
            try:
                yield line, row_of(_by_name(cells, columns))
            except ValueError as reason:
                raise BadFile(f"{path.name}, line {line}: {reason}.") from None


def _by_name(cells: Cells, columns: Mapping[str, int]) -> dict[str, str]:
    if len(cells) <= max(columns.values()):
        raise ValueError(f"{max(columns.values()) + 1} columns are wanted, {len(cells)} are there")
    return {name: cells[place] for name, place in columns.items()}


def _pair(cells: Mapping[str, str]) -> Pair:
    if cells["modifier"] not in ("0", "1", "9"):
        raise ValueError(f"the modifier indicator is 0, 1 or 9, and not {_short(cells['modifier'])}")
    ended = cells["deletion"]
    return Pair(
        _code(cells["column 1"]),
        _code(cells["column 2"]),
        int(cells["modifier"]),
        _day(cells["effective"]),
        None if ended in ("*", "") else _day(ended),
    )


def _maximum(cells: Mapping[str, str]) -> Maximum:
    units, mai = cells["mue value"], cells["adjudication indicator"][:1]
    if not UNITS.fullmatch(units):
        raise ValueError(f"{_short(units)} is not a number of units")
    if mai not in ("1", "2", "3"):
        raise ValueError(f"the adjudication indicator begins with 1, 2 or 3, and is {_short(mai)}")
    return Maximum(_code(cells["hcpcs"]), int(units), int(mai))


def _code(text: str) -> str:
    if not CODE.fullmatch(text):
        raise ValueError(f"{_short(text)} is not a code such as 98940 or G0283")
    return text


@lru_cache(maxsize=1024)  # few days, millions of rows
def _day(text: str) -> date:
    try:
        if DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise ValueError(f"{_short(text)} is not a day such as 20261001")


def _short(text: str) -> str:
    return repr(text[:20])
