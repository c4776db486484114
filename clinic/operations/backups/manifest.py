"""What a backup should hold: counts, chain heads and migrations of its snapshot, digests of its file, and a seal over them.

It stands beside the backup in plain, so it names no patient; the seal is made with the chain's key, which lies outside the
database and outside the backup.
"""

import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings

VERSION = 1
SUFFIX = ".json"


class BadBackup(Exception):
    """A backup that is not what it should be; the message says why."""


@dataclass(frozen=True)
class Manifest:
    """What is known of a backup."""

    file: str
    made_at: str
    size: int
    sha256: str  # of the file as it lies there
    dump_sha256: str  # of what is inside
    database: str
    server: str
    migrations: dict[str, str]
    tables: dict[str, int]
    states: dict[str, Any]
    key_id: str = field(default_factory=lambda: settings.CHAIN_KEY_ID)
    version: int = VERSION

    def write(self, path: Path) -> None:
        whole = asdict(self) | {"seal": seal(asdict(self))}
        path.write_text(json.dumps(whole, indent=1, sort_keys=True) + "\n")

    def differs_from(self, tables: dict[str, int], states: dict[str, Any], migrations: dict[str, str]) -> list[str]:
        """Say in what a database differs from what was backed up."""
        pairs = (
            ("rows of", self.tables, tables),
            ("", self.states, states),
            ("migrations of", self.migrations, migrations),
        )
        return [
            f"{what} {name}: {then.get(name)} then, {now.get(name)} now".strip()
            for what, then, now in pairs
            for name in sorted({*then, *now})
            if then.get(name) != now.get(name)
        ]


def manifest_of(backup: Path) -> Path:
    return backup.with_name(backup.name + SUFFIX)


def read(backup: Path) -> Manifest:
    """Return the manifest of a backup, having checked its seal."""
    try:
        held = json.loads(manifest_of(backup).read_text())
        given = held.pop("seal")
        manifest = Manifest(**held)
    except FileNotFoundError:
        raise BadBackup(
            f"{backup.name} has no manifest beside it: it was never finished, or it was moved without."
        ) from None
    except (ValueError, TypeError, KeyError, AttributeError):
        raise BadBackup(f"The manifest of {backup.name} cannot be read.") from None
    if not hmac.compare_digest(seal(held), str(given)):
        raise BadBackup(f"The manifest of {backup.name} was changed, or sealed with a key that is not ours.")
    return manifest


def seal(said: dict[str, Any]) -> str:
    """Return the seal of a manifest, with the key that it names."""
    keys = {**settings.CHAIN_KEYS, settings.CHAIN_KEY_ID: settings.CHAIN_KEY}
    key = keys.get(said.get("key_id", ""))
    if key is None:
        raise BadBackup(f"The manifest was sealed with the key {said.get('key_id')!r}, which is not among ours.")
    plain = json.dumps(said, sort_keys=True, separators=(",", ":"))
    return hmac.new(str(key).encode(), b"backup:" + plain.encode(), hashlib.sha256).hexdigest()


# What a snapshot holds

STATES: dict[str, Callable[[psycopg.Connection[Any]], dict[str, Any]]] = {}

TABLES = """
SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
ORDER BY relname
"""


def stated(
    name: str,
) -> Callable[
    [Callable[[psycopg.Connection[Any]], dict[str, Any]]], Callable[[psycopg.Connection[Any]], dict[str, Any]]
]:
    """Let a manifest state something more, asked of the connection that holds the snapshot."""

    def known(ask: Callable[[psycopg.Connection[Any]], dict[str, Any]]) -> Any:
        STATES[name] = ask
        return ask

    return known


def counts(connection: psycopg.Connection[Any]) -> dict[str, int]:
    tables = [name for (name,) in connection.execute(TABLES).fetchall()]
    return {name: _count(connection, name) for name in tables}


def _count(connection: psycopg.Connection[Any], table: str) -> int:
    row = connection.execute(
        psycopg.sql.SQL("SELECT count(*) FROM {}").format(psycopg.sql.Identifier(table))
    ).fetchone()
    return int(row[0]) if row else 0


def states(connection: psycopg.Connection[Any]) -> dict[str, Any]:
    return {f"{name} {key}": value for name, ask in STATES.items() for key, value in ask(connection).items()}


def migrations(connection: psycopg.Connection[Any]) -> dict[str, str]:
    """Return the last migration of each app."""
    asked = "SELECT app, max(name) FROM django_migrations GROUP BY app ORDER BY app"
    return dict(connection.execute(asked).fetchall())
