"""Helpers of the note page's templates."""

from typing import Any
from uuid import UUID

from django import template
from django.urls import reverse

from notes.answers import base_of
from notes.column import pressed_by
from notes.models import Adjustment

register = template.Library()
register.filter("base_of", base_of)

LISTS = {"finding": "findings", "adjustment": "adjustments", "activity": "activities"}


@register.simple_tag
def url_for_row(kind: str, deed: str, pk: UUID) -> str:
    """Return the URL of a row's deed: `activity`, `activity-save` and so on."""
    return reverse(f"notes:{kind}-{deed}" if deed else f"notes:{kind}", args=[pk])


@register.simple_tag
def url_for_new_row(kind: str, note: UUID) -> str:
    """Return the URL that adds a row of a kind to a note."""
    return reverse(f"notes:{kind}-add", args=[note])


@register.filter
def list_id(kind: str) -> str:
    """Return the element id of the list that holds a kind of rows."""
    return LISTS[kind]


@register.filter
def at(mapping: dict[str, Any], key: str) -> Any:
    """Look a key up."""
    return mapping[key]


@register.filter
def get(mapping: dict[str, Any] | None, key: object) -> Any:
    """Look a key up that may not be there."""
    return mapping.get(str(key)) if mapping else None


@register.filter
def keys(row: Adjustment) -> str:
    """Return the keys of the spine column that a row holds down."""
    return ",".join(pressed_by(row))
