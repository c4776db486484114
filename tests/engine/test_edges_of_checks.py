"""Where a check begins and where it ends: its neighbours, its boundaries, and what does not count for it."""

from dataclasses import replace
from datetime import date

import pytest

from coding.engine.facts import FindingFacts, PayerFacts, PlannedFacts, ServiceFacts, StandFacts
from coding.engine.vocabulary import CarePhase, Delivery, FindingKind, Intent, PayerKind, Region, ServiceKind
from tests.engine.build import (
    DIAGNOSES,
    EXAM,
    EXAMINED,
    GROUP,
    INSURER,
    MANUAL,
    MEDICARE,
    PRACTISE,
    STIMULATED,
    STRENGTHEN,
    adjustment,
    bill,
    earlier,
    episode,
    finding,
    flag,
    slugs,
)

NINE = 9 * 60
LUMBAR = (adjustment(Region.LUMBAR),)

# What keeps a row from a code is asked for once, where it is


def test_time_that_is_no_treatment_is_not_said_to_be_unattended():
    waited = replace(STRENGTHEN, description="Rest break of 5 min between sets, pt waited for the machine", intents=())
    said = slugs(activities=(waited,))
    assert not {"service-is-attended", "intent-is-stated"} & said.keys()


def test_a_group_whose_words_deny_the_aim_is_asked_about_like_anybody():
    denied = replace(GROUP, description="Bridges in class, not for strength", group_size=2)
    assert flag("intent-is-stated", activities=(denied,)).field == "description"  # the purpose is picked already
    assert "intent-is-stated" not in slugs(activities=(replace(denied, group_size=1),))


def test_where_only_the_delivery_keeps_a_code_away_the_purpose_is_not_asked_for():
    unclear = replace(STIMULATED, description="NMES to the quadriceps")
    assert set(slugs(activities=(unclear,))) == {"delivery-is-stated"}
    assert "intent-is-stated" not in slugs(activities=(replace(unclear, delivery=Delivery.ONE_ON_ONE),))


def test_hands_at_work_on_somebody_alone_are_asked_about():
    """The words and the delivery cannot both be right, so the row waits for its clinician."""
    left = replace(MANUAL, delivery=Delivery.SET_UP)
    assert "intent-is-stated" in slugs(activities=(left,))


# Signs


def test_a_sign_found_elsewhere_is_no_sign_here():
    tender = FindingFacts("f", FindingKind.PAIN, Region.LUMBAR, words="L4 tender")
    stiff = FindingFacts("g", FindingKind.MOTION, Region.CERVICAL, words="C5 restricted")
    slug = "adjusted-region-shows-part"
    assert slugs(adjustments=LUMBAR, findings=(tender, stiff)) == {slug: "tip"}
    assert slugs(adjustments=LUMBAR, findings=(tender, replace(stiff, region=Region.LUMBAR))) == {}


@pytest.mark.parametrize(
    ("value", "words", "raised"), [("40", "", False), ("", "full", True), ("", "no restriction", True)]
)
def test_a_measured_kind_is_a_sign_unless_it_says_that_all_is_well(value, words, raised):
    tender = FindingFacts("f", FindingKind.PAIN, Region.LUMBAR, words="L4 tender")
    motion = FindingFacts("g", FindingKind.MOTION, Region.LUMBAR, value=value, words=words)
    assert ("adjusted-region-shows-part" in slugs(adjustments=LUMBAR, findings=(tender, motion))) is raised


def test_words_of_a_finding_may_say_where_it_is():
    nowhere = FindingFacts("f", FindingKind.MOTION, words="L4 restricted, tender")
    assert slugs(adjustments=LUMBAR, findings=(nowhere,), objective="Moves well") == {}
    told = slugs(
        adjustments=LUMBAR, findings=(replace(nowhere, words="C5 restricted, tender"),), objective="Moves well"
    )
    assert "adjusted-region-was-examined" in told


# What is left off the bill

NEXT_DOOR = PayerFacts("next door", "Green Valley", PayerKind.INSURER)


def test_what_another_payer_is_billed_takes_nothing_off_this_payers():
    two = (episode(id="e1"), episode(NEXT_DOOR, id="e2"))
    rows = (adjustment(Region.LUMBAR, episode_id="e1"), adjustment(Region.CERVICAL, episode_id="e2", record_only=True))
    facts = {"episodes": two, "adjustments": rows, "findings": tuple(map(finding, (Region.LUMBAR, Region.CERVICAL)))}
    assert flag("record-supports-more", NEXT_DOOR, **facts).about == "adjusted-cervical"
    one = tuple(replace(row, episode_id="e1") for row in rows)
    assert "record-supports-more" not in slugs(**{**facts, "adjustments": one})


def test_what_another_payers_bill_leaves_off_adds_nothing_to_this_ones():
    """One more region would still be 98940 for the first payer; two more would be 98941, but the third is not theirs."""
    where = (Region.LUMBAR, Region.SACRAL, Region.PELVIC)
    kept = [("e1", False), ("e1", True), ("e2", True)]
    rows = tuple(
        adjustment(region, episode_id=of, record_only=off) for region, (of, off) in zip(where, kept, strict=True)
    )
    two = (episode(id="e1"), episode(NEXT_DOOR, id="e2"))
    found = flag("record-supports-more", NEXT_DOOR, episodes=two, adjustments=rows, findings=tuple(map(finding, where)))
    assert found.seen == "Adjusted, examined, and marked as record only: pelvis."


# Examined again


def test_maintenance_needs_no_re_examination_however_long_ago_the_last_one_was():
    long_ago = {"episodes": (episode(began_on=earlier(90).on),), "history": ()}
    assert "re-examination-is-not-overdue" in slugs(**long_ago)
    assert "re-examination-is-not-overdue" not in slugs(care_phase=CarePhase.MAINTENANCE, **long_ago)


# The plan


def test_a_plan_need_not_foresee_an_adjustment_that_was_not_done():
    plan = replace(episode(), planned=(PlannedFacts(ServiceKind.EXERCISE),))
    assert "service-is-in-the-plan" not in slugs(episodes=(plan,), adjustments=(), activities=(STRENGTHEN,))
    assert "service-is-in-the-plan" in slugs(episodes=(plan,), activities=(STRENGTHEN,))


def test_a_plan_foresees_the_services_of_its_own_complaint():
    foresees = (PlannedFacts(ServiceKind.ADJUSTMENT), PlannedFacts(ServiceKind.EXERCISE))
    two = (episode(id="e1", planned=foresees[:1]), episode(id="e2", planned=foresees))
    rows = {"adjustments": (adjustment(Region.LUMBAR, episode_id="e1"),), "episodes": two}
    assert "service-is-in-the-plan" not in slugs(activities=(replace(STRENGTHEN, episode_id="e2"),), **rows)
    assert "service-is-in-the-plan" in slugs(activities=(replace(STRENGTHEN, episode_id="e1"),), **rows)


def test_a_group_may_be_of_any_kind_that_is_planned():
    plan = replace(episode(), planned=(PlannedFacts(ServiceKind.ADJUSTMENT),))
    assert "service-is-in-the-plan" not in slugs(episodes=(plan,), activities=(GROUP,))


# Maintenance


def test_maintenance_that_calls_itself_so_is_told_by_its_mark():
    """The mark and the words agree; what is left to say is that somebody has to pay for it."""
    facts = {"care_phase": CarePhase.MAINTENANCE, "assessment": "Stable. Maintenance care as before."}
    assert flag("active-care-is-not-maintenance", **facts).seen.startswith("The visit is marked as maintenance")


def test_a_notice_is_of_what_medicare_would_cover():
    kept = {"care_phase": CarePhase.MAINTENANCE}
    assert "notice-is-on-file" in slugs(MEDICARE, **kept)
    assert "notice-is-on-file" not in slugs(MEDICARE, adjustments=(), services=(EXAM,), **kept)
    assert "notice-is-on-file" not in slugs(INSURER, **kept)


# What a payer wants


def test_minutes_may_fill_the_time_from_start_to_stop():
    clock = replace(INSURER, wants_times=True)
    row = replace(STRENGTHEN, minutes=15, began=NINE, ended=NINE + 15)
    assert "times-of-day-are-stated" not in slugs(clock, activities=(row,))


# The course


def test_visits_of_another_complaint_do_not_count_towards_ten():
    other = tuple(earlier(days, episodes=(episode(id="e2"),)) for days in range(2, 20))
    assert "goals-move-or-care-changes" not in slugs(history=(*other, earlier(20)))


def test_where_another_complaints_goal_stands_is_no_progress_here():
    elsewhere = (StandFacts("goal of another complaint", "30"),)
    history = tuple(earlier(days, progress=elsewhere) for days in (10, 31))
    assert "goals-move-or-care-changes" in slugs(history=history, progress=elsewhere)


def of_two_places(lumbar, cervical, *more):
    facts = ((Region.LUMBAR, lumbar), (Region.CERVICAL, cervical))
    return (
        *(FindingFacts(place, FindingKind.MOTION, place, value=value, words="flexion") for place, value in facts),
        *more,
    )


def test_a_number_belongs_to_its_region():
    hold = FindingFacts("h", FindingKind.ENDURANCE, Region.TRUNK, value="30", words="hold")
    then = of_two_places("35", "40", hold)
    facts = {"history": (earlier(3, findings=then), earlier(5, findings=then), EXAMINED)}
    assert "text-is-not-cloned" not in slugs(findings=of_two_places("40", "40", hold), **facts)
    assert "text-is-not-cloned" in slugs(findings=then, **facts)


def test_a_finding_without_a_figure_may_stay_as_it_is():
    same = of_two_places("full", "full")
    facts = {"history": (earlier(3, findings=same), earlier(5, findings=same), EXAMINED)}
    assert "text-is-not-cloned" not in slugs(findings=same, **facts)


# What training answers

LOSS = "exercise-answers-an-objective-loss"


@pytest.mark.parametrize(
    ("value", "words", "raised"),
    [
        ("21", "", False),
        ("", "gives way early", False),
        ("", "Normal.", True),
        ("", "Full; normal;", True),
        ("", "", True),
    ],
)
def test_a_finding_tells_of_a_loss_by_its_number_or_by_its_words(value, words, raised):
    row = FindingFacts("k", FindingKind.STRENGTH, Region.HIP, value=value, words=words)
    facts = {"activities": (STRENGTHEN,), "findings": (finding(Region.LUMBAR), row), "history": ()}
    assert (LOSS in slugs(**facts)) is raised


def test_a_purpose_that_is_no_capacity_asks_for_no_loss_of_its_own():
    both = replace(STRENGTHEN, intents=(Intent.STRENGTH, Intent.PAIN))
    assert LOSS not in slugs(activities=(both,))
    assert LOSS in slugs(activities=(both,), history=())


# Diagnoses at an examination


@pytest.mark.parametrize(("region", "raised"), [(Region.LUMBAR, True), (Region.KNEE, False), (None, False)])
def test_a_diagnosis_without_a_site_is_too_wide_where_a_level_was_found(region, raised):
    wide = replace(DIAGNOSES[1], code="M54.9", title="Dorsalgia, site unspecified")
    found = FindingFacts("f", FindingKind.PAIN, region, words="tender")
    facts = {"services": (replace(EXAM, reason="Monthly"),), "adjustments": (), "findings": (found,)}
    said = slugs(episodes=(episode(diagnoses=(wide,)),), **facts)
    assert ("diagnosis-is-as-specific-as-the-findings" in said) is raised


def test_a_diagnosis_of_another_place_does_not_tell_two_regions_apart():
    where = (Region.LUMBAR, Region.SACRAL)
    rows = {"adjustments": tuple(map(adjustment, where)), "findings": tuple(map(finding, where))}
    shared, neck = (replace(DIAGNOSES[0], id=code, code=code) for code in ("M54.31", "M54.2"))
    found = flag("regions-do-not-share-one-diagnosis", episodes=(episode(diagnoses=(shared, neck)),), **rows)
    assert found.seen.startswith("M54.31 is the only diagnosis")


def test_an_image_is_no_examination():
    neck = (*DIAGNOSES, replace(DIAGNOSES[0], id="neck", code="M54.2"))
    facts = {"episodes": (episode(diagnoses=neck),)}
    assert "diagnosis-rests-on-a-finding" not in slugs(services=(ServiceFacts("film", "72100", "X-ray"),), **facts)
    assert "diagnosis-rests-on-a-finding" in slugs(services=(replace(EXAM, reason="Monthly"),), **facts)


def test_a_region_that_medicare_does_not_pay_for_needs_no_finding():
    knee = {"adjustments": (adjustment(Region.KNEE),), "findings": (finding(Region.LUMBAR),)}
    assert "adjusted-region-was-examined" in slugs(**knee)
    assert "adjusted-region-was-examined" not in slugs(MEDICARE, **knee)


# Exams


@pytest.mark.parametrize(("seen", "raised"), [(date(2023, 11, 30), False), (date(2023, 12, 1), True)])
def test_three_years_end_on_the_same_day_of_the_month(seen, raised):
    new, on = ServiceFacts("new", "99203", "New patient exam", reason="First visit"), date(2026, 11, 30)
    facts = {"on": on, "today": on, "services": (new,), "last_seen_on": seen}
    assert ("new-patient-is-new" in slugs(**facts)) is raised


HIGH = ServiceFacts("high", "99204", "New patient exam, long", reason="First visit")


def test_a_supply_is_no_test_that_bears_out_a_level():
    supply = ServiceFacts("supply", "A4556", "Electrodes")
    assert "level-is-borne-out" in slugs(services=(HIGH, supply), total_minutes=30)


def test_an_activity_without_minutes_takes_nothing_from_the_exams_time():
    untimed = replace(STRENGTHEN, minutes=None)
    assert "level-is-borne-out" not in slugs(services=(HIGH,), activities=(untimed,), total_minutes=45)


# Goals


@pytest.mark.parametrize(
    ("goal", "raised"),
    [
        ("Lumbar flexion from 40 to 60 degrees", False),
        ("Stronger trunk extensors", True),
        ("Return to work in building B2", True),
    ],
)
def test_a_number_is_a_measure_where_the_goal_is_a_measure_of_the_body(goal, raised):
    row = replace(STRENGTHEN, goal=goal, goal_id="")
    assert ("goal-is-measurable" in slugs(activities=(row,))) is raised


def test_a_pack_that_is_left_on_asks_for_no_function():
    """Hands-on care and attended modalities prepare for something; a supervised one is part of the visit."""
    pack = replace(MANUAL, description="Hot pack to the low back", intents=(), goal="", goal_id="")
    pack = replace(pack, delivery=Delivery.SET_UP)
    assert "episode-has-a-functional-goal" not in slugs(activities=(pack,), episodes=(episode(goals=()),))


def test_a_function_of_another_complaint_is_none_of_this_one():
    two = (episode(id="e1", goals=(), complaint="Shoulder"), episode(id="e2", complaint="Back"))
    hands = replace(MANUAL, goal="", goal_id="", episode_id="e1")
    there = replace(PRACTISE, episode_id="e2")
    rows = {"adjustments": (adjustment(Region.LUMBAR, episode_id="e2"),), "episodes": two}
    assert "of “Shoulder”" in flag("episode-has-a-functional-goal", activities=(hands, there), **rows).seen


# Modifiers


def test_minutes_on_a_machine_that_runs_alone_keep_nothing_apart():
    """Paraffin is part of hands-on work on the same place (PTP edits); only minutes that somebody gave are a time apart."""
    hands = replace(MANUAL, regions=(Region.WRIST_HAND,))
    wax = replace(hands, id="wax", description="Paraffin bath to the hand", intents=(Intent.PAIN,), goal="", goal_id="")
    beside = bill(activities=(hands, replace(wax, delivery=Delivery.SET_UP)), adjustments=())
    assert [line.code for line in beside.lines] == ["97140"]
    assert [line.code for line in beside.unbilled] == ["97018"]
