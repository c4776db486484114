"""Corrections on their way into an addendum: what somebody changed in a row of a signed note, read from its form.

They are not stored before they are signed. Until then the page carries them, each as the form was filled in, and every
request reads them anew against what stands.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from django.utils.datastructures import MultiValueDict

from clinic.requests.deeds import new_key
from notes.corrected import FACTS, MODELS, RECORD_ONLY, WORDS, Standing, blank, standing
from notes.digests import canonical
from notes.forms.corrections import FORMS, PREFIX, WithdrawalForm
from notes.models import Correction, Note

CHANGED, WITHDRAWN, ADDED = Correction.Deed.CHANGED, Correction.Deed.WITHDRAWN, Correction.Deed.ADDED
KINDS = set(Correction.Kind.values)


class NoSuchRow(LookupError):
    """The note has no such row, or not any more."""


@dataclass
class Draft:
    """What somebody says of one row: that it was otherwise, that it was not, or that it was forgotten."""

    note: Note
    stands: Standing  # the note as it is signed, with its corrections
    deed: str
    kind: str
    row_id: UUID
    data: "MultiValueDict[str, Any] | None" = None
    unbilled: bool = False  # whether the row is kept off the bill as it stands

    @cached_property
    def form(self) -> Any:
        if self.deed == WITHDRAWN:
            return WithdrawalForm(self.data, pk=self.row_id)
        given: dict[str, Any] = {"note": self.note, "instance": self._instance()}
        if self.kind in ("activity", "adjustment"):
            given["unbilled"] = self.unbilled
        if self.kind != "note":
            given["is_new"] = self.deed == ADDED
        return FORMS[self.kind](self.data, **given)

    def _instance(self) -> Any:
        found = self.original
        if found is None:
            raise NoSuchRow
        if self.kind == "activity" and found.performer_id is None:
            found.performer_id = self.note.author_id  # as the note is read where nobody is named
        return found

    @property
    def original(self) -> Any | None:
        """The row as it stands, as a copy of its own: a form writes into it."""
        if self.deed == ADDED:
            return blank(self.kind, self.note, self.row_id)
        return standing(self.note).row(self.kind, self.row_id)

    @cached_property
    def corrections(self) -> list[Correction]:
        """Return what the form says, fact by fact; nothing where nothing was changed."""
        if not self.form.is_valid():
            return []
        if self.deed == WITHDRAWN:
            return [self._one("", canonical(self._words()), "null")]
        before, after = self._instance(), self.form.instance
        pairs = [(name, getattr(before, name), getattr(after, name)) for name in self._names()]
        said = [self._one(name, canonical(old), canonical(new)) for name, old, new in pairs if not _alike(old, new)]
        return [*said, *self._billing()]

    def _names(self) -> tuple[str, ...]:
        return FACTS[self.kind] + (WORDS[self.kind] if self.deed == ADDED else ())

    def _billing(self) -> Iterable[Correction]:
        wanted = self.form.cleaned_data.get(RECORD_ONLY, False)
        if wanted != self.unbilled:
            yield self._one(RECORD_ONLY, canonical(self.unbilled), canonical(wanted))

    def _words(self) -> str:
        return str(self._instance())

    def _one(self, field: str, old: str, new: str) -> Correction:
        return Correction(
            practice_id=self.note.practice_id, note=self.note, kind=self.kind, row_id=self.row_id, deed=self.deed,
            field=field, old=old, new=new, reason=self.form.cleaned_data["reason"],
        )  # fmt: skip

    @property
    def carried(self) -> str:
        """What the page carries of it until it is signed."""
        data = {name: self.data.getlist(name) for name in self.data} if self.data else {}
        return json.dumps({"deed": self.deed, "kind": self.kind, "row": str(self.row_id), "data": data})


def _alike(old: Any, new: Any) -> bool:
    """Say whether two values are one fact; of a list the order says nothing, and nothing written is nothing."""
    if isinstance(old, list) and isinstance(new, list):
        return sorted(map(str, old)) == sorted(map(str, new))
    return (old in ("", None) and new in ("", None)) or old == new


def draft_of(
    note: Note, stands: Standing, unbilled: set[UUID], deed: str, kind: str, row: str, data: Any = None
) -> Draft:
    """Return what somebody says of a row. Raises NoSuchRow where the page asks for what is not there."""
    if kind not in KINDS or deed not in Correction.Deed.values or (kind == "note" and deed != CHANGED):
        raise NoSuchRow
    try:
        row_id = UUID(row) if row else new_key()
    except ValueError:
        raise NoSuchRow from None
    if deed != ADDED and stands.row(kind, row_id) is None:
        raise NoSuchRow
    if deed == ADDED and (row_id.version != 7 or stands.row(kind, row_id) or kind not in MODELS):
        raise NoSuchRow
    return Draft(note, stands, deed, kind, row_id, _own(data), unbilled=row_id in unbilled)


def _own(data: Any) -> "MultiValueDict[str, Any] | None":
    """Take what belongs to a row's form out of what the page sent."""
    if data is None:
        return None
    mine = {name: data.getlist(name) for name in data if name.startswith(f"{PREFIX}-")}
    return MultiValueDict(mine) or None


def carried(note: Note, stands: Standing, unbilled: set[UUID], sent: Sequence[str]) -> list[Draft]:
    """Read back what the page carried. What does not hold any more, or never did, is left out."""
    return [draft for text in sent if (draft := _read(note, stands, unbilled, text)) and draft.corrections]


def _read(note: Note, stands: Standing, unbilled: set[UUID], text: str) -> Draft | None:
    try:
        said = json.loads(text)
        data = MultiValueDict({str(name): [str(each) for each in values] for name, values in said["data"].items()})
        return draft_of(note, stands, unbilled, str(said["deed"]), str(said["kind"]), str(said["row"]), data)
    except (ValueError, TypeError, KeyError, AttributeError, NoSuchRow):
        return None


def together(drafts: Iterable[Draft]) -> list[Correction]:
    """Return the corrections of an addendum in their order."""
    return [each for draft in drafts for each in draft.corrections]
