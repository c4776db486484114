"""Filling in a form as it stands on a page, and sending it where the page would send it."""

from html.parser import HTMLParser
from typing import Any

from django.test import Client

Values = dict[str, list[str]]


class FormReader(HTMLParser):
    """Reads what the first form of a page would send."""

    def __init__(self) -> None:
        super().__init__()
        self.values: Values = {}
        self.target = ""
        self._select = self._area = ""
        self._first: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form" and not self.target:
            self.target = given.get("hx-post") or given.get("action", "")
        elif (
            tag == "input"
            and "name" in given
            and (given.get("type") not in ("checkbox", "radio") or "checked" in given)
        ):
            usual = "on" if given.get("type") in ("checkbox", "radio") else ""
            self._add(given["name"], given.get("value", usual))
        elif tag == "select":
            self._select, self._first = given.get("name", ""), None
        elif tag == "option" and self._select:
            self._first = given.get("value", "") if self._first is None else self._first
            if "selected" in given:
                self._add(self._select, given.get("value", ""))
        elif tag == "textarea":
            self._area = given.get("name", "")
            self.values[self._area] = [""]

    def handle_data(self, data: str) -> None:
        if self._area:
            self.values[self._area][0] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            if self._select and self._select not in self.values and self._first is not None:
                self._add(self._select, self._first)
            self._select = ""
        elif tag == "textarea":
            self._area = ""

    def _add(self, name: str, value: str) -> None:
        self.values.setdefault(name, []).append(value)


def fill_in(client: Client, at: str, *, to: str = "", **changes: Any) -> Any:
    """Open a form, change some fields, and send it; fail when it is not taken."""
    page = client.get(at)
    assert page.status_code == 200, page.status_code
    reader = FormReader()
    reader.feed(page.content.decode())
    answer = client.post(to or reader.target, {**reader.values, **changes})
    assert answer.status_code < 400, answer.content.decode()[:4000]
    return answer
