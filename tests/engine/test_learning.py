"""Where the second reader's weights come from: the file that holds them, and how it is learned."""

from dataclasses import replace

import pytest

from coding.engine.choosing import answer_of_the_rules, case_of, choose, second_reader, weights
from coding.engine.choosing.second_reader import second_reading
from coding.engine.choosing.weights import FILE, parse, weigh
from coding.engine.facts import ActivityFacts
from coding.engine.results import NOT_BILLABLE, UNDETERMINED
from tests.engine import learn
from tests.engine.corpora import BLIND, DEVSET, rows

# The file


def test_a_file_is_lines_of_a_feature_and_what_it_speaks_for():
    known = parse(["# a word to the reader", "word:walk 97116 1.2 97110 -0.4", "# more", "no-goal UNDETERMINED 0.5"])
    assert known.answers == ("97116", "97110", UNDETERMINED)
    assert known.of == {"word:walk": (1.2, -0.4, 0.0), "no-goal": (0.0, 0.0, 0.5)}


@pytest.mark.parametrize("line", ["word:walk 97116", "word:walk 97116 much", "word:walk 97116 1.2 97110"])
def test_a_line_that_is_torn_is_an_error(line):
    with pytest.raises(ValueError):
        parse([line])


def test_the_file_that_comes_with_the_engine_parses_and_each_line_says_something():
    known = weights.weights()
    assert len(known.of) > 1000 and {UNDETERMINED, NOT_BILLABLE, "97110", "97530", "97014"} <= set(known.answers)
    assert all(any(row) and len(row) == len(known.answers) for row in known.of.values())
    assert "G0283" not in known.answers  # one service is learned under one number
    lines = FILE.read_text("utf-8").splitlines()
    assert len(known.of) == sum(not line.startswith("#") for line in lines)  # and no feature stands there twice


def test_the_weights_that_come_with_the_engine_are_those_that_are_used():
    row = case_of(ActivityFacts("a1", "Squats", goal="quad strength"))
    assert weigh(row).known is weights.weights() is weigh(row, None).known
    assert choose(row.activity) == second_reading(row, answer_of_the_rules(row))


def test_agents_are_told_from_what_follows_an_aim():
    assert {"97014", "97035", "97010", "S8948"} <= second_reader.by_device()
    assert {"97014", "97010"} <= second_reader.unattended()
    assert not {"97035", "97032", "S8948", "97110"} & second_reader.unattended()
    assert not second_reader.by_device() & second_reader.BY_AIM


# Learning


def test_the_file_was_learned_from_all_the_rows_that_there_are():
    """Whoever adds rows to a corpus learns again: `make learn`."""
    (head,) = [line for line in FILE.read_text("utf-8").splitlines() if line.startswith("# rows: ")]
    assert int(head.removeprefix("# rows: ")) == sum(map(len, learn.corpora().values()))


def test_the_blind_part_is_never_learned_from():
    assert BLIND not in learn.corpora()
    blind = {row.activity.description for row in rows(BLIND)}
    taught = {row.activity.description for found in learn.corpora().values() for row in found}
    assert sum(description in taught for description in blind) == 0  # a failure names none of them


def test_learning_twice_gives_the_same_weights_and_they_know_what_they_were_taught():
    taught = learn.examples(rows(DEVSET))
    lines = learn.learned(taught)
    assert lines == learn.learned(learn.examples(rows(DEVSET))) and lines == sorted(lines)
    known = parse(lines)
    answers = [weigh(case_of(row.activity), known).code == row.best for row in rows(DEVSET)]
    assert sum(answers) >= 0.9 * len(answers)


def test_what_was_met_once_or_says_the_same_of_every_answer_is_not_kept():
    taught = [(("always", "word:walk"), "97116"), (("always", "word:box"), "97530")] * 2
    kept = parse(learn.learned([*taught, (("always", "word:once"), "97110")])).of
    assert {"word:walk", "word:box"} <= kept.keys() and "word:once" not in kept
    assert learn._line("word:so", ["97110", "97112", "97530"], [0.5, 0.5, 0.5]) == "word:so"
    assert learn._line("word:so", ["97110", "97112", "97530"], [0.5, 0.59, 1.5]) == "word:so 97530 0.9"


def test_a_service_that_goes_by_what_is_applied_is_learned_without_its_goal_too():
    row = rows(DEVSET)[0]
    for best, times in (("97035", 2), ("G0283", 2), ("97110", 1)):
        activity = replace(row.activity, goal="less pain")
        taught = learn.examples([replace(row, activity=activity, best=best)])
        assert len(taught) == times
        assert ["no-goal" in names for names, _ in taught] == [False, True][:times]
        assert {due for _, due in taught} == {learn.SAME.get(best, best)}
