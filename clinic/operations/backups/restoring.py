"""Checking a backup, and restoring it."""

import subprocess
import tempfile
from pathlib import Path

import psycopg
from psycopg import sql

from clinic.operations.backups import manifest
from clinic.operations.backups.manifest import BadBackup, Manifest
from clinic.operations.backups.programs import program, running
from clinic.operations.backups.resting import put_to_rest
from clinic.operations.backups.streams import Counted, Nowhere, decrypt

EMPTY = (
    "DROP SCHEMA public CASCADE",
    "CREATE SCHEMA public",
    "ALTER SCHEMA public OWNER TO pg_database_owner",
    "GRANT USAGE ON SCHEMA public TO PUBLIC",
)


class Occupied(Exception):
    """There is something in the database that would be restored over."""


def check_backup(backup: Path, identity: Path | None = None) -> Manifest:
    """See that a backup is the one that its manifest tells of; with an identity, that it opens and holds what it should."""
    known = manifest.read(backup)
    with backup.open("rb") as file:
        outside = Counted(file)
        if identity is None:
            while outside.read(1024 * 1024):
                pass
        else:
            inside = Counted(Nowhere())  # type: ignore[arg-type]
            decrypt(outside, inside, identity)
            if inside.sha256 != known.dump_sha256:
                raise BadBackup(f"What {backup.name} holds is not what was backed up.")
    if (outside.size, outside.sha256) != (known.size, known.sha256):
        raise BadBackup(f"{backup.name} was changed or cut off since it was written.")
    return known


def restore_backup(backup: Path, url: str, identity: Path, *, force: str = "") -> tuple[Manifest, dict[str, int]]:
    """Restore a backup into a database, as its owner, see that all is there, and end what was going on when it was made.

    It is read whole before anything is touched. A database that holds tables is refused, unless `force` is its name.
    Return its manifest, and what was ended.
    """
    known = check_backup(backup, identity)
    with psycopg.connect(url) as connection:
        _make_room(connection, force)
        command = [program("pg_restore", connection), "--no-owner", "--exit-on-error", "--single-transaction"]
        command.append(f"--dbname={connection.info.dbname}")
        _refuse_temporary_tables(connection)
    with (
        tempfile.TemporaryFile() as errors,
        backup.open("rb") as file,
        running(command, url, errors, stdin=subprocess.PIPE) as restore,
    ):
        decrypt(Counted(file), Counted(restore.stdin), identity)  # type: ignore[arg-type]
    with psycopg.connect(url) as connection:
        found = manifest.counts(connection), manifest.states(connection), manifest.migrations(connection)
        ended = put_to_rest(connection)
    if differences := known.differs_from(*found):
        raise BadBackup("The restored database is not what was backed up. " + "; ".join(differences[:5]))
    return known, ended


def _make_room(connection: psycopg.Connection[tuple[object, ...]], force: str) -> None:
    name = connection.info.dbname
    holds = connection.execute(
        "SELECT EXISTS (SELECT FROM pg_class WHERE relnamespace = 'public'::regnamespace)"
    ).fetchone()
    if not (holds and holds[0]):
        return
    if force != name:
        raise Occupied(f"The database {name} holds tables. To lose them, say --force {name}.")
    connection.execute("SET lock_timeout = '10s'")
    for statement in EMPTY:
        connection.execute(statement)


def _refuse_temporary_tables(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    """A dump holds the rights on tables, not those on the database."""
    name = sql.Identifier(connection.info.dbname)
    connection.execute(sql.SQL("REVOKE TEMPORARY ON DATABASE {} FROM PUBLIC").format(name))
