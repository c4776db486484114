"""Whole requests that are wrong: too much, too many, addresses that lead nowhere."""

from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

import pytest

from tests.bad_input.forms import NOTE, address, whole
from tests.world import everything, send


def test_too_many_fields_are_refused_with_a_page(case: SimpleNamespace, settings: Any) -> None:
    settings.DEBUG_PROPAGATE_EXCEPTIONS = False
    before, body = everything(), {f"field{number}": "x" for number in range(5000)} | whole(NOTE, case)
    answer = send("POST", address(NOTE, case), case.sessions["adams"], body)
    assert (answer.status_code, everything() == before) == (400, True)
    assert "Plumbline" in answer.text


def test_more_than_a_request_may_hold_is_refused_with_a_page(case: SimpleNamespace, settings: Any) -> None:
    settings.DEBUG_PROPAGATE_EXCEPTIONS = False
    before, body = everything(), whole(NOTE, case) | {"plan": "x" * 5_000_000}
    answer = send("POST", address(NOTE, case), case.sessions["adams"], body)
    assert (answer.status_code in (400, 413), everything() == before) == (True, True)
    assert "Plumbline" in answer.text


def test_a_field_that_is_sent_twice_counts_once(case: SimpleNamespace) -> None:
    body = whole(NOTE, case) | {"plan": ["first", "second"], "base": ""}
    assert send("POST", address(NOTE, case), case.sessions["adams"], body).status_code in (200, 409)


BAD_QUERIES = [
    "\x00",
    "-1",
    "0",
    "9" * 5000,
    "１",
    "é",
    "' OR 1=1",
    "2026-13-45",
    "0001-01-01",
    "9999-12-31",
    "[]",
    "a" * 3000,
]


@pytest.mark.parametrize("value", BAD_QUERIES, ids=lambda value: value[:10])
def test_a_bad_query_leads_nowhere(case: SimpleNamespace, value: str) -> None:
    for page in (
        "/riverside/patients/?page=", "/riverside/today/?on=", "/riverside/superbills/?location=",
        "/riverside/superbills/?clinician=", "/riverside/superbills/?payer=", "/riverside/guidance/?q=",
        "/riverside/guidance/found/?q=", "/riverside/guidance/97530/?on=", "/riverside/guidance/97530/history/?page=",
        f"/patients/{case.patient.pk}/visits/?page=",
    ):  # fmt: skip
        assert send("GET", page + quote(value), case.sessions["adams"]).status_code in (200, 404), page


@pytest.mark.parametrize(
    "day", ["0001-01-01", "9999-12-31", "2026-13-45", "today", "20261120", "2026-W47-5", "%00", "9" * 5000]
)
def test_a_day_that_is_none_is_not_there(case: SimpleNamespace, day: str) -> None:
    for page in (f"/riverside/superbills/{day}/", f"/riverside/superbills/{day}/board/"):
        assert send("GET", page, case.sessions["frances"]).status_code in (200, 404)


@pytest.mark.parametrize("value", ["\x00", "9" * 100_000, "é" * 3000, "' OR 1=1", "<script>alert(1)</script>"])
def test_a_sign_in_with_nonsense_is_refused_gently(case: SimpleNamespace, value: str) -> None:
    answer = send("POST", "/login/", "", {"username": value, "password": value, "next": value})
    assert answer.status_code in (200, 422)
    assert "<script>alert" not in answer.text
