"""Who is quicker than the scripts of a page: what was pressed is done once they are there, and no word goes into an address."""

from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Route, expect

from clinic.models import Patient
from notes.models import Note

pytestmark = pytest.mark.django_db(transaction=True)


class Scripts:
    """Keeps htmx waiting until it is let through."""

    def __init__(self, page: Page) -> None:
        self.page, self.waiting = page, list[Route]()
        page.route("**/htmx*.js", lambda route: self.waiting.append(route))

    def are_still_under_way(self) -> None:
        assert self.waiting
        assert not self.page.evaluate("Boolean(window.htmx)")

    def arrive(self) -> None:
        for route in self.waiting:
            route.continue_()
        self.page.unroute("**/htmx*.js")


def test_a_button_pressed_before_the_scripts_are_there_is_obeyed_once(
    sign_in: Any, cast: SimpleNamespace, stopped: Note
) -> None:
    page: Page = sign_in(cast.adams)
    scripts = Scripts(page)
    page.goto(f"/notes/{stopped.pk}/review/", wait_until="commit")
    flag = page.locator("[id^=flag-description-is-specific]")
    flag.locator("summary").click()
    scripts.are_still_under_way()
    flag.get_by_role("button", name="Record only").dblclick()
    scripts.arrive()
    expect(flag).to_have_count(0)
    assert urlsplit(page.url).query == ""
    assert stopped.record_only.count() == 1


def test_a_name_searched_for_before_the_scripts_are_there_is_found_and_stays_out_of_the_address(
    sign_in: Any, cast: SimpleNamespace, pat: Patient
) -> None:
    page: Page = sign_in(cast.frances)
    scripts = Scripts(page)
    page.goto("/your-sign-in/", wait_until="commit")
    page.locator("#words").fill(pat.last_name)
    scripts.are_still_under_way()
    page.locator("#words").press("Enter")
    assert urlsplit(page.url).query == ""
    scripts.arrive()
    page.wait_for_url(f"**/patients/{pat.pk}/")
