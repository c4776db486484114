"""One practice, one server and one browser for all checks: nothing is emptied between them."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browser.checks.house import House
from tests.conftest import _empty_every_table


@pytest.fixture(scope="module", autouse=True)
def _live_server_helper(live_server: Any) -> Iterator[None]:
    """Stand in for pytest-django's fixture of this name, which empties the database after every test with a server."""
    live_server._live_server_modified_settings.enable()
    yield
    live_server._live_server_modified_settings.disable()


@pytest.fixture(scope="module")
def house(browser: Browser, live_server: Any, diagnosis_list: None, django_db_blocker: Any) -> Iterator[House]:
    with django_db_blocker.unblock():
        built = House(browser, live_server.url)
        yield built
        built.close()
        _empty_every_table(None)  # type: ignore[arg-type]


@pytest.fixture(autouse=True)
def nothing_breaks_in_the_browser(house: House) -> Iterator[None]:
    """The same as for every other browser test, for the pages that stay open."""
    yield
    broken, house.complaints[:] = list(house.complaints), []
    assert not broken
