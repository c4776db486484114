"""Checks of goals: a service serves something that the patient is to be able to do again."""

from collections.abc import Iterator

from coding.engine.checks.case import Case, Coded, Concern, lasting, named
from coding.engine.facts import ActivityFacts, EpisodeFacts, GoalFacts
from coding.engine.vocabulary import CarePhase, Family

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

    Not told where a procedure of the same episode asks for its goal already. Where only adjustments are paid, the goals of
    the plan are what they are judged by; that there is none at all, the check of the plan tells.
    """
    asked = {case.episode(coded.activity.episode_id).id for coded in case.procedures}
    prepared = [case.episode(coded.activity.episode_id) for coded in case.coded if _is_hands_on(case, coded)]
    for episode in (*prepared, *(each for each in _judged_by_their_goals(case) if each.goals)):
        if episode.id not in asked and not _serves_function(case, episode):
            asked.add(episode.id)
            of = f" of “{episode.complaint}”" if episode.complaint else ""
            yield Concern(
                f"No goal{of} says what the patient is to be able to do again.",
                "Add a goal to the episode.",
                episode.id,
                "care_goals",
                episode.payer,
                lasts=lasting(episode),
            )


def goal_is_measurable(case: Case) -> Iterator[Concern]:
    """The goal that a service serves can be measured; told once for a goal (Palmetto GBA, subsequent visits)."""
    told: set[str] = set()
    for about, goal, episode in _served(case):
        if goal.text in told or _is_measured(case, goal):
            continue
        told.add(goal.text)
        yield Concern(
            f"The goal “{goal.text}” has no number to reach.",
            "Add how far, how long, how much or how often, as agreed with the patient.",
            about,
            "care_goals" if goal.id else "goal",
            episode.payer,
            lasts=lasting(episode, goal.id, goal.text),
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
                lasts=lasting(case.episode(coded.activity.episode_id), text),
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


def _served(case: Case) -> Iterator[tuple[str, GoalFacts, EpisodeFacts]]:
    """Yield what serves a goal of function, the goal and the episode: procedures, and adjustments where only these are paid."""
    for coded in case.procedures:
        if _is_paid(case, coded) and _suffices(case, coded):
            yield coded.activity.id, case.goal(coded.activity), case.episode(coded.activity.episode_id)
    for episode in _judged_by_their_goals(case):
        for goal in episode.goals:
            if case.goals[goal.text].label in FUNCTIONAL:
                yield episode.id, goal, episode


def _judged_by_their_goals(case: Case) -> list[EpisodeFacts]:
    """Return the episodes of active care whose payer pays for adjustments and for no therapy: it reads the plan's goals."""
    if case.visit.care_phase is CarePhase.MAINTENANCE:
        return []
    adjusted = [case.episode(row.episode_id) for row, _ in case.adjusted]
    alone = [episode for episode in adjusted if not case.rules.payer(episode.payer.kind).pays_for(EXERCISE)]
    return list({episode.id: episode for episode in alone}.values())


def _is_paid(case: Case, coded: Coded) -> bool:
    return case.rules.payer(case.payer(coded.activity.episode_id).kind).pays_for(coded.code.code)


def _is_hands_on(case: Case, coded: Coded) -> bool:
    family = coded.code.family in (Family.HANDS, Family.AGENT)
    return family and coded.code.is_attended and _is_paid(case, coded)


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
