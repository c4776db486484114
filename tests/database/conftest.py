"""What these tests attack."""

from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from tests.world import undone


@pytest.fixture
def ours(world: SimpleNamespace) -> Iterator[SimpleNamespace]:
    """Dr. Adams's case, with a draft and a signed note; what an attack does is taken back."""
    with undone():
        yield world.cases["adams"]
