"""Back up the database."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from clinic.operations.backups import make_backup
from clinic.operations.backups.manifest import BadBackup
from clinic.operations.backups.programs import ProgramFailed
from clinic.operations.backups.streams import NoRecipient


class Command(BaseCommand):
    help = (
        "Write an encrypted backup and its manifest into DIR, while everybody goes on working. Needs OWNER_DATABASE_URL "
        "(the owner, or a role that may read every table) and PLUMBLINE_BACKUP_RECIPIENTS."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--out", type=Path, required=True, metavar="DIR")
        parser.add_argument(
            "--keep", type=int, default=0, metavar="N", help="let go of all but the newest N; 0 keeps all"
        )

    def handle(self, *args: Any, out: Path, keep: int, **options: Any) -> None:
        url = settings.OWNER_DATABASE_URL
        if not url:
            raise CommandError("Set OWNER_DATABASE_URL: the web role may not read every table as it lies there.")
        try:
            path = make_backup(url, out, settings.BACKUP_RECIPIENTS, keep=keep)
        except (NoRecipient, ProgramFailed, BadBackup) as problem:
            raise CommandError(f"{problem} No backup was made.") from None
        except psycopg.Error as problem:
            raise CommandError(
                f"The database could not be read ({type(problem).__name__}). No backup was made."
            ) from None
        except OSError as problem:
            raise CommandError(f"{out} cannot be written: {problem.strerror}. No backup was made.") from None
        self.stdout.write(str(path))
