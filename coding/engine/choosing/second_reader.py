"""When the second reader is listened to: where it may answer instead of the rules, and how sure it has to be.

The rules answer first. Where they find nothing that decides, or read a row differently from thousands of words before it, what
words weigh (weights.py) may answer instead. It may not speak against what somebody picked, against a fact that the row states,
or, with a question, against an aim that the description names.
"""

from dataclasses import replace
from functools import cache
from typing import Final

from coding.engine.choosing import agents, ahead, apart, delivered, doubted, no_service, unclear
from coding.engine.choosing.agents import FOLLOWS_MEDICARE, USUAL_STIMULATION, the_payers_number
from coding.engine.choosing.aims import whole_task
from coding.engine.choosing.case import AIM_OF_CONCEPT, PLAIN_AIMS, Aim, Case
from coding.engine.choosing.no_service import part_of, parts_of
from coding.engine.choosing.presence import DEEDS, NOBODY_THERE
from coding.engine.choosing.table import table
from coding.engine.choosing.weights import Opinion, Weights, weigh
from coding.engine.reading.negation import Standing
from coding.engine.reading.read import DESCRIPTION, GOAL
from coding.engine.results import NOT_BILLABLE, UNDETERMINED, Because, Choice

# From this share of all answers on, an opinion outweighs the rules; chosen on corpora that were held out (docs/engine.md). It is
# easier to take a code away than to give one: a code that was not due is paid back years later.
SURE_OF_A_CODE: Final = 0.7  # where the rules give none
SURE_OF_ANOTHER: Final = 0.5
SURE_OF_NO_SERVICE: Final = 0.5  # where the rules give a code
SURE_OF_A_QUESTION: Final = 0.75  # where the rules give another answer
SURE_WITHOUT_A_GOAL: Final = (
    0.7  # of a question: rows without a goal mostly end in one, and the rules know which need none
)
SURE_AGAINST_AN_AGENT: Final = 0.8  # where nobody said how it was given
NEVER: Final = 2.0
SURE_AGAINST_A_NAMED_AIM: Final = 0.8  # of another code, where the description names an aim
SURE_AGAINST_A_THING: Final = 0.7  # where the rules go by a thing that is named: an agent, hands, several patients
# of no service, where one part was not done and the rules go by the other: the words of the first speak against both;
# of a question without a goal, where the description says by itself what it was for
SURE_AGAINST_WHAT_IS_LEFT: Final = 0.9
# Answers that rest on a thing of their own, not on how words weigh: too few rows are labelled with them.
SETTLED: Final = frozenset({"97113", "97537", "97542", "97760", "97761", "97763", "20560", "20561"})
# What evidence is called that states a fact: how other words weigh says nothing against it.
STATED_FACTS: Final = frozenset().union(
    *(each.FACTS for each in (no_service, unclear, doubted, ahead, apart, delivered, agents))
)
# What evidence is called where the description states an aim, names one, or names the whole of what was done.
STATED_IN_WORDS: Final = frozenset(f"{aim}-is-the-aim" for aim in Aim)
NAMED_IN_WORDS: Final = frozenset({"one-capacity-is-trained", "control-is-trained"})
DEEDS_BY_NAME: Final = ("flexibility", "motion")  # to stretch and to move a joint are deeds as well as aims
# Answers that follow what an activity was for; all other codes go by a thing that is named.
PLAIN: Final = frozenset({"97110", "97112", "97116"})
BY_AIM: Final = frozenset({"97110", "97112", "97116", "97530", "97535", "97750"})
NO_CODE: Final = frozenset({UNDETERMINED, NOT_BILLABLE})
GROUP: Final = "97150"
EXERCISE: Final = "97110"


def second_reading(case: Case, answer: Choice, known: Weights | None = None) -> Choice:
    """Return the answer of the rules, or the one of the weights (those shipped, or others) where they are sure of another."""
    if case.activity.intents or answer.policy or rests_on_a_fact(answer):
        return answer
    opinion = weigh(case, known)
    if opinion.code == _learned_as(answer.code):
        return _borne_out(answer, opinion) if answer.is_code else answer
    if opinion.code == UNDETERMINED and serves_a_task(answer):
        opinion = weigh(case, known, described=True)
    if answer.code in SETTLED or not outweighs(opinion, answer.code, case) or not opinion.because:
        return answer
    if opinion.code != NOT_BILLABLE and opinion.share < _enough_against_what_is_named(case, opinion.code, answer):
        return answer
    return _answered(case, opinion)


def _enough_against_what_is_named(case: Case, code: str, answer: Choice) -> float:
    """Return how sure it takes to be where the description says in so many words what it was for: the stated intent decides."""
    rules = {piece.rule for piece in answer.because}
    if code in BY_AIM and rules & (STATED_IN_WORDS | NAMED_IN_WORDS):
        return SURE_AGAINST_A_NAMED_AIM
    asks = code == UNDETERMINED
    return NEVER if asks and (_says_what_for(case, answer) or _one_part_for_its_capacity(case, answer)) else 0.0


def _one_part_for_its_capacity(case: Case, answer: Choice) -> bool:
    """Say whether an exercise of one part is named, and a capacity is all that is aimed at: nothing is left to be asked."""
    named = answer.code == EXERCISE and case.done("isolated") and case.aims.keys() == {Aim.CAPACITY}
    return bool(named) and not _something_undone(case)


def _something_undone(case: Case) -> bool:
    undone = any(hit.standing in (Standing.UNDONE, Standing.DENIED) for hit in case.reading.hits)
    return undone or bool(case.done("not_done"))


def _says_what_for(case: Case, answer: Choice) -> bool:
    """Say whether the description states one aim beside a deed or a device, and the goal no other one.

    It is stated after "for" or "to", or stands for itself in a part of the text ("Treadmill 12 min, endurance").
    """
    here = {piece.rule for piece in answer.because if piece.field == DESCRIPTION}
    named = [hit for aim in PLAIN_AIMS for hit in case.named(aim) if hit.concept not in DEEDS_BY_NAME]
    aims = {AIM_OF_CONCEPT[hit.concept] for hit in named} | (case.aims.keys() - {Aim.TASK, Aim.RELIEF})
    if not here & (STATED_IN_WORDS | NAMED_IN_WORDS) or len(aims) != 1:
        return False
    parts = tuple(parts_of(case.description))
    beside = {part_of(hit, parts) for hit in case.done(*DEEDS, "equipment", "cardio") if hit not in named}
    return any((hit.purpose and beside) or beside - {part_of(hit, parts)} for hit in named)


def serves_a_task(answer: Choice) -> bool:
    """Say whether what was done has an aim of its own and the goal names the task that it serves ("SLR | climb stairs").

    Such a goal asks nothing: whether the row is clear is for the words of its description to say.
    """
    return answer.code in PLAIN and any(piece.rule == "a-task-is-the-aim" for piece in answer.because)


def rests_on_a_fact(answer: Choice) -> bool:
    """Say whether an answer rests on a fact that was picked or that the words state: how words weigh says nothing against it."""
    if answer.code == NOT_BILLABLE and any(piece.field == "delivery" for piece in answer.because):
        return True
    return any(piece.rule in STATED_FACTS for piece in answer.because)


def _borne_out(answer: Choice, opinion: Opinion) -> Choice:
    """Return an answer with the other words that speak for it: who strikes all its evidence is to be left without it."""
    quoted = [(piece.field, piece.start, piece.end) for piece in answer.because]
    more = tuple(piece for piece in opinion.because if not any(_within(piece, place) for place in quoted))
    return replace(answer, because=answer.because + more) if more else answer


def _within(piece: Because, place: tuple[str, int, int]) -> bool:
    field, start, end = place
    return piece.field == field and start <= piece.start and piece.end <= end


def outweighs(opinion: Opinion, rules: str, case: Case) -> bool:
    """Say whether an opinion is sure enough to stand against what the rules say, and fits what was picked."""
    if opinion.code in NO_CODE:
        return opinion.share >= _enough_for_none(opinion.code, rules, case)
    if not _could_be_given(opinion.code, case):
        return False
    if rules in NO_CODE:
        return opinion.share >= SURE_OF_A_CODE
    return opinion.share >= (SURE_OF_ANOTHER if rules in BY_AIM else SURE_AGAINST_A_THING)


def _enough_for_none(code: str, rules: str, case: Case) -> float:
    if case.reading.undone(Standing.UNDONE) or (rules not in NO_CODE and case.done("idle")):
        return SURE_AGAINST_A_THING if rules in NO_CODE else SURE_AGAINST_WHAT_IS_LEFT
    if rules in NO_CODE:
        return SURE_OF_A_QUESTION if code == UNDETERMINED else SURE_OF_ANOTHER
    if code == UNDETERMINED and rules == GROUP and case.is_shared_by_delivery:
        return NEVER  # a group that was picked is one, whatever its goals
    if code == UNDETERMINED and rules in by_device():
        # what is applied and how it was given are all that an agent is coded by
        return NEVER if case.activity.delivery else SURE_AGAINST_AN_AGENT
    if code == UNDETERMINED and not case.reading.runs.get(GOAL):
        says_it_all = rules not in BY_AIM or case.aims or whole_task(case)
        return SURE_AGAINST_WHAT_IS_LEFT if says_it_all else SURE_WITHOUT_A_GOAL
    if rules not in BY_AIM:
        return SURE_AGAINST_A_THING
    return SURE_OF_NO_SERVICE if code == NOT_BILLABLE else SURE_OF_A_QUESTION


def _could_be_given(code: str, case: Case) -> bool:
    """Say whether a picked delivery bears a code out: a fact that somebody stated is no matter of weighing."""
    if case.is_shared_by_delivery:
        return code == GROUP
    return case.activity.delivery not in NOBODY_THERE or code in unattended()


def by_device() -> frozenset[str]:
    """Return the codes of agents, which are coded by what is applied whatever it is for."""
    return frozenset(agent.code for agent in table().agents.values()) | {USUAL_STIMULATION}


@cache
def unattended() -> frozenset[str]:
    """Return the codes of agents that may be set up and left."""
    return frozenset(agent.code for agent in table().agents.values() if not agent.attended) | {USUAL_STIMULATION}


def _learned_as(code: str) -> str:
    """Return the number under which an answer was learned: unattended stimulation has two, and the payer says which."""
    return USUAL_STIMULATION if code == FOLLOWS_MEDICARE else code


def _answered(case: Case, opinion: Opinion) -> Choice:
    if opinion.code == NOT_BILLABLE:
        return case.refuse("no_service", opinion.because)
    if opinion.code == UNDETERMINED:
        return case.ask("both" if case.is_vague else "aim", opinion.because)
    picked = (
        case.delivery("several-patients-shared-the-time")
        if opinion.code == GROUP and case.is_shared_by_delivery
        else ()
    )
    return case.code(the_payers_number(opinion.code, case), (*opinion.because, *picked))
