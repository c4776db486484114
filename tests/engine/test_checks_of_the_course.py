"""Checks across visits: what is compared with the visits before, and what is told once."""

from dataclasses import replace
from datetime import timedelta

import pytest

from coding.engine.facts import FindingFacts, GoalFacts, ServiceFacts, StandFacts
from coding.engine.vocabulary import CarePhase, FindingKind, Intent, Region, Side
from tests.engine.build import (
    DAY,
    EXAM,
    EXAMINED,
    INSURER,
    LIFT,
    MEDICARE,
    SELF_PAY,
    STRENGTHEN,
    earlier,
    episode,
    finding,
    flag,
    slugs,
)

# Copied words and numbers

SAID = {"subjective": "Sits 40 min. Woke twice. Took no tablets.", "assessment": "Nearer to the goal. No red flags."}


@pytest.mark.parametrize(("payer", "weight"), [(INSURER, "warn"), (MEDICARE, "warn"), (SELF_PAY, "tip")])
def test_the_words_of_the_last_visit_are_noticed(payer, weight):
    history = (earlier(3, **SAID), EXAMINED)
    assert slugs(payer, history=history, findings=(), adjustments=(), **SAID) == {"text-is-not-cloned": weight}
    assert flag("text-is-not-cloned", history=history, **SAID).field == "subjective"


@pytest.mark.parametrize(
    ("subjective", "raised"),
    [
        ("sits 40 min;  woke TWICE\ntook no tablets", True),
        ("Sits 40 min. Woke once. Took no tablets.", True),  # four of five
        ("Sits 55 min. Woke once. Took no tablets.", False),
        ("Sits 40 min. Woke twice. Took no tablets. Slept on the sofa. Drove an hour.", False),
        ("", True),
    ],
)
def test_four_of_five_sentences_are_too_many(subjective, raised):
    now = {**SAID, "subjective": subjective}
    assert ("text-is-not-cloned" in slugs(history=(earlier(3, **SAID), EXAMINED), **now)) is raised


def test_one_sentence_may_hold_and_only_the_last_visit_is_compared():
    once = {"subjective": "No change.", "assessment": ""}
    assert "text-is-not-cloned" not in slugs(history=(earlier(3, **once), EXAMINED), **once)
    assert "text-is-not-cloned" not in slugs(history=(earlier(3), earlier(5, **SAID), EXAMINED), **SAID)
    assert "text-is-not-cloned" not in slugs(history=(), **SAID)


def test_the_plan_may_repeat():
    same = earlier(3, plan="Twice a week. Bridges at home. Ice.")
    assert slugs(plan=same.plan, history=(same, EXAMINED)) == {}


def measured(flexion, hold):
    return (
        FindingFacts("f", FindingKind.MOTION, Region.LUMBAR, value=str(flexion), unit="°", words="flexion"),
        FindingFacts("h", FindingKind.ENDURANCE, Region.TRUNK, Side.LEFT, value=str(hold), unit="s", words="hold"),
        finding(Region.LUMBAR),
    )


@pytest.mark.parametrize(
    ("before", "raised"),
    [
        ([(40, 30), (40, 30)], True),
        ([(40, 30), (40, 28)], False),
        ([(35, 30), (40, 30)], False),
        ([(40, 30)], False),
    ],
)
def test_the_same_numbers_for_the_third_time_are_noticed(before, raised):
    history = (*(earlier(3 + 2 * i, findings=measured(*each)) for i, each in enumerate(before)), EXAMINED)
    found = slugs(findings=measured(40, 30), history=history)
    assert ("text-is-not-cloned" in found) is raised
    if raised:
        assert flag("text-is-not-cloned", findings=measured(40, 30), history=history).field == "findings"


def test_a_single_number_may_hold():
    same = measured(40, 30)[:1]
    assert slugs(findings=same, adjustments=(), history=(earlier(3, findings=same), earlier(5, findings=same))) == {}


# Examined again


@pytest.mark.parametrize(
    ("days", "weights"), [(24, (None, None)), (25, ("tip", "tip")), (29, ("tip", "tip")), (30, ("warn", "tip"))]
)
def test_an_examination_is_due_after_a_month(days, weights):
    facts = {"episodes": (episode(began_on=DAY - timedelta(days=days)),), "history": ()}
    own = {**facts, "episodes": (episode(SELF_PAY, began_on=DAY - timedelta(days=days)),)}
    slug = "re-examination-is-not-overdue"
    assert (slugs(**facts).get(slug), slugs(SELF_PAY, **own).get(slug)) == weights


LONG_AGO = DAY - timedelta(days=40)


@pytest.mark.parametrize(
    "facts",
    [
        {"services": (replace(EXAM, reason="planned"),)},
        {"episodes": (episode(began_on=LONG_AGO, reviewed_on=DAY - timedelta(days=10)),)},
        {"history": (earlier(20, services=(EXAM,)),)},
        {"care_phase": CarePhase.MAINTENANCE},
        {"episodes": (episode(),), "history": ()},
    ],
)
def test_an_exam_or_a_review_of_the_plan_answers_it(facts):
    given = {"episodes": (episode(began_on=LONG_AGO),), **facts}
    assert "re-examination-is-not-overdue" not in slugs(**given)


def test_an_xray_or_an_exam_of_another_complaint_is_no_re_examination():
    xray = ServiceFacts("x", "72100", "X-ray")
    elsewhere = replace(EXAM, episode_id="e2")
    history = (earlier(5, services=(xray,)), earlier(6, services=(elsewhere,), episodes=(episode(), episode(id="e2"))))
    found = flag("re-examination-is-not-overdue", episodes=(episode(began_on=LONG_AGO),), history=history)
    assert (found.about, found.field, "40 days" in found.seen) == ("e1", "services", True)


# Goals

STILL = "goals-move-or-care-changes"


def course(*days, **facts):
    return tuple(earlier(each, **facts) for each in days)


@pytest.mark.parametrize(
    ("days", "raised"),
    [((29,), False), ((30,), True), (range(2, 20, 2), False), (range(2, 22, 2), True), (range(2, 24, 2), True)],
)
def test_goals_that_stand_still_for_thirty_days_or_ten_visits_are_noticed(days, raised):
    assert (STILL in slugs(history=course(*days))) is raised


@pytest.mark.parametrize(("value", "raised"), [("15", False), ("10", True), (" 10 ", True), ("unable", False)])
def test_a_goal_that_moves_either_way_answers_it(value, raised):
    goals = (replace(LIFT, baseline="10", target="30"),)
    history = course(12, 31, episodes=(episode(goals=goals),))
    now = {"episodes": (episode(goals=goals),), "progress": (StandFacts(LIFT.id, value),)}
    assert (STILL in slugs(history=history, **now)) is raised


def test_it_counts_from_the_last_time_that_a_goal_moved():
    goals = (replace(LIFT, baseline="10", target="30"),)
    served = {"episodes": (episode(goals=goals),)}
    moved = earlier(29, progress=(StandFacts(LIFT.id, "15"),), **served)
    again = earlier(5, progress=(StandFacts(LIFT.id, "15"),), **served)
    assert STILL not in slugs(history=(again, moved, *course(40, **served)), **served)
    moved = replace(moved, on=DAY - timedelta(days=30))
    assert "in 30 days and 2 visits" in flag(STILL, history=(again, moved, *course(40, **served)), **served).seen


@pytest.mark.parametrize(
    "changed",
    [{"frequency": "once a week"}, {"duration": "2 weeks"}, {"goals": (LIFT, GoalFacts("g2", "Walk 30 minutes"))}],
)
def test_a_plan_that_changes_answers_it(changed):
    assert STILL not in slugs(episodes=(episode(**changed),), history=course(10, 31))


def test_what_was_told_of_one_complaint_is_not_said_of_the_other():
    back, neck = episode(id="back"), episode(id="neck")
    both = {"episodes": (back, neck), "told": frozenset({STILL})}
    course_of_both = tuple(earlier(days, episodes=(back, neck)) for days in (40, 50))
    for about, left in (("back", "neck"), ("neck", "back")):
        last = earlier(10, **both, reasoned=frozenset({(STILL, about)}))
        assert flag(STILL, episodes=(back, neck), history=(last, *course_of_both)).about == left
    assert STILL not in slugs(episodes=(back, neck), history=(earlier(10, **both), *course_of_both))


def test_a_reason_that_was_given_for_a_row_is_one_for_its_complaint():
    back, neck = episode(id="back"), episode(id="neck")
    old = earlier(9, services=EXAMINED.services, episodes=(back, neck))
    given = replace(STRENGTHEN, episode_id="back")
    last = earlier(3, episodes=(back, neck), activities=(given,), told=frozenset({LOSS}))
    facts = {"episodes": (back, neck), "history": (replace(last, reasoned=frozenset({(LOSS, given.id)})), old)}
    assert LOSS not in slugs(activities=(given,), **facts)
    assert LOSS in slugs(activities=(replace(given, episode_id="neck"),), **facts)


def test_standing_still_is_told_once_in_thirty_days_and_not_in_maintenance():
    told = frozenset({STILL})
    assert STILL not in slugs(history=(earlier(29, told=told), *course(40, 50)))
    assert STILL in slugs(history=(earlier(30, told=told), *course(40, 50)))
    assert STILL not in slugs(history=course(31), care_phase=CarePhase.MAINTENANCE)
    assert slugs(SELF_PAY, history=course(31), episodes=(episode(SELF_PAY),))[STILL] == "tip"


def test_an_episode_without_goals_has_none_that_stand_still():
    nothing = {"episodes": (episode(goals=()),)}
    assert STILL not in slugs(history=course(31, **nothing), **nothing)


# Dose

DOSE = "dose-progresses-or-says-why"


@pytest.mark.parametrize(
    ("changed", "raised"),
    [
        ({}, True),
        ({"dose": "3 X  10"}, True),
        ({"dose": "3 x 12"}, False),
        ({"minutes": 20}, False),
        ({"description": "Resisted hip bridges on the ball to strengthen the trunk extensors"}, False),
        ({"response": "Held at this load until the flare-up settles"}, False),
        ({"why": "not ready to increase, loses neutral at rep 8"}, False),
        ({"response": "Held 30 s without pain"}, True),
    ],
)
def test_a_dose_that_stays_for_four_visits_is_pointed_out(changed, raised):
    history = (*course(2, 4, 6, 8, activities=(STRENGTHEN,)), replace(EXAMINED, on=DAY - timedelta(days=10)))
    assert slugs(activities=(replace(STRENGTHEN, **changed),), history=history) == ({DOSE: "tip"} if raised else {})


def test_three_visits_are_no_habit_and_it_is_told_once_for_an_episode():
    history = (*course(2, 4, 6, activities=(STRENGTHEN,)), EXAMINED)
    assert DOSE not in slugs(activities=(STRENGTHEN,), history=history)
    history = (*course(2, 4, 6, activities=(STRENGTHEN,)), earlier(7, activities=(STRENGTHEN,), told=frozenset({DOSE})))
    assert DOSE not in slugs(activities=(STRENGTHEN,), history=history)
    assert DOSE in slugs(activities=(STRENGTHEN,), history=course(2, 4, 6, 8, activities=(STRENGTHEN,)))


def test_the_plan_may_say_when_a_dose_is_to_grow():
    history = (*course(2, 4, 6, 8, activities=(STRENGTHEN,)), EXAMINED)
    assert DOSE not in slugs(activities=(STRENGTHEN,), history=history, plan="Progress load next week if form holds")


# What training answers

STAND = replace(
    STRENGTHEN,
    id="stand",
    description="Single-leg stance on foam with eyes closed to retrain balance and position sense of the ankle",
    intents=(Intent.BALANCE, Intent.PROPRIOCEPTION),
    regions=(Region.ANKLE_FOOT,),
)
WALK = replace(
    STRENGTHEN,
    id="walk",
    description="Gait training on level floor, cues for heel strike and equal step length on the right",
    intents=(Intent.GAIT,),
)
LOSS, CONTROL, GAIT = (
    "exercise-answers-an-objective-loss",
    "control-deficit-was-found",
    "gait-deviation-was-found",
)


@pytest.mark.parametrize(("row", "slug"), [(STRENGTHEN, LOSS), (STAND, CONTROL), (WALK, GAIT)])
def test_training_answers_something_that_was_found(row, slug):
    assert slugs(activities=(row,)) == {}
    assert slugs(activities=(row,), history=()) == {slug: "warn"}
    assert slug not in slugs(MEDICARE, activities=(row,), history=())
    assert slug not in slugs(SELF_PAY, activities=(row,), history=())
    found = flag(slug, activities=(row,), history=())
    assert (found.about, found.field, "so far" in found.seen) == (row.id, "findings", True)


def of_kind(kind, words="", value="", unit=""):
    return (finding(Region.LUMBAR), FindingFacts("k", kind, Region.HIP, words=words, value=value, unit=unit))


@pytest.mark.parametrize(
    ("row", "slug", "findings", "raised"),
    [
        (STRENGTHEN, LOSS, of_kind(FindingKind.STRENGTH, "glute med", "4", "/5"), False),
        (STRENGTHEN, LOSS, of_kind(FindingKind.STRENGTH, "glute med", "5", "/5"), True),
        (STRENGTHEN, LOSS, of_kind(FindingKind.STRENGTH, "normal throughout"), True),
        (STRENGTHEN, LOSS, of_kind(FindingKind.MOTION, "flexion", "40", "°"), True),
        (STRENGTHEN, LOSS, of_kind(FindingKind.FUNCTION, "sit-to-stand in 30 s", "9"), False),
        (STRENGTHEN, LOSS, of_kind(FindingKind.ORTHOPAEDIC, "resisted abduction weak on the left"), False),
        (replace(STRENGTHEN, intents=()), LOSS, of_kind(FindingKind.STRENGTH, "glute med", "4", "/5"), False),
        (STAND, CONTROL, of_kind(FindingKind.BALANCE, "on one leg", "8", "s"), False),
        (STAND, CONTROL, of_kind(FindingKind.BALANCE, "Romberg negative, steady"), True),
        (STAND, CONTROL, of_kind(FindingKind.ORTHOPAEDIC, "Trendelenburg on the right"), False),
        (STAND, CONTROL, of_kind(FindingKind.PAIN, "tender, no sway"), True),
        (WALK, GAIT, of_kind(FindingKind.GAIT, "normal, but right step short"), False),
        (WALK, GAIT, of_kind(FindingKind.GAIT, "unremarkable"), True),
        (WALK, GAIT, of_kind(FindingKind.FUNCTION, "limps after ten minutes"), False),
    ],
)
def test_a_finding_counts_when_it_tells_of_the_deficit(row, slug, findings, raised):
    assert (slug in slugs(activities=(row,), findings=findings, history=())) is raised


def test_words_under_objective_count_as_well():
    assert slugs(activities=(WALK,), history=(), objective="Antalgic gait on the right.") == {}
    assert GAIT in slugs(activities=(WALK,), history=(), objective="Gait unremarkable. Posture upright.")


def test_findings_hold_until_the_next_examination_and_the_flag_is_told_once_in_a_period():
    old = replace(EXAMINED, on=DAY - timedelta(days=14))
    new = earlier(7, services=(EXAM,))
    assert LOSS in slugs(activities=(STRENGTHEN,), history=(new, old))
    assert LOSS not in slugs(activities=(STRENGTHEN,), history=(earlier(3, told=frozenset({LOSS})), new, old))
    assert LOSS in slugs(activities=(STRENGTHEN,), history=(new, replace(old, told=frozenset({LOSS}))))


def test_findings_of_another_complaint_answer_nothing():
    other = replace(EXAMINED, findings=tuple(replace(row, episode_id="e2") for row in EXAMINED.findings))
    assert LOSS in slugs(activities=(STRENGTHEN,), history=(other,))
    elsewhere = replace(EXAMINED, episodes=(episode(id="e2"),))
    assert LOSS in slugs(activities=(STRENGTHEN,), history=(elsewhere,))
    two = flag(LOSS, activities=(STRENGTHEN, replace(STRENGTHEN, id="again")), history=())
    assert two.about == STRENGTHEN.id
