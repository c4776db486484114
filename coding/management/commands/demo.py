"""Load a practice to look at into the embedded database."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from clinic.models import Practice, User
from coding.demo.opening import open_demo
from coding.demo.people import DEMO_PASSWORD, PEOPLE, STRANGER, Person


class Command(BaseCommand):
    help = "Load the demo: two practices of invented people, six weeks of visits, and a today in every state."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--seed", type=int, default=1, help="another number draws other words and measures")
        parser.add_argument(
            "--anyway", action="store_true", help="into a database named by DATABASE_URL, for development"
        )
        parser.add_argument("--accounts", action="store_true", help="only print who may sign in, if the demo is there")

    def handle(self, *args: Any, seed: int, anyway: bool, accounts: bool, **options: Any) -> None:
        if accounts:
            self.stdout.write(table() if User.objects.filter(username=STRANGER.username).exists() else "")
            return
        if not (settings.IS_EMBEDDED or settings.TESTING or anyway):
            raise CommandError("DATABASE_URL names a database. The demo is for the embedded one only.")
        if Practice.objects.exists():
            raise CommandError("There is a practice already. The demo goes into an empty database only.")
        open_demo(seed, self.stdout.write)
        self.stdout.write(table())


def table() -> str:
    """Return the demo accounts as a table."""
    rows = "\n".join(_account(person) for person in (*PEOPLE, STRANGER))
    return f"\nEvery password is {DEMO_PASSWORD}\n\n{rows}\n"


def _account(person: Person) -> str:
    where = "Elsewhere Chiropractic" if person is STRANGER else "Riverside Chiropractic"
    name = f"{person.first} {person.last}"
    return f"  {person.username:<11}{name:<15}{person.role.label:<12}{where}"
