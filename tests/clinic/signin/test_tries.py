"""Guessing is stopped, a colleague on the same address gets in, and everybody is told when to try again."""

import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.core.cache import cache
from django.db import connection
from django.test import Client

from clinic.models import AccessEvent
from clinic.requests.came_from import came_from
from tests.conftest import PASSWORD
from tests.device import SECRET, code_for


def door(client: Client, username: str = "adams", password: str = PASSWORD, **extra: Any) -> Any:
    return client.post("/login/", {"username": username, "password": password}, **extra)


def statuses(guess: Callable[[int], Any], times: int = 60) -> list[int]:
    return [guess(number).status_code for number in range(times)]


def test_sixty_wrong_passwords_are_stopped_and_a_colleague_on_the_same_address_gets_in(
    client: Client, cast: SimpleNamespace
) -> None:
    assert statuses(lambda number: door(client, password=f"guess {number}")) == [422] * 5 + [429] * 55
    assert door(client).status_code == 429
    assert door(Client(), "baker").status_code == 302


def test_sixty_wrong_codes_are_stopped_and_a_colleague_gets_in(client: Client, cast: SimpleNamespace) -> None:
    TOTP.activate(cast.adams.user, SECRET)
    door(client)
    guessed = statuses(lambda number: client.post("/login/second/", {"code": f"{number:06}"}))
    assert guessed == [422] * 5 + [429] * 55
    assert client.post("/login/second/", {"code": code_for(SECRET)}).status_code == 429
    assert door(Client(), "baker").status_code == 302


def test_a_new_session_gives_no_new_tries_at_the_code(client: Client, cast: SimpleNamespace) -> None:
    TOTP.activate(cast.adams.user, SECRET)
    for number in range(6):
        fresh = Client()
        door(fresh)
        answer = fresh.post("/login/second/", {"code": f"{number:06}"})
    assert answer.status_code == 429


@pytest.mark.parametrize("name", ["adams", "ADAMS", "nobody"])
def test_a_limited_person_is_told_when_to_try_again(name: str, client: Client, cast: SimpleNamespace) -> None:
    for number in range(6):
        page = door(client, name, f"guess {number}").content.decode()
    assert "Too many wrong tries. You can try again in 15 minutes" in page


def test_after_the_pause_the_right_password_opens(
    client: Client, cast: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    statuses(lambda number: door(client, password=f"guess {number}"), 6)
    now = time.time()
    monkeypatch.setattr("allauth.core.internal.ratelimit.time.time", lambda: now + 901)
    assert door(client).status_code == 302


def test_somebody_far_away_does_not_shut_the_person_out(client: Client, cast: SimpleNamespace) -> None:
    far = Client(REMOTE_ADDR="203.0.113.9")
    assert statuses(lambda number: door(far, password=f"guess {number}"), 6)[-1] == 429
    assert door(client).status_code == 302


def test_many_addresses_that_guess_one_name_are_stopped_together(client: Client, cast: SimpleNamespace) -> None:
    guessed = statuses(lambda number: door(Client(REMOTE_ADDR=f"203.0.113.{number}"), password="guess"), 55)
    assert guessed == [422] * 50 + [429] * 5


def test_the_name_is_one_however_it_is_written(client: Client, cast: SimpleNamespace) -> None:
    for name in ("adams", "Adams", "ADAMS", "aDAMS", "adamS"):
        door(client, name, "guess")
    assert door(client).status_code == 429


def test_right_passwords_are_not_counted(client: Client, cast: SimpleNamespace) -> None:
    assert {door(Client()).status_code for _ in range(12)} == {302}


def test_what_is_counted_lies_in_the_database_where_every_process_finds_it(
    client: Client, cast: SimpleNamespace
) -> None:
    door(client, password="guess")
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM clinic_cache WHERE cache_key LIKE '%%login_failed%%'")
        assert cursor.fetchone() == (2,)  # for the name at this address, and for the address
    cache.clear()


# In the log


def test_who_was_tried_is_written_down_in_their_practice_and_no_password(client: Client, cast: SimpleNamespace) -> None:
    door(client, password="my-other-password")
    event = AccessEvent.objects.get(kind="sign-in-refused")
    assert (event.practice_id, event.user_id) == (cast.adams.practice_id, cast.adams.user_id)
    assert event.detail == {"by_means_of": "password"}


def test_of_a_name_that_is_nobodys_only_a_digest_is_kept(client: Client, cast: SimpleNamespace) -> None:
    door(client, "hunter2-typed-here", "adams")
    event = AccessEvent.objects.get(kind="sign-in-refused")
    assert "hunter2" not in str(event.detail) and event.practice_id is None


def test_a_sign_in_is_written_down_with_what_was_shown(client: Client, cast: SimpleNamespace) -> None:
    door(client)
    event = AccessEvent.objects.get(kind="signed-in")
    assert (event.user_id, event.detail, event.address) == (cast.adams.user_id, {"proofs": ["password"]}, "127.0.0.1")


# Where a request came from


@pytest.mark.parametrize(
    ("proxies", "said", "believed"),
    [
        (0, "198.51.100.7", "127.0.0.1"),
        (1, "198.51.100.7", "198.51.100.7"),
        (1, "10.0.0.1, 198.51.100.7", "198.51.100.7"),
        (1, "", "127.0.0.1"),
        (1, "no address", None),
    ],
)
def test_the_address_is_what_our_own_proxy_saw(
    proxies: int, said: str, believed: str | None, settings: Any, rf: Any
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    assert came_from(rf.get("/", headers={"x-forwarded-for": said} if said else {})) == believed


# The door leads nowhere else


@pytest.mark.parametrize(
    "elsewhere", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)", "\\\\elsewhere.example"]
)
def test_the_door_leads_to_pages_of_ours_alone(elsewhere: str, client: Client, cast: SimpleNamespace) -> None:
    answer = client.post("/login/", {"username": "adams", "password": PASSWORD, "next": elsewhere})
    assert answer.headers["Location"] == "/"
    assert elsewhere not in Client().get("/login/", {"next": elsewhere}).content.decode()


@pytest.mark.parametrize("nowhere", ["soon", "-1", "clinic:login", "today/\0"])
def test_whoever_is_in_already_and_asks_for_no_page_starts_at_home(
    nowhere: str, as_: Any, cast: SimpleNamespace
) -> None:
    assert as_(cast.adams).get("/login/", {"next": nowhere}).headers["Location"] == "/"


@pytest.mark.parametrize(
    "path", ["signup", "accounts/signup", "accounts/login", "admin", "password/reset", "accounts/email"]
)
def test_nobody_signs_up_or_comes_in_by_another_door(path: str, client: Client, db: None) -> None:
    assert client.get(f"/{path}/").status_code == 404
