"""The case that bad input is sent to."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from tests.world import undone


@pytest.fixture
def case(world: SimpleNamespace, settings: Any) -> Iterator[SimpleNamespace]:
    """Dr. Adams's case. What a test does is taken back, and an error is the test's, not a page."""
    settings.DEBUG_PROPAGATE_EXCEPTIONS = True
    with undone():
        found = world.cases["adams"]
        found.colleague, found.desk, found.sessions = world.people["baker"], world.people["frances"], world.sessions
        yield found
