"""JSON lines for the commands that need no database: read, answered one by one, bad ones told apart."""

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

type Answer = Callable[[dict[str, Any]], dict[str, Any]]


class LineError(ValueError):
    """A line cannot be read or answered; the message is for whoever wrote the line."""


def answer_lines(command: BaseCommand, name: str, answer: Answer) -> None:
    """Answer each line of a file, or of standard input for "-". Exits with status 1 when a line could not be read."""
    bad = 0
    for number, line in enumerate(_lines(name), start=1):
        try:
            if line.strip():
                command.stdout.write(json.dumps(answer(json_object(line))))
        except LineError as error:
            bad += 1
            command.stderr.write(f"line {number}: {error}")
    if bad:
        sys.exit(1)


def json_object(line: str) -> dict[str, Any]:
    """Return the object that a line holds. Raises LineError when it is none, or has no id.

    >>> json_object('{"id": "g1", "text": "lift boxes"}')
    {'id': 'g1', 'text': 'lift boxes'}
    """
    try:
        asked = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise LineError(f"not JSON: {error}") from error
    if not isinstance(asked, dict):
        raise LineError("not an object")
    if "id" not in asked:
        raise LineError("no id")
    return asked


def text_of(asked: dict[str, Any], key: str) -> str:
    """Return a text, "" when it is missing or null. Raises LineError for anything else."""
    text = asked.get(key)
    if text is not None and not isinstance(text, str):
        raise LineError(f"{key} must be a text, not {text!r}")
    return text or ""


def _lines(name: str) -> Iterator[str]:
    if name == "-":
        yield from _decoded(sys.stdin.buffer)
        return
    try:
        with Path(name).open("rb") as file:
            yield from _decoded(file)
    except OSError as error:
        raise CommandError(f"{name}: {error.strerror}") from error


def _decoded(lines: Iterable[bytes]) -> Iterator[str]:
    """Decode line by line, so that one broken line does not take the others with it."""
    for line in lines:
        yield line.decode("utf-8-sig", errors="replace")
