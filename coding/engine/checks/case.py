"""What a check sees, and what it may raise.

A check is a generator named after the sentence that should be true; its dashed name is the flag's slug. It yields a
Concern where the sentence is not true. Title, reason and weight come from data/checks.toml.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache, cached_property

from coding.engine.bills import Ledger, bill_of, ledgers_for
from coding.engine.checks.regions import Told, billed_regions, examined_regions
from coding.engine.facts import ActivityFacts, AdjustmentFacts, EpisodeFacts, GoalFacts, PayerFacts, VisitFacts
from coding.engine.reading.goals import judge_goal
from coding.engine.reading.judgement import Judgement
from coding.engine.reading.places import sentences_in
from coding.engine.reading.vagueness import judge_description
from coding.engine.results import Because, Bill, Choice
from coding.engine.rows import choices_of, payers_of
from coding.engine.rulebook import CodeEntry, RuleBook
from coding.engine.vocabulary import Region, Severity

WORDS_SHOWN = 40
WEIGHTS = list(Severity)  # heaviest first


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
    lasts: tuple[str, ...] = ()  # where it may stay true for the course of care, what of: see `lasting`


@dataclass(frozen=True, slots=True)
class Coded:
    """An activity from which a code was read, and which is to be billed."""

    activity: ActivityFacts
    code: CodeEntry

    @property
    def is_procedure(self) -> bool:
        """Say whether it is a therapeutic procedure that has to serve a goal of its own."""
        return self.code.needs_goal != "none"


class Judgements(dict[str, Judgement]):
    """Texts with what is said of them: each is read when it is first asked about, and once."""

    def __init__(self, judge: Callable[[str], Judgement]) -> None:
        super().__init__()
        self._judge = judge

    def __missing__(self, text: str) -> Judgement:
        """Judge a text that nobody has asked about yet."""
        return self.setdefault(text, self._judge(text))


@dataclass(frozen=True)
class Case:
    """A visit as read: its facts, the choices for its activities, and the bills that follow.

    Many checks ask the same of a visit, so what follows from the facts is worked out once, when it is first asked for.
    """

    visit: VisitFacts
    rules: RuleBook
    choices: Mapping[str, Choice]
    ledgers: tuple[Ledger, ...] = ()
    bills: tuple[Bill, ...] = ()
    descriptions: Judgements = field(default_factory=lambda: Judgements(judge_description))
    goals: Judgements = field(default_factory=lambda: Judgements(judge_goal))

    @cached_property
    def activities(self) -> tuple[ActivityFacts, ...]:
        """Return the activities that are to be billed, if a code comes out."""
        return tuple(activity for activity in self.visit.activities if not activity.record_only)

    @cached_property
    def coded(self) -> tuple[Coded, ...]:
        """Return the activities to be billed from which a code was read."""
        read = ((activity, self.choices[activity.id]) for activity in self.activities)
        return tuple(Coded(activity, self.rules.code(choice.code)) for activity, choice in read if choice.is_code)

    @cached_property
    def procedures(self) -> tuple[Coded, ...]:
        """Return the therapeutic procedures to be billed."""
        return tuple(coded for coded in self.coded if coded.is_procedure)

    @cached_property
    def payers(self) -> tuple[PayerFacts, ...]:
        """Return each payer of the visit once."""
        return payers_of(self.visit)

    @cached_property
    def examined(self) -> frozenset[Region]:
        """Return where something was found today."""
        return examined_regions(self.visit, self.objective)

    @cached_property
    def objective(self) -> Told:
        """Return each sentence of what was found today, with the regions that it speaks of."""
        return tuple(sentences_in(self.visit.objective))

    @cached_property
    def adjusted(self) -> tuple[tuple[AdjustmentFacts, Region], ...]:
        """Return each region that is adjusted and billed to somebody who pays for it, with its first row; once for a payer."""
        return tuple(billed_regions(self.visit, self.rules))

    def adjusted_for(self, slug: str) -> Iterator[tuple[AdjustmentFacts, Region]]:
        """Yield each adjusted region once, with the row of the payer for whom a check weighs most."""
        for region in dict.fromkeys(region for _, region in self.adjusted):
            yield self.heaviest(slug, [row for row, other in self.adjusted if other is region])[0], region

    def heaviest[R: (ActivityFacts, AdjustmentFacts)](self, slug: str, rows: Sequence[R]) -> list[R]:
        """Return those of some rows for whose payer a check weighs most: what is told once is told for the strictest."""
        ranks = [self.rank(slug, self.payer(row.episode_id)) for row in rows]
        return [row for row, rank in zip(rows, ranks, strict=True) if rank == min(ranks)]

    def rank(self, slug: str, payer: PayerFacts, grade: str = "") -> int:
        """Return the place of a check's weight for a payer, the heaviest first and what is not looked at last."""
        weight = self.rules.severity(slug, payer.kind, grade)
        return WEIGHTS.index(weight) if weight else len(WEIGHTS)

    def payer(self, episode_id: str) -> PayerFacts:
        """Return who pays for a row of this episode."""
        return self.episode(episode_id).payer

    def episode(self, episode_id: str) -> EpisodeFacts:
        """Return the episode of a row; the first where the row does not say, an empty one where there is none."""
        return self._episodes.get(episode_id, self._first_episode)

    def goal(self, activity: ActivityFacts) -> GoalFacts:
        """Return the goal that an activity serves: the picked one, else the written words."""
        picked = self._goals.get((self.episode(activity.episode_id).id, activity.goal_id)) if activity.goal_id else None
        return picked or GoalFacts(id="", text=activity.goal)

    @cached_property
    def _episodes(self) -> Mapping[str, EpisodeFacts]:
        return {episode.id: episode for episode in self.visit.episodes}

    @cached_property
    def _first_episode(self) -> EpisodeFacts:
        return self.visit.episodes[0] if self.visit.episodes else EpisodeFacts("")

    @cached_property
    def _goals(self) -> Mapping[tuple[str, str], GoalFacts]:
        return {(episode.id, goal.id): goal for episode in self.visit.episodes for goal in episode.goals}


type Check = Callable[[Case], Iterator[Concern]]


def case_of(visit: VisitFacts, rules: RuleBook) -> Case:
    """Read a visit once, for all checks."""
    return billed_again(Case(visit, rules, choices_of(visit)), visit)


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


def lasting(episode: EpisodeFacts, *what: str) -> tuple[str, ...]:
    """Return what makes a concern the same at a later visit: the complaint, and what it rests on there beside the check itself.

    Ids of rows are of one note, so none of them is among it.

    >>> lasting(EpisodeFacts("e1"), "lumbar"), lasting(EpisodeFacts(""))
    (('e1', 'lumbar'), ())
    """
    return (episode.id, *what) if episode.id else ()


@cache
def slug_of(check: Check) -> str:
    """Return the slug of a check: its name with dashes."""
    return getattr(check, "__name__", "").replace("_", "-")


def told(day: date) -> str:
    """Return a day as people write it: "27 October 2026"."""
    return f"{day.day} {day:%B %Y}"
