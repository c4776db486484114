"""What a person does on the note's page, in words: `charting.add_activity(page, what=..., aims=[...])`."""

import re
from typing import Any

from playwright.sync_api import Locator, Page, expect

WORDS = {
    "what": "What was done",
    "minutes": "Minutes",
    "began": "Began",
    "ended": "Ended",
    "group": "Patients in the group",
    "own_goal": "Goal in your own words",
    "dose": "Dose and assistance",
    "response": "Response",
    "why": "Why skill was needed",
}


def start_note(page: Page, patient: str) -> None:
    """Open today's visit of a patient, from the clinician's Today."""
    page.get_by_role("link", name="Today").click()
    page.get_by_role("row", name=patient).get_by_role("button", name="Start the note").click()
    page.wait_for_url("**/notes/**")


def add_activity(page: Page, **said: Any) -> Locator:
    """Add a row, fill it in as a clinician would, and leave it. Returns the row at rest."""
    row = open_new_row(page)
    fill_in(row, **said)
    return leave(page, row)


def change_activity(page: Page, rest: Locator, **said: Any) -> Locator:
    row = reopen(page, rest)
    fill_in(row, **said)
    return leave(page, row)


def fill_in(
    row: Locator,
    *,
    aims: tuple[str, ...] = (),
    regions: tuple[str, ...] = (),
    delivery: str = "",
    goal: str = "",
    by: str = "",
    **words: str,
) -> None:
    """Fill in the fields of an open row that are named: what is chosen first, for it decides what is asked besides."""
    pick(row, "What was it meant to improve?", aims)
    pick(row, "Region", regions)
    if delivery:
        row.get_by_label(delivery, exact=True).check()
    if goal:
        row.get_by_label("Goal it serves").select_option(label=goal)
    if by:
        row.get_by_label("By", exact=True).select_option(label=by)
    for name, text in words.items():
        field = row.get_by_label(WORDS[name], exact=True)
        if not field.is_visible():
            row.locator("details.more > summary").click()
        field.fill(text)


def open_new_row(page: Page) -> Locator:
    page.get_by_role("button", name="Add an activity").click()
    row = page.locator("[data-open-row]").last
    return settled(row)


def pick(row: Locator, label: str, choices: tuple[str, ...]) -> None:
    """Pick these, and nothing else."""
    if not choices:
        return
    field = row.get_by_role("group", name=label)
    field.locator("summary").click()
    for other in set(field.locator("label.pick:has(:checked)").all_inner_texts()) - set(choices):
        field.get_by_label(other, exact=True).uncheck()
    for choice in choices:
        field.get_by_label(choice, exact=True).check()
    field.locator("summary").click()


def leave(page: Page, row: Locator) -> Locator:
    """Press Done and wait until the row is at rest and saved."""
    about = row.get_attribute("id")
    row.get_by_role("button", name="Done").click()
    rest = page.locator(f"article#{about}")
    expect(rest).to_be_visible()
    saved(page)
    return rest


def reopen(page: Page, rest: Locator) -> Locator:
    about = rest.get_attribute("id")
    rest.get_by_role("button", name="Edit").click()
    return settled(page.locator(f"form#{about}"))


def settled(row: Locator) -> Locator:
    """Wait until an open row has the cursor: until then it may still move."""
    expect(row.locator(":focus")).to_be_visible()
    return row


def unfold(details: Locator) -> None:
    """Open what is folded."""
    expect(details.page.locator(".htmx-request")).to_have_count(0)
    if details.get_attribute("open") is None:
        details.locator("summary").first.click()
    expect(details).to_have_attribute("open", "")


def wired(page: Page) -> None:
    """Wait until what was just put on the page listens: htmx takes a fiftieth of a second longer than the eye."""
    expect(page.locator(".htmx-request, .htmx-settling, .htmx-added, .htmx-swapping")).to_have_count(0)


def margin(page: Page, rest: Locator) -> Locator:
    """Return what stands in the margin beside a row."""
    return page.locator("#margin-" + str(rest.get_attribute("id")).removeprefix("activity-"))


def saved(page: Page) -> None:
    """Wait until nothing typed is left unsent. What was typed last is sent after a pause, so it is said first."""
    expect(page.locator("[data-saved]")).to_contain_text(re.compile("^Saved"))


def sign(page: Page, password: str) -> None:
    page.get_by_label("Your password").fill(password)
    page.get_by_role("button", name="Sign", exact=True).click()
    page.wait_for_url("**/notes/*/")
