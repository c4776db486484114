"""Checks across visits: examinations recur, goals move, a dose grows, and training answers what was found."""

from playwright.sync_api import expect

from tests.browser import charting
from tests.browser.checks.chart import Chart
from tests.browser.checks.house import LIFT
from tests.browser.checks.of_minutes import BRIDGES
from tests.browser.checks.scene import Deed, Scene

BRIDGED = {
    "description": BRIDGES, "intents": ["strength"], "regions": ["lumbar"], "minutes": 10, "delivery": "one_on_one",
    "dose": "3 x 12", "response": "no pain",
}  # fmt: skip


def treatment_began(days: int) -> Deed:
    """Enter on the complaint's page when treatment began, which is when the patient was examined."""

    def enter(chart: Chart) -> None:
        page = chart.at_the_complaint()
        page.locator("#about-change").click()
        page.locator("#about [name=onset_on]").fill(chart.house.before(days + 2).isoformat())
        page.locator("#about [name=first_treated_on]").fill(chart.house.before(days).isoformat())
        page.locator("#about").get_by_role("button", name="Save").click()
        expect(page.locator("#about-change")).to_be_visible()
        chart.comes_back()

    return enter


def the_plan_is_reviewed(chart: Chart) -> None:
    page = chart.at_the_complaint()
    page.locator("#plan-reviewed").click()
    expect(page.locator("#plan-reviewed")).to_have_count(0)
    chart.comes_back()


def ten_visits_at_twelve_pounds(chart: Chart) -> None:
    """Ten visits at which Pat lifted twelve pounds; today it was fifteen."""
    goal = chart.episode.goals.get(unit="lb")
    for days in range(11, 0, -1):
        chart.earlier(days, ("goal_progress", {"goal": goal, "value": "12"}))
    chart.note.goal_progress.create(**chart.both, goal=goal, value="15")


def today_stands_at(value: str) -> Deed:
    def enter(chart: Chart) -> None:
        field = chart.page.locator("#goals").get_by_label(LIFT)
        field.fill(value)
        field.blur()
        charting.saved(chart.page)

    return enter


def four_visits_with_the_same_bridges(chart: Chart) -> None:
    for days in (8, 6, 4, 2):
        chart.earlier(days, ("activities", BRIDGED))


SCENES = {
    "re-examination-is-not-overdue": Scene(
        "closing", "warn", cause=treatment_began(31), cure=lambda chart: chart.picks("99213")
    ),
    "goals-move-or-care-changes": Scene(
        "goals", "warn", setting=ten_visits_at_twelve_pounds, cause=today_stands_at("12"), cure=today_stands_at("15")
    ),
    "dose-progresses-or-says-why": Scene(
        "row", "tip", setting=four_visits_with_the_same_bridges,
        cause=lambda chart: chart.adds(BRIDGES, dose="3 x 12"),
        cure=lambda chart: chart.changes(chart.last, dose="3 x 15"),
    ),
    "exercise-answers-an-objective-loss": Scene(
        "row", "warn",
        cause=lambda chart: chart.adds(BRIDGES, aims=("strength",)),
        cure=lambda chart: chart.finds("strength", "hip", value="4", words="gluteus medius"),
    ),
    "control-deficit-was-found": Scene(
        "row", "warn",
        cause=lambda chart: chart.adds("Single-leg stance on foam to retrain balance, hand near", aims=("balance",)),
        cure=lambda chart: chart.finds("balance", "", value="6", words="single-leg stance, right"),
    ),
    "gait-deviation-was-found": Scene(
        "row", "warn",
        cause=lambda chart: chart.adds(
            "Gait training on level floor, cues for heel strike and equal steps", aims=("walking pattern",)
        ),
        cure=lambda chart: chart.finds("gait", "", words="limps on the right, short step"),
    ),
}  # fmt: skip
