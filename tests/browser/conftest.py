"""A real browser, signed in as one of the cast."""

import os
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from clinic.models import Membership, Visit
from coding.models import Fee
from notes.models import Episode, Goal
from tests.browser.chromium import FLAGS, find
from tests.coding.conftest import bill as bill
from tests.coding.conftest import ready as ready
from tests.coding.conftest import settled as settled
from tests.coding.conftest import signed as signed
from tests.coding.conftest import stopped as stopped
from tests.conftest import PASSWORD
from tests.notes.conftest import diagnosis_list as diagnosis_list
from tests.world import session_of

# two cores serve the browser, the app, the database and another worker at once
expect.set_options(timeout=15_000)

# the test driver runs an event loop in the thread that also talks to the database
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    path = find()
    if path is None:
        pytest.fail("No browser: run make browser, or set PLUMBLINE_CHROMIUM to the path of one.", pytrace=False)
    return {**browser_type_launch_args, "executable_path": path, "args": list(FLAGS)}


@pytest.fixture(scope="session")
def base_url(live_server: Any) -> str:
    """Let paths be enough: `page.goto("/login/")`."""
    return str(live_server.url)


@pytest.fixture
def sign_in(page: Page, live_server: Any) -> Callable[..., Page]:
    """Be signed in as one of the cast, on the first page: `sign_in(cast.adams)`; typing name and password only where asked."""

    def sign_in_as(who: Membership, *, by_hand: bool = False) -> Page:
        page.context.clear_cookies()
        page.set_default_timeout(20_000)
        if by_hand:
            type_in(page, who)
        else:
            session = {"name": "sessionid", "value": session_of(who), "url": str(live_server.url)}
            page.context.add_cookies([session])
            page.goto("/")
        return page

    return sign_in_as


def type_in(page: Page, who: Membership) -> None:
    page.goto("/login/")
    page.locator("[name=username]").fill(who.user.username)
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "/login/" not in url)


@pytest.fixture
def today(practice: Any) -> date:
    return practice.today()


@pytest.fixture
def visit_today(visit: Visit, today: date, back_pain: Episode) -> Visit:
    """Pat's visit of today, with the back pain that it is about; its goals are due in a month."""
    Goal.objects.update(due_on=today + timedelta(days=30))
    Visit.objects.filter(pk=visit.pk).update(on=today)
    visit.refresh_from_db()
    return visit


@pytest.fixture
def fees(practice: Any) -> None:
    for code, amount in (("98940", 45), ("97110", 42), ("97530", 48), ("97112", 44), ("97150", 30), ("97012", 20)):
        Fee.objects.create(practice=practice, code=code, title=f"Our {code}", amount=amount)


def complaints_of(context: BrowserContext, into: list[str] | None = None) -> list[str]:
    """Collect what goes wrong: a script that fails, what the content security policy refuses, an answer without a place."""
    complaints = [] if into is None else into
    said = ("Content Security Policy", "oobErrorNoTarget", "targetError", "swapError")
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    context.on(
        "console",
        lambda message: complaints.append(message.text) if any(one in message.text for one in said) else None,
    )
    return complaints


@pytest.fixture(autouse=True)
def nothing_breaks_in_the_browser(context: BrowserContext) -> Any:
    """Fail a test in which something went wrong, whatever else it looks at."""
    complaints = complaints_of(context)
    yield
    assert not complaints
