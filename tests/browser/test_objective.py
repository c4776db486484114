"""What is found and what is adjusted, as fast as it is said: by the keyboard alone, on the spine column, on the body."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from clinic.models import Membership, Visit
from notes.models import Note
from notes.starting import start
from tests.browser import charting
from tests.signed import put_a_signature_under

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def note(visit_today: Visit, back_pain: Any, cast: SimpleNamespace) -> Note:
    return start(visit_today, by=cast.adams, episodes=[back_pain])


@pytest.fixture
def page_of_note(sign_in: Callable[[Membership], Page], note: Note, cast: SimpleNamespace) -> Page:
    page = sign_in(cast.adams)
    page.goto(reverse("notes:note", args=[note.pk]))
    return page


def found(note: Note) -> list[str]:
    return [str(row) for row in note.findings.all()]


def adjusted(note: Note) -> list[str]:
    return [str(row) for row in note.adjustments.standing()]


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def test_several_findings_in_a_row_by_the_keyboard_alone(page_of_note: Page, note: Note) -> None:
    page = page_of_note
    page.get_by_text("Add a finding").focus()
    press(page, "Enter")
    page.keyboard.type("range")
    press(page, "Tab")
    page.keyboard.type("lum")
    press(page, "Tab", "Tab")
    expect(page.get_by_label("Unit")).to_have_value("°")
    for value, words in (("45", "flexion"), ("10", "extension")):
        page.keyboard.type(value)
        press(page, "Tab", "Tab", "Tab")
        page.keyboard.type(words)
        press(page, "Enter")
    page.keyboard.type("20")
    press(page, "Escape")
    expect(page.locator("#findings .chip")).to_have_count(2)
    assert found(note) == ["Lumbar: flexion 45°", "Lumbar: extension 10°"]
    press(page, "Enter")
    expect(page.get_by_label("Value")).to_have_value("20")


def test_a_finding_that_was_refused_comes_back_with_its_words(page_of_note: Page, note: Note) -> None:
    page = page_of_note
    page.get_by_text("Add a finding").click()
    page.get_by_label("Value").fill("7" * 41)
    press(page, "Enter")
    expect(page.locator("#finding-adder")).to_contain_text("at most 40 fit")
    expect(page.get_by_label("Value")).to_have_value("7" * 41)
    page.get_by_label("Value").fill("7")
    press(page, "Enter")
    expect(page.locator("#findings .chip")).to_contain_text("7/10")
    charting.saved(page)


def test_a_press_on_the_body_says_where(page_of_note: Page, note: Note) -> None:
    page = page_of_note
    page.get_by_role("button", name="right knee").first.click()
    page.keyboard.type("3")
    press(page, "Enter")
    expect(page.get_by_role("button", name="right knee, 1 finding").first).to_be_visible()
    assert found(note) == ["Knee, right: pain or tenderness 3/10"]


def test_an_adjustment_only_visit_is_one_line(page_of_note: Page, note: Note) -> None:
    page = page_of_note
    page.get_by_label("What was adjusted, as it is said").focus()
    page.keyboard.type("C5 T4-6 L5 right")
    press(page, "Enter")
    page.keyboard.type("C9")
    press(page, "Enter")
    expect(page.locator("#adjusting")).to_contain_text("C9 is no segment")
    expect(page.get_by_label("What was adjusted, as it is said")).to_have_value("C9")
    expect(page.get_by_label("T5", exact=True)).to_be_checked()
    expect(page.locator("#margin-adjustments")).to_contain_text("98941")
    assert adjusted(note) == ["Cervical: C5", "Thoracic: T4-6", "Lumbar, right: L5"]


def test_keys_pressed_faster_than_they_are_saved_all_count(page_of_note: Page, note: Note) -> None:
    page = page_of_note
    for key in ("C5", "T4", "L5", "SI left", "T4"):
        page.get_by_label(key, exact=True).click(force=True)
    charting.saved(page)
    expect(page.locator("#adjustments .chip")).to_have_text(
        ["Cervical: C5 (edit)", "Lumbar: L5 (edit)", "Pelvis, left: SI (edit)"]
    )
    expect(page.get_by_label("T4", exact=True)).not_to_be_checked()
    assert adjusted(note) == ["Cervical: C5", "Lumbar: L5", "Pelvis, left: SI"]


def test_a_note_signed_meanwhile_keeps_its_list_and_what_was_typed(page_of_note: Page, note: Note) -> None:
    page = page_of_note
    page.get_by_label("C5", exact=True).click(force=True)
    expect(page.locator("#adjustments .chip")).to_have_count(1)
    charting.saved(page)
    put_a_signature_under(note)
    page.get_by_label("What was adjusted, as it is said").fill("L5")
    press(page, "Enter")
    expect(page.locator("#refusals")).to_contain_text("was signed in the meantime")
    expect(page.locator("#refusals")).to_be_in_viewport()
    expect(page.locator("[data-saved]")).to_have_text("Not saved: this note was signed")
    expect(page.get_by_label("What was adjusted, as it is said")).to_have_value("L5")
    expect(page.locator("#adjustments .chip")).to_have_count(1)


def test_the_column_is_walked_with_the_arrows(page_of_note: Page, note: Note) -> None:
    page = page_of_note
    page.get_by_label("What was adjusted, as it is said").focus()
    press(page, "Tab", "Tab", "Tab", "ArrowRight", "ArrowRight", "Space")
    charting.saved(page)
    assert adjusted(note) == ["Cervical: C2"]


def test_a_new_region_is_asked_for_what_is_unknown_first(page_of_note: Page) -> None:
    page = page_of_note
    page.get_by_role("button", name="+ thoracic").click()
    expect(page.locator("#adjustments [data-open-row]").get_by_label("Segments")).to_be_focused()
    press(page, "Escape")
    page.get_by_role("button", name="+ elsewhere").click()
    page.get_by_role("button", name="+ shoulder").click()
    expect(page.locator("#adjustments [data-open-row] [name=side]").first).to_be_focused()


def test_an_activity_takes_its_regions_from_the_body(page_of_note: Page, note: Note) -> None:
    page = page_of_note
    row = charting.open_new_row(page)
    row.get_by_role("button", name="body map").click()
    row.get_by_role("button", name="left shoulder").first.click()
    expect(row.locator("[data-picker] summary").last).to_contain_text("shoulder")
    charting.saved(page)
    assert note.activities.get().regions == ["shoulder"]
