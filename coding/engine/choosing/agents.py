"""Agents that are applied: coded by what is applied, not by an aim (seed 002; domain facts 1.1)."""

from typing import Final

from coding.engine.choosing.case import Case, all_because
from coding.engine.choosing.table import table
from coding.engine.reading.read import Hit
from coding.engine.results import Choice
from coding.engine.vocabulary import Delivery

STIMULATION: Final = ("stim", "stim_worked", "nmes")  # each says more than the one before
UNLISTED: Final = ("laser_strong", "roller_table")
# Done by or on the patient beside an agent: a second service in the same row.
SECOND_SERVICE: Final = ("isolated", "gym_move", "transfer", "technique", "massage", "sit_stand")


def an_agent(case: Case) -> Choice | None:
    """Return the choice for a row whose service is an applied agent."""
    if case.done("teach") and (case.reading.has("home_topic") or case.at_home):
        return None  # how to use a device at home is taught, the device is not applied
    if unlisted := case.done(*UNLISTED):
        return case.ask("device", all_because(unlisted, "no-listed-entry"))
    if unmoved := case.done("ultrasound_alone") or (case.done("ultrasound") and case.done("hands_free")):
        return case.refuse("ultrasound_alone", all_because(unmoved, "no-hand-on-it"))
    found = _applied(case)
    if not found:
        return None
    if len({hit.concept for hit in found}) > 1 or _second_service(case, found):
        return case.ask("two_things", all_because(found, "two-services-in-one-row"))
    return _chosen(case, found)


def _applied(case: Case) -> tuple[Hit, ...]:
    """Return the agents, without a pack that merely goes with another service, and stimulation as one thing."""
    found = case.done(*table().agents)
    others = tuple(hit for hit in found if hit.concept != "hot_cold")
    if others != found and (others or _exercised(case)):
        found = others
    stimulation = {hit.concept for hit in found} & set(STIMULATION)
    if len(stimulation) > 1:
        strongest = max(stimulation, key=STIMULATION.index)
        found = tuple(hit for hit in found if hit.concept not in stimulation or hit.concept == strongest)
    return found


def _exercised(case: Case) -> bool:
    named = case.done(
        "strength", "flexibility", "balance", "isolated", "plane", "massage", "technique", "gym_move", "move"
    )
    return any(not hit.purpose for hit in named)


def _second_service(case: Case, agents: tuple[Hit, ...]) -> bool:
    if agents[0].concept == "nmes":
        return False  # it is exercise by current
    return bool(case.done(*SECOND_SERVICE))


def _chosen(case: Case, found: tuple[Hit, ...]) -> Choice:
    concept, because = found[0].concept, all_because(found, "the-agent-decides")
    left = case.activity.delivery in (Delivery.SET_UP, Delivery.ON_OWN) or case.done("left", "unattended")
    if concept in STIMULATION:
        return _stimulation(case, concept, bool(left), found)
    agent = table().agents[concept]
    if agent.attended and left:
        words = all_because(case.done("left", "unattended"), "left-without-anybody")
        return case.refuse("left", words or case.delivery("left-without-anybody"))
    return case.code(agent.code, because)


def _stimulation(case: Case, concept: str, left: bool, found: tuple[Hit, ...]) -> Choice:
    """Pads that run by themselves are one service, a probe or a muscle worked by somebody another."""
    because = all_because(found, "the-agent-decides")
    with_somebody = concept == "stim_worked" or (concept == "nmes" and case.activity.delivery is Delivery.ONE_ON_ONE)
    if left or (concept == "stim" and not case.done("attended")):
        return case.code(case.payer.unattended_stimulation_code, because)
    if with_somebody or case.done("attended"):
        return case.code("97032", because)
    return case.ask("presence", because)
