"""What a signature covers beside the note: the lines that go to each payer, and what the signer decided about them.

The digest is made twice: of what is about to be billed, when a note is signed; and of what is stored, when the chain is
checked. Money is no part of it: fees are the practice's own and are looked up when a superbill is issued.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from coding.models import Acknowledgement, ServiceLine, Superbill
from notes.models import Note

VERSION = 3

PICKED_FIELDS = ("id", "episode_id", "written_by_id", "code", "title", "units", "reason", "diagnosis_ids")


def covered(
    note: Note,
    stated: Iterable[Mapping[str, Any]],
    *,
    edition: str,
    idle: Iterable[Any] = (),
    repeated: Iterable[Acknowledgement] = (),
    version: int = VERSION,
) -> dict[str, Any]:
    """Return what the digest is made of: what is stated to each payer, and the signer's decisions; `idle` ones count for nothing.

    `repeated` are reasons of earlier notes, which are written down with this one when it is signed.
    """
    reasons = [*note.acknowledgements.all(), *repeated]
    found = {
        "digest_version": version,
        "edition": edition,
        "statements": list(stated),
        "record_only": sorted(str(row.row_id) for row in note.record_only.all()),
        "last_units": sorted([str(row.coverage_id), *row.codes] for row in note.last_units.all() if row not in idle),
        "reasons": sorted([row.slug, row.about, row.reason] for row in reasons),
    }
    if version < 2:
        return _as_first(found)
    found["picked"] = _picked(note)
    return found | _lasting(note, reasons) if version >= 3 else found


def _as_first(covered: dict[str, Any]) -> dict[str, Any]:
    """Return what the first version covered: neither the payer's name nor what was picked."""
    bare = [{name: value for name, value in each.items() if name != "payer_name"} for each in covered["statements"]]
    return covered | {"statements": bare}


def _lasting(note: Note, reasons: Iterable[Acknowledgement]) -> dict[str, Any]:
    """Return which reasons hold for the rest of a complaint, which were given in an earlier note, and which ended with this."""
    return {
        "lasting": sorted([row.slug, row.about, row.episode_id, *(row.causes or ())] for row in reasons if row.causes),
        "earlier": sorted([row.slug, row.about, row.earlier_id] for row in reasons if row.earlier_id),
        "ended": sorted(row.acknowledgement_id for row in note.ended_reasons.all()),
    }


def _picked(note: Note) -> list[dict[str, Any]]:
    """Return the services that the signer picked, with the reason for each: that stands on no line."""
    rows = sorted(note.picked_services.all(), key=lambda row: str(row.pk))
    return [{name: getattr(row, name) for name in PICKED_FIELDS} for row in rows]


def stated(bill: Superbill) -> dict[str, Any]:
    """Return what a superbill states, as `Statement.content` says it of one that is still to be issued."""
    return {
        "payer": str(bill.coverage_id or ""),
        "payer_name": bill.payer_name,
        "method": bill.unit_method,
        "timed_minutes": bill.timed_minutes,
        "diagnoses": [[row["letter"], row["code"], row["title"]] for row in bill.diagnoses],
        "lines": [_line(line) for line in sorted(bill.lines.all(), key=lambda line: line.position)],
    }


def _line(line: ServiceLine) -> dict[str, Any]:
    names = ("code", "title", "units", "minutes", "regions", "pointers")
    return {name: getattr(line, name) for name in names} | {"modifiers": [row["code"] for row in line.modifiers]}
