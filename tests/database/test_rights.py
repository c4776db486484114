"""What the web role may do to which table, and what every table has."""

from types import SimpleNamespace

import pytest
from django.conf import settings

from tests.database.asking import (
    AFTER_THE_SIGNATURE,
    BESIDE_THE_NOTE,
    CHANGED_BESIDE_A_NOTE,
    CHANGED_IN_PART,
    DELETED,
    DENIED,
    HISTORY,
    OF_NO_PRACTICE,
    OURS,
    READ_ONLY,
    WRITTEN_ONCE,
    ask,
    refused,
    rights,
    tables,
    triggers,
)

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
    assert rights("UPDATE") == tables() - READ_ONLY - WRITTEN_ONCE - HISTORY - set(CHANGED_IN_PART)


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


def test_every_table_with_a_note_is_frozen_with_it(world: SimpleNamespace) -> None:
    """Asked of the catalogue, so that no part can be forgotten."""
    of_a_note = {
        name for (name,) in ask("SELECT table_name FROM information_schema.columns WHERE column_name = 'note_id'")
    }
    assert triggers("part_is_final") == of_a_note - AFTER_THE_SIGNATURE - BESIDE_THE_NOTE
    assert triggers("note_is_final") == {"notes_note"}


def test_what_hangs_on_a_part_of_a_note_is_written_once(world: SimpleNamespace) -> None:
    """A line of a superbill names no note, and is as final as one that does: asked of every foreign key, as deep as they go."""
    found = ask(
        "SELECT DISTINCT conrelid::regclass::text, confrelid::regclass::text FROM pg_constraint "
        "WHERE contype = 'f' AND connamespace = 'public'::regnamespace"
    )
    final = triggers("part_is_final") | AFTER_THE_SIGNATURE
    reached = set(final)
    while more := {table for table, to in found if to in reached} - reached:
        reached |= more
    assert reached - final - WRITTEN_ONCE == set(CHANGED_BESIDE_A_NOTE)


def test_every_link_moves_the_head_of_its_chain_and_nothing_else_does(world: SimpleNamespace) -> None:
    links = ask(
        "SELECT table_name FROM information_schema.columns WHERE table_schema = 'public' "
        "AND column_name IN ('sequence', 'previous', 'link') GROUP BY 1 HAVING count(*) = 3"
    )
    assert triggers("link_moves_the_head") == {name for (name,) in links} == {"notes_signature", "notes_attestation"}
    assert triggers("head_moves_with_a_link") == {"notes_chainhead"}


def test_what_only_a_signature_brings_about_is_looked_at_when_the_transaction_ends(world: SimpleNamespace) -> None:
    found = ask(
        "SELECT tgrelid::regclass::text, proname FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid "
        "WHERE NOT tgisinternal AND tgdeferrable AND tginitdeferred"
    )
    assert set(found) == {
        ("notes_note", "signed_note_has_its_signature"),
        ("notes_addendum", "addendum_is_signed"),
        ("notes_attestation", "attestation_is_of_something"),
        ("notes_retraction", "retraction_takes_back"),
        ("coding_superbill", "superbill_of_a_signed_note"),
        ("notes_edit", "edit_goes_with_its_note"),
    }


def test_no_protecting_trigger_is_switched_off(world: SimpleNamespace) -> None:
    assert ask("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'O'") == []


def test_what_is_acknowledged_is_on_the_disk(world: SimpleNamespace) -> None:
    assert ask("SHOW synchronous_commit") == [("on",)]
    assert ask("SHOW fsync") == [("on",)]


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
