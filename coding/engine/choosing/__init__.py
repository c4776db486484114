"""From words and intent to a code. Read this first: the rules stand in the order in which a coder would ask them.

    Is anything written?  Is it an applied agent?  Was somebody there?  For one patient or several?
    Is it treatment at all?  Hands, water, a test?  And then, above all: what was it for?

Each rule looks at one case and answers, or passes it on. Nothing is guessed: what no rule answers becomes a question.
"""

from functools import lru_cache
from typing import Final, NamedTuple

from coding.engine.choosing import (
    agents,
    ahead,
    aims,
    apart,
    delivered,
    doubted,
    hands,
    no_service,
    presence,
    second_reader,
    services,
    unclear,
)
from coding.engine.choosing.case import Case
from coding.engine.choosing.passing import Rule, first_answer
from coding.engine.facts import ActivityFacts, GoalFacts, PayerFacts
from coding.engine.reading.read import picked_words, read
from coding.engine.results import Choice
from coding.engine.vocabulary import Delivery, Intent, OutcomePolicy

# While a note is written, its page asks after every change, and all rows but one are as they were. What is remembered holds
# words of patients: it lies in the memory of the process alone, is never written down, and the oldest makes room for the newest.
MOST_REMEMBERED: Final = 1_000
MOST_PROFILES: Final = 100
PICKED: Final = "picked"
USUAL_PAYER: Final = PayerFacts()

RULES: Final[tuple[Rule, ...]] = (
    aims.picked_against_words,
    doubted.in_doubt,
    no_service.no_care,
    no_service.counted_before,
    no_service.said_none,
    no_service.changed_hands,
    doubted.said_and_unsaid,
    doubted.done_and_not_done,
    presence.nothing_was_done,
    ahead.all_lies_ahead,
    presence.done_elsewhere,
    doubted.whether_done,
    no_service.made_ready,
    no_service.looked_again,
    no_service.for_pleasure,
    presence.no_medical_need,
    presence.self_served,
    presence.part_of_the_exam,
    presence.time_between,
    services.needling,
    services.with_a_device,
    services.in_a_wheelchair,
    services.out_and_about,
    presence.outside_the_edition,
    no_service.readies_for_the_adjustment,
    presence.the_adjustment,
    presence.talk_or_paper,
    unclear.talked_over,
    unclear.holds_more,
    unclear.held_and_left,
    delivered.how_many,
    delivered.who_gave_it,
    agents.an_agent,
    presence.nobody_was_there,
    presence.several_patients,
    presence.warming_up,
    presence.general_fitness,
    aims.a_test,
    aims.in_water,
    apart.for_another_service,
    apart.for_another_part,
    hands.by_hand,
    unclear.only_a_result,
    unclear.only_advice,
    unclear.only_an_aim,
    unclear.either_aim,
    unclear.aims_alike,
    aims.self_care,
    aims.lumped,
    unclear.two_kinds,
    unclear.an_arm_for_the_legs,
    aims.by_aim,
    unclear.a_swing_without_aim,
    aims.by_words,
)


class Asked(NamedTuple):
    """All that a choice may rest on: of the row, of the goal that was picked for it, and of who pays."""

    id: str
    description: str
    intents: tuple[Intent, ...]
    goal: str
    delivery: Delivery | None
    group_size: int | None
    picked_goal: str  # its words, where the row has none of its own
    outcome_policy: OutcomePolicy
    unattended_stimulation_code: str
    laser_code: str
    traction_code: str
    pack_code: str

    @property
    def activity(self) -> ActivityFacts:
        """Return the row, and nothing of it that is no matter for a coder."""
        goal_id = PICKED if self.picked_goal else ""
        return ActivityFacts(
            self.id,
            self.description,
            self.intents,
            self.goal,
            goal_id,
            delivery=self.delivery,
            group_size=self.group_size,
        )

    @property
    def payer(self) -> PayerFacts:
        """Return the payer, as far as its profile says what something is called."""
        return _payer(
            self.outcome_policy, self.unattended_stimulation_code, self.laser_code, self.traction_code, self.pack_code
        )


@lru_cache(maxsize=MOST_PROFILES)
def _payer(policy: OutcomePolicy, stimulation: str, laser: str, traction: str, pack: str) -> PayerFacts:
    return PayerFacts(
        outcome_policy=policy,
        unattended_stimulation_code=stimulation,
        laser_code=laser,
        traction_code=traction,
        pack_code=pack,
    )


def choose(activity: ActivityFacts, *, goals: tuple[GoalFacts, ...] = (), payer: PayerFacts | None = None) -> Choice:
    """Return what one activity supports: a code with evidence, a question, or why it cannot be billed.

    >>> def code(description, goal=""):
    ...     return choose(ActivityFacts("a1", description, goal=goal)).code
    >>> code("Squats 3 x 10", "quad strength"), code("Squats 3 x 10", "get up from the toilet")
    ('97110', '97530')
    >>> code("Treadmill 10 min", "endurance"), code("Treadmill 10 min", "even step length"), code("Treadmill 10 min")
    ('97110', '97116', 'UNDETERMINED')
    """
    return chosen(_asked(activity, goals, payer or USUAL_PAYER))


def _asked(activity: ActivityFacts, goals: tuple[GoalFacts, ...], payer: PayerFacts) -> Asked:
    return Asked(
        activity.id,
        activity.description,
        tuple(activity.intents),
        activity.goal,
        activity.delivery,
        activity.group_size,
        picked_words(activity, goals),
        payer.outcome_policy,
        payer.unattended_stimulation_code,
        payer.laser_code,
        payer.traction_code,
        payer.pack_code,
    )


@lru_cache(maxsize=MOST_REMEMBERED)
def chosen(asked: Asked) -> Choice:
    """Return the choice for what is asked; it sees nothing else, so that the same question has the same answer."""
    case = case_of(asked.activity, goals=(GoalFacts(PICKED, asked.picked_goal),), payer=asked.payer)
    if not asked.description.strip():
        return presence.nobody_was_there(case) or aims.ask(case)
    return second_reader.second_reading(case, answer_of_the_rules(case))


def case_of(activity: ActivityFacts, *, goals: tuple[GoalFacts, ...] = (), payer: PayerFacts | None = None) -> Case:
    """Return an activity, read."""
    return presence.as_it_was_given(Case(activity, read(activity, goals), payer or USUAL_PAYER))


def answer_of_the_rules(case: Case) -> Choice:
    """Return what the first rule with an answer says, or the question that is left."""
    return first_answer(RULES, case) or aims.ask(case)
