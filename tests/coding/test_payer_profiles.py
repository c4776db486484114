"""A payer's profile: kept on its page, told to the engine as it was on the day of the visit."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from clinic.forms.payers import PayerForm
from clinic.models import AccessEvent, Payer
from clinic.practice.profiles import differences, history
from coding.engine.facts import NOT_BILLED
from coding.engine.vocabulary import Medicare, OutcomePolicy, UnitMethod
from coding.facts import payer_facts
from tests.clinic.test_practice import opened


def edit(payer):
    return reverse("clinic:payer-edit", kwargs={"pk": payer.pk})


def add(practice):
    return reverse("clinic:payer-add", kwargs={"practice": practice.slug})


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
    for words in (
        "Its codes",
        "Services beside each other",
        "What it wants with a claim",
        "A change holds from",
        "as usual: 97012",
    ):
        assert words in page


# What is usual for a kind


def test_a_new_payer_of_the_model_is_as_usual_for_an_insurer(blue_ridge, practice):
    fresh = Payer(practice=practice, name="New")
    assert differences(fresh.profile(), "insurer", practice.today()) == {}


def test_what_its_kind_usually_wants_is_filled_in_for_a_new_payer(as_, cast, practice):
    form = as_(cast.bill).get(add(practice), {"kind": "workers_comp"}).context["form"]
    assert form["wants_authorisation"].value() and form["notes_go_along"].value()
    assert not as_(cast.bill).get(add(practice)).context["form"]["notes_go_along"].value()
    assert form.differing == {}


def test_a_kind_that_is_none_is_taken_for_an_insurer(as_, cast, practice):
    for kind in ("", "nobody", "\x00"):
        assert as_(cast.bill).get(add(practice), {"kind": kind}).context["form"]["kind"].value() == "insurer"


def test_the_page_says_in_what_a_payer_differs(as_, cast, practice, blue_ridge):
    change(as_(cast.bill), blue_ridge, pack_code="none", wants_times="on", most_timed_units="4")
    page = as_(cast.bill).get(edit(blue_ridge)).content.decode()
    for words in ("hot or cold packs: not billed", "wants start and stop", "timed units a day: 4", "as usual"):
        assert words in page
    listed = as_(cast.bill).get(reverse("clinic:payers", kwargs={"practice": practice.slug})).content.decode()
    assert "wants start and stop" in listed and "units: each code" not in listed


@pytest.mark.parametrize("number", ["0", "-1", "٤", "four", "100"])
def test_a_limit_is_a_number(as_, cast, blue_ridge, number):
    answer = change(as_(cast.bill), blue_ridge, most_lines=number)
    assert answer.status_code == 422 and list(answer.context["form"].errors) == ["most_lines"]


# What was changed


def test_the_page_tells_who_changed_what_from_which_day(as_, cast, practice, blue_ridge):
    day = practice.today() - timedelta(days=10)
    change(as_(cast.bill), blue_ridge, unit_method="total_time", holds_from=f"{day:%m/%d/%Y}")
    change(as_(cast.olga), blue_ridge, wants_authorisation="on")
    newest, oldest = as_(cast.bill).get(edit(blue_ridge)).context["history"]
    assert (newest.by, newest.holds_from, newest.words) == (
        "Olga Ortiz",
        practice.today(),
        ("wants visits authorised",),
    )
    assert (oldest.by, oldest.holds_from) == ("Bill Byrd", day)
    assert oldest.words == ("units: total time of the day, before each code by itself",)
    assert "entered by Bill Byrd" in as_(cast.bill).get(edit(blue_ridge)).content.decode()


def test_two_changes_of_a_day_are_told_as_one(as_, cast, practice, blue_ridge):
    change(as_(cast.bill), blue_ridge, pack_code="none")
    change(as_(cast.olga), blue_ridge, pack_code="", laser_code="97039")
    blue_ridge.refresh_from_db()
    [told] = history(blue_ridge, practice.today())
    assert (told.by, told.words) == ("Olga Ortiz", ("laser: 97039, before S8948, as usual",))


def test_a_profile_that_was_kept_before_an_entry_existed_is_read(blue_ridge, practice):
    blue_ridge.former_profiles = [{"until": "2026-11-01", "unit_method": "unknown"}]
    [told] = history(blue_ridge, practice.today())
    assert (told.by, told.entered_at) == ("", None)
    assert told.words == ("units: each code by itself, before not known yet",)


def test_a_payer_that_was_never_changed_says_so(as_, cast, blue_ridge):
    assert "Nothing since this payer was added" in as_(cast.bill).get(edit(blue_ridge)).content.decode()
