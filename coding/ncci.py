"""Loading CMS's quarterly pairs and maxima: all the files given, or none of them.

A quarter's table is loaded as a whole and replaced as a whole; the same files once more change nothing. Kept is what can
matter from the quarter on: rows that ended before it began, and those that CMS took back, are read, checked and left out.
All codes are kept, because a practice may bill any that it puts on its list.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from coding.models import NcciMaximum, NcciPair, NcciTable
from coding.ncci_files import BadFile, Kind, Maximum, TableFile, look_at
from coding.quarters import name_of

PARTS = 4  # in which CMS ships the pairs of practitioners


@dataclass(frozen=True, slots=True)
class Loaded:
    """What became of one table. Nothing changed if it was there already."""

    kind: Kind
    quarter: date
    rows: int
    left_out: int
    is_new: bool


@transaction.atomic(durable=True)
def load(paths: Sequence[Path], *, quarter: date | None = None, parts: int = PARTS) -> list[Loaded]:
    """Load tables from their files, which are of one quarter. Raises BadFile, and changes nothing then."""
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE coding_nccitable IN SHARE ROW EXCLUSIVE MODE")  # two at a time would both add one
    files = [look_at(path, quarter) for path in paths]
    _of_one_quarter(files)
    by_kind = {kind: [file for file in files if file.kind is kind] for kind in Kind}
    _all_parts(by_kind[Kind.PAIRS], parts)
    if len(by_kind[Kind.MAXIMA]) > 1:
        raise BadFile(
            f"{by_kind[Kind.MAXIMA][1].path.name}: a quarter has one table of maxima, and two files are given."
        )
    return [_table(kind, several) for kind, several in by_kind.items() if several]


def _of_one_quarter(files: Sequence[TableFile]) -> None:
    for file in files:
        if file.quarter != files[0].quarter:
            first, other = name_of(files[0].quarter), name_of(file.quarter)
            raise BadFile(
                f"{file.path.name}: this is of {other}, and {files[0].path.name} of {first}. Load one at a time."
            )


def _all_parts(files: Sequence[TableFile], parts: int) -> None:
    """A missing part would look like pairs that do not exist: those of adjustments are all in the last one."""
    there = sorted(file.part for file in files)
    if not files or there in ([0], list(range(1, parts + 1))):
        return
    names = ", ".join(file.path.name for file in files)
    raise BadFile(
        f"{names}: the pairs of a quarter come in {parts} files, -f1 to -f{parts}, and are loaded together, each once. "
        "If CMS ships another number, say it: --parts."
    )


def _table(kind: Kind, files: Sequence[TableFile]) -> Loaded:
    quarter = files[0].quarter
    digest = hashlib.sha256("".join(sorted(file.digest for file in files)).encode()).hexdigest()
    there = NcciTable.objects.filter(kind=kind, starts_on=quarter).first()
    if there and there.digest == digest:
        return Loaded(kind, quarter, there.rows, 0, is_new=False)
    if there:
        _rows_of(kind).filter(table=there).delete()
        there.delete()  # a new one, with a new key: what a process remembers of the old one is then never asked for
    table = NcciTable.objects.create(
        kind=kind, starts_on=quarter, digest=digest, files=[file.path.name for file in files], rows=0
    )
    read, kept = _pairs(table, files) if kind is Kind.PAIRS else _maxima(table, files[0])
    if not kept:
        raise BadFile(f"{files[0].path.name}: the file holds no rows for the quarter. It may have been cut short.")
    NcciTable.objects.filter(pk=table.pk).update(rows=kept)
    return Loaded(kind, quarter, kept, read - kept, is_new=True)


def _rows_of(kind: Kind) -> Any:
    return NcciPair.objects if kind is Kind.PAIRS else NcciMaximum.objects


# Pairs: millions of rows, so they go through a table of their own, and the database finds what contradicts


def _pairs(table: NcciTable, files: Sequence[TableFile]) -> tuple[int, int]:
    read = 0
    with connection.cursor() as cursor:
        cursor.execute(STAGE)
        with cursor.copy(f"COPY incoming ({', '.join(STAGED)}) FROM STDIN") as copy:
            for number, file in enumerate(files):
                for line, pair in file.pairs():
                    read += 1
                    if pair.holds_from(table.starts_on):
                        copy.write_row((*pair, number, line))
        cursor.execute("ANALYZE incoming")
        cursor.execute(CONTRADICT)
        if found := cursor.fetchone():
            raise BadFile(_contradiction(files, *found))
        cursor.execute(KEEP, [table.pk])
        kept = cursor.rowcount
        cursor.execute("DROP TABLE incoming")
    return read, int(kept)


def _contradiction(files: Sequence[TableFile], column1: str, column2: str, *places: int) -> str:
    file, line, other_file, other_line = places
    return (
        f"{files[file].path.name}, line {line}: {column1} with {column2} holds on the same days with another modifier "
        f"indicator in {files[other_file].path.name}, line {other_line}."
    )


STAGED = ("column1", "column2", "indicator", "effective_on", "deleted_on", "file", "line")
STAGE = (
    "CREATE TEMP TABLE incoming (column1 varchar(5), column2 varchar(5), indicator smallint, effective_on date, "
    "deleted_on date, file smallint, line integer) ON COMMIT DROP"
)
CONTRADICT = """
SELECT column1, column2, file, line, file_before, line_before FROM (
    SELECT *, lag(indicator) OVER one AS indicator_before, lag(deleted_on) OVER one AS deleted_before,
           lag(file) OVER one AS file_before, lag(line) OVER one AS line_before
    FROM incoming WINDOW one AS (PARTITION BY column1, column2 ORDER BY effective_on, file, line)
) AS each
WHERE indicator <> indicator_before AND (deleted_before IS NULL OR deleted_before >= effective_on)
ORDER BY file, line LIMIT 1
"""
KEEP = """
INSERT INTO coding_nccipair (table_id, column1, column2, effective_on, deleted_on, indicator)
SELECT DISTINCT ON (column1, column2, effective_on) %s, column1, column2, effective_on, deleted_on, indicator
FROM incoming ORDER BY column1, column2, effective_on, deleted_on DESC NULLS FIRST
"""


# Maxima: some ten thousand rows


def _maxima(table: NcciTable, file: TableFile) -> tuple[int, int]:
    with connection.cursor() as cursor:
        columns = "table_id, code, units, mai"
        with cursor.copy(f"COPY coding_nccimaximum ({columns}) FROM STDIN") as copy:
            read = 0
            for row in _each_once(file.path, file.maxima()):
                copy.write_row((table.pk, *row))
                read += 1
    return read, read


def _each_once(path: Path, rows: Iterable[tuple[int, Maximum]]) -> Iterator[Maximum]:
    lines: dict[str, int] = {}
    for line, row in rows:
        if row.code in lines:
            raise BadFile(f"{path.name}, line {line}: {row.code} stands on line {lines[row.code]} already.")
        lines[row.code] = line
        yield row
