"""What makes a PIN good enough: six digits or more that nobody tries first."""

import re
from datetime import datetime
from itertools import pairwise

LEAST, MOST = 6, 12
DATES = {6: ("%d%m%y", "%m%d%y", "%y%m%d"), 8: ("%d%m%Y", "%m%d%Y", "%Y%m%d")}


def weakness(pin: str) -> str:
    """Return what is wrong with a PIN, or nothing.

    >>> [bool(weakness(pin)) for pin in ("123456", "890123", "777777", "121212", "030484", "19840304", "12345", "١٢٣٤٥٦")]
    [True, True, True, True, True, True, True, True]
    >>> weakness("274950")
    ''
    """
    if not re.fullmatch(rf"[0-9]{{{LEAST},{MOST}}}", pin):
        return f"A signing PIN has {LEAST} to {MOST} digits."
    if _runs(pin) or _repeats(pin):
        return "This PIN would be among the first that somebody tries. Take digits without a pattern."
    if _is_a_day(pin):
        return "This PIN reads like a date, and birthdays are guessed first. Take other digits."
    return ""


def _runs(pin: str) -> bool:
    """Whether the digits count up or down, also across 9 and 0."""
    steps = {(int(after) - int(before)) % 10 for before, after in pairwise(pin)}
    return steps in ({1}, {9})


def _repeats(pin: str) -> bool:
    """Whether the PIN is one part over and over: 777777, 121212, 123123."""
    return any(pin == (pin[:size] * len(pin))[: len(pin)] for size in range(1, len(pin) // 2 + 1))


def _is_a_day(pin: str) -> bool:
    for form in DATES.get(len(pin), ()):
        try:
            datetime.strptime(pin, form)
        except ValueError:
            continue
        return True
    return False
