"""manage.py verify: what stands as it was signed, what does not, and what cannot be told. Attacks are in tests/database."""

import json
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from coding import line_digest
from notes import verifying
from notes.attested import READERS
from notes.chain import ATTESTATION_VERSION
from notes.digests import DIGEST_VERSION, content
from notes.models import Attestation, ChainHead, Note, Signature
from tests.notes import frozen
from tests.world import undone


@pytest.fixture
def ours(world: SimpleNamespace) -> Iterator[SimpleNamespace]:
    with undone():
        yield world


def verify(capsys: Any, *given: str) -> tuple[int, dict[str, Any]]:
    """Return the status, and what the command told as JSON."""
    capsys.readouterr()
    with pytest.raises(SystemExit) as ended:
        call_command("verify", "--json", *given)
    return int(ended.value.code or 0), json.loads(capsys.readouterr().out)


def test_everything_stands_as_it_was_signed(ours: SimpleNamespace, capsys: Any) -> None:
    status, told = verify(capsys)
    assert (status, told["faults"], told["unchecked"]) == (0, [], [])
    assert told["links"] == sum(ChainHead.objects.values_list("sequence", flat=True)) >= Signature.objects.count() >= 3


def test_it_says_so_in_a_sentence(ours: SimpleNamespace, capsys: Any) -> None:
    with pytest.raises(SystemExit):
        call_command("verify", "--practice", "elsewhere")
    assert "everything stands as it was signed" in capsys.readouterr().out


def test_a_practice_that_is_not_there_cannot_be_checked(ours: SimpleNamespace, capsys: Any) -> None:
    status, told = verify(capsys, "--practice", "nowhere")
    assert (status, told["why"]) == (2, "There is no practice 'nowhere'.")


def test_links_of_a_key_that_is_lost_cannot_be_checked(ours: SimpleNamespace, settings: Any, capsys: Any) -> None:
    settings.CHAIN_KEY_ID, settings.CHAIN_KEY = "2", "the next key"
    status, told = verify(capsys)
    assert (status, told["faults"]) == (2, [])
    assert "PLUMBLINE_CHAIN_KEYS" in told["unchecked"][0]["why"]


def test_links_of_a_key_of_before_are_checked(ours: SimpleNamespace, settings: Any, capsys: Any) -> None:
    settings.CHAIN_KEYS = {settings.CHAIN_KEY_ID: settings.CHAIN_KEY}
    settings.CHAIN_KEY_ID, settings.CHAIN_KEY = "2", "the next key"
    assert verify(capsys)[0] == 0
    settings.CHAIN_KEYS = {"1": "not the key that it was"}
    status, told = verify(capsys)
    assert (status, told["faults"][0]["sequence"]) == (1, 1) and "key" in told["faults"][0]["why"]


def test_a_digest_of_a_later_plumbline_cannot_be_checked(ours: SimpleNamespace, monkeypatch: Any, capsys: Any) -> None:
    monkeypatch.setattr(verifying, "DIGEST_VERSION", 1)
    assert verify(capsys)[0] == 2


def test_it_asks_as_much_of_a_long_chain_as_of_a_short_one(ours: SimpleNamespace, capsys: Any) -> None:
    asked = []
    for slug in ("elsewhere", "riverside"):
        with CaptureQueriesContext(
            connection,
        ) as seen:
            verify(capsys, "--practice", slug)
        asked.append(len(seen))
    assert asked[0] == asked[1]


@pytest.mark.parametrize(("version", "links", "of_the_note"), [(1, 1, 1), (2, 1, 2), (3, 7, 2)])
def test_a_note_signed_under_an_old_version_verifies_for_ever(
    as_owner: psycopg.Connection[Any], version: int, links: int, of_the_note: int, settings: Any, capsys: Any
) -> None:
    """Its rows are as they were on its day. Should this ever fail, then the code is wrong and never the rows.

    The third also holds what was signed after a note: a correction, a co-signature, a retraction.
    """
    settings.CHAIN_KEYS = {frozen.KEY_ID: frozen.KEY}
    frozen.thaw(as_owner, version)
    assert verify(capsys) == (0, {"status": 0, "links": links, "faults": [], "unchecked": []})
    assert set(Signature.objects.values_list("digest_version", flat=True)) == {of_the_note}


def test_what_is_covered_today_is_frozen_too(as_owner: psycopg.Connection[Any]) -> None:
    """So that a change of what a digest covers fails above. Whoever gives a digest a new version freezes notes of it here."""
    assert (DIGEST_VERSION, line_digest.VERSION, ATTESTATION_VERSION) == (2, 3, 2)
    frozen.thaw(as_owner, 3)
    held: set[str] = set()
    for note in Note.objects.all():
        bills = [line_digest.stated(bill) for bill in note.superbills.all()]
        said = line_digest.covered(note, bills, edition="") | content(note)
        held |= {name for name, value in said.items() if value}
    assert held == set(said) - {"edition"}
    assert set(Attestation.objects.values_list("meaning", flat=True)) == set(READERS)


def test_what_an_old_version_covers_is_covered_still(
    as_owner: psycopg.Connection[Any], settings: Any, capsys: Any
) -> None:
    settings.CHAIN_KEYS = {frozen.KEY_ID: frozen.KEY}
    frozen.thaw(as_owner, 1)
    as_owner.execute("SET session_replication_role = replica")
    as_owner.execute("UPDATE notes_activity SET minutes = minutes + 1")
    status, told = verify(capsys)
    assert (status, len(told["faults"])) == (1, 1)
