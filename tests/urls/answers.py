"""What an answer must be, and what must not stand in it."""

from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any

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
