"""Review and sign: what would be billed, what stands in the way, the signer's decisions, and the signature itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db import transaction

from clinic import clock
from clinic.audit.log import record
from clinic.models import Membership, Patient, Visit
from clinic.requests.deeds import once
from coding import superbills
from coding.citations import cite
from coding.engine.facts import VisitFacts
from coding.engine.results import Flag, Line, Suggestion
from coding.engine.suggest import suggest
from coding.engine.vocabulary import Severity
from coding.facts import coverages_of, facts_of_notes
from coding.lasting import lasting_reasons, let_stand_by
from coding.line_digest import covered
from coding.models import Acknowledgement, EndedReason, LastUnit, RecordOnly
from coding.rules import rules_for
from coding.statements import Statement, statements
from notes import drafts
from notes.digests import canonical_digest, digest
from notes.models import Note
from notes.signing import NotTheAuthor, may_sign, sign


class NotAsShown(Exception):
    """The note, its lines or the rules changed since the page was read. `changes` says which, in words."""

    def __init__(self, changes: Sequence[str]) -> None:
        super().__init__("changed")
        self.changes = tuple(changes)


class NotReady(Exception):
    """Something still stands in the way of the signature. `review` says what."""

    def __init__(self, review: "Review") -> None:
        super().__init__("not ready")
        self.review = review


@dataclass(frozen=True)
class Shown:
    """What the signer had before them, as three digests."""

    note: str
    lines: str
    edition: str

    def changes(self, now: "Shown") -> list[str]:
        """Return what is not any more as it was shown, in words."""
        told = {
            "note": "the note changed",
            "lines": "what would be billed changed",
            "edition": "newer rules came in force",
        }
        return [words for name, words in told.items() if getattr(self, name) != getattr(now, name)]


@dataclass(frozen=True)
class Review:
    """A note as it would be signed now."""

    note: Note
    facts: VisitFacts
    suggestion: Suggestion

    @cached_property
    def statements(self) -> tuple[Statement, ...]:
        return statements(self.facts, self.suggestion)

    @property
    def lines(self) -> list[Line]:
        """Every line, whoever pays it."""
        return [row.line for statement in self.statements for row in statement.lines]

    @cached_property
    def reasons(self) -> Mapping[tuple[str, str], Acknowledgement]:
        """The reasons that were given in this note."""
        return {(row.slug, row.about): row for row in self.note.acknowledgements.all()}

    @cached_property
    def lasting_reasons(self) -> Sequence[Acknowledgement]:
        """The reasons of earlier notes that hold for the rest of its complaints."""
        return lasting_reasons(self.note)

    def reason_of(self, flag: Flag) -> Acknowledgement | None:
        """Return the reason with which a flag stands: one of this note, else the latest that lasts, None where it has none."""
        given = self.reasons.get((flag.slug, flag.about))
        if given and _lets_stand(given, flag):
            return given
        return next(iter(let_stand_by(flag, self.lasting_reasons)), None)

    @cached_property
    def stops(self) -> tuple[Flag, ...]:
        return tuple(flag for flag in self.suggestion.flags if flag.severity.stops)

    @cached_property
    def warnings(self) -> tuple[Flag, ...]:
        """Warnings that still want a reason."""
        return tuple(flag for flag in self.all_warnings if not self.reason_of(flag))

    @cached_property
    def settled(self) -> tuple[tuple[Flag, Acknowledgement], ...]:
        """Warnings that the signer lets stand, each with the reason; and tips that are left out for the rest of a complaint."""
        keyed = ((flag, self.reason_of(flag)) for flag in (*self.all_warnings, *self._all_tips))
        return tuple((flag, reason) for flag, reason in keyed if reason)

    @cached_property
    def tips(self) -> tuple[Flag, ...]:
        return tuple(flag for flag in self._all_tips if not self.reason_of(flag))

    @property
    def _all_tips(self) -> tuple[Flag, ...]:
        return tuple(flag for flag in self.suggestion.flags if flag.severity is Severity.TIP)

    @cached_property
    def repeated(self) -> tuple[Acknowledgement, ...]:
        """Reasons of earlier notes with which flags of this one stand, as they are written down with it when it is signed."""
        keyed = {(flag.slug, flag.about): reason for flag, reason in self.settled if reason.note_id != self.note.pk}
        return tuple(
            Acknowledgement(
                practice_id=self.note.practice_id, note=self.note, slug=slug, about=about, reason=reason.reason,
                given_by=reason.given_by, earlier=reason, episode_id=reason.episode_id, **clock.dated("created_at"),
            )
            for (slug, about), reason in keyed.items()
            if (slug, about) not in self.reasons
        )  # fmt: skip

    @property
    def all_warnings(self) -> tuple[Flag, ...]:
        """Warnings with a reason and without one."""
        return tuple(flag for flag in self.suggestion.flags if flag.severity is Severity.WARN)

    @property
    def slugs(self) -> set[str]:
        """Codes and flags that the signer has before them; guidance pages have the same names."""
        lines = {line.code for line in self.lines}
        return lines | {flag.slug for flag, _ in self.settled} | {flag.slug for flag in self.tips}

    @cached_property
    def idle_choices(self) -> tuple[LastUnit, ...]:
        """Choices among tied codes that no tie bears out any more. They count for nothing, and go with the signature."""
        return tuple(row for row in self.note.last_units.all() if not self.is_tied(str(row.coverage_id), row.codes[0]))

    def is_tied(self, payer_id: str, code: str) -> bool:
        """Say whether a code is among those that tie for the last unit of a payer's bill."""
        bills = (statement.bill for statement in self.statements if statement.payer_id == payer_id)
        return any(code in tie for bill in bills for tie in bill.ties)

    @property
    def is_ready(self) -> bool:
        return not self.stops and not self.warnings

    @cached_property
    def shown(self) -> Shown:
        return Shown(note=digest(self.note), lines=self._line_digest(), edition=self.suggestion.edition)

    def _line_digest(self) -> str:
        """Digest what will stand on the superbills and what the signer decided. All of it is stored with the note."""
        stated = [statement.content() for statement in self.statements if statement.lines]
        edition = self.suggestion.edition
        return canonical_digest(
            covered(self.note, stated, edition=edition, idle=self.idle_choices, repeated=self.repeated)
        )


def _lets_stand(given: Acknowledgement, flag: Flag) -> bool:
    """Say whether a reason that was given in a flag's own note lets it stand: tips need none, but for the rest of a complaint."""
    if given.causes is not None:
        return flag.cause in given.causes
    return flag.severity is Severity.WARN or given.earlier_id is not None


def review(note: Note) -> Review:
    """Judge a note as it stands, under the rules of its day."""
    whole, facts = facts_of_notes([note.pk])[note.pk]
    return Review(whole, facts, suggest(facts, rules_for(facts)))


@transaction.atomic(durable=True)
def complete(note: Note, *, by: Membership, shown: Shown, key: UUID, proof: str = "password") -> Note:
    """Sign a note and issue its superbills, all or nothing. Presence was proved before: hashing a password is slow.

    The patient's row is locked first, because units hold per day: of two notes of one day, the second counts on top of
    the first. The chain comes last, because every signature of the practice waits for it.
    Raises Signed, NotTheAuthor, NotAsShown or NotReady.
    """
    attempt = once(by, key, kind="sign", body={"note": note.pk, **vars(shown)})
    if attempt.is_repeat:
        return note
    current = _locked_review(note, by)
    if changes := shown.changes(current.shown):
        raise NotAsShown(changes)
    if not current.is_ready:
        raise NotReady(current)
    LastUnit.objects.filter(pk__in=[row.pk for row in current.idle_choices]).delete()
    Acknowledgement.objects.bulk_create(current.repeated)
    _issue_superbills(current, by)
    cite(current.note, current.slugs)
    Visit.objects.filter(pk=note.visit_id).update(state=Visit.State.DONE)
    record("note-signed", by=by, patients=[note.patient_id], about=note.pk, edition=shown.edition)
    attempt.made(note.pk)
    signed = sign(note, by=by, proof=proof, line_digest=shown.lines)
    if signed.signature.note_digest != shown.note:  # an episode changed in this very moment
        raise NotAsShown(["the complaint or its goals changed"])
    return signed


def _locked_review(note: Note, by: Membership) -> Review:
    Patient.objects.select_for_update(no_key=True).get(pk=note.patient_id)
    locked = Note.objects.select_for_update(no_key=True).filter(pk=note.pk).first()
    if locked is None:
        raise drafts.Discarded
    if locked.is_signed:
        raise drafts.Signed
    if not may_sign(locked, by):
        raise NotTheAuthor
    return review(locked)


def _issue_superbills(current: Review, by: Membership) -> None:
    coverages = coverages_of(current.note)
    seen = [flag.title for flag, _ in current.settled] + [flag.title for flag in current.tips]
    for statement in current.statements:
        if statement.lines:
            superbills.issue(
                current.note,
                statement,
                by=by,
                coverage=coverages[statement.payer_id],
                edition=current.suggestion.edition,
                flags=seen,
                waits_for=by.supervised_by,
            )


ONCE = {"episode_id": None, "causes": None}  # a reason for this note alone

# The signer's decisions. Each takes the next version of the note, so that it conflicts with other edits as they do.


@transaction.atomic(durable=True)
def mark_record_only(note: Note, *, row: UUID, by: Membership, version: int, key: UUID | None = None) -> Note:
    """Keep a row in the record and do not bill it."""
    note = drafts.claim(note, version, key=key)
    if row not in _rows_that_bill(note):
        raise drafts.Changed(note)
    RecordOnly.objects.get_or_create(note=note, row_id=row, defaults={"practice_id": note.practice_id, "marked_by": by})
    record("row-record-only", by=by, patients=[note.patient_id], about=note.pk, row=str(row))
    return note


def _rows_that_bill(note: Note) -> set[UUID]:
    return {row.pk for rows in (note.activities, note.adjustments) for row in rows.all()}


@transaction.atomic(durable=True)
def bill_again(note: Note, *, row: UUID, by: Membership, version: int, key: UUID | None = None) -> Note:
    """Take back that a row is record only."""
    note = drafts.claim(note, version, key=key)
    note.record_only.filter(row_id=row).delete()
    record("row-billed-again", by=by, patients=[note.patient_id], about=note.pk, row=str(row))
    return note


@transaction.atomic(durable=True)
def choose_last_unit(
    note: Note, *, payer: UUID, code: str, by: Membership, version: int, key: UUID | None = None
) -> Note:
    """Let a code take the last unit of a payer's bill, for which it ties with others."""
    note = drafts.claim(note, version, key=key)
    if not review(note).is_tied(str(payer), code):
        raise drafts.Changed(note)
    chosen = note.last_units.filter(coverage=payer).first()
    codes = [code, *(each for each in (chosen.codes if chosen else ()) if each != code)]
    LastUnit.objects.update_or_create(
        note=note, coverage_id=payer, defaults={"practice_id": note.practice_id, "codes": codes, "chosen_by": by}
    )
    record("last-unit-chosen", by=by, patients=[note.patient_id], about=note.pk, code=code)
    return note


@transaction.atomic(durable=True)
def acknowledge(
    note: Note,
    *,
    slug: str,
    about: str,
    reason: str,
    by: Membership,
    version: int,
    lasts: bool = False,
    key: UUID | None = None,
) -> Note:
    """Let a warning stand, with a reason; where it `lasts`, a warning or a tip, in later notes of the complaint as well."""
    note = drafts.claim(note, version, key=key)
    meant = [flag for flag in review(note).suggestion.flags if (flag.slug, flag.about) == (slug, about)]
    if not _may_stand(meant, lasts):
        raise drafts.Changed(note)
    how_long = {"episode_id": meant[0].episode_id, "causes": sorted({flag.cause for flag in meant})} if lasts else ONCE
    Acknowledgement.objects.update_or_create(
        note=note,
        slug=slug,
        about=about,
        defaults={
            "practice_id": note.practice_id, "reason": reason, "given_by": by, **how_long, **clock.dated("created_at"),
        },
    )  # fmt: skip
    told: dict[str, Any] = {"for_the_complaint": True} if lasts else {}
    record("warning-acknowledged", by=by, patients=[note.patient_id], about=note.pk, slug=slug, **told)
    return note


def _may_stand(meant: Sequence[Flag], lasts: bool) -> bool:
    """Say whether a reason may let these flags stand; several of one row are settled by one reason."""
    if lasts:
        return len({flag.episode_id for flag in meant if flag.may_last}) == 1 and all(flag.may_last for flag in meant)
    return any(flag.severity is Severity.WARN for flag in meant)


@transaction.atomic(durable=True)
def take_back(note: Note, *, slug: str, about: str, by: Membership, version: int, key: UUID | None = None) -> Note:
    """Take back a reason: the warning wants one again. One of an earlier note stays there, and ends with this note."""
    note = drafts.claim(note, version, key=key)
    given, _ = note.acknowledgements.filter(slug=slug, about=about).delete()
    if not given:
        _end_lasting(review(note), (slug, about), by)
    record("acknowledgement-taken-back", by=by, patients=[note.patient_id], about=note.pk, slug=slug)
    return note


def _end_lasting(current: Review, of: tuple[str, str], by: Membership) -> None:
    flags = [flag for flag in current.suggestion.flags if (flag.slug, flag.about) == of]
    ended = {reason: flag.episode_id for flag in flags for reason in let_stand_by(flag, current.lasting_reasons)}
    for reason, episode_id in ended.items():
        EndedReason.objects.create(
            practice_id=current.note.practice_id, note=current.note, acknowledgement=reason, episode_id=episode_id,
            ended_by=by, **clock.dated("created_at"),
        )  # fmt: skip
