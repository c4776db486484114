"""Rows as CSV for a spreadsheet, in which nothing that somebody typed becomes a formula."""

import csv
import io
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

# What a spreadsheet takes for the beginning of a formula, also in its wide form, and behind what it may strip.
FORMULA = tuple("=+-@|\t\r\n\0＝＋－＠")
MARK = "\ufeff"  # by which a spreadsheet knows UTF-8


def cell(value: Any) -> Any:
    """Return a value as it may stand in a cell. Numbers are numbers; text that could be a formula is marked as text.

    >>> cell("=1+1"), cell(" @SUM(A1)"), cell("-25.00"), cell("O'Neil"), cell(Decimal("-25.00")), cell(None)
    ("'=1+1", "' @SUM(A1)", "'-25.00", "O'Neil", Decimal('-25.00'), '')
    """
    if value is None:
        return ""
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return value
    text = str(value).replace("\0", "")
    return f"'{text}" if text.startswith(FORMULA) or text.lstrip().startswith(FORMULA) else text


def lines(rows: Iterable[Iterable[Any]]) -> Iterator[bytes]:
    """Yield rows as lines of a CSV file, one by one."""
    yield MARK.encode()
    written = io.StringIO()
    writer = csv.writer(written)
    for row in rows:
        writer.writerow([cell(value) for value in row])
        yield written.getvalue().encode()
        written.seek(0)
        written.truncate()
