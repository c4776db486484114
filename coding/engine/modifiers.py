"""Modifiers, each with its reason: none is added that the record does not bear out.

In the order in which they are written on a line, at most four: what changes the price comes first (chirocode.com).

    modifier         on which line, and when                                            by
    25               an exam beside an adjustment, with a reason of its own             `_modifier_25`
    59, or XS, XE    column 2 of a pair that another region, visit or time keeps apart  `_modifier_59_or_x`
    59, or XU        97530 and 97535 beside an adjustment, if the payer's profile asks  `_modifier_59_or_x`
    AT               a spinal adjustment of active care, Medicare or Medicare Advantage `_modifier_at_ga_or_gz`
    GA               Medicare, maintenance; a notice (ABN) was signed before the visit  `_modifier_at_ga_or_gz`
    GZ               Medicare, maintenance; no notice was signed                        `_modifier_at_ga_or_gz`
    GY               what Medicare never pays a chiropractor                            `_modifier_gy_and_gx`
    GX               beside GY, if the patient signed a voluntary notice                `_modifier_gy_and_gx`
    GP               physical medicine, or every line, if the payer wants it            `_modifier_gp`

Never written: 52 on a timed code, for sources disagree and some payers refuse it; 51, KX, CQ and CO, which a chiropractor's
lines do not need (domain facts 2.2 and 4). What Medicare never pays has no 25 and no 59: nothing would be opened by it.

Sources: CMS MLN1783722 on 59 and X; First Coast on AT; NGS 1629197 on GA, GX, GY and GZ; NGS 205281 on GP; domain facts 3
and 4.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from coding.engine.clock import share_minutes
from coding.engine.facts import PayerFacts
from coding.engine.results import Modifier
from coding.engine.rows import Row, RowKind
from coding.engine.rulebook import PairEntry, PayerRules, RuleBook
from coding.engine.vocabulary import CarePhase, Medicare, Region

MOST = 4  # a claim form has four places on a line
SEPARATE_EXAM = "25"
ACTIVE = "AT"
NOTICE = "GA"
NO_NOTICE = "GZ"
VOLUNTARY_NOTICE = "GX"
SPINAL = ("98940", "98941", "98942")
TASKS = ("97530", "97535")  # no pair with an adjustment since 2022; some payers' own edits still ask (domain 3.4)
ORDER = {
    SEPARATE_EXAM: 0,
    "59": 1,
    "XE": 1,
    "XS": 1,
    "XP": 1,
    "XU": 1,
    "AT": 2,
    "GA": 2,
    "GZ": 2,
    "GY": 2,
    "GX": 2,
    "GP": 3,
}


class Apart(StrEnum):
    """What keeps the two services of a pair apart."""

    REGION = "region"
    SESSION = "session"  # another visit of the same day
    TIME = "time"
    TOGETHER = "together"  # nothing in the record
    NEVER = "never"  # nothing could: indicator 0


OPENS_A_PAIR = (Apart.REGION, Apart.SESSION, Apart.TIME)  # the strongest reason first


@dataclass(frozen=True, slots=True)
class Pairing:
    """Two rows of a day that a pair names: the row of column 1 is paid, that of column 2 only where something is apart."""

    column1: Row
    column2: Row
    pair: PairEntry
    apart: Apart


def modifiers_of(
    row: Row, day: Sequence[Row], pairings: Sequence[Pairing], payer: PayerFacts, rules: RuleBook, care_phase: CarePhase
) -> tuple[Modifier, ...]:
    """Return a row's modifiers in the order in which they are written, at most four.

    `day` are all rows of the day for this payer; `pairings` those of them that pairs name, none if it does not follow pairs.
    """
    kind = rules.payer(payer.kind)
    if kind.pays_for(row.code.code):
        own = (
            *_modifier_25(row, day),
            *_modifier_59_or_x(row, day, pairings, payer),
            *_modifier_at_ga_or_gz(row, payer, kind, care_phase),
        )
    else:
        own = tuple(_modifier_gy_and_gx(payer, kind))
    offered = (*own, *_modifier_gp(row, payer, kind))
    return tuple(sorted(offered, key=lambda modifier: ORDER.get(modifier.code, len(ORDER)))[:MOST])


# Pairs: which services of the day stand in each other's way, and what keeps them apart


def pairings_of(rows: Sequence[Row], rules: RuleBook, day: Sequence[Row]) -> tuple[Pairing, ...]:
    """Return what the pairs name among the rows of a day, wherever one of these rows is in column 2.

    A picked service (an exam, an X-ray) says neither where nor when it was done, so only a pair that is never paid together
    concerns it.

    98940 on the lumbar spine, and 97140 for 15 minutes on the shoulder: a pair of indicator 1, and another region.

    >>> from datetime import date
    >>> from coding.engine.rulebook import load
    >>> rules = load(date(2026, 11, 20))
    >>> adjusted = Row(("1",), rules.code("98940"), RowKind.ADJUSTMENT, done_in=(Region.LUMBAR,))
    >>> hands_on = Row(("2",), rules.code("97140"), RowKind.ACTIVITY, done_in=(Region.SHOULDER,), minutes=15)
    >>> [str(pairing.apart) for pairing in pairings_of([adjusted, hands_on], rules, [adjusted, hands_on])]
    ['region']
    """
    return tuple(_pairings(rows, day, rules))


def follows_pairs(payer: PayerFacts, rules: RuleBook) -> bool:
    """Say whether code pairs decide what this payer pays: both its profile and its kind can say no."""
    return payer.follows_pair_edits and rules.payer(payer.kind).pair_edits


def is_paid_in_one_region(pairing: Pairing, payer: PayerFacts) -> bool:
    """Say whether the payer pays this service also in the region that was adjusted.

    Sources disagree on 97112 and 97124 there (domain facts 3.3). The payer's profile lists what must be in another region.
    """
    return (
        pairing.apart is Apart.TOGETHER
        and pairing.column1.code.is_adjustment
        and pairing.column2.code.code not in payer.region_separation
    )


def _pairings(rows: Sequence[Row], day: Sequence[Row], rules: RuleBook) -> Iterator[Pairing]:
    """Look up each of these rows as column 2, with every other row of the day as column 1."""
    for column2 in rows:
        for column1 in day:
            pair = None if column1 is column2 else rules.pair(column1.paired_as, column2.paired_as)
            if pair and (pair.indicator == 0 or column2.kind is RowKind.ACTIVITY):
                same_visit = any(column1 is row for row in rows)
                yield Pairing(column1, column2, pair, _apart(column1, column2, pair, same_visit))


def _apart(column1: Row, column2: Row, pair: PairEntry, same_visit: bool) -> Apart:
    """Return what keeps a pair apart: another region, another visit of the day, or minutes of their own.

    Minutes tell two services apart only where somebody attends both: nobody gives two at once; and not where start and stop
    show that they were. An adjustment has no minutes, so only another region or another visit stands apart from it. Indicator
    0 is never opened.
    """
    if pair.indicator == 0:
        return Apart.NEVER
    if column1.done_in and column2.done_in and not any(a.overlaps(b) for a in column1.done_in for b in column2.done_in):
        return Apart.REGION
    if not same_visit:
        return Apart.SESSION
    timed = column1.minutes and column2.minutes and not (column1.code.supervised or column2.code.supervised)
    return Apart.TIME if timed and not share_minutes(column1, column2) else Apart.TOGETHER


# The modifiers, in the order of the table above


def _modifier_25(row: Row, day: Sequence[Row]) -> Iterator[Modifier]:
    """25: an exam beside an adjustment, for a reason of its own that the note states. The routine check before it is none."""
    if row.code.exam and row.reason and any(other.code.is_adjustment for other in day):
        yield Modifier(SEPARATE_EXAM, f"The exam has a reason of its own, beyond the adjustment: {row.reason}")


def _modifier_59_or_x(
    row: Row, day: Sequence[Row], pairings: Iterable[Pairing], payer: PayerFacts
) -> Iterator[Modifier]:
    """59, or an X modifier: on column 2 of a pair, where the record shows what is apart. One stands for all its pairs."""
    open_ones = [pairing for pairing in pairings if pairing.column2 is row and pairing.apart in OPENS_A_PAIR]
    if open_ones:
        strongest = min(open_ones, key=lambda pairing: OPENS_A_PAIR.index(pairing.apart))
        yield Modifier(_59_or_x(payer, strongest.apart), _why_apart(strongest))
    elif payer.distinct_on_tasks and row.code.code in TASKS and any(other.code.is_adjustment for other in day):
        code = "59" if payer.distinct_modifier == "59" else "XU"
        yield Modifier(code, f"No pair asks for it: {payer.name or 'this payer'} wants it beside an adjustment.")


def _59_or_x(payer: PayerFacts, apart: Apart) -> str:
    """Return 59, or for a payer that takes X modifiers XS for another region, XE for another visit or time.

    >>> takes_x = PayerFacts(distinct_modifier="X")
    >>> _59_or_x(PayerFacts(), Apart.REGION), _59_or_x(takes_x, Apart.REGION), _59_or_x(takes_x, Apart.TIME)
    ('59', 'XS', 'XE')
    """
    if payer.distinct_modifier == "59":
        return "59"
    return "XS" if apart is Apart.REGION else "XE"


def _why_apart(pairing: Pairing) -> str:
    """Return the reason that is shown beside the modifier: which regions, visit or minutes are apart."""
    one, other = pairing.column1, pairing.column2
    if pairing.apart is Apart.REGION:
        return f"Done elsewhere ({listed(other.regions)}) than the {called(one)} ({listed(one.done_in)})."
    if pairing.apart is Apart.SESSION:
        return f"Given at another visit of the day than the {called(one)}."
    return f"Its {other.minutes} minutes are apart from the {one.minutes} minutes of the {called(one)}."


def _modifier_at_ga_or_gz(row: Row, payer: PayerFacts, kind: PayerRules, care_phase: CarePhase) -> Iterator[Modifier]:
    """AT for active care; for maintenance GA with a signed notice, GZ without one. No two of them ever stand together."""
    if care_phase is CarePhase.ACTIVE:
        if kind.active_modifier or _is_advantage(row, payer):
            yield Modifier(
                kind.active_modifier or ACTIVE, "The visit is active care that is expected to improve the patient."
            )
    elif kind.active_modifier and payer.has_notice:
        yield Modifier(NOTICE, "Maintenance: before the visit the patient signed a notice that it is not covered.")
    elif kind.active_modifier and payer.sends_excluded:
        yield Modifier(NO_NOTICE, "Maintenance, and no notice was signed before the visit: the patient owes nothing.")


def _is_advantage(row: Row, payer: PayerFacts) -> bool:
    """Say whether a plan of Medicare Advantage is billed a spinal adjustment, which it wants marked as Medicare does."""
    return payer.medicare is Medicare.ADVANTAGE and row.code.code in SPINAL


def _modifier_gy_and_gx(payer: PayerFacts, kind: PayerRules) -> Iterator[Modifier]:
    """GY: excluded, and sent for its refusal (therapy, exam, X-ray, 98943). GX beside it with a voluntary notice."""
    yield Modifier(kind.excluded_modifier, f"{payer.kind.label} never pays a chiropractor for this; the line says so.")
    if payer.has_voluntary_notice:
        yield Modifier(VOLUNTARY_NOTICE, "The patient signed before the visit that they know and pay themselves.")


def _modifier_gp(row: Row, payer: PayerFacts, kind: PayerRules) -> Iterator[Modifier]:
    """GP: on physical medicine or on every line, whichever the payer's profile or its kind wants. Medicare: also beside GY."""
    wants = {payer.wants_gp, kind.wants_gp}
    if "all" in wants or ("therapy" in wants and row.code.therapy):
        yield Modifier("GP", f"{payer.name or payer.kind.label} wants physical-medicine lines marked.")


# Words for people


def listed(regions: Iterable[Region]) -> str:
    """Return regions as words.

    >>> listed([Region.LUMBAR]), listed([Region.LUMBAR, Region.KNEE, Region.HEAD])
    ('lumbar', 'lumbar, knee and head and jaw')
    """
    labels = [region.label for region in regions]
    return " and ".join([", ".join(labels[:-1]), labels[-1]]) if len(labels) > 1 else "".join(labels)


def called(row: Row) -> str:
    """Return what a row is called in the middle of a sentence."""
    return "adjustment" if row.code.is_adjustment else row.code.title[:1].lower() + row.code.title[1:]
