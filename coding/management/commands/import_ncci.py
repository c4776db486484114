"""Load CMS's quarterly pairs and maxima."""

from argparse import ArgumentParser, ArgumentTypeError
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import ProgrammingError

from coding import ncci
from coding.ncci import Loaded
from coding.ncci_files import BadFile, Kind
from coding.quarters import name_of, named


def quarter(words: str) -> date:
    if (found := named(words)) is None:
        raise ArgumentTypeError(f"{words!r} is not a quarter such as 2026Q4")
    return found


class Command(BaseCommand):
    """Loads all the files or none, and says what became of each table."""

    help = (
        "Load CMS's quarterly edits of practitioners from its text files, all of them or none: the pairs (PTP, four files) "
        "and the maxima (MUE), of one quarter. Loading them again changes nothing; a corrected file replaces the table. "
        "Needs the rights of the tables' owner: python -m clinic.database.embedded owner python manage.py import_ncci FILE..."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", type=Path, nargs="+", metavar="FILE")
        parser.add_argument("--quarter", type=quarter, help="such as 2026Q4, if the files' names do not say it")
        parser.add_argument(
            "--parts", type=int, default=ncci.PARTS, help="files in which CMS ships the pairs (%(default)s)"
        )

    def handle(self, *args: Any, files: list[Path], quarter: date | None, parts: int, **options: Any) -> None:
        try:
            for loaded in ncci.load(files, quarter=quarter, parts=parts):
                self.stdout.write(_said_of(loaded))
        except OSError as error:
            raise CommandError(f"{error.filename} cannot be read: {error.strerror}. Nothing was changed.") from error
        except BadFile as error:
            raise CommandError(f"{error} Nothing was changed.") from error
        except ProgrammingError as error:
            raise CommandError("Only the owner of the tables loads CMS's tables. Nothing was changed.") from error


def _said_of(loaded: Loaded) -> str:
    which = f"{name_of(loaded.quarter)}, {loaded.kind}"
    if not loaded.is_new:
        return f"{which}: {loaded.rows:,} rows are there already, from the same files. Nothing was changed."
    left_out = f" {loaded.left_out:,} that ended before it or never held were left out." if loaded.left_out else ""
    holding = " that hold in the quarter" if loaded.kind is Kind.PAIRS else ""
    return f"{which}: {loaded.rows:,} rows{holding}.{left_out}"
