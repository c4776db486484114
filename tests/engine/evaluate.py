"""Measure the engine on its corpora: `make eval`, or `python -m tests.engine.evaluate`.

Prints the figures of every corpus, accuracy per class and who is taken for whom; ends with status 1 when the blind part
misses a threshold. Of the blind part only totals and figures per class are printed, never a row. `--keep` writes what is
reached into figures.toml, which the tests hold on to; a figure there is never lowered by it. `--failures procedures` lists
the rows of a seen corpus whose answer nobody accepts.
"""

import sys
import tomllib
from argparse import ArgumentParser, Namespace
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from tests.engine.corpora import BLIND, DEVSET, HERE, OWN, SEEN_FILES, Answered, answered, judged

FIGURES = HERE / "figures.toml"
THRESHOLDS = {"best": 0.97, "none": 0.98, "evidence": 1.0}
CORPORA = (DEVSET, OWN, *SEEN_FILES, BLIND)
SEEN = (DEVSET, OWN, *SEEN_FILES)
# Columns of the matrix: what is told apart most, then the agents together, the rest, and the two ways to name no code.
COLUMNS = ("97110", "97112", "97113", "97116", "97124", "97140", "97150", "97530", "97535", "97750")
AGENTS, OTHER = "agents", "other"
SHORT = {"NOT_BILLABLE": "none", "UNDETERMINED": "asks"}


@dataclass(frozen=True, slots=True)
class Share:
    """How many of how many."""

    hits: int
    of: int

    @property
    def share(self) -> float:
        return self.hits / self.of if self.of else 1.0

    def __str__(self) -> str:
        return f"{self.hits:>4}/{self.of:<4}{100 * self.share:6.1f} %" if self.of else "   –            "


def figures_of(given: Sequence[Answered]) -> dict[str, Share]:
    """Return the best answer on unambiguous rows, an accepted one on all, no code where none is due, and evidence."""
    plain = [one for one in given if one.row.unambiguous]
    none_due = [one for one in plain if one.row.best in SHORT]
    codes = [one for one in given if one.choice.is_code]
    return {
        "best": Share(sum(one.is_best for one in plain), len(plain)),
        "accepted": Share(sum(one.is_accepted for one in given), len(given)),
        "none": Share(sum(not one.choice.is_code for one in none_due), len(none_due)),
        "evidence": Share(sum(bool(one.choice.because) for one in codes), len(codes)),
    }


def judged_figures(kind: str) -> Share:
    given = judged(kind)
    return Share(sum(due == said for due, said in given), len(given))


def missed(figures: dict[str, Share]) -> list[str]:
    """Return the figures that miss their threshold."""
    return [name for name, least in THRESHOLDS.items() if figures[name].share < least]


# What is printed


def report() -> Iterator[str]:
    yield f"{'corpus':<18}{'best, if clear':<19}{'accepted, of all':<19}{'no code, none due':<19}{'code has evidence'}"
    for corpus in CORPORA:
        yield figures_line(corpus, answered(corpus))
        if corpus == OWN:
            yield figures_line("  the hard ones", [one for one in answered(OWN) if one.row.tags])
    for kind in ("goal", "description"):
        yield f"{kind + 's':<18}{judged_figures(kind)}"
    yield ""
    yield from classes(SEEN, BLIND)
    for name, corpora in (("seen", SEEN), (BLIND, (BLIND,))):
        yield ""
        yield from matrix(name, [one for corpus in corpora for one in answered(corpus)])


def figures_line(name: str, given: Sequence[Answered]) -> str:
    return f"{name:<18}" + "  ".join(map(str, figures_of(given).values()))


def classes(seen: Iterable[str], blind: str) -> Iterator[str]:
    """Yield the accuracy on unambiguous rows for each answer that is due."""
    sets = [[one for corpus in seen for one in answered(corpus)], answered(blind)]
    counts = [Counter(one.row.best for one in given if one.row.unambiguous) for given in sets]
    right = [Counter(one.row.best for one in given if one.row.unambiguous and one.is_best) for given in sets]
    yield f"{'due, if clear':<18}{'seen':<19}{'blind'}"
    for code in sorted({*counts[0], *counts[1]}):
        yield f"{code:<18}" + "  ".join(str(Share(r[code], n[code])) for r, n in zip(right, counts, strict=True))


def matrix(name: str, given: Sequence[Answered]) -> Iterator[str]:
    """Yield who is taken for whom on unambiguous rows: a line for what is due, a column for what was said."""
    seen = Counter((column(one.row.best), column(one.choice.code)) for one in given if one.row.unambiguous)
    names = (*COLUMNS, AGENTS, OTHER, *SHORT.values())
    yield f"{name + ', due \\ said':<20}" + "".join(f"{said:>7}"[-7:] for said in names)
    for due in names:
        yield f"{due:<20}" + "".join(f"{seen[due, said] or '·':>7}" for said in names)
    within = Counter((one.row.best, one.choice.code) for one in given if one.row.unambiguous and not one.is_best)
    mixed = [f"{due} as {said}: {n}" for (due, said), n in sorted(within.items()) if column(due) == column(said)]
    if mixed:
        yield "within a group: " + ", ".join(mixed)


def column(code: str) -> str:
    """Return the column of an answer.

    >>> column("97112"), column("97035"), column("UNDETERMINED"), column("20560")
    ('97112', 'agents', 'asks', 'other')
    """
    if code in COLUMNS or code in SHORT:
        return SHORT.get(code, code)
    return AGENTS if code.startswith("970") or code in ("G0283", "S8948") else OTHER


def failures(corpus: str) -> Iterator[str]:
    """Yield the rows of a seen corpus whose answer is not accepted."""
    if corpus not in SEEN:
        raise SystemExit(f"{corpus} is no seen corpus; there are: {', '.join(SEEN)}")
    for one in answered(corpus):
        if not one.is_accepted:
            activity = one.row.activity
            yield f"{activity.id} [{activity.delivery}] {activity.description} | {activity.goal}"
            yield f"    due {' or '.join(one.row.accept)}, said {one.choice.code}"


# What is kept


def reached() -> dict[str, dict[str, int]]:
    """Return the counts that must not fall. The blind part is measured, and nothing is held on to there."""
    kept = {}
    for corpus in SEEN:
        figures = figures_of(answered(corpus))
        kept[corpus] = {name: figures[name].hits for name in ("best", "accepted", "none")}
    return kept | {"judged": {f"{kind}s": judged_figures(kind).hits for kind in ("goal", "description")}}


def kept() -> dict[str, dict[str, int]]:
    return tomllib.loads(FIGURES.read_text("utf-8")) if FIGURES.exists() else {}


def keep() -> None:
    before = kept()
    text = (
        "# How many answers were right when somebody last looked: a test holds on to it, `evaluate --keep` raises it.\n"
    )
    for corpus, counts in reached().items():
        most = {name: max(n, before.get(corpus, {}).get(name, 0)) for name, n in counts.items()}
        text += f'\n["{corpus}"]\n' + "".join(f"{name} = {n}\n" for name, n in most.items())
    FIGURES.write_text(text, "utf-8")


def options() -> Namespace:
    parser = ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--keep", action="store_true", help="write what is reached into figures.toml")
    parser.add_argument("--failures", metavar="CORPUS", help="list the rows of a seen corpus that fail")
    return parser.parse_args()


def main() -> int:
    asked = options()
    print(*(failures(asked.failures) if asked.failures else report()), sep="\n")
    if asked.keep:
        keep()
    if asked.failures:
        return 0
    if not answered(BLIND):
        print("\nThere is no blind part, so nothing can be said about rows that nobody has seen.")
        return 1
    wrong = missed(figures_of(answered(BLIND)))
    print("\nThe blind part " + (f"misses: {', '.join(wrong)}." if wrong else "passes."))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
