"""What a person does on the note's page, in words: `charting.add_activity(page, what=..., aims=[...])`."""

import re

from playwright.sync_api import Locator, Page, expect


def start_note(page: Page, patient: str) -> None:
    """Open today's visit of a patient, from the clinician's Today."""
    page.get_by_role("link", name="Today").click()
    page.get_by_role("row", name=patient).get_by_role("button", name="Start the note").click()
    page.wait_for_url("**/notes/**")


def add_activity(
    page: Page,
    *,
    what: str,
    minutes: str = "",
    aims: tuple[str, ...] = (),
    regions: tuple[str, ...] = (),
    delivery: str = "",
    goal: str = "",
    response: str = "",
    group: str = "",
) -> Locator:
    """Add a row, fill it in as a clinician would, and leave it. Returns the row at rest."""
    row = open_new_row(page)
    row.get_by_label("What was done").fill(what)
    pick(row, "What was it meant to improve?", aims)
    pick(row, "Region", regions)
    if minutes:
        row.get_by_label("Minutes").fill(minutes)
    if delivery:
        row.get_by_label(delivery, exact=True).check()
    if group:
        row.get_by_label("Patients in the group").fill(group)
    if goal:
        row.get_by_label("Goal it serves").select_option(label=goal)
    if response:
        row.get_by_label("Response").fill(response)
    return leave(page, row)


def open_new_row(page: Page) -> Locator:
    page.get_by_role("button", name="Add an activity").click()
    row = page.locator("[data-open-row]").last
    expect(row.get_by_label("What was done")).to_be_visible()
    return row


def pick(row: Locator, label: str, choices: tuple[str, ...]) -> None:
    if not choices:
        return
    field = row.get_by_role("group", name=label)
    field.locator("summary").click()
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
    row = page.locator(f"form#{about}")
    expect(row).to_be_visible()
    return row


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
