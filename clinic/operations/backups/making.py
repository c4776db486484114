"""Making a backup, and letting go of old ones."""

import os
import subprocess
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from clinic.operations.backups import manifest
from clinic.operations.backups.programs import program, running
from clinic.operations.backups.streams import Counted, encrypt

NAME = "plumbline-{:%Y%m%dT%H%M%S.%fZ}.age"  # two of one second do not meet
ALL = "plumbline-*.age"


def make_backup(url: str, folder: Path, recipients: Sequence[str], *, keep: int = 0) -> Path:
    """Back up a database into a folder. Either the whole backup is there afterwards, with its manifest, or nothing of it."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    now = datetime.now(UTC)
    path = folder / NAME.format(now)
    unfinished = path.with_name(f".{path.name}.unfinished")
    try:
        with psycopg.connect(url) as connection:
            known = _write(connection, url, unfinished, recipients, path.name, now)
        beside = manifest.manifest_of(path)
        known.write(unfinished.with_suffix(".manifest"))
        unfinished.replace(path)
        unfinished.with_suffix(".manifest").replace(beside)
    finally:
        unfinished.unlink(missing_ok=True)
        unfinished.with_suffix(".manifest").unlink(missing_ok=True)
    _sync(folder)
    _let_go(folder, keep)
    return path


def _write(
    connection: psycopg.Connection[tuple[object, ...]],
    url: str,
    path: Path,
    recipients: Sequence[str],
    name: str,
    now: datetime,
) -> manifest.Manifest:
    """Write the dump of one snapshot, and return what the same snapshot says."""
    connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
    (snapshot,) = connection.execute("SELECT pg_export_snapshot()").fetchone() or ("",)
    command = [
        program("pg_dump", connection), "--format=custom", "--compress=6", "--no-owner", "--lock-wait-timeout=60s",
        f"--snapshot={snapshot}",
    ]  # fmt: skip
    with tempfile.TemporaryFile() as errors, _private(path) as file:
        with running(command, url, errors, stdout=subprocess.PIPE) as dump:
            inside, outside = Counted(dump.stdout), Counted(file)  # type: ignore[arg-type]
            encrypt(inside, outside, recipients)
        file.flush()
        os.fsync(file.fileno())
    return manifest.Manifest(
        file=name, made_at=now.isoformat(timespec="seconds"), size=outside.size, sha256=outside.sha256,
        dump_sha256=inside.sha256, database=urlsplit(url).path.lstrip("/"),
        server=str(connection.info.server_version), migrations=manifest.migrations(connection),
        tables=manifest.counts(connection), states=manifest.states(connection),
    )  # fmt: skip


def _private(path: Path) -> "os._FdopenT":  # type: ignore[name-defined]
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")


def _sync(folder: Path) -> None:
    """Let the names reach the disk as well."""
    handle = os.open(folder, os.O_RDONLY)
    os.fsync(handle)
    os.close(handle)


def finished(folder: Path) -> list[Path]:
    """Return the backups in a folder that have their manifest, the newest last."""
    return sorted(path for path in folder.glob(ALL) if manifest.manifest_of(path).exists())


def _let_go(folder: Path, keep: int) -> None:
    """Remove the oldest backups beyond the number to keep; 0 keeps all."""
    for path in finished(folder)[:-keep] if keep else []:
        manifest.manifest_of(path).unlink()
        path.unlink()
