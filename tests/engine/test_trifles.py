"""Trifles change nothing: an irrelevant sentence, case, spacing, wrapped lines, a slip of typing, where the goal was picked.

Shares are of the rows of all seen corpora. They were measured, and stand a little above what was found. `make test` asks of
every fifth row, whose share varies by a half, `make soak` of all of them.
"""

import random
import re
import textwrap
from dataclasses import replace
from itertools import cycle, islice

import pytest

from coding.engine.choosing import choose
from coding.engine.facts import GoalFacts
from tests.engine.corpora import DEVSET, OWN, SEEN_FILES, answered

ALL_BUT_A_SAMPLE = 5_000  # rows


@pytest.fixture(params=[pytest.param(5, id="every-fifth"), pytest.param(1, id="all", marks=pytest.mark.soak)])
def seen(request):
    """The answers to rows of the seen corpora."""
    return [one for corpus in (DEVSET, OWN, *SEEN_FILES) for one in answered(corpus)][:: request.param]


def most(share, seen):
    """Return how many of these rows may have another answer, where so large a share of all rows may."""
    return share * len(seen) * (1 if len(seen) > ALL_BUT_A_SAMPLE else 1.5)


def changed(rewrite, seen):
    """Return the rows whose answer is another one when their activity is rewritten."""
    return [one for one in seen if choose(rewrite(one.row.activity)).code != one.choice.code]


IRRELEVANT = (
    "Pt arrived on time.",
    "Consent on file.",
    "Seen by appointment.",
    "Pt parked in the back.",
    "Pt was instructed to call if worse.",
    "Reviewed last visit's notes.",
)


def both(rewrite):
    return lambda one: replace(one, description=rewrite(one.description), goal=rewrite(one.goal))


@pytest.mark.parametrize(("before", "after"), list(zip(IRRELEVANT, IRRELEVANT[1:] + IRRELEVANT[:1], strict=True)))
def test_irrelevant_sentences_change_next_to_nothing(before, after, seen):
    """Each stands before every row once, and once after it: two at a time, which together may change less than twice as much."""
    rows = changed(
        lambda one: replace(one, description=one.description and f"{before} {one.description.rstrip('. ')}. {after}"),
        seen,
    )
    assert len(rows) <= most(0.005, seen)


@pytest.mark.parametrize(
    "sentence", ["The weather was discussed.", "The game was discussed.", "Talked about the news."]
)
def test_talk_beside_treatment_changes_little(sentence, seen):
    """Beside a mere label ("TherAct 15"), a sentence of talk turns a question into no service: both bill nothing."""
    rows = changed(
        lambda one: replace(one, description=one.description and f"{one.description.rstrip('. ')}. {sentence}"), seen
    )
    assert len(rows) <= most(0.015, seen)
    assert len([one for one in rows if one.choice.is_code]) <= most(0.005, seen)


@pytest.mark.parametrize("recase", [str.upper, str.lower])
def test_case_changes_nothing(recase, seen):
    assert not changed(both(recase), seen)


SPACES = ("  ", "   ", "\t", "\u00a0")


def spaced(text):
    """Return a text with more and other spaces between its words: each kind in turn, and another one first in every text."""
    spaces = islice(cycle(SPACES), len(text) % len(SPACES), None)
    return " " + "".join(word + next(spaces) for word in text.split(" "))


def test_spaces_change_nothing(seen):
    assert not changed(both(spaced), seen)


def test_a_goal_that_was_picked_is_read_as_one_that_was_written(seen):
    goals = [GoalFacts("g", one.row.activity.goal) for one in seen]
    picked = [
        choose(replace(one.row.activity, goal="", goal_id="g"), goals=(goal,)).code
        for one, goal in zip(seen, goals, strict=True)
    ]
    assert picked == [one.choice.code for one in seen]


def test_wrapped_lines_change_next_to_nothing(seen):
    """Where a wrapped line happens to begin with a capital or a figure, it is taken for a new one."""
    wrapped = changed(lambda one: replace(one, description="\n".join(textwrap.wrap(one.description, 40))), seen)
    assert len(wrapped) <= most(0.003, seen)


LONG_WORD = re.compile(r"[^\W\d_]{7,}")


def slipped(text, slips):
    """Return a text with a slip in one of its longer words: a letter doubled, or two swapped after the first."""
    words = list(LONG_WORD.finditer(text))
    if not words:
        return text
    word = slips.choice(words)
    at = slips.randrange(word.start() + 1, word.end() - 1)
    doubled = text[:at] + text[at] + text[at:]
    return slips.choice((doubled, text[:at] + text[at + 1] + text[at] + text[at + 2 :]))


@pytest.mark.parametrize("field", ["description", "goal"])
def test_a_slip_in_a_longer_word_rarely_changes_anything(field, seen):
    slips = random.Random(2)
    wrong = changed(lambda one: replace(one, **{field: slipped(getattr(one, field), slips)}), seen)
    assert len(wrong) <= most(0.015, seen)
