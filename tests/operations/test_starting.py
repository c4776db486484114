"""In production it starts with keys of its own, without DEBUG, and as the web role, or not at all. Each start is a process."""

import os
import secrets
import subprocess
import sys

import pytest
from django.conf import settings
from django.db import connection

from tests.conftest import _owner_url
from tests.operations.conftest import web_address

OURS = ("PLUMBLINE_", "DJANGO_", "DATABASE_URL", "OWNER_DATABASE_URL")


def run(*words: str, **changed: str) -> subprocess.CompletedProcess[str]:
    """Run Python in the environment of production, with some of it changed."""
    beside = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    own = {
        "DJANGO_SECRET_KEY": secrets.token_urlsafe(64), "PLUMBLINE_CHAIN_KEY": secrets.token_urlsafe(64),
        "DJANGO_ALLOWED_HOSTS": "plumbline.example", "PLUMBLINE_BEHIND_PROXY": "1", "DATABASE_URL": web_address(),
    }  # fmt: skip
    whole = {name: value for name, value in {**beside, **own, **changed}.items() if value}
    return subprocess.run(
        [sys.executable, *words], env=whole, cwd=settings.BASE_DIR, capture_output=True, text=True, check=False
    )


START = ("-c", "import clinic.wsgi")


def owner_address() -> str:
    return f"{_owner_url().rsplit('/', 1)[0]}/{connection.settings_dict['NAME']}"


def test_with_all_that_it_needs_it_starts_and_the_deployment_check_is_clean(transactional_db: None) -> None:
    started = run(*START)
    assert started.returncode == 0, started.stderr
    checked = run("manage.py", "check", "--deploy", "--fail-level", "WARNING")
    assert (checked.returncode, "no issues" in checked.stdout) == (0, True), checked.stderr


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("DJANGO_SECRET_KEY", "", "DJANGO_SECRET_KEY"),
        ("PLUMBLINE_CHAIN_KEY", "", "PLUMBLINE_CHAIN_KEY"),
        ("DJANGO_DEBUG", "1", "DJANGO_DEBUG"),
        ("OWNER_DATABASE_URL", "owner", "OWNER_DATABASE_URL"),
        ("DATABASE_URL", "owner", "owns the tables"),
    ],
)
def test_what_would_be_unsafe_does_not_start(variable: str, value: str, said: str, transactional_db: None) -> None:
    refused = run(*START, **{variable: owner_address() if value == "owner" else value})
    assert refused.returncode != 0
    assert "ImproperlyConfigured" in refused.stderr and said in refused.stderr


def test_while_the_database_is_away_it_starts_and_waits_for_it(transactional_db: None) -> None:
    assert run(*START, DATABASE_URL="postgresql://web@127.0.0.1:1/none").returncode == 0


OPENED_LATER = """
import os
from urllib.parse import urlsplit
from tests.operations.door import Door

parts = urlsplit(os.environ["DATABASE_URL"])
door = Door(parts.hostname, parts.port)
door.shut()
os.environ["DATABASE_URL"] = parts._replace(netloc=parts.netloc.replace(f":{parts.port}", f":{door.port}")).geturl()
import clinic.wsgi
from django.db import connection
from django.test import Client

door.open()
client = Client(raise_request_exception=False, headers={"Host": "plumbline.example", "X-Forwarded-Proto": "https"})
client.cookies["sessionid"] = "x" * 32
print([client.get("/riverside/people/").status_code for _ in range(2)])
for _ in range(2):
    try:
        connection.ensure_connection()
        print("let in")
    except Exception as error:
        print(type(error).__name__)
"""


def test_a_role_that_could_not_be_asked_about_at_the_start_is_asked_about_before_anything_is_answered(
    transactional_db: None,
) -> None:
    as_owner, as_web = (run("-c", OPENED_LATER, DATABASE_URL=address) for address in (owner_address(), web_address()))
    assert as_owner.stdout.split("\n")[:3] == ["[500, 500]", "ImproperlyConfigured", "ImproperlyConfigured"]
    assert as_web.stdout.split("\n")[:3] == ["[302, 302]", "let in", "let in"], as_web.stderr


def test_the_worker_is_refused_alike(transactional_db: None) -> None:
    refused = run("manage.py", "worker", "--batch", DATABASE_URL=owner_address())
    assert (refused.returncode != 0, "owns the tables" in refused.stderr) == (True, True)


READ_AHEAD = """
import gc, sys
import clinic.wsgi
from coding.engine.choosing.weights import weights
from coding.engine.reading.lexicon import shipped
from coding.engine.rulebook import _load
print([once.cache_info().currsize for once in (shipped, weights, _load)], "notes.urls" in sys.modules, gc.get_freeze_count() > 0)
"""


def test_what_serves_has_read_the_engines_words_and_the_pages_before_the_first_request(transactional_db: None) -> None:
    assert run("-c", READ_AHEAD).stdout.split("\n")[0] == "[1, 1, 1] True True"
