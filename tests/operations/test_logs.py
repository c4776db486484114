"""The log: one line a request, which names its route and never what was asked for."""

import json
import logging
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from clinic.operations.logs import JsonFormatter, access
from tests.world import send


@pytest.fixture
def lines() -> Iterator[list[str]]:
    """Every line that would be written, as it would be."""
    found: list[str] = []

    class Keeping(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            found.append(self.format(record))

    handler, before = Keeping(), access.level
    handler.setFormatter(JsonFormatter())
    logging.getLogger().addHandler(handler)
    access.setLevel(logging.INFO)
    yield found
    access.setLevel(before)
    logging.getLogger().removeHandler(handler)


def of_requests(lines: list[str]) -> list[dict[str, Any]]:
    return [entry for entry in map(json.loads, lines) if entry["logger"] == "plumbline.requests"]


def test_a_request_has_one_line_with_its_route_its_status_and_its_name(
    lines: list[str], world: SimpleNamespace
) -> None:
    case = world.cases["adams"]
    answer = send("GET", f"/notes/{case.draft.pk}/?words={case.patient.last_name}", world.sessions["adams"])
    (entry,) = of_requests(lines)
    assert entry["request"] == answer.headers["X-Request-ID"]
    assert {name: entry[name] for name in ("level", "method", "route", "status")} == {
        "level": "INFO", "method": "GET", "route": "notes:note", "status": 200,
    }  # fmt: skip
    assert isinstance(entry["ms"], int)


def test_no_line_holds_what_was_asked_for_or_sent(lines: list[str], world: SimpleNamespace, settings: Any) -> None:
    settings.DEBUG_PROPAGATE_EXCEPTIONS = False
    case, session = world.cases["adams"], world.sessions["adams"]
    send("GET", f"/patients/{case.patient.pk}/?who=rivera", session)
    send("POST", "/riverside/search/", session, {"words": "rivera"})
    send("GET", "/rivera/nothing/", session)
    send("RIVERA", "/", session)
    send("GET", "/", session, Host="rivera.example")
    text = "".join(lines).lower()
    assert len(of_requests(lines)) == 5
    assert "rivera" not in text
    assert str(case.patient.pk) not in text


def test_an_error_is_told_by_its_kind_and_its_place_alone(
    lines: list[str], world: SimpleNamespace, settings: Any, monkeypatch: Any
) -> None:
    def broken(*args: Any) -> None:
        raise ValueError("Key (last_name)=(Rivera) already exists.")

    settings.DEBUG_PROPAGATE_EXCEPTIONS = False
    monkeypatch.setattr("clinic.middleware.Membership.objects.of", broken)
    answer = send("GET", "/", world.sessions["adams"])
    (error,) = [entry for entry in map(json.loads, lines) if entry["level"] == "ERROR"]
    assert (answer.status_code, error["error"][0], error["request"]) == (
        500,
        "ValueError",
        answer.headers["X-Request-ID"],
    )
    assert "Rivera" not in "".join(lines)


@pytest.mark.parametrize(
    ("given", "is_behind_proxy", "is_taken"),
    [
        ("edge-0123456789", True, True),
        ("edge-0123456789", False, False),
        ('x"} forged line', True, False),
        ("", True, False),
    ],
)
def test_a_name_is_taken_over_from_a_known_proxy_alone(
    given: str, is_behind_proxy: bool, is_taken: bool, settings: Any, client: Any
) -> None:
    settings.IS_BEHIND_PROXY = is_behind_proxy
    answer = client.get("/healthz", headers={"X-Request-ID": given})
    assert (answer.headers["X-Request-ID"] == given) == is_taken
