"""Differences between two texts of a page."""

import time

from coding.differences import differences


def seen(old, new):
    return [
        (change.kind, "".join(f"[{piece.text}]" if piece.changed else piece.text for piece in change.pieces))
        for change in differences(old, new)
    ]


def test_equal_texts_differ_in_nothing():
    assert seen("a\n\nb\n", "a\nb") == []


def test_the_words_that_changed_are_marked():
    old, new = "Squats for the thighs.\n", "Squats for the hips.\n"
    assert seen(old, new) == [("gone", "Squats for the[ thighs.]"), ("new", "Squats for the[ hips.]")]


def test_another_line_is_marked_as_a_whole():
    assert seen("one two\n", "quite different words here\n") == [
        ("gone", "[one two]"),
        ("new", "[quite different words here]"),
    ]


def test_a_line_that_came_stands_between_its_neighbours():
    assert seen("a\nb\nc\nd\n", "a\nb\nnew\nc\nd\n") == [
        ("skip", ""),
        ("same", "b"),
        ("new", "[new]"),
        ("same", "c"),
        ("skip", ""),
    ]


def test_long_texts_are_compared_within_a_second():
    old = "\n".join(f"{number % 97} line" for number in range(2_200))
    new = "\n".join(f"{number % 89} line" for number in range(2_200))
    start = time.perf_counter()
    assert differences(old, new)
    assert differences("a b " * 5_000, "b a " * 5_000)
    assert time.perf_counter() - start < 1
