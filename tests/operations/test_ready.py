"""Whether Plumbline is ready: what is looked at, what is told to whom, and that asking costs little."""

import os
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from clinic.models import AccessEvent, WorkerPulse
from clinic.operations import readiness
from clinic.operations.readiness import FINE, look


@pytest.fixture(autouse=True)
def anew(monkeypatch: Any) -> Iterator[None]:
    """Look anew, and at a worker that is there."""
    readiness._last.clear()
    yield
    readiness._last.clear()


@pytest.fixture
def worker(db: None) -> None:
    WorkerPulse.objects.create(name="test", seen_at=timezone.now())


def test_all_is_fine_where_it_is(worker: None, client: Client) -> None:
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["wrong"]) == (200, []), answer.json()
    assert set(answer.json()["found"]) == {
        "database",
        "migrations",
        "audit",
        "clock",
        "disk",
        "room",
        "worker",
        "backup",
    }
    assert answer.headers["Cache-Control"] == "no-store, private"
    assert not AccessEvent.objects.exists()


def test_others_learn_what_is_wrong_and_not_how(db: None, client: Client) -> None:
    for beside in ({"REMOTE_ADDR": "10.1.2.3"}, {"HTTP_X_FORWARDED_FOR": "10.1.2.3"}):
        assert client.get("/readyz", **beside).json() == {"ready": True, "wrong": ["worker"]}


def test_without_a_database_it_is_not_ready(worker: None, client: Client, monkeypatch: Any) -> None:
    def broken(*args: Any, **kwargs: Any) -> None:
        raise OperationalError("host=10.0.0.1 user=plumbline_web")

    with monkeypatch.context() as away:  # what tidies up after a test needs its cursor
        away.setattr("clinic.operations.readiness.connection.cursor", broken)
        answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["ready"]) == (503, False)
    assert answer.json()["found"]["database"] == "It could not be looked at (OperationalError)."
    assert "10.0.0.1" not in answer.content.decode()


def test_migrations_that_are_left_keep_it_from_being_ready(worker: None, monkeypatch: Any) -> None:
    monkeypatch.setattr("clinic.operations.readiness.MigrationExecutor.migration_plan", lambda self, targets: [1, 2])
    found = look()
    assert (found.is_ready, found.needed["migrations"]) == (False, "2 migrations are not applied.")


def test_a_log_that_cannot_be_written_keeps_it_from_being_ready(worker: None, monkeypatch: Any) -> None:
    def broken(**kwargs: Any) -> None:
        raise OperationalError

    monkeypatch.setattr(AccessEvent.objects, "create", broken)
    assert not look().is_ready


def test_clocks_that_differ_keep_it_from_being_ready(worker: None, monkeypatch: Any) -> None:
    monkeypatch.setattr(readiness, "CLOCKS_DIFFER", timedelta(seconds=-1))
    assert "seconds apart" in look().needed["clock"]


def test_the_owners_role_keeps_it_from_being_ready(owner_speaks: None, transactional_db: None, settings: Any) -> None:
    settings.IS_LOCAL = False
    assert "owns the tables" in look().needed["database"]


def test_a_lost_worker_a_disk_that_fills_up_and_an_old_backup_want_attention(
    worker: None, monkeypatch: Any, settings: Any, tmp_path: Path
) -> None:
    WorkerPulse.objects.update(seen_at=timezone.now() - timedelta(minutes=5))
    full = SimpleNamespace(free=200 * 1024**2, total=10 * 1024**3)
    monkeypatch.setattr("clinic.operations.readiness.shutil.disk_usage", lambda path: full)
    old = tmp_path / "plumbline-20200101T000000Z.age"
    for path in (old, old.with_name(old.name + ".json")):
        path.touch()
        os.utime(path, (time.time() - 30 * 3600,) * 2)
    settings.BACKUP_DIR = str(tmp_path)
    found = look()
    assert found.is_ready
    assert [name for name, said in found.attention.items() if said != FINE] == ["room", "worker", "backup"]
    assert found.attention["room"] == "200 MB are left on the disk."


@pytest.mark.parametrize(
    ("free", "total", "is_ready"),
    [(99, 500_000, False), (101, 500_000, True), (11, 1000, True), (9, 1000, False)],
)
def test_a_full_disk_keeps_it_from_being_ready(
    worker: None, client: Client, monkeypatch: Any, free: int, total: int, is_ready: bool
) -> None:
    """In megabytes: below a hundred, or below a hundredth of a small disk."""
    usage = SimpleNamespace(free=free * 1024**2, total=total * 1024**2)
    monkeypatch.setattr("clinic.operations.readiness.shutil.disk_usage", lambda path: usage)
    answer = client.get("/readyz")
    assert answer.status_code == (200 if is_ready else 503)
    assert answer.json()["wrong"] == ([] if is_ready else ["disk"]) + ["room"]


def test_asking_all_the_time_looks_seldom(worker: None, client: Client, django_assert_num_queries: Any) -> None:
    client.get("/readyz")
    with django_assert_num_queries(0):
        client.get("/readyz")
