"""What the database refuses to do to a signed note, its parts, and whatever is written once."""

from types import SimpleNamespace
from uuid import uuid4

import pytest

from tests.database.asking import (
    DENIED,
    HISTORY,
    SIGNED,
    WITH_THE_SIGNATURE,
    WRITTEN_ONCE,
    ask,
    copy_of,
    refused,
    triggers,
)

PARTS = {
    "notes_examfinding": "words",
    "notes_adjustment": "segment",
    "notes_activity": "minutes",
    "notes_goalprogress": "value",
    "notes_alertanswer": "text",
    "notes_noteepisode": "as_signed",
    "coding_pickedservice": "units",
    "coding_recordonly": "row_id",
    "coding_acknowledgement": "reason",
    "coding_lastunit": "codes",
    "coding_endedreason": "ended_by_id",
}
each_part = pytest.mark.parametrize("part", PARTS)


def test_the_list_of_parts_is_whole(world: SimpleNamespace) -> None:
    assert set(PARTS) | WITH_THE_SIGNATURE | HISTORY == triggers("part_is_final")


def test_a_signed_note_cites_nothing_more(ours: SimpleNamespace) -> None:
    with refused(SIGNED):
        ask(
            "INSERT INTO coding_citation (practice_id, note_id, revision_id) SELECT practice_id, note_id, revision_id "
            "FROM coding_citation WHERE note_id = %s",
            ours.signed.pk,
        )


@pytest.mark.parametrize("text", ["'other words'", "'a \\ b'"])
def test_a_shipped_text_is_kept_under_its_own_digest(ours: SimpleNamespace, text: str) -> None:
    with refused("shipped_text_is_its_digest"):
        ask(
            "INSERT INTO coding_guidancerevision (practice_id, slug, text, digest, reason) "
            f"VALUES (%s, '97530', {text}, repeat('0', 64), '')",
            ours.practice.pk,
        )


def with_every_part(ours: SimpleNamespace) -> None:
    """The draft gets a row in each table that it may have none in."""
    both = {"practice": ours.practice, "note": ours.draft}
    ours.draft.record_only.create(**both, row_id=uuid4(), marked_by=ours.doctor)
    ours.draft.last_units.create(**both, coverage=ours.coverage, codes=["97530"], chosen_by=ours.doctor)
    given = ours.draft.acknowledgements.create(
        **both, slug="a-check", reason="so", given_by=ours.doctor, episode=ours.episode, causes=["warn"]
    )
    ours.draft.ended_reasons.create(**both, acknowledgement=given, episode=ours.episode, ended_by=ours.doctor)


@each_part
def test_a_part_of_a_draft_is_changed_and_deleted(ours: SimpleNamespace, part: str) -> None:
    """So that the refusals below are the signature's doing."""
    with_every_part(ours)
    assert ask(f"UPDATE {part} SET {PARTS[part]} = {PARTS[part]} WHERE note_id = %s RETURNING 1", ours.draft.pk)
    if part != "notes_noteepisode":
        assert ask(f"DELETE FROM {part} WHERE note_id = %s RETURNING 1", ours.draft.pk)


@each_part
def test_a_part_of_a_signed_note_is_not_changed(ours: SimpleNamespace, part: str) -> None:
    if ask(f"SELECT 1 FROM {part} WHERE note_id = %s", ours.signed.pk):
        with refused(SIGNED):
            ask(f"UPDATE {part} SET {PARTS[part]} = {PARTS[part]} WHERE note_id = %s", ours.signed.pk)


@each_part
def test_a_part_of_a_signed_note_is_not_deleted(ours: SimpleNamespace, part: str) -> None:
    if ask(f"SELECT 1 FROM {part} WHERE note_id = %s", ours.signed.pk):
        with refused(SIGNED):
            ask(f"DELETE FROM {part} WHERE note_id = %s", ours.signed.pk)


@each_part
def test_a_part_is_not_moved_into_a_signed_note(ours: SimpleNamespace, part: str) -> None:
    with_every_part(ours)
    with refused(SIGNED):
        ask(f"UPDATE {part} SET note_id = %s WHERE note_id = %s", ours.signed.pk, ours.draft.pk)


@each_part
def test_a_part_is_not_moved_out_of_a_signed_note(ours: SimpleNamespace, part: str) -> None:
    if ask(f"SELECT 1 FROM {part} WHERE note_id = %s", ours.signed.pk):
        with refused(SIGNED):
            ask(f"UPDATE {part} SET note_id = %s WHERE note_id = %s", ours.draft.pk, ours.signed.pk)


@each_part
def test_a_part_is_not_added_to_a_signed_note(ours: SimpleNamespace, part: str) -> None:
    with_every_part(ours)
    names = [name for (name,) in ask("SELECT column_name FROM information_schema.columns WHERE table_name = %s", part)]
    copied = ", ".join(name for name in names if name not in ("id", "note_id"))
    with refused(SIGNED):
        ask(
            f"INSERT INTO {part} (id, note_id, {copied}) SELECT uuidv7(), %s, {copied} FROM {part} WHERE note_id = %s",
            ours.signed.pk,
            ours.draft.pk,
        )


@pytest.mark.parametrize(
    "change",
    [
        "signed_at = NULL, signed_by_id = NULL",
        "subjective = 'better'",
        "version = version + 1",
        "signed_at = now()",
        "patient_id = patient_id",
        "author_id = author_id",
        "visit_id = visit_id",
    ],
)
def test_a_signed_note_is_neither_unsigned_nor_changed(ours: SimpleNamespace, change: str) -> None:
    with refused(SIGNED):
        ask(f"UPDATE notes_note SET {change} WHERE id = %s", ours.signed.pk)


def test_a_signed_note_is_not_deleted(ours: SimpleNamespace) -> None:
    with refused(SIGNED):
        ask("DELETE FROM notes_note WHERE id = %s", ours.signed.pk)


def test_a_note_is_not_born_signed(ours: SimpleNamespace) -> None:
    with refused(SIGNED):
        ask(
            "INSERT INTO notes_note (practice_id, patient_id, author_id, visit_id, care_phase, subjective, objective, "
            "assessment, plan, version, saved_at, signed_at, signed_by_id) SELECT practice_id, patient_id, author_id, %s, "
            "care_phase, '', '', '', '', 1, now(), now(), author_id FROM notes_note WHERE id = %s",
            ours.visit.pk,
            ours.draft.pk,
        )


def test_a_signature_needs_its_signer(ours: SimpleNamespace) -> None:
    with refused("note_signature_is_whole"):
        ask("UPDATE notes_note SET signed_at = now() WHERE id = %s", ours.draft.pk)


@pytest.mark.parametrize("table", sorted(WRITTEN_ONCE))
def test_what_is_written_once_is_neither_changed_nor_deleted(ours: SimpleNamespace, table: str) -> None:
    column = "kind" if table == "clinic_accessevent" else "practice_id"
    for statement in (f"UPDATE {table} SET {column} = {column}", f"DELETE FROM {table}"):
        with refused(DENIED):
            ask(statement)


@pytest.mark.parametrize("table", sorted(WRITTEN_ONCE - {"clinic_accessevent"}))
def test_an_upsert_does_not_change_what_is_written_once(ours: SimpleNamespace, table: str) -> None:
    with refused(DENIED):
        ask(
            f"INSERT INTO {table} SELECT * FROM {table} ON CONFLICT (id) DO UPDATE SET practice_id = EXCLUDED.practice_id"
        )


def test_a_note_has_one_signature(ours: SimpleNamespace) -> None:
    with refused("notes_signature_note_id_key"):
        copy_of("notes_signature", "note_id", ours.signed.pk, sequence="sequence + 100")


def test_the_chain_does_not_fork(ours: SimpleNamespace) -> None:
    ask(
        "UPDATE notes_note n SET signed_at = s.signed_at, signed_by_id = s.member_id FROM notes_signature s "
        "WHERE s.note_id = %s AND n.id = %s",
        ours.signed.pk,
        ours.draft.pk,
    )
    with refused("chain_does_not_fork"):
        copy_of("notes_signature", "note_id", ours.signed.pk, note_id=f"'{ours.draft.pk}'")


@pytest.mark.parametrize(
    "change", ["number = 1", "payer_name = 'x'", "diagnoses = '[]'", "timed_minutes = 60", "note_id = note_id"]
)
def test_what_a_superbill_says_is_not_changed(ours: SimpleNamespace, change: str) -> None:
    with refused(DENIED):
        ask(f"UPDATE coding_superbill SET {change} WHERE id = %s", ours.bill.pk)


def test_a_superbill_is_not_deleted(ours: SimpleNamespace) -> None:
    with refused(DENIED):
        ask("DELETE FROM coding_superbill WHERE id = %s", ours.bill.pk)


def test_a_void_stands(ours: SimpleNamespace) -> None:
    ask("UPDATE coding_superbill SET voided_at = now(), voided_by_id = issued_by_id WHERE id = %s", ours.bill.pk)
    with refused("void_stands"):
        ask("UPDATE coding_superbill SET voided_at = NULL, voided_by_id = NULL WHERE id = %s", ours.bill.pk)
