"""A payer's page in a real browser: it begins with what is usual for its kind, and says in what it differs."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.urls import reverse
from playwright.sync_api import Locator, Page, expect

from clinic.models import Membership, Payer

pytestmark = pytest.mark.django_db(transaction=True)
SignIn = Callable[[Membership], Page]


def group(page: Page, title: str) -> Locator:
    return page.locator("details.group", has_text=title)


def test_a_new_payer_begins_with_what_is_usual_for_its_kind(cast: SimpleNamespace, sign_in: SignIn) -> None:
    page = sign_in(cast.bill)
    page.goto(reverse("clinic:payer-add", args=[cast.bill.practice.slug]))
    page.locator("#id_name").fill("Statewide Fund")
    claims = group(page, "What it wants with a claim")
    expect(claims.locator("summary")).to_contain_text("as usual")
    page.get_by_label("workers' compensation").check()
    expect(claims.locator("summary")).to_contain_text("wants visits authorised, notes go with claims")
    expect(page.locator("#id_name")).to_have_value("Statewide Fund")
    page.get_by_role("button", name="Save the payer").click()
    expect(page.get_by_role("link", name="Statewide Fund")).to_be_visible()
    fund = Payer.objects.get(name="Statewide Fund")
    assert (fund.kind, fund.wants_authorisation, fund.notes_go_along, fund.wants_times) == (
        "workers_comp", True, True, False,
    )  # fmt: skip


def test_a_difference_stands_out_and_is_told_with_its_day(
    cast: SimpleNamespace, blue_ridge: Payer, sign_in: SignIn
) -> None:
    page, at = sign_in(cast.olga), reverse("clinic:payer-edit", args=[blue_ridge.pk])
    page.goto(at)
    codes = group(page, "Its codes")
    expect(page.get_by_label("Hot or cold pack")).to_be_hidden()
    codes.locator("summary").click()
    page.get_by_label("Hot or cold pack").select_option(label="not billed")
    page.get_by_role("button", name="Save the payer").click()
    page.get_by_role("link", name="Blue Ridge PPO").click()
    expect(codes.locator(".differs")).to_have_text("hot or cold packs: not billed")
    changes = page.get_by_role("region", name="What was changed")
    expect(changes).to_contain_text("entered by Olga Ortiz")
    expect(changes).to_contain_text("Hot or cold packs: not billed, before 97010, as usual")


def test_a_group_with_something_wrong_in_it_opens(cast: SimpleNamespace, blue_ridge: Payer, sign_in: SignIn) -> None:
    page = sign_in(cast.bill)
    page.goto(reverse("clinic:payer-edit", args=[blue_ridge.pk]))
    group(page, "What it pays for in a day").locator("summary").click()
    page.get_by_label("Lines it pays for in a day").fill("many")
    page.get_by_role("button", name="Save the payer").click()
    expect(page.get_by_text("Enter a whole number from 1 to 99.")).to_be_visible()
    expect(page.get_by_label("Lines it pays for in a day")).to_have_value("many")
