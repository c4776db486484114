"""How a check weighs, by who pays: an insurer reads all of it, Medicare pays for adjustments alone, and whoever pays
for themselves is advised.
"""

from dataclasses import replace

import pytest

from coding.engine.facts import AlertFacts, DiagnosisFacts
from coding.engine.vocabulary import Region
from tests.engine.build import (
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
    ("daily-maximum-is-kept", doing(replace(STRENGTHEN, minutes=98), total_minutes=120), WARN),
    ("episode-has-a-functional-goal", doing(replace(MANUAL, goal="", goal_id=""), goals=()), WARN),
    ("goal-is-measurable", doing(replace(PRACTISE, goal="Lift a box from the floor", goal_id="")), WARN),
    ("two-codes-serve-two-goals", doing(replace(STRENGTHEN, goal=LIFT.text, goal_id=LIFT.id), PRACTISE), WARN),
    ("dose-is-described", doing(replace(STRENGTHEN, dose="")), TIP),
]
INSURERS_OWN = [
    ("bundled-region-is-separate", doing(replace(MANUAL, regions=(Region.LUMBAR,))), STOP),
    ("total-reaches-eight-minutes", doing(replace(STRENGTHEN, minutes=7)), TIP),
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


def weights(slug, facts):
    """Return how a check weighs for an insurer, for Medicare, and for whoever pays for themselves."""
    own = {name: facts[name] for name in ("goals", "diagnoses") if name in facts}
    rest = {name: value for name, value in facts.items() if name not in own}
    given = [{**rest, "episodes": (episode(payer, **own),)} if own else rest for payer in (INSURER, MEDICARE, SELF_PAY)]
    return tuple(
        slugs(payer, **each).get(slug) for payer, each in zip((INSURER, MEDICARE, SELF_PAY), given, strict=True)
    )


@pytest.mark.parametrize(("slug", "facts", "weight"), THERAPY, ids=[row[0] for row in THERAPY])
def test_therapy_is_checked_for_an_insurer_and_only_advised_on_without_one(slug, facts, weight):
    assert weights(slug, facts) == (weight, OFF, TIP)


@pytest.mark.parametrize(("slug", "facts", "weight"), INSURERS_OWN, ids=[row[0] for row in INSURERS_OWN])
def test_what_only_an_insurer_asks_is_told_to_nobody_else(slug, facts, weight):
    assert weights(slug, facts) == (weight, OFF, OFF)


@pytest.mark.parametrize(("slug", "facts", "expected"), OF_EVERY_VISIT, ids=[row[0] for row in OF_EVERY_VISIT])
def test_adjustments_and_exams_are_checked_by_whoever_pays_for_them(slug, facts, expected):
    assert weights(slug, facts) == expected
