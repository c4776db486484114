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


def patient_of(table: str, column: str, parent: str) -> list[Operation]:
    """Let `table` know the patient of the row of `parent` that `column` names.

    The database fills `patient_id` in and the app never sees it: it is there for composite keys, which hold whatever else the
    row refers to to the same patient, from either side and in any order.
    """
    name = f"{table}_has_its_patient"
    own = f"SELECT p.patient_id FROM public.{parent} p WHERE p.id ="  # noqa: S608 - of our own names, as all here
    return [
        RunSQL(
            [
                f"ALTER TABLE {table} ADD COLUMN patient_id uuid",
                f"ALTER TABLE {table} DISABLE TRIGGER USER",  # rows of signed notes get theirs as well
                f"UPDATE {table} SET patient_id = ({own} {column})",  # noqa: S608
                f"ALTER TABLE {table} ENABLE TRIGGER USER",
                f"ALTER TABLE {table} ALTER COLUMN patient_id SET NOT NULL",
                f"CREATE FUNCTION public.{name}() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS "
                f"$$ BEGIN new.patient_id := ({own} new.{column}); RETURN new; END $$",
                f"CREATE TRIGGER {name} BEFORE INSERT OR UPDATE ON public.{table} "
                f"FOR EACH ROW EXECUTE FUNCTION public.{name}()",
            ],
            [
                f"DROP TRIGGER {name} ON public.{table}",
                f"DROP FUNCTION public.{name}()",
                f"ALTER TABLE {table} DROP COLUMN patient_id",
            ],
        ),
        same_practice(table, column, parent, scope="patient_id"),
    ]


def whole_from_the_start(table: str, column: str, parent: str) -> Operation:
    """Let rows of `table` be added only in the transaction in which the row of `parent` was, so that it gets none later.

    The transaction is known by its number and its start: numbers begin anew in a restored database. It is written by the
    trigger, whatever the web role says; a row's `xmin` would not do, because every change of the row renews it.
    """
    told = "pg_current_xact_id() || ' ' || extract(epoch FROM now())"
    whole, born = f"{parent}_is_whole", f"{parent}_is_born"
    head = "RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS"
    return RunSQL(
        [
            f"ALTER TABLE {parent} ADD COLUMN born_in text NOT NULL DEFAULT ''",
            f"CREATE FUNCTION public.{born}() {head} $$ BEGIN new.born_in := {told}; RETURN new; END $$",
            f"CREATE TRIGGER {born} BEFORE INSERT ON public.{parent} FOR EACH ROW EXECUTE FUNCTION public.{born}()",
            f"CREATE FUNCTION public.{whole}() {head} $$ BEGIN "
            f"IF NOT EXISTS (SELECT FROM public.{parent} p WHERE p.id = new.{column} AND p.born_in = {told}) THEN "
            f"RAISE EXCEPTION USING errcode = 'restrict_violation', constraint = '{whole}', message = 'whole'; "
            "END IF; RETURN new; END $$",
            f"CREATE TRIGGER {whole} BEFORE INSERT ON public.{table} FOR EACH ROW EXECUTE FUNCTION public.{whole}()",
        ],
        [
            f"DROP TRIGGER {whole} ON public.{table}",
            f"DROP FUNCTION public.{whole}()",
            f"DROP TRIGGER {born} ON public.{parent}",
            f"DROP FUNCTION public.{born}()",
            f"ALTER TABLE {parent} DROP COLUMN born_in",
        ],
    )


def part_of_a_note(table: str) -> Operation:
    """Refuse every change to a row of a signed note. The function locks the note's row and tests what it locked."""
    return RunSQL(
        f"CREATE TRIGGER {table}_is_final BEFORE INSERT OR UPDATE OR DELETE ON public.{table} "
        "FOR EACH ROW EXECUTE FUNCTION public.part_is_final()",
        f"DROP TRIGGER {table}_is_final ON public.{table}",
    )


def after_the_signature(table: str) -> Operation:
    """Let rows of `table` refer to signed notes alone. The function locks the note's row and tests what it locked."""
    return RunSQL(
        f"CREATE TRIGGER {table}_follows_the_signature BEFORE INSERT ON public.{table} "
        "FOR EACH ROW EXECUTE FUNCTION public.note_is_signed()",
        f"DROP TRIGGER {table}_follows_the_signature ON public.{table}",
    )


def at_the_end(event: str, table: str, holds: str, *, rule: str, when: str = "true") -> Operation:
    """See at the end of a transaction that something holds for each row of `table` that came in or changed in it.

    `holds` may ask other tables, whatever the order in which their rows were written; `when` looks at the row alone, at once.
    """
    return RunSQL(
        [
            f"CREATE FUNCTION public.{rule}() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$ "
            f"BEGIN IF NOT ({holds}) THEN "
            f"RAISE EXCEPTION USING errcode = 'restrict_violation', constraint = '{rule}', message = '{rule}'; "
            "END IF; RETURN NULL; END $$",
            f"CREATE CONSTRAINT TRIGGER {table}_at_the_end AFTER {event} ON public.{table} DEFERRABLE INITIALLY DEFERRED "
            f"FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION public.{rule}()",
        ],
        [f"DROP TRIGGER {table}_at_the_end ON public.{table}", f"DROP FUNCTION public.{rule}()"],
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


def only_through(table: str) -> Operation:
    """Let the web role reach the partitions of `table` through it alone: its rights and triggers are then all there are."""
    each = (
        "DO $$ DECLARE one regclass; BEGIN FOR one IN SELECT inhrelid FROM pg_inherits WHERE inhparent = 'public.{}'::regclass "
        "LOOP EXECUTE format('{}', one); END LOOP; END $$"
    )
    return RunSQL(
        each.format(table, f"REVOKE ALL ON %s FROM {settings.WEB_ROLE}"),
        each.format(table, f"GRANT SELECT, INSERT, UPDATE ON %s TO {settings.WEB_ROLE}"),
    )


def only_these_may_change(table: str, columns: str) -> list[Operation]:
    """Let the web role change the named columns of a table and no others."""
    return [revoke("UPDATE", table), grant(f"UPDATE ({columns})", table)]
