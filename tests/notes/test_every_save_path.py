"""Every URL that saves into a patient's record is sent by many people at once: the project's own list of URLs says which it has.

A new one belongs into tests/notes/saves. What happens once, under a signature or for good, is proven where it is named here.
"""

import json
from collections.abc import Iterable
from functools import cache
from importlib import import_module
from io import StringIO
from typing import Any

from django.core.management import call_command

from tests.notes.saves import WAYS

SIGNING, SAVING = "tests.notes.test_concurrent_signing", "tests.notes.test_saving_at_once"

# Deeds that end what many may save into: each with the test of its simultaneous use, and why it is not among the ways.
PROVEN_ELSEWHERE = {
    "coding:sign": (
        f"{SIGNING}.test_signatures_at_one_moment_make_one_chain",
        "a note is signed once, each into one chain",
    ),
    "coding:cosign": (f"{SIGNING}.test_of_co_signatures_at_one_moment_one_stands", "a note is co-signed once"),
    "coding:addendum": (f"{SIGNING}.test_addenda_at_one_moment_all_stand", "each is signed, into the same chain"),
    "coding:retract": (f"{SIGNING}.test_of_retractions_at_one_moment_one_stands", "a note is taken back once"),
    "notes:note-discard": (
        f"{SAVING}.test_a_draft_that_is_discarded_while_others_save_loses_nothing",
        "the draft is gone",
    ),
}

# These tell of patients and save nothing into a patient's record; why, in words.
SAVE_NOTHING = {
    **dict.fromkeys(("clinic:search", "clinic:walk-in-search", "notes:diagnosis-search"), "a search"),
    **dict.fromkeys(("clinic:lock-now", "clinic:lock-passkey", "clinic:lock-person", "clinic:lock-empty"), "the session's lock"),
    **dict.fromkeys(("notes:take", "notes:leave"), "on which device a draft is open"),
    **dict.fromkeys(("clinic:break-glass", "clinic:glass-end", "clinic:glass-review"), "who may see, for how long"),
    **dict.fromkeys(("coding:packet", "coding:superbills-export", "clinic:audit-export"), "asks for a file"),
    "clinic:patient-begin": "opens a form",
    "clinic:export-cancel": "a file that is being made",
    "clinic:auditor-list": "which patients an auditor may see",
    "clinic:audit": "reads the log",
    "coding:signed-note": "reads a note, for a purpose",
}  # fmt: skip


def saving(routes: Iterable[dict[str, Any]]) -> set[str]:
    """Return every URL to which something of a patient may be posted, but for those that save nothing."""
    posted = {each["name"] for each in routes if "POST" in each["methods"] and each["tells_of_patients"]}
    return posted - SAVE_NOTHING.keys()


def unproven(routes: Iterable[dict[str, Any]], ways: Iterable[Any] = WAYS) -> set[str]:
    return saving(routes) - PROVEN_ELSEWHERE.keys() - {url for way in ways for url in way.urls}


@cache
def listed() -> list[dict[str, Any]]:
    """What `manage.py routes --json` prints."""
    written = StringIO()
    call_command("routes", json=True, stdout=written)
    found: list[dict[str, Any]] = json.loads(written.getvalue())
    return found


def test_every_url_that_saves_is_sent_by_many_at_once() -> None:
    assert unproven(listed()) == set()


def test_a_url_that_nobody_thought_of_is_found() -> None:
    new = {"name": "notes:scribble", "methods": ["POST"], "tells_of_patients": True}
    assert unproven([*listed(), new]) == {"notes:scribble"}
    assert unproven(listed(), WAYS[1:]) == WAYS[0].urls


def test_the_lists_name_what_there_is_and_nothing_twice() -> None:
    routes, sent = listed(), [url for way in WAYS for url in way.urls]
    apart = [*sent, *PROVEN_ELSEWHERE, *SAVE_NOTHING]
    assert len(apart) == len(set(apart))
    assert set(apart) <= {each["name"] for each in routes if "POST" in each["methods"]}
    for test, _why in PROVEN_ELSEWHERE.values():
        module, _, name = test.rpartition(".")
        assert hasattr(import_module(module), name), test
