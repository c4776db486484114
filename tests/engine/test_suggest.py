"""A whole visit: bills per payer, units of the day, what is left off and why."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coding.engine.facts import (
    ActivityFacts,
    AdjustmentFacts,
    AlertFacts,
    DiagnosisFacts,
    EpisodeFacts,
    FindingFacts,
    GoalFacts,
    PayerFacts,
    ServiceFacts,
    VisitFacts,
)
from coding.engine.suggest import suggest
from coding.engine.units import total_units
from coding.engine.vocabulary import (
    CarePhase,
    Delivery,
    Family,
    FindingKind,
    Intent,
    PayerKind,
    Region,
    UnitMethod,
)
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
    STRENGTHEN,
    adjustment,
    bill,
    episode,
    finding,
    lines,
    read,
    visit,
    written,
)

CMS = replace(INSURER, unit_method=UnitMethod.TOTAL_TIME)


def test_a_routine_visit_becomes_lines_with_their_evidence():
    adjustments = (adjustment(Region.LUMBAR), adjustment(Region.CERVICAL), adjustment(Region.PELVIC))
    today = bill(adjustments=adjustments, activities=(STRENGTHEN, PRACTISE, MANUAL), services=(EXAM,))
    assert [written(line) for line in today.lines] == ["98941 x1", "97110 x1", "97530 x1", "97140-59 x1", "99213 x1"]
    spine, exercise, *_ = today.lines
    assert (spine.about, spine.regions) == (tuple(row.id for row in adjustments), ("cervical", "lumbar", "pelvic"))
    assert (spine.title, spine.family, spine.minutes) == (RULES.code("98941").title, Family.ADJUST, None)
    assert (exercise.minutes, exercise.diagnosis_ids[:2]) == (15, ("d1", "d2"))
    assert exercise.reason == "Read from its purpose (strength): 15 minutes make 1 unit."
    assert (today.payer_name, today.timed_minutes, today.timed_units) == ("Blue Hill", 45, 3)


def test_the_suggestion_says_which_edition_it_rests_on_and_what_each_activity_supports():
    said = read(activities=(STRENGTHEN, PRACTISE))
    assert said.edition == RULES.edition
    assert [choice.code for choice in said.choices] == ["97110", "97530"]
    assert said.choice("task") and said.choice("nothing") is None
    assert said.flags_about("exercise") == ()


def test_activities_of_one_code_are_one_line_with_their_minutes_added():
    more = replace(STRENGTHEN, id="more", minutes=8, regions=(Region.HIP,), diagnosis_ids=("d9", "ended"))
    of_three = episode(diagnoses=(*DIAGNOSES, DiagnosisFacts("d9", "M25.551")))
    first = replace(STRENGTHEN, diagnosis_ids=("d1", "d2"))
    line = lines(activities=(first, more), episodes=(of_three,))["97110"]
    assert (line.about, line.minutes, line.units) == (("exercise", "more"), 23, 2)
    assert line.regions == ("lumbar", "hip") and line.diagnosis_ids == ("d1", "d2", "d9")


def test_a_line_points_to_four_diagnoses_at_most():
    of_six = episode(diagnoses=tuple(DiagnosisFacts(each, "M54.50") for each in "abcdef"))
    line = lines(activities=(replace(STRENGTHEN, diagnosis_ids=tuple("abcdef")),), episodes=(of_six,))["97110"]
    assert line.diagnosis_ids == tuple("abcd")


def test_what_is_for_the_record_only_is_neither_billed_nor_counted():
    today = bill(CMS, activities=(STRENGTHEN, replace(PRACTISE, record_only=True)))
    assert [line.code for line in today.lines] == ["98940", "97110"] and today.timed_minutes == 15


def test_the_payers_method_counts_and_the_other_is_shown():
    short = (replace(STRENGTHEN, minutes=8), replace(PRACTISE, minutes=8))
    by_total, by_code = bill(CMS, activities=short), bill(activities=short)
    assert [line.code for line in by_total.lines] == ["98940", "97110"]
    assert by_total.ties == (("97110", "97530"),) and by_total.other_method_units == (("97530", 1),)
    assert [line.code for line in by_code.lines] == ["98940", "97110", "97530"]
    assert by_code.ties == () and by_code.other_method_units == (("97530", 0),)


def test_a_service_without_a_unit_is_shown_beside_the_bill():
    today = bill(activities=(replace(STRENGTHEN, minutes=7),))
    assert [(line.code, line.minutes, line.units) for line in today.unbilled] == [("97110", 7, 0)]
    assert today.unbilled[0].reason.endswith("7 minutes make 0 units.")


def test_bundled_minutes_make_no_units():
    manual = replace(MANUAL, regions=(Region.LUMBAR,), minutes=7)
    assert bill(CMS, activities=(replace(STRENGTHEN, minutes=8), manual)).timed_minutes == 8


def test_a_group_is_not_counted_by_time():
    line = lines(activities=(GROUP,))["97150"]
    assert (line.units, line.minutes) == (1, None)
    assert line.reason == "Read from its purpose (strength); not counted by time."


def test_two_payers_have_two_bills_each_by_its_own_method():
    other = PayerFacts("auto", "Coast Auto", PayerKind.AUTO, UnitMethod.TOTAL_TIME)
    rows = (replace(STRENGTHEN, episode_id="e1"), replace(MANUAL, episode_id="e2"), replace(PRACTISE, episode_id="e2"))
    spine = (adjustment(Region.LUMBAR, episode_id="e1"), adjustment(Region.CERVICAL, episode_id="e2"))
    said = read(episodes=(episode(), episode(other, "e2")), activities=rows, adjustments=spine)
    assert [(b.payer_id, b.method) for b in said.bills] == [("insurer", "per_code"), ("auto", "total_time")]
    assert [[line.code for line in b.lines] for b in said.bills] == [["98940", "97110"], ["98940", "97140", "97530"]]


def test_two_episodes_of_one_payer_are_one_bill():
    said = read(episodes=(episode(), episode(id="e2")), activities=(replace(STRENGTHEN, episode_id="e2"),))
    assert [[line.code for line in b.lines] for b in said.bills] == [["98940", "97110"]]


def test_a_payer_without_rows_has_no_bill():
    said = read(
        episodes=(episode(), episode(MEDICARE, "e2")), adjustments=(adjustment(Region.LUMBAR, episode_id="e1"),)
    )
    assert [b.payer_id for b in said.bills] == ["insurer"]


def test_a_visit_without_rows_has_one_empty_bill():
    said = suggest(VisitFacts(on=DAY, today=DAY), RULES)
    assert [(b.lines, b.unbilled, b.timed_units) for b in said.bills] == [((), (), 0)]


def test_minutes_of_an_earlier_note_join_the_day():
    morning = visit(CMS, activities=(replace(STRENGTHEN, minutes=10),), adjustments=())
    assert lines(CMS, activities=(replace(STRENGTHEN, minutes=13),), same_day=(morning,))["97110"].units == 1
    assert "97110" not in lines(CMS, activities=(replace(STRENGTHEN, minutes=10),), same_day=(morning,))


def test_minutes_for_another_payer_do_not_join():
    morning = visit(MEDICARE, activities=(replace(STRENGTHEN, minutes=10),), adjustments=())
    assert lines(CMS, activities=(replace(STRENGTHEN, minutes=10),), same_day=(morning,))["97110"].units == 1


def test_massage_and_hands_on_work_are_never_paid_on_one_day():
    today = bill(activities=(MANUAL, MASSAGE))
    assert [written(line) for line in today.lines] == ["98940 x1", "97140-59 x1"]
    assert [line.code for line in today.unbilled] == ["97124"]


def test_what_is_part_of_the_adjustment_pushes_nothing_else_out():
    manual = replace(MANUAL, regions=(Region.LUMBAR,))
    today = bill(activities=(manual, MASSAGE))
    assert [written(line) for line in today.lines] == ["98940 x1", "97124-59 x1"]


texts = st.sampled_from(["", " ", "exercises", STRENGTHEN.description, PRACTISE.description, "\x00 ½ 🦴"])
ids = st.sampled_from(["", "e1", "e2", "?"])
maybe_minutes = st.none() | st.integers(-5, 600)
regions = st.lists(st.sampled_from(Region), max_size=3).map(tuple)
payers = st.builds(
    PayerFacts,
    id=st.sampled_from(["p", "q"]),
    kind=st.sampled_from(PayerKind),
    unit_method=st.sampled_from(UnitMethod),
    distinct_modifier=st.sampled_from(["59", "X"]),
    wants_gp=st.sampled_from(["never", "therapy", "all"]),
    follows_pair_edits=st.booleans(),
    applies_daily_maxima=st.booleans(),
)
goals = st.builds(GoalFacts, id=st.sampled_from(["g1", "g2"]), text=texts | st.just(LIFT.text))
episodes = st.builds(
    EpisodeFacts, id=st.sampled_from(["e1", "e2"]), goals=st.lists(goals, max_size=2).map(tuple), payer=payers
)
activities = st.builds(
    ActivityFacts,
    id=st.uuids().map(str),
    description=texts,
    intents=st.lists(st.sampled_from(Intent), max_size=2).map(tuple),
    goal=texts | st.just(LIFT.text),
    goal_id=st.sampled_from(["", "g1"]),
    regions=regions,
    minutes=maybe_minutes,
    delivery=st.none() | st.sampled_from(Delivery),
    group_size=st.none() | st.integers(0, 5),
    episode_id=ids,
    record_only=st.booleans(),
)
adjustments = st.builds(
    AdjustmentFacts,
    id=st.uuids().map(str),
    region=st.none() | st.sampled_from(Region),
    episode_id=ids,
    record_only=st.booleans(),
)
services = st.builds(
    ServiceFacts, id=st.uuids().map(str), code=st.sampled_from(["99213", "97124", "72040", "98940", ""]), title=texts
)
findings = st.sampled_from(Region).map(lambda region: FindingFacts("f", FindingKind.PAIN, region))
alerts = st.builds(
    AlertFacts, id=st.just("alert"), text=texts, is_contraindication=st.booleans(), regions=regions, answer=texts
)


def several(strategy, most=4):
    return st.lists(strategy, max_size=most).map(tuple)


def visits(same_day=None):
    return st.builds(
        VisitFacts,
        on=st.just(DAY),
        today=st.just(DAY),
        episodes=several(episodes, 2),
        findings=several(findings, 2),
        adjustments=several(adjustments),
        activities=several(activities),
        services=several(services, 2),
        alerts=several(alerts, 1),
        care_phase=st.sampled_from(CarePhase),
        total_minutes=maybe_minutes,
        unconfirmed=st.integers(0, 2),
        same_day=st.just(()) if same_day is None else same_day,
    )


@settings(max_examples=150)
@given(visits(same_day=several(visits(), 1)))
def test_any_visit_gets_an_answer_that_adds_up(some):
    said = suggest(some, RULES)
    rows = {row.id for row in (*some.activities, *some.adjustments, *some.services)}
    earlier = sum(max(row.minutes or 0, 0) for note in some.same_day for row in note.activities)
    for day in said.bills:
        within = total_units(day.timed_minutes + earlier)  # minutes of an earlier note may complete a unit of this one
        assert day.timed_units <= within or day.method is not UnitMethod.TOTAL_TIME
        assert all(line.units > 0 and set(line.about) <= rows for line in day.lines)
        assert all(line.units == 0 for line in day.unbilled)
        assert all(len(line.modifiers) <= 4 and len(line.diagnosis_ids) <= 4 for line in (*day.lines, *day.unbilled))
    assert {flag.slug for flag in said.flags} <= set(RULES.checks)


@settings(max_examples=50)
@given(visits())
def test_the_same_facts_give_the_same_answer(some):
    assert suggest(some, RULES) == suggest(some, RULES)


@pytest.mark.parametrize("code", sorted(RULES.codes))
def test_no_flag_names_a_code(code):
    words = [f"{entry.title} {entry.matters}" for entry in RULES.checks.values()]
    assert not any(code in text for text in words)


def test_findings_of_the_day_are_enough_for_a_quiet_note():
    adjustments = (adjustment(Region.LUMBAR), adjustment(Region.CERVICAL))
    found = (finding(Region.LUMBAR), finding(Region.CERVICAL))
    assert read(adjustments=adjustments, findings=found, activities=(STRENGTHEN, PRACTISE, MANUAL)).flags == ()


def test_hands_on_work_that_is_out_takes_nothing_out_with_it():
    """The adjustment takes the lumbar hands-on work out; paraffin, part of hands-on work that is paid, then stands."""
    manual = replace(MANUAL, regions=(Region.LUMBAR,))
    wax = replace(
        MANUAL, id="w", description="Paraffin bath to the low back", intents=(Intent.PAIN,), goal="", goal_id=""
    )
    wax = replace(wax, regions=(Region.LUMBAR,), delivery=Delivery.SET_UP)
    beside = bill(activities=(manual, wax), adjustments=(adjustment(Region.LUMBAR),))
    assert [line.code for line in beside.lines] == ["98940", "97018"]
    assert [line.code for line in beside.unbilled] == ["97140"]
