"""Restore a backup."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from clinic.operations.backups import BadBackup, Occupied, restore_backup
from clinic.operations.backups.programs import ProgramFailed
from clinic.operations.backups.streams import WrongIdentity


class Command(BaseCommand):
    help = (
        "Restore FILE into the database of OWNER_DATABASE_URL, or of --into, as its owner, and see that every row and every "
        "chain is there; sessions, one-time links, emergency access and jobs of then are ended. FILE is read whole before "
        "anything is touched, and a database that holds tables is refused."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument(
            "--into",
            default=settings.OWNER_DATABASE_URL,
            metavar="URL",
            help="postgresql://owner@host/name; a password written here is seen by everybody on this machine",
        )
        parser.add_argument("--identity", type=Path, required=True, metavar="KEYS", help="a file of age identities")
        parser.add_argument("--force", default="", metavar="NAME", help="lose what the database of this name holds")

    def handle(self, *args: Any, file: Path, into: str, identity: Path, force: str, **options: Any) -> None:
        if not into:
            raise CommandError("Set OWNER_DATABASE_URL to the database that is restored into, or name it with --into.")
        try:
            known, ended = restore_backup(file, into, identity, force=force)
        except (BadBackup, WrongIdentity, Occupied, ProgramFailed) as problem:
            raise CommandError(str(problem)) from None
        except psycopg.Error as problem:
            raise CommandError(f"The database could not be written ({type(problem).__name__}).") from None
        except OSError as problem:
            raise CommandError(f"{problem.filename} cannot be read: {problem.strerror}.") from None
        rows = sum(known.tables.values())
        self.stdout.write(f"{file.name} of {known.made_at} is restored: {rows:,} rows in {len(known.tables)} tables.")
        told = ", ".join(f"{what}: {count}" for what, count in ended.items())
        self.stdout.write(f"Nothing that was going on then goes on. Ended: {told}. Everybody signs in again.")
        self.stdout.write("Now run manage.py verify against it, with --anchor if you keep one.")
