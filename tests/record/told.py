"""What ought to stand: the small model with which a history is compared. It knows nothing of the app but its words for things.

What is billed is counted here once more, by the one rule that these notes need: an adjustment of one region is one unit, and
timed minutes of one code are a unit for each quarter of an hour, the last one from its eighth minute.
"""

from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any
from uuid import UUID

TEXTS = ("subjective", "objective", "assessment", "plan")
TASK, ADJUSTED = "97530", "98940"


@dataclass
class Row:
    """A row of a note. One that was carried over is none of today's until somebody confirms it."""

    pk: UUID
    words: str
    by: str
    minutes: int | None = None
    is_carried: bool = False


@dataclass
class Bill:
    """A superbill as it was issued, and what the desk made of it."""

    number: int
    lines: dict[str, tuple[int, int]]  # units and fee of each code
    codes: tuple[str, ...]  # of the diagnoses, in their order
    replaces: int | None = None
    state: str = "issued"
    reviewed_by: str = ""
    void_reason: str = ""
    pk: UUID | None = None

    def void(self, reason: str) -> None:
        self.state, self.void_reason = "void", reason


@dataclass
class Told:
    """A note as its people told it."""

    pk: UUID
    visit: SimpleNamespace
    author: str
    state: str = "draft"  # signed, retracted, gone
    texts: dict[str, str] = field(default_factory=lambda: dict.fromkeys(TEXTS, ""))
    findings: list[Row] = field(default_factory=list)
    adjustments: list[Row] = field(default_factory=list)
    activities: list[Row] = field(default_factory=list)
    words: set[str] = field(default_factory=set)  # that were ever typed here
    reasons: int = 0
    codes: tuple[str, ...] = ()  # the diagnoses as they stood at the signature
    digest: str = ""
    corrected: list[Row] = field(default_factory=list)  # the activities as they stand after corrections
    bills: list[Bill] = field(default_factory=list)
    read: tuple[dict[str, str], bool, Any, int] | None = None  # what its author last read, and how the note stood then

    @property
    def is_signed(self) -> bool:
        return self.state in ("signed", "retracted")

    @property
    def is_draft(self) -> bool:
        return self.state == "draft"

    @property
    def shows(self) -> set[str]:
        """The words that a reader of the note finds on its page."""
        return {text for text in self.texts.values() if text} | {
            word for row in (*self.findings, *self.adjustments, *self.activities) for word in row.words.split()[-1:]
        }

    def stands(self) -> Any:
        """Return all that a signature covers of the note, to be compared."""
        confirmed = [replace(row) for rows in (self.findings, self.adjustments, self.activities) for row in rows]
        return dict(self.texts), confirmed, self.reasons, tuple(self.visit.patient.codes)

    def sign(self, digest: str) -> None:
        """What was carried over and not confirmed is not signed."""
        self.adjustments = [row for row in self.adjustments if not row.is_carried]
        self.activities = [row for row in self.activities if not row.is_carried]
        self.corrected = [replace(row) for row in self.activities]
        self.state, self.digest, self.codes = "signed", digest, tuple(self.visit.patient.codes)
        self.visit.patient.signings += 1

    def lines(self, fees: dict[str, int]) -> dict[str, tuple[int, int]]:
        """Return what is billed of the note as it stands: units and fee of each code."""
        units = {
            ADJUSTED: int(bool(self.adjustments)),
            TASK: (sum(row.minutes or 0 for row in self.corrected) + 7) // 15,
        }
        return {code: (number, fees[code]) for code, number in units.items() if number}

    @property
    def standing_bill(self) -> Bill | None:
        return next((bill for bill in self.bills if bill.state != "void"), None)

    def issue(self, number: int, fees: dict[str, int], replaces: Bill | None = None) -> None:
        """Expect a superbill of what stands, where anything is left to bill."""
        if lines := self.lines(fees):
            self.bills.append(Bill(number, lines, self.codes, replaces and replaces.number))
