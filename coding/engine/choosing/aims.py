"""What the patient did, and what for: the heart of the choice (seeds 000 to 003; domain facts 1.3).

One capacity, control, the way of walking, a whole task, self-care: the stated aim decides. What was done decides only
where it is the thing itself (a task rehearsed, a skill taught) or where an aim is served by something plainly different
(a strengthening exercise so that stairs are easier stays a strengthening exercise).
"""

from dataclasses import replace
from typing import Final

from coding.engine.choosing.case import FIGURES, GOAL, PLAIN_AIMS, Aim, Case, all_because
from coding.engine.choosing.effort import CAPACITIES, nothing_but_drills, walks_for_stamina
from coding.engine.choosing.passing import only_where
from coding.engine.reading.lexicon import tells
from coding.engine.reading.read import Hit
from coding.engine.results import Choice
from coding.engine.vocabulary import OutcomePolicy

FOR_PLAIN_AIMS: Final = frozenset({Aim.CAPACITY, Aim.CONTROL, Aim.GAIT})
TASK_WORDS: Final = ("move", "sit_stand", "transfer", "self_care", "household", "sport")
# Deeds beside which a measure is a check on the way, not the service itself.
TREATED: Final = (
    "isolated", "gym_move", "move", "control_deed", "technique", "massage", "hands", "teach", "practice", "cardio", "walking",
    "equipment", "self_applied", "tool", "sit_stand", "transfer", "water",
)  # fmt: skip
STILL: Final = frozenset(
    {"standing", "sitting", "lying", "holding", "resting", "using", "keeping", "looking", "facing"}
)
SURROUNDINGS: Final = ("object", "place", "life", "sport", "rehearsal", "household", "self_care")


def picked_against_words(case: Case) -> Choice | None:
    """Picked aims outrank words; where the words deny them, or state only others in the goal, a person must say."""
    if not case.activity.intents:
        return None
    denied = _denied(case, *(intent.value for intent in case.activity.intents))
    if denied:
        return case.ask("contradiction", all_because(denied, "the-picked-aim-is-denied"))
    if case.only(*FOR_PLAIN_AIMS) and case.done("home_topic") and not _exercised(case):
        return case.ask("contradiction", all_because(case.done("home_topic"), "skills-for-home-are-described"))
    picked, written = set(case.aims), set(case.written) - {Aim.RELIEF}
    if written and not picked & written and (written <= FOR_PLAIN_AIMS and picked <= FOR_PLAIN_AIMS | {Aim.TASK}):
        return case.ask("contradiction", tuple(b for aim in sorted(written) for b in case.written[aim]))
    return None


def _denied(case: Case, *concepts: str) -> tuple[Hit, ...]:
    """Return what is denied, without faults: "no limp" is what walking training is for."""
    faults = {(hit.field, hit.start, hit.end) for hit in case.reading.denied("fault")}
    return tuple(hit for hit in case.reading.denied(*concepts) if (hit.field, hit.start, hit.end) not in faults)


@only_where("performance_test", "force_measure", "stamina_measure", "steadiness_measure", "report")
def a_test(case: Case) -> Choice | None:
    """A formal test of performance with a report of its own (PPS, LegalClarity)."""
    words = case.done("performance_test")
    measured = words + case.done("force_measure", "stamina_measure", "steadiness_measure")
    if Aim.TEST in case.aims and (words or case.done("report")):
        return case.code("97750", case.evidence(Aim.TEST) + all_because(words, "performance-is-measured"))
    if not measured:
        return None
    report = case.reading.find("report")
    trained = [hit for hit in _exercised(case) if not hit.concept.endswith("_measure")]
    nothing_else = words and not case.done(*TREATED) and not trained
    if case.aims.keys() - {Aim.RELIEF} and not report and not nothing_else:
        return None
    if report or any(case.tells("capacity", hit) for hit in words):
        return case.code("97750", all_because(measured + report, "performance-is-measured-and-reported"))
    treated = case.done(*TREATED) or (words and trained)
    return None if treated else case.ask("test", all_because(measured, "something-was-measured"))


@only_where("water")
def in_water(case: Case) -> Choice | None:
    """Exercise in water, for whatever aim (the pair tables set it apart from exercise on land)."""
    words = case.done("water")
    if not words:
        return None
    if case.aims.keys() - {Aim.RELIEF} or _exercised(case):
        return case.code("97113", all_because(words, "in-water") + case.evidence(*Aim))
    return case.ask("aim", all_because(words, "in-water"))


def self_care(case: Case) -> Choice | None:
    """Self-care and household skills, taught for home (seed 003; codingahead)."""
    if Aim.SELF_CARE in case.aims:
        return case.code("97535", case.evidence(Aim.SELF_CARE))
    if case.activity.intents:
        return None
    taught = case.done("teach", "retrain")
    topics = case.reading.find("home_topic") if taught else case.done("home_topic")
    if case.only(*FOR_PLAIN_AIMS) and not topics:
        return None  # putting on socks for the sake of hip motion
    skills = case.done("self_care", "adl")
    household = case.done("household") or (case.reading.find("household", field=GOAL) if taught else ())
    if _is_rehearsed(case) and (_for_work(case) or not (skills or taught or topics)):
        return None
    if not (taught or skills) and whole_task(case) and (_practised(case) or _only_held_on_to(case, topics)):
        return None  # a task is practised, with a device of the home beside it
    if household and not (taught or skills or topics) and tells("in_rounds", case.description):
        return None  # what is counted in rounds is rehearsed
    still = not case.done("move", "walking", "gym_move", "object")
    at_home = taught or case.reading.has("adl") or (still and case.reading.has("household", field=GOAL))
    if topics or skills or (household and at_home) or (taught and case.at_home and not _exercised(case)):
        return case.code("97535", all_because(taught + skills + household + topics + case.at_home, "skills-for-home"))
    return None


def lumped(case: Case) -> Choice | None:
    """Three kinds of training under one total ("balance/strength/gait 30 min") cannot be told apart by anybody."""
    if case.activity.intents or _exercised_deeds(case):
        return None
    kinds = [hits for aim in PLAIN_AIMS if (hits := tuple(h for h in case.named(aim) if not h.purpose))]
    if len(kinds) < len(PLAIN_AIMS):
        return None
    return case.ask("two_things", all_because((hit for hits in kinds for hit in hits), "several-services-in-one-row"))


def by_aim(case: Case) -> Choice | None:
    """Return what the stated aim supports. Of several outcomes without a named task, the payer's policy decides."""
    if not _several_outcomes(case):
        return _by_one_aim(case)
    policy = case.payer.outcome_policy
    if policy is OutcomePolicy.OUTCOMES:
        choice: Choice | None = case.code("97530", case.evidence(*PLAIN_AIMS))
    else:
        choice = _by_one_aim(case)
    return replace(choice, policy=policy) if choice else None


def _several_outcomes(case: Case) -> bool:
    """Say whether several outcomes are meant and no task is named (seed 002); one part alone is always exercise.

    Each capacity is an outcome of its own; control, whatever its kinds, is one, and so is the way of walking.
    """
    if Aim.TASK in case.aims or not case.only(*FOR_PLAIN_AIMS) or case.done("isolated"):
        return False
    intents = case.activity.intents
    plain = {str(intent) for intent in intents} or {hit.concept for hit in case.reading.find(*CAPACITIES, purpose=True)}
    others = case.aims.keys() & {Aim.CONTROL, Aim.GAIT}
    return len(plain & set(CAPACITIES) - {"stability"}) + len(others) > 1


def _by_one_aim(case: Case) -> Choice | None:
    aims = case.aims
    if Aim.TASK in aims:
        return _task(case)
    if Aim.GAIT in aims and (Aim.CAPACITY not in aims or _walks(case)):
        return _gait(case)
    if Aim.CONTROL in aims and not (Aim.CAPACITY in aims and _isolated(case)):
        return _control(case)
    if Aim.CAPACITY in aims and (learned := _learns_to_hold(case)):
        return case.code("97112", all_because(learned, "a-part-learns-again") + case.evidence(Aim.CAPACITY))
    if Aim.CAPACITY in aims and (drills := nothing_but_drills(case)):
        return case.ask(
            "contradiction_of_words", all_because(drills, "a-drill-of-control") + case.evidence(Aim.CAPACITY)
        )
    return case.code("97110", case.evidence(Aim.CAPACITY)) if Aim.CAPACITY in aims else None


def by_words(case: Case) -> Choice | None:
    """Without a stated aim, return what the description names for itself: an aim, a task, a way of walking."""
    if _generic_function(case) and (task := _task_words(case)):
        return case.code("97530", all_because(task + _generic_function(case), "functional-movement"))
    if case.named(Aim.GAIT) or _gait_label(case):
        return case.code("97116", all_because(case.named(Aim.GAIT) + _gait_label(case), "way-of-walking-is-trained"))
    if task := whole_task(case):
        return case.code("97530", all_because(task, "a-whole-task-is-practised"))
    if control := _explicit_control(case):
        return case.code("97112", all_because(control, "control-is-trained"))
    if (drills := case.done("control_deed")) and (faults := case.reading.find("control_fault")):
        return case.code("97112", all_because(drills + faults, "control-is-trained"))
    if capacity := case.named(Aim.CAPACITY):
        return case.code("97110", all_because(capacity, "one-capacity-is-trained"))
    if retrained := case.reading.find("retrain"):
        return case.code("97112", all_because(retrained, "a-part-learns-again"))
    return None


def ask(case: Case) -> Choice:
    """Ask for what is missing: the deed, the aim, or both."""
    if not case.activity.description.strip():
        return case.ask("nothing" if not case.aims else "deed", case.evidence(*Aim))
    if case.is_vague:
        return case.ask("deed" if case.aims else "both", case.evidence(*Aim))
    return case.ask("aim", case.evidence(*Aim))


def _learns_to_hold(case: Case) -> tuple[Hit, ...]:
    """Return the words of re-training where nothing but stability is aimed at: holding firm again is control."""
    aimed = {hit.concept for hit in case.reading.find(*CAPACITIES, purpose=True)}
    return case.reading.find("retrain") + case.named(Aim.CONTROL) if aimed == {"stability"} else ()


# A task is the aim ---------------------------------------------------------------------------------


def _task(case: Case) -> Choice | None:
    """A function of life or work is aimed at: is it practised, or served by something else?"""
    because = case.evidence(Aim.TASK)
    picked = bool(case.activity.intents)
    if not picked and (served := _serves_the_task(case)):
        code, hits, rule = served
        return case.code(code, all_because(hits, rule) + because)
    if not picked and (case.is_vague or _is_equipment_only(case)):
        return None
    return case.code("97530", because + all_because(_task_words(case), "a-task-is-practised"))


def _is_equipment_only(case: Case) -> bool:
    """Say whether a device is named and no movement: what is done on it may serve a task without being one."""
    named = case.done(*TASK_WORDS, "gym_move", "rehearsal", "life", "object", "walking", "plane", "practice")
    return bool(case.done("equipment")) and not named and not any(map(_is_deed, case.reading.unread))


def _is_deed(word: str) -> bool:
    """Say whether a word that the lexicon does not know names something done ("picking coins out of putty")."""
    return word.endswith("ing") and word not in STILL


def _serves_the_task(case: Case) -> tuple[str, tuple[Hit, ...], str] | None:
    """Return what serves the task without being it: walking trained, control or a capacity trained by itself."""
    task = whole_task(case) or _as_deeds(case, "move", "transfer")
    if stamina := walks_for_stamina(case):
        return "97110", stamina, "stamina-is-trained"
    if (walking := case.named(Aim.GAIT) + _trained_walking(case)) and not _as_deeds(
        case, "object", "move", "rehearsal"
    ):
        return "97116", walking, "way-of-walking-is-trained"
    if task or case.done("sit_stand"):
        return None
    if (control := _explicit_control(case)) and not _dynamic(case):
        return "97112", control, "control-is-trained"
    capacity = _without_figures(case.named(Aim.CAPACITY))
    if capacity and not _several_capacities(case):
        return "97110", capacity, "one-capacity-is-trained"
    return _drilled(case)


def _as_deeds(case: Case, *concepts: str) -> tuple[Hit, ...]:
    """Return what is described as done, not as the purpose of something else."""
    return tuple(hit for hit in case.done(*concepts) if not hit.purpose)


def _drilled(case: Case) -> tuple[str, tuple[Hit, ...], str] | None:
    """Return an exercise of one part, or a drill of control, that merely serves the task."""
    if case.done("gym_move", "rehearsal") or _as_deeds(case, "life", "sport"):
        return None
    if alone := _isolated(case) or _exercises_of_a_part(case):
        return "97110", alone, "exercise-of-one-part"
    drills = case.done("control_deed")
    return ("97112", drills, "control-is-trained") if drills else None


def _without_figures(hits: tuple[Hit, ...]) -> tuple[Hit, ...]:
    """Return the hits without bare degrees: "cut at 45 deg" is a direction to run in, not a range to win."""
    return tuple(hit for hit in hits if hit.text.casefold() not in FIGURES)


def _several_capacities(case: Case) -> bool:
    """Several capacities at once for a function are a task, by seed 002; never for an exercise of one part."""
    kinds = {hit.concept for hit in case.named(Aim.CAPACITY)} - {"stability"}
    return len(kinds) > 1 and not case.done("isolated")


def _dynamic(case: Case) -> bool:
    return bool(case.done("dynamic", "rehearsal"))


# Walking and control ---------------------------------------------------------------------------------


def _gait(case: Case) -> Choice:
    capacity = tuple(hit for hit in case.named(Aim.CAPACITY) if not hit.purpose)
    if not case.activity.intents and not _walks(case) and (capacity or case.done("isolated", "plane")):
        hits = capacity or case.done("isolated", "plane")
        return case.code("97110", all_because(hits, "exercise-of-one-part") + case.evidence(Aim.GAIT))
    if Aim.CONTROL in case.aims and not _walks(case):
        return case.code("97112", case.evidence(Aim.CONTROL))
    return case.code("97116", case.evidence(Aim.GAIT))


def _control(case: Case) -> Choice:
    task = whole_task(case) if not case.activity.intents else ()
    if task and case.done("rehearsal"):
        return case.code("97530", all_because(task, "a-whole-task-is-practised"))
    return case.code("97112", case.evidence(Aim.CONTROL))


def _walks(case: Case) -> tuple[Hit, ...]:
    return case.done("walking", "gait", "gait_label", "gait_aid", "walking_aid", "cardio")


def _trained_walking(case: Case) -> tuple[Hit, ...]:
    """Return walking or stairs as the thing done, not as the purpose of something else."""
    aids = () if case.done("transfer", "sit_stand", "self_care", "household") else case.done("walking_aid")
    if case.reading.find("walking", "gait", field=GOAL):
        aids += case.done("gait_aid")
    return tuple(hit for hit in case.done("walking", "gait_label") if not hit.purpose) + aids


def _gait_label(case: Case) -> tuple[Hit, ...]:
    """Return "gait training" where something beside the name shows what was done."""
    return case.done("gait_label") if case.done("walking", "gait_aid", "walking_aid", "cardio", "attended") else ()


# What the words of the description amount to ---------------------------------------------------------


def whole_task(case: Case) -> tuple[Hit, ...]:
    """Return the words of a task of life or work that is practised: a movement with its surroundings, or a transfer."""
    if transfers := case.done("transfer"):
        return transfers
    moves, rehearsed = case.done("move", "sit_stand", "gym_move"), case.done("rehearsal")
    around = case.done(*SURROUNDINGS)
    practised = case.done("practice") and not _drilled_at_markers(case)
    if moves and (around or (practised and not case.done("gym_move"))):
        return moves + around
    lived = case.done("life", "sport", "household")
    return rehearsed + lived if rehearsed and (lived or case.done("object", "walking")) else ()


def _drilled_at_markers(case: Case) -> bool:
    """Say whether a movement is drilled between cones and the like: that may serve balance, force or a task."""
    drilled = all(case.tells("drilled", hit) for hit in case.done("practice"))
    return drilled and any(case.tells("marker", hit) for hit in case.done("equipment"))


def _is_rehearsed(case: Case) -> bool:
    return bool(case.done("rehearsal"))


def _practised(case: Case) -> bool:
    """Say whether a thing is done again and again ("practised", "rehearsed"); "trained" may as well mean taught."""
    return any(case.tells("practised", hit) for hit in case.done("practice", "rehearsal"))


def _only_held_on_to(case: Case, topics: tuple[Hit, ...]) -> bool:
    """Say whether the home is in nothing but a bar or seat that is used while the task is done."""
    return bool(topics) and all(case.tells("held", hit) for hit in topics)


def _for_work(case: Case) -> bool:
    """Say whether the goal is the patient's work, and not the household."""
    worked = {hit.concept for hit in case.reading.find("trade", "work_word", field=GOAL)}
    return bool(worked) or any(case.tells("job", hit) for hit in case.reading.find("life", field=GOAL))


def _task_words(case: Case) -> tuple[Hit, ...]:
    return case.done(*TASK_WORDS, "gym_move", "rehearsal", "life")


def _generic_function(case: Case) -> tuple[Hit, ...]:
    """Return "functional" said of the goal or the deed, without which function."""
    return case.reading.find("function_word") + case.done("rehearsal")


def _exercises_of_a_part(case: Case) -> tuple[Hit, ...]:
    """Return "exercises" with the part of the body that they are for."""
    words = tuple(hit for hit in case.done("general") if case.tells("exercises", hit))
    return words + case.done("body") if words and case.done("body") else ()


def _explicit_control(case: Case) -> tuple[Hit, ...]:
    """Return control named in so many words; muscle re-education of one isolated muscle is exercise (seed 000)."""
    control = case.named(Aim.CONTROL)
    alone = tells("isolated", case.description) and {hit.concept for hit in control} == {"control"}
    return () if alone and case.done("isolated") else control


def _isolated(case: Case) -> tuple[Hit, ...]:
    return case.done("isolated", "plane", "cardio")


def _exercised_deeds(case: Case) -> tuple[Hit, ...]:
    return case.done("isolated", "plane", "gym_move", "move", "sit_stand", "control_deed", "walking", "cardio")


def _exercised(case: Case) -> tuple[Hit, ...]:
    named = case.named(Aim.CAPACITY) + case.named(Aim.CONTROL) + case.named(Aim.GAIT)
    return named + _exercised_deeds(case)
