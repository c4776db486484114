"""How much each check weighs, for an insurer, for Medicare and for a patient who pays for himself: the policy as a table.

S stops the note, L the line, W wants a reason, T is a tip, and a dash is not raised. What a payer's profile softens or
hardens stands behind a stroke.
"""

from dataclasses import replace

import pytest

from coding.engine.facts import GoalFacts
from coding.engine.vocabulary import CarePhase, PayerKind
from tests.engine.build import LIFT, MEDICARE, RULES, episode, flag, slugs

LETTERS = {"note_stop": "S", "line_stop": "L", "warn": "W", "tip": "T", None: "-"}
TABLE = """
author-has-a-credential                   S   S  S
date-is-not-in-the-future                 S   S  S
carried-text-is-confirmed                 S   S  S
adjustment-has-a-region                   S   S  S
contraindication-is-answered              S   S  S
note-says-how-it-went                     W   W  T
intent-is-stated                          L   -  T
description-is-specific                   L   -  T
service-is-attended                       L   -  T
timed-service-has-minutes                 L   -  L
minutes-fit-the-visit                     L   -  L
delivery-is-stated                        L   -  W
performer-may-deliver-it                  L   -  W
group-has-two                             L   -  W
time-is-counted-once                      L   -  W
total-minutes-are-recorded                W/S -  T
therapy-has-a-functional-goal             L   -  T
episode-has-a-functional-goal             W   W  T
goal-is-measurable                        W   W  T
two-codes-serve-two-goals                 W   -  T
same-minutes-have-one-code                L   -  T
dose-is-described                         W   -  T
response-is-described                     W   -  T
skilled-input-is-described                W   -  T
dose-progresses-or-says-why               T   -  -
exercise-answers-an-objective-loss        W   -  -
control-deficit-was-found                 W   -  -
gait-deviation-was-found                  W   -  -
adjusted-region-was-examined              W   L  T
adjusted-region-shows-part                T   L  -
segment-is-named                          T   L  -
adjusted-region-has-a-diagnosis           L   L  -
line-points-to-a-diagnosis                L   L  -
subluxation-diagnosis-comes-first         -   L  -
diagnosis-rests-on-a-finding              W   W  -
diagnosis-is-as-specific-as-the-findings  T   T  -
regions-do-not-share-one-diagnosis        W   W  -
plan-of-care-is-complete                  W   L  -
service-is-in-the-plan                    W   L  -
re-examination-is-not-overdue             W/T W/T T
goals-move-or-care-changes                W   W  T
active-care-is-not-maintenance            W   L  -
notice-is-on-file                         -   L  -
pair-is-never-paid-together               L/T L/T -
bundled-region-is-separate                L/T -  -
daily-maximum-is-kept                     W   W  -
exam-is-more-than-the-adjustment          L/W L/W T
new-patient-is-new                        L   L  T
text-is-not-cloned                        W   W  T
timed-services-are-few                    T   -  -
units-depend-on-the-method                T   -  -
total-reaches-eight-minutes               T   -  -
level-is-borne-out                        W   W  -
record-supports-more                      T   T  -
visit-is-authorised                       W   W  -
times-of-day-are-stated                   W   -  -
visit-keeps-to-the-payers-limit           W   W  -
"""
ROWS = [line.split() for line in TABLE.strip().splitlines()]
KINDS = (PayerKind.INSURER, PayerKind.MEDICARE, PayerKind.SELF_PAY)


def weight(slug: str, kind: PayerKind) -> str:
    usual = RULES.severity(slug, kind)
    others = {RULES.severity(slug, kind, grade) for grade in ("softer", "harder")} - {usual}
    return "/".join(LETTERS[each] for each in (usual, *others))


def test_every_check_stands_in_the_table():
    assert {slug for slug, *_ in ROWS} == set(RULES.checks)


@pytest.mark.parametrize(
    ("slug", "weights"), [(slug, weights) for slug, *weights in ROWS], ids=[row[0] for row in ROWS]
)
def test_a_check_weighs_what_the_table_says(slug, weights):
    assert [weight(slug, kind) for kind in KINDS] == weights


# The goals of a plan that Medicare reads


CARRY = GoalFacts("g2", "Carry a box")


def test_medicare_reads_the_goals_of_the_plan_though_it_pays_for_no_therapy():
    stiff = episode(MEDICARE, goals=(GoalFacts("g2", "Less stiffness"),))
    assert slugs(MEDICARE, episodes=(stiff,)) == {"episode-has-a-functional-goal": "warn"}
    vague = episode(MEDICARE, goals=(LIFT, CARRY))
    assert slugs(MEDICARE, episodes=(vague,)) == {"goal-is-measurable": "warn"}
    found = flag("goal-is-measurable", MEDICARE, episodes=(vague,))
    assert (found.about, found.field) == (vague.id, "care_goals") and "“Carry a box”" in found.seen
    assert slugs(MEDICARE, episodes=(replace(vague, goals=(LIFT, replace(CARRY, target="30 lb"))),)) == {}


def test_goals_of_maintenance_and_of_an_insurers_adjustment_are_not_asked_for():
    stiff = GoalFacts("g2", "Less stiffness")
    told = slugs(MEDICARE, episodes=(episode(MEDICARE, goals=(stiff,)),), care_phase=CarePhase.MAINTENANCE)
    assert "episode-has-a-functional-goal" not in told
    assert slugs(episodes=(episode(goals=(stiff,)),)) == {}
