"""The rules of a visit: those that Plumbline ships, with CMS's tables of the quarter over them where they were loaded.

In force on a day is the newest table that began on it or before, be it loaded or shipped; a day before all of them has the
shipped one. The edition names the quarters. It is stored with the signature and on the superbill, and stays as it is there
when newer tables are loaded.
"""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from django.db.models import Q
from django.utils import timezone

from coding.engine import rulebook
from coding.engine.choosing import choose
from coding.engine.entries import PairEntry
from coding.engine.facts import ActivityFacts, VisitFacts
from coding.engine.rulebook import RuleBook
from coding.models import NcciMaximum, NcciPair, NcciTable
from coding.ncci_files import Kind
from coding.quarters import name_of, oldest_in


class Table(NamedTuple):
    """A table that was loaded. Its rows never change: one that is loaded anew has another key."""

    key: int
    kind: str
    starts_on: date


def read_ahead(**signal: object) -> None:
    """Read what the engine knows, which is read once a process and takes half a second."""
    rulebook.load(timezone.now().date())
    choose(ActivityFacts("any", "sit to stand"))


def loaded() -> list[Table]:
    """Return the tables that were loaded, the newest first."""
    return [Table(*row) for row in NcciTable.objects.order_by("-starts_on").values_list("pk", "kind", "starts_on")]


def rules_for(facts: VisitFacts, tables: Sequence[Table] | None = None) -> RuleBook:
    """Return the rules for a visit. Whoever asks for many visits brings the tables along."""
    notes = (facts, *facts.same_day)
    picked = frozenset(service.code for note in notes for service in note.services)
    return rules_on(facts.on, tables, picked=picked)


def rules_on(on: date, tables: Sequence[Table] | None = None, *, picked: frozenset[str] = frozenset()) -> RuleBook:
    """Return the rules of a day, for the codes that notes are read for and those that were picked."""
    tables = loaded() if tables is None else tables
    pairs, maxima = (_in_force(tables, kind, on) for kind in Kind)
    return _merged(on, pairs, maxima, picked) if pairs or maxima else rulebook.load(on)


def _in_force(tables: Sequence[Table], kind: Kind, on: date) -> Table | None:
    """Return the newest table of a kind that began by the day, if the shipped one is not newer."""
    shipped = oldest_in(rulebook.load(on).edition) or date.min
    began = (table for table in tables if table.kind == kind and shipped <= table.starts_on <= on)
    return max(began, key=lambda table: table.starts_on, default=None)


@lru_cache(maxsize=256)
def _merged(on: date, pairs: Table | None, maxima: Table | None, picked: frozenset[str]) -> RuleBook:
    ours = rulebook.load(on)
    codes = ours.codes.keys() | picked
    return ours.with_table(
        _edition(ours, pairs, maxima),
        _pairs(pairs, on, codes) if pairs else ours.pairs.values(),
        _maxima(maxima, codes) if maxima else {},
    )


def _edition(ours: RuleBook, pairs: Table | None, maxima: Table | None) -> str:
    """Name the quarter; both, where pairs and maxima are of different ones.

    >>> from types import SimpleNamespace
    >>> _edition(SimpleNamespace(edition="2026.11 / NCCI 2024 Q3"), Table(1, "pairs", date(2026, 10, 1)), None)
    'NCCI 2026 Q4, maxima 2024 Q3'
    """
    shipped = oldest_in(ours.edition) or date.min
    first, second = (name_of(table.starts_on if table else shipped) for table in (pairs, maxima))
    return f"NCCI {first}" if first == second else f"NCCI {first}, maxima {second}"


def _pairs(table: Table, on: date, codes: set[str]) -> list[PairEntry]:
    source = f"CMS NCCI practitioner PTP edits, {name_of(table.starts_on)}"
    holding = NcciPair.objects.filter(
        Q(deleted_on=None) | Q(deleted_on__gte=on), table=table.key, column1__in=codes, column2__in=codes,
        effective_on__lte=on,
    )  # fmt: skip
    return [
        PairEntry(row.column1, row.column2, row.indicator, row.effective_on, row.deleted_on, source)
        for row in holding.order_by("effective_on")
    ]


def _maxima(table: Table, codes: set[str]) -> dict[str, tuple[int, int]]:
    rows = NcciMaximum.objects.filter(table=table.key, code__in=codes)
    return {code: (units, mai) for code, units, mai in rows.values_list("code", "units", "mai")}
