"""What each payer would be billed for a visit: rows sorted out, units counted, lines written.

For each payer, and each of the patient's notes of the day in the order in which they were signed:

1. Take the rows that this payer could be billed for (rows.py).
2. Withhold what its profile says is never sent, with the reason (`_why_withheld`).
3. Take out what is part of another service, or never paid beside it: column 2 of the code pairs (`_bundled`).
4. Give each row that is left its modifiers (modifiers.py). So far the `Ledger`.
5. Count the units of each code by the payer's method, beyond those of the earlier notes (`Ledger.count`, units.py).
6. Put the rows of one code and the same modifiers on one line, and share the code's units among its lines
   (`_units_of_lines`).
7. Write the lines, and beside them what is on no bill and why (`bill_of`, `_set_aside`).
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from coding.engine.facts import NOT_BILLED, PayerFacts, VisitFacts
from coding.engine.modifiers import (
    Apart,
    Pairing,
    called,
    follows_pairs,
    is_paid_in_one_region,
    listed,
    modifiers_of,
    pairings_of,
)
from coding.engine.results import Bill, Choice, Line, Modifier
from coding.engine.rows import Row, RowKind, merged, payers_of, pointers_of, rows_for
from coding.engine.rulebook import RuleBook
from coding.engine.units import Count, count, other_method, shared
from coding.engine.vocabulary import CarePhase, UnitMethod

type LineKey = tuple[str, tuple[str, ...]]  # a code and its modifiers, as ("97140", ("59", "GP"))


@dataclass(frozen=True, slots=True)
class Entry:
    """A row with its modifiers, on its way to a line."""

    row: Row
    modifiers: tuple[Modifier, ...]

    @property
    def key(self) -> LineKey:
        """Return what puts rows on one line: the code and its modifiers."""
        return self.row.code.code, tuple(modifier.code for modifier in self.modifiers)

    def has(self, modifier: str) -> bool:
        """Say whether the row has a modifier."""
        return any(own.code == modifier for own in self.modifiers)


@dataclass(frozen=True, slots=True)
class Ledger:
    """The rows of one note for one payer, sorted out: those that count, and those that are on no bill.

    `before` are the ledgers of the patient's notes of the day that were signed before this one, in their order.
    """

    payer: PayerFacts
    entries: tuple[Entry, ...]
    bundled: tuple[Pairing, ...] = ()  # what is not paid beside another service
    ignored: tuple[Pairing, ...] = ()  # what would be bundled, were the payer one to follow pairs
    withheld: tuple[tuple[Row, str], ...] = ()  # what is recorded and never sent to this payer, each with why
    before: tuple["Ledger", ...] = ()
    first_in_ties: tuple[str, ...] = ()  # the codes that the signer lets come first where codes tie for a unit

    @property
    def rows(self) -> tuple[Row, ...]:
        """Return the rows that count."""
        return tuple(entry.row for entry in self.entries)

    @property
    def earlier(self) -> tuple[Entry, ...]:
        """Return the rows that count in the earlier notes of the day."""
        return tuple(entry for ledger in self.before for entry in ledger.entries)

    def count(self, method: UnitMethod) -> Count:
        """Count the timed rows by a method, code by code: what the day has beyond the units of its earlier notes.

        Modifiers do not matter here: time is the code's, and the day has no more of it for being written on two lines.
        """
        before = sum((Counter(ledger.count(method).units) for ledger in self.before), Counter[str]())
        return count(
            method,
            _minutes(self.entries),
            _minutes(self.earlier),
            earlier_units=before,
            first_in_ties=self.first_in_ties,
        )

    def earlier_units(self) -> Counter[str]:
        """Return the units of each code that earlier notes of the day have, timed by the payer's method or not."""
        units = Counter[str]()
        for ledger in self.before:
            units.update(ledger.count(self.payer.unit_method).units)
            for row in ledger.rows:
                units[row.code.code] += 0 if row.is_timed else row.units
        return units


def ledgers_for(visit: VisitFacts, rules: RuleBook, choices: Mapping[str, Choice]) -> tuple[Ledger, ...]:
    """Return a ledger for each payer that has rows; for the first payer when none has."""
    all_ledgers = [_ledger_of_day(payer, visit, rules, choices) for payer in payers_of(visit)]
    return tuple(ledger for ledger in all_ledgers if ledger.entries or ledger.bundled or ledger.withheld) or tuple(
        all_ledgers[:1]
    )


def bill_of(ledger: Ledger) -> Bill:
    """Write the bill of one payer. A method that is not known counts each code by itself, and shows the other."""
    method = ledger.payer.unit_method
    counted = ledger.count(method)
    units = _units_of_lines(ledger.entries, counted)
    lines = [_line(group, units) for group in _rows_of_each_line(ledger.entries)]
    return Bill(
        payer_id=ledger.payer.id,
        payer_name=ledger.payer.name,
        method=method,
        lines=tuple(line for line in lines if line.units),
        timed_minutes=counted.minutes,
        timed_units=sum(counted.units.values()),
        ties=counted.ties,
        took_last=counted.took_last,
        other_method_units=_differences(counted, ledger.count(other_method(method))),
        unbilled=(*(line for line in lines if not line.units), *_set_aside(ledger)),
    )


# Steps 1 to 4: which rows count, and their modifiers


def _ledger_of_day(payer: PayerFacts, visit: VisitFacts, rules: RuleBook, choices: Mapping[str, Choice]) -> Ledger:
    """Sort the notes of the day in their order, each after those before it, as each was judged when it was signed."""
    before: tuple[Ledger, ...] = ()
    for other in visit.same_day:
        before = (*before, _ledger_of_note(payer, other, rules, None, before))
    return _ledger_of_note(payer, visit, rules, choices, before)


def _ledger_of_note(
    payer: PayerFacts,
    visit: VisitFacts,
    rules: RuleBook,
    choices: Mapping[str, Choice] | None,
    before: tuple[Ledger, ...],
) -> Ledger:
    """Take steps 1 to 4 for one note; a payer that does not follow pairs is billed what they would take out."""
    found = rows_for(payer, visit, rules, choices)
    withheld = tuple((row, why) for row in found if (why := _why_withheld(row, payer, visit, rules)))
    rows = tuple(row for row in found if not any(row is out for out, _ in withheld))
    day = (*rows, *(row for ledger in before for row in ledger.rows))
    pairings = _pairings_that_count(payer, rows, day, rules)
    bundled, follows = _bundled(pairings), follows_pairs(payer, rules)
    kept = [row for row in rows if not (follows and any(row is pairing.column2 for pairing in bundled))]
    entries = (
        Entry(row, modifiers_of(row, day, pairings if follows else (), payer, rules, visit.care_phase)) for row in kept
    )
    return Ledger(
        payer,
        tuple(entries),
        bundled=bundled if follows else (),
        ignored=() if follows else bundled,
        withheld=withheld,
        before=before,
        first_in_ties=visit.first_in_ties(payer.id),
    )


def _why_withheld(row: Row, payer: PayerFacts, visit: VisitFacts, rules: RuleBook) -> str:
    """Return why a row is recorded and not sent to this payer, "" where it is sent."""
    who = payer.name or payer.kind.label
    if row.code.code in payer.not_billed:
        return f"Not sent: the profile of {who} says that this is not billed."
    maintained = row.kind is RowKind.ADJUSTMENT and visit.care_phase is CarePhase.MAINTENANCE
    if maintained and payer.maintenance_code == NOT_BILLED:
        return f"Not sent: the profile of {who} says that maintenance is not billed."
    if not payer.sends_excluded and not _pays(payer, row, rules):
        return f"Not sent: {who} never pays a chiropractor for this, and its profile says not to send it."
    return ""


def _pays(payer: PayerFacts, row: Row, rules: RuleBook) -> bool:
    return rules.payer(payer.kind).pays_for(row.code.code)


def _pairings_that_count(
    payer: PayerFacts, rows: Sequence[Row], day: Sequence[Row], rules: RuleBook
) -> tuple[Pairing, ...]:
    """Leave out what the payer never pays anyhow, and what it pays also in the region that was adjusted."""
    pairings = pairings_of([row for row in rows if _pays(payer, row, rules)], rules, day)
    return tuple(pairing for pairing in pairings if not is_paid_in_one_region(pairing, payer))


def _bundled(pairings: Sequence[Pairing]) -> tuple[Pairing, ...]:
    """Return one pairing for each row that is not paid beside another.

    What nothing keeps apart (indicator 1) is settled first: it is part of the other service, so it is not paid, and cannot
    push a third service out. Then what is never paid together (indicator 0).
    """
    together = _one_for_each_column2(
        _where_column1_is_paid([pairing for pairing in pairings if pairing.apart is Apart.TOGETHER])
    )
    out = {id(pairing.column2) for pairing in together}
    never = [
        pairing
        for pairing in pairings
        if pairing.apart is Apart.NEVER and id(pairing.column1) not in out and id(pairing.column2) not in out
    ]
    return (*together, *_one_for_each_column2(never))


def _where_column1_is_paid(pairings: Sequence[Pairing]) -> list[Pairing]:
    """Keep the pairings whose service of column 1 is itself paid.

    98940, 97112 and 97022 in one region: the adjustment takes 97112 out, and 97112, being out, takes 97022 out no more. What
    is in no column 2 is surely paid, so the pairings are settled from there.
    """
    kept: list[Pairing] = []
    pending = list(pairings)
    while pending:
        out = {id(pairing.column2) for pairing in kept}
        in_question = {id(pairing.column2) for pairing in pending}
        settled = [pairing for pairing in pending if id(pairing.column1) not in in_question] or pending
        kept += [pairing for pairing in settled if id(pairing.column1) not in out]
        pending = [pairing for pairing in pending if pairing not in settled]
    return kept


def _one_for_each_column2(pairings: Sequence[Pairing]) -> tuple[Pairing, ...]:
    """Keep the first pairing of each service of column 2: one reason is enough."""
    return tuple({id(pairing.column2): pairing for pairing in reversed(pairings)}.values())[::-1]


# Steps 5 to 7: units and lines


def _minutes(entries: Sequence[Entry]) -> list[tuple[str, int]]:
    """Return the code and the minutes of each timed row."""
    return [(entry.row.code.code, entry.row.timed_minutes) for entry in entries if entry.row.is_timed]


def _units_of_lines(entries: Sequence[Entry], counted: Count) -> dict[LineKey, int]:
    """Share each code's units out among its lines: 97140 and 97140-59 have the units of 97140, and not more."""
    minutes: dict[str, dict[LineKey, int]] = {}
    for entry in entries:
        if entry.row.is_timed:
            lines = minutes.setdefault(entry.row.code.code, {})
            lines[entry.key] = lines.get(entry.key, 0) + entry.row.timed_minutes
    return {key: own for code, lines in minutes.items() for key, own in shared(counted.units[code], lines).items()}


def _rows_of_each_line(entries: Sequence[Entry]) -> list[list[Entry]]:
    """Put activities of one code and the same modifiers together; picked services stay as they were picked."""
    groups: dict[object, list[Entry]] = {}
    for entry in entries:
        key: object = entry.row.about if entry.row.kind is RowKind.SERVICE else entry.key
        groups.setdefault(key, []).append(entry)
    return list(groups.values())


def _line(group: Sequence[Entry], units_of: Mapping[LineKey, int]) -> Line:
    first = group[0]
    rows = [entry.row for entry in group]
    minutes = sum(row.timed_minutes for row in rows) if first.row.is_timed else None
    units = units_of[first.key] if first.row.is_timed else first.row.units
    return Line(
        code=first.row.code.code,
        title=first.row.code.title,
        family=first.row.code.family,
        units=units,
        about=merged(row.about for row in rows),
        minutes=minutes,
        modifiers=first.modifiers,
        regions=merged(tuple(str(region) for region in row.regions) for row in rows),
        diagnosis_ids=pointers_of(rows),
        reason=_reason(rows, minutes, units),
    )


def _set_aside(ledger: Ledger) -> Iterator[Line]:
    """Write what is on no bill: part of another service, or never sent to this payer."""
    for pairing in ledger.bundled:
        yield _unbilled_line(
            pairing.column2, f"Not counted: for this payer it is part of the {called(pairing.column1)}."
        )
    for row, why in ledger.withheld:
        yield _unbilled_line(row, why)


def _unbilled_line(row: Row, reason: str) -> Line:
    return Line(
        code=row.code.code,
        title=row.code.title,
        family=row.code.family,
        units=0,
        about=row.about,
        minutes=row.minutes if row.is_timed else None,
        regions=tuple(str(region) for region in row.regions),
        diagnosis_ids=row.diagnosis_ids,
        reason=reason,
    )


def _reason(rows: Sequence[Row], minutes: int | None, units: int) -> str:
    """Return one sentence for the reviewer: what the line was read from, and how it was counted."""
    row = rows[0]
    if row.kind is RowKind.ADJUSTMENT:
        return f"Adjusted: {listed(row.regions)}."
    if row.kind is RowKind.SERVICE:
        return f"Picked from the practice's list{': ' + row.reason if row.reason else ''}."
    purposes = ", ".join(merged((row.reason,) for row in rows if row.reason)) or "what is written"
    if minutes is None:
        return f"Read from its purpose ({purposes}); not counted by time."
    return f"Read from its purpose ({purposes}): {minutes} minutes make {units} unit{'' if units == 1 else 's'}."


def _differences(one: Count, other: Count) -> tuple[tuple[str, int], ...]:
    """Return the codes whose units differ between two counts, with the units of the second."""
    return tuple((code, other.units[code]) for code, units in one.units.items() if other.units[code] != units)
