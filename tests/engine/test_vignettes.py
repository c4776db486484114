"""Visits in words, and what becomes of them; and our own activities: what decides each, and what makes it hard."""

import re
import tomllib
from collections import defaultdict
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
from coding.engine.vocabulary import (
    CarePhase,
    Delivery,
    Family,
    Intent,
    PayerKind,
    Region,
    ServiceKind,
    Severity,
    UnitMethod,
)
from tests.engine.build import LIFT, RULES, adjustment, diagnoses_for, episode, finding, visit, written
from tests.engine.corpora import OWN, TAGS, rows

FILE = Path(__file__).parent / "vignettes" / "visits.toml"
VIGNETTES = tomllib.loads(FILE.read_text("utf-8"))["vignette"]
ACTIVITIES = rows(OWN)
# Where a fact stands: a section of the domain facts, one of the four source articles, or the address of a public guide.
SECTION = r"domain facts (0\.(10|[1-9])|1\.[1-3]|2\.[1-4]|3\.[1-6]|6\.[1-8]|[4578](?!\.))(?!\d)"
PLACE = re.compile(rf"\b({SECTION}|seeds? 00[0-3]|[a-z-]+\.(com|org|gov|net))\b")
NAMED_CODE = re.compile(r"(?<!\()\b(\d{5}|[GS]\d{4})\b")  # a number behind a bracket may be that of an article
SEVERAL = (Delivery.GROUP, Delivery.BY_TURNS)
OUTCOMES = {"97110", "97112", "97116", "97530", "97535"}


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


# Our own activities: vignettes_*.toml


def tagged(tag):
    return [row for row in ACTIVITIES if tag in row.tags]


def words_of(row):
    return f"{row.activity.id}: {row.activity.description} | {row.activity.goal}"


@pytest.mark.parametrize(
    ("source", "tells"),
    [
        ("domain facts 1.2 on 97116: foot clearance is the aim", True),
        ("healthnetworksolutions.net cpt-97150, domain facts 1.2: several at once", True),
        ("seed 002: not the equipment", True),
        ("domain facts 1.2", False),
        ("domain facts: the agent decides", False),
        ("domain facts 1.9: no such section", False),
        ("CMS counts treatment that was given", False),
        ("", False),
    ],
)
def test_a_source_names_its_place_and_the_fact(source, tells):
    assert tells_what_decides(source) is tells


def tells_what_decides(source):
    """Say whether a source names a section, an article or an address, and after it the fact in words of its own."""
    place, _, fact = source.partition(": ")
    return bool(PLACE.search(place) and fact)


def test_every_activity_cites_the_fact_that_decides_it():
    assert len(ACTIVITIES) >= 700
    assert [words_of(row) for row in ACTIVITIES if not tells_what_decides(row.source)] == []


def test_a_source_names_codes_that_exist():
    named = {code for row in ACTIVITIES for code in NAMED_CODE.findall(row.source)}
    assert named - set(RULES.codes) == set()


def test_no_phrase_stands_for_hundreds():
    counts = defaultdict(int)
    for row in ACTIVITIES:
        counts[row.source] += 1
    assert max(counts.values()) <= 40
    assert len(counts) >= len(ACTIVITIES) / 2


def test_what_makes_an_activity_hard_is_told_in_known_words():
    assert {tag for row in ACTIVITIES for tag in row.tags} == set(TAGS)
    assert [words_of(row) for row in ACTIVITIES if len(set(row.tags)) != len(row.tags)] == []


def test_the_hard_ones_are_the_majority():
    assert sum(bool(row.tags) for row in ACTIVITIES) > len(ACTIVITIES) / 2


def test_an_activity_has_equal_neighbours_if_more_than_one_answer_is_accepted():
    assert tagged("equal neighbours") == [row for row in ACTIVITIES if len(row.accept) > 1]


def test_a_group_is_a_matter_of_delivery():
    assert [
        words_of(row) for row in ACTIVITIES if row.activity.delivery in SEVERAL and "delivery" not in row.tags
    ] == []


def test_where_a_device_is_named_an_outcome_is_the_answer():
    assert len(tagged("device")) >= 40
    assert {row.best for row in tagged("device")} == OUTCOMES


@pytest.mark.parametrize(
    ("device", "codes"),
    [
        (r"treadmill", {"97110", "97112", "97116", "97530"}),
        (r"\bball\b", {"97110", "97112", "97530"}),
        (r"\bstep[- ]?(ups?|downs?|overs?)\b", {"97110", "97112", "97116", "97530"}),
        (r"\bbosu\b", {"97110", "97112"}),
        (r"\bfoam\b|\bairex\b", {"97110", "97112"}),
        (r"tilt board", {"97110", "97112"}),
        (r"wheelchair|\bw/c\b", {"97110", "97530"}),
    ],
)
def test_one_device_has_several_codes(device, codes):
    named = [row for row in tagged("device") if re.search(device, row.activity.description, re.IGNORECASE)]
    assert codes <= {row.best for row in named}


def test_the_same_words_have_another_code_for_another_goal():
    answers = defaultdict(set)
    for row in tagged("goal decides"):
        answers[row.activity.description.casefold()].add(row.best)
    assert sum(len(codes) > 1 for codes in answers.values()) >= 8


def test_where_the_agent_decides_a_modality_or_the_water_is_the_answer():
    assert len(tagged("agent")) >= 20
    answers = {row.best for row in tagged("agent")}
    assert {code for code in answers if RULES.codes[code].family is not Family.AGENT} <= {"97113"}


def test_where_something_is_unsaid_or_contradicts_itself_the_answer_is_a_question():
    asked = tagged("unsaid") + tagged("contradiction")
    assert {row.best for row in asked} == {"UNDETERMINED"}


def test_what_is_no_treatment_has_no_code():
    assert {row.best for row in tagged("no treatment")} == {"NOT_BILLABLE"}
