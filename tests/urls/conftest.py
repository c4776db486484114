"""Asking for a row of the table."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection

from clinic.models import AccessEvent
from coding.superbills import hold
from tests.urls.answers import carries_all
from tests.urls.table import Row
from tests.world import Writes, send, undone


@pytest.fixture
def ask(world: SimpleNamespace, settings: Any) -> Callable[..., Any]:
    """Ask for a row's page: `ask("tess", "GET", row, case)`, and look at the headers of whatever is answered.

    What it does is taken back. What it wrote is in `writes`, and in `logged` what whoever may have the page left in the log.
    """
    settings.DEBUG_PROPAGATE_EXCEPTIONS = True

    def asking(person: str, method: str, row: Row, case: SimpleNamespace, **headers: str) -> Any:
        with undone():
            if row.of == "held":
                hold(case.bill, by=world.people["frances"], question="Which?")
            writes, session = Writes(), world.sessions.get(person, "")
            before = AccessEvent.objects.count()
            with connection.execute_wrapper(writes):
                answer = send(method, row.address(case), session, row.body(case), **headers)
            writes.would_be_committed()
            answer.writes, answer.logged = writes.seen, since(before) if row.cells.get(person) == "ok" else set()
        carries_all(answer)
        return answer

    return asking


def since(before: int) -> set[str]:
    """Return the kinds of what came into the log after there were so many rows."""
    newest = AccessEvent.objects.order_by("-id")[: AccessEvent.objects.count() - before]
    return set(newest.values_list("kind", flat=True))
