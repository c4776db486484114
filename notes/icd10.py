"""The diagnosis list as a file: building it from the tool that ships ICD-10-CM, reading it, loading it.

A file holds one whole edition. A new one comes each October, and often in April. It is our own CSV (a header, then one
billable code a line), or one of the two lists of CMS as they come out of its ZIP: the codes with their titles
(icd10cm-codes-2027.txt), or the same in order with headings among them (icd10cm-order-2027.txt). Theirs are of a fiscal
year, which begins on the 1 October before; the first day is read from the name, or told with --from.

    python -m notes.icd10 FILE      build FILE from the edition that simple-icd-10-cm ships (a build-time tool)
    manage.py import_icd10 FILE     load FILE, as the owner of the tables
"""

import csv
import re
import sys
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

from django.db import connection, transaction

COLUMNS = ("code", "title", "edition", "valid_from", "valid_to")
CODE = re.compile(r"[A-Z][0-9A-Z]{2}(\.[0-9A-Z]{1,4})?")
OF_CMS = (
    re.compile(r"[0-9]{5} (?P<code>[0-9A-Z]{3,7}) +(?P<billable>[01]) .{60} (?P<title>.+)"),
    re.compile(r"(?P<code>[0-9A-Z]{3,7}) +(?P<title>\S.*)"),
)
OF_A_YEAR = re.compile(r"(?P<april>april)?[-_ ,.]*(?:0?1[-_ ,.]+)?(?P<year>20[0-9]{2})(?![0-9])", re.IGNORECASE)
RELEASE = re.compile(r"tabular-(?P<month>[A-Z][a-z]+)-(?P<day>\d+)-(?P<year>\d{4})\.xml")


class Row(NamedTuple):
    """A billable code of one edition. `valid_to` is its last day, None while no later edition is known."""

    code: str
    title: str
    edition: str
    valid_from: date
    valid_to: date | None


class BadFile(Exception):
    """The file cannot be loaded; the message names the line and the reason."""


# Building


def build(path: Path) -> int:
    """Write the edition that the tool ships, its billable codes only, and return their number."""
    import simple_icd_10_cm as tool

    edition, valid_from = release([entry.name for entry in files("simple_icd_10_cm.data").iterdir()])
    codes = [code for code in tool.get_all_codes(True) if not tool.is_chapter_or_block(code) and tool.is_leaf(code)]
    unfinished = path.with_suffix(".part")
    with unfinished.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows((code, tool.get_description(code), edition, valid_from, "") for code in codes)
    unfinished.replace(path)
    return len(codes)


def release(names: list[str]) -> tuple[str, date]:
    """Read the edition and its first day from the name of the data file that the tool carries.

    >>> release(["__init__.py", "icd10c-tabular-April-1-2026.xml"])
    ('April 2026', datetime.date(2026, 4, 1))
    """
    found = next(filter(None, map(RELEASE.search, names)), None)
    if found is None:
        raise BadFile("The tool carries no data file whose name says its edition.")
    first_day = datetime.strptime("{month} {day} {year}".format(**found.groupdict()), "%B %d %Y").date()
    return f"{found['month']} {found['year']}", first_day


# Reading


def read(path: Path, valid_from: date | None = None) -> list[Row]:
    """Return the rows of a file, or refuse it with the line and the reason: half an edition is worse than none."""
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            first = file.readline(1 << 16).rstrip()
            file.seek(0)
            shape = next((shape for shape in OF_CMS if shape.fullmatch(first)), None)
            if shape is None:
                return list(_rows(file))
            start = valid_from or first_day(path.name)
            return list(_checked(_lines(file, shape, start)))
    except UnicodeDecodeError:
        raise BadFile("The file is not UTF-8 text.") from None


def first_day(name: str) -> date:
    """Read the first day of an edition from the name of CMS's file: a fiscal year begins on the 1 October before.

    >>> first_day("icd10cm-codes-2027.txt"), first_day("icd10cm_order_April-1-2027.txt")
    (datetime.date(2026, 10, 1), datetime.date(2027, 4, 1))
    """
    found = OF_A_YEAR.search(name)
    if found is None:
        raise BadFile("The name does not say of which year the list is. Say its first day: --from 2026-10-01.")
    return date(int(found["year"]), 4, 1) if found["april"] else date(int(found["year"]) - 1, 10, 1)


type Numbered = Iterator[tuple[int, list[str]]]  # lines with their cells, in the order of COLUMNS


def _lines(file: Iterable[str], shape: re.Pattern[str], start: date) -> Numbered:
    """Read a list of CMS. It writes codes without their dot, and in the order file headings are no codes to bill."""
    edition = f"{start:%B %Y}"
    for number, line in enumerate(file, start=1):
        found = shape.fullmatch(line.rstrip())
        if found is None and line.strip():
            raise BadFile(f"Line {number}: {line.strip()[:40]!r} is no line of this list: a code, then its title.")
        if found and found.groupdict().get("billable") != "0":
            code = found["code"]
            dotted = f"{code[:3]}.{code[3:]}" if len(code) > 3 else code
            yield number, [dotted, found["title"].strip(), edition, start.isoformat(), ""]


def _rows(file: Iterator[str]) -> Iterator[Row]:
    reader = csv.reader(file)
    if tuple(next(reader, [])) != COLUMNS:
        raise BadFile(f"Line 1: the columns should be {', '.join(COLUMNS)}.")
    yield from _checked(_cells(reader))


def _checked(numbered: Numbered) -> Iterator[Row]:
    first: Row | None = None
    lines: dict[str, int] = {}
    for number, cells in numbered:
        try:
            row = _row(cells)
            first = first or row
            if (row.edition, row.valid_from) != (first.edition, first.valid_from):
                raise ValueError(f"a file holds one edition, and this is not {first.edition} from {first.valid_from}")
            if row.code in lines:
                raise ValueError(f"{row.code} stands on line {lines[row.code]} already")
        except ValueError as reason:
            raise BadFile(f"Line {number}: {reason}.") from None
        lines[row.code] = number
        yield row
    if first is None:
        raise BadFile("The file holds no codes.")


def _cells(reader: Any) -> Numbered:
    try:
        for cells in reader:
            yield reader.line_num, cells
    except csv.Error as error:
        raise BadFile(f"Line {reader.line_num}: {error}.") from None


def _row(cells: list[str]) -> Row:
    if len(cells) != len(COLUMNS):
        raise ValueError(f"{len(COLUMNS)} columns are wanted, {len(cells)} are there")
    code, title, edition, valid_from, valid_to = (cell.replace("\x00", "") for cell in cells)
    if not CODE.fullmatch(code):
        raise ValueError(f"{code[:20]!r} does not look like an ICD-10-CM code, such as M54.50")
    if not 0 < len(title.strip()) <= 300:
        raise ValueError(f"the title of {code} is empty or longer than 300 characters")
    if not 0 < len(edition.strip()) <= 20:
        raise ValueError(f"the edition of {code} is empty or longer than 20 characters")
    row = Row(code, title, edition, _day(valid_from), _day(valid_to) if valid_to else None)
    if row.valid_to and row.valid_to < row.valid_from:
        raise ValueError(f"{code} ends before it starts")
    return row


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text[:20]!r} is not a date such as 2026-04-01") from None


# Loading


class Loaded(NamedTuple):
    """What an edition changed: rows new or changed, codes that end with it, titles that it words otherwise."""

    changed: int
    ended: int
    retitled: int


MOST_ENDED = (
    1_000  # codes that an edition may leave out; CMS ends some tens, at times a few hundred, of 74,000 in a year
)


@transaction.atomic(durable=True)
def load(rows: list[Row], *, ends_many: bool = False) -> Loaded:
    """Load one edition, whole or not at all, and say what changed: the second time nothing.

    A file that was cut short reads like a whole one that ends all codes behind the cut: BadFile, unless that is meant.
    """
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE incoming (LIKE notes_diagnosiscode)")
        cursor.execute("ALTER TABLE incoming DROP COLUMN id")
        with cursor.copy(f"COPY incoming ({', '.join(COLUMNS)}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        cursor.execute(ADD)
        changed = cursor.rowcount
        cursor.execute(END_OLDER_EDITIONS)
        cursor.execute(COMPARE)
        ended, retitled = cursor.fetchone()
        if ended > MOST_ENDED and not ends_many:
            raise BadFile(
                f"The file would end {ended:,} codes of the edition before, more than any edition does: was it cut short? "
                "If that is meant, say --ends-many."
            )
        cursor.execute("DROP TABLE incoming")
    return Loaded(int(changed), *((ended, retitled) if changed else (0, 0)))


# An edition that a later one has ended keeps the end that it was given.
ADD = """
INSERT INTO notes_diagnosiscode AS old (code, title, edition, valid_from, valid_to)
SELECT code, title, edition, valid_from, valid_to FROM incoming
ON CONFLICT (code, valid_from) DO UPDATE
SET title = excluded.title, edition = excluded.edition, valid_to = coalesce(excluded.valid_to, old.valid_to)
WHERE (old.title, old.edition) <> (excluded.title, excluded.edition)
   OR excluded.valid_to IS NOT NULL AND old.valid_to IS DISTINCT FROM excluded.valid_to
"""

# Each edition replaces the one before it as a whole, so a code that the later one has dropped ends too. Rows are kept:
# they say what was valid on the day of an older note. Holds in whichever order the editions are loaded.
END_OLDER_EDITIONS = """
UPDATE notes_diagnosiscode AS old SET valid_to = later.start - 1
FROM (SELECT valid_from, lead(valid_from) OVER (ORDER BY valid_from) AS start
      FROM (SELECT DISTINCT valid_from FROM notes_diagnosiscode) AS starts) AS later
WHERE old.valid_from = later.valid_from AND (old.valid_to IS NULL OR old.valid_to >= later.start)
"""

# With the edition just before it: codes that it does not have any more, and codes whose title it words otherwise.
COMPARE = """
SELECT count(*) FILTER (WHERE new.code IS NULL), count(*) FILTER (WHERE new.title <> old.title)
FROM notes_diagnosiscode AS old LEFT JOIN incoming AS new USING (code)
WHERE old.valid_from = (SELECT max(valid_from) FROM notes_diagnosiscode
                        WHERE valid_from < (SELECT min(valid_from) FROM incoming))
"""


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.parent.mkdir(parents=True, exist_ok=True)
    sys.stdout.write(f"{build(target):,} diagnosis codes in {target}\n")
