"""What was done and what it was for, where they point to different services or to different parts of the body.

An exercise of one part so that stairs are easier is no contradiction: it serves them. A shirt buttoned for the thigh's
force, massage for stamina, or the shoulder exercised for the knee serves nothing, and a person must say which was meant.
"""

from collections.abc import Sequence
from typing import Final

from coding.engine.choosing.case import FUNCTIONS, GOAL, PLAIN_CONCEPTS, Case, all_because
from coding.engine.choosing.hands import done_by_the_patient, work_of_hands
from coding.engine.choosing.no_service import parts_of, quoted
from coding.engine.choosing.passing import only_where
from coding.engine.reading.lexicon import shipped, tells
from coding.engine.reading.normalise import Token
from coding.engine.reading.read import DESCRIPTION, Hit
from coding.engine.results import Because, Choice

RULE: Final = "serves-another-aim"
FACTS: Final = frozenset({RULE, "another-part-of-the-body"})
FORCE: Final = frozenset({"strength", "force_measure"})
STAMINA: Final = frozenset({"endurance", "stamina_measure"})
LENGTH: Final = frozenset({"flexibility"})
STEADINESS: Final = frozenset({"balance", "proprioception", "coordination", "steadiness_measure"})
OF_A_PART: Final = frozenset({*FORCE, *LENGTH, "motion", "range_measure"})
EXERCISED: Final = ("isolated", "plane", "gym_move", "move", "sit_stand", "control_deed", "walking", "cardio", "water")
LIMBS: Final = ("arm_part", "leg_part", "neck_part")
# The arm and the neck share nerves and muscles; nothing joins either of them to the leg but the trunk.
APART: Final = frozenset(
    {("arm_part", "leg_part"), ("leg_part", "arm_part"), ("neck_part", "leg_part"), ("leg_part", "neck_part")}
)


def for_another_service(case: Case) -> Choice | None:
    """Ask where hands, a skill, a task or a stretch stands beside a goal that it cannot serve."""
    if case.activity.intents or not (aimed := _plainly_aimed(case)):
        return None
    concepts = frozenset(hit.concept for hit in aimed)
    deeds = _hands(case, concepts) or _skill(case, concepts) or _task(case, concepts) or _stretch(case, concepts)
    return case.ask("contradiction_of_words", all_because(deeds + aimed, RULE)) if deeds else None


def _plainly_aimed(case: Case) -> tuple[Hit, ...]:
    """Return what the written goal aims at, where that is nothing but capacities or control."""
    if not case.reading.runs.get(GOAL) or case.reading.has(*FUNCTIONS, "tissue", "relaxation", "swelling", field=GOAL):
        return ()
    if tells("of_comfort", case.reading.runs[GOAL]):
        return ()  # a grip without pain
    return case.reading.find(*PLAIN_CONCEPTS, field=GOAL)


def _hands(case: Case, aimed: frozenset[str]) -> tuple[Hit, ...]:
    """Return hands-on work beside a goal of force or stamina: neither grows while somebody lies still."""
    if (
        not aimed <= FORCE | STAMINA
        or case.done(*EXERCISED, "teach", "passive", "equipment")
        or done_by_the_patient(case)
    ):
        return ()
    named = work_of_hands(case)
    return () if any(case.tells("resisted", hit) for hit in named) else named


def _skill(case: Case, aimed: frozenset[str]) -> tuple[Hit, ...]:
    """Return self-care that is practised beside a goal of force or stamina of a part."""
    if not aimed <= FORCE or case.done(*EXERCISED) or tells("in_rounds", case.description):
        return ()
    return case.done("self_care")


def _task(case: Case, aimed: frozenset[str]) -> tuple[Hit, ...]:
    """Return a load lifted or a transfer rehearsed beside a goal of tissue length alone."""
    if (
        not aimed <= LENGTH
        or case.done("isolated", "plane", *LENGTH, "gym_move")
        or tells("length_work", case.description)
    ):
        return ()
    moved, things = case.done("move", "transfer"), case.done("object", "rehearsal")
    return moved + things if moved and things else ()


def _stretch(case: Case, aimed: frozenset[str]) -> tuple[Hit, ...]:
    """Return stretching, and nothing else, beside a goal of balance, stamina or force."""
    if not aimed <= STEADINESS | STAMINA | FORCE or tells("more_than_length", case.description):
        return ()
    if case.done("control_deed", "gym_move", "cardio", "walking", "control", "retrain", *aimed):
        return ()
    return tuple(hit for hit in case.done("flexibility", "isolated", "passive") if case.tells("length_work", hit))


@only_where(*LIMBS)
def for_another_part(case: Case) -> Choice | None:
    """Ask where the arm or neck is treated for the leg, or the other way round, and nothing joins them."""
    if (
        case.activity.intents
        or not case.reading.runs.get(GOAL)
        or not case.reading.has(*OF_A_PART, "plane", "isolated", field=GOAL)
    ):
        return None
    if case.reading.has(*FUNCTIONS, field=GOAL):
        return None
    aimed = _limbs(case.reading.runs[GOAL])
    if len(aimed) != 1 or tells("whole_body", case.reading.runs[GOAL]):
        return None
    if not (treated := _limbs(case.description)) or tells("whole_body", case.description):
        return None
    if not all((one, aimed[0]) in APART for one in treated):
        return _beside_the_part(case, treated, aimed)
    return case.ask("contradiction_of_words", _limbs_quoted(case, treated, aimed))


def _beside_the_part(case: Case, treated: Sequence[str], aimed: Sequence[str]) -> Choice | None:
    """Ask which of two is meant where an exercise of the arm and one of the leg are counted, and the goal knows but one."""
    if any(one == aimed[0] or (one, aimed[0]) in APART for one in treated) and len(treated) > 1:
        counted = [part for part in parts_of(case.description) if tells("counted_out", case.description[slice(*part)])]
        apart = [limbs for part in counted if (limbs := _limbs(case.description[slice(*part)]))]
        if len(apart) > 1 and {aimed} != set(apart):
            return case.ask("two_things", _limbs_quoted(case, treated, aimed))
    return None


def _limbs(run: Sequence[Token]) -> tuple[str, ...]:
    return tuple(limb for limb in LIMBS if tells(limb, run))


def _limbs_quoted(case: Case, treated: Sequence[str], aimed: Sequence[str]) -> tuple[Because, ...]:
    places = [(DESCRIPTION, one) for limb in treated for one in shipped().signalled(limb, case.description)]
    if case.activity.goal:  # the words of a picked goal stand in another record
        places += [(GOAL, one) for limb in aimed for one in shipped().signalled(limb, case.reading.runs[GOAL])]
    return quoted(case, places, "another-part-of-the-body")
