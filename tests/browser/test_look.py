"""What every page owes to whoever looks at it: a search at hand, nothing lost.

test_every_page.py walks the pages themselves.
"""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from clinic.models import Membership, Patient, Visit
from notes.models import Note
from notes.starting import start
from tests.browser import charting

pytestmark = pytest.mark.django_db(transaction=True)

SAID = "Better by noon."


@pytest.fixture
def note(visit_today: Visit, back_pain: Any, cast: SimpleNamespace) -> Note:
    return start(visit_today, by=cast.adams, episodes=[back_pain])


@pytest.fixture
def write(sign_in: Callable[[Membership], Page], note: Note, cast: SimpleNamespace) -> Page:
    """Dr. Adams has the note of Pat's visit open."""
    page = sign_in(cast.adams)
    page.goto(reverse("notes:note", args=[note.pk]))
    return page


# The search


def test_a_slash_leads_to_the_search_and_escape_away(write: Page, pat: Patient) -> None:
    write.evaluate("document.activeElement.blur()")  # as after reading, with no field in focus
    write.keyboard.press("/")
    write.keyboard.type("riv")
    expect(write.locator("#found").get_by_role("link", name="Pat Rivera")).to_be_visible()
    write.keyboard.press("Escape")
    expect(write.locator("#found")).not_to_be_visible()


def test_whoever_comes_back_finds_the_words_again(write: Page, pat: Patient) -> None:
    write.locator("#words").fill("riv")
    write.locator("#found").get_by_role("link", name="Pat Rivera").click()
    write.wait_for_url(f"**{reverse('clinic:patient', args=[pat.pk])}")
    write.go_back()
    expect(write.locator("#words")).to_have_value("riv")


def test_nothing_of_a_patient_stays_in_the_browser(write: Page) -> None:
    write.get_by_label("Assessment").fill(SAID)
    charting.saved(write)
    kept = write.evaluate("JSON.stringify([localStorage, sessionStorage])")
    assert kept == "[{},{}]"
    assert write.evaluate("indexedDB.databases()") == []


# Saving


def test_what_the_network_lost_is_sent_again(write: Page, note: Note) -> None:
    write.context.set_offline(True)
    write.get_by_label("Assessment").fill(SAID)
    expect(write.locator("[data-saved]")).to_have_text("Not saved, retrying")
    write.context.set_offline(False)
    charting.saved(write)
    note.refresh_from_db()
    assert note.assessment == SAID


def test_a_link_waits_for_the_save_on_its_way(write: Page, note: Note) -> None:
    write.get_by_label("Assessment").type(SAID)
    write.get_by_role("link", name="Review and sign").click()
    write.wait_for_url("**/review/")
    note.refresh_from_db()
    assert note.assessment == SAID


def test_a_page_whose_token_is_stale_goes_on_by_itself(write: Page, note: Note, cast: SimpleNamespace) -> None:
    write.context.clear_cookies(name="csrftoken")
    write.get_by_label("Assessment").fill(SAID)
    charting.saved(write)
    note.refresh_from_db()
    assert note.assessment == SAID
