"""Each check: the visit that it is quiet about, and the one that it is not."""

from dataclasses import replace
from datetime import timedelta

import pytest

from coding.engine.checks import CHECKS
from coding.engine.checks.case import slug_of
from coding.engine.facts import AlertFacts, ClinicianFacts, DiagnosisFacts, GoalFacts, PayerFacts
from coding.engine.vocabulary import CarePhase, Delivery, Intent, PayerKind, Region, UnitMethod
from tests.engine.build import (
    DAY,
    DIAGNOSES,
    EXAM,
    GROUP,
    INSURER,
    LIFT,
    MANUAL,
    MASSAGE,
    MEDICARE,
    PRACTISE,
    RULES,
    SELF_PAY,
    STRENGTHEN,
    adjustment,
    episode,
    finding,
    read,
    slugs,
    visit,
)

CMS = replace(INSURER, unit_method=UnitMethod.TOTAL_TIME)
IMPAIRMENT = "Lumbar flexion from 40 to 60 degrees"
VAGUE_GOAL = "Feel better"


def flag(slug, payer=INSURER, **facts):
    """Return the one flag of this slug; fail when it is raised twice or not at all."""
    (found,) = [flag for flag in read(payer, **facts).flags if flag.slug == slug]
    return found


def test_every_check_has_its_words_and_weights_and_every_entry_its_check():
    assert {slug_of(check) for check in CHECKS} == set(RULES.checks)


def test_a_routine_note_raises_nothing():
    assert slugs(activities=(STRENGTHEN, PRACTISE, MANUAL)) == {}
    assert slugs(CMS, activities=(STRENGTHEN, PRACTISE, MANUAL)) == {}
    assert slugs(activities=(GROUP,)) == {}
    assert slugs() == slugs(SELF_PAY) == {}


def test_therapy_is_not_checked_for_medicare():
    activity = replace(STRENGTHEN, description="exercises", intents=(), goal="", minutes=None, delivery=None)
    assert slugs(MEDICARE, activities=(activity,), total_minutes=None) == {}


def test_self_pay_has_tips_where_others_have_stops():
    raised = slugs(SELF_PAY, activities=(replace(STRENGTHEN, goal="", minutes=None),))
    assert raised == {"therapy-has-a-functional-goal": "tip", "timed-service-has-minutes": "tip"}


def test_a_flag_says_what_was_seen_where_to_go_and_for_whom():
    found = flag("adjusted-region-was-examined", findings=())
    assert found.seen == "The lumbar spine was adjusted but not examined today."
    assert (found.about, found.field, found.payer_id) == ("adjusted-lumbar", "findings", "insurer")
    assert found.title == RULES.checks[found.slug].title and found.matters and found.todo


def test_the_heaviest_flags_come_first():
    flags = read(unconfirmed=1, findings=(), activities=(replace(STRENGTHEN, minutes=None, dose=""),)).flags
    assert [str(flag.severity) for flag in flags] == ["note_stop", "line_stop", "warn", "tip"]


# The note


@pytest.mark.parametrize(
    ("slug", "facts"),
    [
        ("author-has-a-credential", {"clinician": ClinicianFacts("Dr. Adams", " ")}),
        ("author-has-a-credential", {"clinician": ClinicianFacts()}),
        ("date-is-not-in-the-future", {"on": DAY + timedelta(days=1)}),
        ("carried-text-is-confirmed", {"unconfirmed": 1}),
        ("carried-text-is-confirmed", {"unconfirmed": 3}),
        ("adjustment-has-a-region", {"adjustments": (adjustment(None),)}),
        ("adjustment-has-a-region", {"adjustments": (adjustment(Region.FULL_BODY, technique="Drop table"),)}),
    ],
)
@pytest.mark.parametrize("payer", [INSURER, MEDICARE, SELF_PAY])
def test_what_stops_a_note_stops_it_for_every_payer(slug, facts, payer):
    assert slugs(payer, **facts) == {slug: "note_stop"}


def alert(**facts):
    return AlertFacts(**{"id": "alert", "text": "Osteoporosis", "is_contraindication": True, **facts})


@pytest.mark.parametrize(
    ("standing", "raised"),
    [
        (alert(), True),
        (alert(regions=(Region.TRUNK,)), True),
        (alert(regions=(Region.CERVICAL,)), False),
        (alert(answer="Low-force technique, discussed"), False),
        (alert(is_contraindication=False), False),
    ],
)
def test_a_contraindication_of_an_adjusted_region_waits_for_an_answer(standing, raised):
    assert ("contraindication-is-answered" in slugs(alerts=(standing,))) is raised


def test_a_contraindication_concerns_what_was_done_billed_or_not_and_an_unnamed_region():
    done = (adjustment(Region.LUMBAR, record_only=True),)
    assert flag("contraindication-is-answered", adjustments=done, alerts=(alert(),)).about == "alert"
    nowhere = (adjustment(None),)
    assert "contraindication-is-answered" in slugs(adjustments=nowhere, alerts=(alert(regions=(Region.HIP,)),))
    assert "contraindication-is-answered" not in slugs(adjustments=(), alerts=(alert(),))


@pytest.mark.parametrize(
    ("empty", "field", "words"),
    [
        (("plan",), "plan", "Nothing stands under plan."),
        (("assessment", "plan"), "assessment", "Nothing stands under assessment and plan."),
        (("objective", "plan"), "findings", "Nothing stands under objective and plan."),
        (("subjective", "assessment", "plan"), "subjective", "Nothing stands under subjective, assessment and plan."),
    ],
)
def test_empty_parts_of_the_note_are_named_once(empty, field, words):
    facts = {"adjustments": (), "findings": (), **dict.fromkeys(empty, " ")}
    found = flag("note-says-how-it-went", **facts)
    assert (found.seen, found.field, found.about, found.severity) == (words, field, "", "warn")
    assert slugs(SELF_PAY, **facts) == {"note-says-how-it-went": "tip"}


@pytest.mark.parametrize("kind", [kind for kind in PayerKind if kind is not PayerKind.SELF_PAY])
def test_an_empty_part_wants_a_reason_wherever_somebody_else_pays(kind):
    assert slugs(PayerFacts("p", "P", kind), plan="")["note-says-how-it-went"] == "warn"


def test_findings_or_words_are_either_of_them_an_objective_part():
    assert slugs(objective="") == slugs(adjustments=(), findings=()) == {}


def test_an_examination_without_findings_says_so():
    facts = {"services": (EXAM,), "adjustments": (), "findings": ()}
    found = flag("note-says-how-it-went", objective="", **facts)
    assert found.seen.startswith("An examination has no findings. ") and found.field == "findings"
    assert slugs(**facts) == {}


def test_carried_rows_are_answered_where_they_stand():
    assert flag("carried-text-is-confirmed", unconfirmed=2).field == "adjustments"


# Activities


def test_an_unstated_intent_is_asked_for_with_the_engines_question():
    unclear = replace(
        STRENGTHEN, description="Walking on the treadmill with the clinician", intents=(), goal="", dose=""
    )
    said = read(activities=(unclear,))
    found = flag("intent-is-stated", activities=(unclear,))
    assert (found.field, found.todo) == ("intents", said.choices[0].question)


def test_vague_words_are_asked_about_before_the_intent():
    vague = replace(STRENGTHEN, description="Performed exercises", intents=(), goal="")
    assert slugs(activities=(vague,)) == {"description-is-specific": "line_stop"}


def test_a_missing_delivery_is_asked_for_once():
    assert slugs(activities=(replace(STRENGTHEN, delivery=None),)) == {"delivery-is-stated": "line_stop"}


def test_a_missing_delivery_and_a_missing_intent_are_two_things():
    unclear = replace(
        STRENGTHEN, description="Walking on the treadmill with the clinician", intents=(), delivery=None, goal=""
    )
    assert {"intent-is-stated", "delivery-is-stated"} <= set(slugs(activities=(unclear,)))


def test_time_that_nobody_attended_is_for_the_record_only():
    alone = replace(STRENGTHEN, delivery=Delivery.ON_OWN)
    assert slugs(activities=(alone,)) == {"service-is-attended": "line_stop"}
    assert slugs(activities=(replace(alone, record_only=True),)) == {}


@pytest.mark.parametrize(("size", "raised"), [(None, True), (0, True), (1, True), (2, False), (9, False)])
def test_a_group_has_two(size, raised):
    assert ("group-has-two" in slugs(activities=(replace(GROUP, group_size=size),))) is raised


def test_a_group_of_one_is_asked_about_once():
    assert slugs(activities=(replace(GROUP, group_size=1),)) == {"group-has-two": "line_stop"}


def test_words_that_show_other_patients_ask_for_their_number_too():
    in_words = replace(GROUP, delivery=Delivery.ONE_ON_ONE, group_size=None)
    found = flag("group-has-two", activities=(in_words,))
    assert found.field == "group_size" and "does not say how many" in found.seen


def test_the_same_words_under_two_services_are_told_at_the_second():
    twin = replace(PRACTISE, description=STRENGTHEN.description.upper())
    found = flag("same-minutes-have-one-code", activities=(STRENGTHEN, twin))
    assert (found.about, found.severity) == ("task", "line_stop")
    again = replace(STRENGTHEN, id="again")
    assert "same-minutes-have-one-code" not in slugs(activities=(STRENGTHEN, again))


def test_a_missing_response_is_told_once_for_a_note():
    silent = tuple(replace(row, response="") for row in (STRENGTHEN, PRACTISE))
    found = flag("response-is-described", activities=silent)
    assert found.about == "exercise" and "and 1 more" in found.seen
    assert flag("response-is-described", activities=silent[:1]).severity == "warn"


def test_a_missing_dose_is_a_tip_unless_the_description_has_numbers():
    assert slugs(activities=(replace(STRENGTHEN, dose=""),)) == {"dose-is-described": "tip"}
    counted = replace(STRENGTHEN, dose="", description=STRENGTHEN.description + ", 3 sets of 10")
    assert slugs(activities=(counted,)) == {}
    assert slugs(activities=(replace(MANUAL, dose=""),)) == {}


# Minutes


@pytest.mark.parametrize("minutes", [None, 0])
def test_a_timed_service_without_minutes_stops_its_line(minutes):
    assert slugs(activities=(replace(STRENGTHEN, minutes=minutes),)) == {"timed-service-has-minutes": "line_stop"}


def test_activities_fit_into_the_visit():
    assert "minutes-fit-the-visit" not in slugs(activities=(STRENGTHEN, PRACTISE), total_minutes=30)
    found = flag("minutes-fit-the-visit", activities=(STRENGTHEN, PRACTISE), total_minutes=29)
    assert (found.about, found.field, found.severity) == ("", "total_minutes", "line_stop")


def test_a_missing_total_weighs_more_where_the_total_is_what_counts():
    assert slugs(activities=(STRENGTHEN,), total_minutes=None) == {"total-minutes-are-recorded": "warn"}
    assert slugs(CMS, activities=(STRENGTHEN,), total_minutes=None) == {"total-minutes-are-recorded": "line_stop"}
    assert slugs(total_minutes=None) == {}


def test_more_than_a_days_maximum_wants_a_reason():
    long = replace(STRENGTHEN, minutes=98)
    found = flag("daily-maximum-is-kept", activities=(long,), total_minutes=120)
    assert (found.severity, found.about) == ("warn", "exercise") and "7 units" in found.seen
    lenient = replace(INSURER, applies_daily_maxima=False)
    assert slugs(lenient, activities=(long,), total_minutes=120) == {}


def test_an_earlier_note_of_the_day_counts_towards_the_maximum():
    morning = visit(activities=(replace(STRENGTHEN, minutes=60), GROUP), adjustments=())
    facts = {"activities": (replace(STRENGTHEN, minutes=45),), "same_day": (morning,)}
    assert "daily-maximum-is-kept" in slugs(**facts)


def test_a_second_spinal_adjustment_of_the_day_is_one_too_many_at_any_level():
    more = (adjustment(Region.LUMBAR), adjustment(Region.SACRAL), adjustment(Region.PELVIC))
    assert "daily-maximum-is-kept" in slugs(adjustments=more, same_day=(visit(),))
    assert "daily-maximum-is-kept" in slugs(same_day=(visit(),))


def test_a_second_smaller_adjustment_of_the_day_is_never_paid():
    morning = visit(adjustments=(adjustment(Region.LUMBAR), adjustment(Region.SACRAL), adjustment(Region.PELVIC)))
    found = flag("pair-is-never-paid-together", same_day=(morning,))
    assert found.about == "adjusted-lumbar" and found.seen.startswith(RULES.code("98940").title)
    at_medicare = replace(morning, episodes=(episode(MEDICARE),))
    assert slugs(MEDICARE, same_day=(at_medicare,)) == {"pair-is-never-paid-together": "line_stop"}


def test_the_reader_is_told_where_the_method_matters():
    short = (replace(STRENGTHEN, minutes=8), replace(PRACTISE, minutes=8))
    assert slugs(activities=short) == {"units-depend-on-the-method": "tip"}
    unknown = replace(INSURER, unit_method=UnitMethod.UNKNOWN)
    assert "Ask the payer" in flag("units-depend-on-the-method", unknown, activities=short).todo


def test_too_few_minutes_are_said_to_be_too_few():
    assert slugs(activities=(replace(STRENGTHEN, minutes=7),)) == {"total-reaches-eight-minutes": "tip"}
    assert slugs(CMS, activities=(replace(STRENGTHEN, minutes=7),)) == {"total-reaches-eight-minutes": "tip"}
    pooled = (replace(STRENGTHEN, minutes=7), replace(PRACTISE, minutes=7))
    assert "total-reaches-eight-minutes" not in slugs(CMS, activities=pooled)
    assert "1 minute of" in flag("total-reaches-eight-minutes", activities=(replace(STRENGTHEN, minutes=1),)).seen


# Goals


@pytest.mark.parametrize(
    ("row", "goal", "raised"),
    [
        (STRENGTHEN, "", True),
        (STRENGTHEN, VAGUE_GOAL, True),
        (STRENGTHEN, IMPAIRMENT, False),
        (PRACTISE, "Pain from 6 to 2 of 10", True),
        (PRACTISE, LIFT.text, False),
        (GROUP, "", True),
    ],
)
def test_a_procedure_serves_a_function_or_an_impairment_behind_one(row, goal, raised):
    row = replace(row, goal=goal, goal_id="")
    assert ("therapy-has-a-functional-goal" in slugs(activities=(row,))) is raised


def test_an_impairment_alone_is_no_purpose():
    row = replace(STRENGTHEN, goal=IMPAIRMENT)
    found = flag("therapy-has-a-functional-goal", activities=(row,), episodes=(episode(goals=()),))
    assert (found.about, found.field) == ("exercise", "goal") and "measure of the body" in found.seen


def test_a_picked_goal_counts_by_its_own_words():
    picked = replace(PRACTISE, goal="", goal_id="g1")
    assert slugs(activities=(picked,)) == {}


@pytest.mark.parametrize("row", [MANUAL, MASSAGE])
def test_hands_on_care_belongs_to_an_episode_with_a_function(row):
    bare = replace(row, goal="", goal_id="")
    named = episode(goals=(), complaint="Stiff shoulder")
    assert slugs(activities=(bare,), episodes=(named,)) == {"episode-has-a-functional-goal": "warn"}
    found = flag("episode-has-a-functional-goal", activities=(bare, replace(bare, id="b")), episodes=(named,))
    assert (found.about, found.field) == ("", "goals") and "“Stiff shoulder”" in found.seen
    assert slugs(activities=(row,), episodes=(episode(goals=()),)) == {}


def test_a_missing_goal_is_told_at_the_procedure_and_not_again_at_the_episode():
    rows = (replace(STRENGTHEN, goal=""), MANUAL)
    assert slugs(activities=rows, episodes=(episode(goals=()),)) == {"therapy-has-a-functional-goal": "line_stop"}


def test_a_goal_without_a_number_wants_one_once():
    goal = GoalFacts("g2", "Lift a box from the floor")
    row = replace(PRACTISE, goal=goal.text, goal_id="g2")
    facts = {"activities": (row, replace(row, id="again")), "episodes": (episode(goals=(LIFT, goal)),)}
    found = flag("goal-is-measurable", **facts)
    assert (found.severity, found.about, found.field) == ("warn", "task", "goals")
    written = replace(row, goal="Carry a box", goal_id="")
    assert flag("goal-is-measurable", activities=(written,)).field == "goal"


def test_a_goal_is_measured_by_its_target_too():
    goal = GoalFacts("g2", "Lift a box from the floor", target="20 lb")
    row = replace(PRACTISE, goal=goal.text, goal_id="g2")
    assert slugs(activities=(row,), episodes=(episode(goals=(goal,)),)) == {}


def test_exercise_and_task_practice_serve_two_goals():
    same = replace(STRENGTHEN, goal=LIFT.text, goal_id=LIFT.id)
    found = flag("two-codes-serve-two-goals", activities=(same, PRACTISE, replace(PRACTISE, id="more")))
    assert (found.severity, found.about, found.field) == ("warn", "task", "goal")


# Adjustments, pairs, diagnoses


def test_an_unexamined_region_is_told_once():
    twice = (adjustment(Region.LUMBAR, "one"), adjustment(Region.LUMBAR, "two"))
    assert flag("adjusted-region-was-examined", adjustments=twice, findings=()).about == "one"
    assert slugs(adjustments=(adjustment(Region.LUMBAR, record_only=True),), findings=()) == {}


@pytest.mark.parametrize(
    ("region", "place"), [(Region.SACRAL, "The sacral region was"), (Region.PELVIC, "The pelvis was")]
)
def test_a_place_is_called_by_its_usual_name(region, place):
    assert flag("adjusted-region-was-examined", adjustments=(adjustment(region),)).seen.startswith(place)


@pytest.mark.parametrize(
    ("region", "words"),
    [
        (Region.THORACIC, "T3 restricted in rotation"),
        (Region.CERVICAL, "c4-5 tender"),
        (Region.LUMBAR, "Hypertonic at L5"),
        (Region.SACRAL, "Left SI glide reduced"),
        (Region.PELVIC, "PSIS low on the right"),
        (Region.PELVIC, "Pelvis level"),
        (Region.SHOULDER, "Shoulder: full range, no pain"),
    ],
)
def test_words_about_a_region_are_an_examination_of_it(region, words):
    rows = {"adjustments": (adjustment(region),), "findings": ()}
    assert slugs(objective=words, **rows) == {}
    assert "adjusted-region-was-examined" in slugs(objective=f"{words}: not examined today", **rows)


def test_an_exam_beside_an_adjustment_says_why():
    found = flag("exam-is-more-than-the-adjustment", services=(EXAM,))
    assert (found.about, found.field, found.severity) == ("exam", "services", "line_stop")
    assert slugs(services=(replace(EXAM, reason="New injury"),)) == slugs(services=(EXAM,), adjustments=()) == {}


@pytest.mark.parametrize(("kind", "raised"), [(kind, kind in ("insurer", "medicare")) for kind in PayerKind])
def test_maintenance_is_told_where_the_payer_does_not_cover_it(kind, raised):
    payer = PayerFacts("p", "P", kind)
    subluxation_first = {"care_phase": CarePhase.MAINTENANCE}
    assert ("active-care-is-not-maintenance" in slugs(payer, **subluxation_first)) is raised
    assert "active-care-is-not-maintenance" not in slugs(payer, adjustments=(), **subluxation_first)


def test_two_services_of_which_one_is_paid_are_told_at_the_one_that_is_not():
    found = flag("pair-is-never-paid-together", activities=(MANUAL, MASSAGE))
    assert (found.about, found.severity) == ("massage", "line_stop")
    lenient = replace(INSURER, follows_pair_edits=False)
    assert slugs(lenient, activities=(MANUAL, MASSAGE)) == {"pair-is-never-paid-together": "tip"}
    assert slugs(SELF_PAY, activities=(MANUAL, MASSAGE)) == {}


@pytest.mark.parametrize(
    ("regions", "words"), [((), "does not say where it was done"), ((Region.LUMBAR,), "done in one place (lumbar)")]
)
def test_a_shared_region_is_named(regions, words):
    found = flag("bundled-region-is-separate", activities=(replace(MANUAL, regions=regions),))
    assert words in found.seen and (found.about, found.field) == ("manual", "regions")


def test_a_service_beside_a_group_without_minutes_shares_no_place_that_could_be_named():
    group = replace(GROUP, minutes=None, regions=())
    found = flag("bundled-region-is-separate", activities=(group, PRACTISE))
    assert "were done, and nothing sets them apart" in found.seen and found.field == "minutes"


def test_missing_minutes_are_asked_for_and_not_taken_for_a_shared_place():
    assert slugs(activities=(GROUP, replace(PRACTISE, minutes=None))) == {"timed-service-has-minutes": "line_stop"}


def test_every_bill_points_to_a_diagnosis():
    found = flag("line-points-to-a-diagnosis", episodes=(episode(diagnoses=()),), activities=(STRENGTHEN,))
    assert (found.about, found.field, found.severity) == ("", "diagnoses", "line_stop")
    assert slugs(SELF_PAY, episodes=(episode(SELF_PAY, diagnoses=()),)) == {"line-points-to-a-diagnosis": "tip"}


def test_medicare_wants_the_subluxation_first():
    pain_first = (episode(MEDICARE, diagnoses=DIAGNOSES[::-1]),)
    assert slugs(MEDICARE, episodes=pain_first) == {"subluxation-diagnosis-comes-first": "line_stop"}
    undotted = (episode(MEDICARE, diagnoses=(DiagnosisFacts("d", "m9905"),)),)
    assert slugs(MEDICARE, episodes=undotted) == {}
    assert "subluxation-diagnosis-comes-first" not in slugs(MEDICARE, episodes=(episode(MEDICARE, diagnoses=()),))
    assert slugs(episodes=(episode(diagnoses=DIAGNOSES[::-1]),)) == {}


# Advice the other way


def test_examined_regions_kept_off_the_bill_are_pointed_out():
    rows = (
        adjustment(Region.LUMBAR),
        adjustment(Region.SACRAL),
        adjustment(Region.PELVIC, record_only=True),
    )
    found = tuple(finding(row.region) for row in rows)
    flagged = flag("record-supports-more", adjustments=rows, findings=found)
    assert (flagged.about, flagged.severity) == ("adjusted-pelvic", "tip") and "pelvis" in flagged.seen
    assert slugs(adjustments=rows, findings=found[:2]) == {}
    assert slugs(adjustments=rows[1:], findings=found) == {}


def test_an_extraspinal_adjustment_kept_off_is_pointed_out_where_it_is_paid():
    rows = (adjustment(Region.LUMBAR), adjustment(Region.KNEE, record_only=True))
    found = (finding(Region.LUMBAR), finding(Region.KNEE))
    assert slugs(adjustments=rows, findings=found) == {"record-supports-more": "tip"}
    assert slugs(MEDICARE, adjustments=rows, findings=found) == {}


@pytest.mark.parametrize(
    ("change", "raised"),
    [
        ({}, True),
        ({"minutes": 7}, False),
        ({"minutes": None}, False),
        ({"goal": ""}, False),
        ({"intents": (), "goal": "", "description": "Treadmill 3.0 mph, 2 % incline"}, False),
        ({"delivery": Delivery.ON_OWN}, False),
        ({"description": "Performed exercises"}, False),
    ],
)
def test_a_complete_row_kept_off_the_bill_is_pointed_out(change, raised):
    row = replace(STRENGTHEN, record_only=True, **change)
    assert ("record-supports-more" in slugs(activities=(row, PRACTISE))) is raised


def test_a_row_that_would_be_part_of_the_adjustment_is_rightly_kept_off():
    row = replace(MANUAL, regions=(Region.LUMBAR,), record_only=True)
    assert slugs(activities=(row,)) == {}
    assert slugs(MEDICARE, activities=(replace(row, intents=(Intent.STRENGTH,)),)) == {}
