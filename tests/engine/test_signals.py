"""Signals are looked for only where a text may hold them: what is skipped holds nothing."""

import pytest

from coding.engine.reading.lexicon import shipped
from coding.engine.reading.normalise import Token, tokens
from coding.engine.reading.phrases import Match
from tests.engine.corpora import DEVSET, OWN, rows

TEXTS = [row.activity.description for corpus in (DEVSET, OWN) for row in rows(corpus)][::8]


def looked_for_everywhere(name: str, run: tuple[Token, ...]) -> tuple[Match, ...]:
    signal = shipped().signals[name]
    heard = [token if signal.knows(token.word) else shipped().understood(token) for token in run]
    return tuple(signal.find_at(range(len(run)), heard, lambda at: signal.keys(heard[at].word)))


@pytest.mark.parametrize("name", shipped().signals)
def test_a_signal_is_found_wherever_it_stands(name):
    for text in TEXTS:
        run = tokens(text)
        assert shipped().signalled(name, run) == looked_for_everywhere(name, run)
        assert shipped().signalled(name, run[2:]) == looked_for_everywhere(name, run[2:])


def test_a_text_may_hold_only_what_two_of_its_words_begin():
    may_hold = shipped().may_hold
    assert may_hold({"in_rounds"}, tokens("12 reps of the squat"))
    assert not may_hold({"in_rounds", "came"}, tokens("squats with a cane"))
