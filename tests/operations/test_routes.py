"""`manage.py routes` tells every URL, and what it tells is so: it is asked of each of them and compared."""

import json
from io import StringIO
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command

from clinic.models import AccessEvent
from clinic.operations.routes import Route, routes
from clinic.roles import Role
from tests.urls.answers import found_in
from tests.urls.table import ROWS, Row
from tests.world import PEOPLE, send, undone

ROUTES = {route.name: route for route in routes()}
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
    told = json.loads(written.getvalue())
    assert {route["name"] for route in told} == {row.url for row in ROWS}
    wanted = {"name", "path", "methods", "roles", "object", "tells_of_patients", "audited"}
    assert all(set(route) == wanted for route in told)
    assert all(set(route["methods"]) <= {"GET", "HEAD", "POST"} and route["methods"] for route in told)
    assert all(set(route["roles"]) <= set(Role.values) for route in told)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.url} of {row.of}")
def test_what_is_told_of_a_url_is_what_it_does(row: Row, world: SimpleNamespace) -> None:
    route, case = ROUTES[row.url], world.cases["adams"]
    assert set(row.answers) <= set(route.methods)
    roles_agree(row, route)
    have_it = [person for person in PEOPLE if row.cells[person] == "ok"]
    for person in {have_it[0], have_it[-1]}:
        for method in row.answers:
            with undone():
                before = AccessEvent.objects.count()
                answer = send(method, row.address(case), world.sessions[person], row.body(case))
                kinds = set(
                    AccessEvent.objects.order_by("-id")[: AccessEvent.objects.count() - before].values_list(
                        "kind", flat=True
                    )
                )
            assert kinds - {"refused"} <= set(route.audited), f"{person}: {method} {row.url}"
            if not route.tells_of_patients:
                assert found_in(answer, told_of_patients(world)) == [], f"{person}: {method} {row.url}"


def roles_agree(row: Row, route: Route) -> None:
    """Who the table refuses by role has none of the page's roles; who it lets in has one."""
    if not route.roles:
        assert row.anonymous == "ok"
        return
    for person, role in HOLDS.items():
        assert (row.cells[person] == "403") == (role not in route.roles), f"{row.url}: {person}"


def told_of_patients(world: SimpleNamespace) -> list[str]:
    return [word for case in world.cases.values() for word in case.known]


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
            assert ROUTES[row.url].object in (wanted, "service"), row.url
