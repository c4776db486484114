"""Count units for visits given as JSON lines: `manage.py units visits.jsonl`, or from standard input.

One object a line, for example {"id": "v1", "method": "cms", "minutes": [["97110", 33], ["97140", 7]]}. The method is
"cms" (total time of the day) or "ama" (each code by itself). Codes that are not counted by time give one unit, and
their minutes never enter the count. The answer holds `id`, `units` (code -> units) and `ties`, groups of codes of which
any may take the last unit. A line that cannot be read is told on standard error with its number; the others are
answered all the same, and the command ends with status 1. No database is used.
"""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand

from coding.engine.rulebook import RuleBook, load
from coding.engine.units import count
from coding.engine.vocabulary import UnitMethod
from coding.json_lines import LineError, answer_lines

METHODS = {"cms": UnitMethod.TOTAL_TIME, "ama": UnitMethod.PER_CODE}
MINUTES_OF_A_DAY = 24 * 60


class Command(BaseCommand):
    """Answers each line, and says which could not be read."""

    help = "Count units for JSON lines of id, method (cms or ama) and minutes ([[code, minutes], ...])."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", nargs="?", default="-", help="a file of JSON lines; standard input without it")

    def handle(self, *args: Any, **options: Any) -> None:
        rules = load(date.today())
        answer_lines(self, options["file"], lambda asked: answer(asked, rules))


def answer(asked: dict[str, Any], rules: RuleBook) -> dict[str, Any]:
    """Return the units of one line. Raises LineError, in words for whoever wrote the line.

    >>> answer({"id": 1, "method": "ama", "minutes": [["97110", 33], ["97140", 7]]}, load(date(2026, 11, 20)))
    {'id': 1, 'units': {'97110': 2, '97140': 0}, 'ties': []}
    """
    pairs = [_pair(item, rules) for item in _minutes(asked)]
    counted = count(_method(asked), [(code, spent) for code, spent in pairs if rules.code(code).timed])
    units = {code: counted.units.get(code, 1) for code, _ in pairs}
    return {"id": asked["id"], "units": units, "ties": [list(tie) for tie in counted.ties]}


def _method(asked: dict[str, Any]) -> UnitMethod:
    method = asked.get("method")
    if not isinstance(method, str) or method not in METHODS:
        raise LineError(f"method must be {' or '.join(METHODS)}, not {method!r}")
    return METHODS[method]


def _minutes(asked: dict[str, Any]) -> list[Any]:
    minutes = asked.get("minutes")
    if not isinstance(minutes, list):
        raise LineError("minutes must be a list of [code, minutes]")
    return minutes


def _pair(item: Any, rules: RuleBook) -> tuple[str, int]:
    if not isinstance(item, list) or len(item) != 2 or not isinstance(item[0], str):
        raise LineError(f"not [code, minutes]: {item!r}")
    code, spent = item
    entry = rules.code(code)
    if not entry.known:
        raise LineError(f"the rule book has no code {code!r}")
    if entry.timed or spent is not None:
        _check_minutes(code, spent)
    return code, spent or 0


def _check_minutes(code: str, spent: Any) -> None:
    whole = isinstance(spent, int) and not isinstance(spent, bool)
    if not whole or not 0 <= spent <= MINUTES_OF_A_DAY:
        raise LineError(f"minutes of {code} must be a whole number from 0 to {MINUTES_OF_A_DAY}, not {spent!r}")
