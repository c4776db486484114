"""The main job in a real browser: chart, see codes and gaps, sign, review the superbill, change the guidance."""

import re
from datetime import time, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from clinic.models import Coverage, Payer, Visit
from coding.models import Superbill
from notes.models import Activity, Diagnosis, Episode, Goal, Note
from tests.browser import charting
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db(transaction=True)

STAND, LIFT = "stand through an 8 h shift", "lift 30 lb totes from floor to bench"


def test_the_main_job_from_the_first_word_to_the_reviewed_superbill(
    sign_in: Any, cast: SimpleNamespace, visit_today: Visit, fees: None
) -> None:
    page = sign_in(cast.adams, by_hand=True)
    charting.start_note(page, "Pat Rivera")
    chart_the_texts(page)
    stabilisation = charting.add_activity(
        page, what="Lumbar stabilisation: dead bug and side plank 3 x 30 s", minutes="12", aims=("strength",),
        regions=("lumbar",), delivery="one-on-one", goal=STAND, response="held form, pain 2/10",
    )  # fmt: skip
    lifting = charting.add_activity(
        page, what="Floor-to-waist lifting of 15 lb boxes as for his warehouse job", minutes="15", regions=("lumbar",),
        delivery="one-on-one", goal=LIFT, response="form held to rep 12",
    )  # fmt: skip

    expect(charting.margin(page, stabilisation)).to_contain_text("97110")
    expect(charting.margin(page, lifting)).to_contain_text("97530")
    expect(lifting.locator("mark").first).to_be_visible()

    open_the_guidance(page, lifting)
    signing_is_refused_without_a_goal(page, lifting)
    restore_the_goal(page, lifting)

    page.get_by_role("link", name="Review and sign").click()
    charting.sign(page, PASSWORD)
    expect(page.get_by_text("Signed by Alex Adams")).to_be_visible()

    bill = Superbill.objects.get()
    the_desk_reviews_and_prints(sign_in(cast.frances, by_hand=True), bill)
    an_admin_explains_lifting(sign_in(cast.olga))
    the_next_suggestion_shows_the_explanation(sign_in(cast.adams), visit_today)


def chart_the_texts(page: Page) -> None:
    page.get_by_label("Subjective").fill("Standing is easier; still cannot lift the totes at work.")
    page.get_by_label("Objective, in words").fill(
        "Flexion 45 degrees of 60, tender at L4-5 right, trunk hold 20 s of 60."
    )
    page.get_by_label("Assessment").fill("Lifting improves with care; still short of work demands.")
    page.get_by_label("Plan").fill("Twice a week, progress the load.")
    page.get_by_label("Total treatment minutes").fill("30")
    charting.saved(page)


def open_the_guidance(page: Page, row: Any) -> None:
    margin = charting.margin(page, row)
    margin.get_by_text("Why not another code?").click()
    expect(margin).to_contain_text("What it is for")


def signing_is_refused_without_a_goal(page: Page, rest: Any) -> None:
    row = charting.reopen(page, rest)
    row.get_by_label("Goal it serves").select_option(label="in your own words:")
    charting.leave(page, row)
    page.get_by_role("link", name="Review and sign").click()
    expect(page.get_by_text("Not ready to sign")).to_be_visible()
    expect(page.locator("#decision")).to_contain_text("No goal says what this is to make possible")
    page.get_by_role("link", name="Back to the note").first.click()


def restore_the_goal(page: Page, rest: Any) -> None:
    row = charting.reopen(page, rest)
    row.get_by_label("Goal it serves").select_option(label=LIFT)
    charting.leave(page, row)


def the_desk_reviews_and_prints(page: Page, bill: Superbill) -> None:
    expect(page.get_by_role("row", name="Pat Rivera")).to_contain_text("97530")
    page.get_by_role("row", name="Pat Rivera").get_by_role("link", name="Review").click()
    expect(page.locator("table")).to_contain_text("97110")
    assert "totes" not in page.content(), "the desk reads no words of the note"
    page.get_by_role("button", name="Mark as reviewed").click()
    expect(page.get_by_text("Reviewed by Frances")).to_be_visible()
    page.evaluate("window.print = () => { document.body.dataset.printed = 'yes' }")
    page.get_by_role("button", name="Print").click()
    expect(page.locator("body")).to_have_attribute("data-printed", "yes")
    page.emulate_media(media="print")
    expect(page.get_by_role("navigation", name="Places")).to_be_hidden()
    expect(page.locator("table")).to_contain_text("97530")
    page.emulate_media(media="screen")
    pdf = page.request.get(page.get_by_role("link", name="PDF").get_attribute("href"))
    assert pdf.body().startswith(b"%PDF")


def an_admin_explains_lifting(page: Page) -> None:
    page.get_by_role("link", name="Guidance").click()
    page.get_by_role("link", name=re.compile("^97530")).click()
    page.get_by_role("link", name="Change").click()
    text = page.locator("textarea[name=text]")
    text.fill(
        text.input_value().replace("## What it is for\n", "## What it is for\n\nOur practice: name the task.\n", 1)
    )
    page.get_by_label("why you changed it").fill("New clinicians ask")
    page.get_by_role("button", name="Save for the practice").click()
    expect(page.get_by_role("link", name="Change")).to_be_visible()  # the page itself, not the editor's preview
    expect(page.get_by_text("Our practice: name the task.")).to_be_visible()


def the_next_suggestion_shows_the_explanation(page: Page, visit: Visit) -> None:
    Visit.objects.create(
        practice=visit.practice, patient=visit.patient, clinician=visit.clinician, location=visit.location,
        coverage=visit.coverage, on=visit.on, at=time(15), state=Visit.State.ARRIVED,
    )  # fmt: skip
    page.get_by_role("link", name="Today").click()
    charting.start_note(page, "Pat Rivera")
    row = charting.add_activity(page, what="Lifting totes from the floor to the bench for work", minutes="10")
    margin = charting.margin(page, row)
    margin.get_by_text("Why not another code?").click()
    expect(margin).to_contain_text("Our practice: name the task.")


def test_three_rows_typed_within_one_round_trip_are_all_saved(
    sign_in: Any, cast: SimpleNamespace, draft: Note, back_pain: Episode, visit_today: Visit
) -> None:
    """Each answer takes a second; all three rows are typed before the first one is there."""
    for position, words in enumerate(("one", "two", "three")):
        Activity.objects.create(
            practice=draft.practice, note=draft, written_by=cast.adams, episode=back_pain, description=words,
            position=position,
        )  # fmt: skip
    page = sign_in(cast.adams)
    page.goto(f"/notes/{draft.pk}/")
    slow_saves(page)
    for number, words in enumerate(("one", "two", "three"), 11):
        row = charting.reopen(page, page.locator("article.act", has_text=words))
        row.get_by_label("Minutes").fill(str(number))
    assert list(Activity.objects.values_list("minutes", flat=True)) == [None, None, None]
    page.get_by_label("Plan").focus()
    expect(page.locator("article.act")).to_have_count(3, timeout=20_000)
    charting.saved(page)
    assert list(Activity.objects.values_list("minutes", flat=True)) == [11, 12, 13]


def slow_saves(page: Page) -> None:
    """Let every save take two seconds on its way, and nothing else."""
    page.evaluate("""() => {
        const { open, send } = XMLHttpRequest.prototype;
        Object.assign(XMLHttpRequest.prototype, {
            open(verb, url, ...rest) { this.isSave = url.endsWith("/save/"); return open.call(this, verb, url, ...rest); },
            send(body) { setTimeout(() => send.call(this, body), this.isSave ? 2000 : 0); },
        });
    }""")


def test_two_complaints_and_two_payers_make_two_superbills(
    sign_in: Any, cast: SimpleNamespace, visit_today: Visit, fees: None, practice: Any
) -> None:
    neck = auto_claim(visit_today)
    page = sign_in(cast.adams)
    page.get_by_role("row", name="Pat Rivera").get_by_role("button", name="Start the note").click()
    for complaint in ("Low back pain, lifting injury", "Neck pain after a collision"):
        page.get_by_label(complaint).check()
    page.get_by_role("button", name="Start the note").click()
    chart_the_texts(page)
    for what, goal, region in (
        ("Lifting boxes floor to waist for his warehouse job, 3 x 8, hinge cued", LIFT, "lumbar"),
        (
            "Checking the blind spot, reaching back, for driving, trunk cued, 2 x 10",
            "drive an hour to work",
            "cervical",
        ),
    ):
        charting.add_activity(
            page, what=what, minutes="10", regions=(region,), delivery="one-on-one", goal=goal, response="no pain"
        )
    page.get_by_role("link", name="Review and sign").click()
    charting.sign(page, PASSWORD)
    assert set(Superbill.objects.values_list("payer_name", flat=True)) == {
        "Blue Ridge PPO",
        "Carolina Auto, claim 7731",
    }
    assert {bill.coverage for bill in Superbill.objects.all()} == {visit_today.coverage, neck.coverage}


def auto_claim(visit: Visit) -> Episode:
    """A second complaint of the same patient, paid by an auto insurer."""
    payer = Payer.objects.create(practice=visit.practice, name="Carolina Auto", kind="auto", unit_method="total_time")
    claim = Coverage.objects.create(
        practice=visit.practice, patient=visit.patient, payer=payer, order=2, claim_number="7731", cause="auto"
    )
    neck = Episode.objects.create(
        practice=visit.practice,
        patient=visit.patient,
        complaint="Neck pain after a collision",
        coverage=claim,
        frequency="twice a week",
        duration="4 weeks",
    )
    Diagnosis.objects.create(practice=visit.practice, episode=neck, code="M54.2", title="Cervicalgia")
    Goal.objects.create(
        practice=visit.practice, episode=neck, text="drive an hour to work", measure="time", unit="min", baseline="20",
        target="60", due_on=visit.on + timedelta(days=30),
    )  # fmt: skip
    return neck


def test_a_press_on_words_inside_an_open_row_is_no_leaving(
    sign_in: Any, cast: SimpleNamespace, visit_today: Visit
) -> None:
    page = sign_in(cast.adams)
    charting.start_note(page, "Pat Rivera")
    row = charting.open_new_row(page)
    row.get_by_label("What was done").fill("Bridges 3 x 12")
    row.get_by_text("on their own", exact=True).click(delay=150)
    page.wait_for_timeout(1_500)
    expect(row.get_by_label("on their own", exact=True)).to_be_checked()
    charting.saved(page)
    assert Activity.objects.get().delivery == "on_own"


def test_the_line_at_the_foot_keeps_what_is_typed_while_a_row_closes(
    sign_in: Any, cast: SimpleNamespace, visit_today: Visit
) -> None:
    page = sign_in(cast.adams)
    charting.start_note(page, "Pat Rivera")
    charting.open_new_row(page).get_by_label("What was done").fill("Bridges 3 x 12")
    page.locator("#quick-line").click()
    page.keyboard.type("Step-ups for leg strength, 8 min", delay=60)
    page.keyboard.press("Enter")
    expect(page.locator("[data-open-row]").get_by_label("What was done")).to_have_value("Step-ups for leg strength")
    assert set(Activity.objects.values_list("description", flat=True)) == {
        "Bridges 3 x 12",
        "Step-ups for leg strength",
    }


def test_minutes_that_cannot_be_keep_the_row_open_with_the_message(
    sign_in: Any, cast: SimpleNamespace, visit_today: Visit
) -> None:
    page = sign_in(cast.adams)
    charting.start_note(page, "Pat Rivera")
    row = charting.open_new_row(page)
    row.get_by_label("Minutes").fill("511")
    page.get_by_label("Plan", exact=True).click()
    expect(row.get_by_text("Minutes lie between 1 and 480.")).to_be_visible()
