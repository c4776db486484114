"""What the right side of the review page shows: a group of lines for each payer, and the flags with where they lead."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from coding.engine import rulebook
from coding.engine.facts import ActivityFacts, AdjustmentFacts
from coding.engine.results import NOT_BILLABLE, Flag
from coding.engine.rows import payer_of
from coding.engine.vocabulary import Severity, UnitMethod
from coding.margin import address_of, lead_of, policy_of
from coding.minutes import MinutesRule, minutes_rule
from coding.review import Review
from coding.statements import StatedLine, Statement
from notes.diagnosis_search import retired

type NoteRow = ActivityFacts | AdjustmentFacts

HOW_COUNTED = {
    UnitMethod.TOTAL_TIME: "This payer counts all timed minutes of the day together.",
    UnitMethod.PER_CODE: "This payer counts each code by itself.",
    UnitMethod.UNKNOWN: "How this payer counts is not known yet, so each code was counted by itself.",
}


@dataclass(frozen=True)
class LineView:
    row: StatedLine
    rule: MinutesRule | None


@dataclass(frozen=True)
class NotBilled:
    """Something of the record that is not billed, and why. `may_return` if the signer decided so."""

    about: str
    words: str
    why: str
    may_return: bool = False


@dataclass(frozen=True)
class Tie:
    """Codes that may as well take the last unit: `has` it, and `may_have` it instead."""

    words: str
    has: tuple[str, ...]
    may_have: tuple[str, ...]


@dataclass(frozen=True)
class Group:
    """One payer's part of the review."""

    statement: Statement
    lines: tuple[LineView, ...]
    day_rule: MinutesRule | None
    ties: tuple[Tie, ...]
    not_billed: tuple[NotBilled, ...]
    sentences: tuple[str, ...]
    ended: Mapping[str, date]  # diagnoses that the list has ended by the visit, each with its last day


@dataclass(frozen=True)
class FlagView:
    """A flag, where on the note's page or the complaint's it leads to, and what may be done about it: its row may be kept off
    the bill, or it may stand for a reason.
    """

    flag: Flag
    anchor: str
    address: str
    row_words: str
    may_be_record_only: bool
    may_stand: bool
    reasons: tuple[str, ...]


def groups(review: Review) -> tuple[Group, ...]:
    codes = {row.code for statement in review.statements for row in statement.diagnoses}
    ended = retired(codes, on=review.facts.on)
    return tuple(_group(review, statement, ended) for statement in review.statements)


def flag_views(review: Review, flags: Iterable[Flag]) -> tuple[FlagView, ...]:
    return tuple(_flag(review, flag) for flag in flags)


# A payer's group


def _group(review: Review, statement: Statement, ended: Mapping[str, date]) -> Group:
    is_by_total = statement.method is UnitMethod.TOTAL_TIME
    has_time = any(row.line.minutes for row in statement.lines)
    return Group(
        statement=statement,
        lines=tuple(LineView(row, None if is_by_total else _rule_of(row)) for row in statement.lines),
        day_rule=minutes_rule(statement.timed_minutes) if is_by_total and has_time else None,
        ties=tuple(_tie(codes, statement) for codes in statement.bill.ties),
        not_billed=tuple(_not_billed(review, statement)),
        sentences=tuple(_arithmetic(review, statement)),
        ended=ended,
    )


def _rule_of(row: StatedLine) -> MinutesRule | None:
    return minutes_rule(row.line.minutes, row.line.family) if row.line.minutes else None


def _tie(codes: tuple[str, ...], statement: Statement) -> Tie:
    has = statement.bill.took_last
    whoever = "Either" if len(codes) == 2 else "Any of them" if len(has) == 1 else f"Any {len(has)} of them"
    what = "the last unit" if len(has) == 1 else "a unit more"
    words = f"{_listed(codes)} have the same minutes left over. {whoever} may take {what}; {_listed(has)} did."
    return Tie(words, has, tuple(code for code in codes if code not in has))


def _listed(codes: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(codes[:-1]), codes[-1]]))


def _not_billed(review: Review, statement: Statement) -> Iterator[NotBilled]:
    for row in _rows(review):
        if payer_of(review.facts, row.episode_id).id != statement.payer_id:
            continue
        if row.record_only:
            yield NotBilled(row.id, words_of(row), "record only, not billed", may_return=True)
        elif isinstance(row, ActivityFacts) and (why := _why_without_a_code(review, row)):
            yield NotBilled(row.id, words_of(row), why)
    for line in statement.bill.unbilled:
        minutes = f", {line.minutes} min" if line.minutes else ""
        yield NotBilled("", f"{line.code} {line.title}{minutes}", line.reason)


def _rows(review: Review) -> tuple[NoteRow, ...]:
    return (*review.facts.adjustments, *review.facts.activities)


def _why_without_a_code(review: Review, row: ActivityFacts) -> str:
    choice = review.suggestion.choice(row.id)
    if choice is None or choice.is_code:
        return ""
    return choice.reason if choice.code == NOT_BILLABLE else "no code follows from what is written, so not billed"


def _arithmetic(review: Review, statement: Statement) -> Iterator[str]:
    if statement.timed_minutes:
        whole = review.facts.total_minutes
        yield f"{statement.timed_minutes} timed minutes{f', {whole} in all' if whole else ''}."
        yield HOW_COUNTED[statement.method]
    if statement.timed_minutes and any(other.activities for other in review.facts.same_day):
        yield "Minutes of a note that was signed before, for the same day, count with these."
    for row in review.idle_choices:
        if str(row.coverage_id) == statement.payer_id:
            yield f"{row.codes[0]} was to take the last unit; nothing ties with it any more, so that choice fell away."
    if statement.method is UnitMethod.UNKNOWN and statement.bill.other_method_units:
        others = ", ".join(f"{code} × {units}" for code, units in statement.bill.other_method_units)
        yield f"Counted by the day's total time: {others}."
    yield from dict.fromkeys(_policies(review, statement))
    if len(statement.lines) > 1 and not any(row.line.modifiers for row in statement.lines):
        yield "No line takes a modifier."


def _policies(review: Review, statement: Statement) -> Iterator[str]:
    for row in review.facts.activities:
        payer, choice = payer_of(review.facts, row.episode_id), review.suggestion.choice(row.id)
        if choice and payer.id == statement.payer_id and not row.record_only and (said := policy_of(choice, payer)):
            yield said


# Flags


def _flag(review: Review, flag: Flag) -> FlagView:
    rows = {row.id: row for row in _rows(review)}
    row = rows.get(flag.about)
    return FlagView(
        flag=flag,
        anchor=":".join(filter(None, lead_of(flag, review))),
        address=address_of(flag, review),
        row_words=words_of(row) if row and len(rows) > 1 else "",
        may_be_record_only=row is not None and flag.severity is Severity.LINE_STOP,
        may_stand=flag.severity is Severity.WARN or flag.may_last,
        reasons=rulebook.load(review.facts.on).checks[flag.slug].reasons,
    )


def words_of(row: NoteRow) -> str:
    """Name a row of the note in a few of its own words."""
    if isinstance(row, AdjustmentFacts):
        region = row.region.label if row.region else "region not stated"
        return " ".join(filter(None, ["Adjusted:", region, row.segment]))
    words = " ".join(row.description.split()) or "An activity without words"
    short = words if len(words) <= 60 else f"{words[:57].rsplit(' ', 1)[0].rstrip(' ,;:.')} …"
    return f"{short}, {row.minutes} min" if row.minutes else short
