"""A reason that holds for the rest of a complaint, in a real browser: a tick, the next visit, and taken back there."""

from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from notes.models import Note
from tests.browser import charting
from tests.coding.test_lasting import PLAN, WHY, later
from tests.coding.test_lasting import first as first
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_ticked_reason_is_not_asked_for_at_the_next_visit_and_is_taken_back_there(
    sign_in: Any, cast: SimpleNamespace, first: Note
) -> None:
    page: Page = sign_in(cast.adams)
    page.goto(f"/notes/{first.pk}/review/")
    warning = page.locator(f"details#flag-{PLAN}-{first.note_episodes.get().episode_id}")
    charting.unfold(warning)
    warning.get_by_label("For the rest of this complaint").check()
    warning.get_by_role("button", name=WHY).click()
    expect(page.locator(".flag.settled")).to_contain_text(f"Stands: {WHY}. For the rest of this complaint.")
    charting.sign(page, PASSWORD)
    expect(page.locator("#signed-lines")).to_contain_text("for the rest of the complaint")

    new = later(first)
    page.goto(f"/notes/{new.pk}/review/")
    expect(page.locator(".flag.settled")).to_contain_text(
        f"Stands since the visit of {first.visit.on:%-d %B %Y}: {WHY}"
    )
    expect(page.get_by_role("button", name="Sign", exact=True)).to_be_visible()
    page.get_by_role("button", name="Take it back from this visit on").click()
    expect(warning).to_be_visible()
    expect(page.locator(".flag.settled")).to_have_count(0)

    charting.unfold(warning)
    warning.get_by_label("For the rest of this complaint").check()  # one tick for either way of giving a reason
    warning.get_by_label("Other reason").fill("agreed by telephone")
    warning.get_by_role("button", name="Let it stand for this reason").click()
    expect(page.locator(".flag.settled")).to_contain_text("agreed by telephone. For the rest of this complaint.")
