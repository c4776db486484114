"""From a signed note to a superbill issued anew, in a real browser: a fact is corrected, and the original stays readable."""

from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from coding.models import Superbill
from notes.models import Note
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_correction_from_the_signed_note_to_the_superbill_issued_anew(
    sign_in: Any,
    cast: SimpleNamespace,
    signed: Note,
    bill: Superbill,
) -> None:
    page = sign_in(cast.adams)
    page.goto(f"/notes/{signed.pk}/")
    page.get_by_role("link", name="Add or correct something").click()
    correct_the_minutes(page, "30")
    expect(page.get_by_text(f"Superbill {bill.number}, to be void")).to_be_visible()
    expect(page.get_by_text("97530 × 2")).to_be_visible()

    page.get_by_label("Your password").fill("not it")
    page.get_by_role("button", name="Sign the addendum").click()
    expect(page.get_by_text("This is not your password")).to_be_visible()
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Sign the addendum").click()

    row = page.locator(".read-activities li")
    expect(row.locator("del").first).to_contain_text("15")
    expect(row.locator("ins").first).to_contain_text("30")
    expect(page.get_by_text("Signed by Alex Adams, DC, addendum")).to_be_visible()
    expect(page.locator("#signed-lines")).to_contain_text(f"in place of {bill.number}")
    the_desk_finds_the_new_one(sign_in(cast.frances), bill)


def correct_the_minutes(page: Page, minutes: str) -> None:
    page.get_by_text("Correct something", exact=True).click()
    page.locator('button[value^="open changed activity"]').click()
    page.get_by_label("Minutes", exact=True).fill(minutes)
    page.get_by_label("Why it is corrected").fill("The clock was misread.")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Corrections so far")).to_be_visible()


def the_desk_finds_the_new_one(page: Page, old: Superbill) -> None:
    page.goto(f"/superbills/{old.pk}/")
    page.get_by_role("link", name=f"Superbill {old.replaced_by.number}").click()
    expect(page.get_by_text(f"Replaces superbill {old.number}, which is void.")).to_be_visible()
    expect(page.locator("body")).not_to_contain_text("misread")
