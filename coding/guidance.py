"""The guidance pages: shipped as Markdown beside this module, and changed by a practice in revisions that stay.

The newest revision that a practice wrote is what it reads. A revision without text says: the shipped text again, which
then follows the releases. A signed note keeps citing the text of its day (citations.py), which `page(..., on=...)` shows.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from hashlib import sha256
from pathlib import Path
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import localtime

from clinic.audit.log import record
from clinic.models import Membership, Practice
from coding.differences import Change, differences
from coding.markdown import Rendered, Section, render
from coding.models import GuidanceRevision

PAGES = Path(__file__).parent / "pages"
LONGEST = 20_000
SHIPPED = "shipped"
# How many sections of a page say the essential, by kind of page: the short form in the margin of a note.
ESSENTIAL = {"codes": 1, "flags": 3, "topics": 1}
CHOOSING = "choosing-between-97110-and-97530"  # the page that the decision path belongs to


class NoSuchPage(LookupError):
    """No page has this name, or the practice has no such revision of it."""


class ChangedMeanwhile(Exception):
    """Somebody saved the page after the writer had opened it. `newest` is the page as it stands now."""

    def __init__(self, newest: "GuidancePage") -> None:
        super().__init__(newest.slug)
        self.newest = newest


@dataclass(frozen=True, slots=True)
class ShippedPage:
    """A page as Plumbline ships it. `kind` is codes, flags or topics."""

    slug: str
    kind: str
    text: str

    @property
    def title(self) -> str:
        return render(self.text).title


@dataclass(frozen=True)
class GuidancePage:
    """A page as one practice reads it, now or on the day of a revision."""

    practice: Practice
    shipped: ShippedPage
    revision: GuidanceRevision | None

    @property
    def slug(self) -> str:
        return self.shipped.slug

    @property
    def kind(self) -> str:
        return self.shipped.kind

    @property
    def base(self) -> str:
        """The revision that a change starts from, as forms carry it and links cite it."""
        return str(self.revision.pk) if self.revision else SHIPPED

    @property
    def is_own(self) -> bool:
        """Say whether the practice reads words of its own."""
        return self.revision is not None and self.revision.author_id is not None and self.revision.text != ""

    @property
    def is_kept(self) -> bool:
        """Say whether this is a text that Plumbline shipped, kept since a note cited it."""
        return self.revision is not None and self.revision.author_id is None

    @property
    def text(self) -> str:
        return (self.revision and self.revision.text) or self.shipped.text

    @cached_property
    def rendered(self) -> Rendered:
        return render(self.text, home_of(self.practice))

    @property
    def title(self) -> str:
        return self.rendered.title or self.shipped.title

    @property
    def lead(self) -> SafeString:
        return self.rendered.lead

    @property
    def sections(self) -> tuple[Section, ...]:
        return self.rendered.sections

    @property
    def html(self) -> SafeString:
        """The page without its title, as one piece."""
        parts = format_html_join("", "<h2>{}</h2>{}", ((part.title, part.html) for part in self.sections))
        return format_html("{}{}", self.lead, parts)

    @property
    def essential(self) -> list[Section]:
        """The short form: the first sections, and those in which the practice's text differs from the shipped one."""
        shipped = {(part.title, part.html) for part in render(self.shipped.text, home_of(self.practice)).sections}
        first = ESSENTIAL[self.kind]
        return [
            part
            for number, part in enumerate(self.sections)
            if number < first or (part.title, part.html) not in shipped
        ]

    @property
    def changed_by(self) -> Membership | None:
        return self.revision.author if self.revision else None


# Reading
def page(practice: Practice, slug: str, on: str | UUID | None = None) -> GuidancePage:
    """Return a page as the practice reads it, or as it stood `on` a revision ("shipped" for Plumbline's own).

    Raises NoSuchPage.
    """
    if on is not None and str(on) != SHIPPED:
        return page_of(practice, revision_with(practice, slug, str(on)))
    if not exists(slug):
        raise NoSuchPage(slug)
    return GuidancePage(practice, shipped()[slug], newest(practice, slug) if on is None else None)


def page_of(practice: Practice, revision: GuidanceRevision) -> GuidancePage:
    """Return the page of a revision, even one that Plumbline ships no more."""
    withdrawn = ShippedPage(revision.slug, "topics", revision.text)
    return GuidancePage(practice, shipped().get(revision.slug, withdrawn), revision)


def exists(slug: str) -> bool:
    return slug in shipped()


def pages(practice: Practice, slugs: Iterable[str] | None = None) -> list[GuidancePage]:
    """Return pages as the practice reads them now, all of them (codes, flags, topics) or those of some names."""
    wanted = shipped() if slugs is None else {slug: shipped()[slug] for slug in slugs if exists(slug)}
    newest = GuidanceRevision.objects.written().filter(practice=practice, slug__in=list(wanted))
    own = {revision.slug: revision for revision in newest.order_by("slug", "-id").distinct("slug")}
    return [GuidancePage(practice, found, own.get(slug)) for slug, found in wanted.items()]


def titles(practice: Practice) -> dict[str, str]:
    """Return the title of every page in the practice's words."""
    return {found.slug: found.title for found in pages(practice)}


def newest(practice: Practice, slug: str) -> GuidanceRevision | None:
    return revisions(practice, slug).first()


def revision_with(practice: Practice, slug: str, key: str) -> GuidanceRevision:
    """Return a revision by its id. Raises NoSuchPage for an id of another page or practice."""
    stored = GuidanceRevision.objects.filter(practice=practice, slug=slug).select_related("author__user")
    try:
        revision: GuidanceRevision = stored.get(pk=UUID(key))
    except (ValueError, GuidanceRevision.DoesNotExist):
        raise NoSuchPage(slug) from None
    return revision


def revisions(practice: Practice, slug: str) -> QuerySet[GuidanceRevision]:
    """Return what the practice wrote on a page, newest first."""
    return GuidanceRevision.objects.written().filter(practice=practice, slug=slug).select_related("author__user")


@lru_cache(maxsize=1)
def shipped() -> Mapping[str, ShippedPage]:
    """Return the pages that Plumbline ships, codes first, by their slug."""
    files = (file for kind in ESSENTIAL for file in sorted((PAGES / kind).glob("*.md")))
    return {file.stem: ShippedPage(file.stem, file.parent.name, file.read_text("utf-8")) for file in files}


@lru_cache(maxsize=512)
def digest_of(text: str) -> str:
    """Return what a shipped text is known by."""
    return sha256(text.encode()).hexdigest()


def home_of(practice: Practice) -> str:
    return reverse("coding:guidance-index", args=[practice.slug])


@dataclass(frozen=True, slots=True)
class Step:
    """A revision in the history of its page, and the text that it changed."""

    revision: GuidanceRevision
    after: str
    before: str

    @property
    def changes(self) -> tuple[Change, ...]:
        return differences(self.before, self.after)


def history(found: GuidancePage, first: int, last: int) -> list[Step]:
    """Return the revisions of a page from the `first` newest to the `last`, counted from 1, with what each changed."""
    rows = list(revisions(found.practice, found.slug)[max(first - 1, 0) : last + 1])
    texts = [*(row.text or found.shipped.text for row in rows), found.shipped.text]
    return [Step(row, texts[at], texts[at + 1]) for at, row in enumerate(rows[: last - first + 1])]


# Changing


@transaction.atomic(durable=True)
def revise(practice: Practice, slug: str, *, text: str, reason: str, base: str, by: Membership) -> GuidanceRevision:
    """Write a new text of a page over the one it was made from. Raises ChangedMeanwhile."""
    revision = _write(practice, slug, text=text, reason=reason, base=base, by=by)
    record("guidance-revised", by=by, about=revision.pk, slug=slug, base=base)
    return revision


@transaction.atomic(durable=True)
def restore(practice: Practice, slug: str, *, on: str, base: str, by: Membership) -> GuidanceRevision:
    """Write an earlier text, or the shipped one, as a new revision. Raises ChangedMeanwhile or NoSuchPage."""
    text, reason = _earlier(practice, slug, on)
    revision = _write(practice, slug, text=text, reason=reason, base=base, by=by)
    record("guidance-restored", by=by, about=revision.pk, slug=slug, base=base, restored=on)
    return revision


def _earlier(practice: Practice, slug: str, on: str) -> tuple[str, str]:
    """Return the text to go back to, and the reason to keep with it."""
    if on == SHIPPED:
        return "", "Restored Plumbline's own text"
    found = revision_with(practice, slug, on)
    author = found.author or "Plumbline"
    return found.text, f"Restored the text of {localtime(found.created_at):%-d %b %Y, %-H:%M} by {author}"[:200]


def _write(practice: Practice, slug: str, *, text: str, reason: str, base: str, by: Membership) -> GuidanceRevision:
    """Add a revision. The practice's row is locked, or two writers would both find the page as they left it."""
    Practice.objects.select_for_update(no_key=True).get(pk=practice.pk)
    stands = page(practice, slug)
    if stands.base != base:
        raise ChangedMeanwhile(stands)
    return GuidanceRevision.objects.create(practice=practice, slug=slug, text=text, reason=reason, author=by)
