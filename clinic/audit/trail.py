"""The log as people read it: names for ids, plain words for kinds, page by page however long it is.

Pages follow each other by the last row shown (a keyset), not by counting, so that page 200 costs what page 1 does.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import batched
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.timezone import is_naive

from clinic.audit.kinds import ASKED, DISCLOSURES, FETCHED, KINDS, PURPOSES, REFUSALS, words_of
from clinic.models import AccessEvent, Membership, Patient, Practice, User
from clinic.roles import Role

PAGE = 50
YEARS = range(1900, 3000)  # the log's days, and room for whoever writes 2999 for ever; beyond them time zones end
NAMED = 3  # patients of a list that a row of the page names
WHO = Subquery(User.objects.filter(pk=OuterRef("user_id")).values("username"))


@dataclass(frozen=True, slots=True)
class Order:
    """An order of the log: by which column first, and which way."""

    says: str
    column: str
    is_falling: bool


ORDERS = {
    "new": Order("Newest first", "at", is_falling=True),
    "old": Order("Oldest first", "at", is_falling=False),
    "who": Order("By person", "who", is_falling=False),
    "kind": Order("By what was done", "kind", is_falling=False),
}


@dataclass(frozen=True)
class Asked:
    """What somebody wants to see of the log."""

    practice: Practice
    person: UUID | None = None
    patient: UUID | None = None
    kind: str = ""
    since: date | None = None
    until: date | None = None

    def of(self, events: QuerySet[AccessEvent]) -> QuerySet[AccessEvent]:
        """Narrow the log down. Days are the practice's own."""
        found = events.filter(practice_id=self.practice.pk)
        if self.person:
            found = found.filter(user_id=self.person)
        if self.patient:
            found = found.filter(patient_ids__contains=[self.patient])
        if self.kind:
            found = found.filter(kind__in=KINDS.get(self.kind, {self.kind: ""}))
        if self.since:
            found = found.filter(at__gte=self._start_of(self.since))
        if self.until:
            found = found.filter(at__lt=self._start_of(self.until + timedelta(days=1)))
        return found

    def _start_of(self, day: date) -> datetime:
        return datetime.combine(day, time(), ZoneInfo(self.practice.time_zone))


def asked_of(practice: Practice, given: Mapping[str, Any]) -> Asked:
    """Read what stands in an address or a job; what cannot be read asks for nothing."""
    return Asked(
        practice,
        person=_id(given.get("person")),
        patient=_id(given.get("patient")),
        kind=_plain(given.get("kind") or "")[:40],
        since=_day(given.get("since")),
        until=_day(given.get("until")),
    )


def _id(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None


def _day(text: str | None) -> date | None:
    try:
        found = parse_date(text or "")
    except ValueError:
        return None
    return found if found and found.year in YEARS else None


def _plain(text: str) -> str:
    """Return a text that the database can be asked for: no kind and no name has a NUL in it."""
    return "" if "\0" in text else text


# Pages


@dataclass(frozen=True)
class Page:
    events: list[AccessEvent]
    after: str = ""  # where the next page begins, if there is one


def page(events: QuerySet[AccessEvent], *, sort: str = "new", after: str = "") -> Page:
    """Return some rows of the log, in an order, from where the page before ended."""
    order = ORDERS.get(sort, ORDERS["new"])
    if order.column == "who":
        events = events.annotate(who=WHO)
    way = "-" if order.is_falling else ""
    ranked = ["at", "id"] if order.column == "at" else [order.column, "at", "id"]
    if after and (beyond := _beyond(order, ranked, after)):
        events = events.filter(beyond)
    found = list(events.order_by(*(f"{way}{name}" for name in ranked))[: PAGE + 1])
    last = found[PAGE - 1] if len(found) > PAGE else None
    return Page(found[:PAGE], "~".join(_cut(getattr(last, name)) for name in ranked) if last else "")


def _cut(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value if value is not None else "")


def _beyond(order: Order, ranked: list[str], after: str) -> Q | None:
    """Return what comes after a row; None for what is no place in the log."""
    values: list[Any] = _plain(after).split("~")
    try:
        values[-2], values[-1] = parse_datetime(values[-2]), UUID(values[-1])
    except (IndexError, ValueError):
        return None
    if len(values) != len(ranked) or values[-2] is None or is_naive(values[-2]):
        return None
    found, same = Q(), Q()
    for name, value in zip(ranked, values, strict=True):
        found |= same & Q(**{f"{name}__{'lt' if order.is_falling else 'gt'}": value})
        same &= Q(**{name: value})
    first = Q(**{f"{ranked[0]}__{'lte' if order.is_falling else 'gte'}": values[0]})  # an index can begin there
    return first & found


# Rows


def batches(events: Iterable[AccessEvent]) -> Iterable[list[AccessEvent]]:
    """Yield many events some at a time, each batch to be put into words at once."""
    return (list(some) for some in batched(events, 200))


@dataclass(frozen=True)
class Line:
    """An event in words."""

    at: datetime
    who: str
    what: str
    patients: list[Patient]
    more: int
    facts: list[str]
    address: str
    is_refusal: bool
    detail: Mapping[str, Any] = field(default_factory=dict)


def lines(
    events: Iterable[AccessEvent],
    practice: Practice,
    patients: QuerySet[Patient],
    *,
    first: UUID | None = None,
    most: int | None = NAMED,
) -> list[Line]:
    """Put events into words with two queries, however many there are. `patients` are those that may be named.

    A row names some of them, `first` before all others, or with `most=None` everybody.
    """
    events = list(events)
    wanted = {pk for event in events for pk in event.patient_ids}
    known, people = patients.in_bulk(wanted), _people(events, practice)
    return [_line(event, _named(event, known, first)[:most], people) for event in events]


def _named(event: AccessEvent, known: Mapping[UUID, Patient], first: UUID | None) -> list[Patient]:
    return sorted((known[pk] for pk in event.patient_ids if pk in known), key=lambda one: one.pk != first)


def _line(event: AccessEvent, named: list[Patient], people: Mapping[UUID | None, str]) -> Line:
    return Line(
        at=event.at,
        who=people.get(event.user_id, "somebody who does not work here"),
        what=words_of(event.kind),
        patients=named,
        more=len(event.patient_ids) - len(named),
        facts=list(facts_of(event.detail)),
        address=str(event.address or ""),
        is_refusal=event.kind in REFUSALS,
        detail=event.detail,
    )


def _people(events: Iterable[AccessEvent], practice: Practice) -> dict[UUID | None, str]:
    users = {event.user_id for event in events if event.user_id}
    found = Membership.objects.filter(practice=practice, user__in=users).select_related("user")
    return {member.user_id: member.full_name for member in found}


# What a row says beside who, when and whom

NAMES = {"is_active": "in use", "ends_on": "last day", "is_limited": "sees only a list", "npi": "NPI", "on": "day",
         "by_means_of": "with", "route": "page", "status": "answered", "export": "file", "words": "said", "recipient": "to",
         "slug": "warning"}  # fmt: skip
SILENT = ("practice", "patient", "glass", "beside", "base", "digest")


def facts_of(detail: Mapping[str, Any]) -> Iterable[str]:
    """Yield what an event's detail says, without ids, which tell nobody anything.

    >>> list(facts_of({"changed": {"phone": ["1", "2"], "text": "changed"}, "number": 1001, "reason": "typed twice"}))
    ['phone: 1 → 2', 'text changed', 'number: 1001', 'reason: typed twice']
    """
    for name, value in detail.items():
        if name == "changed" and isinstance(value, Mapping):
            yield from (_change(field, change) for field, change in value.items())
        elif name not in SILENT and (said := _said(name, value)):
            yield f"{NAMES.get(name, name.replace('_', ' '))}: {said}"


def _change(field: str, change: Any) -> str:
    name = NAMES.get(field, field.replace("_", " "))
    if isinstance(change, list) and len(change) == 2 and not any(map(_is_an_id, change)):
        return f"{name}: {_said(field, change[0]) or 'nothing'} → {_said(field, change[1]) or 'nothing'}"
    return f"{name} changed"


# Choices that are kept by their keys.
CHOSEN = {"purpose": PURPOSES, "form": {"outside": "for somebody outside", "practice": "for the practice alone"}}


def _said(name: str, value: Any) -> str:
    if name in CHOSEN and isinstance(value, str):
        return CHOSEN[name].get(value, value)
    if name in ("route", "slug", "export"):
        return str(value).split(":")[-1].replace("-", " ")
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(filter(None, (_said("", each) for each in value)))
    if value is None or isinstance(value, Mapping) or _is_an_id(value):
        return ""
    return str(Role(value).label) if value in Role.values else str(value)


def _is_an_id(value: Any) -> bool:
    try:
        return isinstance(value, str) and len(value) == 36 and bool(UUID(value))
    except ValueError:
        return False


# One patient


@dataclass(frozen=True)
class Disclosure:
    """What was given out of a patient's record, to whom, when and what for."""

    day: date
    recipient: str
    given: str
    purpose: str
    who: str


def disclosures(events: QuerySet[AccessEvent], patient: Patient) -> list[Disclosure]:
    """Return what was given out of a patient's record, the latest first."""
    about = events.filter(patient_ids__contains=[patient.pk])
    told = about.filter(kind__in=DISCLOSURES, detail__has_key="purpose")
    found = sorted([*told, *_fetched(about)], key=lambda event: (event.at, event.id), reverse=True)
    people = _people(found, patient.practice)
    zone = ZoneInfo(patient.practice.time_zone)
    return [_disclosure(event, zone, people.get(event.user_id, "")) for event in found]


def _fetched(about: QuerySet[AccessEvent]) -> Iterable[AccessEvent]:
    """Return the first download of each file that was made for somebody outside, with what was said when it was asked for."""
    asked = dict(about.filter(kind=ASKED, detail__has_key="purpose").values_list("object_id", "detail"))
    downloads = about.filter(kind=FETCHED, object_id__in=asked).order_by("-at", "-id")
    first = {event.object_id: event for event in downloads}
    for pk, event in first.items():
        event.detail = asked[pk]
    return first.values()


def _disclosure(event: AccessEvent, zone: ZoneInfo, who: str) -> Disclosure:
    said = event.detail
    purpose = PURPOSES.get(said["purpose"], str(said["purpose"]))
    words = ": ".join(filter(None, [purpose, said.get("words", "")]))
    day = _day(said.get("on")) or event.at.astimezone(zone).date()
    return Disclosure(day, said.get("recipient", ""), said.get("what", "") or words_of(event.kind), words, who)
