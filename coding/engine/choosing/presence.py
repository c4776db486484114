"""Who was there, and is it treatment: rules that decide before any aim does."""

from dataclasses import replace
from typing import Final

from coding.engine.choosing.agents import applied
from coding.engine.choosing.case import (
    DESCRIPTION,
    EMPTY,
    FUNCTIONS,
    GOAL,
    PLAIN_AIMS,
    PLAIN_CONCEPTS,
    Aim,
    Case,
    all_because,
)
from coding.engine.choosing.hands import done_by_the_patient, is_a_range, work_of_hands
from coding.engine.choosing.passing import only_where
from coding.engine.choosing.table import table
from coding.engine.reading.lexicon import shipped, tells
from coding.engine.reading.negation import CUES, Standing
from coding.engine.reading.normalise import COLON, STOP
from coding.engine.reading.read import PICKED_GOAL, Hit
from coding.engine.results import Because, Choice
from coding.engine.vocabulary import Delivery

# Words after those for idle time in which things are named that were only waited for, or cleared away.
NEAR: Final = 4
# What may stand in a sentence beside one of talk and says nothing of treatment.
BESIDE_TALK: Final = frozenset({"talk", "handout", "home_program", "teach", "body", "pain", "place", "level"})
SAYS_NOTHING: Final = (BESIDE_TALK | EMPTY | CUES) - {"label"}
NOBODY_THERE: Final = (Delivery.ON_OWN, Delivery.SET_UP)
HANDOUT: Final = "handout"
# What evidence is called that states a fact: paper changed hands, and nothing was taught.
FACTS: Final = frozenset({HANDOUT})
DEEDS: Final = (
    "isolated", "plane", "gym_move", "move", "sit_stand", "transfer", "control_deed", "walking", "technique", "massage",
    "self_care", "household", "self_applied", "tool", "water",
)  # fmt: skip

# What treats: a direction of movement may be looked at.
TREATING: Final = tuple(deed for deed in DEEDS if deed != "plane")
# Services that are no deeds of the patient's: what stands beside something not done may be one of them.
BESIDE_THE_UNDONE: Final = ("home_topic", "adl", "performance_test", "cardio", "needling", "adjustment")
BESIDE_A_DENIAL: Final = ("equipment", "teach", "hands", "handout", "talk")


def as_it_was_given(case: Case) -> Case:
    """Return the case with the delivery that the words leave standing: a preset that they disown counts for nothing."""
    disowned = case.done("mode_disowned")
    if case.activity.delivery is None or not (case.came_alone or disowned):
        return case
    if case.activity.delivery is Delivery.GROUP and not (disowned or case.done("one_on_one", "attended")):
        return case  # a group of one: was it given singly, or not at all? (delivered.py asks)
    return Case(replace(case.activity, delivery=None), case.reading, case.payer)


def nothing_was_done(case: Case) -> Choice | None:
    """What was offered, planned or put off was not given, whatever it would have been for (only what was done counts)."""
    if (absent := case.done("absent")) and not case.came_alone:
        return case.refuse("not_done", all_because(absent, "nobody-came"))
    said = _struck_out(case, "undone", Standing.UNDONE)
    if said and not any(done.start > said[0].end for done in _said(case, "done_now")):
        return case.refuse("not_done", said + _said(case, "zero_of_it"))
    if denied := _denied_as_done(case):
        return case.refuse("not_done", all_because(denied, "denied-as-done"))
    words = case.done("not_done")
    if words and not (case.done("teach", "home_topic") or case.at_home) and _came_to_nothing(case):
        return case.refuse("not_done", all_because(words, "it-came-to-nothing"))
    if not words or _something_was_done(case, "teach", "performance_test", *table().agents):
        return None
    return case.refuse("not_done", all_because(words, "it-was-not-done"))


def _denied_as_done(case: Case) -> tuple[Hit, ...]:
    """Return what is said not to have been done ("no stretching done"), where nothing else is told of."""
    denied = [hit for hit in case.reading.denied(*DEEDS, *PLAIN_CONCEPTS, *table().agents) if hit.field == DESCRIPTION]
    if not denied or _something_was_done(case, *BESIDE_THE_UNDONE, *BESIDE_A_DENIAL, *table().agents):
        return ()
    return tuple(hit for hit in denied if tells("came_about", case.reading.clause_after(hit)))


@only_where("elsewhere")
def done_elsewhere(case: Case) -> Choice | None:
    """What the patient is urged to do, or says to have done at home, is nobody's time with him (seeds 000, 001)."""
    said = _struck_out(case, "elsewhere", Standing.ELSEWHERE)
    return case.refuse("elsewhere", said) if said and not said_apart(case, case.done("elsewhere")) else None


def _struck_out(case: Case, verdict: str, standing: Standing) -> tuple[Because, ...]:
    """Return the words that strike something out, where nothing is left that was done."""
    gone, words = case.reading.undone(standing), case.done(verdict)
    if (
        not words
        or not (gone or not case.done("label"))
        or _something_was_done(case, *BESIDE_THE_UNDONE, *table().agents)
    ):
        return ()
    return all_because(words + gone, "it-was-not-done")


@only_where("exam_only", "part_of_exam")
def part_of_the_exam(case: Case) -> Choice | None:
    """Strength and range measured inside an examination belong to it (domain facts 1.2 on performance tests)."""
    if (looked := _said(case, "exam_only")) and not case.done(
        "teach", "practice", "report", *TREATING, *table().agents
    ):
        return case.refuse("exam", looked)
    exam = case.reading.find("part_of_exam")
    measured = case.done("performance_test", "range_measure", "force_measure", "motion", "plane")
    if not exam or not measured or case.done("teach", "practice", "report", *DEEDS):
        return None
    return case.refuse("exam", all_because(exam + measured, "part-of-the-examination"))


@only_where("idle")
def time_between(case: Case) -> Choice | None:
    """Waiting, rest, set-up, clean-up and writing are not treatment time (CMS on timed codes; domain facts 1.1)."""
    words = case.done("idle")
    if not words or _treated_beside(case, words) or said_apart(case, words):
        return None
    return case.refuse("idle", all_because(words, "time-that-is-no-treatment"))


def nobody_was_there(case: Case) -> Choice | None:
    """A procedure is somebody's time with the patient: set up and left, or alone, it is nobody's (seeds 000, 001)."""
    alone, words = case.activity.delivery in NOBODY_THERE, case.alone_words
    if absent := _elsewhere_by_own_account(case):
        return case.ask("presence", absent + case.delivery("picked-against-the-words"))
    if case.shared_words and tells("partly", case.description):
        return None  # a part with others: how many took part is asked first
    if not (alone or words) or (not alone and _beside_a_screen(case, words)):
        return None
    if not alone and case.done("home_topic") and case.done("teach"):
        return None  # taught for home, and tried alone to show it
    if not words and (there := _somebody_at_work(case)):
        return case.ask("presence", there + case.delivery("nobody-by-the-delivery"))
    because = all_because(words, "nobody-was-with-the-patient")
    return case.refuse("alone", because + (case.delivery("nobody-was-with-the-patient") if alone else ()))


def several_patients(case: Case) -> Choice | None:
    """Time shared by two or more patients, together or by turns, is group time whatever the aim (seed 003)."""
    if not case.is_shared:
        return None
    if case.activity.group_size == 1 and not case.shared_words:
        return case.ask("patients", case.delivery("one-patient-is-no-group"))
    if case.is_shared_by_delivery and not case.shared_words and case.done("one_on_one"):
        return case.ask("patients", all_because(case.done("one_on_one"), "the-words-say-one-patient"))
    if case.shared_words and (partly := _said(case, "partly")):
        return case.ask("patients", partly + all_because(case.shared_words, "shared-in-part"))
    if case.is_vague and not case.aims:
        return case.ask("both")
    because = all_because(case.shared_words, "several-patients-shared-the-time")
    picked = case.delivery("several-patients-shared-the-time") if case.is_shared_by_delivery else ()
    return case.code("97150", because + picked)


def _elsewhere_by_own_account(case: Case) -> tuple[Because, ...]:
    """Return where the provider says to have been with somebody else, though one to one was picked: which holds?"""
    if case.activity.delivery is not Delivery.ONE_ON_ONE:
        return ()
    if any(tells(signal, case.description) for signal in ("nobody_qualified", "another_did")):
        return ()
    return _said(case, "with_another")


def _beside_a_screen(case: Case, words: tuple[Hit, ...]) -> bool:
    """Say whether only a film ran by itself, and somebody was at work beside it."""
    return all(case.tells("media", hit) for hit in words) and bool(
        case.done("attended", "provider", "several_by_turns") or _said(case, "at_work")
    )


@only_where("own_machine")
def self_served(case: Case) -> Choice | None:
    """A machine that a person starts for himself gives what anybody may buy; nobody treats (domain facts 1.1)."""
    machine = _said(case, "own_machine")
    served = _said(case, "self_served") or all_because(case.alone_words, "nobody-was-with-the-patient")
    if not machine or not (served or case.activity.delivery is Delivery.ON_OWN) or case.done("provider", "attended"):
        return None
    picked = case.delivery("nobody-was-with-the-patient") if case.activity.delivery in NOBODY_THERE else ()
    return case.refuse("alone", machine + served + picked)


@only_where("no_need", "for_looks")
def no_medical_need(case: Case) -> Choice | None:
    """Where nothing is wrong, or looks and weight are the whole goal, no treatment is needed, whoever gives it (seed 000)."""
    if case.activity.intents:
        return None
    well, looks, goal = _said(case, "no_need"), _said(case, "for_looks"), _said(case, "for_looks", GOAL)
    sport = (_said(case, "performance") + _said(case, "performance", GOAL)) if well else ()
    only_looks = goal and not case.reading.has(*PLAIN_CONCEPTS, "pain", field=GOAL)
    if not (
        only_looks
        or len(well) > 1
        or (well and (looks or goal or sport))
        or (len(looks) > 1 and not case.reading.has(*PLAIN_CONCEPTS, field=GOAL))
    ):
        return None
    return case.refuse("fitness", well + looks + goal + sport)


def _said(case: Case, signal: str, field: str = DESCRIPTION) -> tuple[Because, ...]:
    """Return where a field holds a signal, as evidence; words of a picked goal stand in another record, without places here."""
    text, run = (case.activity.goal if field == GOAL else case.activity.description), case.reading.runs.get(field, ())
    if not (found := shipped().signalled(signal, run)):
        return ()
    if not text:
        words = (" ".join(token.word for token in run[one.first : one.end]) for one in found)
        return tuple(Because(PICKED_GOAL, 0, 0, said, signal) for said in words)
    places = ((run[one.first].start, run[one.end - 1].end) for one in found)
    return tuple(Because(field, start, end, text[start:end], signal) for start, end in places)


@only_where("fitness")
def general_fitness(case: Case) -> Choice | None:
    """Fitness and upkeep are no medical need (seed 000; CMS: general fitness is not skilled care)."""
    words = case.reading.find("fitness")
    if not words or case.activity.intents or case.aims.keys() - {Aim.RELIEF}:
        return None
    return case.refuse("fitness", all_because(words, "general-fitness-is-the-aim"))


@only_where("warming", "warm_up")
def warming_up(case: Case) -> Choice | None:
    """Warming up alone is preparation (workforce safety guidance on machines)."""
    meant = _said(case, "warming", GOAL)
    if meant and not case.activity.intents and not case.reading.has(*PLAIN_CONCEPTS, *FUNCTIONS, field=GOAL):
        return case.refuse("warm_up", all_because(case.done("warm_up"), "warming-up-is-done") + meant)
    words = case.reading.find("warm_up")
    if not words or case.aims.keys() - {Aim.RELIEF, Aim.TISSUE}:
        return None
    walked = {(hit.start, hit.end) for hit in case.done("walking")}
    beside = any((hit.start, hit.end) not in walked for hit in case.done(*DEEDS))
    if beside or any(case.named(aim) for aim in PLAIN_AIMS):
        return None
    return case.refuse("warm_up", all_because(words, "warming-up-alone"))


@only_where("handout", "talk")
def talk_or_paper(case: Case) -> Choice | None:
    """General advice is part of the visit; a sheet handed over is no training (codingahead, Gawenda)."""
    words = case.done("handout") or case.done("talk")
    if not words or _something_was_done(case, "home_topic", "adl", "performance_test") or applied(case):
        return None
    if said_apart(case, words):
        return None
    reason = words[0].concept
    return case.refuse(reason, all_because(words, reason))


def said_apart(case: Case, words: tuple[Hit, ...]) -> bool:
    """Say whether another sentence than that of these words tells of something: then the talk merely stands beside it."""
    sentences = {case.reading.sentence(hit) for hit in words}
    told = (hit for hit in case.reading.hits if hit.field == DESCRIPTION and hit.standing is Standing.STATED)
    return any(case.reading.sentence(hit) not in sentences and _tells(case, hit) for hit in told)


def _tells(case: Case, hit: Hit) -> bool:
    """Say whether a hit tells of something done, be it only "exercises" or "rehab"."""
    return hit.concept not in SAYS_NOTHING or (hit.concept == "general" and case.tells("some_treatment", hit))


@only_where("adjustment")
def the_adjustment(case: Case) -> Choice | None:
    """An adjustment written as an activity is counted once, with the adjusted regions."""
    words = case.done("adjustment")
    if not words or _something_was_done(case, "home_topic"):
        return None
    return case.refuse("adjustment", all_because(words, "this-is-the-adjustment"))


@only_where("outside")
def outside_the_edition(case: Case) -> Choice | None:
    """Services without a rule here are left to a person: needling, taping alone, orthotics and their like."""
    words = case.done("outside")
    named = case.done(*DEEDS, "home_topic", "teach")
    deeds = [hit for hit in named if not (hit.purpose or is_a_range(case, hit))]
    if (
        not words
        or deeds
        or _taped_beside(case, words)
        or case.alone_words
        or case.activity.delivery is Delivery.ON_OWN
        or applied(case)
    ):
        return None
    return case.ask("outside", all_because(words, "no-rule-in-this-edition"))


def _taped_beside(case: Case, words: tuple[Hit, ...]) -> bool:
    """Say whether tape merely goes with what is trained: its minutes are those of the training (domain facts 8)."""
    trained = [hit for aim in PLAIN_AIMS for hit in case.named(aim) if not hit.purpose]
    return bool(trained) and all(case.tells("tape", hit) for hit in words)


def _treated_beside(case: Case, idle: tuple[Hit, ...]) -> bool:
    """Say whether a deed stands apart from the words for idle time ("waited for the treadmill" holds none)."""
    deeds = case.done(*DEEDS, "teach", "home_topic", "performance_test", "cardio", *table().agents)
    if any(case.tells("clothes", hit) for hit in idle) and not case.done("teach", "practice"):
        deeds = tuple(deed for deed in deeds if deed.concept not in ("self_care", "household"))
    deeds = tuple(deed for deed in deeds if not _is_heading(case, deed))
    before = [deed for deed in deeds if deed.after <= idle[0].first - (NEAR if deed.concept == "walking" else 0)]
    return bool(before) or any(_stands_apart(case, idle[-1], deed) for deed in deeds)


def _is_heading(case: Case, deed: Hit) -> bool:
    """Say whether a word merely says where what follows happened ("Pool: showered, changed")."""
    after = case.description[deed.after : deed.after + 1]
    return deed.concept == "water" and any(token.before == COLON for token in after)


def _stands_apart(case: Case, idle: Hit, deed: Hit) -> bool:
    """Say whether a deed comes later in the text than words for idle time, or behind a stop."""
    between = case.reading.between(idle, deed)  # nothing where the deed comes first
    return len(between) > NEAR + 1 or any(token.before in (COLON, STOP) for token in between)


def _somebody_at_work(case: Case) -> tuple[Because, ...]:
    """Return the words for somebody's hands or eyes on the patient, which no delivery without anybody can hold."""
    hands = () if done_by_the_patient(case) else work_of_hands(case) + case.done("attended")
    return all_because(hands, "somebody-was-there") or _said(case, "led_each")


def _came_to_nothing(case: Case) -> bool:
    """Say whether it ended before it began ("set up for mobs, none done"), and nothing else was done after it."""
    ends = [match.end for match in shipped().signalled("nothing_came_of_it", case.description)]
    return bool(ends) and not any(hit.first >= ends[0] for hit in case.done(*DEEDS, *table().agents))


def _something_was_done(case: Case, *beside: str) -> bool:
    """Say whether the description holds a deed or an aim of treatment, or one of these concepts beside."""
    return bool(case.done(*DEEDS, *beside) or any(case.named(aim) for aim in PLAIN_AIMS))
