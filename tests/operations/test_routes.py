"""`manage.py routes` tells every URL, and what it tells is so: it is compared with the table of who may have which.

What comes into the log, and whether anything is told of patients, is seen where everybody asks for everything: tests/urls.
"""

import json
from io import StringIO
from typing import Any

from django.core.management import call_command

from clinic.operations.routes import Route
from clinic.roles import Role
from tests.urls.answers import told
from tests.urls.table import ROWS, Row

HOLDS = {
    "adams": "clinician",
    "tess": "assistant",
    "frances": "desk",
    "bill": "biller",
    "olga": "admin",
    "rita": "auditor",
}


def test_every_url_is_told_with_all_that_is_asked_of_it() -> None:
    written = StringIO()
    call_command("routes", json=True, stdout=written)
    listed = json.loads(written.getvalue())
    assert {route["name"] for route in listed} == {row.url for row in ROWS}
    wanted = {"name", "path", "methods", "roles", "object", "tells_of_patients", "audited"}
    assert all(set(route) == wanted for route in listed)
    assert all(set(route["methods"]) <= {"GET", "HEAD", "POST"} and route["methods"] for route in listed)
    assert all(set(route["roles"]) <= set(Role.values) for route in listed)


def test_methods_and_roles_are_told_as_the_table_has_them() -> None:
    for row in ROWS:
        assert set(row.answers) <= set(told()[row.url].methods), row.url
        roles_agree(row, told()[row.url])


def roles_agree(row: Row, route: Route) -> None:
    """Who the table refuses by role has none of the page's roles; who it lets in has one."""
    if not route.roles:
        assert row.anonymous == "ok"
        return
    for person, role in HOLDS.items():
        assert (row.cells[person] == "403") == (role not in route.roles), f"{row.url}: {person}"


def test_objects_are_named_as_the_table_names_them() -> None:
    """But for what a page of the table is tried with: a draft or a signed note, a person, a bill."""
    same: dict[str, Any] = {
        "draft": "note", "signed": "note", "supervised": "note", "doctor": "person", "somebody": "person",
        "auditor": "person", "picked": "service", "passkey": "factor", "glass": "emergency", "bill": "superbill",
        "held": "superbill",
    }  # fmt: skip
    for row in ROWS:
        wanted = same.get(row.of.split("+")[-1], row.of.split("+")[-1])
        if row.of not in ("-", "link", "page", "day") and row.url != "coding:day":
            assert told()[row.url].object in (wanted, "service"), row.url
