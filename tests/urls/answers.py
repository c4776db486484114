"""What an answer must be, and what must not stand in it."""

from collections.abc import Iterable
from functools import cache
from types import SimpleNamespace
from typing import Any

from clinic.operations.headers import ALWAYS, UNKEPT
from clinic.operations.routes import Route, routes
from tests.urls.table import Row


def check(row: Row, person: str, method: str, answer: Any, status: int, case: SimpleNamespace) -> None:
    """See that an answer has its status, and that a refusal says nothing of the object and changed nothing."""
    asked = f"{person}: {method} {row.url} of {row.of}"
    assert answer.status_code == status, f"{asked} answered {answer.status_code}, not {status}"
    if status in REFUSALS or method == "GET":
        assert answer.writes == [], asked
    if status in REFUSALS:
        assert found_in(answer, case.known) == [], asked


REFUSALS = (401, 403, 404, 405)


def found_in(answer: Any, words: Iterable[str]) -> list[str]:
    text = (answer.text + str(dict(answer.headers))).lower()  # a page may begin a sentence with a word
    return [word for word in words if word in text]


POLICY = ("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'")


def carries_all(answer: Any, *, is_kept: bool = False) -> None:
    """See that an answer has every header that all of them have."""
    for name, value in ALWAYS.items():
        assert answer.headers.get(name) == value, name
    policy = answer.headers["Content-Security-Policy"]
    assert all(part in policy for part in POLICY), policy
    assert "unsafe" not in policy
    assert len(answer.headers["X-Request-ID"]) >= 8
    assert (answer.headers["Cache-Control"] == UNKEPT) == (not is_kept)


@cache
def told() -> dict[str, Route]:
    """Return what `manage.py routes` tells of each URL, by its name."""
    return {route.name: route for route in routes()}


def is_as_told(asked: str, route: Route, answer: Any, known: Iterable[str]) -> None:
    """See that nothing but what is told came into the log, and that nothing is said of a patient where none is told of."""
    assert answer.logged - {"refused"} <= set(route.audited), asked
    if not route.tells_of_patients:
        assert found_in(answer, known) == [], asked
