"""The checks of adjustments, of services beside each other, and of diagnoses."""

from dataclasses import replace

import pytest

from coding.engine.facts import DiagnosisFacts, PayerFacts
from coding.engine.vocabulary import CarePhase, PayerKind, Region
from tests.engine.build import (
    DIAGNOSES,
    EXAM,
    GROUP,
    INSURER,
    MANUAL,
    MASSAGE,
    MEDICARE,
    PRACTISE,
    SELF_PAY,
    STRENGTHEN,
    adjustment,
    episode,
    flag,
    slugs,
    visit,
)


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
    assert "adjusted-region-was-examined" not in slugs(objective=words, **rows)
    assert "adjusted-region-was-examined" in slugs(objective=f"{words}: not examined today", **rows)


def test_an_exam_beside_an_adjustment_says_why():
    found = flag("exam-is-more-than-the-adjustment", services=(EXAM,))
    assert (found.about, found.field, found.severity) == ("exam", "services", "line_stop")
    assert slugs(services=(replace(EXAM, reason="New injury"),)) == slugs(services=(EXAM,), adjustments=()) == {}


EXAM_APART = "exam-is-more-than-the-adjustment"
ADJUSTED_ONLY = visit()
EXAMINED_ONLY = visit(services=(EXAM,), adjustments=())


def test_an_exam_says_why_when_the_adjustment_stands_in_an_earlier_note_of_the_day():
    today = {"adjustments": (), "same_day": (ADJUSTED_ONLY,)}
    found = flag(EXAM_APART, services=(EXAM,), **today)
    assert (found.about, found.field, found.severity) == ("exam", "services", "line_stop")
    assert EXAM_APART not in slugs(services=(replace(EXAM, reason="Fell at noon"),), **today)
    assert EXAM_APART not in slugs(services=(EXAM,), adjustments=(), same_day=(EXAMINED_ONLY,))


def test_an_adjustment_after_a_signed_exam_of_the_day_is_warned_of():
    found = flag(EXAM_APART, same_day=(EXAMINED_ONLY,))
    assert (found.about, found.field, found.severity) == ("adjusted-lumbar", "adjustments", "warn")
    assert EXAM_APART not in slugs(adjustments=(), same_day=(EXAMINED_ONLY,))
    with_reason = replace(EXAM, reason="Fell in the morning")
    marked = visit(services=(with_reason,))
    assert EXAM_APART not in slugs(same_day=(marked,))


def test_medicare_pays_for_no_exam_that_could_be_marked():
    earlier = replace(EXAMINED_ONLY, episodes=(episode(MEDICARE),))
    assert EXAM_APART not in slugs(MEDICARE, same_day=(earlier,))


@pytest.mark.parametrize(("kind", "raised"), [(kind, kind == "insurer") for kind in PayerKind])
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
    assert slugs(SELF_PAY, episodes=(episode(SELF_PAY, diagnoses=()),)) == {}


def test_medicare_wants_the_subluxation_first():
    pain_first = (episode(MEDICARE, diagnoses=DIAGNOSES[::-1]),)
    assert slugs(MEDICARE, episodes=pain_first) == {"subluxation-diagnosis-comes-first": "line_stop"}
    undotted = (episode(MEDICARE, diagnoses=(DiagnosisFacts("d", "m9903"),)),)
    assert slugs(MEDICARE, episodes=undotted) == {}
    assert "subluxation-diagnosis-comes-first" not in slugs(MEDICARE, episodes=(episode(MEDICARE, diagnoses=()),))
    assert slugs(episodes=(episode(diagnoses=DIAGNOSES[::-1]),)) == {}
