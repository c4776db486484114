"""Load an edition of ICD-10-CM."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import ProgrammingError

from notes import icd10
from notes.models import DiagnosisCode


class Command(BaseCommand):
    help = (
        "Load an edition of ICD-10-CM from a CSV file, whole or not at all. The edition before it ends then. "
        "Needs the rights of the tables' owner: python -m clinic.embedded owner python manage.py import_icd10 FILE"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help=f"columns: {', '.join(icd10.COLUMNS)}")
        parser.add_argument("--if-empty", action="store_true", help="do nothing where an edition is loaded already")

    def handle(self, *args: Any, file: Path, if_empty: bool, **options: Any) -> None:
        if if_empty and DiagnosisCode.objects.exists():
            return
        try:
            rows = icd10.read(file)
            changed = icd10.load(rows)
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}.") from error
        except icd10.BadFile as error:
            raise CommandError(f"{error} Nothing was changed.") from error
        except ProgrammingError as error:
            raise CommandError("Only the owner of the tables loads diagnosis codes. Nothing was changed.") from error
        self.stdout.write(f"{rows[0].edition}: {len(rows):,} codes, {changed:,} of them new or changed.")
