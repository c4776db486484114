"""The lock in a real browser: over the text, on one tap, for a colleague, and after nobody was here for a while."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from clinic.models import SignIn, SigningPin, Visit
from clinic.signin.factors import hashed
from notes.models import Note
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db(transaction=True)

PIN = "274950"
WORDS = "Sore on the left after digging in the garden."


@pytest.fixture
def page_of_the_note(sign_in: Any, cast: SimpleNamespace, visit_today: Visit, draft: Note) -> Page:
    """Dr. Adams's page, on the device where Dr. Baker was before; both have a PIN."""
    for who in (cast.adams, cast.baker):
        SigningPin.objects.create(user=who.user, secret=hashed(PIN))
    page: Page = sign_in(cast.adams, by_hand=True)
    page.goto(f"/notes/{draft.pk}/")
    return page


def words(page: Page) -> Locator:
    return page.locator("textarea[name=subjective]")


def see_that_nothing_is_told(page: Page) -> None:
    """Neither eyes nor a screen reader nor a printer get anything of the patient; the words are in the page all the same."""
    told = page.locator("body").aria_snapshot() + page.locator("body").inner_text() + page.title()
    assert not any(word in told for word in ("Rivera", "digging", "Low back"))
    assert page.locator("#main").evaluate("main => main.closest('[inert]') !== null")
    page.emulate_media(media="print")
    assert page.locator("body").evaluate("body => getComputedStyle(body).display") == "none"
    page.emulate_media(media="screen")


def is_saved(page: Page, draft: Note) -> None:
    expect(page.locator("[data-saved]").first).to_contain_text("Saved")
    draft.refresh_from_db()
    assert draft.subjective == WORDS


def test_a_session_that_ends_while_typing_locks_the_page_and_nothing_is_lost(
    page_of_the_note: Page, draft: Note
) -> None:
    page = page_of_the_note
    words(page).focus()
    SignIn.objects.all().delete()
    page.keyboard.insert_text(WORDS)
    expect(page.get_by_role("dialog", name="Locked")).to_contain_text("What you typed is still here")
    see_that_nothing_is_told(page)
    page.get_by_role("button", name="Dr. Adams").click()
    page.get_by_label("Your password").fill("not this one")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert").filter(has_text="do not belong together")).to_be_visible()
    page.get_by_label("Your password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(words(page)).to_be_focused()
    is_saved(page, draft)


def test_one_tap_locks_and_a_colleague_sees_nothing_of_it(
    page_of_the_note: Page, draft: Note, cast: SimpleNamespace, sign_in: Any
) -> None:
    page = page_of_the_note
    words(page).fill(WORDS)
    page.keyboard.press("Alt+KeyL")
    page.get_by_role("link", name="Somebody else").click()
    draft.refresh_from_db()
    assert draft.subjective == WORDS  # sent before the lock
    page.locator("[name=username]").fill("baker")
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/today/")
    page.get_by_role("button", name="Lock").click()
    open_by_pin(page, "Dr. Adams")
    expect(words(page)).to_have_value(WORDS)
    page.get_by_role("button", name="Lock").click()
    expect(page.get_by_role("button", name="Dr. Baker")).to_be_visible()
    see_that_nothing_is_told(page)
    open_by_pin(page, "Dr. Baker")
    page.wait_for_url("**/today/")
    expect(page.get_by_role("button", name="Dr. Baker")).to_be_visible()


def open_by_pin(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).click()
    expect(page.get_by_label("Your PIN")).to_be_focused()
    page.keyboard.type(PIN)
    page.keyboard.press("Enter")


def test_over_words_that_could_not_be_saved_a_colleague_is_told_whose_they_are(
    page_of_the_note: Page, draft: Note, cast: SimpleNamespace
) -> None:
    page = page_of_the_note
    page.route(
        "**/notes/**", lambda route: route.fulfill(status=503) if route.request.method == "POST" else route.continue_()
    )
    words(page).fill(WORDS)
    page.get_by_role("button", name="Lock").click()
    expect(page.get_by_role("dialog")).to_contain_text("could not be saved")
    baker_was_here(page, cast)
    open_by_pin(page, "Dr. Baker")
    expect(page.get_by_role("alert").filter(has_text="words of Dr. Adams")).to_be_visible()
    see_that_nothing_is_told(page)
    page.get_by_role("button", name="Open here, and lose these words").click()
    page.wait_for_url("**/patients/")
    expect(page.locator(".who")).to_contain_text("Dr. Baker")


def baker_was_here(page: Page, cast: SimpleNamespace) -> None:
    """Let Dr. Baker come and lock on the same device, in another tab."""
    other = page.context.new_page()
    other.goto("/login/")
    other.locator("[name=username]").fill("baker")
    other.locator("[name=password]").fill(PASSWORD)
    other.get_by_role("button", name="Sign in", exact=True).click()
    other.wait_for_url("**/today/")
    other.goto("/riverside/patients/")
    other.get_by_role("button", name="Lock").click()
    expect(other.get_by_role("button", name="Dr. Adams")).to_be_visible()
    other.close()
    page.get_by_role("button", name="Sign out everybody here").or_(page.locator(".empty-here summary")).first.wait_for()
    page.evaluate("htmx.ajax('GET', '/lock/', { source: '#room', target: '#room', swap: 'innerHTML' })")


def test_a_page_where_nobody_is_warns_and_then_locks_by_itself(
    page_of_the_note: Page, draft: Note, settings: Any
) -> None:
    settings.IDLE_MINUTES = 0.2
    page = page_of_the_note
    SignIn.objects.update(seen_at=timezone.now())
    page.reload()
    warning = page.get_by_role("alert").filter(has_text="Nobody was here")
    expect(warning).to_be_visible()
    page.get_by_role("button", name="Still here").click()
    expect(warning).to_be_hidden()
    expect(page.get_by_role("dialog", name="Locked")).to_contain_text("Nobody was here for a while")
    see_that_nothing_is_told(page)
    open_by_pin(page, "Dr. Adams")
    expect(page.get_by_role("heading", name="Pat Rivera", exact=True)).to_be_visible()
