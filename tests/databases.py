"""Databases for tests: clones of one that is migrated once and kept on the server from run to run.

To migrate an empty database takes seven seconds of a processor, to clone one a fifth of a second. The kept one is named after
what it was made from, so whatever a migration rests on makes another one when it changes; those before it are dropped.
"""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from psycopg import sql

KEPT = "test_plumbline_migrated_"
# What migrations and the rows that they leave behind are made from.
OURS = (
    *("*/migrations/*.py", "*/models.py", "*/models/*.py"),
    *("clinic/database/*.py", "clinic/entry/*.py", "coding/engine/vocabulary.py"),
)
THEIRS = ("Django", "django-allauth", "django-tasks-db", "psycopg")
LOCK = 20_261_120  # of the server: one process migrates, the others wait and clone


def clone(owner_url: str, name: str, migrate: Callable[[str], Any]) -> None:
    """Make a database with all migrations applied; `migrate` makes one of a name from nothing, where none is kept yet."""
    with _server(owner_url) as server:
        server.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        kept = KEPT + _digest()
        if kept not in _names(server):
            _keep(server, kept, migrate)
        _drop(server, name)
        server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(kept)))
        # rights to a database itself are not cloned: see clinic/migrations/0002_one_practice_one_role.py
        server.execute(sql.SQL("REVOKE TEMPORARY ON DATABASE {} FROM PUBLIC").format(sql.Identifier(name)))


def drop(owner_url: str, name: str) -> None:
    """Drop a test database, whatever a thread of a test's server still holds of it."""
    with _server(owner_url) as server:
        _drop(server, name)


def _drop(server: psycopg.Connection[Any], name: str) -> None:
    server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


@contextmanager
def _server(owner_url: str) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(owner_url.rsplit("/", 1)[0] + "/postgres", autocommit=True) as server:
        yield server


def _keep(server: psycopg.Connection[Any], kept: str, migrate: Callable[[str], Any]) -> None:
    """Migrate a database that has its name only when it is whole, and drop what was kept before."""
    unfinished = "test_plumbline_unfinished"
    _drop(server, unfinished)
    migrate(unfinished)
    for old in _names(server):
        if old.startswith(KEPT):
            _drop(server, old)
    renamed = sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(unfinished), sql.Identifier(kept))
    server.execute(renamed)


def _names(server: psycopg.Connection[Any]) -> list[str]:
    return [name for (name,) in server.execute("SELECT datname FROM pg_database").fetchall()]


def _digest() -> str:
    told = hashlib.sha256(f"{settings.WEB_ROLE} {[version(package) for package in THEIRS]}".encode())
    for path in sorted(path for pattern in OURS for path in Path(settings.BASE_DIR).glob(pattern)):
        told.update(f"{path.relative_to(settings.BASE_DIR)}\0".encode() + path.read_bytes())
    return told.hexdigest()[:16]
