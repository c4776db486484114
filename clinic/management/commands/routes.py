"""Tell every URL."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand

from clinic.operations.routes import Route, routes


class Command(BaseCommand):
    help = "Tell every URL: its methods, the roles that have it, what it is about, whether it tells of patients, what is audited."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="as JSON, for a program")

    def handle(self, *args: Any, json: bool, **options: Any) -> None:
        self.stdout.write(as_json(routes()) if json else "\n".join(map(line, routes())))


def as_json(found: list[Route]) -> str:
    return json.dumps([asdict(route) for route in found], indent=1)


def line(route: Route) -> str:
    who = " ".join(route.roles) or "everybody"
    told = "patients" if route.tells_of_patients else "-"
    return f"{route.name:28} {' '.join(route.methods):14} {route.path:50} {told:9} {who:45} {' '.join(route.audited)}"
