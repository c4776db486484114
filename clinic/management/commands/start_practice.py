"""Make a practice and its first admin."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import ProgrammingError

from clinic.models import Practice, User
from clinic.practice.starting import first_link, start_practice

QUESTIONS = {
    "name": ("Name of the practice, such as Riverside Chiropractic", ""),
    "slug": ("Short name in addresses, such as riverside", ""),
    "time_zone": ("Time zone", "America/New_York"),
    "admin_username": ("Name with which the first admin signs in", ""),
    "admin_first": ("First name of the admin", ""),
    "admin_last": ("Last name of the admin", ""),
}


class Command(BaseCommand):
    help = "Make a practice and its first admin, and print the one-time link with which the admin comes in."

    def add_arguments(self, parser: ArgumentParser) -> None:
        for name, (question, default) in QUESTIONS.items():
            parser.add_argument(f"--{name.replace('_', '-')}", help=f"{question}{f' ({default})' if default else ''}")
        parser.add_argument("--address", default="http://127.0.0.1:8000", help="where Plumbline is served")
        parser.add_argument("--no-input", action="store_true", help="ask nothing; take the defaults")

    def handle(self, *args: Any, address: str, no_input: bool, **options: Any) -> None:
        given = {name: options[name] or (default if no_input else "") for name, (_, default) in QUESTIONS.items()}
        answers = {name: value or ask(*QUESTIONS[name], is_silent=no_input) for name, value in given.items()}
        practice = Practice(name=answers["name"], slug=answers["slug"], time_zone=answers["time_zone"])
        names = {"first_name": answers["admin_first"], "last_name": answers["admin_last"]}
        admin = User(username=answers["admin_username"], **names)
        try:
            member = start_practice(practice, admin)
        except ValidationError as error:
            raise CommandError(said(error)) from None
        except ProgrammingError:
            raise CommandError("The tables are not there yet; run manage.py migrate as the owner first.") from None
        self.stdout.write(f"{practice} is there. {member.full_name} sets a password here, once, within three days:\n")
        self.stdout.write(f"  {address.rstrip('/')}{first_link(member)}\n")


def ask(question: str, default: str, *, is_silent: bool) -> str:
    """Ask until there is an answer. Where nobody can answer, say what is missing."""
    if is_silent:
        raise CommandError(f"Missing: {question}.")
    while True:
        try:
            answer = input(f"{question}{f' [{default}]' if default else ''}: ").strip() or default
        except EOFError:
            raise CommandError(f"Missing: {question}.") from None
        if answer:
            return answer


def said(error: ValidationError) -> str:
    """Write what is wrong, one line for each answer."""
    if not hasattr(error, "error_dict"):
        return " ".join(error.messages)
    named = {"slug": "short name", "username": "admin's name to sign in with", "time_zone": "time zone"}
    return "\n".join(f"{named.get(name, name)}: {' '.join(found)}" for name, found in error.message_dict.items())
