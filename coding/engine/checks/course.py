"""Checks across visits: that words are today's own, examinations recur, goals move, and a dose grows or says why not."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final

from coding.engine.checks.case import Case, Coded, Concern, lasting, named, told
from coding.engine.facts import ActivityFacts, EpisodeFacts, VisitFacts
from coding.engine.reading.lexicon import follows, tells
from coding.engine.reading.normalise import Token, tokens
from coding.engine.vocabulary import CarePhase

SAME_SHARE: Final = 0.8
FEWEST_SENTENCES: Final = 2  # one that stands again may well hold; so may one number
SAME_NUMBERS_AT: Final = 3  # visits in a row, this one included
EXAMINE_SOON: Final = 25  # days after the last examination
EXAMINE_NOW: Final = 30
STILL_DAYS: Final = 30
STILL_VISITS: Final = 10
SAME_DOSE_AT: Final = 4  # earlier visits

_ENDS: Final = re.compile(r"[.!?;]+(?=\s|$)|\n+")
FARTHEST: Final = 5  # words from "same" to "dose", or from "progress" to "next"


def text_is_not_cloned(case: Case) -> Iterator[Concern]:
    """Subjective and assessment are written for this visit, and numbers measured at it; told once for a note (NGS Medicare
    on cloned documentation). Plan, goals and dose may stay as they were.
    """
    earlier = case.visit.history
    if earlier and _are_the_same_words(case.visit, earlier[0]):
        yield Concern(
            f"Subjective and assessment stand as at the visit of {told(earlier[0].on)}, nearly word for word.",
            "Write what the patient said and what you think today. If it is the same, say since when.",
            field="subjective",
        )
    elif _are_the_same_numbers(case.visit):
        yield Concern(
            f"All numbers among the findings are the same at {SAME_NUMBERS_AT} visits in a row.",
            "Enter what was measured today, and take out what was not.",
            field="findings",
        )


def re_examination_is_not_overdue(case: Case) -> Iterator[Concern]:
    """In active care, the patient is examined again within thirty days (CCGPP; Illinois Chiropractic Society)."""
    if case.visit.care_phase is CarePhase.MAINTENANCE:
        return
    for episode in case.visit.episodes:
        since = examined_on(case, episode)
        days = (case.visit.on - since).days if since else 0
        if since and days >= EXAMINE_SOON:
            yield Concern(
                f"The last examination{of(episode)} was on {told(since)}, {days} days before this visit.",
                "Measure again what was measured then, and pick the exam or review the plan of care.",
                episode.id,
                "services",
                episode.payer,
                "" if days >= EXAMINE_NOW else "softer",
                lasts=lasting(episode, f"{since:%Y-%m-%d}"),
            )


def goals_move_or_care_changes(case: Case) -> Iterator[Concern]:
    """Within thirty days or ten visits a goal comes nearer or the plan changes; told once in thirty days (Palmetto GBA)."""
    if case.visit.care_phase is CarePhase.MAINTENANCE:
        return
    for episode in case.visit.episodes:
        changed_on, visits = _last_change(case.visit, episode)
        days = (case.visit.on - changed_on).days
        still = days >= STILL_DAYS or visits >= STILL_VISITS
        if episode.goals and still and not _was_told(case, episode, goals_move_or_care_changes.__name__, STILL_DAYS):
            yield Concern(
                f"No goal{of(episode)} moved and the plan of care did not change in {days} days and {visits} visits.",
                "Enter where the goals stand today, or change the plan of care or the goals.",
                episode.id,
                "goals",
                episode.payer,
                lasts=lasting(episode, *_as_planned(episode)),
            )


def dose_progresses_or_says_why(case: Case) -> Iterator[Concern]:
    """After four visits with one dose, an exercise grows or the note says why not; told once for an episode."""
    told: set[str] = set()
    for coded in case.procedures:
        episode = case.episode(coded.activity.episode_id)
        if episode.id in told or _was_told(case, episode, dose_progresses_or_says_why.__name__):
            continue
        if _has_stayed(case, coded, episode) and not _says_why(case.visit, coded.activity):
            told.add(episode.id)
            yield Concern(
                f"{named(coded.activity)} has had the same dose at {SAME_DOSE_AT} visits before.",
                "Make it harder when the patient can, or write why it stays.",
                coded.activity.id,
                "dose",
                episode.payer,
            )


def examined_on(case: Case, episode: EpisodeFacts) -> date | None:
    """Return when an episode was last examined: an exam was picked, the plan reviewed, or treatment began."""
    days = [episode.began_on, episode.reviewed_on]
    days += [visit.on for visit in (case.visit, *of_episode(case, episode)) if _has_exam(case, visit, episode)]
    return max((day for day in days if day), default=None)


def of_episode(case: Case, episode: EpisodeFacts) -> list[VisitFacts]:
    """Return the earlier visits of an episode, newest first."""
    return [visit for visit in case.visit.history if visit.episode(episode.id)]


def of(episode: EpisodeFacts) -> str:
    return f" of “{episode.complaint}”" if episode.complaint else ""


# Words and numbers


def _are_the_same_words(visit: VisitFacts, before: VisitFacts) -> bool:
    now, then = _sentences(visit), set(_sentences(before))
    again = sum(sentence in then for sentence in now)
    return len(now) >= FEWEST_SENTENCES and again >= SAME_SHARE * len(now)


def _sentences(visit: VisitFacts) -> list[str]:
    """Return what was said and thought, sentence by sentence, as far as spelling goes alike."""
    parts = (*_ENDS.split(visit.subjective), *_ENDS.split(visit.assessment))
    return [words for part in parts if (words := " ".join(part.casefold().split()).strip(" ,.-"))]


def _are_the_same_numbers(visit: VisitFacts) -> bool:
    before = visit.history[: SAME_NUMBERS_AT - 1]
    now = _numbers(visit)
    enough = len(before) == SAME_NUMBERS_AT - 1 and len(now) >= FEWEST_SENTENCES
    return enough and all(now.items() <= _numbers(each).items() for each in before)


def _numbers(visit: VisitFacts) -> Mapping[tuple[str, ...], str]:
    return {
        (row.kind, row.region or "", row.side or "", row.words.casefold(), row.unit): row.value.strip()
        for row in visit.findings
        if any(sign.isdigit() for sign in row.value)
    }


# Time


def _has_exam(case: Case, visit: VisitFacts, episode: EpisodeFacts) -> bool:
    first = visit.episodes[0].id if visit.episodes else ""
    exams = [service for service in visit.services if case.rules.code(service.code).exam]
    return any((service.episode_id or first) == episode.id for service in exams)


def _was_told(case: Case, episode: EpisodeFacts, check: str, days: int | None = None) -> bool:
    """Say whether a visit of the episode was signed with this flag, within so many days."""
    return any(
        was_told_of(visit, episode, check) and (days is None or (case.visit.on - visit.on).days < days)
        for visit in of_episode(case, episode)
    )


def was_told_of(visit: VisitFacts, episode: EpisodeFacts, check: str) -> bool:
    """Say whether a signed visit had this flag for this complaint.

    A reason says what it was about: another complaint of the same visit was not told of. Tips need no reason, and count
    for all complaints of their visit.
    """
    slug = check.replace("_", "-")
    abouts = {about for each, about in visit.reasoned if each == slug}
    rows = {row.id for row in visit.activities if (its := visit.episode(row.episode_id)) and its.id == episode.id}
    return slug in visit.told and (not abouts or not abouts.isdisjoint({"", episode.id, *rows}))


# Goals


def _last_change(visit: VisitFacts, episode: EpisodeFacts) -> tuple[date, int]:
    """Return when a goal or the plan last moved, and how many visits there were since, this one included."""
    course = [*(each for each in reversed(visit.history) if each.episode(episode.id)), visit]
    stood: dict[str, str] = {}
    _moves(course[0], stood, episode)
    plan, changed_on, visits = _plan(course[0], episode), course[0].on, 0
    for each in course[1:]:
        visits += 1
        if _moves(each, stood, episode) or _plan(each, episode) != plan:
            plan, changed_on, visits = _plan(each, episode), each.on, 0
    return changed_on, visits


def _moves(visit: VisitFacts, stood: dict[str, str], episode: EpisodeFacts) -> bool:
    """Say whether a goal stands elsewhere than before, and remember where each one stands."""
    for goal in _in(visit, episode).goals:
        stood.setdefault(goal.id, goal.baseline.strip().casefold())
    now = {stand.goal_id: stand.value.strip().casefold() for stand in visit.progress if stand.goal_id in stood}
    moved = any(stood[goal] != value for goal, value in now.items())
    stood.update(now)
    return moved


def _plan(visit: VisitFacts, episode: EpisodeFacts) -> tuple[str, str, frozenset[tuple[str, str, str]]]:
    then = _in(visit, episode)
    return then.frequency, then.duration, frozenset((goal.id, goal.text, goal.target) for goal in then.goals)


def _as_planned(episode: EpisodeFacts) -> Iterator[str]:
    """Yield the plan and the goals that stand still. Where they stand is not among it: how far back that is known varies."""
    yield episode.frequency
    yield episode.duration
    for goal in sorted(episode.goals, key=lambda goal: goal.id):
        yield from (goal.id, goal.text, goal.target)


def _in(visit: VisitFacts, episode: EpisodeFacts) -> EpisodeFacts:
    return visit.episode(episode.id) or episode


# Dose


def _has_stayed(case: Case, coded: Coded, episode: EpisodeFacts) -> bool:
    now = coded.activity
    rows = (row for visit in of_episode(case, episode) for row in visit.activities if _words(row) == _words(now))
    last = [_dose(row) for row, _ in zip(rows, range(SAME_DOSE_AT), strict=False)]
    return len(last) == SAME_DOSE_AT and set(last) == {_dose(now)} and bool(now.dose.strip())


def _says_why(visit: VisitFacts, activity: ActivityFacts) -> bool:
    """Say whether the record says that a dose stays, or when it is to grow."""
    texts = (activity.response, activity.why, activity.dose, visit.assessment, visit.plan)
    return any(_tells_why(tokens(text)) for text in texts)


def _tells_why(run: tuple[Token, ...]) -> bool:
    pairs = (("kept", "dose"), ("not_able", "more"), ("progress", "when"))
    return tells("set_back", run) or any(follows(first, then, run, within=FARTHEST) for first, then in pairs)


def _words(activity: ActivityFacts) -> str:
    return " ".join(activity.description.casefold().split())


def _dose(activity: ActivityFacts) -> tuple[str, int | None]:
    return " ".join(activity.dose.casefold().split()), activity.minutes
