"""The guidance that a signed note cites: for each code and flag the text of its day, whatever is written or shipped later.

What Plumbline ships changes with its releases. So a shipped text is kept as a revision without an author, the first time
that a note of the practice cites it; what the practice wrote itself is a revision already.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from clinic import clock
from coding.guidance import GuidancePage, digest_of, page_of, pages
from coding.models import Citation, GuidanceRevision
from notes.models import Note

type Kept = dict[tuple[str, str], GuidanceRevision]


@dataclass(frozen=True)
class Cited:
    """A page as it stood at the signature, and as it stands now; None when there is no such page any more."""

    page: GuidancePage
    now: GuidancePage | None

    @cached_property
    def is_superseded(self) -> bool:
        """Say whether the practice reads another text by now."""
        return self.now is None or self.now.text != self.page.text


def cite(note: Note, slugs: Iterable[str]) -> None:
    """Keep the texts of these pages as they stand. Call it inside the transaction that signs, before the signature."""
    stand = pages(note.practice, sorted(set(slugs)))
    shipped = _shipped(note.practice_id, [page for page in stand if not page.is_own])
    texts = [page.revision if page.is_own else shipped[page.slug, digest_of(page.text)] for page in stand]
    Citation.objects.bulk_create(
        Citation(practice_id=note.practice_id, note=note, revision=text, **clock.dated("created_at")) for text in texts
    )


def cited(note: Note) -> dict[str, Cited]:
    """Return what a note cites, by code and flag."""
    rows = note.citations.select_related("revision__author__user").order_by("revision__slug")
    stand = {page.slug: page for page in pages(note.practice, [row.revision.slug for row in rows])}
    return {
        row.revision.slug: Cited(page_of(note.practice, row.revision), stand.get(row.revision.slug)) for row in rows
    }


def _shipped(practice_id: UUID, pages: list[GuidancePage]) -> Kept:
    """Return the kept texts of shipped pages, and keep those that are not yet.

    They are added in the order of their names: two signers who keep the same ones wait for each other, and never crosswise.
    """
    wanted = {(page.slug, digest_of(page.text)): page.text for page in pages}
    found = _kept(practice_id, wanted)
    missing = [key for key in sorted(wanted) if key not in found]
    if missing:
        GuidanceRevision.objects.bulk_create(
            (_revision(practice_id, *key, wanted[key]) for key in missing), ignore_conflicts=True
        )
        found = _kept(practice_id, wanted)
    return found


def _revision(practice_id: UUID, slug: str, digest: str, text: str) -> GuidanceRevision:
    return GuidanceRevision(practice_id=practice_id, slug=slug, digest=digest, text=text, **clock.dated("created_at"))


def _kept(practice_id: UUID, keys: Iterable[tuple[str, str]]) -> Kept:
    rows = GuidanceRevision.objects.shipped().filter(practice_id=practice_id, digest__in=[digest for _, digest in keys])
    return {(row.slug, row.digest): row for row in rows}
