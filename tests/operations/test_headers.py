"""What every answer carries: pages, fragments, files, downloads, redirects, refusals, errors, and what no view answered.

What the views answer, to whoever asks for whatever, is looked at where everybody asks for everything: `ask` in tests/urls.
"""

from types import SimpleNamespace
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from tests.urls.answers import carries_all
from tests.world import send


def test_what_no_view_answers_has_them_too(world: SimpleNamespace, settings: Any) -> None:
    settings.DEBUG_PROPAGATE_EXCEPTIONS = False
    session = world.sessions["adams"]
    nothing = send("GET", "/nothing/here/", session)
    foreign = send("GET", "/", session, Host="evil.example")
    unsafe = Client(enforce_csrf_checks=True).post("/login/", {"username": "adams"})
    for answer, status in ((nothing, 404), (foreign, 400), (unsafe, 403)):
        assert answer.status_code == status
        carries_all(answer)


@pytest.mark.parametrize("error", ["OperationalError", "RuntimeError"])
def test_what_broke_has_them_too(error: str, world: SimpleNamespace, monkeypatch: Any, settings: Any) -> None:
    import django.db

    def broken(*args: Any, **kwargs: Any) -> HttpResponse:
        raise getattr(django.db, error, RuntimeError)

    settings.DEBUG_PROPAGATE_EXCEPTIONS = False
    monkeypatch.setattr("clinic.middleware.Membership.objects.of", broken)
    answer = send("GET", "/", world.sessions["adams"])
    assert answer.status_code == (503 if error == "OperationalError" else 500)
    carries_all(answer)


def test_a_redirect_to_tls_has_them_too(settings: Any, client: Client) -> None:
    settings.SECURE_SSL_REDIRECT = True
    answer = client.get("/login/")
    assert (answer.status_code, answer.headers["Location"]) == (301, "https://testserver/login/")
    carries_all(answer)


def test_a_file_of_ours_may_be_kept(client: Client) -> None:
    answer = client.get("/static/plumbline.css")
    assert answer.status_code == 200
    carries_all(answer, is_kept=True)
    assert b"".join(answer.streaming_content)
    carries_all(client.get("/static/none.css"))


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_a_sign_in_leads_to_no_other_place(target: str, world: SimpleNamespace) -> None:
    answer = send("GET", f"/login/?next={target}", world.sessions["adams"])
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")


def test_an_error_page_that_fails_itself_is_still_an_answer(
    world: SimpleNamespace, monkeypatch: Any, settings: Any
) -> None:
    def broken(*args: Any, **kwargs: Any) -> HttpResponse:
        raise ValueError("Missing staticfiles manifest entry")

    settings.DEBUG_PROPAGATE_EXCEPTIONS = False
    monkeypatch.setattr("clinic.middleware.Membership.objects.of", broken)
    monkeypatch.setattr("django.template.loader.render_to_string", broken)
    answer = send("GET", "/", world.sessions["adams"])
    assert (answer.status_code, "try again in a moment" in answer.text) == (500, True)
    carries_all(answer)
