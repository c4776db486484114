"""What the engine answers: frozen findings that point at the words they rest on.

Offsets count Unicode code points of the named field's text, end exclusive.
"""

from dataclasses import dataclass
from typing import NamedTuple

from coding.engine.vocabulary import Family, OutcomePolicy, Severity, UnitMethod

UNDETERMINED = "UNDETERMINED"
NOT_BILLABLE = "NOT_BILLABLE"


class Because(NamedTuple):
    """A piece of evidence: `text == getattr(activity, field)[start:end]`, and the rule that it speaks for.

    A fact that is chosen rather than written (an intent, the delivery) has start == end == 0 and its label as text.
    """

    field: str
    start: int
    end: int
    text: str
    rule: str


@dataclass(frozen=True, slots=True)
class Alternative:
    """A neighbouring code that was looked at and not chosen, and why in one line."""

    code: str
    why: str


@dataclass(frozen=True, slots=True)
class Choice:
    """What one activity supports: a code, or UNDETERMINED with a question, or NOT_BILLABLE with a reason."""

    about: str
    code: str
    because: tuple[Because, ...] = ()
    alternatives: tuple[Alternative, ...] = ()
    question: str = ""
    reason: str = ""
    policy: OutcomePolicy | None = None  # the payer's, where sources disagree and it decided

    @property
    def is_code(self) -> bool:
        """Say whether a code came out."""
        return self.code not in (UNDETERMINED, NOT_BILLABLE)


@dataclass(frozen=True, slots=True)
class Modifier:
    """A modifier and the reason for it."""

    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class Line:
    """One code with its units for one payer. `about` holds the ids of the rows it was read from."""

    code: str
    title: str
    family: Family
    units: int
    about: tuple[str, ...]
    minutes: int | None = None  # timed minutes, or None where time is not what is counted
    modifiers: tuple[Modifier, ...] = ()
    regions: tuple[str, ...] = ()
    diagnosis_ids: tuple[str, ...] = ()
    reason: str = ""  # one sentence for the reviewer


@dataclass(frozen=True, slots=True)
class Tick:
    """A place on a minutes rule: from `minutes` on, `units` units arise."""

    minutes: int
    units: int


@dataclass(frozen=True, slots=True)
class Bill:
    """What one payer would be billed for the visit, and the arithmetic behind it."""

    payer_id: str
    payer_name: str
    method: UnitMethod
    lines: tuple[Line, ...]
    timed_minutes: int
    timed_units: int
    ties: tuple[tuple[str, ...], ...] = ()  # groups of codes of which any may take the last unit
    took_last: tuple[str, ...] = ()  # those of them that have it
    other_method_units: tuple[tuple[str, int], ...] = ()  # (code, units) where the other method would differ
    unbilled: tuple[Line, ...] = ()  # read from the note, but 0 units: too short, or part of another service


@dataclass(frozen=True, slots=True)
class Flag:
    """Something a reviewer would object to: what was seen, why it matters, what to do.

    `slug` names the check and its guidance page; `about` is the row's id, "" for the whole note; `field` the field to go to.
    Where it may stay true for the course of care, `episode_id` names the complaint, and `cause` says what it rests on: as long as
    that is the same, a later note raises the same flag again. It is "" where the flag is of the day, and where it stops.
    """

    slug: str
    severity: Severity
    title: str
    seen: str
    matters: str
    todo: str
    about: str = ""
    field: str = ""
    because: tuple[Because, ...] = ()
    payer_id: str = ""
    episode_id: str = ""
    cause: str = ""

    @property
    def may_last(self) -> bool:
        """Say whether a reason for it may hold for the rest of the complaint."""
        return bool(self.cause)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """All that the engine has to say about a visit under one edition of the rules."""

    edition: str
    choices: tuple[Choice, ...]
    bills: tuple[Bill, ...]
    flags: tuple[Flag, ...]

    def choice(self, about: str) -> Choice | None:
        """Return the choice for one activity."""
        return next((choice for choice in self.choices if choice.about == about), None)

    def flags_about(self, about: str) -> tuple[Flag, ...]:
        """Return the flags of one row; "" for those of the whole note."""
        return tuple(flag for flag in self.flags if flag.about == about)
