"""The day at the desk: its visits in groups, exceptions first, and sums that reconcile."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.db.models import Count, Prefetch, Q, QuerySet, Sum
from django.utils import timezone

from clinic.models import Practice, Visit
from clinic.patients import reception
from coding.authorisations import Told, Usage, told, usage_of
from coding.day import BillFacts, Group, State, VisitRow, state_of
from coding.engine.facts import VisitFacts
from coding.engine.results import Flag, Line
from coding.engine.suggest import suggest
from coding.facts import facts_of_notes
from coding.models import PickedService, ServiceLine, Superbill
from coding.prices import PriceList, charge
from coding.rules import Table, loaded, rules_for
from coding.superbills import what_to_settle
from notes.models import Note
from notes.of_visits import HAS_NOTE, HAS_SIGNED_NOTE, WITH_NOTE, note_of


@dataclass(frozen=True)
class Chosen:
    """What the board is narrowed to."""

    location: UUID | None = None
    clinician: UUID | None = None
    payer: UUID | None = None
    self_pay: bool = False

    def narrow(self, visits: QuerySet[Visit]) -> QuerySet[Visit]:
        if self.location:
            visits = visits.filter(location=self.location)
        if self.clinician:
            visits = visits.filter(clinician=self.clinician)
        if self.payer:
            theirs = Superbill.objects.filter(coverage__payer=self.payer).values("visit")
            visits = visits.filter(Q(coverage__payer=self.payer) | Q(pk__in=theirs))
        return visits.filter(coverage=None) if self.self_pay else visits


@dataclass(frozen=True)
class BoardRow:
    """A visit on the board. Its words are rule names and flag titles, never words of a note."""

    visit: Visit
    state: State
    detail: str
    payers: str
    lines: tuple[str, ...]
    amount: Decimal | None
    is_expected: bool
    bills: tuple[Superbill, ...]
    authorisation: Told | None = None

    @property
    def label(self) -> str:
        held = next((bill for bill in self.bills if bill.held_at and not bill.voided_at), None)
        return f"Held by {held.held_by}" if held and self.state is State.HELD else self.state.label

    @property
    def standing(self) -> list[Superbill]:
        return [bill for bill in self.bills if not bill.voided_at]

    @property
    def last_bill(self) -> list[Superbill]:
        """The one that was voided last, where none stands."""
        return list(self.bills[-1:])

    @property
    def may_be_started(self) -> bool:
        return self.state in (State.WAITING, State.NO_NOTE, State.EXPECTED, State.LEFT_OPEN)

    @property
    def steps(self) -> list[tuple[str, str]]:
        """What the desk does with the visit here: the usual steps, and taking a slip back; the patient's page has the rest."""
        wanted = STEPS_HERE.get(self.state, ())
        return [(step, deed) for step, deed in reception.steps(self.visit) if step in wanted]

    @property
    def may_be_taken_back(self) -> bool:
        """Whether what the desk has just said of the visit can be unsaid."""
        return self.note is None and Visit.State.EXPECTED in dict(reception.steps(self.visit))

    @property
    def note(self) -> Note | None:
        return note_of(self.visit)

    @property
    def lines_by_payer(self) -> list[tuple[str, Iterable[str]]]:
        """The lines under the name of who gets them, where that is more than one."""
        if len(self.standing) < 2:
            return [("", self.lines)]
        return [(bill.payer_name, _lines([bill], _Draft())) for bill in self.standing]


@dataclass(frozen=True)
class BoardGroup:
    group: Group
    rows: tuple[BoardRow, ...]
    hidden: int = 0

    @property
    def title(self) -> str:
        return self.group.value

    @property
    def anchor(self) -> str:
        return anchor_of(self.group)

    @property
    def count(self) -> int:
        return len(self.rows) + self.hidden


def anchor_of(group: Group) -> str:
    """Return where on the page a group stands."""
    return group.name.lower().replace("_", "-")


@dataclass(frozen=True)
class Totals:
    """The sums of a day. Unexplained are visits that the board cannot account for; there should never be one."""

    visits: int
    counted: int
    by_group: Mapping[Group, int]
    charged: Decimal
    expected: Decimal
    paid: Decimal
    reversed: Decimal
    unexplained: int
    unexplained_money: Decimal

    @property
    def is_explained(self) -> bool:
        return not self.unexplained and not self.unexplained_money

    @property
    def explained(self) -> int:
        return self.counted - self.unexplained


@dataclass(frozen=True)
class Board:
    groups: tuple[BoardGroup, ...]
    totals: Totals

    @property
    def counts(self) -> list[tuple[str, int, str]]:
        """How many visits each group holds, and where on the page it stands, in the order of the page."""
        counted = ((group, self.totals.by_group[group]) for group in Group)
        return [(anchor_of(group), count, group.value) for group, count in counted if count]


@dataclass
class _Draft:
    """What the engine says about a note that has no superbill."""

    lines: list[Line] = field(default_factory=list)
    flags: list[Flag] = field(default_factory=list)
    payers: list[str] = field(default_factory=list)
    amount: Decimal = Decimal(0)


S = Visit.State
STEPS_HERE = {
    State.EXPECTED: (S.ARRIVED, S.NO_SHOW),
    State.LEFT_OPEN: (S.ARRIVED, S.NO_SHOW),
    State.WAITING: (S.EXPECTED,),
    State.NO_SHOW: (S.ARRIVED,),
    State.CANCELLED: (S.EXPECTED,),
}
SHOWN_WHEN_IN_ORDER = 12
# Where somebody can still see to an authorisation.
AUTHORISED_IN = (Group.NEED_SOMEONE, Group.HERE, Group.TO_REVIEW, Group.EXPECTED)
# A patient who has been here for longer without a note needs someone.
A_SHORT_WHILE = timedelta(hours=1)
# What was left open is looked for this far back; older days are reached by their date.
LOOK_BACK = timedelta(days=60)


def board(practice: Practice, visits: QuerySet[Visit], on: date, chosen: Chosen, *, show_all: bool = False) -> Board:
    """Return the board of a day, in a constant number of queries."""
    of_the_day = chosen.narrow(visits.filter(practice=practice, on=on))
    rows = _rows(practice, of_the_day)
    groups = tuple(_group(group, rows, show_all=show_all) for group in Group)
    return Board(tuple(group for group in groups if group.count), _totals(of_the_day, rows))


def row_of(visit: Visit) -> BoardRow:
    """Return one visit's row as it stands now."""
    return _rows(visit.practice, Visit.objects.filter(pk=visit.pk))[0]


def left_open(practice: Practice, visits: QuerySet[Visit]) -> list[tuple[date, int]]:
    """Return the last weeks' days on which something is still to be done, and for how many visits, latest first."""
    today = practice.today()
    earlier = visits.filter(practice=practice, on__lt=today, on__gte=today - LOOK_BACK)
    open_yet = (Visit.State.EXPECTED, Visit.State.ARRIVED, Visit.State.DONE)
    unwritten = ~HAS_NOTE & Q(state__in=open_yet)
    unreviewed = Superbill.objects.standing().filter(reviewed_at=None).values("visit")
    unsettled = earlier.filter(unwritten | (HAS_NOTE & ~HAS_SIGNED_NOTE) | Q(pk__in=unreviewed))
    return list(unsettled.order_by().values_list("on").annotate(Count("pk")).order_by("-on"))


def _rows(practice: Practice, visits: QuerySet[Visit]) -> list[BoardRow]:
    found = list(_whole(visits))
    drafts = _drafts(practice, [note for note in map(note_of, found) if note and not note.superbills.all()])
    usage = usage_of([visit.coverage for visit in found if visit.coverage])
    return [_row(visit, drafts, practice.today(), usage) for visit in found]


def _whole(visits: QuerySet[Visit]) -> QuerySet[Visit]:
    bills = Superbill.objects.select_related("held_by__user", "replaces").prefetch_related("lines")
    return (
        visits.select_related("patient", "clinician__user", "location", "coverage__payer")
        .prefetch_related("payments", WITH_NOTE, Prefetch("standing_notes__superbills", bills))  # type: ignore[misc]
        .order_by("at", "created_at")
    )


def _drafts(practice: Practice, notes: Collection[Note]) -> dict[UUID, _Draft]:
    """Read what the notes without a superbill would bill: drafts, and signed ones that may have been forgotten."""
    if not notes:
        return {}
    prices, tables = PriceList.of(practice.pk), loaded()
    read = facts_of_notes([note.pk for note in notes])
    return {pk: _draft(facts, prices, note.picked_services.all(), tables) for pk, (note, facts) in read.items()}


def _draft(facts: VisitFacts, prices: PriceList, picked: Iterable[PickedService], tables: Sequence[Table]) -> _Draft:
    suggestion = suggest(facts, rules_for(facts, tables))
    lines = [line for bill in suggestion.bills for line in bill.lines]
    fees = [(line, prices.fee(line.code, line.title, picked)) for line in lines]
    amount = sum((charge(fee.amount if fee else None, line.units) for line, fee in fees), Decimal(0))
    payers = [bill.payer_name for bill in suggestion.bills if bill.lines]
    return _Draft(lines, list(suggestion.flags), payers, amount)


# A row


def _row(visit: Visit, drafts: Mapping[UUID, _Draft], today: date, usage: Usage) -> BoardRow:
    note = note_of(visit)
    bills = tuple(note.superbills.all()) if note else ()
    draft = drafts.get(note.pk, _Draft()) if note else _Draft()
    state = state_of(
        VisitRow(
            visit_state=visit.state,
            is_past=visit.on < today,
            came_lately=visit.on == today and _came_lately(visit),
            has_note=note is not None,
            is_signed=note is not None and note.is_signed,
            has_lines=bool(draft.lines),
            bills=tuple(_bill_facts(bill, visit) for bill in bills),
        )
    )
    return BoardRow(
        visit=visit,
        state=state,
        detail=_detail(state, visit, draft, bills, today),
        payers=" and ".join(_payers(bills, draft)) or visit.payer_name,
        lines=tuple(_lines(bills, draft)),
        amount=_amount(state, bills, draft),
        is_expected=state is State.UNSIGNED,
        bills=bills,
        authorisation=told(visit.coverage, visit, usage) if state.group in AUTHORISED_IN else None,
    )


def _bill_facts(bill: Superbill, visit: Visit) -> BillFacts:
    return BillFacts(
        is_held=bool(bill.held_at),
        is_reviewed=bool(bill.reviewed_at),
        is_void=bool(bill.voided_at),
        is_corrected=bool(what_to_settle(bill, paid=bool(visit.payments.all()))) and not bill.reviewed_at,
    )


def _detail(state: State, visit: Visit, draft: _Draft, bills: Iterable[Superbill], today: date) -> str:
    if state in (State.WAITING, State.NO_NOTE) and visit.arrived_at and visit.on == today:
        return f"arrived {_ago(visit.arrived_at)}"
    if state is State.UNSIGNED:
        return _first_words(draft)
    if state is State.HELD:
        return next((f"asked: {bill.question}" for bill in bills if bill.held_at and not bill.voided_at), "")
    if state is State.CORRECTED:
        paid = bool(visit.payments.all())
        return next((told for bill in bills if not bill.voided_at and (told := what_to_settle(bill, paid=paid))), "")
    if state is State.VOIDED:
        return next((bill.void_reason for bill in bills if bill.void_reason), "")
    if state is State.TO_REVIEW:
        answered = next((bill.answer for bill in bills if bill.answer and not bill.voided_at), "")
        return f"answered: {answered}" if answered else ""
    return ""


def _first_words(draft: _Draft) -> str:
    """Return the title of the flag that weighs most; the desk sees no more of it."""
    if not draft.flags:
        return "ready to sign" if draft.lines else "nothing to bill so far"
    title = draft.flags[0].title
    return title[:1].lower() + title[1:]


def _came_lately(visit: Visit) -> bool:
    return visit.arrived_at is not None and timezone.now() - visit.arrived_at < A_SHORT_WHILE


def _ago(instant: datetime) -> str:
    minutes = int((timezone.now() - instant).total_seconds() // 60)
    hours, minutes = divmod(max(minutes, 0), 60)
    if hours or minutes:
        return f"{hours} h {minutes} min ago" if hours else f"{minutes} min ago"
    return "just now"


def _payers(bills: Iterable[Superbill], draft: _Draft) -> dict[str, None]:
    return dict.fromkeys([bill.payer_name for bill in bills if not bill.voided_at] or draft.payers)


def _lines(bills: Iterable[Superbill], draft: _Draft) -> Iterator[str]:
    stated = [line for bill in bills if not bill.voided_at for line in bill.lines.all()]
    for line in stated:
        yield _short(line.code, [modifier["code"] for modifier in line.modifiers], line.units)
    for read in [] if stated else draft.lines:
        yield _short(read.code, [modifier.code for modifier in read.modifiers], read.units)


def _short(code: str, modifiers: Iterable[str], units: int) -> str:
    """Write a line in short: an adjustment has one unit always, so it is not said."""
    joined = "-".join([code, *modifiers])
    return joined if code.startswith("9894") and units == 1 else f"{joined} × {units}"


def _amount(state: State, bills: Iterable[Superbill], draft: _Draft) -> Decimal | None:
    standing = [bill for bill in bills if not bill.voided_at]
    if standing:
        return sum((bill.total for bill in standing), Decimal(0))
    return draft.amount if state in (State.UNSIGNED, State.UNBILLED) and draft.lines else None


# Groups and sums


def _group(group: Group, rows: Iterable[BoardRow], *, show_all: bool) -> BoardGroup:
    """Gather a group: what needs someone is shown whole, what is in order only in part."""
    order = list(State)
    ours = sorted((row for row in rows if row.state.group is group), key=lambda row: order.index(row.state))
    if group is Group.HERE:
        ours.sort(key=lambda row: row.visit.arrived_at or timezone.now())
    elif group is not Group.NEED_SOMEONE:
        ours.sort(key=lambda row: (row.visit.at is None, row.visit.at))
    in_order = group in (Group.REVIEWED, Group.MISSED) and not show_all
    shown = ours[:SHOWN_WHEN_IN_ORDER] if in_order else ours
    return BoardGroup(group, tuple(shown), hidden=len(ours) - len(shown))


def _totals(visits: QuerySet[Visit], rows: Collection[BoardRow]) -> Totals:
    """Add up. The database counts visits and charges once more by itself, so that a row lost on the way would show."""
    standing = ServiceLine.objects.filter(
        superbill__voided_at=None, superbill__visit__in=visits.order_by().values("pk")
    )
    charged = standing.aggregate(sum=Sum("charge"))["sum"] or Decimal(0)
    shown = sum((row.amount for row in rows if row.amount and row.standing), Decimal(0))
    lost = visits.count() - len(rows)
    payments = [payment.amount for row in rows for payment in row.visit.payments.all()]
    return Totals(
        visits=len(rows),
        counted=len(rows) + lost,
        by_group={group: sum(row.state.group is group for row in rows) for group in Group},
        charged=charged,
        expected=sum((row.amount for row in rows if row.amount and row.is_expected), Decimal(0)),
        paid=sum(payments, Decimal(0)),
        reversed=-sum((amount for amount in payments if amount < 0), Decimal(0)),
        unexplained=lost + sum(row.state is State.UNBILLED for row in rows),
        unexplained_money=charged - shown,
    )
