"""Dates as people write them."""

from datetime import date, datetime

FORMS = ("%Y-%m-%d", "%m/%d/%Y", "%m-%d-%Y", "%m.%d.%Y", "%m%d%Y")


def read_date(text: str) -> date | None:
    """Read a date written the American way or the ISO way; None for anything else.

    >>> read_date("3/4/1984"), read_date("1984-03-04"), read_date("soon")
    (datetime.date(1984, 3, 4), datetime.date(1984, 3, 4), None)
    """
    if not text.isascii():
        return None
    for form in FORMS:
        try:
            return datetime.strptime(text.strip(), form).date()
        except ValueError:
            continue
    return None
