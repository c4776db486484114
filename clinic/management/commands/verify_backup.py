"""Check a backup."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from clinic.operations.backups import BadBackup, check_backup
from clinic.operations.backups.streams import WrongIdentity


class Command(BaseCommand):
    help = "See that FILE is what its manifest says; with the identity, that it opens and holds what was backed up."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--identity", type=Path, metavar="KEYS", help="a file of age identities")

    def handle(self, *args: Any, file: Path, identity: Path | None, **options: Any) -> None:
        try:
            known = check_backup(file, identity)
        except (BadBackup, WrongIdentity) as problem:
            raise CommandError(str(problem)) from None
        except OSError as problem:
            raise CommandError(f"{problem.filename} cannot be read: {problem.strerror}.") from None
        rows = sum(known.tables.values())
        opened = "opens and holds" if identity else "is as it was written; its manifest tells of"
        self.stdout.write(f"{file.name} of {known.made_at} {opened} {rows:,} rows in {len(known.tables)} tables.")
