"""Signing in, the fresh token for a page that outlived its session, and the places of the header bar."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from clinic.models import Membership
from clinic.roles import Role
from tests.conftest import PASSWORD


def test_a_wrong_password_is_told_gently_and_the_name_stays(client: Client, cast: SimpleNamespace) -> None:
    page = client.post("/login/", {"username": "adams", "password": "wrong"})
    assert b"do not belong together" in page.content
    assert b'value="adams"' in page.content


def test_an_unknown_name_reads_like_a_wrong_password(client: Client, cast: SimpleNamespace) -> None:
    known = client.post("/login/", {"username": "adams", "password": "wrong"}).content.decode()
    unknown = client.post("/login/", {"username": "nobody", "password": "wrong"}).content.decode()
    assert "do not belong together" in known
    assert "do not belong together" in unknown


def test_many_wrong_passwords_make_a_pause_and_a_colleague_still_comes_in(
    client: Client, cast: SimpleNamespace
) -> None:
    for number in range(12):
        page = client.post("/login/", {"username": "adams", "password": f"wrong {number}"})
    assert b"Too many wrong tries" in page.content
    assert client.post("/login/", {"username": "adams", "password": PASSWORD}).status_code == 429
    assert client.post("/login/", {"username": "baker", "password": PASSWORD}).status_code == 302


def test_signing_in_leads_to_where_one_was_going(client: Client, cast: SimpleNamespace) -> None:
    answer = client.post("/login/", {"username": "adams", "password": PASSWORD, "next": "/signed-in/"})
    assert answer.headers["Location"] == "/signed-in/"


def test_the_token_says_whose_it_is(as_: Any, cast: SimpleNamespace) -> None:
    answer = as_(cast.adams).get("/token/")
    assert answer.headers["Plumbline-User"] == str(cast.adams.user_id)
    assert len(answer.content.strip()) == 64


def test_nobody_gets_a_token_without_signing_in(client: Client, db: None) -> None:
    assert client.get("/token/", headers={"HX-Request": "true"}).status_code == 401


def test_a_stale_token_is_named_as_such(cast: SimpleNamespace) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.adams.user)
    answer = client.post("/logout/")
    assert answer.status_code == 403
    assert answer.headers["Plumbline-Token"] == "stale"


@pytest.mark.parametrize(
    ("who", "has", "has_not"),
    [
        ("adams", "Today", "Practice"),
        ("frances", "Superbills", "Today"),
        ("olga", "Practice", "Log"),
        ("rita", "Log", "Practice"),
    ],
)
def test_the_bar_shows_what_a_role_has(who: str, has: str, has_not: str, as_: Any, cast: SimpleNamespace) -> None:
    bar = as_(getattr(cast, who)).get("/signed-in/").content.decode()
    assert f">{has}</a>" in bar
    assert f">{has_not}</a>" not in bar


def test_the_bar_marks_where_one_is(as_: Any, cast: SimpleNamespace) -> None:
    page = as_(cast.adams).get("/riverside/patients/").content.decode()
    assert 'href="/riverside/patients/" aria-current="page"' in page


def test_two_roles_have_the_places_of_both(as_: Any, cast: SimpleNamespace) -> None:
    Membership.objects.filter(pk=cast.adams.pk).update(roles=[Role.CLINICIAN, Role.ADMIN])
    bar = as_(cast.adams).get("/signed-in/").content.decode()
    assert ">Today</a>" in bar
    assert ">Practice</a>" in bar


def test_a_page_that_is_not_there_says_so_without_naming_it(as_: Any, cast: SimpleNamespace) -> None:
    answer = as_(cast.adams).get("/patients/00000000-0000-7000-8000-000000000000/")
    assert answer.status_code == 404
    assert b"There is nothing here" in answer.content
    assert b"00000000-0000-7000" not in answer.content
