"""What a check sees, and what it may raise.

A check is a generator named after the sentence that should be true; its dashed name is the flag's slug. It yields a
Concern where the sentence is not true. Title, reason and weight come from data/checks.toml.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from coding.engine.bills import Ledger, bill_of, ledgers_for
from coding.engine.facts import ActivityFacts, EpisodeFacts, GoalFacts, PayerFacts, VisitFacts
from coding.engine.reading.goals import judge_goal
from coding.engine.reading.judgement import Judgement
from coding.engine.reading.vagueness import judge_description
from coding.engine.results import Because, Bill, Choice
from coding.engine.rows import choices_of, payer_of
from coding.engine.rulebook import CodeEntry, RuleBook

WORDS_SHOWN = 40


@dataclass(frozen=True, slots=True)
class Concern:
    """Something that a reviewer would object to, before it is weighed.

    `about` is the row's id, "" for the whole note; without a payer the strictest of the visit's payers weighs it.
    """

    seen: str
    todo: str
    about: str = ""
    field: str = ""
    payer: PayerFacts | None = None
    grade: str = ""
    because: tuple[Because, ...] = ()
    where: str = ""  # for the headline, of a check that is raised once for each region


@dataclass(frozen=True, slots=True)
class Coded:
    """An activity from which a code was read, and which is to be billed."""

    activity: ActivityFacts
    code: CodeEntry

    @property
    def is_procedure(self) -> bool:
        """Say whether it is a therapeutic procedure that has to serve a goal of its own."""
        return self.code.needs_goal != "none"


@dataclass(frozen=True, slots=True)
class Case:
    """A visit as read: its facts, the choices for its activities, and the bills that follow.

    Reading words is what takes time, so every text is judged once: descriptions by row, goals by their text.
    """

    visit: VisitFacts
    rules: RuleBook
    choices: Mapping[str, Choice]
    descriptions: Mapping[str, Judgement]
    goals: Mapping[str, Judgement]
    ledgers: tuple[Ledger, ...]
    bills: tuple[Bill, ...]

    @property
    def activities(self) -> tuple[ActivityFacts, ...]:
        """Return the activities that are to be billed, if a code comes out."""
        return tuple(activity for activity in self.visit.activities if not activity.record_only)

    @property
    def coded(self) -> tuple[Coded, ...]:
        """Return the activities to be billed from which a code was read."""
        read = ((activity, self.choices[activity.id]) for activity in self.activities)
        return tuple(Coded(activity, self.rules.code(choice.code)) for activity, choice in read if choice.is_code)

    @property
    def procedures(self) -> tuple[Coded, ...]:
        """Return the therapeutic procedures to be billed."""
        return tuple(coded for coded in self.coded if coded.is_procedure)

    def payer(self, episode_id: str) -> PayerFacts:
        """Return who pays for a row of this episode."""
        return payer_of(self.visit, episode_id)

    def episode(self, episode_id: str) -> EpisodeFacts:
        """Return the episode of a row; the first where the row does not say, an empty one where there is none."""
        first = self.visit.episodes[0] if self.visit.episodes else EpisodeFacts("")
        return self.visit.episode(episode_id) or first

    def goal(self, activity: ActivityFacts) -> GoalFacts:
        """Return the goal that an activity serves: the picked one, else the written words."""
        for goal in self.episode(activity.episode_id).goals:
            if activity.goal_id and goal.id == activity.goal_id:
                return goal
        return GoalFacts(id="", text=activity.goal)


type Check = Callable[[Case], Iterator[Concern]]


def case_of(visit: VisitFacts, rules: RuleBook) -> Case:
    """Read a visit once, for all checks."""
    descriptions = {activity.id: judge_description(activity.description) for activity in visit.activities}
    goals = {text: judge_goal(text) for text in _goal_texts(visit)}
    empty = Case(visit, rules, choices_of(visit), descriptions, goals, ledgers=(), bills=())
    return billed_again(empty, visit)


def billed_again(case: Case, visit: VisitFacts) -> Case:
    """Return the case of the same words under other marks: only the bills are made anew."""
    ledgers = ledgers_for(visit, case.rules, case.choices)
    return replace(case, visit=visit, ledgers=ledgers, bills=tuple(bill_of(ledger) for ledger in ledgers))


def named(activity: ActivityFacts) -> str:
    """Return an activity's own words, short enough for a sentence.

    >>> named(ActivityFacts("1", "Box lift from floor to waist, coached hip hinge, pause at the knee"))
    '“Box lift from floor to waist, coached…”'
    >>> named(ActivityFacts("1", " "))
    'One activity'
    """
    words = " ".join(activity.description.split())
    if not words:
        return "One activity"
    short = words if len(words) <= WORDS_SHOWN else words[:WORDS_SHOWN].rsplit(" ", 1)[0].rstrip(",;") + "…"
    return f"“{short}”"


def _goal_texts(visit: VisitFacts) -> set[str]:
    of_episodes = {goal.text for episode in visit.episodes for goal in episode.goals}
    return of_episodes | {activity.goal for activity in visit.activities}


def slug_of(check: Check) -> str:
    """Return the slug of a check: its name with dashes."""
    return getattr(check, "__name__", "").replace("_", "-")
