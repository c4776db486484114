"""The day as a clinician thinks of it: where each visit's note stands, exceptions first, and who comes next."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import Enum
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet, prefetch_related_objects
from django.utils import timezone

from clinic.models import Membership, Visit
from clinic.roles import Role
from notes.models import Activity, Adjustment, Note
from notes.of_visits import HAS_NOTE, WITH_NOTE, note_of
from notes.starting import takes_over

# A visit without a note is looked for this far back; an unsigned note is never too old to be shown.
LOOK_BACK = timedelta(days=60)


class Group(Enum):
    """The headings of the day, in their order."""

    LEFT = "Left from earlier days"
    HERE = "Here now"
    TO_SIGN = "To finish and sign"
    EXPECTED = "Expected"
    SIGNED = "Signed"
    MISSED = "No-show or cancelled"


class State(Enum):
    """Where a visit's note stands: its group, its dot's tone, its words.

    "Written" says that every part holds something; whether it may be signed is the review's to say.
    """

    HERE = Group.HERE, "ready", "Here, no note yet"
    WRITTEN = Group.TO_SIGN, "ready", "Written, to review and sign"
    NO_NOTE = Group.TO_SIGN, "stop", "No note yet"
    STARTED = Group.TO_SIGN, "warn", "Note started"
    EXPECTED = Group.EXPECTED, "quiet", "Expected"
    LEFT_OPEN = Group.EXPECTED, "warn", "Still expected"
    SIGNED = Group.SIGNED, "good", "Signed"
    NO_SHOW = Group.MISSED, "quiet", "No-show"
    CANCELLED = Group.MISSED, "quiet", "Cancelled"

    def __init__(self, group: Group, tone: str, label: str) -> None:
        self.group, self.tone, self.label = group, tone, label


@dataclass(frozen=True)
class Row:
    """A visit as somebody sees it on a day."""

    visit: Visit
    member: Membership
    today: date

    @property
    def note(self) -> Note | None:
        return note_of(self.visit)

    @property
    def state(self) -> State:
        note, is_past = self.note, self.visit.on < self.today
        if note:
            return _state_of(note, is_cared_for=self.visit.has_care)  # type: ignore[attr-defined]
        match self.visit.state:
            case Visit.State.ARRIVED if not is_past:
                return State.HERE
            case Visit.State.ARRIVED | Visit.State.DONE:
                return State.NO_NOTE
            case Visit.State.NO_SHOW:
                return State.NO_SHOW
            case Visit.State.CANCELLED:
                return State.CANCELLED
        return State.LEFT_OPEN if is_past else State.EXPECTED

    @property
    def is_own(self) -> bool:
        """Whether it is theirs to sign."""
        return self.visit.clinician_id == self.member.pk and self.member.has_role(Role.CLINICIAN)

    @property
    def can_start(self) -> bool:
        return self.note is None and not self.visit.is_missed and self.visit.on <= self.today

    @property
    def takes_over(self) -> bool:
        """Whether the visit can only be made one's own; whoever assists as well is asked which of the two they want."""
        return takes_over(self.visit, by=self.member) and not self.member.has_role(Role.ASSISTANT)

    @property
    def starts_at_once(self) -> bool:
        """Whether one press starts the note, with nothing to be asked about whose it is."""
        return not takes_over(self.visit, by=self.member)

    @property
    def waiting(self) -> str:
        """How long the patient has been here: 12 min, 1 h 5 min."""
        return _span(timezone.now() - self.visit.arrived_at) if self.visit.arrived_at else ""


def _state_of(note: Note, *, is_cared_for: bool) -> State:
    if note.is_signed:
        return State.SIGNED
    return State.WRITTEN if note.assessment.strip() and note.plan.strip() and is_cared_for else State.STARTED


def _span(length: timedelta) -> str:
    hours, minutes = divmod(max(int(length.total_seconds() // 60), 0), 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"


@dataclass(frozen=True)
class Section:
    """A group of the day with its rows."""

    group: Group
    rows: tuple[Row, ...]

    @property
    def title(self) -> str:
        return self.group.value

    @property
    def is_of_earlier_days(self) -> bool:
        return self.group is Group.LEFT


# Whose visits


@dataclass(frozen=True)
class Whose:
    """A choice of whose visits are shown: one clinician's, or with none everybody's."""

    label: str
    clinician: UUID | None = None

    @property
    def key(self) -> str:
        return str(self.clinician or "all")


ALL = Whose("All clinicians")


def choices(member: Membership) -> list[Whose]:
    """Return whose visits somebody may choose: a clinician their own, an assistant those of every clinician.

    Whoever is both begins with their own.
    """
    own = [Whose("Mine", member.pk)] if member.has_role(Role.CLINICIAN) else []
    if not member.has_role(Role.ASSISTANT):
        return own
    others = Membership.objects.filter(practice=member.practice_id).active().clinicians().exclude(pk=member.pk)
    named = [Whose(str(other), other.pk) for other in others.select_related("user")]
    return [*own, *named, ALL] if own else [ALL, *named]


def chosen(offered: list[Whose], key: str) -> Whose:
    """Return the choice with this key; anything else is the first one."""
    return next((each for each in offered if each.key == key), offered[0])


# The day


def sections_of(visits: QuerySet[Visit], on: date, *, by: Membership) -> list[Section]:
    """Return the visits of a day in groups; today begins with what is left from earlier days."""
    today, whole = by.practice.today(), _whole(visits)
    rows = [Row(visit, by, today) for visit in whole.filter(on=on)]
    left = [Row(visit, by, today) for visit in _left_from_earlier_days(whole, today)] if on == today else []
    prefetch_related_objects([row.visit for row in [*rows, *left]], WITH_NOTE, "patient__alerts")
    grouped = {group: [row for row in rows if row.state.group is group] for group in Group} | {Group.LEFT: left}
    return [Section(group, tuple(_in_order(group, found))) for group, found in grouped.items() if found]


def next_up(visits: QuerySet[Visit], *, by: Membership) -> Row | None:
    """Return whom a clinician sees to next today: who waits longest, or else a note of today that is not signed."""
    own = visits.filter(clinician=by)
    found = {section.group: section.rows for section in sections_of(own, by.practice.today(), by=by)}
    return next((rows[0] for group in (Group.HERE, Group.TO_SIGN) if (rows := found.get(group))), None)


def counts(sections: Iterable[Section]) -> dict[str, int]:
    """Count the visits of the day itself, without what is left from earlier ones."""
    states = [row.state for section in sections if section.group is not Group.LEFT for row in section.rows]
    return {
        "visits": sum(state.group is not Group.MISSED for state in states),
        "here": states.count(State.HERE),
        "written": states.count(State.WRITTEN),
        "unsigned": sum(state.group is Group.TO_SIGN for state in states),
        "signed": states.count(State.SIGNED),
    }


def _whole(visits: QuerySet[Visit]) -> QuerySet[Visit]:
    """Everything that a row shows but for the alerts, in one query."""
    cared = [
        Exists(part.objects.filter(note__visit=OuterRef("pk"), note__retracted_at=None, is_carried=False))
        for part in (Activity, Adjustment)
    ]
    rows = visits.select_related("patient", "clinician__user", "location", "coverage__payer")
    return rows.annotate(has_care=cared[0] | cared[1]).order_by("at", "created_at")


def _left_from_earlier_days(whole: QuerySet[Visit], today: date) -> Iterator[Visit]:
    """Drafts of earlier days, and visits of the last weeks where somebody came and nothing was written.

    Two queries: each has its index, one that asks for either of the two would read every visit there ever was.
    """
    drafts = whole.filter(on__lt=today, note__isnull=False, note__signed_at=None)
    came = [Visit.State.ARRIVED, Visit.State.DONE]
    unwritten = whole.filter(on__lt=today, on__gte=today - LOOK_BACK, state__in=came).exclude(HAS_NOTE)
    yield from sorted([*drafts, *unwritten], key=lambda visit: (visit.on, visit.at or time.min))


def _in_order(group: Group, rows: list[Row]) -> list[Row]:
    """Put first who waits longest; everything else goes by time."""
    never = datetime.max.replace(tzinfo=timezone.get_current_timezone())
    return sorted(rows, key=lambda row: row.visit.arrived_at or never) if group is Group.HERE else rows
