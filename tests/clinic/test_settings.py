"""What the settings are, by the environment. Each is read in a process of its own."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from clinic.operations.checks import second_factors_are_asked_of_roles

NAMES = (
    "IS_LOCAL", "SECURE_PROXY_SSL_HEADER", "SECURE_SSL_REDIRECT", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE",
    "SECOND_FACTOR_ROLES",
)  # fmt: skip
READ = f"import json, clinic.settings as s; print(json.dumps([getattr(s, name) for name in {NAMES}]))"
OURS = ("PLUMBLINE_", "DJANGO_", "DATABASE_URL", "OWNER_DATABASE_URL")
OUTSIDE = {"DATABASE_URL": "postgresql://web@db.example/plumbline"}
HEADER = ["HTTP_X_FORWARDED_PROTO", "https"]


def read(**environment: str) -> dict[str, Any]:
    beside = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    done = subprocess.run(
        [sys.executable, "-c", READ], env=beside | environment, cwd=settings.BASE_DIR, check=True, capture_output=True
    )
    return dict(zip(NAMES, json.loads(done.stdout), strict=True))


@pytest.mark.parametrize(
    ("environment", "header"),
    [({}, None), ({"PLUMBLINE_BEHIND_PROXY": "0"}, None), ({"PLUMBLINE_BEHIND_PROXY": "1"}, HEADER)],
)
def test_the_header_of_a_proxy_is_believed_only_where_there_is_one(environment: dict[str, str], header: Any) -> None:
    found = read(**OUTSIDE, **environment)
    assert found["SECURE_PROXY_SSL_HEADER"] == header
    assert found["SESSION_COOKIE_SECURE"] and found["CSRF_COOKIE_SECURE"] and found["SECURE_SSL_REDIRECT"]


def test_on_this_machine_alone_there_is_neither_tls_nor_a_proxy() -> None:
    found = read(PLUMBLINE_LOCAL="1", PLUMBLINE_BEHIND_PROXY="1", **OUTSIDE)
    assert found["IS_LOCAL"] and not found["SECURE_SSL_REDIRECT"]
    assert found["SECURE_PROXY_SSL_HEADER"] is None


@pytest.mark.parametrize(
    ("environment", "roles"),
    [
        (OUTSIDE, ["clinician", "biller", "admin", "auditor"]),
        ({**OUTSIDE, "PLUMBLINE_SECOND_FACTOR_ROLES": "none"}, []),
        ({**OUTSIDE, "PLUMBLINE_SECOND_FACTOR_ROLES": "admin, desk"}, ["admin", "desk"]),
        ({**OUTSIDE, "PLUMBLINE_LOCAL": "1"}, []),
    ],
)
def test_outside_of_this_machine_most_roles_need_a_second_factor(environment: dict[str, str], roles: list[str]) -> None:
    assert read(**environment)["SECOND_FACTOR_ROLES"] == roles


def test_a_role_that_is_misspelt_is_noticed(settings: Any) -> None:
    settings.SECOND_FACTOR_ROLES = ["clincian"]
    assert [error.id for error in second_factors_are_asked_of_roles(None)] == ["clinic.E006"]


def test_a_visitor_cannot_say_that_they_came_by_tls(settings: Any, rf: Any) -> None:
    plain = rf.get("/", headers={"x-forwarded-proto": "https"})
    settings.SECURE_PROXY_SSL_HEADER = None
    assert not plain.is_secure()
    settings.SECURE_PROXY_SSL_HEADER = tuple(HEADER)
    assert plain.is_secure()


def test_each_variable_that_settings_read_stands_in_the_readme() -> None:
    of_the_server_itself = {"PLUMBLINE_LOCAL", "PLUMBLINE_POOL", "DJANGO_DEBUG"}
    source, told = (
        Path(settings.BASE_DIR, "clinic/settings.py").read_text(),
        Path(settings.BASE_DIR, "README.md").read_text(),
    )
    read_there = set(re.findall(r'environ\.get\("(\w+)"', source)) - of_the_server_itself
    assert {name for name in read_there if f"`{name}`" not in told} == set()
