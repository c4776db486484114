"""Rows that say two things, or too little to tell what was done: a person must say which holds.

A row doubts itself, denies what it counts, sums up the minutes of two services, names advice and nothing that was learnt,
moves the arm for the sake of walking, or swings a club for nothing that is told.
"""

import re
from collections.abc import Iterator
from itertools import pairwise, takewhile
from typing import Final

from coding.engine.choosing.agents import STIMULATION, applied
from coding.engine.choosing.case import DESCRIPTION, GOAL, PLAIN_AIMS, PLAIN_CONCEPTS, Aim, Case, all_because
from coding.engine.choosing.hands import is_a_range
from coding.engine.choosing.no_service import OF_TREATMENT, parts_of, quoted
from coding.engine.choosing.presence import DEEDS, said_apart
from coding.engine.choosing.table import table
from coding.engine.reading.lexicon import is_all, shipped, tells
from coding.engine.reading.normalise import COLON, STOP
from coding.engine.reading.phrases import Match
from coding.engine.reading.read import Hit
from coding.engine.results import Because, Choice

# What the evidence is called where an answer rests on a stated fact.
FACTS: Final = frozenset(
    {
        "doubted",
        "nothing-was-done",
        "so-much-was-done",
        "two-kinds-under-one-sum",
        "advice-alone",
        "an-arm-for-the-legs",
        "an-aim-alone",
    }
    | {"whether-it-was-done", "a-result-alone", "a-goal-alone", "talked-over", "the-minutes-hold-more"}
    | {"a-swing-and-no-aim", "two-kinds-of-hands-on-work", "with_another", "partly", "zero_of_it", "held-and-then-left"}
)
NEAR: Final = 3
FAR: Final = 8
# How somebody was there: of two of these, one holds.
WHICH: Final = (
    "attended",
    "unattended",
    "one_on_one",
    "group",
    "several",
    "left",
    "stim_coupled",
    "hands",
    "hands_free",
)
# A thing that is told of as given or done: then a result beside it is its result.
TOLD_OF: Final = (
    *(
        "isolated",
        "gym_move",
        "control_deed",
        "technique",
        "massage",
        "hands",
        "teach",
        "tool",
        "self_applied",
        "water",
    ),
    *("cardio", "needling", "adjustment", "home_topic", "gait_label", "retrain", "performance_test"),
)
BESIDE_A_RESULT: Final = (
    "equipment",
    "provider",
    "walking_aid",
    "gait_aid",
    "object",
    "practice",
    "rehearsal",
    "attended",
    "life",
)
SLASH: Final = "/"
MOST_UNKNOWN: Final = 4  # words that the lexicon does not hold: beyond it, something is told that we cannot read
SAID_OF_A_SKILL: Final = (*OF_TREATMENT, *PLAIN_CONCEPTS, "practice", "rehearsal", "technique", "hands")
OF_THE_LEGS: Final = (
    "walking", "cardio", "control_deed", "gait_aid", "walking_aid", "balance", "sit_stand", "transfer", "move",
)  # fmt: skip


QUESTION_MARKS: Final = re.compile(r"\?+")
IN_PLACE_OF_A_WORD: Final = re.compile(r"\b(by|with|w/|for|of|to|was|were)\s+$", re.IGNORECASE)
OF_ANOTHER: Final = re.compile(r"(\s+\w+){1,2}\?")  # "laser? red light?"
GAPS: Final = re.compile(r"\s+")
WORD: Final = re.compile(r"[^\W\d_]{2,}")
QUOTE_MARKS: Final = ('"', "'", "\u201d", "\u2019")
ANSWERS: Final = frozenset({"no", "nah", "nope", "not", "none", "yes", "yeah", "yep", "ok"})
OF_A_COUNT: Final = frozenset({"min", "mins", "minutes", "sec", "secs", "reps", "sets", "lb", "lbs", "kg", "ft"})


def in_doubt(case: Case) -> Choice | None:
    """A question mark that nothing answers, or writing that cannot be read, is the row's own question (§6: notes are legible)."""
    if case.activity.intents:
        return None
    said = shipped().signalled("in_doubt", case.description)
    said = said or _unrecorded(case)
    because = quoted(case, [(DESCRIPTION, one) for one in said], "doubted") or tuple(
        _doubted(case.activity.description)
    )
    return case.ask("doubt", because) if because else None


def _unrecorded(case: Case) -> tuple[Match, ...]:
    """Return where the row says that nobody wrote down which of two agents, or ways of being there, it was."""
    for said in shipped().signalled("unrecorded", case.description):
        before = case.description[max(said.first - FAR, 0) : said.first]
        named = [hit for hit in case.done(*WHICH, *table().agents) if said.first - FAR <= hit.first < said.first]
        if named and tells("one_of_two", before):
            return (said,)
    return ()


def _doubted(text: str) -> Iterator[Because]:
    for mark in QUESTION_MARKS.finditer(text):
        if _is_open(text[: mark.start()], text[mark.end() :]):
            start = max((gap.end() for gap in GAPS.finditer(text, 0, mark.start())), default=0)
            yield Because(DESCRIPTION, start, mark.end(), text[start : mark.end()], "doubted")


def _is_open(before: str, after: str) -> bool:
    """Say whether a question mark is left standing: before a word as in "? aide", or with nothing but figures or "or" after it.

    >>> _is_open("Session, ", " aide alone"), _is_open("Treadmill 10 (UW", ")"), _is_open("Mat class", " or solo? 20 min")
    (True, True, True)
    >>> _is_open("Practice on ramps, supervised by ", " (wife/DC)"), _is_open("laser", " red light? unit 2, for 8 min")
    (True, True)
    >>> _is_open("Treadmill 10 (UW", "). Seen by appointment and sent home")
    True
    >>> _is_open("Massage", " no, joint mobs"), _is_open('"Can we rub it', '" We did.')
    (False, False)
    """
    if after.startswith(QUOTE_MARKS):
        return False
    if IN_PLACE_OF_A_WORD.search(before) or OF_ANOTHER.match(after):
        return True
    if before.rfind("(") > before.rfind(")"):
        after = after.split(")")[0]  # what follows the bracket is another matter
    leads = not before.rstrip() or ((before[-1].isspace() or before[-1] == "(") and before.rstrip()[-1] in ".,;:(/")
    words = [word.lower() for word in WORD.findall(after)]
    left = [word for word in words if word not in OF_A_COUNT]
    return (leads and bool(words)) or words[:1] == ["or"] or (len(left) < 2 and not ANSWERS.intersection(left))


def said_and_unsaid(case: Case) -> Choice | None:
    """Where a row says that no exercise was done, and how much of one, only its writer knows which holds."""
    denied = shipped().signalled("nothing_at_all", case.description) or _put_off(case)
    if not denied or case.activity.intents or tells("not_here", case.description[denied[0].end :][:NEAR]):
        return None
    later = [part for part in parts_of(case.description) if part[0] >= denied[0].end]
    counted = [Match((), *part) for part in later if _is_counted(case, part)]
    counted += shipped().signalled("did_so_much", case.description)
    if not counted:
        return None
    because = quoted(case, [(DESCRIPTION, denied[0])], "nothing-was-done")
    much = quoted(case, [(DESCRIPTION, one) for one in counted], "so-much-was-done")
    return case.ask("contradiction_of_words", because + much)


def _put_off(case: Case) -> tuple[Match, ...]:
    """Return where exercise as a whole is refused, unless it came about in the end."""
    said = shipped().signalled("put_off", case.description)
    return () if said and tells("after_all", case.description[said[0].end :]) else said


def _is_counted(case: Case, part: tuple[int, int]) -> bool:
    hits = case.done(*OF_TREATMENT, "equipment")
    named = any(part[0] <= hit.first < part[1] for hit in hits)
    return named and tells("in_rounds", case.description[slice(*part)])


def two_kinds(case: Case) -> Choice | None:
    """Exercise for force and exercise for control or walking, under one sum of minutes: neither has minutes of its own."""
    if case.activity.intents or not tells("one_sum", case.description):
        return None
    both = _aims_apart(case) if Aim.TASK not in case.aims else _drill_and_task(case)
    return case.ask("two_things", all_because(both, "two-kinds-under-one-sum")) if both else None


def _aims_apart(case: Case) -> tuple[Hit, ...]:
    kinds = [hits for aim in PLAIN_AIMS if (hits := case.named(aim) + _drills(case, aim))]
    apart = any(_part(case, one[0]) != _part(case, other[0]) for one, other in pairwise(kinds))
    return tuple(hit for hits in kinds for hit in hits) if apart else ()


def _drills(case: Case, aim: Aim) -> tuple[Hit, ...]:
    """Return the drills of control, on a wobbly surface or without, where control is aimed at too."""
    if aim is not Aim.CONTROL or aim not in case.aims:
        return ()
    return case.done("control_deed") + tuple(hit for hit in case.done("equipment") if case.tells("wobbly", hit))


def _drill_and_task(case: Case) -> tuple[Hit, ...]:
    """Return a drill, or an exercise of one part, beside a task, where the goal names both ("planks, then crate lifts")."""
    drilled = {Aim.CONTROL: case.done("control_deed"), Aim.CAPACITY: case.done("isolated")}
    drills = next((hits for aim, hits in drilled.items() if hits and aim in case.aims), ())
    tasks = case.done("move", "transfer", "walking")
    if not drills or not tasks or case.done("rehearsal"):
        return ()
    return drills + tasks if _part(case, drills[0]) != _part(case, tasks[0]) else ()


def _part(case: Case, hit: Hit) -> tuple[int, int]:
    return next(part for part in parts_of(case.description) if part[0] <= hit.first < part[1])


def held_and_left(case: Case) -> Choice | None:
    """Current worked with by hand for a while and then left to itself: two services, and one sum of minutes."""
    current = case.done(*STIMULATION)
    if not current or not (left := shipped().signalled("then_left", case.description)):
        return None
    if not tells("worked_by_hand", case.description[: left[0].first]):
        return None
    because = quoted(case, [(DESCRIPTION, left[0])], "held-and-then-left")
    return case.ask("presence", all_because(current, "held-and-then-left") + because)


def only_advice(case: Case) -> Choice | None:
    """Posture, sleep or the desk as a topic, no goal and nothing that was learnt: advice, or a skill taught (codingahead)?"""
    if case.activity.intents or case.reading.runs.get(GOAL) or case.done("talk"):
        return None
    topics = shipped().signalled("advice_topic", case.description)
    if not topics or tells("in_rounds", case.description):
        return None
    told = [hit for hit in case.done(*SAID_OF_A_SKILL) if not _within(hit, topics)]
    if any(hit.concept != "teach" or not is_all("talked_of", case.reading.words(hit)) for hit in told):
        return None
    return case.ask("both", quoted(case, [(DESCRIPTION, topic) for topic in topics], "advice-alone"))


def _within(hit: Hit, places: tuple[Match, ...]) -> bool:
    return any(one.first <= hit.first and hit.after <= one.end for one in places)


def an_arm_for_the_legs(case: Case) -> Choice | None:
    """Exercise of the arm serves no walking and no balance: one of the two is not what was meant."""
    aimed = case.reading.find(*PLAIN_CONCEPTS, field=GOAL)
    if case.activity.intents or not aimed or any(hit.concept not in ("gait", "balance") for hit in aimed):
        return None
    deeds = case.done("isolated", "plane", "gym_move")
    if not deeds or case.done(*OF_THE_LEGS) or not tells("of_the_arm", case.description):
        return None
    if tells("of_the_leg", case.description):
        return None
    return case.ask("contradiction_of_words", all_because(deeds + aimed, "an-arm-for-the-legs"))


def only_an_aim(case: Case) -> Choice | None:
    """An aim, and not a word of what was done for it ("Balance", "Posture 15 min"), could stand in any note (seeds 000, 001)."""
    words = [token for token in case.description if not token.is_number and token.word not in OF_A_COUNT]
    if len(words) != 1 or case.activity.intents:
        return None
    aimed = tuple(hit for hit in case.done(*PLAIN_CONCEPTS) if hit.concept != "flexibility")  # to stretch is a deed
    return case.ask("deed", all_because(aimed, "an-aim-alone")) if aimed else None


def a_swing_without_aim(case: Case) -> Choice | None:
    """A sport's movement counted out, and nothing that it is for: range, control or the sport itself?"""
    sport = case.done("sport")
    if not sport or case.activity.intents or case.aims or case.reading.runs.get(GOAL):
        return None
    if case.done("practice", "rehearsal", "life", "place") or any(case.named(aim) for aim in PLAIN_AIMS):
        return None
    moved = case.done("move", "gym_move")
    return (
        case.ask("aim", all_because(sport + moved, "a-swing-and-no-aim"))
        if tells("counted_out", case.description)
        else None
    )


def whether_done(case: Case) -> Choice | None:
    """A plan, a sheet "given/performed", a log that would tell: only what was done counts."""
    said = _places(case, "whether_done") or _either(case) or _planned(case)
    return case.ask("doubt", quoted(case, said, "whether-it-was-done")) if said else None


def _planned(case: Case) -> list[tuple[str, Match]]:
    """Return the heading of a plan ("Plan: bridges 3 x 10") where nothing was done before it, nor came about after it."""
    said = _opening(case, "plan_first")
    after = case.description[said[0][1].end :] if said else ()
    if not after or after[0].before != COLON or tells("was_done", after):
        return []
    return said if (hits := case.done(*OF_TREATMENT)) and hits[0].first > said[0][1].first else []


def _either(case: Case) -> list[tuple[str, Match]]:
    """Return where a slash leaves open which of two holds ("given/performed"): one of them is no deed."""
    done = (*shipped().signalled("performed", case.description), *shipped().signalled("given", case.description))
    ends = {one.first: one for one in done}
    pairs = ((one, ends[one.end]) for one in done if one.end in ends and case.description[one.end].before == SLASH)
    return [(DESCRIPTION, Match((), one.first, other.end)) for one, other in pairs]


def _places(case: Case, signal: str) -> list[tuple[str, Match]]:
    return [(DESCRIPTION, one) for one in shipped().signalled(signal, case.description)]


def _opening(case: Case, signal: str) -> list[tuple[str, Match]]:
    """Return where a signal opens a sentence."""
    return [
        (field, one)
        for field, one in _places(case, signal)
        if not one.first or case.description[one.first].before == STOP
    ]


def only_a_result(case: Case) -> Choice | None:
    """That something got better, or a goal worked toward, tells nothing of what was done (seeds 000, 001)."""
    if case.activity.intents or _deeds(case, *TOLD_OF):
        return None
    if (toward := _places(case, "worked_toward")) and not tells("other_than_work", case.description):
        return case.ask("deed", quoted(case, toward, "a-goal-alone"))
    won = _places(case, "a_result")
    unknown = case.reading.unknown > MOST_UNKNOWN or (won and _unknown_beside(case, won[0][1]) > 1)
    if not won or unknown or _deeds(case, *OF_TREATMENT, *BESIDE_A_RESULT):
        return None
    measured = any(case.named(aim) for aim in PLAIN_AIMS) or tells("measurable", case.description)
    if not measured or tells("an_exercise_word", case.description):
        return None
    return case.ask("deed", quoted(case, won, "a-result-alone"))


def _unknown_beside(case: Case, words: Match) -> int:
    """Return how many words nobody knows stand in the sentence of some words: they may well name what was done."""
    sentences = case.reading.sentences(DESCRIPTION)
    beside = {token.word for token, at in zip(case.description, sentences, strict=True) if at == sentences[words.first]}
    return len(beside.intersection(case.reading.unread))


def _deeds(case: Case, *concepts: str) -> tuple[Hit, ...]:
    """Return what was done, without directions of movement that are measured ("knee flexion up 10 deg")."""
    return tuple(hit for hit in case.done(*concepts) if not is_a_range(case, hit))


def talked_over(case: Case) -> Choice | None:
    """A task that is discussed, and not shown or tried, is advice or a skill taught: the words do not say which."""
    said = _opening(case, "talked_over")
    if not said or case.activity.intents or applied(case) or tells("shown_or_tried", case.description):
        return None
    if case.done("home_topic", "adl"):
        return None  # advice for home has a rule of its own
    sentence = case.reading.sentences(DESCRIPTION)[said[0][1].first]
    deeds = case.done(*DEEDS, "life", "sport", "object", "gait", "gait_label", "place")
    about = tuple(hit for hit in deeds if case.reading.sentence(hit) == sentence)
    if not about or said_apart(case, about):
        return None  # talk beside something that was done
    return case.ask("deed", quoted(case, said, "talked-over"))


def holds_more(case: Case) -> Choice | None:
    """Minutes that hold rest, set-up or another service are no minutes of this one."""
    said = _places(case, "held_in_all")
    for _, words in _places(case, "counts_in"):
        said += [(DESCRIPTION, words)] if _another_matter(case, words) else []
    return case.ask("two_things", quoted(case, said, "the-minutes-hold-more")) if said else None


def _another_matter(case: Case, words: Match) -> bool:
    ahead = case.description[words.end : words.end + NEAR + 2]
    own = takewhile(lambda token: token.before != STOP, ahead[1:])  # the stop of "incl." ends no sentence
    return tells("another_matter", (*ahead[:1], *own))
