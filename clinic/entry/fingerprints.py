"""A short digest of what stood in a row, by which a page says what was typed against it.

Whoever saves brings it back; where another one stands by then, somebody else saved in the meantime, and neither text is lost.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import models


def fingerprint(row: models.Model, fields: Iterable[str]) -> str:
    """Return the fingerprint of some fields of a row."""
    return of_values({name: getattr(row, column_of(row, name)) for name in fields})


def of_values(values: Mapping[str, Any]) -> str:
    """Return the fingerprint of values by name, in whatever order.

    >>> of_values({"dose": "", "minutes": 12}) == of_values({"minutes": "12", "dose": None})
    True
    """
    plain = json.dumps({name: in_words(value) for name, value in sorted(values.items())})
    return hashlib.sha256(plain.encode()).hexdigest()[:24]


def in_words(value: Any) -> str:
    """Write a value as both the database and a form give it: a row by its key, nothing as nothing."""
    if isinstance(value, models.Model):
        return str(value.pk)
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)


def column_of(row: models.Model, name: str) -> str:
    """Return the attribute that holds a field's stored value: the id of a foreign key, not the object."""
    return str(getattr(row._meta.get_field(name), "attname", name))
