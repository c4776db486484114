"""The practice in a real browser: from nothing to a first visit, and the desk's daily moves."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction
from playwright.sync_api import Page, expect

from clinic.models import Membership, Patient, Payment, Visit
from coding.superbills import issue
from notes.models import Note
from tests.browser import charting
from tests.browser.test_many_activities import settle
from tests.coding.test_superbills import statement
from tests.signed import put_a_signature_under

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "a plumb line hangs true"
SignIn = Callable[[Membership], Page]


def fill(page: Page, **fields: str) -> None:
    for name, value in fields.items():
        page.locator(f"main [name={name}]").fill(value)


def press(page: Page, name: str) -> None:
    page.locator("main").get_by_role("button", name=name).click()


def open_link(page: Page, link: str, username: str) -> None:
    """Set a password by a one-time link and sign in with it."""
    page.goto(link)
    fill(page, new_password1=PASSWORD, new_password2=PASSWORD)
    press(page, "Set the password")
    fill(page, username=username, password=PASSWORD)
    press(page, "Sign in")


def test_a_practice_starts_from_nothing(page: Page, live_server: Any, capsys: pytest.CaptureFixture[str]) -> None:
    answers = {"name": "Harbor", "slug": "harbor", "time_zone": "America/Chicago", "admin_username": "hana"}
    call_command("start_practice", **answers, admin_first="Hana", admin_last="Hill", address=live_server.url)
    open_link(page, re.search(r"http\S+", capsys.readouterr().out)[0], "hana")  # type: ignore[index]
    expect(page.get_by_role("heading", name="Setting up Harbor")).to_be_visible()
    page.get_by_role("link", name="Add a location").click()
    fill(page, name="Pier 1")
    press(page, "Save the location")
    expect(page.get_by_text("Pier 1").first).to_be_visible()  # answered, before the next link is followed
    page.get_by_role("link", name="People", exact=True).click()
    page.get_by_role("link", name="Add a person").click()
    fill(
        page,
        first_name="Alex",
        last_name="Adams",
        username="alex",
        title="Dr. Adams",
        credential="DC",
        npi="1234567893",
        password=PASSWORD,
    )
    page.get_by_label("Clinician: writes and signs notes").check()
    press(page, "Add and make a link")
    link = page.get_by_label("The link").input_value()
    page.goto("/harbor/setup/")
    expect(page.locator(".steps [data-done]")).to_have_count(2)
    page.context.clear_cookies()
    open_link(page, link, "alex")
    page.goto("/harbor/patients/")
    page.get_by_role("link", name="Add a patient").click()
    fill(page, first_name="Pat", last_name="Rivera", birth_date="1984-03-04")
    press(page, "Add the patient")
    press(page, "Save the visit")
    expect(page.locator("#visits .dot")).to_have_text("Arrived")
    assert Visit.objects.get().clinician.user.username == "alex"
    the_first_note_is_signed(page)


def the_first_note_is_signed(page: Page) -> None:
    """An adjustment of a self-paying patient: the shortest note there is."""
    page.get_by_role("link", name="Today").click()
    page.get_by_role("row", name="Pat Rivera").get_by_role("button", name="Start the note").click()
    page.get_by_label("What is the complaint?").fill("Low back pain")
    page.get_by_role("button", name="Start the note").click()
    page.get_by_role("button", name="+ lumbar").click()
    expect(page.locator("#margin-adjustments")).to_contain_text("98940")
    page.get_by_label("Subjective").fill("Stiff since Monday.")
    page.get_by_label("Plan", exact=True).fill("Twice a week for two weeks.")
    charting.saved(page)
    page.get_by_role("link", name="Review and sign").click()
    settle(page)
    charting.sign(page, PASSWORD)
    assert Note.objects.get().signature.name == "Alex Adams"


def test_enter_opens_the_only_one_who_was_found(sign_in: SignIn, cast: Any, pat: Patient) -> None:
    page = sign_in(cast.frances)
    page.goto("/riverside/patients/")
    page.keyboard.press("/")
    page.keyboard.type("riv")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/patients/{pat.pk}/")
    assert "riv" not in page.url


def test_the_desk_moves_a_visit_and_takes_money(sign_in: SignIn, cast: Any, visit_today: Visit) -> None:
    page = sign_in(cast.frances)
    page.goto(f"/patients/{visit_today.patient_id}/")
    press(page, "Expected again")
    expect(page.locator("#visits .dot")).to_have_text("Expected")
    press(page, "Arrived")
    expect(page.locator("#visits .dot")).to_have_text("Arrived")
    press(page, "Take payment")
    fill(page, amount="25")
    page.get_by_text("card", exact=True).click()
    page.locator(".payments form").get_by_role("button", name="Take payment").dblclick()
    expect(page.locator(".payments")).to_contain_text("$25.00 card")
    assert Payment.objects.count() == 1


def test_money_taken_beside_a_superbill_counts_at_once(
    sign_in: SignIn, cast: Any, visit_today: Visit, draft: Note, fees: None
) -> None:
    with transaction.atomic():
        bill = issue(put_a_signature_under(draft), statement("98940"), by=cast.adams, coverage=None, edition="2026.11")
    page = sign_in(cast.frances)
    page.goto(f"/superbills/{bill.pk}/")
    press(page, "Take payment")
    expect(page.locator("[name=amount]")).to_have_value("90.00")
    fill(page, amount="25")
    page.get_by_text("card", exact=True).click()
    press(page, "Take payment")
    expect(page.locator("#lines")).to_contain_text("$65.00")
    expect(page.locator("#money")).to_contain_text("$25.00 card")


def test_who_was_expected_has_arrived(sign_in: SignIn, cast: Any, visit_today: Visit) -> None:
    Visit.objects.update(state="expected")
    page = sign_in(cast.frances)
    page.goto(f"/patients/{visit_today.patient_id}/")
    page.get_by_role("link", name="Walk-in").click()
    press(page, "Arrived")
    expect(page.locator("#visits .dot")).to_have_text("Arrived")


def test_fields_of_an_accident_show_for_an_accident(sign_in: SignIn, cast: Any, pat: Patient, blue_ridge: Any) -> None:
    page = sign_in(cast.frances)
    page.goto(f"/patients/{pat.pk}/")
    press(page, "Add coverage")
    expect(page.locator("[name=accident_on]")).to_be_hidden()
    page.get_by_text("auto accident").click()
    expect(page.locator("[name=accident_on]")).to_be_visible()
    page.locator("[name=payer]").select_option(label="Blue Ridge PPO")
    fill(page, accident_on="2024-11-02", accident_state="nc", claim_number="7731")
    press(page, "Save the coverage")
    expect(page.locator("#coverages")).to_contain_text("claim 7731")
    expect(page.locator("#coverages")).to_contain_text("auto accident, 2 Nov 2024, NC")


def test_the_banner_follows_a_new_alert(sign_in: SignIn, cast: Any, pat: Patient) -> None:
    page = sign_in(cast.adams)
    page.goto(f"/patients/{pat.pk}/")
    press(page, "Add an alert")
    page.get_by_text("contraindication", exact=True).click()
    fill(page, text="Osteopenia: no thrust T6 to T12")
    press(page, "Add the alert")
    expect(page.locator(".banner")).to_contain_text("Osteopenia")


def test_a_button_keeps_its_place_when_a_field_loses_the_focus(sign_in: SignIn, cast: Any, visit_today: Visit) -> None:
    """A page that moves at the moment of a press loses the press."""
    page = sign_in(cast.frances)
    page.set_viewport_size({"width": 320, "height": 800})
    page.goto(f"/patients/{visit_today.patient_id}/")
    press(page, "Take payment")
    page.locator("[name=amount]").focus()
    button = page.get_by_role("link", name="Walk-in")
    before = button.bounding_box()
    page.locator("[name=amount]").blur()
    assert button.bounding_box() == before
