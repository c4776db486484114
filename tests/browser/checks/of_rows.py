"""Checks of what was done: its words, its aim, how the time was given, and how the patient responded."""

from tests.browser.checks.chart import Chart
from tests.browser.checks.scene import Scene, in_turn

SQUATS = "Squats with a dumbbell, 3 x 10, depth cued"
MASSAGE = "Effleurage and petrissage of the right shoulder by hand for circulation"
SHOULDER = "Myofascial release of the right shoulder capsule by hand for joint mobility"
RELEASE = "Myofascial release of the thoracolumbar fascia by hand for tissue mobility"


def two_aims_for_the_same_squats(chart: Chart) -> None:
    chart.adds(SQUATS, aims=("strength",))
    chart.adds(SQUATS, aims=("a task of life or work",), goal="lift 30 lb totes from floor to bench")


def left_out_and_then_complete(chart: Chart) -> None:
    """What could not be counted is kept for the record; then the minutes are found after all."""
    chart.changes(minutes="")
    chart.keeps_for_the_record("timed-service-has-minutes")
    chart.changes(minutes="15")


SCENES = {
    "intent-is-stated": Scene(
        "row", "stop",
        cause=lambda chart: chart.adds("Board 2 x 1 min"),
        cure=lambda chart: chart.changes(chart.last, aims=("balance",)),
    ),
    "description-is-specific": Scene(
        "row", "stop",
        cause=lambda chart: chart.adds("Exercises", aims=("strength",)),
        cure=lambda chart: chart.changes(chart.last, what="Bridges 3 x 12 for gluteal strength, pelvis cued"),
    ),
    "delivery-is-stated": Scene(
        "row", "stop",
        cause=lambda chart: chart.adds("Bridges 3 x 12 for gluteal strength", delivery=""),
        cure=lambda chart: chart.changes(chart.last, delivery="one-on-one"),
    ),
    "service-is-attended": Scene(
        "row", "stop",
        cause=lambda chart: chart.changes(delivery="on their own"),
        cure=lambda chart: chart.changes(delivery="one-on-one"),
    ),
    "group-has-two": Scene(
        "row", "stop",
        cause=lambda chart: chart.changes(delivery="attended by turns"),
        cure=lambda chart: chart.changes(group="3"),
    ),
    "performer-may-deliver-it": Scene(
        "row", "stop",
        cause=lambda chart: chart.changes(by="Tess Tran"),
        cure=lambda chart: chart.changes(by="Dr. Adams"),
    ),
    "same-minutes-have-one-code": Scene(
        "row", "stop",
        cause=two_aims_for_the_same_squats,
        cure=lambda chart: chart.changes(chart.last, what="Box squats to the height of the bench, as at work, cued"),
    ),
    "response-is-described": Scene(
        "row", "warn",
        cause=lambda chart: chart.changes(response=""),
        cure=lambda chart: chart.changes(response="Form held to rep 10"),
    ),
    "skilled-input-is-described": Scene(
        "row", "warn",
        cause=lambda chart: chart.changes(
            what="Box lifts floor to waist 15 lb x 12 for the totes at work", why="", response="12 done"
        ),
        cure=lambda chart: chart.changes(why="hinge cued by touch"),
    ),
    "dose-is-described": Scene(
        "row", "warn",
        cause=lambda chart: chart.adds("Bridges for gluteal strength, pelvis cued"),
        cure=lambda chart: chart.changes(chart.last, dose="3 x 12"),
    ),
    "pair-is-never-paid-together": Scene(
        "row", "stop",
        cause=in_turn(
            lambda chart: chart.adds(SHOULDER, goal="", regions=("shoulder",)),
            lambda chart: chart.adds(MASSAGE, goal="", regions=("shoulder",)),
        ),
        cure=lambda chart: chart.keeps_for_the_record("pair-is-never-paid-together"),
    ),
    "bundled-region-is-separate": Scene(
        "row", "stop",
        cause=lambda chart: chart.adds(RELEASE, goal=""),
        cure=lambda chart: chart.changes(
            chart.last, what=SHOULDER, regions=("shoulder",)
        ),
    ),
    "record-supports-more": Scene(
        "row", "tip", cause=left_out_and_then_complete, cure=lambda chart: chart.bills_after_all()
    ),
}  # fmt: skip
