"""The checks of who gave the time, of findings and diagnoses behind an adjustment, of the plan, of exams and notices."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from coding.engine.facts import (
    DiagnosisFacts,
    ElsewhereFacts,
    FindingFacts,
    PayerFacts,
    PlannedFacts,
    ServiceFacts,
)
from coding.engine.vocabulary import CarePhase, Delivery, FindingKind, PayerKind, Region, ServiceKind, Side
from tests.engine.build import (
    DAY,
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
    episode,
    finding,
    flag,
    lines,
    slugs,
    visit,
    written,
)

BY_TESS = replace(STRENGTHEN, performer="Tess Tran", performer_id="tess", by_assistant=True)
NINE, HALF_PAST = 9 * 60, 9 * 60 + 30
BESIDE = {"begins": NINE, "total_minutes": 30}
LUMBAR = (adjustment(Region.LUMBAR),)


def elsewhere(minutes, begins=NINE, ends=HALF_PAST, by="adams"):
    return (ElsewhereFacts(by, begins, ends, minutes),)


def diagnosed(*codes, payer=INSURER, titles=()):
    rows = tuple(
        DiagnosisFacts(code, code, title) for code, title in zip(codes, titles or [""] * len(codes), strict=True)
    )
    return (episode(payer, diagnoses=rows),)


# Who gave the time


@pytest.mark.parametrize(("kind", "weight"), [("insurer", "line_stop"), ("medicare", None), ("self_pay", "warn")])
def test_an_assistants_time_is_asked_about_unless_the_payer_pays_for_it(kind, weight):
    payer = PayerFacts("p", "P", next(each for each in PayerKind if each == kind))
    slug = "performer-may-deliver-it"
    assert slugs(payer, activities=(BY_TESS,)).get(slug) == weight
    assert slug not in slugs(replace(payer, assistants_treat=True), activities=(BY_TESS,))


def test_the_assistant_is_named_and_the_row_is_led_to():
    found = flag("performer-may-deliver-it", activities=(BY_TESS,))
    assert "Tess Tran" in found.seen and (found.about, found.field) == ("exercise", "performer")


def test_a_group_that_an_assistant_led_is_an_assistants_time():
    led = replace(GROUP, performer="Tess Tran", performer_id="tess", by_assistant=True)
    assert flag("performer-may-deliver-it", activities=(led,)).about == "group"
    assert slugs(replace(INSURER, assistants_treat=True), activities=(led,)) == {}


def test_an_assistants_time_that_is_kept_off_the_bill_is_not_advised_onto_it():
    assert slugs(activities=(replace(BY_TESS, record_only=True), PRACTISE)) == {}


def test_what_is_set_up_and_left_or_not_billed_may_be_an_assistants():
    heat = replace(BY_TESS, description="Hot pack to the low back", intents=(), dose="", delivery=Delivery.SET_UP)
    for row in (heat, replace(BY_TESS, record_only=True)):
        assert "performer-may-deliver-it" not in slugs(activities=(row,))


# Time is counted once


def test_minutes_that_two_visits_share_fit_into_the_time_of_both():
    facts = {"activities": (STRENGTHEN, PRACTISE), **BESIDE}
    assert slugs(elsewhere=(), **facts) == {}
    found = flag("time-is-counted-once", elsewhere=elsewhere(26), **facts)
    assert (found.about, found.severity) == ("exercise", "line_stop")
    assert found.seen.startswith("One-on-one time of one person from 9:00 to 9:30: 56 minutes are recorded in 30")


@pytest.mark.parametrize(
    ("other", "raised"),
    [
        (elsewhere(24, ends=NINE + 45), False),
        (elsewhere(25, ends=NINE + 45), True),
        (elsewhere(30, begins=HALF_PAST, ends=HALF_PAST + 30), False),
        (elsewhere(30, by="baker"), False),
        ((*elsewhere(10, ends=NINE + 40), *elsewhere(33, NINE + 35, NINE + 60)), True),
        ((*elsewhere(10, ends=NINE + 40), *elsewhere(32, NINE + 35, NINE + 60)), False),
    ],
)
def test_visits_that_overlap_are_taken_together(other, raised):
    assert ("time-is-counted-once" in slugs(activities=(STRENGTHEN, PRACTISE), elsewhere=other, **BESIDE)) is raised


@pytest.mark.parametrize("missing", [{"begins": None}, {"total_minutes": None}])
def test_without_a_time_or_a_length_nothing_is_compared(missing):
    facts = {"activities": (STRENGTHEN, PRACTISE), "elsewhere": elsewhere(30), **BESIDE, **missing}
    assert "time-is-counted-once" not in slugs(**facts)


def test_everybody_has_time_of_their_own_and_a_group_shares_it():
    payer = replace(INSURER, assistants_treat=True)
    facts = {"elsewhere": elsewhere(45), **BESIDE}
    assert "time-is-counted-once" not in slugs(payer, activities=(BY_TESS,), **facts)
    group = replace(STRENGTHEN, delivery=Delivery.GROUP, group_size=3)
    assert "time-is-counted-once" not in slugs(activities=(group,), **facts)
    assert slugs(SELF_PAY, activities=(STRENGTHEN,), **facts)["time-is-counted-once"] == "warn"


# Skill, and many services


def test_skill_is_said_in_any_field_and_asked_for_once():
    plain = tuple(replace(row, description="Leg press for strength", why="", response="Done") for row in (STRENGTHEN,))
    twice = (*plain, replace(plain[0], id="again"))
    found = flag("skilled-input-is-described", activities=twice)
    assert (found.about, found.field, found.severity) == ("exercise", "why", "warn") and "and 1 more" in found.seen
    for field in ("description", "dose", "response", "why"):
        told = replace(plain[0], **{field: f"{getattr(plain[0], field)}, knee cued over the toes"})
        assert "skilled-input-is-described" not in slugs(activities=(told,))


def test_three_timed_services_over_an_hour_are_pointed_out():
    rows = (replace(STRENGTHEN, minutes=31), PRACTISE, MANUAL)
    assert slugs(activities=rows) == {"timed-services-are-few": "tip"}
    assert "timed-services-are-few" not in slugs(activities=(replace(rows[0], minutes=30), *rows[1:]))
    assert "timed-services-are-few" not in slugs(activities=(replace(rows[0], minutes=60), PRACTISE))


# Signs and segments


def shown(words, payer=MEDICARE, kind=FindingKind.MOTION, **facts):
    found = (FindingFacts("f", kind, Region.LUMBAR, words=words),) if words else ()
    return slugs(payer, findings=found, adjustments=LUMBAR, **facts).get("adjusted-region-shows-part")


@pytest.mark.parametrize(
    ("kind", "words", "raised"),
    [
        (FindingKind.MOTION, "L4 restricted", True),
        (FindingKind.MOTION, "L4 restricted, tender", False),
        (FindingKind.PAIN, "L4 tender, paraspinals hypertonic", True),
        (FindingKind.PAIN, "L4 tender", True),
        (FindingKind.TONE, "taut, L4 rotated left", False),
        (FindingKind.MOTION, "L4 not tender, motion full", True),
        (FindingKind.PAIN, "L4 tender, flexion nearly full", False),
        (FindingKind.STRENGTH, "hip flexion 4/5", True),
    ],
)
def test_two_signs_of_four_are_wanted_and_one_of_them_asymmetry_or_motion(kind, words, raised):
    assert (shown(words, kind=kind) == "line_stop") is raised
    assert (shown(words, INSURER, kind=kind) == "tip") is raised
    assert shown(words, SELF_PAY, kind=kind) is None


def test_signs_stand_in_the_objective_too_and_an_image_stands_for_them():
    pain = FindingKind.PAIN
    assert shown("L4 tender", kind=pain, objective="L5 stiff in extension.") is None
    assert shown("L4 tender", kind=pain, objective="Hip stiff in extension.") == "line_stop"
    assert shown("L4 tender", kind=pain, objective="X-ray of the lumbar spine: retrolisthesis of L4.") is None


def test_a_region_without_any_finding_is_told_once_as_unexamined():
    assert slugs(MEDICARE, findings=(), objective="Well") == {"adjusted-region-was-examined": "line_stop"}


def test_signs_are_not_asked_of_regions_outside_the_spine():
    facts = {"adjustments": (adjustment(Region.KNEE, segment=""),), "findings": (finding(Region.KNEE),)}
    assert slugs(**facts) == slugs(MEDICARE, **facts) == {}


@pytest.mark.parametrize(("payer", "weight"), [(INSURER, "tip"), (MEDICARE, "line_stop"), (SELF_PAY, None)])
def test_a_segment_is_named_in_one_row_of_the_region(payer, weight):
    bare = adjustment(Region.LUMBAR, segment=" ")
    assert slugs(payer, adjustments=(bare,)).get("segment-is-named") == weight
    assert slugs(payer, adjustments=(bare, adjustment(Region.LUMBAR, "named"))) == {}


# Diagnoses


@pytest.mark.parametrize(
    ("codes", "titles", "raised"),
    [
        (("M99.03",), (), False),
        (("M54.2",), (), True),
        (("M99.01", "M79.18"), ("", "Myalgia, other site"), False),
        (("R26.81",), ("Unsteadiness on feet",), True),
        (("M47.816",), ("Spondylosis without myelopathy or radiculopathy, lumbar region",), False),
        (("M25.511",), ("Pain in right shoulder",), True),
    ],
)
def test_every_adjusted_region_has_a_diagnosis(codes, titles, raised):
    found = slugs(episodes=diagnosed(*codes, titles=titles))
    assert (found.get("adjusted-region-has-a-diagnosis") == "line_stop") is raised
    assert "adjusted-region-has-a-diagnosis" not in slugs(
        SELF_PAY, episodes=diagnosed(*codes, payer=SELF_PAY, titles=titles)
    )


def test_what_an_adjustment_names_is_what_counts():
    both = diagnosed("M54.2", "M54.50")
    named = (adjustment(Region.LUMBAR, diagnosis_ids=("M54.2",)),)
    assert "adjusted-region-has-a-diagnosis" not in slugs(episodes=both)
    assert flag("adjusted-region-has-a-diagnosis", episodes=both, adjustments=named).about == "adjusted-lumbar"


def test_two_regions_that_share_their_only_diagnosis_are_told_once():
    regions = (Region.LUMBAR, Region.SACRAL, Region.PELVIC)
    facts = {"adjustments": tuple(map(adjustment, regions)), "findings": tuple(map(finding, regions))}
    found = flag("regions-do-not-share-one-diagnosis", episodes=diagnosed("M54.31"), **facts)
    assert "lumbar and sacral" in found.seen and (found.severity, found.about) == ("warn", "adjusted-sacral")
    apart = diagnosed("M54.31", "M99.04", "M99.05")
    assert slugs(episodes=apart, **facts) == {}


def test_at_an_exam_every_diagnosis_has_a_finding_where_it_is():
    both = diagnosed("M99.03", "M54.2", "M62.81")
    exam = {"services": (replace(EXAM, reason="Monthly"),), "episodes": both}
    found = flag("diagnosis-rests-on-a-finding", **exam)
    assert found.seen == "Nothing was found where M54.2 is." and (found.severity, found.field) == ("warn", "findings")
    assert slugs(episodes=both) == {}
    assert "diagnosis-rests-on-a-finding" not in slugs(objective="Neck rotation full.", **exam)


def test_at_an_exam_a_side_that_was_found_is_a_side_that_can_be_coded():
    knee = diagnosed("M99.03", "M25.569", titles=("", "Pain in unspecified knee"))
    found = (finding(Region.LUMBAR), FindingFacts("k", FindingKind.PAIN, Region.KNEE, Side.LEFT, words="joint line"))
    facts = {"services": (replace(EXAM, reason="Monthly"),), "episodes": knee}
    assert slugs(findings=found, **facts) == {"diagnosis-is-as-specific-as-the-findings": "tip"}
    assert slugs(findings=(found[0], replace(found[1], side=None)), **facts) == {}
    assert slugs(findings=found, episodes=knee) == {}


# The plan of care


@pytest.mark.parametrize(
    ("gap", "words"),
    [
        ({"frequency": " "}, "how often"),
        ({"duration": ""}, "for how long"),
        ({"goals": ()}, "towards which goal"),
        ({"frequency": "", "duration": ""}, "how often and for how long"),
    ],
)
def test_a_plan_says_how_often_how_long_and_what_for(gap, words):
    found = flag("plan-of-care-is-complete", episodes=(episode(**gap),))
    assert found.seen.endswith(f"does not say {words}.") and (found.severity, found.field) == ("warn", "care_plan")
    assert slugs(MEDICARE, episodes=(episode(MEDICARE, **gap),)) == {"plan-of-care-is-complete": "line_stop"}
    assert slugs(SELF_PAY, episodes=(episode(SELF_PAY, **gap),)) == {}


def test_a_plan_is_for_active_care_that_somebody_pays_for():
    bare = (episode(MEDICARE, frequency=""),)
    assert slugs(MEDICARE, episodes=bare, adjustments=(), activities=(STRENGTHEN,)) == {}
    noticed = replace(MEDICARE, has_notice=True)
    facts = {"care_phase": CarePhase.MAINTENANCE, "episodes": (episode(noticed, frequency=""),)}
    assert slugs(noticed, **facts) == {}


def test_a_goal_that_a_service_asks_for_is_not_asked_for_by_the_plan():
    raised = slugs(episodes=(episode(goals=()),), activities=(replace(STRENGTHEN, goal=""),))
    assert "plan-of-care-is-complete" not in raised


def planned(*kinds, payer=INSURER):
    return (episode(payer, planned=tuple(map(PlannedFacts, kinds))),)


def test_a_kind_of_service_that_the_plan_leaves_out_is_named():
    plan = planned(ServiceKind.ADJUSTMENT, ServiceKind.EXERCISE)
    assert slugs(episodes=plan, activities=(STRENGTHEN,)) == {}
    found = flag("service-is-in-the-plan", episodes=plan, activities=(STRENGTHEN, PRACTISE, MANUAL))
    assert found.seen.endswith("does not foresee: task practice, hands-on soft tissue or joint work.")
    assert slugs(MEDICARE, episodes=planned(ServiceKind.EXERCISE, payer=MEDICARE)) == {
        "service-is-in-the-plan": "line_stop"
    }
    assert slugs(episodes=planned(), activities=(PRACTISE,)) == {}


# Maintenance and its notice


def test_maintenance_at_medicare_wants_a_notice_from_before_and_then_its_mark():
    kept = {"care_phase": CarePhase.MAINTENANCE}
    found = flag("notice-is-on-file", MEDICARE, **kept)
    assert (found.severity, found.about, found.field) == ("line_stop", "adjusted-lumbar", "care_phase")
    noticed = replace(MEDICARE, has_notice=True)
    assert slugs(noticed, **kept) == {}
    assert written(lines(noticed, **kept)["98940"]) == "98940-GA x1"
    assert written(lines(noticed)["98940"]) == "98940-AT x1"


@pytest.mark.parametrize(
    ("words", "raised"),
    [
        ("Stable. Maintenance care as before.", True),
        ("Wellness visit, no complaint", True),
        ("Not maintenance care: still gaining", False),
        ("Improves; then wellness care", False),
        ("Nearer to the goal", False),
    ],
)
def test_active_care_does_not_call_itself_maintenance(words, raised):
    assert (slugs(MEDICARE, assessment=words) == {"active-care-is-not-maintenance": "line_stop"}) is raised
    assert (slugs(assessment=words) == {"active-care-is-not-maintenance": "warn"}) is raised
    assert slugs(SELF_PAY, assessment=words) == {}


# Exams

NEW = ServiceFacts("new", "99203", "New patient exam", reason="First visit")
THREE_YEARS = date(DAY.year - 3, DAY.month, DAY.day)


@pytest.mark.parametrize(
    ("seen", "raised"),
    [(None, False), (THREE_YEARS, False), (THREE_YEARS + timedelta(1), True), (DAY - timedelta(7), True)],
)
def test_a_patient_is_new_after_three_years(seen, raised):
    facts = {"services": (NEW,), "last_seen_on": seen}
    assert ("new-patient-is-new" in slugs(**facts)) is raised
    assert (slugs(SELF_PAY, **facts).get("new-patient-is-new") == "tip") is raised
    assert "new-patient-is-new" not in slugs(services=(replace(EXAM, reason="Monthly"),), last_seen_on=seen)


HIGH = ServiceFacts("high", "99204", "New patient exam, long", reason="First visit")
FILM = ServiceFacts("film", "72100", "X-ray")


@pytest.mark.parametrize(
    ("facts", "raised"),
    [
        ({"total_minutes": 30}, True),
        ({"total_minutes": 45}, False),
        ({"total_minutes": 59, "activities": (STRENGTHEN,)}, True),
        ({"total_minutes": 60, "activities": (STRENGTHEN,)}, False),
        ({"total_minutes": 30, "services": (HIGH, FILM)}, False),
        ({"total_minutes": 30, "services": (replace(HIGH, code="99203"),)}, False),
        ({"total_minutes": 30, "services": (replace(HIGH, code="99205"), FILM)}, True),
    ],
)
def test_a_high_level_shows_its_time_or_its_decisions(facts, raised):
    given = {"services": (HIGH,), **facts}
    assert ("level-is-borne-out" in slugs(**given)) is raised
    assert "level-is-borne-out" not in slugs(SELF_PAY, **given)


def test_two_complaints_bear_out_a_level():
    two = (episode(), episode(id="e2", goals=(LIFT,), diagnoses=DIAGNOSES))
    rows = (adjustment(Region.LUMBAR, episode_id="e1"),)
    facts = {"services": (replace(HIGH, episode_id="e1"),), "total_minutes": 30, "adjustments": rows}
    assert "level-is-borne-out" not in slugs(episodes=two, **facts)
    assert "level-is-borne-out" in slugs(episodes=two[:1], **facts)


def test_an_earlier_note_does_not_make_a_patient_of_today_known():
    assert "new-patient-is-new" not in slugs(services=(NEW,), same_day=(visit(),))
