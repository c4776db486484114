"""Learn the weights of the second reader from the labelled rows of this repository: `make learn`.

Softmax regression with AdaGrad and a pull towards zero, in plain Python: every run gives the same file. The blind part is
never read here.
`--held-out` learns without each corpus in turn and says how right the weights, the rules and both together are on it:
that is how the shares in choosing/second_reader.py were chosen. `--more FILE...` adds files of rows in the corpus's shape.
"""

import math
import random
from argparse import ArgumentParser, Namespace
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import median

from coding.engine.choosing import answer_of_the_rules, case_of
from coding.engine.choosing import second_reader as second
from coding.engine.choosing.weights import FILE, Weights, features, parse, weigh
from tests.engine.corpora import DEVSET, OWN, SEEN_FILES, Row, lines, row_of, rows

PASSES = 8
RATE = 0.6
CAUTION = 1.0  # how slowly a feature that was met seldom is believed
PULL = 0.02
SEEN_AT_LEAST = 2  # rows in which a feature stands
NEGLIGIBLE = 0.1  # a weight smaller than this is left out of the file
SMALLEST_STEP = 0.005
SAME = {"G0283": "97014"}  # one service under two numbers: the payer says which

type Example = tuple[tuple[str, ...], str]


def examples(given: Iterable[Row]) -> list[Example]:
    """Return what is learned from. What goes by a thing that is named is learned without its goal as well: it needs none."""
    return [_example(row) for some in given for row in _with_and_without_goal(some)]


def _example(row: Row) -> Example:
    return tuple(features(case_of(row.activity))), SAME.get(row.best, row.best)


def _with_and_without_goal(row: Row) -> Iterator[Row]:
    yield row
    if row.activity.goal and SAME.get(row.best, row.best) in second.by_device():
        yield replace(row, activity=replace(row.activity, goal=""))


def learned(given: Sequence[Example]) -> list[str]:
    """Return the lines of the file: each feature with its weights."""
    count = Counter(name for names, _ in given for name in names)
    kept = [([name for name in names if count[name] >= SEEN_AT_LEAST], due) for names, due in given]
    answers = sorted({due for _, due in kept})
    place = {answer: number for number, answer in enumerate(answers)}
    weight = {name: [0.0] * len(answers) for name in sorted(count) if count[name] >= SEEN_AT_LEAST}
    steps = {name: [CAUTION] * len(answers) for name in weight}
    order = random.Random(1)
    for _ in range(PASSES):
        order.shuffle(kept)
        for names, due in kept:
            _learn(names, place[due], weight, steps)
    lines = (_line(name, answers, row) for name, row in weight.items())
    return [line for line in lines if " " in line]


def _learn(names: Sequence[str], due: int, weight: dict[str, list[float]], steps: dict[str, list[float]]) -> None:
    """Take one step: each feature of the row towards the answer that was due, and away from the others."""
    sums = [sum(column) for column in zip(*(weight[name] for name in names), strict=True)]
    top = max(sums)
    shares = [math.exp(one - top) for one in sums]
    whole = sum(shares)
    off = [(k, share / whole - (k == due)) for k, share in enumerate(shares)]
    off = [(k, error) for k, error in off if abs(error) > SMALLEST_STEP]
    for name in names:
        row, taken = weight[name], steps[name]
        for k, error in off:
            slope = error + PULL * row[k]
            taken[k] += slope * slope
            row[k] -= RATE * slope / math.sqrt(taken[k])


def _line(name: str, answers: Sequence[str], row: Sequence[float]) -> str:
    """Return a feature's line. What it says of every answer alike says nothing: only what differs from the usual is kept."""
    usual = median(row)
    pairs = (
        f"{answer} {one - usual:.1f}"
        for answer, one in zip(answers, row, strict=True)
        if abs(one - usual) >= NEGLIGIBLE
    )
    return " ".join((name, *pairs))


def corpora(more: Iterable[Path] = ()) -> dict[str, tuple[Row, ...]]:
    """Return the rows to learn from, by corpus: everything but the blind part."""
    found = {name: rows(name) for name in (DEVSET, OWN, *SEEN_FILES)}
    return found | {path.stem: tuple(map(row_of, lines(path))) for path in more}


def held_out(given: dict[str, tuple[Row, ...]]) -> Iterator[str]:
    """Yield, for each corpus and for all, how right an engine is that has learned from the others only."""
    read = {name: examples(found) for name, found in given.items()}
    total: Counter[str] = Counter()
    for name, found in given.items():
        if name in (DEVSET, OWN):
            continue
        known = parse(learned([one for other, some in read.items() if other != name for one in some]))
        counts = judged(found, known)
        total += counts
        yield told(name, counts)
    yield told("all", total)


def judged(found: Iterable[Row], known: Weights) -> Counter[str]:
    """Count the right answers on unambiguous rows: of the rules, of the weights, and of both."""
    counts: Counter[str] = Counter()
    for row in found:
        if not row.unambiguous:
            continue
        case, due = case_of(row.activity), SAME.get(row.best, row.best)
        answer = answer_of_the_rules(case)
        both = second.second_reading(case, answer, known).code
        rules, both = (SAME.get(code, code) for code in (answer.code, both))
        counts += Counter(rows=1, rules=rules == due, weights=weigh(case, known).code == due, both=both == due)
        if due in second.NO_CODE:
            counts += Counter(none_due=1, none=both in second.NO_CODE)
    return counts


def told(name: str, counts: Counter[str]) -> str:
    of = counts["rows"]
    shares = (f"{kind} {100 * counts[kind] / of:.1f}" for kind in ("rules", "weights", "both"))
    none = f"no code where none is due {counts['none']}/{counts['none_due']}"
    return f"{name:<18}{of:>5} rows   " + "  ".join((*shares, none))


def options() -> Namespace:
    parser = ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--held-out", action="store_true", help="measure on each corpus without having learned from it")
    parser.add_argument("--more", type=Path, nargs="*", default=(), help="further files of rows")
    return parser.parse_args()


def main() -> None:
    asked = options()
    given = corpora(asked.more)
    if asked.held_out:
        for line in held_out(given):
            print(line, flush=True)
        return
    found = [row for some in given.values() for row in some]
    head = (
        "# Learned by tests/engine/learn.py; not written by hand. A feature of a row, then answers and its weight for each.",
    )
    text = "\n".join((*head, f"# rows: {len(found)}", *learned(examples(found))))
    FILE.write_text(text + "\n", encoding="utf-8")
    print(f"{len(text):,} characters from {len(found):,} rows")


if __name__ == "__main__":
    main()
