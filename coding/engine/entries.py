"""What one entry of a data file says: a code, a pair, a kind of payer, a check; and how each is read."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from coding.engine.ruledata import Table
from coding.engine.vocabulary import Family, PayerKind, Severity

GOAL_NEEDS = ("none", "any", "functional")
GP_WANTS = ("never", "therapy", "all")
type Answer = str | bool | list[str]  # of a payer's profile
FEWEST_REASONS = 2  # one alone would be the answer that the page wants to hear


class Dated(Protocol):
    """An entry that holds from one day to another, both included; None is open."""

    @property
    def since(self) -> date | None:
        """Return the first day."""

    @property
    def until(self) -> date | None:
        """Return the last day."""


@dataclass(frozen=True, slots=True)
class CodeEntry:
    """What is known of one code. `known` is False for a code that is only picked by the practice."""

    code: str
    title: str
    family: Family = Family.OTHER
    timed: bool = False
    supervised: bool = False
    therapy: bool = False
    exam: bool = False
    dosed: bool = False
    new_patient: bool = False
    level: int | None = None
    from_minutes: int | None = None
    needs_goal: str = "none"
    maximum: int | None = None
    mai: int | None = None
    since: date | None = None
    until: date | None = None
    source: str = ""
    known: bool = True

    @property
    def is_adjustment(self) -> bool:
        """Say whether this is an adjustment, spinal or not."""
        return self.family is Family.ADJUST

    @property
    def is_attended(self) -> bool:
        """Say whether somebody has to stay with the patient throughout."""
        return self.therapy and not self.supervised


@dataclass(frozen=True, slots=True)
class PairEntry:
    """Two codes of which `column2` is paid beside `column1` only apart (indicator 1) or never (0)."""

    column1: str
    column2: str
    indicator: int
    since: date | None = None
    until: date | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class PayerRules:
    """What a kind of payer does by rule."""

    kind: PayerKind
    covers: tuple[str, ...] = ()
    active_modifier: str = ""
    excluded_modifier: str = ""
    wants_gp: str = "never"
    pair_edits: bool = True
    usual: Mapping[str, Answer] = field(default_factory=dict)  # what is taken for granted of a payer of this kind
    source: str = ""

    def pays_for(self, code: str) -> bool:
        """Say whether this kind of payer pays a chiropractor for a code at all."""
        return not self.covers or code in self.covers


@dataclass(frozen=True, slots=True)
class CheckEntry:
    """One check: its words for people, its severity for each kind of payer (None: not checked), its source.

    `reasons` are facts for which a warning of it may stand.
    """

    slug: str
    subject: str
    title: str
    matters: str
    severities: Mapping[PayerKind, Severity | None]
    softer: Severity | None
    harder: Severity | None
    reasons: tuple[str, ...]
    source: str

    @property
    def may_warn(self) -> bool:
        """Say whether there are circumstances in which this is a warning."""
        return Severity.WARN in (*self.severities.values(), self.softer, self.harder)


CODE_KEYS: Mapping[str, type] = {
    "code": str,
    "title": str,
    "family": str,
    "timed": bool,
    "supervised": bool,
    "therapy": bool,
    "exam": bool,
    "dosed": bool,
    "new_patient": bool,
    "level": int,
    "from_minutes": int,
    "needs_goal": str,
    "maximum": int,
    "mai": int,
    "from": date,
    "until": date,
    "source": str,
}
PAIR_KEYS: Mapping[str, type] = {
    "column1": list,
    "column2": list,
    "indicator": int,
    "from": date,
    "until": date,
    "source": str,
}
PAYER_KEYS: Mapping[str, type] = {
    "kind": str,
    "covers": list,
    "active_modifier": str,
    "excluded_modifier": str,
    "wants_gp": str,
    "pair_edits": bool,
    "usual": dict,
    "source": str,
}
CHECK_KEYS: Mapping[str, type] = {
    "slug": str,
    "subject": str,
    "title": str,
    "matters": str,
    "default": str,
    "softer": str,
    "harder": str,
    "reasons": list,
    "source": str,
    **{kind.value: str for kind in PayerKind},
}


def read_codes(table: Table) -> Iterator[CodeEntry]:
    for row in table.rows:
        yield CodeEntry(
            code=row.text("code"),
            title=row.text("title"),
            family=row.term("family", Family),
            timed=row.truth("timed"),
            supervised=row.truth("supervised"),
            therapy=row.truth("therapy"),
            exam=row.truth("exam"),
            dosed=row.truth("dosed"),
            new_patient=row.truth("new_patient"),
            level=row.number("level"),
            from_minutes=row.number("from_minutes"),
            needs_goal=row.one_of("needs_goal", GOAL_NEEDS),
            maximum=row.number("maximum"),
            mai=row.number("mai"),
            since=row.day("from"),
            until=row.day("until"),
            source=row.text("source"),
        )


def read_pairs(table: Table) -> Iterator[PairEntry]:
    for row in table.rows:
        indicator = row.number("indicator")
        if indicator not in (0, 1):
            raise row.error("indicator must be 0 or 1")
        since, until, source = row.day("from"), row.day("until"), row.text("source")
        for column1 in row.texts("column1"):
            for column2 in row.texts("column2"):
                yield PairEntry(column1, column2, indicator, since, until, source)


def read_payers(table: Table) -> Iterator[PayerRules]:
    """Read the kinds of payer. The first says all that is usual, every other one what is otherwise with it."""
    usual: Mapping[str, Answer] = {}
    for row in table.rows:
        usual = usual or row.answers("usual")
        yield PayerRules(
            kind=row.term("kind", PayerKind),
            covers=row.texts("covers"),
            active_modifier=row.text("active_modifier", ""),
            excluded_modifier=row.text("excluded_modifier", ""),
            wants_gp=row.one_of("wants_gp", GP_WANTS),
            pair_edits=row.truth("pair_edits", True),
            usual={**usual, **row.answers("usual", like=usual)},
            source=row.text("source"),
        )


def read_checks(table: Table) -> Iterator[CheckEntry]:
    for row in table.rows:
        default = row.text("default")
        check = CheckEntry(
            slug=row.text("slug"),
            subject=row.text("subject"),
            title=row.text("title"),
            matters=row.text("matters"),
            severities={kind: row.weight(kind.value, default) for kind in PayerKind},
            softer=row.weight("softer", "off"),
            harder=row.weight("harder", "off"),
            reasons=row.texts("reasons"),
            source=row.text("source"),
        )
        if check.may_warn and len(check.reasons) < FEWEST_REASONS:
            raise row.error(f"a check that may be a warning needs {FEWEST_REASONS} reasons or more")
        yield check
