"""A backup restores: made under load, checked, refused where it would destroy, and everything is there afterwards."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psycopg
import pyrage
import pytest
from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from clinic.exports import jobs
from clinic.models import BackgroundJob, BreakGlass, DeviceUser, User
from clinic.operations.backups import BadBackup, check_backup
from clinic.operations.backups.making import finished
from clinic.operations.backups.manifest import manifest_of, read
from clinic.operations.backups.programs import environment
from clinic.signin.people import make_link
from tests.conftest import PASSWORD, _owner_url
from tests.operations.conftest import serving
from tests.world import build


@pytest.fixture
def keys(tmp_path: Path) -> SimpleNamespace:
    """Somebody who may open backups, and somebody else."""
    own, other = (pyrage.x25519.Identity.generate() for _ in range(2))
    paths = tmp_path / "own.txt", tmp_path / "other.txt"
    for path, identity in zip(paths, (own, other), strict=True):
        path.write_text(f"# made for a test\n{identity}\n")
    return SimpleNamespace(public=str(own.to_public()), own=paths[0], other=paths[1])


@pytest.fixture
def elsewhere(transactional_db: None) -> Iterator[str]:
    """An empty database of the owner's, beside the one that is backed up; return its name."""
    name = f"restored_{os.getpid()}"
    with psycopg.connect(_address("postgres"), autocommit=True) as owner:
        owner.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        owner.execute(f"CREATE DATABASE {name}")
    yield name
    with psycopg.connect(_address("postgres"), autocommit=True) as owner:
        owner.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _address(name: str) -> str:
    return f"{_owner_url().rsplit('/', 1)[0]}/{name}"


def _web_address(name: str) -> str:
    return f"{settings.DATABASE_URL.rsplit('/', 1)[0]}/{name}"


def back_up(into: Path, keys: SimpleNamespace, keep: int = 0) -> Path:
    settings.OWNER_DATABASE_URL, settings.BACKUP_RECIPIENTS = _address(_own()), [keys.public]
    told = StringIO()
    call_command("backup", out=into, keep=keep, stdout=told)
    return Path(told.getvalue().strip())


def _own() -> str:
    return str(connection.settings_dict["NAME"])


def restore(backup: Path, name: str, keys: SimpleNamespace, force: str = "") -> str:
    told = StringIO()
    call_command("restore", backup, into=_address(name), identity=keys.own, force=force, stdout=told)
    return told.getvalue()


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    before = settings.OWNER_DATABASE_URL, settings.BACKUP_RECIPIENTS
    yield
    settings.OWNER_DATABASE_URL, settings.BACKUP_RECIPIENTS = before


@pytest.fixture
def busy() -> Iterator[None]:
    """Somebody writes all the while."""
    over = threading.Event()

    def write() -> None:
        with psycopg.connect(_web_address(str(connection.settings_dict["NAME"])), autocommit=True) as web:
            while not over.wait(0.005):
                web.execute("INSERT INTO clinic_accessevent (kind) VALUES ('load')")

    thread = threading.Thread(target=write)
    thread.start()
    yield
    over.set()
    thread.join()


def test_what_was_backed_up_under_load_is_restored_elsewhere_verifies_and_lets_people_in(
    elsewhere: str, keys: SimpleNamespace, tmp_path: Path, busy: None
) -> None:
    world = build()
    _with_a_real_password(world.people["tess"].user)
    _has_much_going_on(world)
    backup = back_up(tmp_path / "backups", keys)
    assert backup.stat().st_mode & 0o077 == 0
    assert b"CREATE TABLE" not in backup.read_bytes()
    assert len(read(backup).states) == 2  # the heads of both practices' chains, which are compared

    told = restore(backup, elsewhere, keys)
    assert "is restored" in told and "sessions: 9, one-time links: 1, emergency accesses: 1, background jobs: 1" in told
    assert _going_on(elsewhere) == [0, 0, 0, 0, 0, 0, 0]
    own = os.environ | {"DATABASE_URL": _web_address(elsewhere), "PLUMBLINE_LOCAL": "1"}
    verify = [sys.executable, "manage.py", "verify"]
    verified = subprocess.run(verify, env=own, cwd=settings.BASE_DIR, capture_output=True, text=True, check=False)
    assert (verified.returncode, "everything stands" in verified.stdout) == (0, True), verified.stdout

    # destroyed, and restored again: not by accident, and as it was
    with psycopg.connect(_address(elsewhere), autocommit=True) as owner:
        owner.execute("DELETE FROM clinic_jobpart; DROP TABLE clinic_backgroundjob CASCADE")
    for force in ("", "plumbline"):
        with pytest.raises(CommandError, match=f"--force {elsewhere}"):
            restore(backup, elsewhere, keys, force)
    assert "is restored" in restore(backup, elsewhere, keys, elsewhere)
    assert _rights(elsewhere) == _rights(_own())
    with serving(_web_address(elsewhere)) as served:
        answer = served.ask("/login/", body=f"username=tess&password={PASSWORD}")
        assert (answer.status, answer.headers.get("Location")) == (302, "/"), answer.text[-500:]


def _with_a_real_password(user: User) -> None:
    """The served app knows the hasher of production alone."""
    user.password = Argon2PasswordHasher().encode(PASSWORD, "salt-for-the-test")
    user.save()


def _has_much_going_on(world: SimpleNamespace) -> None:
    """Somebody's link waits to be used, and a job of which a part is made has lost its worker; in the world, people are in."""
    make_link(world.people["frances"], by=world.people["olga"])
    job, both = world.cases["adams"].export, {"size": None, "digest": "", "expires_at": None, "finished_at": None}
    BackgroundJob.objects.filter(pk=job.pk).update(**both)
    jobs.do.enqueue(str(job.pk))
    user, glass = world.people["adams"].user, world.cases["adams"].glass
    BreakGlass.objects.create(
        practice=glass.practice, member=glass.member, patient=glass.patient, reason="unwell here", proof="password",
        ends_at=timezone.now() + timedelta(days=400),
    )  # fmt: skip
    DeviceUser.objects.create(device="tablet", user=user, seen_at=timezone.now(), until=timezone.now())
    assert 0 not in _going_on(_own())


def _going_on(name: str) -> list[int]:
    """Sessions twice over, devices that know somebody, the link, open emergency access, jobs, and tasks that wait."""
    with psycopg.connect(_address(name)) as owner:
        link = User.objects.get(username="frances").password
        asked = (
            "SELECT count(*) FROM django_session",
            "SELECT count(*) FROM clinic_signin",
            "SELECT count(*) FROM clinic_deviceuser",
            f"SELECT count(*) FROM clinic_user WHERE password = '{link}'",
            "SELECT count(*) FROM clinic_breakglass WHERE ended_at IS NULL AND ends_at > now()",
            "SELECT count(*) FROM clinic_backgroundjob WHERE finished_at IS NULL",
            "SELECT count(*) FROM django_tasks_database_dbtaskresult WHERE finished_at IS NULL",
        )
        return [owner.execute(each).fetchone()[0] for each in asked]  # type: ignore[index,arg-type]


def _rights(name: str) -> Any:
    """What the web role may do with each table, also with those to come."""
    asked = (
        "SELECT relname, (SELECT string_agg(p, ' ' ORDER BY p) "
        "FROM unnest('{SELECT,INSERT,UPDATE,DELETE,TRUNCATE,TRIGGER}'::text[]) p "
        "WHERE has_table_privilege('plumbline_web', pg_class.oid, p)) FROM pg_class "
        "WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') "
        "UNION ALL SELECT 'temporary', has_database_privilege('plumbline_web', current_database(), 'TEMP')::text "
        "UNION ALL SELECT 'later', defaclacl::text FROM pg_default_acl ORDER BY 1, 2"
    )
    with psycopg.connect(_address(name)) as owner:
        return owner.execute(asked).fetchall()


@pytest.fixture
def backup(transactional_db: None, practice: Any, keys: SimpleNamespace, tmp_path: Path) -> Path:
    return back_up(tmp_path / "backups", keys)


def test_a_backup_that_was_touched_is_known_and_a_stranger_opens_none(
    backup: Path, keys: SimpleNamespace, tmp_path: Path
) -> None:
    assert check_backup(backup).tables["clinic_practice"] == 1
    call_command("verify_backup", backup, identity=keys.own, stdout=StringIO())
    with pytest.raises(CommandError, match="cannot be decrypted"):
        call_command("verify_backup", backup, identity=keys.other)
    whole, beside = backup.read_bytes(), manifest_of(backup).read_text()
    for bytes_, text in (
        (whole[:-1], beside),
        (whole + b"x", beside),
        (whole[:500] + b"\0" + whole[501:], beside),
        (whole, beside.replace('"clinic_practice": 1', '"clinic_practice": 2')),
        (whole, "{}"),
    ):
        backup.write_bytes(bytes_)
        manifest_of(backup).write_text(text)
        with pytest.raises(BadBackup):
            check_backup(backup)
    manifest_of(backup).unlink()
    with pytest.raises(BadBackup, match="no manifest"):
        check_backup(backup)


def test_old_backups_go_when_a_new_one_is_whole(backup: Path, keys: SimpleNamespace) -> None:
    folder = backup.parent
    for number in range(3):
        old = folder / f"plumbline-2020010{number + 1}T000000Z.age"
        old.write_bytes(b"old")
        manifest_of(old).write_text(json.dumps({}))
    back_up(folder, keys, keep=2)
    assert [path.name[:14] for path in finished(folder)] == [backup.name[:14]] * 2
    assert len(list(folder.iterdir())) == 4


def test_postgresqls_programs_ask_the_server_for_the_same_proof_as_we_do() -> None:
    said = environment("postgresql://ow%40ner:pa%2Fss@%2Frun%2Fdb/name?sslmode=verify-full&sslrootcert=/etc/ca.pem")
    assert {name: said[name] for name in said if name.startswith("PG")} == {
        "PGUSER": "ow@ner", "PGPASSWORD": "pa/ss", "PGHOST": "/run/db", "PGDATABASE": "name", "PGSSLMODE": "verify-full",
        "PGSSLROOTCERT": "/etc/ca.pem",
    }  # fmt: skip


def test_nothing_is_restored_into_a_database_that_nobody_named(
    keys: SimpleNamespace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "OWNER_DATABASE_URL", "")
    with pytest.raises(CommandError, match="OWNER_DATABASE_URL"):
        call_command("restore", tmp_path / "none.age", identity=keys.own)


@pytest.mark.parametrize("recipients", [[], ["age1nonsense"]])
def test_without_a_recipient_nothing_is_left_behind(
    recipients: list[str], transactional_db: None, tmp_path: Path
) -> None:
    settings.OWNER_DATABASE_URL, settings.BACKUP_RECIPIENTS = _address(_own()), recipients
    with pytest.raises(CommandError, match="No backup was made"):
        call_command("backup", out=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_the_web_role_backs_nothing_up(transactional_db: None, tmp_path: Path, keys: SimpleNamespace) -> None:
    settings.OWNER_DATABASE_URL, settings.BACKUP_RECIPIENTS = _web_address(_own()), [keys.public]
    with pytest.raises(CommandError, match=r"permission denied.*No backup was made"):
        call_command("backup", out=tmp_path / "none")
    assert list((tmp_path / "none").iterdir()) == []
