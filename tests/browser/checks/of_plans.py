"""Checks of goals and of the plan of care."""

from tests.browser.checks.chart import Chart
from tests.browser.checks.of_minutes import BRIDGES
from tests.browser.checks.of_rows import SHOULDER
from tests.browser.checks.scene import Scene

OWN = "in your own words:"


def nothing_but_hands_on_care(chart: Chart) -> None:
    """Nobody has set a goal of function yet, and no exercise asks for one."""
    chart.note.activities.all().delete()
    chart.episode.goals.filter(unit="h").update(dropped_on=chart.house.today)
    chart.episode.goals.update(text="less stiffness", measure="", unit="", baseline="", target="")


def a_goal_is_added(chart: Chart) -> None:
    page = chart.at_the_complaint()
    page.locator("#goal-add summary").click()
    page.get_by_label("What the patient is to do again").fill("reach the top shelf in the kitchen 10 times")
    page.get_by_role("button", name="Add the goal").click()
    page.locator("#goals .tile", has_text="top shelf").wait_for()
    chart.comes_back()


def a_goal_without_a_number(chart: Chart) -> None:
    lift = chart.episode.goals.filter(unit="lb")
    lift.update(text="carry the totes at work", measure="", unit="", baseline="", target="")
    chart.note.activities.update(goal=None)


def the_goal_gets_its_number(chart: Chart) -> None:
    page = chart.at_the_complaint()
    page.locator(f"#change-{chart.episode.goals.get(text='carry the totes at work').pk}").click()
    for name, value in {"measure": "load", "unit": "lb", "baseline": "10", "target": "30"}.items():
        page.locator(f"#goals form.open [name={name}]").fill(value)
    page.locator("#goals form.open").get_by_role("button", name="Save").click()
    page.locator("#goals .tile", has_text="10 → 30 lb").wait_for()
    chart.comes_back()


SCENES = {
    "therapy-has-a-functional-goal": Scene(
        "row", "stop",
        cause=lambda chart: chart.changes(goal=OWN),
        cure=lambda chart: chart.changes(goal="lift 30 lb totes from floor to bench"),
    ),
    "episode-has-a-functional-goal": Scene(
        "goals", "warn", setting=nothing_but_hands_on_care,
        cause=lambda chart: chart.adds(SHOULDER, regions=("shoulder",), goal=""),
        cure=a_goal_is_added,
    ),
    "goal-is-measurable": Scene(
        "row", "warn", setting=a_goal_without_a_number,
        cause=lambda chart: chart.changes(goal="carry the totes at work"),
        cure=the_goal_gets_its_number,
    ),
    "two-codes-serve-two-goals": Scene(
        "row", "warn",
        cause=lambda chart: chart.adds(BRIDGES, goal="lift 30 lb totes from floor to bench"),
        cure=lambda chart: chart.changes(chart.last, goal="stand through an 8 h shift"),
    ),
    "plan-of-care-is-complete": Scene(
        "plan", "warn",
        cause=lambda chart: chart.plans(duration=""),
        cure=lambda chart: chart.plans(duration="6 weeks"),
    ),
    "service-is-in-the-plan": Scene(
        "plan", "warn",
        cause=lambda chart: chart.plans_a_service("adjustment"),
        cure=lambda chart: chart.plans_a_service("task practice"),
    ),
}  # fmt: skip
