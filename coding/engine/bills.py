"""What each payer would be billed for a visit: rows sorted out, units counted, lines written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from coding.engine.facts import PayerFacts, VisitFacts
from coding.engine.modifiers import Apart, Meeting, called, follows_pairs, listed, meetings, modifiers_of
from coding.engine.results import Bill, Choice, Line, Modifier
from coding.engine.rows import POINTERS, Row, RowKind, merged, payers_of, rows_for
from coding.engine.rulebook import RuleBook
from coding.engine.units import Count, count, other_method
from coding.engine.vocabulary import UnitMethod

type Key = tuple[str, tuple[str, ...]]  # a code and its modifiers


@dataclass(frozen=True, slots=True)
class Entry:
    """A row with its modifiers, on its way to a line."""

    row: Row
    modifiers: tuple[Modifier, ...]

    @property
    def key(self) -> Key:
        """Return what rows are merged and counted by."""
        return self.row.code.code, tuple(modifier.code for modifier in self.modifiers)


@dataclass(frozen=True, slots=True)
class Ledger:
    """The rows for one payer, sorted out: those that count, and those that are part of another service.

    `earlier` are the counted rows of the patient's other notes of the day, those that come before this one.
    """

    payer: PayerFacts
    entries: tuple[Entry, ...]
    bundled: tuple[Meeting, ...] = ()
    ignored: tuple[Meeting, ...] = ()  # what would be bundled, were the payer one to follow pairs
    earlier: tuple[Entry, ...] = ()

    @property
    def rows(self) -> tuple[Row, ...]:
        """Return the rows that count."""
        return tuple(entry.row for entry in self.entries)

    def count(self, method: UnitMethod) -> Count[Key]:
        """Count the timed rows by a method, on top of what earlier notes of the day have."""
        return count(method, _minutes(self.entries), before=_minutes(self.earlier))

    def earlier_units(self) -> dict[str, int]:
        """Return the units of each code that earlier notes of the day have, by the payer's method."""
        counted = count(self.payer.unit_method, _minutes(self.earlier)).units
        units: dict[str, int] = {}
        for (code, _), number in counted.items():
            units[code] = units.get(code, 0) + number
        for entry in self.earlier:
            if not entry.row.is_timed:
                units[entry.key[0]] = units.get(entry.key[0], 0) + entry.row.units
        return units


def ledgers_for(visit: VisitFacts, rules: RuleBook, choices: Mapping[str, Choice]) -> tuple[Ledger, ...]:
    """Return a ledger for each payer that has rows; for the first payer when none has."""
    all_ledgers = [_ledger(payer, visit, rules, choices) for payer in payers_of(visit)]
    return tuple(ledger for ledger in all_ledgers if ledger.entries or ledger.bundled) or tuple(all_ledgers[:1])


def bill_of(ledger: Ledger) -> Bill:
    """Write the bill of one payer. A method that is not known counts each code by itself, and shows the other."""
    method = ledger.payer.unit_method
    counted = ledger.count(method)
    lines = [_line(group, counted) for group in _groups(ledger.entries)]
    codes = dict.fromkeys(entry.key[0] for entry in ledger.entries)
    return Bill(
        payer_id=ledger.payer.id,
        payer_name=ledger.payer.name,
        method=method,
        lines=tuple(line for line in lines if line.units),
        timed_minutes=counted.minutes,
        timed_units=sum(counted.units.values()),
        ties=_tied_codes(counted),
        other_method_units=_differences(codes, counted, ledger.count(other_method(method))),
        unbilled=(*(line for line in lines if not line.units), *(_bundled_line(met) for met in ledger.bundled)),
    )


def _ledger(payer: PayerFacts, visit: VisitFacts, rules: RuleBook, choices: Mapping[str, Choice]) -> Ledger:
    earlier = tuple(entry for other in visit.same_day for entry in _sorted(payer, other, rules).entries)
    return _sorted(payer, visit, rules, choices, earlier)


def _sorted(
    payer: PayerFacts,
    visit: VisitFacts,
    rules: RuleBook,
    choices: Mapping[str, Choice] | None = None,
    earlier: tuple[Entry, ...] = (),
) -> Ledger:
    rows = rows_for(payer, visit, rules, choices)
    day = (*rows, *(entry.row for entry in earlier))
    met = meetings([row for row in rows if _pays(payer, row, rules)], rules, day)
    follows = follows_pairs(payer, rules)
    refused = _refused(met)
    kept = [row for row in rows if not (follows and any(row is meeting.second for meeting in refused))]
    entries = (
        Entry(row, modifiers_of(row, day, met if follows else (), payer, rules, visit.care_phase)) for row in kept
    )
    return Ledger(payer, tuple(entries), refused if follows else (), () if follows else refused, earlier)


def _pays(payer: PayerFacts, row: Row, rules: RuleBook) -> bool:
    return rules.payer(payer.kind).pays_for(row.code.code)


def _refused(met: Sequence[Meeting]) -> tuple[Meeting, ...]:
    """Return one meeting for each row that is not paid beside another.

    What is part of another service is settled first: it is not paid, so it cannot push a third service out.
    """
    together = _first_of_each(_holding([meeting for meeting in met if meeting.apart is Apart.TOGETHER]))
    out = {id(meeting.second) for meeting in together}
    never = [m for m in met if m.apart is Apart.NEVER and id(m.first) not in out and id(m.second) not in out]
    return (*together, *_first_of_each(never))


def _holding(met: Sequence[Meeting]) -> list[Meeting]:
    """Keep the meetings whose first service is itself paid: the adjustment takes hands-on work out, and hands-on work
    that is out takes nothing with it.
    """
    holding: list[Meeting] = []
    pending = list(met)
    while pending:
        out = {id(meeting.second) for meeting in holding}
        seconds = {id(meeting.second) for meeting in pending}
        ready = [meeting for meeting in pending if id(meeting.first) not in seconds] or pending
        holding += [meeting for meeting in ready if id(meeting.first) not in out]
        pending = [meeting for meeting in pending if meeting not in ready]
    return holding


def _first_of_each(met: Sequence[Meeting]) -> tuple[Meeting, ...]:
    return tuple({id(meeting.second): meeting for meeting in reversed(met)}.values())[::-1]


def _minutes(entries: Sequence[Entry]) -> list[tuple[Key, int]]:
    return [(entry.key, entry.row.timed_minutes) for entry in entries if entry.row.is_timed]


def _groups(entries: Sequence[Entry]) -> list[list[Entry]]:
    """Put activities of one code and the same modifiers together; picked services stay as they were picked."""
    groups: dict[object, list[Entry]] = {}
    for entry in entries:
        key: object = entry.row.about if entry.row.kind is RowKind.SERVICE else entry.key
        groups.setdefault(key, []).append(entry)
    return list(groups.values())


def _line(group: Sequence[Entry], counted: Count[Key]) -> Line:
    first = group[0]
    rows = [entry.row for entry in group]
    minutes = sum(row.timed_minutes for row in rows) if first.row.is_timed else None
    units = counted.units[first.key] if first.row.is_timed else first.row.units
    return Line(
        code=first.row.code.code,
        title=first.row.code.title,
        family=first.row.code.family,
        units=units,
        about=merged(row.about for row in rows),
        minutes=minutes,
        modifiers=first.modifiers,
        regions=merged(tuple(str(region) for region in row.regions) for row in rows),
        diagnosis_ids=merged(row.diagnosis_ids for row in rows)[:POINTERS],
        reason=_reason(rows, minutes, units),
    )


def _bundled_line(met: Meeting) -> Line:
    row = met.second
    return Line(
        code=row.code.code,
        title=row.code.title,
        family=row.code.family,
        units=0,
        about=row.about,
        minutes=row.minutes if row.is_timed else None,
        regions=tuple(str(region) for region in row.regions),
        diagnosis_ids=row.diagnosis_ids,
        reason=f"Not counted: for this payer it is part of the {called(met.first)}.",
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


def _tied_codes(counted: Count[Key]) -> tuple[tuple[str, ...], ...]:
    groups = (tuple(dict.fromkeys(code for code, _ in tie)) for tie in counted.ties)
    return tuple(group for group in groups if len(group) > 1)


def _differences(codes: Mapping[str, None], one: Count[Key], other: Count[Key]) -> tuple[tuple[str, int], ...]:
    """Return the codes whose units differ between two counts, with the units of the second."""
    pairs = ((code, _units(one, code), _units(other, code)) for code in codes)
    return tuple((code, theirs) for code, ours, theirs in pairs if ours != theirs)


def _units(counted: Count[Key], code: str) -> int:
    return sum(units for (of, _), units in counted.units.items() if of == code)
