"""Each check is raised by somebody who works on the page, is seen where its cause is, and goes when what it asks is done."""

import pytest
from playwright.sync_api import expect

from coding.engine import rulebook
from tests.browser.checks import of_adjustments, of_courses, of_minutes, of_notes, of_payers, of_plans, of_rows
from tests.browser.checks.chart import Chart
from tests.browser.checks.house import House
from tests.day import TODAY

MODULES = (of_notes, of_rows, of_minutes, of_plans, of_adjustments, of_courses, of_payers)
SCENES = {slug: scene for module in MODULES for slug, scene in module.SCENES.items()}


def test_every_check_has_its_scene_and_only_one() -> None:
    assert set(SCENES) == set(rulebook.load(TODAY).checks)
    assert len(SCENES) == sum(len(module.SCENES) for module in MODULES)


@pytest.mark.parametrize("slug", SCENES)
def test_a_check_is_raised_and_cleared_by_those_who_work_on_the_page(house: House, slug: str) -> None:
    scene = SCENES[slug]
    chart = Chart(house, scene.payer, scene.author)
    scene.setting(chart)
    chart.opens()
    expect(chart.remark(slug)).to_have_count(0)
    scene.cause(chart)
    chart.sees(slug, scene.beside, scene.tone)
    chart.is_led_by(slug)
    scene.cure(chart)
    expect(chart.remark(slug)).to_have_count(0)
