"""Rows that doubt themselves: a question mark, writing nobody can read, done and not done, a sheet that may have been followed.

Only what was done counts; where the row leaves open whether, or which of two it was, its writer is asked.
"""

import re
from collections.abc import Iterator
from typing import Final

from coding.engine.choosing.case import DESCRIPTION, Case, all_because
from coding.engine.choosing.no_service import OF_TREATMENT, parts_of, quoted
from coding.engine.choosing.passing import only_where
from coding.engine.choosing.table import table
from coding.engine.reading.lexicon import shipped, tells
from coding.engine.reading.negation import Standing
from coding.engine.reading.normalise import COLON, STOP
from coding.engine.reading.phrases import Match
from coding.engine.reading.read import Hit
from coding.engine.results import Because, Choice

# What the evidence is called where an answer rests on a stated fact.
FACTS: Final = frozenset(
    {"doubted", "nothing-was-done", "so-much-was-done", "done-and-not-done", "whether-it-was-done"}
)
NEAR: Final = 3
FAR: Final = 8
# Things done that have a name of their own: a lift that was not done says nothing of another lift.
REPEATED: Final = ("isolated", "gym_move", "sit_stand", "transfer", "control_deed", "walking", "gait_label")
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
SLASH: Final = "/"
QUESTION_MARKS: Final = re.compile(r"\?+")
BLANK: Final = re.compile(r"_{3,}")  # a line of a form that nobody filled in
IN_PLACE_OF_A_WORD: Final = re.compile(r"\b(by|with|w/|for|of|to|was|were)\s+$", re.IGNORECASE)
OF_ANOTHER: Final = re.compile(r"(\s+\w+){1,2}\?")  # "laser? red light?"
END_OF_SENTENCE: Final = re.compile(r"\.(?:\s|$)")
GAPS: Final = re.compile(r"\s+")
WORD: Final = re.compile(r"[^\W\d_]{2,}")
QUOTE_MARKS: Final = ('"', "'", "\u201d", "\u2019")
ANSWERS: Final = frozenset({"no", "nah", "nope", "not", "none", "yes", "yeah", "yep", "ok"})
OF_A_COUNT: Final = frozenset({"min", "mins", "minutes", "sec", "secs", "reps", "sets", "lb", "lbs", "kg", "ft"})


def in_doubt(case: Case) -> Choice | None:
    """A question mark that nothing answers, or writing that cannot be read, is the row's own question (§6: notes are legible)."""
    if case.activity.intents:
        return None
    said = shipped().signalled("in_doubt", case.description) or _unrecorded(case)
    text = case.activity.description
    because = quoted(case, [(DESCRIPTION, one) for one in said], "doubted") or (*_doubted(text), *_left_blank(text))
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


def _left_blank(text: str) -> Iterator[Because]:
    for blank in BLANK.finditer(text):
        yield Because(DESCRIPTION, blank.start(), blank.end(), blank[0], "doubted")


def _is_open(before: str, after: str) -> bool:
    """Say whether a question mark is left standing: before a word as in "? aide", or with nothing but figures or "or" after it.

    >>> _is_open("Session, ", " aide alone"), _is_open("Treadmill 10 (UW", ")"), _is_open("Mat class", " or solo? 20 min")
    (True, True, True)
    >>> _is_open("Practice on ramps, supervised by ", " (wife/DC)"), _is_open("laser", " red light? unit 2, for 8 min")
    (True, True)
    >>> _is_open("Treadmill 10 (UW", "). Seen by appointment and sent home")
    True
    >>> _is_open("massage, by LMT or tech", " 15. Seen by appointment")
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
    after = END_OF_SENTENCE.split(after)[0]  # and so is what follows the sentence
    leads = not before.rstrip() or ((before[-1].isspace() or before[-1] == "(") and before.rstrip()[-1] in ".,;:(/")
    words = [word.lower() for word in WORD.findall(after)]
    left = [word for word in words if word not in OF_A_COUNT]
    return (leads and bool(words)) or words[:1] == ["or"] or (len(left) < 2 and not ANSWERS.intersection(left))


@only_where("nothing_at_all", "put_off")
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


def done_and_not_done(case: Case) -> Choice | None:
    """The same thing done, and so many times, and not done, both today: only its writer knows which holds."""
    not_done = (*case.reading.undone(Standing.UNDONE), *case.reading.denied(*REPEATED))
    repeated = [hit for hit in not_done if hit.field == DESCRIPTION and hit.concept in REPEATED]
    if not repeated or case.activity.intents:
        return None
    if tells("another_day", case.description) or tells("after_all", case.description):
        return None
    for gone in repeated:
        same = [hit for hit in case.done(gone.concept) if _words(case, hit) == _words(case, gone)]
        told = [
            hit for hit in same if case.reading.sentence(hit) != case.reading.sentence(gone) and _is_dosed(case, hit)
        ]
        if told:
            return case.ask("contradiction_of_words", all_because((gone, *told), "done-and-not-done"))
    return None


def _words(case: Case, hit: Hit) -> tuple[str, ...]:
    return tuple(token.word for token in case.reading.words(hit))


def _is_dosed(case: Case, hit: Hit) -> bool:
    sentences = case.reading.sentences(DESCRIPTION)
    own = [token for token, at in zip(case.description, sentences, strict=True) if at == case.reading.sentence(hit)]
    return tells("dosed", own)


def _put_off(case: Case) -> tuple[Match, ...]:
    """Return where exercise as a whole is refused, unless it came about in the end."""
    said = shipped().signalled("put_off", case.description)
    return () if said and tells("after_all", case.description[said[0].end :]) else said


def _is_counted(case: Case, part: tuple[int, int]) -> bool:
    hits = case.done(*OF_TREATMENT, "equipment")
    named = any(part[0] <= hit.first < part[1] for hit in hits)
    return named and tells("in_rounds", case.description[slice(*part)])


@only_where("whether_done", "performed", "given", "tested", "plan_first")
def whether_done(case: Case) -> Choice | None:
    """A plan, a sheet "given/performed", a log that would tell: only what was done counts."""
    said = places(case, "whether_done") or _either(case) or _planned(case)
    return case.ask("doubt", quoted(case, said, "whether-it-was-done")) if said else None


def _planned(case: Case) -> list[tuple[str, Match]]:
    """Return the heading of a plan ("Plan: bridges 3 x 10") where nothing was done before it, nor came about after it."""
    said = opening(case, "plan_first")
    after = case.description[said[0][1].end :] if said else ()
    if not after or after[0].before != COLON or tells("was_done", after):
        return []
    return said if (hits := case.done(*OF_TREATMENT)) and hits[0].first > said[0][1].first else []


def _either(case: Case) -> list[tuple[str, Match]]:
    """Return where a slash leaves open which of two holds ("given/performed", "testing/training"): one of them is no deed."""
    found = _by_slash(case, "performed", "given") + _by_slash(case, "tested", "trained")
    return [(DESCRIPTION, one) for one in found]


def _by_slash(case: Case, *signals: str) -> list[Match]:
    """Return where words of two signals are joined by a slash."""
    found = {one.first: (signal, one) for signal in signals for one in shipped().signalled(signal, case.description)}
    joined = []
    for signal, one in found.values():
        follower, other = found.get(one.end, (signal, one))
        if follower != signal and case.description[one.end].before == SLASH:
            joined.append(Match((), one.first, other.end))
    return joined


def places(case: Case, signal: str) -> list[tuple[str, Match]]:
    return [(DESCRIPTION, one) for one in shipped().signalled(signal, case.description)]


def opening(case: Case, signal: str) -> list[tuple[str, Match]]:
    """Return where a signal opens a sentence."""
    return [
        (field, one)
        for field, one in places(case, signal)
        if not one.first or case.description[one.first].before == STOP
    ]
