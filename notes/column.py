"""The spine column of the note page: its keys, which of them stand pressed, and what a press does to the rows.

A key is a level (`C5`), the sacrum, or one of the sacroiliac joints (`SI left`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import cos, tau
from uuid import UUID

from django.db import transaction

from clinic.models import Membership
from coding.engine.vocabulary import Region, Side
from notes import history
from notes.drafts import claim_once
from notes.models import Adjustment, Episode, Note
from notes.ordering import next_position
from notes.segments import COLUMN, REGION_OF, Adjusted, levels_in, with_segments, without_level


class NoComplaint(Exception):
    """The note is about no complaint yet, and every row belongs to one."""


LONGEST = 60  # characters of a row's segments

JOINTS = {f"SI {side.value}": side for side in (Side.LEFT, Side.RIGHT)}
GROUPS: dict[Region, tuple[str, ...]] = {
    **{region: levels for region, levels in COLUMN.items() if region != Region.SACRAL},
    Region.SACRAL: ("sacrum",),
    Region.PELVIC: tuple(JOINTS),
}
KEYS = tuple(key for keys in GROUPS.values() for key in keys)


# What stands pressed


def pressed_by(row: Adjustment) -> tuple[str, ...]:
    """Return the keys that a row of the note holds down."""
    said = _words(row.segment)
    if row.region == Region.PELVIC:
        return tuple(key for key, side in JOINTS.items() if "si" in said and row.side in (side, Side.BOTH))
    if row.region == Region.SACRAL:
        return ("sacrum",) if "sacrum" in said else ()
    return tuple(level for level in levels_in(row.segment) if level in KEYS)


def _words(segment: str) -> list[str]:
    return segment.lower().replace(",", " ").split()


def adjusted_by(key: str) -> Adjusted:
    """Return what a press on a key says."""
    if key in JOINTS:
        return Adjusted(Region.PELVIC, "SI", JOINTS[key].value)
    return Adjusted(Region.SACRAL, "sacrum") if key == "sacrum" else Adjusted(REGION_OF[key], key)


# Pressing


@transaction.atomic(durable=True)
def adjust(
    note: Note, *, by: Membership, version: int, key: UUID | None,
    put: Sequence[Adjusted] = (), taken: Iterable[str] = (),
) -> Note:  # fmt: skip
    """Put what was adjusted into the rows of its regions, and take keys out that were let go. Twice is as good as once.

    A press conflicts with nobody's: it says one thing and leaves the rest of the row alone. One that is sent again after its
    answer was lost is not done again: a colleague may have let go meanwhile what it pressed. Returns the note as it is now.
    Raises NoComplaint, and what `claim_once` raises.
    """
    current = claim_once(note, version, by=by, key=key, kind="adjusted", about=note.pk)
    rows: list[Adjustment] = list(current.adjustments.standing())
    for each in taken:
        _take_out(each, rows, by)
    for one in put:
        _put_in(one, rows, current, by)
    return current


def _put_in(one: Adjusted, rows: list[Adjustment], note: Note, by: Membership) -> None:
    for row in rows:
        segment = with_segments(row.segment, one.segment)
        if _takes(row, one) and len(segment) <= LONGEST:
            _write(row, by, segment=segment)
            return
    row = Adjustment(
        practice_id=note.practice_id, note=note, written_by=by, episode=_first_complaint(note), region=one.region,
        side=one.side, segment=one.segment, technique=one.technique, position=next_position(note.adjustments.all()),
    )  # fmt: skip
    row.save(force_insert=True)
    history.wrote(note, ["adjustment"], by=by, row=row.pk)
    rows.append(row)


def _first_complaint(note: Note) -> Episode:
    served = note.note_episodes.select_related("episode").first()
    if served is None:
        raise NoComplaint
    return served.episode


def _takes(row: Adjustment, one: Adjusted) -> bool:
    """Say whether a row takes more segments: only if all that it says of the others was said of these too."""
    return (row.region, row.side, row.technique, row.response) == (one.region, one.side, one.technique, "")


def _take_out(key: str, rows: list[Adjustment], by: Membership) -> None:
    """Let a key go. A row that says nothing else goes with it; what was said of its technique and response stays."""
    for row in [each for each in rows if key in pressed_by(each)]:
        if key in JOINTS and row.side == Side.BOTH:
            _write(row, by, side=next(side.value for other, side in JOINTS.items() if other != key))
            continue
        kept = without_level(row.segment, key) if key in REGION_OF else _without_word(row.segment, key.split()[0])
        if kept or row.technique or row.response:
            _write(row, by, segment=kept)
        else:
            history.taken_out(row, "adjustment", by=by)
            type(row).objects.filter(pk=row.pk).delete()
            rows.remove(row)


def _without_word(segment: str, word: str) -> str:
    """Take a word out of a list of segments.

    >>> _without_word("SI, ilium PI", "SI")
    'ilium PI'
    """
    parts = (" ".join(each for each in part.split() if each.lower() != word.lower()) for part in segment.split(","))
    return ", ".join(filter(None, parts))


def _write(row: Adjustment, by: Membership, **changes: str) -> None:
    for name, value in changes.items():
        setattr(row, name, value)
    row.written_by = by
    row.save(update_fields=[*changes, "written_by"])
    history.wrote(row.note, ["adjustment"], by=by, row=row.pk)


# How the column is drawn


@dataclass(frozen=True)
class Key:
    """One vertebra: where it stands on the curve of a spine that lies prone, seen from its left side, the head first."""

    name: str
    label: str
    shape: str
    rise: float
    lean: float
    is_pressed: bool


@dataclass(frozen=True)
class Group:
    region: str
    label: str
    keys: tuple[Key, ...]
    is_adjusted: bool


SHAPES = {Region.SACRAL: "sacrum", Region.PELVIC: "ilium"}
LABELS = {"sacrum": "S", **{key: f"SI {key[3].upper()}" for key in JOINTS}}


def column_of(rows: Iterable[Adjustment]) -> list[Group]:
    """Return the column by region, with the keys that today's rows hold down."""
    standing = [row for row in rows if not row.is_carried]
    pressed = {key for row in standing for key in pressed_by(row)}
    regions = {row.region for row in standing}
    return [
        Group(region.value, region.label, tuple(_key(key, region, key in pressed) for key in keys), region in regions)
        for region, keys in GROUPS.items()
    ]


def _key(key: str, region: Region, is_pressed: bool) -> Key:
    place = KEYS.index(key) / (len(KEYS) - 1)
    shape = "occiput" if key == "C0" else SHAPES.get(region, region.value)
    return Key(
        key,
        LABELS.get(key, key),
        shape,
        _rise(place),
        round((_rise(place + 0.02) - _rise(place - 0.02)) * 2, 1),
        is_pressed,
    )


def _rise(place: float) -> float:
    """Return how far a place on the column lies above or below its middle: neck and loin sink in, the upper back rises."""
    return round(5 * cos(2 * tau * (place - 0.14)), 1)
