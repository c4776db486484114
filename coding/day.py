"""What state a visit is in, for the desk: exactly one, decided here and nowhere else. Pure."""

from dataclasses import dataclass
from enum import Enum

from clinic.models import Visit


class Group(Enum):
    """The headings of the day, in their order."""

    NEED_SOMEONE = "Need someone"
    HERE = "Here now"
    TO_REVIEW = "To review"
    EXPECTED = "Expected"
    REVIEWED = "Reviewed"
    MISSED = "No-show or cancelled"


class State(Enum):
    """Where a visit stands: its group, its dot's tone, its words."""

    UNBILLED = Group.NEED_SOMEONE, "stop", "Signed, but not billed"
    NO_NOTE = Group.NEED_SOMEONE, "stop", "No note yet"
    LEFT_OPEN = Group.NEED_SOMEONE, "stop", "Still expected"
    UNSIGNED = Group.NEED_SOMEONE, "warn", "Unsigned"
    HELD = Group.NEED_SOMEONE, "warn", "Held"
    CORRECTED = Group.NEED_SOMEONE, "warn", "Corrected since it was billed"
    VOIDED = Group.NEED_SOMEONE, "warn", "Void, nothing in its place"
    WAITING = Group.HERE, "ready", "Here, no note yet"
    TO_REVIEW = Group.TO_REVIEW, "ready", "Signed"
    REVIEWED = Group.REVIEWED, "good", "Reviewed"
    NOTHING_TO_BILL = Group.REVIEWED, "good", "Signed, nothing to bill"
    EXPECTED = Group.EXPECTED, "quiet", "Expected"
    NO_SHOW = Group.MISSED, "quiet", "No-show"
    CANCELLED = Group.MISSED, "quiet", "Cancelled"

    def __init__(self, group: Group, tone: str, label: str) -> None:
        self.group, self.tone, self.label = group, tone, label


@dataclass(frozen=True)
class BillFacts:
    """What counts of a superbill here."""

    is_held: bool = False
    is_reviewed: bool = False
    is_void: bool = False
    is_corrected: bool = (
        False  # issued anew by a correction, after the one before was reviewed or paid, and not reviewed yet
    )


@dataclass(frozen=True)
class VisitRow:
    """What decides a visit's state.

    `came_lately` says that the patient arrived a short while ago, so that nobody misses the note yet; `has_lines` whether a
    signed note without a superbill should have one.
    """

    visit_state: str
    is_past: bool = False
    came_lately: bool = False
    has_note: bool = False
    is_signed: bool = False
    has_lines: bool = False
    bills: tuple[BillFacts, ...] = ()


def state_of(row: VisitRow) -> State:
    """Return the one state of a visit. What the note says outweighs what was clicked at the desk."""
    if row.is_signed:
        return _state_of_signed(row)
    if row.has_note:
        return State.UNSIGNED
    match row.visit_state:
        case Visit.State.ARRIVED if row.came_lately:
            return State.WAITING
        case Visit.State.ARRIVED | Visit.State.DONE:
            return State.NO_NOTE
        case Visit.State.NO_SHOW:
            return State.NO_SHOW
        case Visit.State.CANCELLED:
            return State.CANCELLED
    return State.LEFT_OPEN if row.is_past else State.EXPECTED


def _state_of_signed(row: VisitRow) -> State:
    standing = [bill for bill in row.bills if not bill.is_void]
    if not standing and row.bills:
        return State.VOIDED
    if not standing:
        return State.UNBILLED if row.has_lines else State.NOTHING_TO_BILL
    if any(bill.is_held for bill in standing):
        return State.HELD
    if any(bill.is_corrected for bill in standing):
        return State.CORRECTED
    return State.REVIEWED if all(bill.is_reviewed for bill in standing) else State.TO_REVIEW
