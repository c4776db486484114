"""What a flag rests on: the same at a later visit for as long as a reason for it may hold, and nothing where it is of the day."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from coding.engine.facts import DiagnosisFacts, PlannedFacts
from coding.engine.results import Flag
from coding.engine.vocabulary import CarePhase, Intent, Region, ServiceKind
from tests.engine.build import (
    DAY,
    EXAM,
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
    read,
)

VAGUE = replace(LIFT, text="lift boxes at work", target="")
BY_ASSISTANT = {"by_assistant": True, "performer": "Tess", "performer_id": "tess"}
LAST_SEEN = DAY - timedelta(days=40)

# A check, and two visits at which it is raised: for the same cause, or for another.
COURSES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "plan-of-care-is-complete": (
        {"activities": (STRENGTHEN,), "episodes": (episode(frequency=""),)},
        {"activities": (STRENGTHEN,), "episodes": (episode(duration=""),)},
    ),
    "service-is-in-the-plan": (
        {"activities": (STRENGTHEN,), "episodes": (episode(planned=(PlannedFacts(ServiceKind.ADJUSTMENT),)),)},
        {"activities": (PRACTISE,), "episodes": (episode(planned=(PlannedFacts(ServiceKind.ADJUSTMENT),)),)},
    ),
    "episode-has-a-functional-goal": (
        {"activities": (replace(MANUAL, goal="", goal_id=""),), "episodes": (episode(goals=()),)},
        {"activities": (replace(MANUAL, goal="", goal_id=""),), "episodes": (episode(goals=(), id="e2"),)},
    ),
    "goal-is-measurable": (
        {"activities": (PRACTISE,), "episodes": (episode(goals=(VAGUE,)),)},
        {"activities": (PRACTISE,), "episodes": (episode(goals=(replace(VAGUE, text="carry boxes at work"),)),)},
    ),
    "two-codes-serve-two-goals": (
        {"activities": (replace(STRENGTHEN, goal=LIFT.text), PRACTISE)},
        {
            "activities": (
                replace(STRENGTHEN, goal="Carry a 20 lb box 50 feet"),
                replace(PRACTISE, goal="Carry a 20 lb box 50 feet", goal_id=""),
            )
        },
    ),
    "regions-do-not-share-one-diagnosis": (
        {
            "adjustments": (adjustment(Region.LUMBAR), adjustment(Region.SACRAL)),
            "episodes": (episode(diagnoses=(DiagnosisFacts("d", "M54.31"),)),),
        },
        {
            "adjustments": (adjustment(Region.LUMBAR), adjustment(Region.SACRAL)),
            "episodes": (episode(diagnoses=(DiagnosisFacts("d", "M54.32"),)),),
        },
    ),
    "diagnosis-rests-on-a-finding": (
        {"services": (EXAM,), "episodes": (episode(diagnoses=(DiagnosisFacts("d", "M54.2"),)),)},
        {"services": (EXAM,), "episodes": (episode(diagnoses=(DiagnosisFacts("d", "M54.6"),)),)},
    ),
    "re-examination-is-not-overdue": (
        {"episodes": (episode(began_on=LAST_SEEN),), "history": ()},
        {"episodes": (episode(began_on=LAST_SEEN, reviewed_on=DAY - timedelta(days=30)),), "history": ()},
    ),
    "goals-move-or-care-changes": (
        {"history": (earlier(1), earlier(31))},
        {"history": (earlier(1, episodes=(episode(goals=(VAGUE,)),)), earlier(31, episodes=(episode(goals=(VAGUE,)),))),
         "episodes": (episode(goals=(VAGUE,)),)},
    ),
    "exercise-answers-an-objective-loss": (
        {"activities": (STRENGTHEN,), "history": ()},
        {"activities": (replace(STRENGTHEN, intents=(Intent.MOTION,)),), "history": (), "findings": ()},
    ),
    "segment-is-named": (
        {"adjustments": (adjustment(Region.LUMBAR, segment=""),)},
        {"adjustments": (adjustment(Region.CERVICAL, segment=""),), "findings": (finding(Region.CERVICAL),)},
    ),
    "performer-may-deliver-it": (
        {"activities": (replace(STRENGTHEN, **BY_ASSISTANT),)},
        {"activities": (replace(STRENGTHEN, **BY_ASSISTANT | {"performer_id": "tom"}),)},
    ),
    "active-care-is-not-maintenance": (
        {"care_phase": CarePhase.MAINTENANCE},
        {"care_phase": CarePhase.MAINTENANCE, "episodes": (episode(id="e2"),)},
    ),
}  # fmt: skip
PAID_BY = {"performer-may-deliver-it": SELF_PAY}


def raised(slug: str, facts: dict[str, Any]) -> Flag:
    payer = PAID_BY.get(slug, INSURER)
    if "episodes" in facts:
        facts = facts | {"episodes": tuple(replace(each, payer=payer) for each in facts["episodes"])}
    return flag(slug, payer, **facts)


def under_other_ids(facts: dict[str, Any]) -> dict[str, Any]:
    """The same at another visit: rows have ids of their own."""
    rows = ("activities", "adjustments", "services", "findings")
    return {
        name: tuple(replace(row, id=f"next-{row.id}") for row in value) if name in rows else value
        for name, value in facts.items()
    }


@pytest.mark.parametrize("slug", COURSES)
def test_a_cause_is_the_same_at_the_next_visit_and_another_for_another_subject(slug: str) -> None:
    one, other = COURSES[slug]
    first = raised(slug, one)
    assert first.may_last and first.episode_id == "e1"
    assert raised(slug, under_other_ids(one)).cause == first.cause
    assert raised(slug, other).cause not in ("", first.cause)


def test_a_cause_names_its_weight() -> None:
    soon, now = (episode(began_on=DAY - timedelta(days=days)) for days in (26, 31))
    tip, warning = (flag("re-examination-is-not-overdue", episodes=(each,), history=()) for each in (soon, now))
    assert (tip.cause[:3], warning.cause[:4]) == ("tip", "warn")


def test_what_stops_rests_on_nothing_that_a_reason_could_hold_for() -> None:
    bare = flag("plan-of-care-is-complete", MEDICARE, episodes=(episode(MEDICARE, frequency=""),))
    assert (bare.severity.stops, bare.may_last, bare.episode_id) == (True, False, "")


def test_what_is_of_the_day_is_asked_at_every_visit() -> None:
    mute = replace(STRENGTHEN, response="", why="", dose="")
    flags = read(activities=(mute,), total_minutes=None, subjective="", findings=()).flags
    assert {"response-is-described", "adjusted-region-was-examined", "note-says-how-it-went"} <= {
        each.slug for each in flags if not each.may_last
    }


def test_a_mark_of_maintenance_on_a_bill_for_two_complaints_is_of_the_visit() -> None:
    two = {
        "episodes": (episode(), episode(id="e2")),
        "adjustments": (adjustment(Region.LUMBAR, episode_id="e1"), adjustment(Region.CERVICAL, episode_id="e2")),
    }
    assert not flag("active-care-is-not-maintenance", care_phase=CarePhase.MAINTENANCE, **two).may_last


def test_without_a_complaint_there_is_nothing_to_hold_for() -> None:
    vague = replace(PRACTISE, goal="lift boxes at work", goal_id="")
    assert not flag("goal-is-measurable", activities=(vague,), episodes=()).may_last
