"""Agents that are applied: coded by what is applied, not by an aim (seed 002; domain facts 1.1)."""

from typing import Final

from coding.engine.choosing.case import Case, all_because
from coding.engine.choosing.hands import homes, meant_for_home, work_of_hands
from coding.engine.choosing.passing import only_where
from coding.engine.choosing.table import table
from coding.engine.facts import NOT_BILLED, PayerFacts
from coding.engine.reading.lexicon import is_all, tells
from coding.engine.reading.read import Hit
from coding.engine.results import Choice
from coding.engine.vocabulary import Delivery

LEFT: Final = "left-without-anybody"
# What evidence is called that states a fact: it needs a hand all the time, and nobody was there.
FACTS: Final = frozenset({LEFT})
STIMULATION: Final = ("stim", "stim_worked", "nmes")  # each says more than the one before
SET_UP: Final = (Delivery.SET_UP, Delivery.ON_OWN)
TAUGHT: Final = ("teach", "practice", "retrain")
FOLLOWS_MEDICARE: Final = "G0283"
USUAL_STIMULATION: Final = "97014"
# Done by or on the patient beside an agent: a second service in the same row.
SECOND_SERVICE: Final = ("isolated", "gym_move", "transfer", "technique", "massage", "sit_stand")
HAS_SEVERAL: Final = ("laser", "traction_machine", "hot_cold")  # of which a payer may want another number
ERECTOR: Final = "es"  # the erector spinae as well as a current


@only_where(*table().agents, "traction", "modality_word", "roller_table", "ultrasound_alone")
def an_agent(case: Case) -> Choice | None:
    """Return the choice for a row whose service is an applied agent."""
    if (unlisted := case.done("roller_table")) and not case.alone_words:
        return case.ask("device", all_because(unlisted, "no-listed-entry"))
    if unmoved := case.done("ultrasound_alone") or (case.done("ultrasound") and case.done("hands_free")):
        return case.refuse("ultrasound_alone", all_because(unmoved, "no-hand-on-it"))
    found = applied(case)
    if not found:
        return _device_taught_for_home(case) or _unnamed(case)
    if len({hit.concept for hit in found}) > 1 or _second_service(case, found):
        return case.ask("two_things", all_because(found, "two-services-in-one-row"))
    return _chosen(case, found)


def applied(case: Case) -> tuple[Hit, ...]:
    """Return the agents, without a pack that merely goes with another service, and stimulation as one thing."""
    found = tuple(hit for hit in case.done(*table().agents) if not meant_for_home(case, hit)) + _pulled(case)
    if not found:
        return ()
    if case.done("technique", "massage"):
        found = tuple(hit for hit in found if case.reading.words(hit)[0].word != ERECTOR)
    others = tuple(hit for hit in found if hit.concept != "hot_cold")
    if others != found and (others or _exercised(case) or (case.done("home_topic") and case.done(*TAUGHT))):
        found = others
    if {"laser", "ultrasound"} & {hit.concept for hit in found}:  # the probe of a laser is no probe of a current
        found = tuple(hit for hit in found if hit.concept != "stim_worked" or case.tells("any_current", hit))
    stimulation = {hit.concept for hit in found} & set(STIMULATION)
    if len(stimulation) > 1:
        strongest = max(stimulation, key=STIMULATION.index)
        found = tuple(hit for hit in found if hit.concept not in stimulation or hit.concept == strongest)
    return found


def _unnamed(case: Case) -> Choice | None:
    """Ask which device it was: traction by nobody knows what, or "modalities"."""
    if (
        (pulled := case.done("traction"))
        and not work_of_hands(case)
        and not any(meant_for_home(case, hit) for hit in pulled)
    ):
        return case.ask("device", all_because(pulled, "hand-or-machine"))
    words = case.done("modality_word")
    if words and not _exercised(case) and not work_of_hands(case):
        return case.ask("device", all_because(words, "no-agent-is-named"))
    return None


def _device_taught_for_home(case: Case) -> Choice | None:
    """How to use a device at home is taught like any other care of oneself; the device is not applied."""
    if not (taught := case.done(*TAUGHT)):
        return None
    devices = tuple(hit for hit in case.done(*table().agents, "traction") if meant_for_home(case, hit))
    alone = case.activity.delivery in SET_UP or case.alone_words or case.is_shared
    if alone or case.activity.intents or not devices:
        return None
    return case.code("97535", all_because(devices + taught + homes(case), "a-device-for-home-is-taught"))


def _pulled(case: Case) -> tuple[Hit, ...]:
    """Return traction as an agent where a machine must have pulled: it was set, or nobody stayed."""
    pulled = case.done("traction")
    if not pulled or case.done("traction_machine", "decompression", "technique", "hands", "provider"):
        return ()
    machine = tells("of_a_machine", case.description) or case.activity.delivery in SET_UP
    found = pulled if machine or case.done("left", "unattended") else ()
    return tuple(hit for hit in found if not meant_for_home(case, hit))


def _exercised(case: Case) -> bool:
    named = case.done(
        "strength", "flexibility", "balance", "isolated", "plane", "massage", "technique", "gym_move", "move"
    )
    return any(not hit.purpose for hit in named)


def _second_service(case: Case, agents: tuple[Hit, ...]) -> bool:
    """Say whether something else was done beside; muscle that works with the current is no second thing."""
    if agents[0].concept == "nmes" or (agents[0].concept in STIMULATION and case.done("stim_coupled")):
        return False
    return bool(case.done(*SECOND_SERVICE)) or any(not hit.purpose for hit in case.done("flexibility"))


def _chosen(case: Case, found: tuple[Hit, ...]) -> Choice:
    concept, because = found[0].concept, all_because(found, "the-agent-decides")
    left = case.activity.delivery in SET_UP or case.done("left", "unattended")
    if concept in STIMULATION:
        return _stimulation(case, concept, bool(left), found)
    if concept == "traction":
        concept = "traction_machine"
    agent = table().agents[concept]
    if agent.attended and left:
        words = all_because(case.done("left", "unattended"), LEFT)
        return case.refuse("left", words or case.delivery(LEFT), only=agent.code)
    return case.code(_payers_code(concept, case.payer) or agent.code, because)


def _payers_code(concept: str, payer: PayerFacts) -> str:
    """Return the payer's own code for an agent, "" where it has none. What is not billed keeps its name all the same."""
    own = dict(zip(HAS_SEVERAL, (payer.laser_code, payer.traction_code, payer.pack_code), strict=True))
    code = own.get(concept, "")
    return "" if code == NOT_BILLED else code


def _of_pads(case: Case) -> str:
    own = case.payer.unattended_stimulation_code
    return FOLLOWS_MEDICARE if case.done("medicare") else USUAL_STIMULATION if own == NOT_BILLED else own


def the_payers_number(code: str, case: Case) -> str:
    """Return the number under which this payer knows a service that has several."""
    if code == USUAL_STIMULATION:
        return _of_pads(case)
    concept = next((name for name in HAS_SEVERAL if table().agents[name].code == code), "")
    return _payers_code(concept, case.payer) or code


def _stimulation(case: Case, concept: str, left: bool, found: tuple[Hit, ...]) -> Choice:
    """Pads that run by themselves are one service, a probe or a muscle worked by somebody another."""
    because = all_because(found, "the-agent-decides")
    attended = case.done("attended", "stim_coupled")
    with_somebody = concept == "stim_worked" or (concept == "nmes" and case.activity.delivery is Delivery.ONE_ON_ONE)
    if not left and not attended and _could_be_either(case, found):
        return case.ask("presence", because)
    if left or (concept == "stim" and not attended):
        medicare = case.done("medicare")
        return case.code(_of_pads(case), because + all_because(medicare, "the-payer-wants-its-own-code"))
    if with_somebody or attended:
        return case.code("97032", because + all_because(attended, "somebody-worked-with-it"))
    return case.ask("presence", because)


def _could_be_either(case: Case, found: tuple[Hit, ...]) -> bool:
    """Say whether nothing tells pads from a probe: no current, no pads, no delivery, and nothing else written."""
    named = [hit for hit in found if not is_all("any_current", case.reading.words(hit))]
    return case.activity.delivery is None and not named and found[0].concept == "stim"
