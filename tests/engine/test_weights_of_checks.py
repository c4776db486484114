"""How a check weighs, by who pays: an insurer reads all of it, Medicare pays for adjustments alone, and whoever pays
for themselves is advised.
"""

from dataclasses import replace

import pytest

from coding.engine.facts import AlertFacts, DiagnosisFacts, ElsewhereFacts, PlannedFacts
from coding.engine.vocabulary import Delivery, Region, ServiceKind, UnitMethod
from tests.engine.build import (
    DIAGNOSES,
    EXAM,
    GROUP,
    INSURER,
    LIFT,
    MANUAL,
    MEDICARE,
    PRACTISE,
    SELF_PAY,
    STRENGTHEN,
    adjustment,
    earlier,
    episode,
    finding,
    flag,
    slugs,
)

STOP, WARN, TIP, OFF = "line_stop", "warn", "tip", None
UNCLEAR = replace(STRENGTHEN, description="Walking on the treadmill with the clinician", intents=(), goal="", dose="")
LOWER_SPINE = (Region.LUMBAR, Region.SACRAL, Region.PELVIC)


def doing(*activities, **facts):
    return {"activities": activities, **facts}


def diagnosed(*codes, **facts):
    return {"diagnoses": tuple(DiagnosisFacts(code, code) for code in codes), **facts}


THERAPY = [
    ("intent-is-stated", doing(UNCLEAR), STOP),
    ("description-is-specific", doing(replace(STRENGTHEN, description="Performed exercises")), STOP),
    ("delivery-is-stated", doing(replace(STRENGTHEN, delivery=None)), STOP),
    ("service-is-attended", doing(replace(STRENGTHEN, delivery=Delivery.ON_OWN)), STOP),
    ("group-has-two", doing(replace(GROUP, group_size=1)), STOP),
    (
        "same-minutes-have-one-code",
        doing(STRENGTHEN, replace(PRACTISE, description=STRENGTHEN.description)),
        STOP,
    ),
    ("timed-service-has-minutes", doing(replace(STRENGTHEN, minutes=None)), STOP),
    ("minutes-fit-the-visit", doing(STRENGTHEN, total_minutes=10), STOP),
    ("therapy-has-a-functional-goal", doing(replace(STRENGTHEN, goal="Feel better")), STOP),
    ("response-is-described", doing(replace(STRENGTHEN, response="")), WARN),
    ("skilled-input-is-described", doing(replace(STRENGTHEN, description="Hip bridges", why="")), WARN),
    ("total-minutes-are-recorded", doing(STRENGTHEN, total_minutes=None), WARN),
    ("episode-has-a-functional-goal", doing(replace(MANUAL, goal="", goal_id=""), goals=()), WARN),
    ("goal-is-measurable", doing(replace(PRACTISE, goal="Lift a box from the floor", goal_id="")), WARN),
    ("two-codes-serve-two-goals", doing(replace(STRENGTHEN, goal=LIFT.text, goal_id=LIFT.id), PRACTISE), WARN),
    ("dose-is-described", doing(replace(STRENGTHEN, dose="")), WARN),
]
# What is no mere tip where nobody else pays: minutes have to be right, and how the time was given is part of the price.
ALONE = {
    "delivery-is-stated": WARN,
    "group-has-two": WARN,
    "timed-service-has-minutes": STOP,
    "minutes-fit-the-visit": STOP,
}
INSURERS_OWN = [
    ("daily-maximum-is-kept", doing(replace(STRENGTHEN, minutes=98), total_minutes=120), WARN),
    ("bundled-region-is-separate", doing(replace(MANUAL, regions=(Region.LUMBAR,))), STOP),
    ("total-reaches-eight-minutes", doing(replace(STRENGTHEN, minutes=7)), TIP),
    ("units-depend-on-the-method", doing(replace(STRENGTHEN, minutes=8), replace(PRACTISE, minutes=8)), TIP),
    ("timed-services-are-few", doing(STRENGTHEN, replace(PRACTISE, minutes=45), MANUAL), TIP),
    ("times-of-day-are-stated", doing(STRENGTHEN, profile={"wants_times": True}), WARN),
    (
        "dose-progresses-or-says-why",
        doing(STRENGTHEN, history=tuple(earlier(days, activities=(STRENGTHEN,)) for days in (2, 4, 6, 8))),
        TIP,
    ),
]
OF_EVERY_VISIT = [
    (
        "contraindication-is-answered",
        {"alerts": (AlertFacts("w", "Osteoporosis", is_contraindication=True),)},
        ("note_stop", "note_stop", "note_stop"),
    ),
    ("adjusted-region-was-examined", {"findings": (), "objective": "Well"}, (WARN, STOP, TIP)),
    ("exam-is-more-than-the-adjustment", {"services": (EXAM,)}, (STOP, STOP, TIP)),
    ("service-is-in-the-plan", {"planned": (PlannedFacts(ServiceKind.EXERCISE),)}, (WARN, STOP, OFF)),
    ("visit-keeps-to-the-payers-limit", {"profile": {"most_lines": 0}}, (WARN, WARN, OFF)),
    (
        "diagnosis-is-as-specific-as-the-findings",
        {
            "services": (replace(EXAM, reason="Monthly"),),
            "diagnoses": (replace(DIAGNOSES[1], title="Site unspecified"),),
        },
        (TIP, TIP, OFF),
    ),
    ("goals-move-or-care-changes", {"history": (earlier(31),)}, (WARN, WARN, TIP)),
    (
        "regions-do-not-share-one-diagnosis",
        diagnosed("M54.31", adjustments=tuple(map(adjustment, LOWER_SPINE)), findings=tuple(map(finding, LOWER_SPINE))),
        (WARN, WARN, OFF),
    ),
    (
        "diagnosis-rests-on-a-finding",
        diagnosed("M99.03", "M54.2", services=(replace(EXAM, reason="Monthly"),)),
        (WARN, WARN, OFF),
    ),
]


OF_THE_EPISODE = ("goals", "diagnoses", "planned")


def weights(slug, facts):
    """Return how a check weighs for an insurer, for Medicare, and for whoever pays for themselves."""
    return tuple(weight(slug, payer, **facts) for payer in (INSURER, MEDICARE, SELF_PAY))


def weight(slug, payer, *, profile=None, **facts):
    payer = replace(payer, **(profile or {}))
    own = {name: facts.pop(name) for name in OF_THE_EPISODE if name in facts}
    given = {"episodes": (episode(payer, **own),), **facts} if own else facts
    return slugs(payer, **given).get(slug)


@pytest.mark.parametrize(("slug", "facts", "insurers"), THERAPY, ids=[row[0] for row in THERAPY])
def test_therapy_is_checked_for_an_insurer_and_only_advised_on_without_one(slug, facts, insurers):
    assert weights(slug, facts) == (insurers, OFF, ALONE.get(slug, TIP))


@pytest.mark.parametrize(("slug", "facts", "insurers"), INSURERS_OWN, ids=[row[0] for row in INSURERS_OWN])
def test_what_only_an_insurer_asks_is_told_to_nobody_else(slug, facts, insurers):
    assert weights(slug, facts) == (insurers, OFF, OFF)


@pytest.mark.parametrize(("slug", "facts", "expected"), OF_EVERY_VISIT, ids=[row[0] for row in OF_EVERY_VISIT])
def test_adjustments_and_exams_are_checked_by_whoever_pays_for_them(slug, facts, expected):
    assert weights(slug, facts) == expected


def test_time_that_is_counted_twice_is_no_tip_even_where_nobody_is_billed():
    """Whoever pays, the minutes of one person are there once."""
    others = (ElsewhereFacts("adams", 9 * 60, 9 * 60 + 30, 60),)
    facts = doing(STRENGTHEN, begins=9 * 60, total_minutes=30, elsewhere=others)
    assert weights("time-is-counted-once", facts) == (STOP, OFF, WARN)


def test_a_row_weighs_by_its_own_payer_and_the_note_by_the_strictest():
    two = (episode(INSURER, id="e1"), episode(SELF_PAY, id="e2"))
    rows = {"episodes": two, "adjustments": (adjustment(Region.LUMBAR, episode_id="e1"),), "total_minutes": 10}
    silent = replace(STRENGTHEN, episode_id="e2", dose="3 x 10", response="")
    said = slugs(activities=(silent, replace(PRACTISE, episode_id="e1", goal_id="")), **rows)
    assert (said["response-is-described"], said["minutes-fit-the-visit"]) == (TIP, STOP)


TOTAL_TIME = replace(INSURER, id="total", unit_method=UnitMethod.TOTAL_TIME)
BY_TOTAL = replace(MEDICARE, unit_method=UnitMethod.TOTAL_TIME)


def under(first, second, **facts):
    """Return a visit of two complaints, each with a payer of its own; the first row is of the first."""
    return {"episodes": (episode(first, id="e1"), episode(second, id="e2")), "adjustments": (), **facts}


@pytest.mark.parametrize("slug", ["response-is-described", "skilled-input-is-described"])
@pytest.mark.parametrize("other", [MEDICARE, SELF_PAY])
def test_what_is_told_once_for_several_rows_is_told_at_that_of_the_strictest_payer(slug, other):
    bare = replace(STRENGTHEN, description="Resisted hip bridges for strength", response="", why="", episode_id="e1")
    facts = under(other, INSURER, activities=(bare, replace(bare, id="insurers", episode_id="e2")))
    found = flag(slug, **facts)
    assert (found.about, found.severity) == ("insurers", WARN) and "more" not in found.seen


@pytest.mark.parametrize(("first", "second"), [(BY_TOTAL, TOTAL_TIME), (TOTAL_TIME, BY_TOTAL), (INSURER, TOTAL_TIME)])
def test_the_length_of_the_visit_is_asked_for_by_the_strictest_of_two_payers(first, second):
    rows = (replace(STRENGTHEN, episode_id="e1"), replace(PRACTISE, episode_id="e2", goal_id=""))
    facts = under(first, second, activities=rows, total_minutes=None)
    assert flag("total-minutes-are-recorded", **facts).severity == "note_stop"


@pytest.mark.parametrize(
    ("slug", "facts"),
    [
        ("adjusted-region-was-examined", {"findings": ()}),
        ("adjusted-region-shows-part", {"findings": (replace(finding(Region.LUMBAR), words="restricted"),)}),
        ("segment-is-named", {}),
    ],
)
@pytest.mark.parametrize(("first", "second"), [(INSURER, MEDICARE), (MEDICARE, INSURER)])
def test_a_region_under_two_payers_is_told_once_for_the_strictest(slug, facts, first, second):
    rows = tuple(adjustment(Region.LUMBAR, of, segment="", episode_id=of) for of in ("e1", "e2"))
    found = flag(slug, **under(first, second, adjustments=rows, **facts))
    assert (found.severity, found.payer_id) == (STOP, "medicare")


def test_the_plan_of_each_payer_is_looked_at_where_both_pay_for_one_region():
    rows = tuple(adjustment(Region.LUMBAR, of, episode_id=of) for of in ("e1", "e2"))
    planless = (episode(INSURER, id="e1"), episode(MEDICARE, id="e2", frequency=""))
    assert slugs(episodes=planless, adjustments=rows)["plan-of-care-is-complete"] == STOP
