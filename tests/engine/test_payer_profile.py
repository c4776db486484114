"""How payers differ: each entry of a payer's profile changes what is billed, and only that."""

from dataclasses import replace

import pytest

from coding.engine.choosing import choose
from coding.engine.facts import NOT_BILLED, ActivityFacts, PayerFacts, ServiceFacts
from coding.engine.vocabulary import CarePhase, Delivery, Intent, Medicare, OutcomePolicy, Region
from tests.engine.build import (
    INSURER,
    MANUAL,
    MASSAGE,
    MEDICARE,
    PRACTISE,
    STRENGTHEN,
    adjustment,
    bill,
    lines,
    slugs,
    visit,
    written,
)

PADS = ActivityFacts("pads", "IFC pads to the low back, 15 min", delivery=Delivery.SET_UP, minutes=15)
LASER = ActivityFacts("laser", "Cold laser to Achilles, provider attending", delivery=Delivery.ONE_ON_ONE, minutes=15)
TABLE = ActivityFacts(
    "table", "Intermittent mechanical traction, lumbar, harness", delivery=Delivery.SET_UP, minutes=12
)
PACK = ActivityFacts("pack", "Hot pack to the low back", delivery=Delivery.SET_UP, minutes=10)


def unbilled(payer: PayerFacts, **facts):
    return {line.code: line.reason for line in bill(payer, **facts).unbilled}


# Its codes for supervised agents, and "not billed"


@pytest.mark.parametrize(
    ("field", "row", "own", "usual"),
    [
        ("unattended_stimulation_code", PADS, "G0283", "97014"),
        ("laser_code", LASER, "97039", "S8948"),
        ("traction_code", TABLE, "S9090", "97012"),
        ("pack_code", PACK, "97999", "97010"),
    ],
)
def test_an_agent_has_the_payers_own_code_or_is_not_billed(field, row, own, usual):
    assert usual in lines(activities=(row,))
    assert own in lines(replace(INSURER, **{field: own}), activities=(row,))
    never = replace(INSURER, **{field: NOT_BILLED})
    assert usual not in lines(never, activities=(row,))
    assert "Blue Hill" in unbilled(never, activities=(row,))[usual]


def test_two_agents_may_both_be_not_billed():
    never = replace(INSURER, pack_code=NOT_BILLED, unattended_stimulation_code=NOT_BILLED)
    assert unbilled(never, activities=(PADS, PACK)).keys() == {"97014", "97010"}


def test_a_maintenance_adjustment_is_billed_as_the_payer_wants():
    upkeep = {"care_phase": CarePhase.MAINTENANCE}
    own = replace(INSURER, maintenance_code="S8990")
    assert "98940" in lines(**upkeep) and "98940" in lines(own)
    (line,) = bill(own, **upkeep).lines
    assert (written(line), line.title) == ("S8990 x1", "Maintenance adjustment")
    both = (adjustment(Region.LUMBAR), adjustment(Region.KNEE))
    assert [written(each) for each in bill(own, adjustments=both, **upkeep).lines] == ["S8990 x1"]


def test_a_payers_own_code_for_maintenance_is_paired_as_the_adjustment_is():
    facts = {"care_phase": CarePhase.MAINTENANCE, "activities": (replace(MANUAL, regions=(Region.LUMBAR,)),)}
    own = replace(INSURER, maintenance_code="S8990")
    assert [written(each) for each in bill(own, **facts).lines] == ["S8990 x1"]
    assert "part of the adjustment" in unbilled(own, **facts)["97140"]
    assert slugs(own, **facts)["bundled-region-is-separate"] == "line_stop"
    elsewhere = {**facts, "activities": (MANUAL,)}
    assert [written(each) for each in bill(own, **elsewhere).lines] == ["S8990 x1", "97140-59 x1"]
    pays_both = replace(own, region_separation=frozenset())
    assert [written(each) for each in bill(pays_both, **facts).lines] == ["S8990 x1", "97140 x1"]


def test_medicare_has_no_code_of_its_own_for_maintenance():
    own, kept = replace(MEDICARE, maintenance_code="S8990"), {"care_phase": CarePhase.MAINTENANCE}
    assert [written(each) for each in bill(own, **kept).lines] == ["98940-GZ x1"]
    assert slugs(own, **kept)["notice-is-on-file"] == "line_stop"


def test_maintenance_may_be_not_billed():
    never = replace(INSURER, maintenance_code=NOT_BILLED)
    assert "maintenance" in unbilled(never, care_phase=CarePhase.MAINTENANCE)["98940"]
    assert "98940" in lines(never)


# Outcome policy

SEVERAL = ActivityFacts(
    "board", "Wobble board drills", intents=(Intent.STRENGTH, Intent.BALANCE), delivery=Delivery.ONE_ON_ONE
)
OUTCOMES = replace(INSURER, outcome_policy=OutcomePolicy.OUTCOMES)


def test_several_outcomes_are_task_practice_only_for_a_payer_that_says_so():
    by_task, by_outcomes = choose(SEVERAL, payer=INSURER), choose(SEVERAL, payer=OUTCOMES)
    assert (by_task.code, by_task.policy) == ("97112", OutcomePolicy.TASK)
    assert (by_outcomes.code, by_outcomes.policy) == ("97530", OutcomePolicy.OUTCOMES)
    assert by_outcomes.because
    row = replace(SEVERAL, minutes=15)
    assert "more than one outcome is enough" in lines(OUTCOMES, activities=(row,))["97530"].reason
    assert "a named task is needed" in lines(activities=(row,), adjustments=())["97112"].reason


def test_one_outcome_or_a_named_task_needs_no_policy():
    for row, code in ((STRENGTHEN, "97110"), (PRACTISE, "97530")):
        choice = choose(row, payer=OUTCOMES)
        assert (choice.code, choice.policy) == (code, None)


def test_kinds_of_control_are_one_outcome():
    row = replace(SEVERAL, intents=(Intent.BALANCE, Intent.POSTURE))
    assert choose(row, payer=OUTCOMES).code == "97112"


def test_several_outcomes_may_stand_in_words():
    row = replace(SEVERAL, intents=(), description="Squats on the wobble board", goal="leg strength and balance")
    assert choose(row, payer=OUTCOMES).policy is OutcomePolicy.OUTCOMES


# 59 and the X modifiers


@pytest.mark.parametrize(("modifier", "written_as"), [("59", "97530-59 x1"), ("X", "97530-XU x1")])
def test_task_practice_beside_an_adjustment_is_marked_where_the_payer_wants_it(modifier, written_as):
    wants = replace(INSURER, distinct_on_tasks=True, distinct_modifier=modifier)
    assert written(lines(wants, activities=(PRACTISE,))["97530"]) == written_as
    assert written(lines(wants, activities=(PRACTISE,), adjustments=())["97530"]) == "97530 x1"
    assert written(lines(wants, activities=(STRENGTHEN,))["97110"]) == "97110 x1"


def test_region_separation_is_the_payers():
    massage = replace(MASSAGE, regions=(Region.LUMBAR,))
    assert "97124" not in lines(activities=(massage,))
    free = replace(INSURER, region_separation=frozenset({"97140"}))
    assert written(lines(free, activities=(massage,))["97124"]) == "97124 x1"
    assert "97140" not in lines(free, activities=(replace(MANUAL, regions=(Region.LUMBAR,)),))


def test_another_visit_of_the_day_sets_services_apart():
    morning, manual = visit(), replace(MANUAL, regions=(Region.LUMBAR,))
    for modifier, expected in (("59", "97140-59 x1"), ("X", "97140-XE x1")):
        payer = replace(INSURER, distinct_modifier=modifier)
        today = lines(payer, activities=(manual,), adjustments=(), same_day=(morning,))
        assert written(today["97140"]) == expected
        assert "another visit" in today["97140"].modifiers[0].reason


# Medicare


def test_maintenance_is_marked_by_the_notice_and_never_as_active():
    upkeep = {"care_phase": CarePhase.MAINTENANCE}
    with_notice = replace(MEDICARE, has_notice=True)
    assert written(lines(with_notice, **upkeep)["98940"]) == "98940-GA x1"
    assert written(lines(MEDICARE, **upkeep)["98940"]) == "98940-GZ x1"
    assert written(lines(with_notice)["98940"]) == "98940-AT x1"


def test_without_sending_excluded_services_neither_gy_nor_gz_is_written():
    keeps = replace(MEDICARE, sends_excluded=False)
    assert written(lines(keeps, care_phase=CarePhase.MAINTENANCE)["98940"]) == "98940 x1"
    film = ServiceFacts("x", "72040", "X-ray of the neck")
    facts = {"activities": (STRENGTHEN,), "services": (film,)}
    assert list(lines(keeps, **facts)) == ["98940"]
    assert unbilled(keeps, **facts).keys() == {"97110", "72040"}
    assert "97110" in lines(replace(INSURER, sends_excluded=False), **facts)


def test_a_voluntary_notice_is_told_beside_what_is_excluded():
    told, facts = replace(MEDICARE, has_voluntary_notice=True), {"activities": (STRENGTHEN,)}
    assert written(lines(told, **facts)["97110"]) == "97110-GY-GX-GP x1"
    assert written(lines(told, **facts)["98940"]) == "98940-AT x1"
    assert written(lines(MEDICARE, **facts)["97110"]) == "97110-GY-GP x1"
    assert list(lines(replace(told, sends_excluded=False), **facts)) == ["98940"]


def test_an_advantage_plan_wants_active_care_marked_and_no_notice():
    advantage = replace(INSURER, medicare=Medicare.ADVANTAGE, has_notice=True)
    assert written(lines(advantage)["98940"]) == "98940-AT x1"
    assert written(lines(advantage, activities=(STRENGTHEN,))["97110"]) == "97110 x1"
    assert written(lines(advantage, care_phase=CarePhase.MAINTENANCE)["98940"]) == "98940 x1"


def test_modifiers_come_in_their_order():
    payer = replace(INSURER, distinct_on_tasks=True, wants_gp="all", medicare=Medicare.ADVANTAGE)
    assert [written(line) for line in bill(payer, activities=(PRACTISE,)).lines] == ["98940-AT-GP x1", "97530-59-GP x1"]
