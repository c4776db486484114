"""Each check: the visit that it is quiet about, and the one that it is not. First what all share, and the note."""

from dataclasses import replace
from datetime import timedelta

import pytest

from coding.engine.checks import CHECKS
from coding.engine.checks.case import slug_of
from coding.engine.facts import AlertFacts, ClinicianFacts, PayerFacts
from coding.engine.vocabulary import Delivery, Intent, PayerKind, Region, UnitMethod
from tests.engine.build import (
    DAY,
    EXAM,
    GROUP,
    INSURER,
    MANUAL,
    MEDICARE,
    PRACTISE,
    RULES,
    SELF_PAY,
    STRENGTHEN,
    adjustment,
    finding,
    flag,
    read,
    slugs,
)

CMS = replace(INSURER, unit_method=UnitMethod.TOTAL_TIME)


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
    raised = slugs(SELF_PAY, activities=(replace(STRENGTHEN, goal="", delivery=None),))
    assert raised == {"therapy-has-a-functional-goal": "tip", "delivery-is-stated": "warn"}


def test_a_flag_says_what_was_seen_where_to_go_and_for_whom():
    found = flag("adjusted-region-was-examined", findings=())
    assert found.seen == "The lumbar spine was adjusted but not examined today."
    assert (found.about, found.field, found.payer_id) == ("adjusted-lumbar", "findings", "insurer")
    assert found.title == f"{RULES.checks[found.slug].title}: lumbar" and found.matters and found.todo


def test_the_heaviest_flags_come_first():
    flags = read(unconfirmed=1, findings=(), activities=(replace(STRENGTHEN, minutes=5, delivery=None),)).flags
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
