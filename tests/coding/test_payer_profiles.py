"""A payer's profile: kept on its page, told to the engine as it was on the day of the visit."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from clinic.forms.practice import PayerForm
from clinic.models import AccessEvent
from coding.engine.facts import NOT_BILLED
from coding.engine.vocabulary import Medicare, OutcomePolicy, UnitMethod
from coding.facts import payer_facts
from tests.clinic.test_practice import opened


def edit(payer):
    return reverse("clinic:payer-edit", kwargs={"pk": payer.pk})


def change(client, payer, **fields):
    payer.refresh_from_db()
    return client.post(edit(payer), opened(PayerForm(instance=payer), **fields))


def test_every_entry_reaches_the_engine(as_, cast, blue_ridge, coverage):
    fields = {
        "laser_code": "97039", "traction_code": "S9090", "pack_code": "none", "maintenance_code": "S8990",
        "distinct_on_tasks": "on", "region_separation": ["97140"], "outcome_policy": "outcomes", "medicare": "advantage",
        "unattended_stimulation_code": "none",
    }  # fmt: skip
    assert change(as_(cast.bill), blue_ridge, **fields).status_code == 302
    blue_ridge.refresh_from_db()
    coverage.payer = blue_ridge
    told = payer_facts(coverage)
    assert (told.laser_code, told.traction_code, told.maintenance_code) == ("97039", "S9090", "S8990")
    assert told.pack_code == told.unattended_stimulation_code == NOT_BILLED
    assert told.distinct_on_tasks and told.region_separation == {"97140"}
    assert (told.outcome_policy, told.medicare) == (OutcomePolicy.OUTCOMES, Medicare.ADVANTAGE)


def test_what_is_left_open_is_as_usual(coverage):
    told = payer_facts(coverage)
    assert (told.laser_code, told.pack_code, told.maintenance_code) == ("S8948", "97010", "")
    assert (told.outcome_policy, told.medicare, told.sends_excluded) == (OutcomePolicy.TASK, Medicare.NO, True)
    assert told.region_separation == {"97112", "97124", "97140"}


def test_a_change_holds_from_its_day(as_, cast, practice, blue_ridge, coverage):
    day = practice.today() - timedelta(days=10)
    assert change(as_(cast.bill), blue_ridge, unit_method="total_time", holds_from=f"{day:%m/%d/%Y}").status_code == 302
    assert change(as_(cast.bill), blue_ridge, unit_method="unknown").status_code == 302
    blue_ridge.refresh_from_db()
    coverage.payer = blue_ridge
    before, then, now = (payer_facts(coverage, on) for on in (day - timedelta(days=1), day, practice.today()))
    methods = [told.unit_method for told in (before, then, now)]
    assert methods == [UnitMethod.PER_CODE, UnitMethod.TOTAL_TIME, UnitMethod.UNKNOWN]
    assert payer_facts(coverage, date(2020, 1, 1)).unit_method is UnitMethod.PER_CODE


def test_a_change_does_not_reach_behind_the_last_one(as_, cast, practice, blue_ridge):
    change(as_(cast.bill), blue_ridge, pack_code="none")
    answer = change(as_(cast.bill), blue_ridge, pack_code="", holds_from="01/02/2020")
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["holds_from"]
    assert "01/02/2020" in answer.content.decode()


def test_what_is_no_part_of_the_profile_has_no_history(as_, cast, blue_ridge):
    assert change(as_(cast.bill), blue_ridge, phone="555-0100").status_code == 302
    blue_ridge.refresh_from_db()
    assert blue_ridge.former_profiles == []


def test_the_log_says_what_was_changed(as_, cast, blue_ridge):
    change(as_(cast.bill), blue_ridge, pack_code="none")
    assert AccessEvent.objects.get(kind="payer-changed").detail["changed"] == {"pack_code": ["", "none"]}


@pytest.mark.parametrize(
    ("fields", "beside"),
    [
        ({"medicare": "original"}, "medicare"),
        ({"pack_code": "97110"}, "pack_code"),
        ({"region_separation": ["97530"]}, "region_separation"),
    ],
)
def test_a_wrong_answer_is_said_beside_it(as_, cast, blue_ridge, fields, beside):
    answer = change(as_(cast.bill), blue_ridge, **fields)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [beside]


def test_the_page_asks_in_groups(as_, cast, blue_ridge):
    page = as_(cast.bill).get(edit(blue_ridge)).content.decode()
    for words in ("Its codes", "Services beside each other", "A change holds from", "as usual: 97012"):
        assert words in page
