"""Whether Plumbline can do its work now, asked of everything that it needs; in plain words, without a secret.

Without what stands under NEEDED no page can be answered. The rest wants somebody's attention before it is too late.
"""

import os
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from clinic.models import AccessEvent, WorkerPulse
from clinic.operations.backups.making import finished

CLOCKS_DIFFER = timedelta(seconds=5)
WORKER_IS_LATE = timedelta(seconds=60)
BACKUP_IS_LATE = timedelta(hours=26)
MEGABYTE = 1024 * 1024
FULL_BYTES, FULL_PART = (
    100 * MEGABYTE,
    0.01,
)  # whichever is less: a small disk is not full at once, nor a big one too late
SOON_BYTES, SOON_PART = 512 * MEGABYTE, 0.05
LASTS = 5.0  # seconds for which an answer is given again: whoever asks all the time shall not be a load


class NotReady(Exception):
    """What is wrong, in words for whoever runs Plumbline."""


@dataclass(frozen=True)
class Readiness:
    """What was found: for each thing that was looked at, `fine` or what is wrong."""

    needed: dict[str, str]
    attention: dict[str, str]

    @property
    def is_ready(self) -> bool:
        return all(found == FINE for found in self.needed.values())

    def told(self, *, in_detail: bool) -> dict[str, Any]:
        """Return it for the outside: everybody learns what is wrong, and only this machine learns how."""
        everything = {**self.needed, **self.attention}
        wrong = [name for name, found in everything.items() if found != FINE]
        return {"ready": self.is_ready, "wrong": wrong, **({"found": everything} if in_detail else {})}


FINE = "fine"


# What is looked at


def database() -> None:
    """It answers, and as the role that it should."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE relname = 'clinic_practice'")
        row = cursor.fetchone()
    if row is None:
        raise NotReady("It is empty: nothing was migrated.")
    if row[0] and not settings.IS_LOCAL:
        raise NotReady("The web process speaks as a role that owns the tables.")


def migrations() -> None:
    """Every migration was applied, and none that this version does not know."""
    executor = MigrationExecutor(connection)
    left = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if left:
        raise NotReady(f"{len(left)} migrations are not applied.")


def audit() -> None:
    """A row of the log can be written. It is taken back."""
    with transaction.atomic():
        AccessEvent.objects.create(kind="ready")
        transaction.set_rollback(True)


def clock() -> None:
    """The clocks of this machine and of the database agree."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        (there,) = cursor.fetchone()
    apart = abs(there - datetime.now(UTC))
    if apart > CLOCKS_DIFFER:
        raise NotReady(f"The clocks of this machine and of the database are {apart.total_seconds():.0f} seconds apart.")


def disk() -> None:
    """This machine's disk is not full: what is typed could be kept no more, nor a row of the log written."""
    usage = shutil.disk_usage(settings.BASE_DIR)
    if usage.free < min(FULL_BYTES, usage.total * FULL_PART):
        raise NotReady(f"The disk is full: {usage.free // MEGABYTE} MB are left.")


def room() -> None:
    """There will be room on it for a while."""
    usage = shutil.disk_usage(settings.BASE_DIR)
    if usage.free < SOON_BYTES or usage.free < usage.total * SOON_PART:
        raise NotReady(f"{usage.free // MEGABYTE} MB are left on the disk.")


def worker() -> None:
    """Somebody does background jobs."""
    last = WorkerPulse.objects.order_by("-seen_at").values_list("seen_at", flat=True).first()
    if last is None:
        raise NotReady("No worker has ever run here. Start manage.py worker.")
    if timezone.now() - last > WORKER_IS_LATE:
        raise NotReady(f"The last sign of a worker is of {last:%Y-%m-%d %H:%M} UTC.")


def worker_is_away() -> bool:
    """Whether nobody does background jobs, for whoever waits for one."""
    try:
        worker()
    except NotReady:
        return True
    return False


def backup() -> None:
    """The newest backup is of the last day, where we know where backups lie."""
    if not settings.BACKUP_DIR:
        return
    newest = max((path.stat().st_mtime for path in finished(Path(settings.BACKUP_DIR))), default=None)
    if newest is None:
        raise NotReady("There is no backup.")
    if time.time() - newest > BACKUP_IS_LATE.total_seconds():
        raise NotReady(f"The newest backup is of {datetime.fromtimestamp(newest, UTC):%Y-%m-%d %H:%M} UTC.")


NEEDED: tuple[Callable[[], None], ...] = (database, migrations, audit, clock, disk)
ATTENTION: tuple[Callable[[], None], ...] = (room, worker, backup)


def look() -> Readiness:
    """Look at everything."""
    return Readiness(*({check.__name__: _found(check) for check in checks} for checks in (NEEDED, ATTENTION)))


def _found(check: Callable[[], None]) -> str:
    """Return what a check says. What an error says could hold a row or an address, so only its kind is told."""
    try:
        check()
    except NotReady as wrong:
        return str(wrong)
    except Exception as error:
        return f"It could not be looked at ({type(error).__name__})."
    return FINE


_last: list[tuple[float, int, Readiness]] = []


def readiness() -> Readiness:
    """Look at everything, or say what was found a moment ago."""
    if _last and time.monotonic() - _last[0][0] < LASTS and _last[0][1] == os.getpid():
        return _last[0][2]
    found = look()
    _last[:] = [(time.monotonic(), os.getpid(), found)]
    return found
