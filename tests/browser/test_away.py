"""The database goes away under an open page: what is typed stays, is said to be unsaved, and is saved when it is back."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.db import OperationalError
from playwright.sync_api import Page, expect

from clinic.models import Visit
from notes.models import Note

pytestmark = pytest.mark.django_db(transaction=True)


class Switch:
    """Lets every connection fail that is asked for, as when the database is away."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        from clinic.database.base import DatabaseWrapper

        self.is_off, cursor = False, DatabaseWrapper._cursor

        def asked(wrapper: Any, name: Any = None) -> Any:
            if self.is_off:
                raise OperationalError("away")
            return cursor(wrapper, name)

        monkeypatch.setattr(DatabaseWrapper, "_cursor", asked)


@pytest.fixture
def database(monkeypatch: pytest.MonkeyPatch) -> Switch:
    return Switch(monkeypatch)


def test_what_is_typed_while_the_database_is_away_is_saved_when_it_is_back(
    database: Switch, sign_in: Any, cast: SimpleNamespace, visit_today: Visit, draft: Note
) -> None:
    page: Page = sign_in(cast.adams)
    page.goto(f"/notes/{draft.pk}/")
    words, told = page.locator("[name=subjective]"), page.locator("[data-saved]").first
    words.fill("Slept well.")
    expect(told).to_contain_text("Saved")
    database.is_off = True
    words.fill("Slept well. Stairs are easier.")
    expect(told).to_contain_text("Not saved, retrying")
    expect(words).to_have_value("Slept well. Stairs are easier.")
    database.is_off = False
    expect(told).to_contain_text("Saved ", timeout=30_000)
    draft.refresh_from_db()
    assert draft.subjective == "Slept well. Stairs are easier."


def test_a_form_that_would_meet_no_database_stays_where_it_is_and_says_so_beside_its_button(
    database: Switch, sign_in: Any, cast: SimpleNamespace
) -> None:
    page: Page = sign_in(cast.frances)
    page.goto("/riverside/patients/add/")
    page.locator("[name=last_name]").fill("Núñez")
    database.is_off = True
    page.get_by_role("button", name="Add").first.click()
    expect(page.get_by_role("alert").filter(has_text="cannot be reached")).to_be_visible()
    expect(page.locator("[name=last_name]")).to_have_value("Núñez")
    database.is_off = False
    page.get_by_role("button", name="Add").first.click()
    expect(page.locator("[name=last_name]")).to_have_value("Núñez")
    expect(page.locator("[name=first_name]")).to_be_focused()  # it arrived, and this is missing


def test_a_save_that_is_never_answered_is_given_up_and_sent_again(
    sign_in: Any, cast: SimpleNamespace, visit_today: Visit, draft: Note
) -> None:
    page: Page = sign_in(cast.adams)
    page.goto(f"/notes/{draft.pk}/")
    assert 0 < page.evaluate("htmx.config.timeout") <= 30_000
    page.evaluate("htmx.config.timeout = 500")
    page.route("**/save/", lambda route: None)
    page.locator("[name=subjective]").fill("Slept well.")
    told = page.locator("[data-saved]").first
    expect(told).to_contain_text("Not saved, retrying")
    page.unroute("**/save/")
    expect(told).to_contain_text("Saved ")
    draft.refresh_from_db()
    assert draft.subjective == "Slept well."
