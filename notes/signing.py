"""Signing: a note becomes final under its author's name; what follows it is an addendum."""

from zoneinfo import ZoneInfo

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from clinic import clock
from clinic.models import Membership
from clinic.roles import Role
from notes import chain
from notes.digests import DIGEST_VERSION, digest, snapshot
from notes.drafts import Signed
from notes.models import Note, Sealed, Signature


class NotTheAuthor(PermissionDenied):
    """Only the clinician who is responsible for a note signs it."""


def sign(note: Note, *, by: Membership, proof: str, line_digest: str) -> Note:
    """Make a note final. Call it last in the transaction that judged the note, after its presence was proved.

    The note's row is locked first, so that no save slips in; parts change before `signed_at` is set, because from then
    on a trigger refuses them; the chain's head is locked last, because every signature of the practice waits for it.
    Raises Signed or NotTheAuthor.
    """
    note = Note.objects.select_for_update(no_key=True, of=["self"]).select_related("visit").get(pk=note.pk)
    if note.is_signed:
        raise Signed
    if not may_sign(note, by):
        raise NotTheAuthor
    _drop_what_was_not_confirmed(note)
    _keep_episodes(note)
    signature = _signature(note, by, proof=proof, line_digest=line_digest)
    note.signed_at, note.signed_by, note.version = signature.signed_at, by, note.version + 1
    note.save(update_fields=["signed_at", "signed_by", "version"])
    chain.append(signature)
    return note


def may_sign(note: Note, by: Membership) -> bool:
    """Whether somebody is the clinician who answers for a note."""
    return note.author_id == by.pk and by.has_role(Role.CLINICIAN)


def _drop_what_was_not_confirmed(note: Note) -> None:
    note.activities.filter(is_carried=True).delete()
    note.adjustments.filter(is_carried=True).delete()


def _keep_episodes(note: Note) -> None:
    for served in note.note_episodes.select_related("episode"):
        served.as_signed = snapshot(served.episode, note.visit.on)
        served.save(update_fields=["as_signed"])


def _signature(note: Note, by: Membership, *, proof: str, line_digest: str) -> Signature:
    note_digest = digest(note)  # before the signature, whose version it would otherwise ask for
    supervisor = by.supervised_by
    return Signature(
        practice_id=note.practice_id, note=note, member=by, name=by.full_name, credential=by.credential,
        proof=Sealed.Proof(proof), signed_at=clock.now(), digest_version=DIGEST_VERSION, note_digest=note_digest,
        line_digest=line_digest, meaning=meaning_of(note), supervisor=supervisor, **clock.dated("created_at"),
    )  # fmt: skip


def meaning_of(note: Note) -> str:
    """Say what the author's signature means; one that comes after the day of the visit says so, and is never dated back."""
    late = (timezone.localdate(clock.now(), ZoneInfo(note.practice.time_zone)) - note.visit.on).days
    return f"author, signed {late} day{'s' if late > 1 else ''} after the visit" if late > 0 else "author"
