"""Load an edition of ICD-10-CM."""

from argparse import ArgumentParser
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import ProgrammingError

from notes import icd10
from notes.models import DiagnosisCode


class Command(BaseCommand):
    help = (
        "Load an edition of ICD-10-CM, whole or not at all. The edition before it ends the day before. FILE is CMS's list "
        "of codes (icd10cm-codes-2027.txt or icd10cm-order-2027.txt), or our own CSV. "
        "Needs the rights of the tables' owner: python -m clinic.database.embedded owner python manage.py import_icd10 FILE"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help=f"CMS's list, or a CSV of {', '.join(icd10.COLUMNS)}")
        parser.add_argument(
            "--from", dest="valid_from", type=date.fromisoformat, help="its first day, if the name tells none"
        )
        parser.add_argument("--if-empty", action="store_true", help="do nothing where an edition is loaded already")

        parser.add_argument("--ends-many", action="store_true", help="load a list that leaves out very many codes")

    def handle(
        self, *args: Any, file: Path, if_empty: bool, valid_from: date | None, ends_many: bool, **options: Any
    ) -> None:
        if if_empty and DiagnosisCode.objects.exists():
            return
        try:
            rows = icd10.read(file, valid_from)
            loaded = icd10.load(rows, ends_many=ends_many)
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}.") from error
        except icd10.BadFile as error:
            raise CommandError(f"{file.name}: {error} Nothing was changed.") from error
        except ProgrammingError as error:
            raise CommandError("Only the owner of the tables loads diagnosis codes. Nothing was changed.") from error
        self.stdout.write(f"{rows[0].edition}: {len(rows):,} codes, {loaded.changed:,} of them new or changed.")
        if loaded.ended or loaded.retitled:
            last = rows[0].valid_from - timedelta(days=1)
            self.stdout.write(
                f"{loaded.ended:,} codes of the edition before ended on {last}; {loaded.retitled:,} have another title now."
            )
