"""Write down elsewhere where the chains stand."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from notes.anchoring import BadAnchor, MissingKey, drop_anchor


class Command(BaseCommand):
    help = (
        "Add a line to FILE: the last link of each practice, and what the log, payments, prices and requests to amend were "
        "on each day that is over. Run it daily, and keep FILE where whoever owns the database does not reach it; "
        "verify --anchor compares."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="it is only ever added to")

    def handle(self, *args: Any, out: Path, **options: Any) -> None:
        try:
            line = drop_anchor(out)
        except OSError as problem:
            raise CommandError(
                f"{out} cannot be written: {problem.strerror}. Nothing was added.", returncode=2
            ) from None
        except BadAnchor as problem:
            raise CommandError(f"{out}: {problem} Nothing was added; begin another file.", returncode=2) from None
        except MissingKey as problem:
            raise CommandError(
                f"{out} was sealed with the key {problem}, which is not among ours. Nothing was added.", returncode=2
            ) from None
        self.stdout.write(f"{len(line['heads'])} chains and {len(line['days'])} days are written down in {out}.")
