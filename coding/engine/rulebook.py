"""The rules of a day: which codes, pairs, payer differences and severities applied on a date.

The numbers live in data/*.toml, each entry with its source and, where it is known, its first and last day. Everything
is checked when it is read, so that a slip in a data file is an error with a place and never a silent wrong answer.

>>> rules = load(date(2026, 11, 20))
>>> rules.edition
'2026.11 / NCCI 2024 Q3'
>>> rules.code("97110").title
'Exercise for one capacity'
>>> rules.pair("98941", "97140").indicator, rules.pair("98941", "97530")
(1, None)
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from pathlib import Path

from coding.engine.entries import (
    CHECK_KEYS,
    CODE_KEYS,
    PAIR_KEYS,
    PAYER_KEYS,
    CheckEntry,
    CodeEntry,
    Dated,
    PairEntry,
    PayerRules,
    read_checks,
    read_codes,
    read_pairs,
    read_payers,
)
from coding.engine.ruledata import RuleError, Table, read_table
from coding.engine.vocabulary import PayerKind, Severity

__all__ = ["CheckEntry", "CodeEntry", "PairEntry", "PayerRules", "RuleBook", "RuleError", "applies", "load"]

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class RuleBook:
    """All rules that applied on one day."""

    on: date
    edition: str
    codes: Mapping[str, CodeEntry]
    pairs: Mapping[tuple[str, str], PairEntry]
    payers: Mapping[PayerKind, PayerRules]
    checks: Mapping[str, CheckEntry]
    # Maxima (units, MAI) of codes that are not ours, as far as an imported table knows them.
    others: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    def code(self, code: str, title: str = "") -> CodeEntry:
        """Return what is known of a code; one not in the book is untimed, titled as given or by its number.

        Of such a code an imported table may still know how many units a day it allows.
        """
        if known := self.codes.get(code):
            return known
        maximum, mai = self.others.get(code, (None, None))
        return CodeEntry(code=code, title=title or code, maximum=maximum, mai=mai, known=False)

    def pair(self, column1: str, column2: str) -> PairEntry | None:
        """Return the pair in this order, if it applied on the day."""
        return self.pairs.get((column1, column2))

    def payer(self, kind: PayerKind) -> PayerRules:
        """Return what a kind of payer does by rule."""
        return self.payers[kind]

    def severity(self, slug: str, kind: PayerKind, grade: str = "") -> Severity | None:
        """Return how a check weighs for a kind of payer, None where it is not made.

        `grade` may ask for the "softer" or "harder" weight that the data gives for special circumstances.
        """
        entry = self.checks[slug]
        usual = entry.severities[kind]
        if usual is None or usual is Severity.TIP or not grade:
            return usual
        return (entry.softer if grade == "softer" else entry.harder) or usual

    def with_table(self, edition: str, pairs: Iterable[PairEntry], maxima: Mapping[str, tuple[int, int]]) -> "RuleBook":
        """Return this book with an imported table of pairs and daily maxima (code -> units, MAI) in place of ours."""
        ours = self.edition.split(" / ")[0]
        imported = {(pair.column1, pair.column2): pair for pair in pairs if applies(pair, self.on)}
        codes = {
            code: replace(entry, maximum=maxima[code][0], mai=maxima[code][1]) if code in maxima else entry
            for code, entry in self.codes.items()
        }
        others = {code: known for code, known in maxima.items() if code not in codes}
        return replace(self, edition=f"{ours} / {edition}", pairs=imported, codes=codes, others=others)


def load(on: date, directory: Path = DATA) -> RuleBook:
    """Return the rules that applied on a day. Raises RuleError when a data file is wrong."""
    return _load(on, directory)


def applies(entry: Dated, on: date) -> bool:
    """Say whether an entry holds on a day; its first and its last day are included."""
    return (entry.since is None or entry.since <= on) and (entry.until is None or on <= entry.until)


@lru_cache(maxsize=64)
def _load(on: date, directory: Path) -> RuleBook:
    codes = read_table(directory / "codes.toml", "code", CODE_KEYS)
    pairs = read_table(directory / "pairs.toml", "pair", PAIR_KEYS)
    payers = read_table(directory / "payers.toml", "payer", PAYER_KEYS)
    checks = read_table(directory / "checks.toml", "check", CHECK_KEYS)
    return RuleBook(
        on=on,
        edition=f"{codes.edition} / {pairs.edition}",
        codes=_of_the_day(((entry.code, entry) for entry in read_codes(codes)), on),
        pairs=_of_the_day((((entry.column1, entry.column2), entry) for entry in read_pairs(pairs)), on),
        payers=_by_kind(payers),
        checks={entry.slug: entry for entry in read_checks(checks)},
    )


def _of_the_day[K, E: Dated](entries: Iterable[tuple[K, E]], on: date) -> dict[K, E]:
    """Keep the entries that hold on a day. Raises RuleError when two entries for one key overlap in time."""
    by_key: dict[K, list[E]] = {}
    for key, entry in entries:
        if any(_overlap(entry, other) for other in by_key.get(key, ())):
            raise RuleError(f"{key}: two entries hold on the same day")
        by_key.setdefault(key, []).append(entry)
    return {key: entry for key, several in by_key.items() for entry in several if applies(entry, on)}


def _overlap(one: Dated, other: Dated) -> bool:
    """Say whether two entries share a day."""
    starts = max(one.since or date.min, other.since or date.min)
    return starts <= min(one.until or date.max, other.until or date.max)


def _by_kind(table: Table) -> dict[PayerKind, PayerRules]:
    rules = {entry.kind: entry for entry in read_payers(table)}
    missing = [kind.value for kind in PayerKind if kind not in rules]
    if missing:
        raise RuleError(f"{table.name}: no entry for {', '.join(missing)}")
    return rules
