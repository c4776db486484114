"""Visits in words, and what becomes of them."""

import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from coding.engine.facts import (
    ActivityFacts,
    AuthorisationFacts,
    DiagnosisFacts,
    ElsewhereFacts,
    GoalFacts,
    PayerFacts,
    PlannedFacts,
    ServiceFacts,
)
from coding.engine.suggest import suggest
from coding.engine.vocabulary import CarePhase, Delivery, Intent, PayerKind, Region, ServiceKind, Severity, UnitMethod
from tests.engine.build import LIFT, RULES, adjustment, diagnoses_for, episode, finding, visit, written

FILE = Path(__file__).parent / "vignettes" / "visits.toml"
VIGNETTES = tomllib.loads(FILE.read_text("utf-8"))["vignette"]


def activity(number, goals, words):
    goal = words.get("goal", goals[0] if goals else "")
    return ActivityFacts(
        id=f"activity-{number}",
        description=words["description"],
        intents=tuple(next(term for term in Intent if term == word) for word in words["intents"]),
        goal=goal,
        goal_id=f"goal-{goals.index(goal)}" if goal in goals else "",
        regions=places(words["regions"]),
        minutes=words["minutes"],
        delivery=next(term for term in Delivery if term == words.get("delivery", "one_on_one")),
        group_size=words.get("group_size"),
        response="Done without pain",
        why=words.get("why", "cued for alignment"),
        began=words.get("began"),
        ended=words.get("ended"),
        performer=words.get("assistant", ""),
        by_assistant="assistant" in words,
    )


def places(words):
    return tuple(next(region for region in Region if region == word) for word in words)


def planned(vignette, goals):
    """Return the goals of the episode, and its diagnoses: those that are given, or one for each adjusted region."""
    given = tuple(DiagnosisFacts(code, code, title) for code, title in vignette.get("diagnoses", {}).items())
    rows = tuple(map(adjustment, places(vignette.get("adjusted", []))))
    return {
        "goals": tuple(GoalFacts(f"goal-{i}", text) for i, text in enumerate(goals)),
        "diagnoses": given or diagnoses_for(rows),
        "planned": tuple(PlannedFacts(ServiceKind(kind)) for kind in vignette.get("planned", [])),
        **vignette.get("episode", {}),
    }


def of_the_visit(vignette):
    """Return what is given of the visit itself, and what others did at the time."""
    given = dict(vignette.get("visit", {}))
    if "care_phase" in given:
        given["care_phase"] = CarePhase(given["care_phase"])
    return {**given, "elsewhere": tuple(ElsewhereFacts(**facts) for facts in vignette.get("elsewhere", []))}


def visit_of(vignette):
    goals = vignette.get("goals", [LIFT.text])
    adjusted = places(vignette.get("adjusted", []))
    named = {"segment": vignette["segment"]} if "segment" in vignette else {}
    payer = PayerFacts(
        id="payer",
        kind=next(kind for kind in PayerKind if kind == vignette.get("payer", "insurer")),
        unit_method=next(method for method in UnitMethod if method == vignette.get("method", "per_code")),
        authorisation=AuthorisationFacts(**vignette.get("authorisation", {})),
        **vignette.get("profile", {}),
    )
    return visit(
        episodes=(episode(payer, **planned(vignette, goals)),),
        adjustments=tuple(adjustment(region, **named) for region in adjusted),
        findings=tuple(map(finding, places(vignette["examined"]) if "examined" in vignette else adjusted)),
        activities=tuple(activity(i, goals, words) for i, words in enumerate(vignette.get("activity", []))),
        services=tuple(
            ServiceFacts(code, code, "Examination", reason=vignette.get("reason", ""))
            for code in vignette.get("picked", [])
        ),
        **vignette.get("note", {}),
        **of_the_visit(vignette),
    )


@pytest.mark.parametrize("vignette", VIGNETTES, ids=[vignette["name"] for vignette in VIGNETTES])
def test_a_visit_in_words_becomes_its_lines_and_flags(vignette):
    said = suggest(visit_of(vignette), RULES)
    assert [written(line) for line in said.bills[0].lines] == vignette["lines"]
    assert [flag.slug for flag in said.flags if flag.severity is not Severity.TIP] == vignette["flags"]
    assert vignette["source"]


def test_no_flag_of_any_visit_names_a_code():
    for vignette in VIGNETTES:
        silent = replace(visit_of(vignette), findings=(), total_minutes=1)
        for flag in suggest(silent, RULES).flags:
            assert not any(code in f"{flag.title} {flag.seen} {flag.matters} {flag.todo}" for code in RULES.codes)
