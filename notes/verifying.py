"""Is the record as it was signed? Walks each practice's chain and reads again what every link covers.

Nothing here asks the rules of coding: what was signed is compared with what is stored, whatever the rules say today. What lies
above the record (lines, superbills) is checked by who keeps it: `@checks` on a function that looks at some signatures, `@finds`
on one that looks for what has none.

Each practice is read in one snapshot, some hundred links at a time and with as many queries for each batch, so that people
can go on signing and a long chain needs no more memory than a short one.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import batched
from typing import Any
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.db import connection, transaction
from django.db.models import QuerySet

from clinic.models import AccessEvent, Practice
from notes import attested, chain
from notes.chain import BATCH, Entry, MissingKey, link_of
from notes.digests import DIGEST_VERSION, PART_FIELDS, canonical_digest, content
from notes.models import Addendum, Attestation, ChainHead, Note, Retraction, Signature


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that is not as it was signed. `row` is the id of the row to look at."""

    practice: str
    what: str
    row: str
    why: str
    sequence: int | None = None

    def __str__(self) -> str:
        place = f", link {self.sequence}" if self.sequence is not None else ""
        return f"{self.practice}{place}, {self.what} {self.row}: {self.why}"


@dataclass(frozen=True, slots=True)
class Unchecked(Fault):
    """Something that cannot be told either way."""


type Anchored = Mapping[tuple[UUID, int], str]
type Checker = Callable[[Sequence[Signature]], Iterator[tuple[Signature, str, str]]]
type Finder = Callable[[Practice], Iterator[tuple[str, UUID, str]]]
_checkers: list[Checker] = []
_finders: list[Finder] = []


def checks(checker: Checker) -> Checker:
    """Let a function look at some signatures and yield what is wrong: the signature, what it is about, and why."""
    _checkers.append(checker)
    return checker


def finds(finder: Finder) -> Finder:
    """Let a function look for what should hang on a signature and does not: the kind of row, its id, and why."""
    _finders.append(finder)
    return finder


@dataclass
class Walk:
    """One practice's chain, link by link. `anchored` are links that were written down elsewhere."""

    practice: Practice
    anchored: Anchored = field(default_factory=dict)
    sequence: int = 0
    link: str = ""
    links: int = 0

    def faults(self) -> Iterator[Fault]:
        """Yield what is wrong, in the order of the chain; then what has no link at all."""
        with _snapshot():
            for batch in batched(_entries(self.practice), BATCH):
                for entry in batch:
                    yield from self._of_a_link(entry)
                    yield from self._of_its_content(entry)
                yield from self._of_what_lies_above(batch)
            yield from self._of_the_head()
            yield from self._cut_off()
            yield from self._without_a_link()

    def _fault(self, what: str, row: object, why: str, sequence: int | None = None) -> Fault:
        return Fault(self.practice.slug, what, str(row), why, sequence)

    # Order, and the key

    def _of_a_link(self, entry: Entry) -> Iterator[Fault]:
        about = (_kind(entry), entry.pk)
        if entry.sequence != self.sequence + 1:
            yield self._fault(*about, _jump(self.sequence, entry.sequence), entry.sequence)
        if entry.previous != self.link:
            yield self._fault(*about, "it does not name the link before it", entry.sequence)
        yield from self._of_its_key(entry)
        if self.anchored.get((self.practice.pk, entry.sequence), entry.link) != entry.link:
            yield self._fault(
                *about, "the anchor knows another link in this place: the chain was made anew", entry.sequence
            )
        self.sequence, self.link, self.links = entry.sequence, entry.link, self.links + 1

    def _of_its_key(self, entry: Entry) -> Iterator[Fault]:
        about = (_kind(entry), entry.pk)
        try:
            if link_of(entry) != entry.link:
                why = "its link is not what the key makes of it: signer, time, meaning or a digest was changed"
                yield self._fault(*about, why, entry.sequence)
        except MissingKey:
            why = f"it was made with the key {entry.key_id!r}, which is not among ours (PLUMBLINE_CHAIN_KEYS)"
            yield Unchecked(self.practice.slug, about[0], str(about[1]), why, entry.sequence)

    # What a link covers

    def _of_its_content(self, entry: Entry) -> Iterator[Fault]:
        newest = DIGEST_VERSION if isinstance(entry, Signature) else chain.ATTESTATION_VERSION
        if entry.digest_version > newest:
            why = f"version {entry.digest_version} of the digest is younger than this Plumbline"
            yield Unchecked(self.practice.slug, _kind(entry), str(entry.pk), why, entry.sequence)
            return
        wrong = _wrong_note(entry) if isinstance(entry, Signature) else _wrong_attestation(entry)
        for why in wrong:
            yield self._fault("note", entry.note_id, why, entry.sequence)

    def _of_what_lies_above(self, batch: Sequence[Entry]) -> Iterator[Fault]:
        signatures = [entry for entry in batch if isinstance(entry, Signature)]
        for checker in _checkers:
            for signature, what, why in checker(signatures):
                yield self._fault(what, signature.note_id, why, signature.sequence)

    # The end of the chain, and what stands beside it

    def _of_the_head(self) -> Iterator[Fault]:
        head = ChainHead.objects.filter(pk=self.practice.pk).first() or ChainHead()
        if (head.sequence, head.link) != (self.sequence, self.link):
            why = f"the head says {head.sequence}, the last link is {self.sequence}: links were taken out or put in"
            yield self._fault("head", self.practice.pk, why, self.sequence)

    def _cut_off(self) -> Iterator[Fault]:
        beyond = [number for pk, number in self.anchored if pk == self.practice.pk and number > self.sequence]
        if beyond:
            why = f"the anchor knows {max(beyond)} links, {self.sequence} are left: the end of the chain was cut off"
            yield self._fault("head", self.practice.pk, why, self.sequence)

    def _without_a_link(self) -> Iterator[Fault]:
        own = {"practice_id": self.practice.pk}
        for pk in Note.objects.signed().filter(**own, signature=None).values_list("pk", flat=True).iterator():
            yield self._fault("note", pk, "it counts as signed and has no signature")
        for what, rows in _to_be_attested(self.practice).items():
            for pk in rows.values_list("pk", flat=True).iterator():
                yield self._fault(what, pk, "it has no signature")
        for finder in _finders:
            for found in finder(self.practice):
                yield self._fault(*found)
        yield from self._of_the_log()

    def _of_the_log(self) -> Iterator[Fault]:
        """Whoever takes a note and its signature out must take out what the log says of it as well."""
        log = AccessEvent.objects.filter(practice_id=self.practice.pk, kind="note-signed")
        for said in batched(log.values_list("object_id", flat=True).iterator(BATCH), BATCH):
            there = set(Signature.objects.filter(note__in=said).values_list("note_id", flat=True))
            for pk in said:
                if pk not in there:
                    yield self._fault("note", pk, "the log says that it was signed, and there is no signature")


# One note, one attestation


def _wrong_note(signature: Signature) -> Iterator[str]:
    try:
        note = signature.note
        covered = content(note, signature.digest_version)
    except ObjectDoesNotExist:
        yield "the note of this signature, or a row that it needs, is not there any more"
        return
    if (note.signed_at, note.signed_by_id, note.author_id) != (signature.signed_at, *[signature.member_id] * 2):
        yield "it names another signer or another time than its signature"
    if canonical_digest(covered) != signature.note_digest:
        yield "it is not what was signed: its words, its rows, an episode as it stood, or the day of the visit changed"
    if note.is_retracted != hasattr(note, "retraction"):
        yield "it counts as retracted without a retraction, or the other way round"
    if any(getattr(row, "is_carried", False) for part in PART_FIELDS for row in getattr(note, part).all()):
        yield "it holds a row that nobody confirmed, and so nobody signed"


def _wrong_attestation(attestation: Attestation) -> Iterator[str]:
    reader = attested.READERS.get(attestation.meaning)
    try:
        if reader is None or canonical_digest(reader(attestation)) != attestation.content_digest:
            yield f"the {attestation.meaning} to it is not what was signed"
    except ObjectDoesNotExist:
        yield f"what was signed as {attestation.meaning} to it is not there any more"


def _to_be_attested(practice: Practice) -> dict[str, QuerySet[Any]]:
    """Return what is signed for itself, and nobody signed."""
    meant = Attestation.Meaning
    addenda = Addendum.objects.exclude(attestations__meaning=meant.ADDENDUM)
    retractions = Retraction.objects.exclude(note__attestations__meaning=meant.RETRACTION)
    return {name: rows.filter(practice=practice) for name, rows in (("addendum", addenda), ("retraction", retractions))}


def _kind(entry: Entry) -> str:
    return "signature" if isinstance(entry, Signature) else "attestation"


def _jump(last: int, number: int) -> str:
    if number <= last:
        return f"{number} comes again after {last}: the chain forks"
    return f"{number} follows {last}: what was between them was taken out"


# Reading


def _entries(practice: Practice) -> Iterator[Entry]:
    """Notes come by prefetching and not by a join, which would pass over a signature whose note is gone."""
    parts = [f"note__{part}" for part in PART_FIELDS]
    signatures = Signature.objects.prefetch_related(
        "note__visit", "note__retraction", "note__note_episodes__episode", *parts
    )
    return chain.entries(
        practice.pk, signatures=signatures, attestations=Attestation.objects.prefetch_related(*attested.NEEDS)
    )


@contextmanager
def _snapshot() -> Iterator[None]:
    """Read everything as it stood at one moment: a note that is signed meanwhile is whole in it, or not there at all."""
    with transaction.atomic():
        if not connection.savepoint_ids:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def lost_practices(known: Iterable[UUID]) -> Iterator[Fault]:
    """Yield practices that have a chain or an anchor and are not there any more."""
    heads = ChainHead.objects.values_list("pk", flat=True)
    there = set(Practice.objects.values_list("pk", flat=True))
    for pk in sorted({*heads, *known} - there):
        yield Fault(str(pk), "practice", str(pk), "it has a chain and is not there any more")
