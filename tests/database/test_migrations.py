"""Migrations go both ways."""

import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.conf import settings

from tests import databases
from tests.conftest import _migrate, _owner_url


@pytest.fixture
def scratch(django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """A database of the owner's with every migration applied; return its address."""
    name, base = f"scratch_{os.getpid()}", _owner_url().rsplit("/", 1)[0]
    with django_db_blocker.unblock():
        databases.clone(_owner_url(), name, _migrate)
    yield f"{base}/{name}"
    databases.drop(_owner_url(), name)


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
    before = schema(scratch)
    migrate(scratch, ("clinic", "0001"), ())
    assert schema(scratch) ^ before == set()
