"""Checks of time: minutes that are there, that fit, and that earn what the payer allows in a day."""

from datetime import time

from clinic.models import Visit
from notes.models import Note
from tests.browser.checks.chart import Chart, signed_by_its_author
from tests.browser.checks.of_rows import SHOULDER
from tests.browser.checks.scene import Deed, Scene

BRIDGES = "Bridges 3 x 12 for gluteal strength, pelvis cued"


def sam_at_the_same_time(chart: Chart) -> None:
    """Sam had Dr. Adams to himself for twenty minutes from ten on, when Pat's visit began as well."""
    house, at = chart.house, time(10)
    sam, coverage = house.patient("insurer", "Sam")
    note = house.note(house.visit(sam, coverage=coverage, at=at), house.back_pain(sam))
    note.activities.update(minutes=20)
    signed_by_its_author(note)
    Visit.objects.filter(pk=chart.visit.pk).update(at=at)


def an_hour_of_three_things(chart: Chart) -> None:
    chart.writes("Total treatment minutes", "90")
    chart.adds(BRIDGES, minutes="30")
    chart.adds(
        SHOULDER, minutes="20", goal="",
        regions=("shoulder",),
    )  # fmt: skip


def one_of_them_is_taken_out(chart: Chart) -> None:
    chart.last.get_by_role("button", name="Edit").click()
    chart.page.locator("[data-open-row]").get_by_role("button", name="Remove").click()


def longer(minutes: int) -> Deed:
    """Let the visit have taken so long."""
    return lambda chart: Note.objects.filter(pk=chart.note.pk).update(total_minutes=minutes)


SCENES = {
    "timed-service-has-minutes": Scene(
        "row", "stop",
        cause=lambda chart: chart.changes(minutes=""),
        cure=lambda chart: chart.changes(minutes="12"),
    ),
    "minutes-fit-the-visit": Scene(
        "row", "stop",
        cause=lambda chart: chart.writes("Total treatment minutes", "10"),
        cure=lambda chart: chart.writes("Total treatment minutes", "25"),
    ),
    "time-is-counted-once": Scene(
        "row", "stop", setting=sam_at_the_same_time,
        cause=lambda chart: chart.changes(minutes="29"),
        cure=lambda chart: chart.changes(minutes="8"),
    ),
    "total-minutes-are-recorded": Scene(
        "closing", "warn",
        cause=lambda chart: chart.writes("Total treatment minutes", ""),
        cure=lambda chart: chart.writes("Total treatment minutes", "30"),
    ),
    "daily-maximum-is-kept": Scene(
        "row", "warn", setting=longer(200),
        cause=lambda chart: chart.changes(minutes="150"),
        cure=lambda chart: chart.changes(minutes="15"),
    ),
    "units-depend-on-the-method": Scene(
        "closing", "tip", setting=lambda chart: chart.note.activities.update(minutes=10),
        cause=lambda chart: chart.adds(BRIDGES, minutes="10"),
        cure=lambda chart: chart.changes(chart.last, minutes="15"),
    ),
    "total-reaches-eight-minutes": Scene(
        "row", "tip",
        cause=lambda chart: chart.changes(minutes="5"),
        cure=lambda chart: chart.changes(minutes="8"),
    ),
    "timed-services-are-few": Scene(
        "closing", "tip", cause=an_hour_of_three_things, cure=one_of_them_is_taken_out
    ),
}  # fmt: skip
