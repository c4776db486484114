"""Asking for a row of the table."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection

from coding.superbills import hold
from tests.urls.table import Row
from tests.world import Writes, send, undone


@pytest.fixture
def ask(world: SimpleNamespace, settings: Any) -> Callable[..., Any]:
    """Ask for a row's page: `ask("tess", "GET", row, case)`. What it does is taken back; what it wrote is in `writes`."""
    settings.DEBUG_PROPAGATE_EXCEPTIONS = True

    def asking(person: str, method: str, row: Row, case: SimpleNamespace, **headers: str) -> Any:
        with undone():
            if row.of == "held":
                hold(case.bill, by=world.people["frances"], question="Which?")
            writes, session = Writes(), world.sessions.get(person, "")
            with connection.execute_wrapper(writes):
                answer = send(method, row.address(case), session, row.body(case), **headers)
            writes.would_be_committed()
            answer.writes = writes.seen
        return answer

    return asking
