"""What the database itself refuses: rows of another practice, changes to what is final, and rights the web role has not.

Each function returns a reversible migration operation. Names of tables are ours, never typed by a user.
"""

from django.conf import settings
from django.db.migrations import RunSQL
from django.db.migrations.operations.base import Operation


def same_practice(table: str, column: str, parent: str, *, scope: str = "practice_id") -> Operation:
    """Make `column` refer to a row of `parent` with the same `scope` (practice, patient, episode): a composite foreign key.

    Rows are removed in any order within a transaction, so the key is checked at its end.
    """
    name = f"{table}_{column}_same_{scope}"[:63]
    return RunSQL(
        f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY ({scope}, {column}) "
        f"REFERENCES {parent} ({scope}, id) DEFERRABLE INITIALLY DEFERRED",
        f"ALTER TABLE {table} DROP CONSTRAINT {name}",
    )


def referable(table: str, *, scope: str = "practice_id") -> Operation:
    """Let rows of `table` be referred to together with their `scope`."""
    name = f"{table}_in_{scope}"[:63]
    return RunSQL(
        f"ALTER TABLE {table} ADD CONSTRAINT {name} UNIQUE ({scope}, id)", f"ALTER TABLE {table} DROP CONSTRAINT {name}"
    )


def part_of_a_note(table: str) -> Operation:
    """Refuse every change to a row of a signed note. The function locks the note's row and tests what it locked."""
    return RunSQL(
        f"CREATE TRIGGER {table}_is_final BEFORE INSERT OR UPDATE OR DELETE ON public.{table} "
        "FOR EACH ROW EXECUTE FUNCTION public.part_is_final()",
        f"DROP TRIGGER {table}_is_final ON public.{table}",
    )


def append_only(table: str) -> Operation:
    """Refuse every change to a row once it is written."""
    return RunSQL(
        f"CREATE TRIGGER {table}_is_written_once BEFORE UPDATE OR DELETE ON public.{table} "
        "FOR EACH ROW EXECUTE FUNCTION public.row_is_written_once()",
        f"DROP TRIGGER {table}_is_written_once ON public.{table}",
    )


def grant(rights: str, table: str) -> Operation:
    """Give the web role rights on a table beyond reading, adding and changing rows."""
    return RunSQL(
        f"GRANT {rights} ON {table} TO {settings.WEB_ROLE}", f"REVOKE {rights} ON {table} FROM {settings.WEB_ROLE}"
    )


def revoke(rights: str, table: str) -> Operation:
    """Take rights on a table from the web role."""
    return RunSQL(
        f"REVOKE {rights} ON {table} FROM {settings.WEB_ROLE}", f"GRANT {rights} ON {table} TO {settings.WEB_ROLE}"
    )


def only_these_may_change(table: str, columns: str) -> list[Operation]:
    """Let the web role change the named columns of a table and no others."""
    return [revoke("UPDATE", table), grant(f"UPDATE ({columns})", table)]
