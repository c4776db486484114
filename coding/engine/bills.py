"""What each payer would be billed for a visit: rows sorted out, units counted, lines written."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from coding.engine.facts import NOT_BILLED, PayerFacts, VisitFacts
from coding.engine.modifiers import Apart, Meeting, called, follows_pairs, is_excused, listed, meetings, modifiers_of
from coding.engine.results import Bill, Choice, Line, Modifier
from coding.engine.rows import Row, RowKind, merged, payers_of, pointers_of, rows_for
from coding.engine.rulebook import RuleBook
from coding.engine.units import Count, count, other_method, shared
from coding.engine.vocabulary import CarePhase, UnitMethod

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

    `before` are the ledgers of the patient's other notes of the day that come before this one, in their order.
    """

    payer: PayerFacts
    entries: tuple[Entry, ...]
    bundled: tuple[Meeting, ...] = ()
    ignored: tuple[Meeting, ...] = ()  # what would be bundled, were the payer one to follow pairs
    withheld: tuple[tuple[Row, str], ...] = ()  # what is recorded and never sent to this payer, each with why
    before: tuple["Ledger", ...] = ()
    first: tuple[str, ...] = ()  # the codes that the signer lets come first where codes tie for a unit

    @property
    def rows(self) -> tuple[Row, ...]:
        """Return the rows that count."""
        return tuple(entry.row for entry in self.entries)

    @property
    def earlier(self) -> tuple[Entry, ...]:
        """Return the rows that count in the earlier notes of the day."""
        return tuple(entry for ledger in self.before for entry in ledger.entries)

    def count(self, method: UnitMethod) -> Count:
        """Count the timed rows by a method, code by code, on top of what the earlier notes of the day were given.

        Modifiers do not matter here: time is the code's, and the day has no more of it for being written on two lines.
        """
        had = sum((Counter(ledger.count(method).units) for ledger in self.before), Counter[str]())
        return count(
            method, _minutes(self.entries), _minutes(self.earlier), earlier_units=had, first_in_ties=self.first
        )

    def earlier_units(self) -> Counter[str]:
        """Return the units of each code that earlier notes of the day have, by the payer's method."""
        units = Counter[str]()
        for ledger in self.before:
            units.update(ledger.count(self.payer.unit_method).units)
            for row in ledger.rows:
                units[row.code.code] += 0 if row.is_timed else row.units
        return units


def ledgers_for(visit: VisitFacts, rules: RuleBook, choices: Mapping[str, Choice]) -> tuple[Ledger, ...]:
    """Return a ledger for each payer that has rows; for the first payer when none has."""
    all_ledgers = [_ledger(payer, visit, rules, choices) for payer in payers_of(visit)]
    return tuple(ledger for ledger in all_ledgers if ledger.entries or ledger.bundled or ledger.withheld) or tuple(
        all_ledgers[:1]
    )


def bill_of(ledger: Ledger) -> Bill:
    """Write the bill of one payer. A method that is not known counts each code by itself, and shows the other."""
    method = ledger.payer.unit_method
    counted = ledger.count(method)
    units = _units_of_lines(ledger.entries, counted)
    lines = [_line(group, units) for group in _groups(ledger.entries)]
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


def _ledger(payer: PayerFacts, visit: VisitFacts, rules: RuleBook, choices: Mapping[str, Choice]) -> Ledger:
    """Sort the notes of a day in their order, each on top of those before it, as each was judged when it was signed."""
    before: tuple[Ledger, ...] = ()
    for other in visit.same_day:
        before = (*before, _sorted(payer, other, rules, None, before))
    return _sorted(payer, visit, rules, choices, before)


def _sorted(
    payer: PayerFacts,
    visit: VisitFacts,
    rules: RuleBook,
    choices: Mapping[str, Choice] | None,
    before: tuple[Ledger, ...],
) -> Ledger:
    found = rows_for(payer, visit, rules, choices)
    withheld = tuple((row, why) for row in found if (why := _why_withheld(row, payer, visit, rules)))
    rows = tuple(row for row in found if not any(row is out for out, _ in withheld))
    day = (*rows, *(row for ledger in before for row in ledger.rows))
    around = meetings([row for row in rows if _pays(payer, row, rules)], rules, day)
    met = tuple(meeting for meeting in around if not is_excused(meeting, payer))
    follows = follows_pairs(payer, rules)
    refused = _refused(met)
    kept = [row for row in rows if not (follows and any(row is meeting.second for meeting in refused))]
    entries = (
        Entry(row, modifiers_of(row, day, met if follows else (), payer, rules, visit.care_phase)) for row in kept
    )
    return Ledger(
        payer,
        tuple(entries),
        bundled=refused if follows else (),
        ignored=() if follows else refused,
        withheld=withheld,
        before=before,
        first=visit.first_in_ties(payer.id),
    )


def _pays(payer: PayerFacts, row: Row, rules: RuleBook) -> bool:
    return rules.payer(payer.kind).pays_for(row.code.code)


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


def _minutes(entries: Sequence[Entry]) -> list[tuple[str, int]]:
    return [(entry.row.code.code, entry.row.timed_minutes) for entry in entries if entry.row.is_timed]


def _units_of_lines(entries: Sequence[Entry], counted: Count) -> dict[Key, int]:
    """Share each code's units out among the lines that its modifiers make of it."""
    minutes: dict[str, dict[Key, int]] = {}
    for entry in entries:
        if entry.row.is_timed:
            lines = minutes.setdefault(entry.row.code.code, {})
            lines[entry.key] = lines.get(entry.key, 0) + entry.row.timed_minutes
    return {key: own for code, lines in minutes.items() for key, own in shared(counted.units[code], lines).items()}


def _groups(entries: Sequence[Entry]) -> list[list[Entry]]:
    """Put activities of one code and the same modifiers together; picked services stay as they were picked."""
    groups: dict[object, list[Entry]] = {}
    for entry in entries:
        key: object = entry.row.about if entry.row.kind is RowKind.SERVICE else entry.key
        groups.setdefault(key, []).append(entry)
    return list(groups.values())


def _line(group: Sequence[Entry], units_of: Mapping[Key, int]) -> Line:
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
    for met in ledger.bundled:
        yield _unbilled_line(met.second, f"Not counted: for this payer it is part of the {called(met.first)}.")
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
