"""The words of flags and reasons: of one and of several, with a name and without, and quoting what they rest on."""

from dataclasses import replace

import pytest

from coding.engine.checks.case import WORDS_SHOWN, named, told
from coding.engine.facts import ActivityFacts, ClinicianFacts, FindingFacts, ServiceFacts
from coding.engine.vocabulary import Delivery, FindingKind, Region
from tests.engine.build import (
    EXAM,
    GROUP,
    INSURER,
    MANUAL,
    PRACTISE,
    RULES,
    STRENGTHEN,
    adjustment,
    earlier,
    episode,
    flag,
    lines,
    visit,
)

LUMBAR = (adjustment(Region.LUMBAR),)
IMPAIRMENT = "Lumbar flexion from 40 to 60 degrees"


def seen(slug, payer=INSURER, **facts):
    return flag(slug, payer, **facts).seen


# One and several


@pytest.mark.parametrize(
    ("slug", "silent"), [("response-is-described", {"response": ""}), ("skilled-input-is-described", {"why": ""})]
)
def test_one_row_has_no_others_beside_it(slug, silent):
    plain = replace(STRENGTHEN, description="Resisted hip bridges and side planks", response="Held 30 s", why="Cued")
    one, other = replace(plain, **silent), replace(plain, id="other", description="Side planks in rows", **silent)
    assert "more" not in seen(slug, activities=(one,))
    assert "and 1 more" in seen(slug, activities=(one, other))


@pytest.mark.parametrize(
    ("size", "said"), [(None, "the note does not say how many they were."), (1, "the note counts 1.")]
)
def test_a_group_too_small_is_told_apart_from_one_that_nobody_counted(size, said):
    assert seen("group-has-two", activities=(replace(GROUP, group_size=size),)).endswith(said)


def test_carried_parts_are_counted():
    assert seen("carried-text-is-confirmed", unconfirmed=1) == "1 carried-over part waits for a yes or no."
    assert seen("carried-text-is-confirmed", unconfirmed=2) == "2 carried-over parts wait for a yes or no."


def test_two_diagnoses_without_a_finding_are_named_together():
    both = episode(diagnoses=(*episode().diagnoses, *diagnosed("M54.2", "M99.02")))
    said = seen("diagnosis-rests-on-a-finding", services=(replace(EXAM, reason="Monthly"),), episodes=(both,))
    assert said == "Nothing was found where M54.2 and M99.02 are."


def diagnosed(*codes):
    first = episode().diagnoses[0]
    return tuple(replace(first, id=code, code=code) for code in codes)


# With a name and without


@pytest.mark.parametrize(("name", "called"), [("Dr. Adams", "Dr. Adams has"), ("", "The clinician has")])
def test_a_signer_without_a_credential_is_named(name, called):
    assert seen("author-has-a-credential", clinician=ClinicianFacts(name)).startswith(called)


def test_a_headline_names_the_region_of_a_check_that_is_told_for_each():
    title = RULES.checks["segment-is-named"].title
    assert flag("segment-is-named", adjustments=(adjustment(Region.LUMBAR, segment=""),)).title == f"{title}: lumbar"
    whole = RULES.checks["author-has-a-credential"]
    assert flag(whole.slug, clinician=ClinicianFacts("Dr. Adams")).title == whole.title


@pytest.mark.parametrize(("complaint", "of"), [("Low back pain", " of “Low back pain”"), ("", "")])
def test_a_plan_is_named_after_its_complaint(complaint, of):
    bare = episode(complaint=complaint, frequency="")
    assert seen("plan-of-care-is-complete", episodes=(bare,)).startswith(f"The plan of care{of} does not say")


def test_words_are_cut_only_where_they_are_too_long_for_a_sentence():
    fits = "Bridges " * 4 + "on a mat"
    assert (len(fits), named(ActivityFacts("a", fits))) == (WORDS_SHOWN, f"“{fits}”")
    assert named(ActivityFacts("a", fits + "s")) == f"“{fits.rsplit(' ', 1)[0]}…”"


def test_an_activity_without_words_is_one_activity_in_the_middle_of_a_sentence_too():
    alone = replace(STRENGTHEN, description=" ", delivery=Delivery.ON_OWN)
    assert seen("service-is-attended", activities=(alone,)).endswith("for one activity.")
    named = replace(alone, description="Theraband rows")
    assert seen("service-is-attended", activities=(named,)).endswith("for “Theraband rows”.")


@pytest.mark.parametrize(
    ("technique", "segment", "begins"),
    [
        ("", "", "One adjustment names"),
        ("Diversified", "", "Diversified names"),
        ("", "L4", "L4 names"),
        ("Diversified", "L4", "Diversified L4 names"),
    ],
)
def test_an_adjustment_without_a_region_is_called_by_what_is_known_of_it(technique, segment, begins):
    bare = adjustment(None, technique=technique, segment=segment)
    assert seen("adjustment-has-a-region", adjustments=(bare,)).startswith(begins)


@pytest.mark.parametrize(("complaint", "of"), [("Low back pain", " of “Low back pain”"), ("", "")])
def test_an_episode_is_named_where_it_has_a_name(complaint, of):
    plain = episode(complaint=complaint, goals=(), began_on=earlier(40).on)
    hands = replace(MANUAL, goal="", goal_id="")
    assert seen("re-examination-is-not-overdue", episodes=(plain,), history=()).startswith(
        f"The last examination{of} was"
    )
    said = seen("episode-has-a-functional-goal", episodes=(plain,), activities=(hands,))
    assert said == f"No goal{of} says what the patient is to be able to do again."


def test_a_payer_without_a_name_is_called_by_its_kind():
    wants = replace(INSURER, name="", wants_gp="all", distinct_on_tasks=True)
    reasons = {each.code: each.reason for each in lines(wants, activities=(PRACTISE,))["97530"].modifiers}
    assert reasons["59"].endswith("this payer wants it beside an adjustment.")
    assert reasons["GP"].startswith(INSURER.kind.label)
    named = {each.code: each.reason for each in lines(replace(wants, name="Blue Hill"))["98940"].modifiers}
    assert named["GP"].startswith("Blue Hill")


def test_a_service_that_is_paid_only_apart_is_called_by_the_clinicians_words():
    hands = replace(MANUAL, regions=(Region.LUMBAR,))
    assert seen("bundled-region-is-separate", activities=(hands,)).startswith("“Myofascial release")


def test_a_payer_that_wants_something_is_called_by_its_name_where_it_has_one():
    for name, said in (("Blue Hill", "Blue Hill pays for no more."), ("", "The payer pays for no more.")):
        few = replace(INSURER, name=name, most_lines=1)
        assert seen("visit-keeps-to-the-payers-limit", few, activities=(STRENGTHEN,)).endswith(said)


# What was seen


def test_words_that_stand_again_are_told_with_the_visit_they_were_written_for():
    said = {"subjective": "Sits 40 min. Woke twice.", "assessment": "Nearer to the goal. No red flags."}
    last, before = earlier(3, **said), earlier(6, **said)
    assert f"{told(last.on)}" in seen("text-is-not-cloned", history=(last, before), **said)


def test_a_method_that_is_known_is_used_and_one_that_is_not_is_asked_for():
    short = (replace(STRENGTHEN, minutes=8), replace(PRACTISE, minutes=8))
    said = flag("units-depend-on-the-method", activities=short)
    assert said.todo == "Nothing to do: the payer's method is used."


@pytest.mark.parametrize(
    ("goal", "said"),
    [
        (" ", "serves no goal yet."),
        ("Feel better", "The goal “Feel better” does not say what the patient is to be able to do again."),
    ],
)
def test_a_missing_purpose_is_told_apart_from_one_that_says_nothing(goal, said):
    row = replace(STRENGTHEN, goal=goal)
    assert seen("therapy-has-a-functional-goal", activities=(row,), episodes=(episode(goals=()),)).endswith(said)


def test_a_goal_is_quoted_where_it_stands():
    """The words of a picked goal stand in the episode, so there is nothing to mark in the row."""
    own = replace(STRENGTHEN, goal=IMPAIRMENT, goal_id="")
    quoted = flag("therapy-has-a-functional-goal", activities=(own,), episodes=(episode(goals=()),)).because
    assert quoted and all(IMPAIRMENT[piece.start : piece.end] == piece.text for piece in quoted)
    stiff = replace(episode().goals[0], text=IMPAIRMENT)
    picked = replace(STRENGTHEN, goal="", goal_id=stiff.id)
    facts = {"activities": (picked,), "episodes": (episode(goals=(stiff,)),)}
    assert flag("therapy-has-a-functional-goal", **facts).because == ()


def test_signs_that_were_found_are_named_and_so_is_that_there_were_none():
    tender = FindingFacts("f", FindingKind.PAIN, Region.LUMBAR, words="L4 tender")
    weak = replace(tender, kind=FindingKind.STRENGTH, words="glutes 4/5")
    said = seen("adjusted-region-shows-part", adjustments=LUMBAR, findings=(tender,))
    assert said.endswith(f"are only {FindingKind.PAIN.label}.")
    said = seen("adjusted-region-shows-part", adjustments=LUMBAR, findings=(weak,))
    assert said.endswith("are none of pain, asymmetry, range of motion and tissue tone.")


def test_what_answers_training_is_looked_for_from_the_examination_on():
    bare = earlier(7, services=(ServiceFacts("first-exam", "99203", "First examination"),))
    said = seen("exercise-answers-an-objective-loss", activities=(STRENGTHEN,), history=(bare,), findings=())
    assert f"since the examination of {told(bare.on)} no loss" in said
    assert "so far no loss" in seen(
        "exercise-answers-an-objective-loss", activities=(STRENGTHEN,), history=(), findings=()
    )


def test_a_field_to_go_to_is_the_one_that_holds_the_number():
    slug = "daily-maximum-is-kept"
    timed = flag(slug, activities=(replace(STRENGTHEN, minutes=98),), total_minutes=120)
    second = flag(slug, same_day=(visit(),))
    assert (timed.field, second.field) == ("minutes", "services")
