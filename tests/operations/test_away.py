"""The database goes away and comes back while the app is served: everybody is told at once, and nothing is started anew."""

import json
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client

from clinic.database import embedded
from clinic.database.reach import Away, Reach
from clinic.models import Membership
from clinic.views.errors import _sent
from notes.models import Note
from notes.verifying import Walk
from tests.operations.conftest import Answer, Served, serving, web_address
from tests.operations.door import Door

WITHIN = 3.0  # seconds, in which everybody has an answer


def session_of(who: Membership) -> str:
    client = Client()
    client.force_login(who.user)
    return client.cookies["sessionid"].value


def at_once(served: Served, times: int, path: str, session: str) -> list[Answer]:
    """Ask as many times in parallel."""
    found: list[Answer] = []
    threads = [threading.Thread(target=lambda: found.append(served.ask(path, session))) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def test_while_the_database_is_away_everybody_is_told_at_once_and_then_all_goes_on(
    door: Door, served: Served, cast: SimpleNamespace, draft: Note
) -> None:
    session, page = session_of(cast.adams), f"/notes/{draft.pk}/"
    assert served.ask(page, session).status == 200
    door.shut()

    # pages, fragments, posts, the sign-in and what nobody has: all are answered, in time, by the designed page
    for path, body in (
        (page, None),
        ("/token/", None),
        ("/", None),
        (f"{page}save/", "plan=more"),
        ("/nothing/", None),
    ):
        answer = served.ask(path, session, body=body)
        assert (answer.status, answer.took < WITHIN) == (503, True), (path, answer.status, answer.took)
        assert (answer.headers["Retry-After"], "Back in a moment" in answer.text) == ("5", True)

    # many at once do not eat the threads: they are told, and files and /healthz are answered meanwhile
    crowd = threading.Thread(target=lambda: told.extend(at_once(served, 40, page, session)))
    told: list[Answer] = []
    crowd.start()
    for path in ("/healthz", "/static/plumbline.css"):
        answer = served.ask(path)
        assert (answer.status, answer.took < WITHIN) == (200, True), (path, answer.took)
    crowd.join()
    assert {answer.status for answer in told} == {503}
    assert max(answer.took for answer in told) < WITHIN

    door.open()
    assert served.wait_for(page, 200, session) < 10
    assert {answer.status for answer in at_once(served, 10, page, session)} == {200}


def test_a_form_that_met_no_database_is_kept_on_the_page_and_sent_again(
    door: Door, served: Served, cast: SimpleNamespace
) -> None:
    session = session_of(cast.frances)
    door.shut()
    answer = served.ask("/riverside/patients/add/", session, body=urlencode({"last_name": "\nRivera</textarea><b>"}))
    assert answer.status == 503
    assert '<textarea name="last_name" hidden>\n\nRivera&lt;/textarea&gt;&lt;b&gt;</textarea>' in answer.text
    secret = served.ask("/login/", session, body=urlencode({"username": "adams", "password": "hush-hush"}))
    assert (secret.status, "hush-hush" in secret.text, "adams" in secret.text) == (503, False, False)


def test_what_was_written_beside_a_proof_is_kept_and_the_proof_is_not(rf: Any) -> None:
    typed = {
        "text": "Numb since.",
        "password": "hush-1",
        "pin": "274950",
        "code": "112233",
        "passkey": "{}",
        "key": "k",
        "stays": "1",
    }
    request = rf.post(f"/notes/{uuid4()}/addendum/", typed)
    assert dict(_sent(request)) == {"text": "Numb since.", "key": "k"}
    assert dict(_sent(rf.post("/riverside/fees/add/", {"code": "97110"}))) == {"code": "97110"}
    assert _sent(rf.post("/login/second/", {"code": "112233"})) == []


def test_a_connection_that_is_ended_is_replaced(
    served: Served, cast: SimpleNamespace, as_owner: Any, draft: Note
) -> None:
    session, page = session_of(cast.adams), f"/notes/{draft.pk}/"
    assert served.ask(page, session).status == 200
    ended = (
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
        "WHERE pid <> pg_backend_pid() AND datname = current_database() AND usename = %s"
    )
    as_owner.execute(ended, ["plumbline_web"])
    assert served.wait_for(page, 200, session) < WITHIN


# What is asked by a command


def verify(database: str) -> tuple[int, dict[str, Any]]:
    command = [sys.executable, "manage.py", "verify", "--json"]
    environment = os.environ | {"DATABASE_URL": database}
    ended = subprocess.run(command, env=environment, cwd=settings.BASE_DIR, capture_output=True, text=True, check=False)
    return ended.returncode, json.loads(ended.stdout)


def test_verify_says_by_its_status_that_it_cannot_tell_while_the_database_is_away(
    door: Door, cast: SimpleNamespace
) -> None:
    address = web_address(door.port)
    assert verify(address)[0] == 0
    door.shut()
    status, told = verify(address)
    assert (status, told["status"], told["faults"]) == (2, 2, []) and "The database says" in told["why"]


def test_verify_cannot_tell_when_the_database_goes_away_while_it_walks(
    transactional_db: None, cast: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    def cut_off(walk: Walk) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    monkeypatch.setattr(Walk, "faults", cut_off)
    with pytest.raises(SystemExit) as ended:
        call_command("verify")
    connection.close()
    assert ended.value.code == 2 and "Cannot be checked" in capsys.readouterr().err


# What a process knows


def test_who_finds_it_away_spares_the_others_the_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    from psycopg_pool import PoolTimeout

    now, reach = [100.0], Reach()
    monkeypatch.setattr("clinic.database.reach.time.monotonic", lambda: now[0])
    with pytest.raises(PoolTimeout), reach.asking():
        raise PoolTimeout
    with pytest.raises(Away), reach.asking():
        pass
    now[0] += 1.1  # one asks again, and meanwhile nobody else does
    with reach.asking(), pytest.raises(Away), reach.asking():
        pass
    assert not reach.is_away


def test_a_busy_database_is_not_an_absent_one(monkeypatch: pytest.MonkeyPatch) -> None:
    from psycopg_pool import PoolTimeout

    now, reach = [100.0], Reach()
    monkeypatch.setattr("clinic.database.reach.time.monotonic", lambda: now[0])
    with reach.asking():
        pass
    now[0] += 1  # somebody else got a connection while this one waited in vain
    with pytest.raises(PoolTimeout), reach.asking():
        raise PoolTimeout
    assert not reach.is_away


# The long form: a server of its own that is really stopped and started


@pytest.mark.soak
def test_a_database_that_is_stopped_and_started_again_is_met_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    programs = embedded._binaries()
    monkeypatch.setattr(embedded, "BASE", tmp_path)
    monkeypatch.setattr(embedded, "ADDRESSES", tmp_path / "var" / "postgres.json")
    monkeypatch.setattr(embedded, "_binaries", lambda: programs)
    embedded.start()
    try:
        owner = os.environ | {"OWNER_DATABASE_URL": embedded.addresses()["owner"]}
        migrate = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
        subprocess.run(migrate, env=owner, cwd=settings.BASE_DIR, check=True)
        with serving(embedded.addresses()["web"]) as served:
            for mode in ("fast", "immediate"):
                assert served.ask("/readyz").status == 200
                embedded._ctl("stop", "-w", "-m", mode)
                gone = [served.ask("/login/", session="x" * 32) for _ in range(5)]
                assert {answer.status for answer in gone} == {503}
                assert max(answer.took for answer in gone) < WITHIN
                embedded._start_at(embedded._port())
                assert served.wait_for("/readyz", 200, seconds=20) < 15
    finally:
        embedded.stop()
        shutil.rmtree(embedded._home(), ignore_errors=True)
