"""Asking the database as the role that the web process speaks as, and expecting it to refuse. The lists are its policy."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

# Written once: neither changed nor deleted. The counters among them belong to Django's migrations.
READ_ONLY = {"django_migrations", "notes_diagnosiscode", "coding_nccitable", "coding_nccipair", "coding_nccimaximum"}
WRITTEN_ONCE = {
    "clinic_accessevent",
    "clinic_breakglassreview",
    "clinic_payment",
    "notes_signature",
    "notes_addendum",
    "notes_attestation",
    "notes_correction",
    "notes_retraction",
    "notes_amendmentrequest",
    "notes_amendmentstep",
    "coding_serviceline",
    "coding_guidancerevision",
    "coding_citation",
}
# Of a superbill only what happens to it after it was issued may change.
CHANGED_IN_PART = {
    "coding_superbill": {
        "reviewed_at", "reviewed_by_id", "held_at", "held_by_id", "question", "answer", "voided_at", "voided_by_id",
        "void_reason",
    },
    "clinic_breakglass": {"ended_at"},
}  # fmt: skip
# Drafts and what hangs on them, sessions, counted tries, a person's own factors, and keys that are forgotten. Nothing else is.
DELETED = {
    "django_session", "clinic_deed", "clinic_jobpart", "django_tasks_database_dbtaskresult",
    "clinic_signin", "clinic_deviceuser", "clinic_signingpin", "clinic_cache", "mfa_authenticator", "clinic_auditedpatient",
    "notes_note", "notes_noteepisode", "notes_examfinding", "notes_adjustment", "notes_activity", "notes_goalprogress",
    "notes_alertanswer", "notes_edit", "notes_holder", "coding_pickedservice", "coding_recordonly", "coding_acknowledgement",
    "coding_lastunit", "coding_endedreason",
}  # fmt: skip
# Tables that point at a note and are no part of it: they come with the signature or after it.
AFTER_THE_SIGNATURE = {
    "notes_signature", "notes_addendum", "notes_attestation", "notes_correction", "notes_retraction",
    "notes_amendmentrequest", "coding_superbill",
}  # fmt: skip
# Of no note's content: on which device somebody has a draft open.
BESIDE_THE_NOTE = {"notes_holder"}
# How a draft came about: added with each change, frozen with the note, and gone only with a draft that is discarded.
HISTORY = {"notes_edit"}
# Parts that come with the signature itself: a draft has none of them, and none is ever changed.
WITH_THE_SIGNATURE = {"coding_citation"}
OURS = ("clinic_", "notes_", "coding_")
# Rows of no practice, each with its reason.
NO_PRACTICE = {
    "clinic_practice": "it is the practice",
    "clinic_user": "people sign in to several practices",
    "clinic_user_groups": "Django's, of people; empty",
    "clinic_user_user_permissions": "Django's, of people; empty",
    "clinic_signin": "a session is a person's",
    "clinic_deviceuser": "a device is several people's",
    "clinic_signingpin": "a person has one PIN",
    "clinic_cache": "counted tries of people and addresses",
    "clinic_deed": "keys of a person's deeds, forgotten after two days",
    "clinic_workerpulse": "one worker works for all",
    "notes_diagnosiscode": "the public list",
    "coding_nccitable": "CMS's tables are public",
    "coding_nccipair": "CMS's tables are public",
    "coding_nccimaximum": "CMS's tables are public",
}
OF_NO_PRACTICE = set(NO_PRACTICE)
# Rows that hang on a part of a note without naming the note themselves, each with its reason why they may change.
CHANGED_BESIDE_A_NOTE: dict[str, str] = {}


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


def triggers(function: str) -> set[str]:
    found = ask(
        "SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid "
        "WHERE proname = %s AND tgenabled = 'O' AND NOT tgisinternal AND tgparentid = 0",
        function,
    )
    return {name for (name,) in found}


def copy_of(table: str, column: str, value: Any, **changed: str) -> None:
    """Insert a copy of rows, some columns changed."""
    found = ask("SELECT column_name FROM information_schema.columns WHERE table_name = %s", table)
    names = [name for (name,) in found if name != "id"]
    values = ", ".join(changed.get(name, name) for name in names)
    ask(
        f"INSERT INTO {table} (id, {', '.join(names)}) SELECT uuidv7(), {values} FROM {table} WHERE {column} = %s",
        value,
    )
