"""A first start of the embedded database that was interrupted is made good by the next one."""

import shutil
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from clinic.database import embedded

# One worker takes them all: they share the copy of the server's programs.


class Interrupted(BaseException):
    """Somebody pressed Ctrl-C, or the machine went off."""


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A checkout of its own, far from the one whose server runs; the server's programs are borrowed, not copied."""
    programs = embedded._binaries()
    monkeypatch.setattr(embedded, "BASE", tmp_path)
    monkeypatch.setattr(embedded, "ADDRESSES", tmp_path / "var" / "postgres.json")
    monkeypatch.setattr(embedded, "_binaries", lambda: programs)
    yield tmp_path
    embedded.stop()
    shutil.rmtree(embedded._home(), ignore_errors=True)


def interrupt(monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    """Start, and break off before a step is taken."""

    def broken(*arguments: Any) -> None:
        raise Interrupted

    with monkeypatch.context() as patch, pytest.raises(Interrupted):
        patch.setattr(embedded, step, broken)
        embedded.start()


def serves() -> bool:
    with psycopg.connect(embedded.addresses()["web"]) as web:
        return web.execute("SELECT current_user").fetchone() == (embedded.WEB,)


def test_an_interrupted_first_start_heals_at_every_step(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for step in ("_free_port", "_create_roles", "_write_addresses"):
        interrupt(monkeypatch, step)
        assert (embedded._data() / "PG_VERSION").exists()
        assert embedded.addresses() == {}
    embedded.start()
    assert serves()
    assert stat.S_IMODE(embedded.ADDRESSES.stat().st_mode) == 0o600


def test_a_finished_cluster_is_kept(checkout: Path) -> None:
    embedded.start()
    with psycopg.connect(embedded.addresses()["owner"], autocommit=True) as owner:
        owner.execute("CREATE TABLE kept ()")
    embedded.stop()
    embedded.start()
    with psycopg.connect(embedded.addresses()["owner"]) as owner:
        assert owner.execute("SELECT count(*) FROM kept").fetchone() == (0,)


def test_a_copy_of_the_programs_is_whole_or_none(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    package = tmp_path_factory.mktemp("wheel") / "programs"
    (package / "bin").mkdir(parents=True)
    embedded._home().mkdir(parents=True)
    (embedded._home() / "programs.unfinished" / "half").mkdir(parents=True)
    assert [path.name for path in embedded._copy(package).iterdir()] == ["bin"]
