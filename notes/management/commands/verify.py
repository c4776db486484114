"""Check that what was signed stands as it was signed."""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, NoReturn

from django.core.management.base import BaseCommand
from django.db import DatabaseError

from clinic.models import Practice
from notes.anchoring import BadAnchor, anchored_links, changed_days, read_anchors
from notes.chain import MissingKey
from notes.packets import faults_of, links_in
from notes.verifying import Fault, Unchecked, Walk, lost_practices

AS_SIGNED, CHANGED, CANNOT_TELL = 0, 1, 2


class CannotTell(Exception):
    """Nothing can be checked; the message says why."""


class Command(BaseCommand):
    help = (
        "Walk each practice's chain of signatures and read again what every link covers. Exits 0 when all stands as it was "
        "signed, 1 when something does not (it names the first row), 2 when that cannot be told: a key is missing, the "
        "anchor cannot be read, the database is away. With --anchor it also sees a chain whose end was cut off or that was "
        "made anew, and changes of the log, of payments, prices and requests to amend. docs/record.md says what is covered."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--anchor", type=Path, metavar="FILE", help="what manage.py anchor wrote down elsewhere")
        parser.add_argument("--practice", metavar="SLUG", help="this practice alone")
        parser.add_argument(
            "--packet", type=Path, metavar="FILE", help="an audit packet (JSON), checked without the database"
        )
        parser.add_argument("--json", action="store_true", help="every finding, as JSON")

    def handle(self, *args: Any, json: bool, **options: Any) -> None:
        self.is_json, self.links = json, 0
        try:
            if options["packet"]:
                found = list(self.in_packet(options["packet"]))
            else:
                found = list(self.found(options["anchor"], options["practice"]))
        except CannotTell as problem:
            self.give_up(str(problem))
        except DatabaseError as problem:
            self.give_up(f"The database says: {str(problem).splitlines()[0]}")
        self.tell(found)

    def found(self, anchor: Path | None, slug: str | None) -> Iterator[Fault]:
        lines = _read(anchor) if anchor else []
        known = anchored_links(lines)
        practices = Practice.objects.filter(**{"slug": slug} if slug else {}).order_by("slug")
        if slug and not practices:
            raise CannotTell(f"There is no practice {slug!r}.")
        for practice in practices:
            walk = Walk(practice, known)
            yield from walk.faults()
            self.links += walk.links
        if not slug:
            yield from lost_practices(pk for pk, _ in known)
        yield from _of_the_days(lines)

    def in_packet(self, file: Path) -> Iterator[Fault]:
        """Check a packet by itself: no row of the database is asked."""
        try:
            packet = json.loads(file.read_text())
        except (OSError, ValueError) as problem:
            raise CannotTell(
                f"{file} cannot be read: {getattr(problem, 'strerror', None) or 'it is no JSON'}."
            ) from problem
        self.links = links_in(packet)
        return faults_of(packet)

    # Telling

    def tell(self, found: list[Fault]) -> NoReturn:
        faults = [each for each in found if not isinstance(each, Unchecked)]
        open_ = [each for each in found if isinstance(each, Unchecked)]
        status = CHANGED if faults else CANNOT_TELL if open_ else AS_SIGNED
        if self.is_json:
            told = {"faults": [asdict(each) for each in faults], "unchecked": [asdict(each) for each in open_]}
            self.stdout.write(json.dumps({"status": status, "links": self.links, **told}, indent=2))
        else:
            self.say(faults, open_)
        sys.exit(status)

    def say(self, faults: Sequence[Fault], open_: Sequence[Fault]) -> None:
        if faults:
            self.stdout.write(f"Not as it was signed. {faults[0]}.{_more(faults)}")
        if open_:
            self.stdout.write(f"Cannot be checked. {open_[0]}.{_more(open_)}")
        if not faults and not open_:
            self.stdout.write(f"{self.links:,} links: everything stands as it was signed.")

    def give_up(self, why: str) -> NoReturn:
        if self.is_json:
            told = {"status": CANNOT_TELL, "links": self.links, "faults": [], "unchecked": [], "why": why}
            self.stdout.write(json.dumps(told, indent=2))
        else:
            self.stderr.write(f"Cannot be checked. {why}")
        sys.exit(CANNOT_TELL)


def _more(found: Sequence[Fault]) -> str:
    return f" And {len(found) - 1:,} more; --json names them all." if len(found) > 1 else ""


def _read(anchor: Path) -> list[dict[str, Any]]:
    try:
        with anchor.open() as file:
            lines = read_anchors(file)
    except (OSError, UnicodeDecodeError) as problem:
        raise CannotTell(f"{anchor} cannot be read: {getattr(problem, 'strerror', problem)}.") from problem
    except BadAnchor as problem:
        raise CannotTell(f"{anchor}: {problem}") from problem
    except MissingKey as problem:
        raise CannotTell(f"{anchor} was sealed with the key {problem}, which is not among ours.") from problem
    if not lines:
        raise CannotTell(f"{anchor} is empty.")
    return lines


def _of_the_days(lines: list[dict[str, Any]]) -> Iterator[Fault]:
    for then, now in changed_days(lines):
        why = (
            f"it had {then.rows} rows and has {now.rows}" if then.rows != now.rows else "a row of that day was changed"
        )
        yield Fault("all practices", then.name, str(then.on), why)
