"""Serve Plumbline with gunicorn."""

import os
import subprocess
import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from clinic.models import Practice
from clinic.operations import serving
from clinic.requests import deeds
from clinic.signin import sessions


class Command(BaseCommand):
    help = "Serve this machine, at an address such as 127.0.0.1:8000. An empty embedded database gets the demo first."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("address", nargs="?", default="127.0.0.1:8000", help="host:port")

    def handle(self, *args: Any, address: str, **options: Any) -> None:
        try:
            lock = serving.take()
        except serving.AlreadyServing:
            raise CommandError("A server of this checkout runs already; make stop ends it.") from None
        self.prepare()
        self.stdout.write(f"\nPlumbline is at http://{address} (Ctrl-C or make stop ends it)\n")
        self.stdout.flush()
        connections.close_all()
        os.environ["PLUMBLINE_LOCAL"] = "1"
        os.environ.setdefault("PLUMBLINE_ACCESS_LOG", "0")  # somebody reads along here
        # it ends when the server does, and holds its lock until then: whoever stops the server waits for both
        subprocess.Popen(
            [sys.executable, "manage.py", "worker", "--with-parent"], cwd=settings.BASE_DIR, pass_fds=[lock]
        )
        arguments = gunicorn(address)
        os.execv(arguments[0], arguments)  # noqa: S606

    def prepare(self) -> None:
        """Open the demo where nobody has a practice yet, in the embedded database only, and say who may sign in."""
        deeds.forget_old_keys()
        sessions.forget_over()
        if not settings.IS_EMBEDDED or "demo" not in get_commands():
            return
        if Practice.objects.exists():
            call_command("demo", accounts=True)
        else:
            self.stdout.write("Loading the demo practice; this happens once.")
            self.stdout.flush()
            call_command("demo")


def gunicorn(address: str) -> list[str]:
    """Return the command that serves: one process, several threads, no log of paths, no control socket."""
    return [
        sys.executable, "-m", "gunicorn", "--bind", address, "--worker-class", "gthread", "--workers", "1",
        "--threads", str(settings.THREADS * 4), "--no-control-socket", "--log-level", "warning",
        "--name", "plumbline", "clinic.wsgi:application",
    ]  # fmt: skip
