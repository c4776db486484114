"""Whoever attacks what was signed: the web role is refused, the owner of the tables is seen by verify."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from notes import anchoring, chain
from notes.models import ChainHead, Note, Signature
from tests.conftest import _become, _empty_every_table, _owner_url
from tests.database.asking import ask, refused
from tests.database.attacks import ATTACKS, UNSEEN, Attack
from tests.world import build, sign, undone

each_attack = pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)


@pytest.fixture(scope="module")
def record(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[SimpleNamespace]:
    """Two practices, committed, with an anchor that was dropped when the day was over."""
    with django_db_blocker.unblock():
        found = build()
        sign(found.cases["stranger"].draft, found.people["stranger"])
        found.named = _named(found)
        found.anchor = _anchored(tmp_path_factory.mktemp("elsewhere") / "anchors")
        yield found
        _empty_every_table(None)  # type: ignore[arg-type]


def _named(found: SimpleNamespace) -> dict[str, Any]:
    ours, theirs = found.cases["adams"], found.cases["baker"]
    last = Signature.objects.filter(practice=found.elsewhere).latest("sequence")
    head_back = (
        f"UPDATE notes_chainhead SET sequence = {last.sequence - 1}, link = '{last.previous}' "
        f"WHERE practice_id = '{found.elsewhere.pk}'"
    )
    return {
        "note": ours.signed.pk, "draft": ours.draft.pk, "other": theirs.signed.pk, "bill": ours.bill.pk,
        "colleague": theirs.doctor.pk, "patient": theirs.patient.pk, "own": found.riverside.pk,
        "practice": found.elsewhere.pk, "last": last.note_id, "head_back": head_back, "owner": _owner(),
    }  # fmt: skip


def _owner() -> str:
    return str(ask("SELECT tableowner FROM pg_tables WHERE tablename = 'notes_note'")[0][0])


def _anchored(file: Path) -> Path:
    later = SimpleNamespace(now=lambda: timezone.now() + timedelta(days=1))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(anchoring, "timezone", later)
        anchoring.drop_anchor(file)
    return file


# The web role


@each_attack
def test_the_web_role_is_refused(record: SimpleNamespace, attack: Attack) -> None:
    if attack.refused:
        with undone(), refused(attack.refused):
            ask(attack.sql.format(**record.named))


def test_copy_is_refused(record: SimpleNamespace) -> None:
    columns = "practice_id, note_id, alert_id, text, written_by_id"
    [row] = ask(f"SELECT {columns} FROM notes_alertanswer WHERE note_id = %s", record.named["note"])
    with undone(), pytest.raises(psycopg.errors.RestrictViolation), connection.cursor() as cursor:
        _copy_in(cursor, f"COPY notes_alertanswer ({columns}) FROM STDIN", row)


def _copy_in(cursor: Any, statement: str, row: Any) -> None:
    with cursor.copy(statement) as copy:
        copy.write_row(row)


@pytest.mark.parametrize("statement", ["COPY notes_note TO PROGRAM 'cat'", "COPY notes_note TO '/tmp/notes'"])
def test_nothing_leaves_through_the_server(record: SimpleNamespace, statement: str) -> None:
    with undone(), refused("InsufficientPrivilege"):
        ask(statement)


def test_no_row_is_deleted_by_deleting_what_it_hangs_on(record: SimpleNamespace) -> None:
    assert ask("SELECT conname FROM pg_constraint WHERE contype = 'f' AND confdeltype <> 'a'") == []


# The owner


@pytest.fixture
def owner(record: SimpleNamespace) -> Iterator[SimpleNamespace]:
    """Let the owner's hand be at it, past triggers and keys; all is taken back."""
    _become(_owner_url())
    try:
        with undone():
            ask("SET LOCAL session_replication_role = replica")
            yield record
    finally:
        _become(_web_url())


def _web_url() -> str:
    from django.conf import settings

    return str(settings.DATABASE_URL)


def verified(capsys: Any, anchor: Path | None = None) -> tuple[int, list[str]]:
    """Verify as the web role, in the owner's transaction; return the status and what was found."""
    capsys.readouterr()
    ask("SET LOCAL ROLE plumbline_web")
    with pytest.raises(SystemExit) as ended:
        call_command("verify", "--json", *(["--anchor", str(anchor)] if anchor else []))
    ask("RESET ROLE")
    return int(ended.value.code or 0), [each["why"] for each in json.loads(capsys.readouterr().out)["faults"]]


def test_untouched_all_stands_as_it_was_signed(owner: SimpleNamespace, capsys: Any) -> None:
    assert verified(capsys, owner.anchor) == (0, [])


@each_attack
def test_the_owner_is_seen(owner: SimpleNamespace, attack: Attack, capsys: Any) -> None:
    ask(attack.sql.format(**owner.named))
    if attack.by_anchor:
        assert verified(capsys) == (0, [])  # or else the table says too little of verify
    status, found = verified(capsys, owner.anchor if attack.by_anchor else None)
    assert status == 1 and any(attack.seen in why for why in found), found


def test_a_chain_made_anew_without_the_key_is_seen(owner: SimpleNamespace, capsys: Any, settings: Any) -> None:
    _make_anew(owner, settings, "a key that the owner made up")
    status, found = verified(capsys)
    assert status == 1 and any("not what the key makes of it" in why for why in found)


def test_a_chain_made_anew_with_the_key_is_seen_by_the_anchor(
    owner: SimpleNamespace, capsys: Any, settings: Any
) -> None:
    _make_anew(owner, settings, settings.CHAIN_KEY)
    assert verified(capsys) == (0, [])
    status, found = verified(capsys, owner.anchor)
    assert status == 1 and any("made anew" in why for why in found)


def _make_anew(record: SimpleNamespace, settings: Any, key: str) -> None:
    """Change the name under a note, and every link after it with a key."""
    right, settings.CHAIN_KEY, link = settings.CHAIN_KEY, key, ""
    Signature.objects.filter(note=record.named["note"]).update(name="Nobody")
    for entry in chain.entries(record.riverside.pk):
        entry.previous = link
        link = chain.link_of(entry)
        type(entry).objects.filter(pk=entry.pk).update(previous=entry.previous, link=link)
    ChainHead.objects.filter(pk=record.riverside.pk).update(link=link)
    settings.CHAIN_KEY = right


@pytest.mark.parametrize("reason", UNSEEN)
def test_what_nobody_signed_is_not_seen(owner: SimpleNamespace, reason: str, capsys: Any) -> None:
    """So that nobody believes more of verify than it does."""
    ask(UNSEEN[reason].format(**owner.named))
    assert verified(capsys) == (0, [])


def test_the_trigger_is_not_fooled_by_the_owner_either(owner: SimpleNamespace) -> None:
    ask("SET LOCAL session_replication_role = origin")
    ask("CREATE TEMPORARY TABLE notes_note AS SELECT id, NULL::timestamptz AS signed_at FROM public.notes_note")
    with refused("signed_note_is_final"):
        ask("UPDATE public.notes_activity SET minutes = 1 WHERE note_id = %s", owner.named["note"])


def test_the_note_that_is_attacked_is_signed(record: SimpleNamespace) -> None:
    assert Note.objects.get(pk=record.named["note"]).is_signed
