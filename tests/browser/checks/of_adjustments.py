"""Checks of adjustments, of the exams beside them, and of what both rest on."""

from django.urls import reverse
from playwright.sync_api import expect

from tests.browser.checks.chart import Chart
from tests.browser.checks.scene import Scene, in_turn


def an_alert_is_entered(chart: Chart) -> None:
    page = chart.page
    page.goto(reverse("clinic:patient", args=[chart.patient.pk]))
    page.get_by_role("button", name="Add an alert").click()
    page.locator("#alerts").get_by_label("contraindication").check()
    page.get_by_label("In words").fill("osteopenia, no thrust to the low back")
    page.locator("#alerts").get_by_label("lumbar").check()
    page.get_by_role("button", name="Add the alert").click()
    expect(page.locator("#alerts .held")).to_contain_text("osteopenia")
    chart.opens()


def the_alert_is_answered(chart: Chart) -> None:
    chart.writes("osteopenia, no thrust to the low back", "Mobilised below the barrier, no thrust.")


def the_notice_is_entered(chart: Chart) -> None:
    """Frances enters beside the policy when Pat signed the notice."""
    assert chart.coverage
    page = chart.house.page_of("frances")
    page.goto(reverse("clinic:patient", args=[chart.patient.pk]))
    page.locator("#coverages").get_by_role("button", name="Change").click()
    page.locator("#coverages [name=notice_signed_on]").fill(chart.house.before(20).isoformat())
    page.get_by_role("button", name="Save the coverage").click()
    expect(page.locator("#coverages")).to_contain_text("notice of non-coverage signed")
    chart.opens()


def the_neck_hurts_as_well(chart: Chart) -> None:
    chart.episode.diagnoses.create(practice=chart.house.practice, position=5, code="M54.2", title="Cervicalgia")


def one_sciatica(chart: Chart) -> None:
    """One diagnosis of the pelvis and the low back, which is all there is."""
    chart.episode.diagnoses.filter(code="M54.50").update(ended_on=chart.house.today)
    chart.episode.diagnoses.update(code="M54.31", title="Sciatica, right side")


def a_shoulder_of_no_side(chart: Chart) -> None:
    own = {"practice": chart.house.practice}
    chart.episode.diagnoses.create(**own, position=5, code="M25.519", title="Pain in unspecified shoulder")
    chart.note.findings.create(**chart.both, kind="pain", region="shoulder", side="right", words="acromion tender")


def the_side_is_told(chart: Chart) -> None:
    chart.diagnoses("M25.511")
    chart.ends("M25.519")


def the_reason_is_given(chart: Chart) -> None:
    chart.drops("99213")
    chart.picks("99213", reason="re-examination after four weeks")


SCENES = {
    "adjustment-has-a-region": Scene(
        "adjustments", "stop",
        cause=lambda chart: chart.corrects_the_adjustment(region=""),
        cure=lambda chart: chart.corrects_the_adjustment(region="lumbar"),
    ),
    "contraindication-is-answered": Scene(
        "adjustments", "stop", cause=an_alert_is_entered, cure=the_alert_is_answered
    ),
    "adjusted-region-was-examined": Scene(
        "findings", "warn",
        cause=lambda chart: chart.adjusts("C5"),
        cure=lambda chart: chart.finds("range of motion", "cervical", words="C5 restricted"),
    ),
    "adjusted-region-shows-part": Scene(
        "findings", "tip",
        cause=lambda chart: chart.takes_out_the_finding("right posterior"),
        cure=lambda chart: chart.finds("range of motion", "lumbar", words="L4 restricted in extension"),
    ),
    "segment-is-named": Scene(
        "adjustments", "tip",
        cause=lambda chart: chart.corrects_the_adjustment(segment=""),
        cure=lambda chart: chart.corrects_the_adjustment(segment="L4"),
    ),
    "exam-is-more-than-the-adjustment": Scene(
        "closing", "stop", cause=lambda chart: chart.picks("99213", reason=""), cure=the_reason_is_given
    ),
    "new-patient-is-new": Scene(
        "closing", "stop", setting=lambda chart: chart.earlier(30),
        cause=lambda chart: chart.picks("99203"),
        cure=lambda chart: chart.drops("99203"),
    ),
    "level-is-borne-out": Scene(
        "closing", "warn",
        cause=lambda chart: chart.picks("99215"),
        cure=in_turn(lambda chart: chart.drops("99215"), lambda chart: chart.picks("99213")),
    ),
    "active-care-is-not-maintenance": Scene(
        "closing", "warn",
        cause=lambda chart: chart.care_is("maintenance"),
        cure=lambda chart: chart.care_is("active"),
    ),
    "notice-is-on-file": Scene(
        "closing", "stop", payer="medicare",
        cause=lambda chart: chart.care_is("maintenance"),
        cure=the_notice_is_entered,
    ),
    "line-points-to-a-diagnosis": Scene(
        "note", "stop",
        cause=in_turn(lambda chart: chart.ends("M99.03"), lambda chart: chart.ends("M54.50")),
        cure=lambda chart: chart.diagnoses("M54.50"),
    ),
    "adjusted-region-has-a-diagnosis": Scene(
        "note", "stop",
        cause=lambda chart: chart.adjusts("C5"),
        cure=lambda chart: chart.diagnoses("M99.01"),
    ),
    "subluxation-diagnosis-comes-first": Scene(
        "note", "stop", payer="medicare",
        cause=lambda chart: chart.moves("M99.03", "down"),
        cure=lambda chart: chart.moves("M99.03", "up"),
    ),
    "regions-do-not-share-one-diagnosis": Scene(
        "note", "warn", setting=one_sciatica,
        cause=lambda chart: chart.adjusts("SI right"),
        cure=lambda chart: chart.diagnoses("M99.05"),
    ),
    "diagnosis-rests-on-a-finding": Scene(
        "findings", "warn", setting=the_neck_hurts_as_well,
        cause=lambda chart: chart.picks("99213"),
        cure=lambda chart: chart.finds("pain or tenderness", "cervical", words="C5 tender on the right"),
    ),
    "diagnosis-is-as-specific-as-the-findings": Scene(
        "note", "tip", setting=a_shoulder_of_no_side,
        cause=lambda chart: chart.picks("99213"),
        cure=the_side_is_told,
    ),
}  # fmt: skip
