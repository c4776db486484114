"""The order of rows that stand in a list: the activities of a note, the diagnoses of an episode."""

from typing import Any
from uuid import UUID

from django.db.models import Max, QuerySet


def next_position(rows: "QuerySet[Any]") -> int:
    """Return the position after the last row."""
    last = rows.aggregate(last=Max("position"))["last"]
    return 0 if last is None else last + 1


def move(rows: "QuerySet[Any]", pk: UUID, *, up: bool) -> list[Any]:
    """Move a row one place up or down and number all of them anew. Returns them in their order, none if it is not there.

    Call it with the list's owner locked: two people who order the same list take turns.
    """
    ordered = list(rows)
    place = next((index for index, row in enumerate(ordered) if row.pk == pk), None)
    if place is None:
        return []
    ordered.insert(max(0, place - 1) if up else place + 1, ordered.pop(place))
    for position, row in enumerate(ordered):
        row.position = position
    rows.model.objects.bulk_update(ordered, ["position"])
    return ordered
