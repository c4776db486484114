"""The note's page between two patients: a line in own words, last visits beside it, a diagnosis, two windows, a lost answer."""

from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from clinic.models import AccessEvent, Visit
from notes.models import Activity, Episode, GoalProgress, Note
from tests.browser import charting
from tests.signed import put_a_signature_under

pytestmark = pytest.mark.django_db(transaction=True)

BESIDE, BELOW = {"width": 1280, "height": 900}, {"width": 320, "height": 700}


@pytest.fixture
def page_of_the_note(sign_in: Any, cast: SimpleNamespace, visit_today: Visit, draft: Note) -> Page:
    page = sign_in(cast.adams)
    page.goto(f"/notes/{draft.pk}/")
    return page


@pytest.fixture
def last_visit(visit: Visit, back_pain: Episode, cast: SimpleNamespace) -> Note:
    """Pat's signed note of the day before."""
    before = Visit.objects.get(pk=visit.pk)
    before.pk, before._state.adding, before.on = None, True, "2026-11-18"
    before.save()
    note = Note.objects.create(
        practice=visit.practice, visit=before, patient=visit.patient, author=cast.adams, subjective="Stairs are hard."
    )
    note.note_episodes.create(practice=visit.practice, patient=visit.patient, episode=back_pain)
    put_a_signature_under(note)
    return note


def test_what_a_line_says_is_told_and_can_be_corrected(page_of_the_note: Page) -> None:
    page = page_of_the_note
    page.locator("#quick-line").fill("Wall slides, right shoulder, ROM, group of 4, 8 min -> reach the top shelf")
    page.keyboard.press("Enter")
    row = page.locator("[data-open-row]")
    expect(row.get_by_label("Patients in the group")).to_have_value("4")
    expect(page.locator("#quick-line")).to_be_focused()
    told = page.locator(".quick [role=status]")
    expect(told).to_contain_text("8 min, group of 4, shoulder, for range of motion, a goal")
    row.get_by_label("one-on-one", exact=True).check()
    charting.leave(page, row)
    expect(told).to_be_empty()
    kept = Activity.objects.get()
    assert (kept.delivery, kept.group_size, kept.minutes, kept.regions) == ("one_on_one", None, 8, ["shoulder"])


def test_a_press_is_not_lost_when_the_margin_is_written_anew_under_it(page_of_the_note: Page) -> None:
    page = page_of_the_note
    page.locator("#quick-line").fill("Wall slides, right shoulder, ROM, 1:1, 8 min")
    page.keyboard.press("Enter")
    why = page.locator("aside details", has_text="Why not another code?")
    expect(why).to_be_visible()
    charting.wired(page)
    with page.expect_response("**/suggestions/") as answer:
        why.locator("summary").hover()
        page.mouse.down()
        page.evaluate("htmx.trigger(document.body, 'note-changed')")
    answer.value.finished()
    with page.expect_response("**/suggestions/"):  # what was passed over is asked for anew
        page.mouse.up()
    expect(why).to_have_attribute("open", "")


@pytest.mark.parametrize("size", [BESIDE, BELOW], ids=["beside", "below"])
def test_the_last_visits_open_beside_the_sheet_or_below_it(last_visit: Note, page_of_the_note: Page, size: Any) -> None:
    page = page_of_the_note
    page.set_viewport_size(size)
    page.get_by_role("button", name="Last visits").click()
    heading = page.get_by_role("heading", name="Last visits")
    expect(heading).to_be_focused()
    expect(heading).to_be_in_viewport()
    expect(page.locator("#earlier")).to_contain_text("Stairs are hard.")
    sheet, panel = (page.locator(each).bounding_box() or {} for each in ("#subjective", "#earlier"))
    is_beside = panel["x"] >= sheet["x"] + sheet["width"]
    assert is_beside == (size is BESIDE) and page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("button", name="Close").click()
    expect(page.get_by_role("button", name="Last visits")).to_be_focused()
    assert AccessEvent.objects.filter(kind="earlier-notes-read").count() == 1
    page.evaluate("document.dispatchEvent(new Event('went-elsewhere'))")  # a page that is only read now reads them too
    page.get_by_role("button", name="Last visits").click()
    expect(heading).to_be_focused()
    page.get_by_role("button", name="Close").click()


def test_a_diagnosis_is_added_without_leaving_the_note(
    diagnosis_list: None, page_of_the_note: Page, back_pain: Episode
) -> None:
    page = page_of_the_note
    page.get_by_text("Add or order diagnoses").click()
    search = page.get_by_label("Add a diagnosis")
    expect(search).to_be_focused()
    search.press_sequentially("M54.2", delay=30)
    expect(page.locator("[data-saved]")).not_to_contain_text("Not saved")
    page.get_by_role("button", name="M54.2").click()
    expect(page.locator(f"#diagnosed-{back_pain.pk}")).to_contain_text("M54.2")
    expect(search).to_be_focused()
    page.get_by_role("button", name="Move M54.2 up").click()
    expect(page.locator(f"#diagnosed-{back_pain.pk} .chip").nth(1)).to_contain_text("M54.2")


def test_two_windows_answer_a_goal_and_neither_answer_is_lost(page_of_the_note: Page, draft: Note) -> None:
    page, other = page_of_the_note, page_of_the_note.context.new_page()
    other.goto(f"/notes/{draft.pk}/")
    for window, value in ((other, "12"), (page, "15")):
        window.locator(".goal-today input[name=value]").first.fill(value)
        expect(window.locator("[data-saved]")).to_contain_text(
            "Saved" if window is other else "changed in the meantime"
        )
    problem = page.locator(".goal-today .problem").first
    expect(problem).to_contain_text("12")
    assert GoalProgress.objects.get().value == "12"
    problem.get_by_role("button", name="Keep mine").click()
    charting.saved(page)
    assert GoalProgress.objects.get().value == "15"
    discard(other)
    expect(other.get_by_role("heading", name="changed in the meantime")).to_be_visible()
    assert Note.objects.filter(pk=draft.pk).exists()


def discard(page: Page) -> None:
    page.get_by_text("Discard this draft").click()
    page.get_by_label("Why is it not needed?").fill("started twice")
    page.get_by_role("button", name="Discard", exact=True).click()


def test_a_draft_is_discarded_after_saves_of_its_own_page(page_of_the_note: Page) -> None:
    page_of_the_note.get_by_label("Plan", exact=True).fill("Twice a week")
    page_of_the_note.get_by_label("Total treatment minutes").fill("20")
    charting.saved(page_of_the_note)
    discard(page_of_the_note)
    page_of_the_note.wait_for_url("**/today/")
    assert not Note.objects.exists()


def test_a_field_stays_where_it_is_while_the_margin_answers(page_of_the_note: Page) -> None:
    """On a small screen the margin stands between the rows; it comes anew with every save."""
    page = page_of_the_note
    page.set_viewport_size(BELOW)
    for what in ("Bridges 3 x 12, 8 min", "Floor-to-waist box lifts for work, 10 min"):
        page.locator("#quick-line").fill(what)
        page.keyboard.press("Enter")
        expect(page.locator("[data-open-row]").get_by_label("What was done")).to_have_value(what.rsplit(",", 1)[0])
        charting.leave(page, page.locator("[data-open-row]"))
    row = charting.reopen(page, page.locator("article.act").last)
    response = row.get_by_label("Response")
    response.focus()
    page.wait_for_timeout(800)
    stood = (response.bounding_box() or {})["y"]
    with page.expect_response("**/suggestions/"):
        response.fill("no pain")
    page.wait_for_timeout(300)
    assert abs((response.bounding_box() or {})["y"] - stood) < 4
    expect(response).to_be_in_viewport()


def test_the_review_leads_back_into_the_row(page_of_the_note: Page, draft: Note, back_pain: Episode, cast: Any) -> None:
    row = Activity.objects.create(
        practice=draft.practice, note=draft, written_by=cast.adams, episode=back_pain, description="Bridges 3 x 12",
        minutes=8, goal_text="stand a shift", response="no pain", performer=cast.adams,
    )  # fmt: skip
    page = page_of_the_note
    page.goto("about:blank")
    page.goto(f"/notes/{draft.pk}/#activity-{row.pk}")
    expect(page.locator("[data-open-row]").get_by_label("What was done")).to_be_focused()
    page.goto("about:blank")
    page.goto(f"/notes/{draft.pk}/#assessment")
    expect(page.get_by_label("Assessment")).to_be_focused()
