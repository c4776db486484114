"""Every URL, with who may have it and what it tells: read from the code that answers, so that no second list can go stale.

Methods and roles are the view's own marks. The object is the one that the address names. What is written into the log is read
from the view's source and that of whatever it calls. A page tells of patients unless its address says that it is of the practice
alone. tests/urls asks every URL and compares.
"""

import ast
import inspect
import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from types import FunctionType, ModuleType
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from clinic.requests.access import METHODS

OURS = ("clinic.", "notes.", "coding.")
# Addresses, by their parts, under which nothing of a patient is told.
PLAIN = re.compile(
    r"^(?!.*patients)(login|logout|passkey|password|welcome|token|signed-in|still-here|healthz|readyz|your-sign-in|people|payers|locations|fees)\b"
    r"|^<practice>/(people|payers|locations|fees|guidance|practice)\b"
    r"|^$"
)
KIND = re.compile(r"[a-z]+(-[a-z]+)+")


@dataclass(frozen=True)
class Route:
    """One URL."""

    name: str
    path: str
    methods: tuple[str, ...]
    roles: tuple[str, ...]  # empty where nobody needs to be signed in
    object: str
    tells_of_patients: bool
    audited: tuple[str, ...]


def routes() -> list[Route]:
    """Return every URL of the project, in the order in which they are tried."""
    return [_route(name, path, view) for name, path, view in _found(get_resolver().url_patterns, "", "")]


def _found(patterns: list[Any], prefix: str, space: str) -> Iterator[tuple[str, str, Any]]:
    for pattern in patterns:
        path = prefix + _plain(str(pattern.pattern))
        if isinstance(pattern, URLResolver):
            yield from _found(pattern.url_patterns, path, f"{pattern.namespace}:" if pattern.namespace else space)
        elif isinstance(pattern, URLPattern):
            yield f"{space}{pattern.name}", path, pattern.callback


def _plain(path: str) -> str:
    """Write a path without its converters.

    >>> _plain("notes/<uuid:pk>/goals/<uuid:goal>/"), _plain("^$")
    ('notes/<pk>/goals/<goal>/', '')
    """
    return re.sub(r"<\w+:(\w+)>", r"<\1>", path).strip("^$")


def _route(name: str, path: str, view: Any) -> Route:
    return Route(
        name, f"/{path}", methods_of(view), tuple(str(role) for role in getattr(view, "roles", ())), object_of(path),
        not PLAIN.search(path), tuple(sorted(audited_by(view))),
    )  # fmt: skip


def object_of(path: str) -> str:
    """Return what the address names last: an object by its id, or the practice, or nothing.

    >>> [object_of(path) for path in ("notes/<pk>/goals/<goal>/", "diagnoses/<pk>/up/", "<practice>/fees/", "login/")]
    ['goal', 'diagnosis', 'practice', '']
    """
    named = re.findall(r"(?:([a-z-]+)/)?<(\w+)>", path)
    if not named:
        return ""
    folder, last = map(str, named[-1])
    if last != "pk":
        return NAMES.get(last, last)
    return PLURALS.get(folder) or re.sub(r"ies$", "y", folder).removesuffix("s")


NAMES = {"on": "day", "slug": "guidance", "token": "link"}
PLURALS = {"people": "person", "lock": "person", "diagnoses": "diagnosis"}


# Methods


def methods_of(view: Any) -> tuple[str, ...]:
    """Return the methods that a view says it takes, or all that any page of ours takes."""
    while view is not None:
        for cell in getattr(view, "__closure__", None) or ():
            if isinstance(cell.cell_contents, list) and set(cell.cell_contents) <= {*METHODS, "DELETE", "PUT"}:
                return tuple(cell.cell_contents)
        view = getattr(view, "__wrapped__", None)
    return METHODS


# What is written into the log


def audited_by(view: Any) -> set[str]:
    """Return the kinds of events that a view may write, itself or through what it calls."""
    function = inspect.unwrap(view)
    seen: set[FunctionType] = set()
    return set(_kinds(function, seen)) if isinstance(function, FunctionType) else set()


def _kinds(function: FunctionType, seen: set[FunctionType]) -> Iterator[str]:
    if function in seen or not function.__module__.startswith(OURS):
        return
    seen.add(function)
    for node in ast.walk(_source(function)):
        if isinstance(node, ast.Call):
            yield from _named_in(node, function)
        if isinstance(node, ast.Name | ast.Attribute):
            other = _resolved(node, function)
            if isinstance(other, FunctionType):
                yield from _kinds(other, seen)


@cache
def _source(function: FunctionType) -> ast.AST:
    try:
        return ast.parse(textwrap.dedent(inspect.getsource(function)))
    except (OSError, SyntaxError):  # made at run time
        return ast.Module([], [])


def _named_in(call: ast.Call, function: FunctionType) -> Iterator[str]:
    """Yield the kinds that a call gives to a function of ours which has a parameter of that name."""
    called = _resolved(call.func, function)
    if not isinstance(called, FunctionType) or not called.__module__.startswith(OURS) or called.__name__ == "once":
        return
    parameters = list(inspect.signature(called).parameters)
    if "kind" not in parameters:
        return
    place = parameters.index("kind")
    given = [word.value for word in call.keywords if word.arg == "kind"] or call.args[place : place + 1]
    for node in (node for argument in given for value in _values(argument, function) for node in ast.walk(value)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and KIND.fullmatch(node.value):
            yield node.value


def _values(argument: ast.expr, function: FunctionType) -> Iterator[ast.expr]:
    """Yield an argument, or all that the function assigns to the name that stands there."""
    yield argument
    name = argument.id if isinstance(argument, ast.Name) else None
    for node in ast.walk(_source(function)) if name else ():
        if isinstance(node, ast.Assign) and name in [getattr(target, "id", "") for target in node.targets]:
            yield node.value


def _resolved(node: ast.AST, function: FunctionType) -> Any:
    """Return what a name, or a name in a module, stands for inside a function."""
    if isinstance(node, ast.Name):
        found = function.__globals__.get(node.id)
        return inspect.unwrap(found) if callable(found) else found
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        module = function.__globals__.get(node.value.id)
        found = getattr(module, node.attr, None) if isinstance(module, ModuleType) else None
        return inspect.unwrap(found) if callable(found) else found
    return None
