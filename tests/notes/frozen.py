"""Notes signed long ago, as rows of their day. They are never made anew: a later Plumbline has to read them as they are."""

import json
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

KEY_ID, KEY = "0", "a key of long ago"
MISSING = {
    "boolean": False,
    "text": "",
    "character varying": "",
    "integer": 0,
    "smallint": 0,
    "jsonb": "{}",
    "ARRAY": "{}",
}

COLUMNS = """
SELECT column_name, is_nullable = 'NO' AND column_default IS NULL, data_type FROM information_schema.columns
WHERE table_schema = 'public' AND table_name = %s
"""


def thaw(owner: psycopg.Connection[Any], version: int) -> None:
    """Load the rows as a restore does: past every trigger, and columns that came later with something empty in them."""
    tables = json.loads(Path(__file__).with_name(f"signed_under_version_{version}.json").read_text())
    owner.execute("SET session_replication_role = replica")
    for table, rows in tables.items():
        columns = owner.execute(COLUMNS, [table]).fetchall()
        for row in rows:
            _insert(owner, table, _whole(row, columns))
    owner.execute("SET session_replication_role = DEFAULT")


def _whole(row: dict[str, Any], columns: list[Any]) -> dict[str, Any]:
    there = {name for name, _, _ in columns}
    added = {name: MISSING[kind] for name, is_needed, kind in columns if is_needed and name not in row}
    return {name: value for name, value in row.items() if name in there} | added


def _insert(owner: psycopg.Connection[Any], table: str, row: dict[str, Any]) -> None:
    names = sql.SQL(", ").join(map(sql.Identifier, row))
    owner.execute(
        sql.SQL("INSERT INTO {0} ({1}) SELECT {1} FROM jsonb_populate_record(NULL::{0}, %s)").format(
            sql.Identifier(table), names
        ),
        [json.dumps(row)],
    )
