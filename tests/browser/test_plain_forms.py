"""Forms that are sent with a button: nothing typed into one is lost with the session, a link, the database or a mistake."""

from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import Dialog, Page, expect

from clinic.models import Patient, SignIn
from clinic.requests.deeds import new_key
from coding.retraction import retract
from notes.models import AmendmentRequest, Note
from tests.browser.test_lock import see_that_nothing_is_told
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db(transaction=True)

ADDED = "Pat rang: numb in the left foot since digging."
OPENED = """() => document.dispatchEvent(
  new CustomEvent("opened", { detail: { user: document.body.dataset.user, place: location.href } }))"""
IS_TYPED = "!document.dispatchEvent(new Event('is-anything-typed', { cancelable: true }))"


def unlock(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).click()
    page.locator("#room [name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")


def test_a_session_that_ends_before_an_addendum_is_signed_locks_the_page_and_the_words_stay(
    sign_in: Any, cast: SimpleNamespace, signed: Note
) -> None:
    page: Page = sign_in(cast.adams)
    page.goto(f"/notes/{signed.pk}/addendum/")
    SignIn.objects.all().delete()
    assert not page.evaluate(IS_TYPED)
    page.locator("[name=text]").fill(ADDED)
    assert page.evaluate(IS_TYPED)
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Sign the addendum").click()
    expect(page.get_by_role("dialog", name="Locked")).to_contain_text("What you typed is still here")
    see_that_nothing_is_told(page)
    unlock(page, "Dr. Adams")
    expect(page.get_by_role("dialog", name="Locked")).to_be_hidden()
    page.evaluate(OPENED)  # the answer to the one who opened comes after the page has seen for itself that it is open
    expect(page.locator("[name=text]")).to_have_value(ADDED)
    expect(page.locator("main [name=password]")).to_have_value("")  # a proof is of the moment
    page.locator("main [name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Sign the addendum").click()
    expect(page.locator(".notice.success")).to_contain_text("Signed")
    assert signed.addenda.get().text == ADDED


def test_who_types_into_a_plain_form_is_locked_soon_after_the_session_ended_and_warned_before_leaving(
    sign_in: Any, cast: SimpleNamespace, pat: Patient
) -> None:
    page: Page = sign_in(cast.frances)
    page.goto(f"/patients/{pat.pk}/amendments/add/")
    page.locator("textarea").focus()
    page.keyboard.insert_text(ADDED)
    SignIn.objects.all().delete()
    page.keyboard.insert_text(" And on.")
    expect(page.get_by_role("dialog", name="Locked")).to_contain_text("What you typed is still here")
    unlock(page, "Frances")
    expect(page.locator("textarea")).to_be_focused()
    asked: list[str] = []
    page.on("dialog", lambda dialog: keep_open(dialog, asked))
    page.get_by_role("link", name="Back").click(no_wait_after=True)
    expect(page.locator("textarea")).to_have_value(f"{ADDED} And on.")
    assert asked == ["beforeunload"]
    page.get_by_role("button", name="Enter the request").click()
    page.wait_for_url("**/amendments/")
    assert (AmendmentRequest.objects.get().asked, asked) == (f"{ADDED} And on.", ["beforeunload"])


def test_words_that_came_too_late_are_not_left_behind_unasked(
    sign_in: Any, cast: SimpleNamespace, signed: Note
) -> None:
    """Whichever way one goes from the page that says what came in between, also back."""
    page: Page = sign_in(cast.adams)
    page.goto(f"/notes/{signed.pk}/addendum/")
    page.locator("[name=text]").fill(ADDED)
    page.locator("[name=password]").fill(PASSWORD)
    retract(signed, by=cast.adams, reason="Not this patient.", meant_for=None, proof="password", key=new_key())
    page.get_by_role("button", name="Sign the addendum").click()
    expect(page.get_by_role("heading", name="This has changed in the meantime")).to_be_visible()
    expect(page.locator("main")).to_contain_text("your browser asks first")
    assert page.evaluate(IS_TYPED)
    asked: list[str] = []
    page.on("dialog", lambda dialog: keep_open(dialog, asked))
    page.get_by_role("link", name="Go back").click(no_wait_after=True)
    expect(page.get_by_role("textbox", name="Text")).to_have_value(ADDED)
    page.get_by_role("link", name="Go to the start").click(no_wait_after=True)
    expect(page.get_by_role("textbox", name="Text")).to_have_value(ADDED)
    assert asked == ["beforeunload"] * 2


def keep_open(dialog: Dialog, asked: list[str]) -> None:
    asked.append(dialog.type)
    dialog.dismiss()


def test_what_is_wrong_below_the_fold_comes_into_view_and_is_written_into_at_once(
    sign_in: Any, cast: SimpleNamespace
) -> None:
    page: Page = sign_in(cast.olga)
    page.set_viewport_size({"width": 1280, "height": 600})
    page.goto(f"/people/{cast.tess.pk}/")
    page.get_by_label("Front desk").check()
    page.get_by_role("button", name="Save").click()
    password = page.locator("main [name=password]")
    expect(password).to_be_focused()
    expect(password).to_be_in_viewport()
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/people/")
