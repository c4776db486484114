"""A long visit: twelve activities of every sort, drawn by seed, charted, settled and signed."""

import random
import tomllib
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from coding.models import RecordOnly, ServiceLine
from tests.browser import charting
from tests.browser.test_main_job import LIFT, chart_the_texts
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db(transaction=True)

LIST = tomllib.loads((Path(__file__).parent / "activities.toml").read_text())


def draw(seed: int) -> list[dict[str, Any]]:
    """Draw twelve: two undetermined, a group, a modality, and of the certain ones the last is kept for the record only."""
    dice = random.Random(seed)
    drawn = [{**one, "sort": "certain"} for one in dice.sample(LIST["certain"], 8)]
    drawn[-1]["sort"] = "record only"
    for sort, count in (("undetermined", 2), ("group", 1), ("modality", 1)):
        drawn += [{**one, "sort": sort} for one in dice.sample(LIST[sort], count)]
    dice.shuffle(drawn)
    return drawn


@pytest.mark.parametrize("seed", [20261120])
def test_twelve_activities_are_charted_settled_and_signed(
    sign_in: Any, cast: SimpleNamespace, visit_today: Any, fees: None, seed: int
) -> None:
    drawn = draw(seed)
    page = sign_in(cast.adams)
    charting.start_note(page, "Pat Rivera")
    chart_the_texts(page)
    page.get_by_label("Total treatment minutes").fill("120")
    rows = [chart(page, one) for one in drawn]
    for one, row in zip(drawn, rows, strict=True):
        the_margin_says(page, one, row)

    page.get_by_role("link", name="Review and sign").click()
    expect(page.locator("#signature")).to_contain_text("Open what is marked above")
    settle(page)
    charting.sign(page, PASSWORD)
    billed = set(ServiceLine.objects.values_list("code", flat=True))
    assert {"97150", next(one["code"] for one in drawn if one["sort"] == "modality")} <= billed
    assert billed <= {one["code"] for one in drawn if "code" in one}
    assert RecordOnly.objects.count() >= 2


def chart(page: Page, one: dict[str, Any]) -> Locator:
    given = {
        "certain": {"delivery": "one-on-one", "goal": LIFT, "minutes": "9"},
        "record only": {"delivery": "one-on-one", "minutes": "9", "goal": LIFT},
        "undetermined": {"minutes": "8"},
        "group": {"delivery": "group", "group": "3", "goal": LIFT, "minutes": "20"},
        "modality": {"delivery": "set up and left", "minutes": "10"},
    }[one["sort"]]
    regions = tuple(one.get("regions", ("lumbar",)))
    return charting.add_activity(page, what=one["what"], response="well tolerated", regions=regions, **given)


def the_margin_says(page: Page, one: dict[str, Any], row: Locator) -> None:
    margin = charting.margin(page, row)
    if one["sort"] == "undetermined":
        expect(margin).to_contain_text("?")
        assert not any(code in margin.inner_text() for code in ("97110", "97112", "97530")), "a question names no code"
    else:
        expect(margin).to_contain_text(one["code"])


def settle(page: Page) -> None:
    """Keep what is stopped for the record only and give warnings a reason, one after the other, until nothing is left."""
    for _ in range(40):
        stop = page.locator("details.flag.stop").first
        warning = page.locator("details.flag.warn:has(form)").first
        flag = stop if stop.count() else warning
        if not flag.count():
            return
        if flag.get_attribute("open") is None:
            flag.locator("summary").click()
        with page.expect_response("**/review/**"):
            first_reason = flag.locator("button[name=reason]").first
            (flag.get_by_role("button", name="Record only, do not bill") if stop.count() else first_reason).click()
        page.wait_for_timeout(100)
