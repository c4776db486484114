"""Checks of what one payer wants besides: authorisations, start and stop, and no more than it pays for in a day."""

from collections.abc import Callable
from datetime import date, time
from typing import Any

from django.urls import reverse
from playwright.sync_api import expect

from clinic.models import Coverage, Payer
from tests.browser import charting
from tests.browser.checks.chart import Chart
from tests.browser.checks.scene import Scene


def at_a_payer_that(**wants: Any) -> Callable[[Chart], None]:
    """Let Pat have a policy with a payer of her own, which wants what others do not."""

    def of(chart: Chart) -> None:
        name = f"Payer of chart {chart.patient.chart_number}"
        payer = Payer.objects.create(
            practice=chart.house.practice, name=name, kind="insurer", unit_method="per_code", **wants
        )
        allowed = {"authorisation": "A-9", "authorised_to": chart.house.before(-60)}
        Coverage.objects.filter(patient=chart.patient).update(payer=payer, **allowed)

    return of


def the_authorisation_ends_on(day: Callable[[Chart], date]) -> Callable[[Chart], None]:
    """Frances enters beside the policy until when the payer allowed visits."""

    def enters(chart: Chart) -> None:
        page, last = chart.house.page_of("frances"), day(chart)
        page.goto(reverse("clinic:patient", args=[chart.patient.pk]))
        page.locator("#coverages").get_by_role("button", name="Change").click()
        page.locator("#coverages [name=authorised_to]").fill(last.isoformat())
        page.get_by_role("button", name="Save the coverage").click()
        expect(page.locator("#coverages")).to_contain_text(f"to {last.day} {last:%b %Y}")
        chart.opens()

    return enters


def the_profile_is_changed(group: str, field: str, answer: str | bool) -> Callable[[Chart], None]:
    """Bill changes one entry of the payer's profile, on its page."""

    def changes(chart: Chart) -> None:
        page, payer = chart.house.page_of("bill"), Payer.objects.get(coverages__patient=chart.patient)
        page.goto(reverse("clinic:payer-edit", args=[payer.pk]))
        page.locator("details.group summary", has_text=group).click()
        entry = page.locator(f"[name={field}]")
        entry.set_checked(answer) if isinstance(answer, bool) else entry.fill(answer)
        page.get_by_role("button", name="Save the payer").click()
        expect(page.get_by_role("heading", name="Payers")).to_be_visible()
        chart.opens()

    return changes


def the_clock_is_entered(chart: Chart) -> None:
    row = charting.reopen(chart.page, chart.exercise)
    for name, at in (("Began", time(10, 5)), ("Ended", time(10, 20))):
        row.get_by_label(name, exact=True).fill(f"{at:%H:%M}")
    charting.leave(chart.page, row)
    expect(chart.exercise).to_contain_text("10:05 to 10:20")


SCENES = {
    "visit-is-authorised": Scene(
        "note", "warn", setting=at_a_payer_that(wants_authorisation=True),
        cause=the_authorisation_ends_on(lambda chart: chart.house.before(1)),
        cure=the_authorisation_ends_on(lambda chart: chart.house.before(-30)),
    ),
    "times-of-day-are-stated": Scene(
        "row", "warn", setting=at_a_payer_that(),
        cause=the_profile_is_changed("What it wants with a claim", "wants_times", True),
        cure=the_clock_is_entered,
    ),
    "visit-keeps-to-the-payers-limit": Scene(
        "closing", "warn", setting=at_a_payer_that(most_timed_units=1),
        cause=lambda chart: chart.changes(minutes="25"),
        cure=the_profile_is_changed("What it pays for in a day", "most_timed_units", "2"),
    ),
}  # fmt: skip
