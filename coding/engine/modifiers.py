"""Modifiers, each with its reason: none is added that the record does not bear out.

59 or one of the X modifiers opens a dated pair only where the record shows another region or separate time; 25 needs
the recorded reason of the exam; AT and its kind follow the phase of care; GP follows the payer. At most four, pricing
first. Sources: MLN1783722 on 59 and X; First Coast on AT; NGS 1629197 on GA, GX, GY and GZ; NGS 205281 on GP; chirocode.com on
the order.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from coding.engine.facts import PayerFacts
from coding.engine.results import Modifier
from coding.engine.rows import Row, RowKind
from coding.engine.rulebook import PairEntry, RuleBook
from coding.engine.vocabulary import CarePhase, Medicare, Region

MOST = 4
ACTIVE = "AT"
NOTICE = "GA"
NO_NOTICE = "GZ"
VOLUNTARY_NOTICE = "GX"
SPINAL = ("98940", "98941", "98942")
TASKS = ("97530", "97535")  # no pair with an adjustment since 2022; some payers' own edits still ask (domain 3.4)
ORDER = {"25": 0, "59": 1, "XE": 1, "XS": 1, "XP": 1, "XU": 1, "AT": 2, "GA": 2, "GZ": 2, "GY": 2, "GX": 2, "GP": 3}


class Apart(StrEnum):
    """What keeps two services apart that a pair names."""

    REGION = "region"
    SESSION = "session"  # another visit of the same day
    TIME = "time"
    TOGETHER = "together"  # nothing in the record
    NEVER = "never"  # nothing could


@dataclass(frozen=True, slots=True)
class Meeting:
    """Two rows of a day that a pair names: `second` is the one that is paid only apart."""

    first: Row
    second: Row
    pair: PairEntry
    apart: Apart


def meetings(rows: Sequence[Row], rules: RuleBook, day: Sequence[Row]) -> tuple[Meeting, ...]:
    """Return all meetings of the day in which one of these rows is the second.

    Picked services say neither where nor when they were done, so only pairs that are never paid together concern them.
    """
    return tuple(_meetings(rows, day, rules))


def modifiers_of(
    row: Row, day: Sequence[Row], met: Sequence[Meeting], payer: PayerFacts, rules: RuleBook, care_phase: CarePhase
) -> tuple[Modifier, ...]:
    """Return a row's modifiers in the order in which they are written, at most four.

    `day` are all rows of the day for this payer, `met` their meetings, as far as the payer follows pairs.
    """
    pays = rules.payer(payer.kind).pays_for(row.code.code)
    offered = [
        *(_exam(row, day) if pays else ()),
        *(_distinct(row, day, met, payer) if pays else ()),
        *_care(row, payer, rules, care_phase),
        *_therapy(row, payer, rules),
    ]
    return tuple(sorted(offered, key=lambda modifier: ORDER.get(modifier.code, len(ORDER)))[:MOST])


def follows_pairs(payer: PayerFacts, rules: RuleBook) -> bool:
    """Say whether code pairs decide what this payer pays: both its profile and its kind can say no."""
    return payer.follows_pair_edits and rules.payer(payer.kind).pair_edits


def is_excused(meeting: Meeting, payer: PayerFacts) -> bool:
    """Say whether the payer pays this service where it also pays to adjust: sources disagree, its profile decides."""
    second = meeting.second.code.code
    return (
        meeting.apart is Apart.TOGETHER and meeting.first.code.is_adjustment and second not in payer.region_separation
    )


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


def _meetings(rows: Sequence[Row], day: Sequence[Row], rules: RuleBook) -> Iterator[Meeting]:
    for second in rows:
        for first in day:
            pair = None if first is second else rules.pair(first.code.code, second.code.code)
            if pair and (pair.indicator == 0 or second.kind is RowKind.ACTIVITY):
                same_visit = any(first is row for row in rows)
                yield Meeting(first, second, pair, _apart(first, second, pair, same_visit))


def _apart(first: Row, second: Row, pair: PairEntry, same_visit: bool) -> Apart:
    if pair.indicator == 0:
        return Apart.NEVER
    if first.reach and second.reach and not any(a.overlaps(b) for a in first.reach for b in second.reach):
        return Apart.REGION
    if not same_visit:
        return Apart.SESSION
    timed = first.minutes and second.minutes and not (first.code.supervised or second.code.supervised)
    return Apart.TIME if timed else Apart.TOGETHER


def _exam(row: Row, day: Sequence[Row]) -> Iterator[Modifier]:
    if row.code.exam and row.reason and any(other.code.is_adjustment for other in day):
        yield Modifier("25", f"The exam has a reason of its own, beyond the adjustment: {row.reason}")


def _distinct(row: Row, day: Sequence[Row], met: Iterable[Meeting], payer: PayerFacts) -> Iterator[Modifier]:
    """Offer one modifier for all meetings of the row; another region is the stronger reason."""
    ours = [meeting for meeting in met if meeting.second is row]
    for apart in (Apart.REGION, Apart.SESSION, Apart.TIME):
        for meeting in ours:
            if meeting.apart is apart:
                yield Modifier(_distinct_code(payer, apart), _distinct_reason(meeting))
                return
    if payer.distinct_on_tasks and row.code.code in TASKS and any(other.code.is_adjustment for other in day):
        code = "59" if payer.distinct_modifier == "59" else "XU"
        yield Modifier(code, f"No pair asks for it: {payer.name or 'this payer'} wants it beside an adjustment.")


def _distinct_code(payer: PayerFacts, apart: Apart) -> str:
    if payer.distinct_modifier == "59":
        return "59"
    return "XS" if apart is Apart.REGION else "XE"


def _distinct_reason(meeting: Meeting) -> str:
    beside = called(meeting.first)
    if meeting.apart is Apart.REGION:
        return f"Done elsewhere ({listed(meeting.second.regions)}) than the {beside} ({listed(meeting.first.reach)})."
    if meeting.apart is Apart.SESSION:
        return f"Given at another visit of the day than the {beside}."
    return f"Its {meeting.second.minutes} minutes are apart from the {meeting.first.minutes} minutes of the {beside}."


def _care(row: Row, payer: PayerFacts, rules: RuleBook, care_phase: CarePhase) -> Iterator[Modifier]:
    """Offer the mark of active care, or that of a notice signed or not; no two of them ever stand together."""
    kind = rules.payer(payer.kind)
    if not kind.pays_for(row.code.code):
        yield Modifier(
            kind.excluded_modifier, f"{payer.kind.label} never pays a chiropractor for this; the line says so."
        )
        if payer.has_voluntary_notice:
            yield Modifier(VOLUNTARY_NOTICE, "The patient signed before the visit that they know and pay themselves.")
    elif care_phase is CarePhase.ACTIVE and (kind.active_modifier or _is_advantage(row, payer)):
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


def _therapy(row: Row, payer: PayerFacts, rules: RuleBook) -> Iterator[Modifier]:
    wants = {payer.wants_gp, rules.payer(payer.kind).wants_gp}
    if "all" in wants or ("therapy" in wants and row.code.therapy):
        yield Modifier("GP", f"{payer.name or payer.kind.label} wants physical-medicine lines marked.")
