"""Two people wrote in the same fields: what each of them has, side by side, with what differs marked, and both put together."""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from django import forms
from django.db import models

from clinic.entry.fields import ClinicalLine, ClinicalText

WORDS = re.compile(r"\s*\S+|\s+")
SENTENCES = re.compile(r"(?<=[.!?;])(?=\s)|(?=\n)")
LONGEST = 20_000  # characters; beyond this both texts are shown without marks


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words, and whether the other side does not have them."""

    text: str
    differs: bool = False


@dataclass(frozen=True, slots=True)
class Sides:
    """One field that two people filled in differently.

    `take` are the values that make the field say theirs, and `both` those that make it say everything, as JSON; a field that
    holds one choice can say only one of the two, and `both` is empty.
    """

    name: str
    label: str
    theirs: tuple[Piece, ...]
    mine: tuple[Piece, ...]
    take: str
    both: str = ""


def sides(form: forms.BaseForm, stored: models.Model) -> list[Sides]:
    """Compare what was typed into a form with what is stored now, field by field. Return the fields that differ."""
    found = []
    for name, field in form.fields.items():
        if hasattr(stored, name) and not isinstance(field.widget, forms.HiddenInput):
            theirs, mine = _stored(field, stored, name), _typed(field, form, name)
            if theirs != mine:
                found.append(_sides(field, name, theirs, mine))
    return found


def _sides(field: forms.Field, name: str, theirs: list[str], mine: list[str]) -> Sides:
    marked, both = _marked(_said(field, theirs), _said(field, mine)), _both(field, theirs, mine)
    label = str(field.label or "") or name.replace("_", " ").capitalize()
    return Sides(name, label, *marked, take=json.dumps(theirs), both=json.dumps(both) if both else "")


def _stored(field: forms.Field, row: models.Model, name: str) -> list[str]:
    """Return a stored value as the field's widget writes it."""
    column = row._meta.get_field(name).attname  # type: ignore[union-attr]
    return _written(field, getattr(row, column))


def _typed(field: forms.Field, form: forms.BaseForm, name: str) -> list[str]:
    value = field.widget.value_from_datadict(form.data, form.files, form.add_prefix(name))
    if isinstance(field, forms.CharField) and name in getattr(form, "cleaned_data", {}):
        value = form.cleaned_data[name]
    return _written(field, value)


def _written(field: forms.Field, value: Any) -> list[str]:
    if isinstance(value, list | tuple):
        return sorted(map(str, value))
    written = field.widget.format_value(field.prepare_value(value))
    given = written if isinstance(written, list | tuple) else [written]
    return ["" if each is None else str(each) for each in given] or [""]


def _said(field: forms.Field, values: Iterable[str]) -> str:
    """Say a value as people read it: a choice by its label."""
    labels = {
        str(key): str(label) for key, label in getattr(field, "choices", ()) if not isinstance(label, list | tuple)
    }
    return ", ".join(labels.get(value, value) for value in values if value)


# Marks


def _marked(theirs: str, mine: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Return both texts in pieces, with the words marked that the other one has not.

    >>> [piece.text for piece in _marked("Twice a week", "Once a week")[0] if piece.differs]
    ['Twice']
    """
    if max(len(theirs), len(mine)) > LONGEST:
        return (Piece(theirs),), (Piece(mine),)
    left, right = WORDS.findall(theirs), WORDS.findall(mine)
    opcodes = SequenceMatcher(None, left, right, autojunk=False).get_opcodes()
    return (
        tuple(Piece("".join(left[i:j]), kind != "equal") for kind, i, j, _, _ in opcodes if i < j),
        tuple(Piece("".join(right[i:j]), kind != "equal") for kind, _, _, i, j in opcodes if i < j),
    )


# Both together


def _both(field: forms.Field, theirs: list[str], mine: list[str]) -> list[str]:
    if isinstance(field, forms.MultipleChoiceField):
        return sorted({*filter(None, theirs), *filter(None, mine)})
    if isinstance(field, ClinicalText) and theirs[0].strip() and mine[0].strip():
        return [together(theirs[0], mine[0], parting="; " if isinstance(field, ClinicalLine) else "\n")]
    return []


def together(theirs: str, mine: str, *, parting: str = "\n") -> str:
    """Put two texts together: what both say once, and of what differs theirs first, sentence by sentence.

    >>> together("Better. Walks more.", "Better. Sleeps well.", parting=" ")
    'Better. Walks more. Sleeps well.'
    """
    left, right = SENTENCES.split(theirs), SENTENCES.split(mine)
    plain = [each.strip() for each in left], [each.strip() for each in right]
    whole = ""
    for kind, i, j, k, m in SequenceMatcher(None, *plain, autojunk=False).get_opcodes():
        own = "".join(left[i:j]) if kind == "equal" else _joined(["".join(left[i:j]), "".join(right[k:m])], parting)
        whole = _joined([whole, own], " ") if whole and own and not own[:1].isspace() else whole + own
    return whole.strip()


def _joined(texts: Sequence[str], parting: str) -> str:
    kept = [text for text in texts if text.strip()]
    return parting.join([kept[0].rstrip(), *(text.strip() for text in kept[1:])]) if kept else ""
