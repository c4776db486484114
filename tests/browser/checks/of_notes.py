"""Checks of the note as a whole, and of who wrote it when."""

from datetime import timedelta

from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.browser.checks.chart import Chart
from tests.browser.checks.house import LIFTING
from tests.browser.checks.scene import Deed, Scene, in_turn
from tests.conftest import PASSWORD


def with_the_credential(text: str) -> Deed:
    """Let Olga enter Dr. Baker's credential on the page of the practice's people."""

    def enter(chart: Chart) -> None:
        page = chart.house.page_of("olga")
        page.goto(reverse("clinic:member-edit", args=[chart.house.people["baker"].pk]))
        page.get_by_label("Credential").fill(text)
        page.locator("[name=password]").fill(PASSWORD)  # it stands under every signature
        page.get_by_role("button", name="Save").click()
        page.wait_for_url("**/people/")
        chart.opens()

    return enter


def the_visit_of_tomorrow_is_begun(chart: Chart) -> None:
    """Dr. Adams opens the note of a visit that is planned for the next day."""
    tomorrow = chart.house.visit(chart.patient, on=chart.house.today + timedelta(days=1), state="expected")
    begun(chart, f"/visits/{tomorrow.pk}/note/")


def begun(chart: Chart, address: str) -> None:
    chart.page.goto(address)
    chart.page.get_by_role("button", name="Start the note").click()
    expect(chart.page.locator("#open-questions")).not_to_be_empty()


def it_is_discarded_for_the_note_of_today(chart: Chart) -> None:
    page = chart.page
    page.get_by_text("Discard this draft", exact=True).click()
    page.get_by_label("Why is it not needed?").fill("wrong visit")
    page.get_by_role("button", name="Discard", exact=True).click()
    page.wait_for_url("**/today/")
    chart.opens()


def the_next_visit_is_begun(chart: Chart) -> None:
    """The next visit brings over what the last note held."""
    page: Page = chart.page
    later = chart.house.visit(chart.patient)
    begun(chart, f"/visits/{later.pk}/note/")
    expect(page.locator("#adjustments .carried")).to_be_visible()


def what_was_carried_is_answered(chart: Chart) -> None:
    page = chart.page
    page.locator("#adjustments .carried").get_by_role("button", name="confirm").click()
    expect(page.locator("#adjustments .carried")).to_have_count(0)
    page.locator("#activities .carried").get_by_role("button", name="Not today").click()
    expect(page.locator("#activities .carried")).to_have_count(0)


def last_weeks_note(chart: Chart) -> None:
    """The note of last week held an adjustment and an exercise."""
    chart.earlier(
        7,
        ("adjustments", {"region": "lumbar", "segment": "L4"}),
        ("activities", {"description": LIFTING}),
        plan="Go on.",
    )


SCENES = {
    "author-has-a-credential": Scene(
        "note", "stop", author="baker", cause=with_the_credential(""), cure=with_the_credential("DC")
    ),
    "date-is-not-in-the-future": Scene(
        "note", "stop", cause=the_visit_of_tomorrow_is_begun, cure=it_is_discarded_for_the_note_of_today
    ),
    "carried-text-is-confirmed": Scene(
        "adjustments", "stop", setting=last_weeks_note, cause=the_next_visit_is_begun,
        cure=what_was_carried_is_answered,
    ),
    "note-says-how-it-went": Scene(
        "plan", "warn",
        cause=lambda chart: chart.writes("Plan", ""),
        cure=lambda chart: chart.writes("Plan", "Again on Friday."),
    ),
    "text-is-not-cloned": Scene(
        "subjective", "warn",
        setting=lambda chart: chart.earlier(3, subjective="Still sore. Slept badly.", assessment="As before. On course."),
        cause=in_turn(
            lambda chart: chart.writes("Subjective", "Still sore. Slept badly."),
            lambda chart: chart.writes("Assessment", "As before. On course."),
        ),
        cure=lambda chart: chart.writes("Subjective", "Less sore since Tuesday. Slept through twice."),
    ),
}  # fmt: skip
