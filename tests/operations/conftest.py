"""The app as it is served, in a process of its own, and a way to its database that can be shut."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection

from clinic.management.commands.serve import gunicorn
from tests.operations.door import Door

# It becomes a server when it is imported, and then tells no other time: it belongs into a process of its own.
collect_ignore = ["app.py"]


@dataclass
class Answer:
    """What the server answered, and how long it took in seconds."""

    status: int
    headers: dict[str, str]
    text: str
    took: float


class Served:
    """A server that runs."""

    def __init__(self, port: int, process: "subprocess.Popen[bytes]") -> None:
        self.port, self.process = port, process

    def kill(self) -> None:
        """End it and its workers at once, whatever they are doing."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(20)

    def ask(self, path: str, session: str = "", *, body: str | None = None, **headers: str) -> Answer:
        began, asking = time.monotonic(), HTTPConnection("127.0.0.1", self.port, timeout=30)
        sent = {"Cookie": f"sessionid={session}; csrftoken={TOKEN}", **headers}
        if body is not None:
            sent |= {"Content-Type": "application/x-www-form-urlencoded", "X-CSRFToken": TOKEN}
        with closing(asking):
            asking.request("GET" if body is None else "POST", path, body, sent)
            answer = asking.getresponse()
            with closing(answer):
                text = answer.read().decode(errors="replace")
        return Answer(answer.status, dict(answer.getheaders()), text, time.monotonic() - began)

    def wait_for(self, path: str, status: int, session: str = "", seconds: float = 15) -> float:
        """Ask until the answer is this, and return how long it took."""
        began = time.monotonic()
        while time.monotonic() - began < seconds:
            with_answer = _or_none(lambda: self.ask(path, session))
            if with_answer and with_answer.status == status:
                return time.monotonic() - began
            time.sleep(0.1)
        raise AssertionError(f"{path} did not answer {status} within {seconds} s")


TOKEN = "t" * 32


def _or_none(ask: Callable[[], Answer]) -> Answer | None:
    try:
        return ask()
    except OSError:
        return None


@contextmanager
def serving(database: str, **environment: str) -> Iterator[Served]:
    """Serve a database, by its address, as `make run` does."""
    port = free_port()
    beside = {name: value for name, value in os.environ.items() if not name.startswith(("PLUMBLINE_", "OWNER_"))}
    own = {"DATABASE_URL": database, "PLUMBLINE_LOCAL": "1", "PLUMBLINE_THREADS": "4"}
    command = [*gunicorn(f"127.0.0.1:{port}")[:-1], "tests.operations.app:application"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen(
        command, env=beside | own | environment, cwd=settings.BASE_DIR, start_new_session=True, **quiet
    )
    try:
        served = Served(port, process)
        served.wait_for("/healthz", 200, seconds=30)
        yield served
    finally:
        process.terminate()
        process.wait(20)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def web_address(port: int | None = None) -> str:
    """The address of the test database as the web role, by way of another port if one is given."""
    parts = urlsplit(settings.DATABASE_URL)
    user = f"{parts.username}:{parts.password}"
    return f"postgresql://{user}@127.0.0.1:{port or parts.port}/{connection.settings_dict['NAME']}"


@pytest.fixture
def door(transactional_db: None) -> Iterator[Door]:
    parts = urlsplit(settings.DATABASE_URL)
    found = Door(str(parts.hostname), int(parts.port or 5432))
    yield found
    found.shut()


@pytest.fixture
def served(door: Door) -> Iterator[Any]:
    """The app, served through the door."""
    with serving(web_address(door.port)) as found:
        yield found
