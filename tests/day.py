"""The day on which all tests take place, on whatever day they are run: Friday, 20 November 2026.

The app's clock and the one by which the test database dates its rows are moved by the same span, and both go on. They start
in the early afternoon, so that no run comes near midnight, neither in Asheville nor in UTC. Keys of forms keep the true time,
which a browser counts as well.
"""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
from django.utils import timezone
from psycopg import sql

TODAY = date(2026, 11, 20)
START = datetime(2026, 11, 20, 14, 30, tzinfo=ZoneInfo("America/New_York"))
true_now = timezone.now
SPAN = START - true_now()


def now() -> datetime:
    return true_now() + SPAN


def move_the_apps_clock() -> None:
    timezone.now = now


def move_the_databases_clock(owner: psycopg.Connection[Any]) -> None:
    """Let every row that the test database dates by itself be of that day."""
    for table, column in owner.execute(DATED).fetchall():
        moved = "ALTER TABLE {} ALTER COLUMN {} SET DEFAULT statement_timestamp() + {}"
        owner.execute(sql.SQL(moved).format(sql.Identifier(table), sql.Identifier(column), sql.Literal(SPAN)))


DATED = """
SELECT table_name, column_name FROM information_schema.columns
WHERE table_schema = 'public' AND column_default IN ('statement_timestamp()', 'now()')
"""
