"""Signing: who may, what is frozen, what the digest covers, and the chain."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from clinic.models import Practice
from notes.addenda import add_addendum
from notes.chain import link_of
from notes.digests import canonical_digest, digest
from notes.drafts import Signed
from notes.models import ChainHead, Note, Signature
from notes.signing import NotTheAuthor, sign

LINES = canonical_digest([])


@pytest.fixture
def lifts(draft: Note) -> Any:
    episode = draft.note_episodes.get().episode
    return draft.activities.create(
        practice=draft.practice, written_by=draft.author, episode=episode, description="Box lifts 15 lb", minutes=15,
        intents=["task"], goal=episode.goals.first(), delivery="one_on_one", regions=["lumbar"],
    )  # fmt: skip


@pytest.fixture
def signed(draft: Note, lifts: Any, cast: SimpleNamespace) -> Note:
    with transaction.atomic():
        return sign(draft, by=cast.adams, proof="password", line_digest=LINES)


def test_a_signature_names_its_signer_and_what_it_covers(signed: Note, cast: SimpleNamespace) -> None:
    signature = signed.signature
    assert (signature.name, signature.credential, signature.meaning) == ("Alex Adams", "DC", "author")
    assert (signature.note_digest, signature.line_digest) == (digest(signed), LINES)
    assert signed.signed_by == cast.adams


def test_the_digest_is_the_same_before_and_after_the_signature(draft: Note, lifts: Any, cast: SimpleNamespace) -> None:
    before = digest(draft)
    with transaction.atomic():
        sign(draft, by=cast.adams, proof="password", line_digest=LINES)
    assert digest(Note.objects.get(pk=draft.pk)) == before


@pytest.mark.parametrize(
    ("part", "change"),
    [("note", {"plan": "Come back on Friday."}), ("note", {"total_minutes": 40}), ("lifts", {"minutes": 16})],
)
def test_the_digest_changes_with_every_fact(draft: Note, lifts: Any, part: str, change: dict[str, Any]) -> None:
    before = digest(draft)
    row = {"note": draft, "lifts": lifts}[part]
    type(row).objects.filter(pk=row.pk).update(**change)
    assert digest(Note.objects.get(pk=draft.pk)) != before


def test_the_digest_changes_when_a_goal_of_the_episode_does(draft: Note) -> None:
    before = digest(draft)
    draft.note_episodes.get().episode.goals.update(target="40")
    assert digest(draft) != before


def test_what_was_carried_and_not_confirmed_vanishes_at_the_signature(
    draft: Note, lifts: Any, cast: SimpleNamespace
) -> None:
    before = digest(draft)
    draft.activities.create(
        practice=draft.practice, written_by=draft.author, episode=lifts.episode, description="From last time",
        is_carried=True,
    )  # fmt: skip
    assert digest(draft) == before
    with transaction.atomic():
        sign(draft, by=cast.adams, proof="password", line_digest=LINES)
    assert [row.description for row in draft.activities.all()] == ["Box lifts 15 lb"]


def test_a_signed_note_keeps_its_episode_as_it_stood(signed: Note) -> None:
    served = signed.note_episodes.get()
    served.episode.goals.update(text="something else")
    assert served.as_signed["complaint"] == "Low back pain, lifting injury"
    assert [row["code"] for row in served.as_signed["diagnoses"]] == ["M99.03", "M54.50"]
    assert "lift 30 lb totes from floor to bench" in [goal["text"] for goal in served.as_signed["goals"]]
    assert digest(Note.objects.get(pk=signed.pk)) == signed.signature.note_digest


def test_nobody_but_the_author_signs(draft: Note, cast: SimpleNamespace) -> None:
    for other in (cast.baker, cast.tess, cast.olga):
        with pytest.raises(NotTheAuthor), transaction.atomic():
            sign(draft, by=other, proof="password", line_digest=LINES)


def test_a_note_is_signed_once(signed: Note, cast: SimpleNamespace) -> None:
    with pytest.raises(Signed), transaction.atomic():
        sign(signed, by=cast.adams, proof="password", line_digest=LINES)


def test_a_signed_note_cannot_be_changed(signed: Note) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Note.objects.filter(pk=signed.pk).update(plan="Something else")


def test_a_part_of_a_signed_note_cannot_be_changed_added_or_removed(signed: Note) -> None:
    row = signed.activities.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        signed.activities.update(minutes=30)
    with pytest.raises(IntegrityError), transaction.atomic():
        signed.activities.all().delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        signed.activities.create(
            practice=signed.practice, written_by=signed.author, episode=row.episode, description="late"
        )


def test_links_follow_each_other(signed: Note, cast: SimpleNamespace, visit: Any) -> None:
    visit.pk, visit._state.adding = None, True
    visit.save()
    second = Note.objects.create(practice=visit.practice, visit=visit, patient=visit.patient, author=cast.adams)
    with transaction.atomic():
        sign(second, by=cast.adams, proof="password", line_digest=LINES)
    first, next_one = Signature.objects.order_by("sequence")
    assert (first.sequence, next_one.sequence) == (1, 2)
    assert next_one.previous == first.link
    assert ChainHead.objects.get().link == next_one.link


def test_a_link_cannot_be_recomputed_without_the_key(signed: Note, settings: Any) -> None:
    signature = Signature.objects.get()
    assert link_of(signature) == signature.link
    settings.CHAIN_KEY = "another key"
    assert link_of(signature) != signature.link


def test_a_signature_moved_to_another_note_does_not_match(signed: Note) -> None:
    signature = Signature.objects.get()
    signature.note_id = signature.pk
    assert link_of(signature) != signature.link


def test_addenda_follow_a_signature_under_a_name(signed: Note, cast: SimpleNamespace) -> None:
    add_addendum(signed, by=cast.adams, text="Called the patient.")
    [addendum] = signed.addenda.all()
    assert (addendum.name, addendum.text) == ("Alex Adams, DC", "Called the patient.")


def test_a_draft_takes_no_addendum(draft: Note, cast: SimpleNamespace) -> None:
    with pytest.raises(ValueError, match="draft"):
        add_addendum(draft, by=cast.adams, text="Too early.")


def test_canonical_values_do_not_depend_on_how_they_were_typed(practice: Practice) -> None:
    assert canonical_digest("a\r\nb") == canonical_digest("a\nb")
    now = timezone.now()
    assert canonical_digest(now) == canonical_digest(timezone.localtime(now))
    with pytest.raises(TypeError):
        canonical_digest(object())
