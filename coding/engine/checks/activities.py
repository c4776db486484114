"""Checks of what was done: what it was, what for, and how the time was given."""

from collections.abc import Iterator
from dataclasses import replace

from coding.engine.checks.case import Case, Concern, lasting, named, slug_of
from coding.engine.choosing import choose
from coding.engine.facts import ActivityFacts
from coding.engine.reading.amount import tells_how_much
from coding.engine.reading.normalise import tokens
from coding.engine.reading.skill import shows_skill
from coding.engine.results import NOT_BILLABLE, UNDETERMINED
from coding.engine.vocabulary import Delivery, Family

GROUP_MINIMUM = 2
SHARED = (Delivery.GROUP, Delivery.BY_TURNS)
# The rules by which a choice says that nobody gave their time.
NOBODY = ("nobody-was-with-the-patient", "left-without-anybody")


def intent_is_stated(case: Case) -> Iterator[Concern]:
    """What an activity was for is clear; not asked where its words or the way it was given are what is missing."""
    for activity in case.activities:
        choice = case.choices[activity.id]
        if choice.code != UNDETERMINED or _is_asked_elsewhere(case, activity):
            continue
        yield Concern(
            f"It is not clear what {_inside(activity)} was for.",
            choice.question or "Say what it was for.",
            activity.id,
            "description" if activity.intents else "intents",
            case.payer(activity.episode_id),
            because=choice.because,
        )


def description_is_specific(case: Case) -> Iterator[Concern]:
    """The words say what the patient did (CMS Benefit Policy Manual ch. 15 §220.3.E)."""
    for activity in case.activities:
        if case.choices[activity.id].code != NOT_BILLABLE and _is_vague(case, activity):
            yield Concern(
                f"{named(activity)} does not say what was done.",
                "Describe what the patient did, as it was done.",
                activity.id,
                "description",
                case.payer(activity.episode_id),
                because=case.descriptions[activity.description].because,
            )


def delivery_is_stated(case: Case) -> Iterator[Concern]:
    """How the time was given is stated for every activity."""
    for activity in case.activities:
        if activity.delivery is None and case.choices[activity.id].code != NOT_BILLABLE:
            yield Concern(
                f"{named(activity)} does not say how the time was given.",
                "Choose how the time was given.",
                activity.id,
                "delivery",
                case.payer(activity.episode_id),
            )


def service_is_attended(case: Case) -> Iterator[Concern]:
    """Somebody stayed with the patient, unless the service is one that may be set up and left."""
    for activity in case.activities:
        choice = case.choices[activity.id]
        if choice.code == NOT_BILLABLE and any(because.rule in NOBODY for because in choice.because):
            yield Concern(
                f"Nobody stayed with the patient for {_inside(activity)}.",
                "Mark it as record only, or correct how the time was given.",
                activity.id,
                "delivery",
                case.payer(activity.episode_id),
                because=choice.because,
            )


def group_has_two(case: Case) -> Iterator[Concern]:
    """Time shared with others, by the delivery or by the words, names how many they were (chirocode.com 34661)."""
    in_words = {coded.activity.id for coded in case.coded if coded.code.family is Family.GROUP}
    for activity in case.activities:
        size = activity.group_size
        shared = activity.delivery in SHARED or activity.id in in_words
        if not shared or (size or 0) >= GROUP_MINIMUM:
            continue
        how_many = "the note does not say how many they were" if size is None else f"the note counts {size}"
        yield Concern(
            f"{named(activity)} was shared with other patients; {how_many}.",
            "Enter how many patients took part, or correct how the time was given.",
            activity.id,
            "group_size",
            case.payer(activity.episode_id),
        )


def same_minutes_have_one_code(case: Case) -> Iterator[Concern]:
    """The same words, as they are read, do not stand under two services: the same minutes count once."""
    seen: dict[tuple[str, ...], str] = {}
    for coded in case.coded:
        words = tuple(token.word for token in tokens(coded.activity.description))
        if words and seen.setdefault(words, coded.code.code) != coded.code.code:
            yield Concern(
                f"{named(coded.activity)} stands twice, for two different services.",
                "Describe the two apart as they were done, or keep one of them.",
                coded.activity.id,
                "description",
                case.payer(coded.activity.episode_id),
            )


def response_is_described(case: Case) -> Iterator[Concern]:
    """The response to therapeutic procedures is described; told once for a note (CFI, documenting procedures)."""
    bare = [coded.activity for coded in case.procedures if not coded.activity.response.strip()]
    if silent := case.heaviest(slug_of(response_is_described), bare):
        others = f" and {len(silent) - 1} more" if len(silent) > 1 else ""
        yield Concern(
            f"How the patient responded to {_inside(silent[0])}{others} is not described.",
            "Add how the patient responded.",
            silent[0].id,
            "response",
            case.payer(silent[0].episode_id),
        )


def performer_may_deliver_it(case: Case) -> Iterator[Concern]:
    """Time with the patient was given by a clinician, where the payer does not pay for an assistant's.

    A group's is time of somebody too, though nobody counts its minutes. What may be set up and left, anybody may set up.

    What an assistant may do is a matter of the state and of the payer's contract, so the payer's profile says it.
    """
    for coded in case.coded:
        activity = coded.activity
        payer = case.payer(activity.episode_id)
        if not coded.code.supervised and activity.by_assistant and not payer.assistants_treat:
            yield Concern(
                f"{named(activity)} was given by {activity.performer}, an assistant.",
                "Correct who gave the time, or mark it as record only. What assistants may give stands with the payer.",
                activity.id,
                "performer",
                payer,
                lasts=lasting(case.episode(activity.episode_id), activity.performer_id, coded.code.code),
            )


def skilled_input_is_described(case: Case) -> Iterator[Concern]:
    """What needed skill is said of every therapeutic procedure, in any of its fields; told once for a note."""
    bare = [coded.activity for coded in case.procedures if not _needed_skill(coded.activity)]
    if plain := case.heaviest(slug_of(skilled_input_is_described), bare):
        others = f" and {len(plain) - 1} more" if len(plain) > 1 else ""
        yield Concern(
            f"What {_inside(plain[0])}{others} needed skill for is not described.",
            "Say in a few words what you cued, helped with, watched, graded or taught.",
            plain[0].id,
            "why",
            case.payer(plain[0].episode_id),
        )


def dose_is_described(case: Case) -> Iterator[Concern]:
    """Exercise says how much was done, in its own field or in the description, in figures or in words."""
    for coded in case.coded:
        activity = coded.activity
        if coded.code.dosed and not activity.dose.strip() and not tells_how_much(activity.description):
            yield Concern(
                f"{named(activity)} does not say how much was done.",
                "Add sets, load, repetitions or time, if it helps the next visit.",
                activity.id,
                "dose",
                case.payer(activity.episode_id),
            )


def _is_asked_elsewhere(case: Case, activity: ActivityFacts) -> bool:
    """Say whether another check asks for what keeps the row from a code: its words, its group, its delivery."""
    alone_in_a_group = (
        activity.delivery in SHARED and activity.group_size is not None and activity.group_size < GROUP_MINIMUM
    )
    return _is_vague(case, activity) or alone_in_a_group or _only_delivery_is_missing(case, activity)


def _needed_skill(activity: ActivityFacts) -> bool:
    """Say whether the field for it is filled in, or the other words tell it already."""
    told = (activity.description, activity.dose, activity.assistance, activity.response)
    return bool(activity.why.strip()) or any(map(shows_skill, told))


def _is_vague(case: Case, activity: ActivityFacts) -> bool:
    return case.descriptions[activity.description].label == "vague"


def _only_delivery_is_missing(case: Case, activity: ActivityFacts) -> bool:
    """Say whether a code comes out as soon as the time is taken to be one-on-one."""
    if activity.delivery is not None:
        return False
    attended = replace(activity, delivery=Delivery.ONE_ON_ONE)
    goals = case.episode(activity.episode_id).goals
    return choose(attended, goals=goals, payer=case.payer(activity.episode_id)).is_code


def _inside(activity: ActivityFacts) -> str:
    """Return the activity's words for the middle of a sentence."""
    return named(activity) if activity.description.strip() else "one activity"
