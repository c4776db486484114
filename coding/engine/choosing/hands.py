"""Work of the provider's hands: mobilising, or massage (ACA, ChiroCode, HNS on 97140 and 97124)."""

import re
from typing import Final

from coding.engine.choosing.case import Aim, Case, all_because
from coding.engine.reading.read import Hit
from coding.engine.results import Choice

# Aims that hands may serve; the others belong to what a patient does.
OF_HANDS: Final = frozenset({Aim.CAPACITY, Aim.TISSUE, Aim.RELIEF, Aim.TASK, Aim.CONTROL, Aim.GAIT})
GENERAL_TISSUE: Final = "soft"  # "soft tissue mobilisation" may be either, as the aim says
_DIRECTION: Final = re.compile(r"(?:flexion|extensions?|abduct\w*|adduct\w*|rotations?|retraction)$", re.I)
_CLAUSE_ENDS: Final = re.compile(r"[,;.\n]")
_MEASURED: Final = re.compile(
    r"\d\s?°|\b(?:deg|degrees?|short|lack\w*|limited|limitation|restrict\w*|deficit|loss|reduced|full|improved|restored)\b",
    re.I,
)
_COUNTED: Final = re.compile(r"\d\s?x\s?\d|\breps?\b|\bsets?\b", re.I)
OF_EXERCISE: Final = ("isolated", "gym_move", "transfer", "sit_stand", "cardio")


def by_hand(case: Case) -> Choice | None:
    """Return the choice for hands-on work of the provider; tools in the patient's own hands are exercise."""
    technique, massage, hands = case.done("technique"), case.done("massage"), case.done("hands")
    if not (technique or massage or hands) or case.done("self_applied"):
        return None
    if _also_exercised(case):
        return case.ask("two_things", all_because(technique + massage + hands, "two-services-in-one-row"))
    if case.activity.intents and not case.aims.keys() <= OF_HANDS - {Aim.TASK, Aim.CONTROL, Aim.GAIT}:
        return case.ask("contradiction", all_because(technique + massage + hands, "hands-on-work-is-described"))
    if technique:
        return _mobilised(case, technique)
    return _massaged(case, massage) if massage else _unnamed(case, hands)


def _also_exercised(case: Case) -> bool:
    done = [hit for hit in case.done(*OF_EXERCISE) if not _is_a_range(case, hit)]
    return bool(done) and not case.done("provider")


def _is_a_range(case: Case, hit: Hit) -> bool:
    """Say whether a direction of movement is measured, or aimed at, and not performed ("hip extension 8 degrees")."""
    if not _DIRECTION.search(hit.text):
        return False
    clause = _CLAUSE_ENDS.split(case.activity.description[hit.end :], maxsplit=1)[0]
    return hit.purpose or bool(_MEASURED.search(clause) and not _COUNTED.search(clause))


def _mobilised(case: Case, technique: tuple[Hit, ...]) -> Choice:
    because = all_because(technique, "hands-mobilise")
    calming = {hit.concept for hit in case.reading.find("relaxation", purpose=True)}
    moving = case.aims.keys() - {Aim.RELIEF} or case.named(Aim.TISSUE) or case.named(Aim.CAPACITY)
    if calming and not moving and all(hit.text.casefold().startswith((GENERAL_TISSUE, "st")) for hit in technique):
        return case.code("97124", because + case.evidence(Aim.RELIEF))
    return case.code("97140", because + case.evidence(Aim.TISSUE, Aim.CAPACITY))


def _massaged(case: Case, massage: tuple[Hit, ...]) -> Choice:
    """Massage is massage, unless it is meant to win movement back."""
    because = all_because(massage, "massage-strokes")
    if case.aims.keys() & {Aim.TISSUE, Aim.CAPACITY} and not case.reading.find("relaxation", purpose=True):
        return case.code("97140", because + case.evidence(Aim.TISSUE, Aim.CAPACITY))
    return case.code("97124", because + case.evidence(Aim.RELIEF))


def _unnamed(case: Case, hands: tuple[Hit, ...]) -> Choice:
    because = all_because(hands, "hands-on-work")
    if case.aims.keys() & {Aim.TISSUE, Aim.CAPACITY} or case.named(Aim.TISSUE) or case.named(Aim.CAPACITY):
        return case.code("97140", because + case.evidence(Aim.TISSUE, Aim.CAPACITY))
    if case.reading.find("relaxation", purpose=True):
        return case.code("97124", because + case.evidence(Aim.RELIEF))
    return case.ask("hands", because)
