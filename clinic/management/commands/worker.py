"""Do what was asked for in the background."""

import logging
import os
import signal
import socket
import threading
import time
from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from clinic import clock
from clinic.exports import jobs
from clinic.models import WorkerPulse
from clinic.operations.checks import refuse_an_unsafe_start
from clinic.requests import deeds
from clinic.signin import sessions, tries

log = logging.getLogger("plumbline.worker")

PULSE = 10  # seconds
HOUSEKEEPING = 60
DONE_TASKS_LAST = timedelta(days=7)
PAUSE = 2  # before the database is asked again


class Command(BaseCommand):
    help = "Do background jobs one after another, tell that it is alive, and clear away what has expired. Runs until it is ended."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--name", default=f"{socket.gethostname()}-{os.getpid()}"[:64], help="its name among workers"
        )
        parser.add_argument("--with-parent", action="store_true", help="end when the process that started it ends")
        parser.add_argument("--batch", action="store_true", help="do what waits, then end")

    def handle(self, *args: Any, name: str, with_parent: bool, batch: bool, **options: Any) -> None:
        refuse_an_unsafe_start()
        clock.serve()
        if batch:
            keep_house()
            work_off(name)
            return
        threading.Thread(target=stay_alive, args=(name, os.getppid() if with_parent else None), daemon=True).start()
        work(name)


def queue(name: str) -> Worker:
    return Worker(
        queue_names=["default"], interval=1, batch=False, backend_name="default", startup_delay=False, max_tasks=None,
        worker_id=name, excluded_queue_names=[],
    )  # fmt: skip


def work(name: str) -> None:
    """Take one task after another. While the database is away, wait for it."""
    while True:
        worker = queue(name)
        worker.configure_signals()
        try:
            worker.run()
        except DatabaseError:
            log.warning("The database is away; waiting for it.")
            connection.close()
            time.sleep(PAUSE)
        else:
            return


def work_off(name: str) -> None:
    """Do what waits, and no more."""
    worker = queue(name)
    while task := _next(name):
        worker.run_task(task)


def _next(name: str) -> DBTaskResult[Any, Any] | None:
    with transaction.atomic():
        task = DBTaskResult.objects.ready().get_locked()
        if task is not None:
            task.claim(name)
        return task


def stay_alive(name: str, parent: int | None) -> None:
    """Tell that the worker is alive, and keep house, until the process ends."""
    beat, next_beat, next_house = 1, 0.0, 0.0
    while True:
        if parent is not None and os.getppid() != parent:
            os.kill(os.getpid(), signal.SIGKILL)  # a job that breaks off is taken up again by the next worker
        try:
            if time.monotonic() >= next_beat:
                next_beat = time.monotonic() + PULSE
                WorkerPulse.objects.update_or_create(name=name, defaults={"seen_at": timezone.now()})
            if time.monotonic() >= next_house:
                next_house = time.monotonic() + HOUSEKEEPING
                keep_house()
        except DatabaseError:
            connection.close()
        except Exception:
            log.exception("Housekeeping failed.")
        time.sleep(beat)


def keep_house() -> None:
    """Clear away what has expired, and put what was lost back into the queue."""
    jobs.expire()
    jobs.take_up_again()
    deeds.forget_old_keys()
    sessions.forget_over()
    tries.forget_over()
    DBTaskResult.objects.finished().filter(finished_at__lt=timezone.now() - DONE_TASKS_LAST).delete()
