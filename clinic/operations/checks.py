"""System checks: what must hold before the app may start."""

import logging
import os
from collections.abc import Iterator
from typing import Any

import psycopg
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.exceptions import ImproperlyConfigured
from django.db.backends.signals import connection_created
from django.urls import URLPattern, URLResolver, get_resolver

from clinic.roles import Role

log = logging.getLogger("plumbline.checks")


@register(Tags.security, deploy=True)
def secret_is_secret(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    if settings.DEVELOPMENT_KEY in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        return [Error("Set DJANGO_SECRET_KEY: the key in the settings is known to everybody.", id="clinic.E001")]
    return []


@register(Tags.security, deploy=True)
def chain_key_is_secret(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    if settings.CHAIN_KEY in (settings.DEVELOPMENT_KEY, settings.SECRET_KEY):
        return [
            Error("Set PLUMBLINE_CHAIN_KEY to a key of its own: it signs the chain of signatures.", id="clinic.E003")
        ]
    return []


def refuse_an_unsafe_start() -> None:
    """Raise where patients' records would be served with a public key, with DEBUG, or by the role that owns the tables."""
    if settings.IS_EMBEDDED or settings.TESTING or os.environ.get("PLUMBLINE_LOCAL") == "1":
        return
    checked = (*secret_is_secret(None), *chain_key_is_secret(None), *second_factors_are_asked_of_roles(None))
    wrong = [error.msg for error in checked]
    if settings.DEBUG:
        wrong.append("Take DJANGO_DEBUG out of the environment: its error pages show what is in the record.")
    if settings.OWNER_DATABASE_URL:
        wrong.append("Take OWNER_DATABASE_URL out of the environment of the web process.")
    if _speaks_as_the_owner():
        wrong.append(OWNS)
    if wrong:
        raise ImproperlyConfigured(" ".join(wrong))


OWNS = "DATABASE_URL names a role that owns the tables. Name the web role: it cannot change what is final."
IS_OWNER = "SELECT bool_or(pg_has_role(relowner, 'USAGE')) FROM pg_class WHERE relname = 'clinic_practice'"


def _speaks_as_the_owner() -> bool:
    """Ask the database whether the process could undo what is final; while it is away, let it be asked as soon as it is there."""
    try:
        with psycopg.connect(settings.DATABASE_URL, connect_timeout=3) as connection:
            row = connection.execute(IS_OWNER).fetchone()
    except psycopg.OperationalError:
        log.warning("The database is away, so it is not known yet whose role this is.")
        connection_created.connect(_refuse_the_owner)
        return False
    return bool(row and row[0])


def _refuse_the_owner(connection: Any, **kwargs: Any) -> None:
    """Let no connection be used before one of them was found not to be the owner's."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(IS_OWNER)
            if cursor.fetchone()[0]:
                log.critical(OWNS)
                raise ImproperlyConfigured(OWNS)
    except Exception:
        connection.close()  # or it would be used all the same, being there
        raise
    connection_created.disconnect(_refuse_the_owner)


@register(Tags.security)
def second_factors_are_asked_of_roles(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A role that is misspelt would quietly need no second factor."""
    return [
        Error(f"PLUMBLINE_SECOND_FACTOR_ROLES names “{role}”; the roles are {', '.join(Role)}.", id="clinic.E006")
        for role in settings.SECOND_FACTOR_ROLES
        if role not in set(Role)
    ]


@register(Tags.urls)
def every_page_names_its_roles(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A view says which roles have it, or that it needs no sign-in; otherwise it would be open to every role."""
    return [
        Error(f"{name} names no roles and does not opt out of signing in.", id="clinic.E002")
        for name, view in views()
        if not hasattr(view, "roles") and getattr(view, "login_required", True)
    ]


def views(patterns: list[Any] | None = None, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Yield (name, view) for every URL of the project."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLResolver):
            yield from views(pattern.url_patterns, f"{pattern.namespace or prefix}:")
        elif isinstance(pattern, URLPattern):
            yield f"{prefix}{pattern.name}", pattern.callback
