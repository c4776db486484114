"""A device that several people share offers nobody what somebody else once typed: every field that is typed into says so."""

from html.parser import HTMLParser
from types import SimpleNamespace
from typing import Any

import pytest

from tests.urls.table import ROWS, Row
from tests.world import PEOPLE

# What a password manager fills in belongs to whoever is signing in, and to no patient.
OWN = {"username", "current-password", "new-password", "one-time-code", "username webauthn"}
TYPED = {"text", "search", "password", "tel", "email", "number", "date", "time", "month"}


class Fields(HTMLParser):
    """Gathers the names of fields of which neither they nor their forms say that nothing is to be offered."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.offering: list[str] = []
        self.form_says = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self.form_says = given.get("autocomplete") or ""
        is_typed = tag == "textarea" or (tag == "input" and (given.get("type") or "text") in TYPED)
        if is_typed and (given.get("autocomplete") or self.form_says) not in {"off", *OWN}:
            self.offering.append(str(given.get("name") or given.get("id")))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.form_says = ""


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.url} of {row.of}")
def test_no_field_offers_what_was_typed_before(row: Row, world: SimpleNamespace, ask: Any) -> None:
    """On the page, and as it comes back when something is wrong with it."""
    for person in (each for each in PEOPLE if row.cells[each] == "ok"):
        for method in row.answers:
            answer = ask(person, method, row, world.cases["adams"])
            if answer.headers.get("Content-Type", "").startswith("text/html"):
                assert Fields(answer.text).offering == [], f"{person}: {method} {row.url}"
