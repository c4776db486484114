"""What one entry of a data file says, and how it is read.

    data/codes.toml    CodeEntry    a code: how it is counted, what it needs, how many a day
    data/pairs.toml    PairEntry    two codes of which one is paid on a day, and whether a modifier opens that
    data/payers.toml   PayerRules   a kind of payer: what it pays, which modifiers it wants
    data/checks.toml   CheckEntry   what a reviewer would object to, and how much it weighs

Each part below has the entry, the keys that it may have in the file (any other key is refused), and the reading.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from coding.engine.ruledata import Table
from coding.engine.vocabulary import Family, PayerKind, Severity

GOAL_NEEDS = ("none", "any", "functional")
GP_WANTS = ("never", "therapy", "all")  # on no line, on lines of physical medicine, on every line
FEWEST_REASONS = 2  # one alone would be the answer that the page wants to hear
type Answer = str | bool | list[str]  # of a payer's profile


class Dated(Protocol):
    """An entry that holds from one day to another, both included; None is open. In the files, `since` is "from"."""

    @property
    def since(self) -> date | None:
        """Return the first day."""

    @property
    def until(self) -> date | None:
        """Return the last day."""


# Codes


@dataclass(frozen=True, slots=True)
class CodeEntry:
    """What is known of one code."""

    code: str
    title: str  # in plain words of our own
    family: Family = Family.OTHER
    timed: bool = False  # units of 15 minutes; otherwise one unit a day
    supervised: bool = False  # the clinician may leave the room
    therapy: bool = False  # a line of physical medicine, which some payers want marked with GP
    exam: bool = False  # beside an adjustment it takes 25, if it had a reason of its own
    dosed: bool = False  # sets, load or repetitions say how much was done
    new_patient: bool = False  # an exam for somebody whom nobody of the practice saw in three years
    level: int | None = None  # of an exam, 1 to 5
    from_minutes: int | None = None  # from how many minutes of the exam's day on the time alone bears out its level
    needs_goal: str = "none"  # "functional": one of a named function; "any": or a measured impairment behind one
    maximum: int | None = None  # units a day (MUE); 0 means that Medicare pays none
    mai: int | None = None  # how firm the maximum is (MAI): 2 absolute for the day, 3 open to review with documentation
    since: date | None = None
    until: date | None = None
    source: str = ""
    known: bool = True  # False for a code that the practice picks and the file does not have

    @property
    def is_adjustment(self) -> bool:
        """Say whether this is an adjustment, spinal or not."""
        return self.family is Family.ADJUST

    @property
    def is_attended(self) -> bool:
        """Say whether somebody has to stay with the patient throughout."""
        return self.therapy and not self.supervised


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


def read_codes(table: Table) -> Iterator[CodeEntry]:
    """Read the codes, each entry as it stands."""
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


# Pairs


@dataclass(frozen=True, slots=True)
class PairEntry:
    """Two codes of a day: column 1 is paid; column 2 beside it only where a modifier says what is apart, or never."""

    column1: str
    column2: str
    indicator: int  # 1: a modifier may open it, 0: none does
    since: date | None = None
    until: date | None = None
    source: str = ""


PAIR_KEYS: Mapping[str, type] = {
    "column1": list,
    "column2": list,
    "indicator": int,
    "from": date,
    "until": date,
    "source": str,
}


def read_pairs(table: Table) -> Iterator[PairEntry]:
    """Read the pairs. An entry with several codes in a column is a pair of each with each."""
    for row in table.rows:
        indicator = row.number("indicator")
        if indicator not in (0, 1):
            raise row.error("indicator must be 0 or 1")
        since, until, source = row.day("from"), row.day("until"), row.text("source")
        for column1 in row.texts("column1"):
            for column2 in row.texts("column2"):
                yield PairEntry(column1, column2, indicator, since, until, source)


# Kinds of payer


@dataclass(frozen=True, slots=True)
class PayerRules:
    """What a kind of payer does by rule."""

    kind: PayerKind
    covers: tuple[str, ...] = ()  # the only codes that it pays a chiropractor for; none named means all
    active_modifier: str = ""  # of a covered line in active care: AT
    excluded_modifier: str = ""  # of a line that it never pays: GY
    wants_gp: str = "never"
    pair_edits: bool = True  # whether code pairs concern it
    usual: Mapping[str, Answer] = field(default_factory=dict)  # what is taken for granted of a payer of this kind
    source: str = ""

    def pays_for(self, code: str) -> bool:
        """Say whether this kind of payer pays a chiropractor for a code at all."""
        return not self.covers or code in self.covers


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


# Checks


@dataclass(frozen=True, slots=True)
class CheckEntry:
    """One check: its words for people, how much it weighs, its source."""

    slug: str  # its short name, and that of its guidance page
    subject: str  # what it is about: the note, minutes, goals ...; the parts of the list of checks
    title: str
    matters: str  # why
    severities: Mapping[PayerKind, Severity | None]  # for each kind of payer; None: not checked
    softer: Severity | None  # where the payer's profile switches the rule off
    harder: Severity | None  # where it makes the rule strict
    reasons: tuple[str, ...]  # facts for which a warning of it may stand
    source: str

    @property
    def may_warn(self) -> bool:
        """Say whether there are circumstances in which this is a warning."""
        return Severity.WARN in (*self.severities.values(), self.softer, self.harder)


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


def read_checks(table: Table) -> Iterator[CheckEntry]:
    """Read the checks. A kind of payer that an entry does not name has its default weight."""
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
