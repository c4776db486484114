"""What the database itself refuses to the role that the web process speaks as, whatever the code above it does."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction

from tests.conftest import _owner_url
from tests.world import undone

# Written once: neither changed nor deleted. The counters among them belong to Django's migrations.
READ_ONLY = {"django_migrations", "notes_diagnosiscode"}
WRITTEN_ONCE = {
    "clinic_accessevent",
    "clinic_payment",
    "notes_signature",
    "notes_addendum",
    "coding_serviceline",
    "coding_guidancerevision",
    "coding_citation",
}
# Of a superbill only what happens to it after it was issued may change.
CHANGED_IN_PART = {
    "coding_superbill": {
        "reviewed_at", "reviewed_by_id", "held_at", "held_by_id", "question", "answer", "voided_at", "voided_by_id",
        "void_reason",
    }
}  # fmt: skip
# Drafts and what hangs on them, sessions, and keys that are forgotten. Nothing else is ever deleted.
DELETED = {
    "django_session", "clinic_deed",
    "notes_note", "notes_noteepisode", "notes_examfinding", "notes_adjustment", "notes_activity", "notes_goalprogress",
    "notes_alertanswer", "coding_pickedservice", "coding_recordonly", "coding_acknowledgement",
    "coding_lastunit",
}  # fmt: skip
# Tables that point at a note and are no part of it: they come with the signature or after it.
AFTER_THE_SIGNATURE = {"notes_signature", "notes_addendum", "coding_superbill"}
# Parts that come with the signature itself: a draft has none of them, and none is ever changed.
WITH_THE_SIGNATURE = {"coding_citation"}
# Rows of nobody: people sign in to several practices, the diagnosis list is public.
OURS = ("clinic_", "notes_", "coding_")
OF_NO_PRACTICE = {"clinic_user", "clinic_user_groups", "clinic_user_user_permissions", "clinic_practice", "clinic_deed",
                  "notes_diagnosiscode"}  # fmt: skip


def ask(sql: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall()) if cursor.description else []


@contextmanager
def refused(by: str) -> Iterator[None]:
    """Expect the database to refuse: by a right, or by the name of a trigger's rule or a constraint."""
    with pytest.raises(DatabaseError) as caught, transaction.atomic():
        yield
        connection.check_constraints()
    cause: Any = caught.value.__cause__
    assert by in (type(cause).__name__, cause.diag.constraint_name), cause


DENIED, SIGNED = "InsufficientPrivilege", "signed_note_is_final"


def rights(right: str) -> set[str]:
    found = ask(
        "SELECT table_name FROM information_schema.role_table_grants WHERE table_schema = 'public' "
        "AND grantee IN (current_user, 'PUBLIC') AND privilege_type = %s",
        right,
    )
    partitions = {name for (name,) in ask("SELECT relname FROM pg_class WHERE relispartition")}
    return {name for (name,) in found} - partitions


def tables() -> set[str]:
    found = ask(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') "
        "AND NOT relispartition"
    )
    return {name for (name,) in found}


# Rights


def test_the_web_role_is_nobody_special(world: SimpleNamespace) -> None:
    [(name, *powers)] = ask(
        "SELECT rolname, rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls FROM pg_roles "
        "WHERE rolname = current_user"
    )
    assert (name, any(powers)) == (settings.WEB_ROLE, False)


def test_the_web_role_is_a_member_of_no_other_role_and_owns_nothing(world: SimpleNamespace) -> None:
    assert ask("SELECT 1 FROM pg_auth_members WHERE member = current_user::regrole") == []
    assert ask("SELECT relname FROM pg_class WHERE relowner = current_user::regrole") == []
    assert ask("SELECT proname FROM pg_proc WHERE proowner = current_user::regrole") == []


def test_every_table_is_read(world: SimpleNamespace) -> None:
    assert rights("SELECT") == tables()


def test_rows_are_added_everywhere_but_to_what_the_owner_keeps(world: SimpleNamespace) -> None:
    assert rights("INSERT") == tables() - READ_ONLY


def test_rows_are_deleted_only_where_this_list_says_so(world: SimpleNamespace) -> None:
    assert rights("DELETE") == DELETED


def test_rows_are_changed_everywhere_but_where_they_are_written_once(world: SimpleNamespace) -> None:
    assert rights("UPDATE") == tables() - READ_ONLY - WRITTEN_ONCE - set(CHANGED_IN_PART)


def test_of_a_superbill_only_what_happens_to_it_is_changed(world: SimpleNamespace) -> None:
    found = ask(
        "SELECT table_name, column_name FROM information_schema.column_privileges WHERE grantee = current_user "
        "AND privilege_type = 'UPDATE' AND table_name = ANY(%s)",
        list(CHANGED_IN_PART),
    )
    assert set(found) == {(table, column) for table, columns in CHANGED_IN_PART.items() for column in columns}


@pytest.mark.parametrize("right", ["TRUNCATE", "TRIGGER", "REFERENCES", "MAINTAIN"])
def test_no_table_is_emptied_or_given_triggers(world: SimpleNamespace, right: str) -> None:
    assert rights(right) == set()
    assert ask("SELECT relname FROM pg_class WHERE relispartition AND has_table_privilege(oid, %s)", right) == []


@pytest.mark.parametrize("statement", ["UPDATE {} SET kind = 'other'", "DELETE FROM {}"])
def test_a_partition_is_no_way_around_the_log(ours: SimpleNamespace, statement: str) -> None:
    """Rights are a table's own, and a partition is a table."""
    [(partition,)] = ask("SELECT DISTINCT tableoid::regclass::text FROM clinic_accessevent")
    assert partition != "clinic_accessevent"
    with refused(DENIED):
        ask(statement.format(partition))


@pytest.mark.parametrize("right", ["SELECT", "INSERT", "UPDATE", "DELETE"])
def test_no_partition_can_be_reached_but_through_its_table(world: SimpleNamespace, right: str) -> None:
    found = "SELECT relname FROM pg_class WHERE relispartition AND relkind = 'r' AND has_table_privilege(oid, %s)"
    assert ask(found, right) == []


def test_nothing_is_created_or_switched_off(world: SimpleNamespace) -> None:
    for statement in (
        "CREATE TEMPORARY TABLE notes_note (id uuid, signed_at timestamptz)",
        "CREATE TABLE public.notes_other (id uuid)",
        "CREATE SCHEMA mine",
        "CREATE FUNCTION public.part_is_final() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END'",
        "ALTER TABLE notes_note DISABLE TRIGGER ALL",
        "DROP TRIGGER notes_note_is_final ON notes_note",
        "TRUNCATE notes_activity",
        "SET session_replication_role = replica",
        f"SET ROLE {_owner()}",
    ):
        with refused(DENIED):
            ask(statement)


def _owner() -> str:
    return str(ask("SELECT tableowner FROM pg_tables WHERE tablename = 'notes_note'")[0][0])


# What every table has


def test_every_table_of_ours_names_its_practice(world: SimpleNamespace) -> None:
    ours = {name for name in tables() if name.startswith(OURS)}
    found = {
        name for (name,) in ask("SELECT table_name FROM information_schema.columns WHERE column_name = 'practice_id'")
    }
    assert ours - found == OF_NO_PRACTICE


def triggers(function: str) -> set[str]:
    found = ask(
        "SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid "
        "WHERE proname = %s AND tgenabled = 'O' AND NOT tgisinternal AND tgparentid = 0",
        function,
    )
    return {name for (name,) in found}


def test_every_table_with_a_note_is_frozen_with_it(world: SimpleNamespace) -> None:
    """Asked of the catalogue, so that no part can be forgotten."""
    of_a_note = {
        name for (name,) in ask("SELECT table_name FROM information_schema.columns WHERE column_name = 'note_id'")
    }
    assert triggers("part_is_final") == of_a_note - AFTER_THE_SIGNATURE
    assert triggers("note_is_final") == {"notes_note"}


def test_every_part_is_refused_in_all_three_ways(world: SimpleNamespace) -> None:
    """One trigger each, before every row, on insert, update and delete."""
    kinds = ask(
        "SELECT DISTINCT tgtype FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid "
        "WHERE proname IN ('part_is_final', 'note_is_final')"
    )
    assert kinds == [(1 + 2 + 4 + 8 + 16,)]  # row, before, insert, delete, update


def test_what_is_written_once_has_a_trigger_as_well(world: SimpleNamespace) -> None:
    assert triggers("row_is_written_once") == WRITTEN_ONCE


def test_no_trigger_can_be_led_to_another_table(world: SimpleNamespace) -> None:
    found = ask(
        "SELECT proname, proconfig FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prolang = "
        "(SELECT oid FROM pg_language WHERE lanname = 'plpgsql')"
    )
    assert found
    assert {tuple(config or ()) for _, config in found} == {("search_path=pg_catalog, pg_temp",)}


def test_every_reference_to_a_row_of_a_practice_carries_its_scope(world: SimpleNamespace) -> None:
    """Each foreign key between tables of a practice is doubled by one that takes practice, patient or episode along."""
    found = ask(
        "SELECT conrelid::regclass::text, confrelid::regclass::text, (SELECT array_agg(attname::text ORDER BY k.place) "
        "FROM unnest(conkey) WITH ORDINALITY k(number, place) JOIN pg_attribute ON attrelid = conrelid AND attnum = k.number) "
        "FROM pg_constraint WHERE contype = 'f' AND connamespace = 'public'::regnamespace AND conparentid = 0"
    )
    ours = {name for name in tables() if name.startswith(OURS)} - OF_NO_PRACTICE
    plain = {(table, columns[0]) for table, to, columns in found if len(columns) == 1 and {table, to} <= ours}
    scoped = {(table, column) for table, _, columns in found if len(columns) > 1 for column in columns}
    assert plain - scoped == set()


# Attacks


@pytest.fixture
def ours(world: SimpleNamespace) -> Iterator[SimpleNamespace]:
    """Dr. Adams's case, with a draft and a signed note; what an attack does is taken back."""
    with undone():
        yield world.cases["adams"]


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
}
each_part = pytest.mark.parametrize("part", PARTS)


def test_the_list_of_parts_is_whole(world: SimpleNamespace) -> None:
    assert set(PARTS) | WITH_THE_SIGNATURE == triggers("part_is_final")


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
    ours.draft.acknowledgements.create(**both, slug="a-check", reason="so", given_by=ours.doctor)


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


def copy_of(table: str, column: str, value: Any, **changed: str) -> None:
    """Insert a copy of rows, some columns changed."""
    found = ask("SELECT column_name FROM information_schema.columns WHERE table_name = %s", table)
    names = [name for (name,) in found if name != "id"]
    values = ", ".join(changed.get(name, name) for name in names)
    ask(
        f"INSERT INTO {table} (id, {', '.join(names)}) SELECT uuidv7(), {values} FROM {table} WHERE {column} = %s",
        value,
    )


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


# Rows of another practice, another patient, another episode


@pytest.mark.parametrize(
    ("table", "pk", "column", "other"),
    [
        ("clinic_alert", "alert", "patient_id", "patient"),
        ("clinic_coverage", "coverage", "patient_id", "patient"),
        ("clinic_coverage", "coverage", "payer_id", "payer"),
        ("clinic_visit", "visit", "patient_id", "patient"),
        ("clinic_visit", "visit", "clinician_id", "doctor"),
        ("clinic_visit", "visit", "location_id", "location"),
        ("clinic_visit", "visit", "coverage_id", "coverage"),
        ("notes_episode", "episode", "patient_id", "patient"),
        ("notes_episode", "episode", "coverage_id", "coverage"),
        ("notes_goal", "goal", "episode_id", "episode"),
        ("notes_diagnosis", "diagnosis", "episode_id", "episode"),
        ("notes_plannedservice", "service", "episode_id", "episode"),
        ("notes_plannedservice", "service", "goal_id", "goal"),
        ("notes_note", "draft", "visit_id", "planned"),
        ("notes_note", "draft", "patient_id", "patient"),
        ("notes_note", "draft", "author_id", "doctor"),
        ("notes_activity", "activity", "note_id", "draft"),
        ("notes_activity", "activity", "episode_id", "episode"),
        ("notes_activity", "activity", "goal_id", "goal"),
        ("notes_activity", "activity", "performer_id", "doctor"),
        ("notes_activity", "activity", "written_by_id", "doctor"),
        ("notes_adjustment", "adjustment", "episode_id", "episode"),
        ("notes_adjustment", "adjustment", "written_by_id", "doctor"),
        ("notes_examfinding", "finding", "episode_id", "episode"),
        ("notes_examfinding", "finding", "written_by_id", "doctor"),
        ("coding_pickedservice", "picked", "fee_id", "fee"),
        ("coding_pickedservice", "picked", "episode_id", "episode"),
        ("coding_superbill", "bill", "reviewed_by_id", "doctor"),
        ("coding_superbill", "bill", "held_by_id", "doctor"),
        ("coding_superbill", "bill", "voided_by_id", "doctor"),
    ],
)
def test_a_row_points_at_nothing_of_another_practice(
    ours: SimpleNamespace, world: SimpleNamespace, table: str, pk: str, column: str, other: str
) -> None:
    witness = {f"{name}_by_id": f", {name}_at = now()" for name in ("reviewed", "held", "voided")}
    also = ", ended_on = now()" if table == "notes_diagnosis" else witness.get(column, "")
    with refused("ForeignKeyViolation"):
        theirs = getattr(world.cases["stranger"], other).pk
        ask(f"UPDATE {table} SET {column} = %s{also} WHERE id = %s", theirs, getattr(ours, pk).pk)


@pytest.mark.parametrize(
    ("table", "pk", "column", "other"),
    [
        ("clinic_visit", "visit", "coverage_id", "coverage"),
        ("notes_episode", "episode", "coverage_id", "coverage"),
        ("notes_note", "draft", "visit_id", "planned"),
        ("notes_plannedservice", "service", "goal_id", "goal"),
        ("notes_activity", "activity", "goal_id", "goal"),
        ("notes_activity", "activity", "episode_id", "episode"),
        ("notes_activity", "activity", "note_id", "draft"),
        ("notes_adjustment", "adjustment", "episode_id", "episode"),
        ("notes_examfinding", "finding", "episode_id", "episode"),
        ("coding_pickedservice", "picked", "episode_id", "episode"),
    ],
)
def test_a_row_points_at_nothing_of_another_patient(
    ours: SimpleNamespace, world: SimpleNamespace, table: str, pk: str, column: str, other: str
) -> None:
    with refused("ForeignKeyViolation"):
        theirs = getattr(world.cases["baker"], other).pk
        ask(f"UPDATE {table} SET {column} = %s WHERE id = %s", theirs, getattr(ours, pk).pk)


def test_a_note_does_not_serve_another_patients_episode(ours: SimpleNamespace, world: SimpleNamespace) -> None:
    for whose in ("baker", "stranger"):
        with refused("ForeignKeyViolation"):
            ask(
                "INSERT INTO notes_noteepisode (note_id, episode_id, practice_id, patient_id) VALUES (%s, %s, %s, %s)",
                ours.draft.pk,
                world.cases[whose].episode.pk,
                ours.practice.pk,
                ours.patient.pk,
            )


def test_a_row_does_not_change_its_practice(ours: SimpleNamespace, world: SimpleNamespace) -> None:
    for table, row in (("notes_activity", ours.activity), ("notes_goal", ours.goal), ("clinic_visit", ours.visit)):
        with refused("ForeignKeyViolation"):
            ask(f"UPDATE {table} SET practice_id = %s WHERE id = %s", world.elsewhere.pk, row.pk)


# Migrations


@pytest.fixture
def scratch() -> Iterator[str]:
    """An empty database of the owner's; return its address."""
    name, base = f"scratch_{os.getpid()}", _owner_url().rsplit("/", 1)[0]
    with psycopg.connect(_owner_url(), autocommit=True) as owner:
        owner.execute(f"CREATE DATABASE {name}")
    yield f"{base}/{name}"
    with psycopg.connect(_owner_url(), autocommit=True) as owner:
        owner.execute(f"DROP DATABASE {name} WITH (FORCE)")


MIGRATE = """
import django; django.setup()
from django.core.management import call_command
for target in {targets}:
    call_command("migrate", *target, verbosity=0)
"""


def migrate(address: str, *targets: tuple[str, ...]) -> None:
    environment = os.environ | {"OWNER_DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "clinic.settings"}
    script = [sys.executable, "-c", MIGRATE.format(targets=list(targets))]
    subprocess.run(script, env=environment, check=True, cwd=settings.BASE_DIR)


def schema(address: str) -> set[str]:
    """Return tables with their rights, columns, constraints, indexes, triggers and functions, each as a line."""
    with psycopg.connect(address) as owner:
        return {str(row) for statement in SCHEMA for row in owner.execute(statement).fetchall()}


SCHEMA = (
    "SELECT relname, relkind, relacl::text FROM pg_class WHERE relnamespace = 'public'::regnamespace",
    "SELECT table_name, column_name, data_type, is_nullable, column_default FROM information_schema.columns "
    "WHERE table_schema = 'public'",
    "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint "
    "WHERE connamespace = 'public'::regnamespace",
    "SELECT pg_get_indexdef(indexrelid) FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid "
    "WHERE relnamespace = 'public'::regnamespace",
    "SELECT tgrelid::regclass::text, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
    "SELECT pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prokind = 'f' "
    "AND probin IS NULL",
    "SELECT defaclobjtype, defaclacl::text FROM pg_default_acl",
)


def test_migrations_go_down_and_up_again_and_leave_the_same_schema(scratch: str) -> None:
    migrate(scratch, ())
    before = schema(scratch)
    migrate(scratch, ("clinic", "0001"), ())
    assert schema(scratch) ^ before == set()
