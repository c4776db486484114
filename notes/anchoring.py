"""Anchors: what the chains and the log said on a day, written down where the owner of the database does not reach.

The chain shows what was changed inside it. That its end was cut off, or that somebody with the key made it anew, only a
second place can show. Payments, prices, patients' requests to amend and the log are not chained, because then every deed of a
practice would wait for every other: they are sealed by day, each day once it is over.

A file holds one line of JSON for each anchor and is only ever added to. Each line carries a seal made with the chain's key over
itself and the seal before it.
"""

import fcntl
import hashlib
import hmac
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, TextIO
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.utils import timezone

from notes.chain import MissingKey, key_of
from notes.digests import canonical_digest
from notes.models import ChainHead

VERSION = 1
SETTLES = timedelta(hours=1)  # a transaction that began before midnight may end after it, but not this late


class BadAnchor(Exception):
    """A file that is no anchor of ours; the message says why."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """A table whose rows are written once: the column that dates them, and what is sealed of each."""

    table: str
    at: str
    columns: tuple[str, ...]


SEALED: dict[str, Sealed] = {
    "log": Sealed(
        "clinic_accessevent", "at",
        ("id", "at", "practice_id", "user_id", "kind", "patient_ids", "object_id", "address", "detail"),
    ),
    "payments": Sealed(
        "clinic_payment", "created_at",
        ("id", "created_at", "practice_id", "visit_id", "amount", "method", "taken_by_id", "reverses_id", "reason"),
    ),
    "requests to amend": Sealed(
        "notes_amendmentrequest", "created_at",
        ("id", "created_at", "practice_id", "patient_id", "note_id", "received_on", "asked", "entered_by_id"),
    ),
    "answers to requests": Sealed(
        "notes_amendmentstep", "created_at",
        ("id", "created_at", "practice_id", "request_id", "kind", "words", "taken_by_id", "name", "addendum_id"),
    ),
}  # fmt: skip


def seals(name: str, table: str, at: str, columns: tuple[str, ...]) -> None:
    """Let the rows of a table that lies above the record be sealed by day as well."""
    SEALED[name] = Sealed(table, at, columns)


@dataclass(frozen=True, slots=True)
class Days:
    """What was sealed of a table on one day: how many rows, and their digest."""

    name: str
    on: date
    rows: int
    digest: str


# Writing


def drop_anchor(path: Path) -> dict[str, Any]:
    """Add a line to the file, after those that are there. Raises BadAnchor when what is there is not ours."""
    with path.open("a+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        before = read_anchors(file)
        line = _line(before)
        file.write(json.dumps(line, sort_keys=True) + "\n")
        file.flush()
        os.fsync(file.fileno())
    return line


def _line(before: list[dict[str, Any]]) -> dict[str, Any]:
    now = timezone.now()
    since = {(each.name): each.on for line in before for each in sealed_days(line)}
    line = {
        "version": VERSION,
        "at": now.isoformat(),
        "heads": {str(head.pk): {"sequence": head.sequence, "link": head.link} for head in ChainHead.objects.all()},
        "days": [[day.name, str(day.on), day.rows, day.digest] for day in _days_since(since, until=now - SETTLES)],
        "key_id": settings.CHAIN_KEY_ID,
        "previous": before[-1]["seal"] if before else "",
    }
    return line | {"seal": _seal(line)}


def _days_since(since: Mapping[str, date], *, until: datetime) -> Iterator[Days]:
    """Yield the days that are over and not sealed yet, those without rows left out but for the last."""
    last = until.date() - timedelta(days=1)
    for name, table in SEALED.items():
        day = since[name] + timedelta(days=1) if name in since else _first_day(table) or last
        while day <= last:
            found = day_of(name, day)
            if found.rows or day == last:
                yield found
            day += timedelta(days=1)


def _first_day(table: Sealed) -> date | None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT (min({table.at}) AT TIME ZONE 'UTC')::date FROM {table.table}")  # noqa: S608 - our own names
        found: date | None = cursor.fetchone()[0]
    return found


def day_of(name: str, on: date) -> Days:
    """Return how many rows of a table are of a day (UTC), and the digest of them all."""
    table = SEALED[name]
    columns = ", ".join(f"extract(epoch FROM {each})" if each == table.at else each for each in table.columns)
    each_row = f"encode(sha256(convert_to(jsonb_build_array({columns})::text, 'UTF8')), 'hex')"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*), encode(sha256(convert_to(coalesce(string_agg({each_row}, '' ORDER BY id), ''), 'UTF8')), 'hex') "  # noqa: S608
            f"FROM {table.table} WHERE {table.at} >= %s::timestamp AT TIME ZONE 'UTC' "
            f"AND {table.at} < %s::timestamp AT TIME ZONE 'UTC'",
            [on, on + timedelta(days=1)],
        )
        rows, digest = cursor.fetchone()
    return Days(name, on, rows, digest)


# Reading


def read_anchors(file: TextIO) -> list[dict[str, Any]]:
    """Return the lines of a file, each checked against its seal and against the line before. Raises BadAnchor or MissingKey."""
    lines: list[dict[str, Any]] = []
    for number, text in enumerate(file, start=1):
        try:
            line = json.loads(text)
            bare = {name: value for name, value in line.items() if name != "seal"}
            is_ours = hmac.compare_digest(line["seal"], _seal(bare)) and line["previous"] == (
                lines[-1]["seal"] if lines else ""
            )
        except (ValueError, TypeError, KeyError, AttributeError):
            raise BadAnchor(f"Line {number} is no anchor.") from None
        if not is_ours:
            raise BadAnchor(f"Line {number} was changed, or lines before it were, or another key made it.")
        lines.append(line)
    return lines


def anchored_links(lines: list[dict[str, Any]]) -> dict[tuple[UUID, int], str]:
    """Return the links that were written down, by practice and number."""
    heads = ((UUID(pk), head) for line in lines for pk, head in line["heads"].items())
    return {(pk, head["sequence"]): head["link"] for pk, head in heads if head["sequence"]}


def sealed_days(line: Mapping[str, Any]) -> Iterator[Days]:
    """Yield the days that a line seals."""
    for name, on, rows, digest in line["days"]:
        yield Days(name, date.fromisoformat(on), rows, digest)


def changed_days(lines: list[dict[str, Any]]) -> Iterator[tuple[Days, Days]]:
    """Yield each day that is not as it was: then and now. A day that was left out, before the last one sealed, had no rows."""
    sealed = [each for line in lines for each in sealed_days(line) if each.name in SEALED]
    for then in sealed:
        if (now := day_of(then.name, then.on)) != then:
            yield then, now
    for name in SEALED:
        known = {each.on for each in sealed if each.name == name}
        for on, rows in _rows_by_day(name, until=max(known)) if known else ():
            if on not in known:
                yield Days(name, on, 0, ""), Days(name, on, rows, "")


def _rows_by_day(name: str, *, until: date) -> list[tuple[date, int]]:
    """Return how many rows of a table each day has (UTC), up to a day."""
    table = SEALED[name]
    day = f"({table.at} AT TIME ZONE 'UTC')::date"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {day}, count(*) FROM {table.table} WHERE {day} <= %s GROUP BY 1 ORDER BY 1", [until])  # noqa: S608
        return list(cursor.fetchall())


def _seal(line: Mapping[str, Any]) -> str:
    return hmac.new(key_of(line["key_id"]), canonical_digest(line).encode(), hashlib.sha256).hexdigest()


__all__ = ["BadAnchor", "MissingKey", "anchored_links", "changed_days", "drop_anchor", "read_anchors", "seals"]
