"""Work of the provider's hands: mobilising, or massage (ACA, ChiroCode, HNS on 97140 and 97124)."""

from typing import Final

from coding.engine.choosing.case import GOAL, Aim, Case, all_because
from coding.engine.choosing.effort import CAPACITIES
from coding.engine.choosing.passing import only_where
from coding.engine.reading.lexicon import ends_with, tells
from coding.engine.reading.normalise import COLON, STOP
from coding.engine.reading.read import Hit
from coding.engine.results import Choice

# Aims that hands may serve; the others belong to what a patient does.
OF_HANDS: Final = frozenset({Aim.CAPACITY, Aim.TISSUE, Aim.RELIEF, Aim.TASK, Aim.CONTROL, Aim.GAIT})
OF_EXERCISE: Final = ("isolated", "gym_move", "transfer", "sit_stand", "cardio")
JOINED: Final = frozenset({"and", "then", "plus", "followed"})
APART: Final = frozenset({"but", "not", "actually", "charted", "code", "sheet", "or", "really", "warm", "before"})
FROM_HOME: Final = 5  # words between a service and the home that it is meant for


@only_where("technique", "massage", "hands", "tool", "traction", "knot")
def by_hand(case: Case) -> Choice | None:
    """Return the choice for hands-on work of the provider; tools in the patient's own hands are exercise."""
    if done_by_the_patient(case):
        return None
    named = work_of_hands(case)
    if case.done("teach") and named and (case.done("self_care") or all(meant_for_home(case, hit) for hit in named)):
        return None  # massage taught for home is taught, not given
    exercised = _also_exercised(case)
    knots = () if named or exercised else case.done("knot")
    if not (named or knots):
        return None
    if exercised:
        return case.ask("two_things", all_because(named, "two-services-in-one-row"))
    if case.activity.intents and not case.aims.keys() <= OF_HANDS - {Aim.TASK, Aim.CONTROL, Aim.GAIT}:
        return case.ask("contradiction", all_because(named + knots, "hands-on-work-is-described"))
    if both := _massage_beside_joints(case, named):
        return case.ask("two_things", all_because(both, "two-kinds-of-hands-on-work"))
    if technique := _of(named, "technique", "traction") or knots:
        return _mobilised(case, technique)
    if massage := _of(named, "massage", "tool"):
        return _massaged(case, massage)
    return _unnamed(case, named)


def work_of_hands(case: Case) -> tuple[Hit, ...]:
    """Return the words for the provider's hands at work; a tool, or traction, counts when it is in these hands."""
    named = case.done("technique", "massage", "hands")
    return named + case.done("tool", "traction") if case.done("provider", "hands") else named


def done_by_the_patient(case: Case) -> bool:
    """Say whether the patient works on himself: tools are in his own hands unless the words say otherwise."""
    tools = case.done("self_applied", "tool")
    return any(case.tells("self", hit) for hit in tools) or (bool(tools) and not case.done("provider"))


def meant_for_home(case: Case, service: Hit) -> bool:
    """Say whether a service is not given now: it is named for use at home."""
    taught = bool(case.done("teach")) and tells("home_use", case.reading.runs[GOAL])
    return taught or any(_near(case, service, home) for home in homes(case))


def homes(case: Case) -> tuple[Hit, ...]:
    """Return where the description speaks of home, or of a device for it."""
    return tuple(hit for hit in case.done("home_topic") if case.tells("home", hit)) + case.at_home


def _near(case: Case, one: Hit, other: Hit) -> bool:
    first, second = sorted((one, other), key=lambda hit: hit.first)
    between = case.reading.between(first, second)
    return len(between) <= FROM_HOME + 1 and not any(token.before == STOP for token in between)


def _of(hits: tuple[Hit, ...], *concepts: str) -> tuple[Hit, ...]:
    return tuple(hit for hit in hits if hit.concept in concepts)


def _also_exercised(case: Case) -> bool:
    """Say whether an exercise of the patient's stands beside the work of hands."""
    if case.done("provider") or any(case.tells("resisted", hit) for hit in case.done("technique")):
        return False
    return any(not is_a_range(case, hit) for hit in case.done(*OF_EXERCISE))


def is_a_range(case: Case, hit: Hit) -> bool:
    """Say whether a direction of movement is measured, or aimed at, and not performed ("hip extension 8 degrees")."""
    if not ends_with("direction", case.reading.words(hit)):
        return False
    clause = case.reading.clause_after(hit)
    return hit.purpose or (tells("measured", clause) and not tells("counted", clause))


def _massage_beside_joints(case: Case, named: tuple[Hit, ...]) -> tuple[Hit, ...]:
    """Return massage and the mobilising of joints where both were given under one total: neither has minutes of its own."""
    if case.activity.intents:
        return ()
    strokes = tuple(hit for hit in _of(named, "massage") if not hit.purpose)
    joints = tuple(hit for hit in _of(named, "technique") if tells("of_joints", case.reading.words(hit)))
    return strokes + joints if any(_side_by_side(case, one, other) for one in strokes for other in joints) else ()


def _side_by_side(case: Case, one: Hit, other: Hit) -> bool:
    """Say whether two kinds of work are joined: "massage and mobs"; what is only charted as massage is none."""
    between = case.reading.between(*sorted((one, other), key=lambda hit: hit.first))
    words = {token.word for token in between}
    return bool(words & JOINED) and not words & APART and not any(token.before in (COLON, STOP) for token in between)


def _mobilised(case: Case, technique: tuple[Hit, ...]) -> Choice:
    because = all_because(technique, "hands-mobilise")
    calming = {hit.concept for hit in case.reading.find("relaxation", purpose=True)}
    moving = case.aims.keys() - {Aim.RELIEF} or case.named(Aim.TISSUE) or case.named(Aim.CAPACITY)
    general = all(case.tells("soft_tissue", hit) for hit in technique)
    if calming and not moving and (general or case.done("massage")):
        strokes = all_because(case.done("massage"), "massage-strokes")
        return case.code("97124", strokes + because + case.evidence(Aim.RELIEF))
    return case.code("97140", because + case.evidence(Aim.TISSUE, Aim.CAPACITY))


def _massaged(case: Case, massage: tuple[Hit, ...]) -> Choice:
    """Massage is massage, unless it is meant to win movement back."""
    because = all_because(massage, "massage-strokes")
    if case.aims.keys() & {Aim.TISSUE, Aim.CAPACITY} and not case.reading.find("relaxation", purpose=True):
        return case.code("97140", because + case.evidence(Aim.TISSUE, Aim.CAPACITY))
    return case.code("97124", because + case.evidence(Aim.RELIEF))


def _unnamed(case: Case, hands: tuple[Hit, ...]) -> Choice:
    because = all_because(hands, "hands-on-work")
    calming = case.reading.find("relaxation", purpose=True)
    moving = case.reading.find(*CAPACITIES, purpose=True)
    if calming and moving:  # either may be what the hands did
        return case.ask("hands", because + all_because(calming + moving, "two-aims-of-the-hands"))
    if case.aims.keys() - {Aim.RELIEF} or case.named(Aim.TISSUE) or case.named(Aim.CAPACITY):
        return case.code("97140", because + case.evidence(Aim.TISSUE, Aim.CAPACITY, Aim.TASK))
    if calming:
        return case.code("97124", because + case.evidence(Aim.RELIEF))
    return case.ask("hands", because)
