"""Effort against control and walking: what the words for pulse and pace, or for a sense that is taken away, tell."""

from typing import Final

from coding.engine.choosing.case import DESCRIPTION, GOAL, Aim, Case
from coding.engine.reading.lexicon import tells
from coding.engine.reading.read import Hit

CAPACITIES: Final = ("strength", "stability", "endurance", "motion", "flexibility")
FORCE_OR_STAMINA: Final = frozenset({"strength", "endurance"})


def walks_for_stamina(case: Case) -> tuple[Hit, ...]:
    """Return the signs of effort where somebody walks to walk longer, and nothing is said of how (97116 is no stamina)."""
    watched = case.done("stamina_measure", "endurance")
    longer = tuple(hit for hit in case.reading.find("life", field=GOAL) if case.tells("longer", hit))
    stamina = case.reading.has("endurance", field=GOAL) or (longer and (watched or Aim.CAPACITY in case.aims))
    if not stamina or not case.done("walking", "cardio"):
        return ()
    ways = tuple(hit for hit in case.named(Aim.GAIT) if not _is_well(case, hit))
    how = ways + case.done("walking_aid", "gait_label", "gait_aid", "object", "move", "rehearsal")
    return () if how or case.reading.has("gait", field=GOAL) else watched + longer


def _is_well(case: Case, hit: Hit) -> bool:
    """Say whether a thing is named because nothing is wrong with it ("normal gait")."""
    return tells("well", case.reading.runs[hit.field][max(hit.first - 1, 0) : hit.first])


def nothing_but_drills(case: Case) -> tuple[Hit, ...]:
    """Return drills of control that no exercise stands beside, where force or stamina is the written goal: which is it?"""
    if case.activity.intents or case.reading.find(*CAPACITIES, field=DESCRIPTION) or _exercised_beside_drills(case):
        return ()
    drills = case.done("control_deed")
    aimed = {hit.concept for hit in case.reading.find(*CAPACITIES, field=GOAL)}
    plainly = any(case.tells("senses", hit) for hit in drills)
    return drills if plainly and aimed and aimed <= FORCE_OR_STAMINA else ()


def _exercised_beside_drills(case: Case) -> bool:
    return bool(case.done("isolated", "plane", "gym_move", "move", "sit_stand", "walking", "cardio", "force_measure"))
