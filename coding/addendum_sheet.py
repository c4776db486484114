"""The page on which something is added to a signed note: its words, the rows that are corrected, and what follows for the bills.

Nothing of it is stored before it is signed. The page carries what was said so far; each request reads it anew.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from coding.corrections import Outcome, outcome_of
from coding.elsewhere import unbilled_rows
from notes.corrected import Standing, standing
from notes.corrections import ADDED, CHANGED, WITHDRAWN, Draft, NoSuchRow, carried, draft_of, together
from notes.marks import Mark, Names, mark_of
from notes.models import Correction, Note
from notes.reading import facts_line

TITLES = {"note": "The visit", "finding": "Findings", "adjustment": "Adjusted", "activity": "Activities"}
FORGOTTEN = {"finding": "A finding was forgotten", "adjustment": "An adjustment was forgotten",
             "activity": "An activity was forgotten"}  # fmt: skip


@dataclass(frozen=True)
class RowView:
    """A row of the note that may be corrected, as it stands."""

    kind: str
    pk: UUID
    words: str
    draft: Draft | None  # what was said of it on this page

    @property
    def change(self) -> str:
        return f"{CHANGED} {self.kind} {self.pk}"

    @property
    def withdraw(self) -> str:
        return "" if self.kind == "note" else f"{WITHDRAWN} {self.kind} {self.pk}"


@dataclass(frozen=True)
class Section:
    kind: str
    rows: tuple[RowView, ...]

    @property
    def title(self) -> str:
        return TITLES[self.kind]

    @property
    def forgotten(self) -> str:
        return FORGOTTEN.get(self.kind, "")

    @property
    def add(self) -> str:
        return f"{ADDED} {self.kind}"


class Sheet:
    """One request's state of the page. `sent` is what the page sent, nothing at first."""

    def __init__(self, note: Note, sent: Any) -> None:
        self.note = note
        self.stands: Standing = standing(note)
        self.unbilled = unbilled_rows(note, self.stands)
        lists = (note, self.stands, self.unbilled)
        said = sent.getlist("carried") if sent else []
        self.drafts = carried(*lists, said)
        self.is_overtaken = len(self.drafts) < len(said)  # something stands otherwise since the page was shown
        self.opened: Draft | None = None
        self.notice = ""

    # What is done on the page

    def open(self, what: str) -> None:
        """Open a row's form; one that was corrected on this page before opens as it was left."""
        deed, kind, row = [*what.split(" "), "", ""][:3]
        left = next((draft for draft in self.drafts if row and str(draft.row_id) == row), None)
        data = left.data if left and left.deed == deed else None
        try:
            self.opened = draft_of(self.note, self.stands, self.unbilled, deed, kind, row, data)
            _ = self.opened.form
        except NoSuchRow:
            self.opened, self.notice = (
                None,
                "This row is not in the note any more. Nothing was lost; see how it stands now.",
            )

    def fill_in(self, what: str, sent: Any) -> None:
        """Take up the form that is open."""
        deed, kind, row = [*what.split(" "), "", ""][:3]
        try:
            self.opened = draft_of(self.note, self.stands, self.unbilled, deed, kind, row, sent)
            _ = self.opened.form
        except NoSuchRow:
            self.opened, self.notice = (
                None,
                "This row is not in the note any more. Nothing was lost; see how it stands now.",
            )

    def keep(self) -> bool:
        """Take what the open form says among the corrections; say whether that could be done."""
        opened = self.opened
        if opened is None:
            return False
        if opened.form.is_valid() and not opened.corrections:
            opened.form.add_error(None, "Nothing is changed yet. Change what was wrong, or leave the row as it is.")
        if not opened.form.is_valid():
            return False
        self.drafts = [draft for draft in self.drafts if draft.row_id != opened.row_id] + [opened]
        self.opened = None
        return True

    def drop(self, row: str) -> None:
        self.drafts = [draft for draft in self.drafts if str(draft.row_id) != row]

    # What it shows

    @property
    def opened_words(self) -> str:
        """The row whose form is open, as it stands."""
        row = self.opened and self.stands.row(self.opened.kind, self.opened.row_id)
        return words_of(self.opened.kind, row) if self.opened and row else ""

    @property
    def corrections(self) -> list[Correction]:
        return together(self.drafts)

    @cached_property
    def outcome(self) -> Outcome:
        return outcome_of(self.note, self.corrections)

    @cached_property
    def names(self) -> Names:
        return Names(self.note)

    def sections(self) -> Iterator[Section]:
        said = {draft.row_id: draft for draft in self.drafts}
        for kind in TITLES:
            rows = (RowView(kind, row.pk, words_of(kind, row), said.get(row.pk)) for row in self.stands.rows(kind))
            yield Section(kind, tuple(rows))

    @property
    def said(self) -> list[tuple[Draft, str, list[Mark]]]:
        """What is corrected so far: the draft, its row in words, and its marks."""
        after = standing(self.note, self.corrections)
        rows = {
            row.pk: words_of(kind, row) for stand in (after, self.stands) for kind in TITLES for row in stand.rows(kind)
        }
        return [
            (draft, rows.get(draft.row_id, ""), [mark_of(each, self.names) for each in draft.corrections])
            for draft in self.drafts
        ]


def words_of(kind: str, row: Any) -> str:
    """Name a row as the page lists it."""
    if kind == "note":
        total = f"{row.total_minutes} minutes in all" if row.total_minutes else "Total minutes not stated"
        return f"{total}; care is {row.get_care_phase_display()}"
    if kind == "activity":
        return "; ".join(filter(None, [row.description or "Nothing written", facts_line(row)]))
    return str(row)
