"""Advice the other way: what was done and recorded, and is left off the bill."""

from collections.abc import Iterator
from dataclasses import replace

from coding.engine.checks.activities import (
    delivery_is_stated,
    description_is_specific,
    group_has_two,
    intent_is_stated,
    performer_may_deliver_it,
    same_minutes_have_one_code,
    service_is_attended,
)
from coding.engine.checks.case import Case, Check, Concern, billed_again, named
from coding.engine.checks.goals import goal_is_measurable, therapy_has_a_functional_goal, two_codes_serve_two_goals
from coding.engine.checks.minutes import (
    daily_maximum_is_kept,
    minutes_fit_the_visit,
    time_is_counted_once,
    timed_service_has_minutes,
)
from coding.engine.checks.regions import covers
from coding.engine.facts import ActivityFacts, AdjustmentFacts
from coding.engine.modifiers import listed
from coding.engine.spine import extraspinal_code, spinal_code

# A row is complete when none of these has anything to say about it.
COMPLETE: tuple[Check, ...] = (
    intent_is_stated,
    description_is_specific,
    delivery_is_stated,
    service_is_attended,
    group_has_two,
    performer_may_deliver_it,
    same_minutes_have_one_code,
    timed_service_has_minutes,
    therapy_has_a_functional_goal,
    goal_is_measurable,
    two_codes_serve_two_goals,
    daily_maximum_is_kept,
)


def record_supports_more(case: Case) -> Iterator[Concern]:
    """What is complete and marked "record only" is marked so on purpose: under-coding is a wrong code too."""
    yield from _adjustments(case)
    for activity in case.visit.activities:
        if activity.record_only and _would_count(case, activity):
            yield Concern(
                f"{named(activity)} is complete, and marked as record only.",
                "Nothing to do if that is on purpose; otherwise take the mark off.",
                activity.id,
                "description",
                case.payer(activity.episode_id),
            )


def _adjustments(case: Case) -> Iterator[Concern]:
    """Tell once of examined regions that would make it a different adjustment."""
    kept = [row for row in case.visit.adjustments if row.record_only and _was_examined(case, row)]
    more = [row for row in kept if _changes_the_code(case, row, kept)]
    if more:
        regions = dict.fromkeys(row.region for row in more if row.region)
        yield Concern(
            f"Adjusted, examined, and marked as record only: {listed(regions)}.",
            "Nothing to do if that is on purpose; otherwise take the mark off.",
            more[0].id,
            "adjustments",
            case.payer(more[0].episode_id),
        )


def _was_examined(case: Case, row: AdjustmentFacts) -> bool:
    return row.region is not None and covers(case.examined, row.region)


def _changes_the_code(case: Case, row: AdjustmentFacts, kept: list[AdjustmentFacts]) -> bool:
    """Say whether the examined rows that are kept off the bill, with this one's payer, would give another code."""
    payer = case.payer(row.episode_id)
    billed = [other.region for other in _of_payer(case, payer.id) if not other.record_only]
    whole = [*billed, *(other.region for other in kept if case.payer(other.episode_id).id == payer.id)]
    code_of = spinal_code if row.region and row.region.is_spinal else extraspinal_code
    supported = code_of(whole)
    return supported != code_of(billed) and case.rules.payer(payer.kind).pays_for(supported)


def _of_payer(case: Case, payer_id: str) -> list[AdjustmentFacts]:
    return [row for row in case.visit.adjustments if case.payer(row.episode_id).id == payer_id]


def _would_count(case: Case, activity: ActivityFacts) -> bool:
    """Say whether the row, with its mark taken off, would add a unit that nobody would object to."""
    choice = case.choices[activity.id]
    payer = case.payer(activity.episode_id)
    if not choice.is_code or not case.rules.payer(payer.kind).pays_for(choice.code):
        return False
    rows = tuple(replace(row, record_only=row.record_only and row is not activity) for row in case.visit.activities)
    trial = billed_again(case, replace(case.visit, activities=rows))
    return _units(trial) > _units(case) and not _objected(trial, activity.id)


def _objected(trial: Case, about: str) -> bool:
    """Say whether the row would be objected to, or its time is not there, whichever row that is told of."""
    no_time = any(minutes_fit_the_visit(trial)) or any(time_is_counted_once(trial))
    return no_time or any(concern.about == about for check in COMPLETE for concern in check(trial))


def _units(case: Case) -> int:
    return sum(line.units for bill in case.bills for line in bill.lines)
