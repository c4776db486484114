"""One draft, two writers: both texts side by side, and a person who goes from one device to another. And nothing of a patient
stays in the browser.
"""

import re
import time
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from clinic.models import Membership, Visit
from notes.models import Edit, Note
from tests.browser import charting
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db(transaction=True)

STORED = """async () => [
    {...localStorage}, {...sessionStorage}, await indexedDB.databases(), await caches.keys().catch(() => []),
]"""
NOTHING: list[Any] = [{}, {}, [], []]


@pytest.fixture
def devices(browser: Browser, live_server: Any) -> Iterator[Any]:
    """Sign somebody in on a device of its own: `devices(cast.adams)`."""
    contexts = []

    def sign_in(who: Membership) -> Page:
        contexts.append(browser.new_context(base_url=live_server.url))
        page = contexts[-1].new_page()
        page.set_default_timeout(20_000)
        page.goto("/login/")
        page.locator("[name=username]").fill(who.user.username)
        page.locator("[name=password]").fill(PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).click()
        page.wait_for_url(lambda url: "/login/" not in url)
        return page

    yield sign_in
    for context in contexts:
        context.close()


def plan_of(page: Page) -> Any:
    return page.get_by_label("Plan", exact=True)


def test_two_people_write_the_same_part_and_put_both_together(
    devices: Any, cast: SimpleNamespace, visit_today: Visit, draft: Note
) -> None:
    adams, tess = devices(cast.adams), devices(cast.tess)
    for page in (adams, tess):
        page.goto(f"/notes/{draft.pk}/")
    expect(tess.locator("#others")).to_contain_text("Also open: Dr. Adams")
    plan_of(tess).fill("Twice a week. Ice at home.")
    charting.saved(tess)
    plan_of(adams).fill("Twice a week. No lifting.")
    sides = adams.locator("#plan .conflict")
    expect(sides).to_contain_text("Tess Tran changed this while you wrote")
    expect(sides.locator("mark").first).to_contain_text("Ice at home.")
    expect(adams.locator("[data-saved]")).to_have_text("Not saved: changed in the meantime")
    expect(adams.locator("#others")).to_be_hidden()
    sides.get_by_role("button", name="Put both together").click()
    charting.saved(adams)
    expect(plan_of(adams)).to_have_value("Twice a week. Ice at home.\nNo lifting.")
    assert Note.objects.get().plan == "Twice a week. Ice at home.\nNo lifting."
    assert {edit.by for edit in Edit.objects.filter(part="plan")} == {cast.tess, cast.adams}
    a_row_that_both_wrote(adams, tess, draft)


def a_row_that_both_wrote(adams: Page, tess: Page, draft: Note) -> None:
    """What only one of them changed is taken as it is; of what both changed it is asked, field by field."""
    adams.locator("#quick-line").fill("Bridges 3 x 12, 8 min")
    adams.keyboard.press("Enter")
    charting.leave(adams, adams.locator("[data-open-row]"))
    tess.reload()
    rows = [charting.reopen(page, page.locator("article.act")) for page in (adams, tess)]
    charting.fill_in(rows[1], minutes="12", dose="red band")
    charting.saved(tess)
    charting.fill_in(rows[0], minutes="10", response="no pain")
    sides = rows[0].locator(".conflict")
    sides.locator('[data-field="minutes"]').get_by_role("button", name="Keep mine").click()
    expect(sides.locator('[data-field="dose"]')).to_have_count(0)
    sides.locator('[data-field="response"]').get_by_role("button", name="Keep mine").click()
    charting.saved(adams)
    row = draft.activities.get()
    assert (row.minutes, row.dose, row.response) == (10, "red band", "no pain")


def test_a_draft_goes_to_another_device_and_back(
    devices: Any, cast: SimpleNamespace, visit_today: Visit, draft: Note
) -> None:
    desk, tablet = devices(cast.adams), devices(cast.adams)
    desk.goto(f"/notes/{draft.pk}/")
    plan_of(desk).fill("Twice a week")
    charting.saved(desk)
    tablet.goto(f"/notes/{draft.pk}/")
    expect(tablet.locator("#here")).to_contain_text(re.compile("You have this note open on another device .* since"))
    expect(plan_of(tablet)).not_to_be_editable()
    tablet.get_by_role("button", name="Take over here").click()
    expect(plan_of(tablet)).to_be_editable()
    plan_of(tablet).fill("Twice a week, then once")
    charting.saved(tablet)
    assessment = desk.get_by_label("Assessment", exact=True)
    assessment.fill("Walks further")
    expect(desk.get_by_role("alert")).to_contain_text("This draft went to another device at")
    expect(desk.get_by_role("button", name="Take it back here")).to_be_in_viewport()
    expect(assessment).to_be_in_viewport()
    expect(desk.locator("[data-saved]")).to_contain_text("open on another device")
    expect(assessment).to_have_value("Walks further")
    expect(assessment).not_to_be_editable()
    assert Note.objects.get().assessment == ""
    desk.get_by_role("button", name="Take it back here").click()
    charting.saved(desk)
    assert (Note.objects.get().assessment, Note.objects.get().plan) == ("Walks further", "Twice a week, then once")
    tablet.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(tablet.get_by_role("alert")).to_contain_text("This draft went to another device")
    assert [page.evaluate(STORED) for page in (desk, tablet)] == [NOTHING, NOTHING]


def test_a_save_of_another_field_does_not_overtake_one_whose_answer_was_lost(
    devices: Any, cast: SimpleNamespace, visit_today: Visit, draft: Note
) -> None:
    page = devices(cast.adams)
    page.goto(f"/notes/{draft.pk}/")
    lost: list[str] = []
    page.route("**/save/", lambda route: (lost.append(route.fetch().text()), route.abort()))
    plan_of(page).fill("Twice")
    expect(page.locator("[data-saved]")).to_have_text("Not saved, retrying")
    page.unroute("**/save/")
    page.get_by_label("Assessment", exact=True).fill("Improves.")
    page.get_by_label("Assessment", exact=True).blur()
    plan_of(page).press_sequentially(" a week", delay=20)
    charting.saved(page)
    expect(page.locator("[data-conflict]")).to_have_count(0)
    written = Note.objects.get()
    assert lost and (written.plan, written.assessment) == ("Twice a week", "Improves.")


def test_a_lost_answer_is_no_conflict_with_oneself_and_long_typing_is_saved_on_the_way(
    devices: Any, cast: SimpleNamespace, visit_today: Visit, draft: Note
) -> None:
    page = devices(cast.adams)
    page.goto(f"/notes/{draft.pk}/")
    page.route("**/save/", lambda route: (route.fetch(), route.abort()))
    plan_of(page).press_sequentially("Twice", delay=20)
    expect(page.locator("[data-saved]")).to_have_text("Not saved, retrying")
    page.unroute("**/save/")
    plan_of(page).press_sequentially(" a week", delay=20)
    charting.saved(page)
    assert Note.objects.get().plan == "Twice a week"
    sent: list[float] = []
    page.on("request", lambda request: sent.append(time.monotonic()) if request.url.endswith("/save/") else None)
    began = time.monotonic()
    page.get_by_label("Assessment", exact=True).press_sequentially("and so on " * 4, delay=70)
    assert sent[0] - began < 2, "who types without a pause loses less than two seconds of it with a killed server"
    charting.saved(page)
    assert Note.objects.get().assessment == "and so on " * 4
