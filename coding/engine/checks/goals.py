"""Checks of goals: a service serves something that the patient is to be able to do again."""

from collections.abc import Iterator

from coding.engine.checks.case import Case, Coded, Concern, named
from coding.engine.facts import ActivityFacts, EpisodeFacts, GoalFacts
from coding.engine.vocabulary import Family

FUNCTIONAL = ("functional_measurable", "functional_only")
EXERCISE, TASK = "97110", "97530"


def therapy_has_a_functional_goal(case: Case) -> Iterator[Concern]:
    """Every therapeutic procedure serves a function, or a measured impairment behind one (CMS LCD L34428)."""
    for coded in case.procedures:
        goal = case.goal(coded.activity)
        if not _suffices(case, coded):
            yield Concern(
                _what_is_missing(case, coded.activity, goal),
                "Choose a goal of the episode, or write what the patient is to be able to do again.",
                coded.activity.id,
                "goal",
                case.payer(coded.activity.episode_id),
                because=case.goals[goal.text].because if goal.text == coded.activity.goal else (),
            )


def episode_has_a_functional_goal(case: Case) -> Iterator[Concern]:
    """Hands-on care and attended modalities belong to an episode with a functional goal; told once for an episode.

    Not told where a procedure of the same episode asks for its goal already.
    """
    asked = {case.episode(coded.activity.episode_id).id for coded in case.procedures}
    for coded in case.coded:
        episode = case.episode(coded.activity.episode_id)
        if _is_hands_on(coded) and episode.id not in asked and not _serves_function(case, episode):
            asked.add(episode.id)
            of = f" of “{episode.complaint}”" if episode.complaint else ""
            yield Concern(
                f"No goal{of} says what the patient is to be able to do again.",
                "Add a goal to the episode.",
                field="goals",
                payer=episode.payer,
            )


def goal_is_measurable(case: Case) -> Iterator[Concern]:
    """The goal that a procedure serves can be measured; told once for a goal (Palmetto GBA, subsequent visits)."""
    told: set[str] = set()
    for coded in case.procedures:
        goal = case.goal(coded.activity)
        if goal.text in told or not _suffices(case, coded) or _is_measured(case, goal):
            continue
        told.add(goal.text)
        yield Concern(
            f"The goal “{goal.text}” has no number to reach.",
            "Add how far, how long, how much or how often, as agreed with the patient.",
            coded.activity.id,
            "goals" if goal.id else "goal",
            case.payer(coded.activity.episode_id),
        )


def two_codes_serve_two_goals(case: Case) -> Iterator[Concern]:
    """Exercise and task practice on one day serve two different goals."""
    exercises = [coded for coded in case.procedures if coded.code.code == EXERCISE]
    for coded in case.procedures:
        text = case.goal(coded.activity).text.strip().casefold()
        twins = [other for other in exercises if text and case.goal(other.activity).text.strip().casefold() == text]
        if coded.code.code == TASK and twins:
            yield Concern(
                f"{named(coded.activity)} and {named(twins[0].activity)} serve the same goal.",
                "Check which goal each of them serves.",
                coded.activity.id,
                "goal",
                case.payer(coded.activity.episode_id),
            )
            return


def _suffices(case: Case, coded: Coded) -> bool:
    """Say whether the goal of a procedure is enough for it.

    A named function always is. A measured impairment is where a capacity is trained and the episode aims at a function.
    """
    label = case.goals[case.goal(coded.activity).text].label
    if label in FUNCTIONAL:
        return True
    behind = _has_function(case, case.episode(coded.activity.episode_id))
    return coded.code.needs_goal == "any" and label == "impairment_only" and behind


def _what_is_missing(case: Case, activity: ActivityFacts, goal: GoalFacts) -> str:
    words = goal.text.strip()
    if not words:
        return f"{named(activity)} serves no goal yet."
    if case.goals[goal.text].label == "impairment_only":
        return f"The goal “{words}” names a measure of the body, and no function that it is for."
    return f"The goal “{words}” does not say what the patient is to be able to do again."


def _is_hands_on(coded: Coded) -> bool:
    return coded.code.is_attended and coded.code.family in (Family.HANDS, Family.AGENT)


def _serves_function(case: Case, episode: EpisodeFacts) -> bool:
    """Say whether the episode, or a row of it, names a function."""
    rows = [row for row in case.visit.activities if case.episode(row.episode_id).id == episode.id]
    return _has_function(case, episode) or any(case.goals[row.goal].label in FUNCTIONAL for row in rows)


def _has_function(case: Case, episode: EpisodeFacts) -> bool:
    return any(case.goals[goal.text].label in FUNCTIONAL for goal in episode.goals)


def _is_measured(case: Case, goal: GoalFacts) -> bool:
    if case.goals[goal.text].label == "functional_measurable" or goal.target.strip():
        return True
    return case.goals[goal.text].label == "impairment_only" and any(sign.isdigit() for sign in goal.text)
