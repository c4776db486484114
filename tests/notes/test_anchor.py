"""manage.py anchor: where the chains stand, written down elsewhere, and what verify sees by it."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from notes import anchoring
from notes.models import ChainHead
from tests.notes.test_verify import verify
from tests.world import undone


@pytest.fixture
def ours(world: SimpleNamespace) -> Iterator[SimpleNamespace]:
    with undone():
        yield world


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "anchors"


@pytest.fixture
def tomorrow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Today is over, so that it is sealed."""
    later = SimpleNamespace(now=lambda: timezone.now() + timedelta(days=1))
    monkeypatch.setattr(anchoring, "timezone", later)


def test_an_anchor_names_the_head_of_each_chain(ours: SimpleNamespace, file: Path, capsys: Any) -> None:
    call_command("anchor", out=file)
    line = json.loads(file.read_text())
    assert line["heads"] == {
        str(head.pk): {"sequence": head.sequence, "link": head.link} for head in ChainHead.objects.all()
    }
    assert "2 chains" in capsys.readouterr().out
    assert verify(capsys, "--anchor", str(file))[0] == 0


def test_anchors_are_added_and_never_overwritten(ours: SimpleNamespace, file: Path, capsys: Any) -> None:
    call_command("anchor", out=file)
    first = file.read_text()
    call_command("anchor", out=file)
    assert file.read_text().startswith(first) and len(file.read_text().splitlines()) == 2
    assert verify(capsys, "--anchor", str(file))[0] == 0


def test_a_file_of_something_else_is_left_alone(ours: SimpleNamespace, file: Path, capsys: Any) -> None:
    file.write_text("dear diary\n")
    with pytest.raises(CommandError, match="no anchor") as refused:
        call_command("anchor", out=file)
    assert (refused.value.returncode, file.read_text()) == (2, "dear diary\n")
    assert verify(capsys, "--anchor", str(file))[0] == 2


def test_an_anchor_that_is_missing_or_empty_cannot_be_compared(ours: SimpleNamespace, file: Path, capsys: Any) -> None:
    assert verify(capsys, "--anchor", str(file))[0] == 2
    file.touch()
    assert verify(capsys, "--anchor", str(file))[0] == 2


@pytest.mark.parametrize(("old", "new"), [('"sequence": ', '"sequence": 1'), ('"at": "2026', '"at": "2025')])
def test_a_changed_anchor_is_none(ours: SimpleNamespace, file: Path, capsys: Any, old: str, new: str) -> None:
    call_command("anchor", out=file)
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))
    assert verify(capsys, "--anchor", str(file))[0] == 2


def test_a_line_taken_out_of_an_anchor_shows(ours: SimpleNamespace, file: Path, capsys: Any) -> None:
    for _ in range(3):
        call_command("anchor", out=file)
    lines = file.read_text().splitlines(keepends=True)
    file.write_text(lines[0] + lines[2])
    assert verify(capsys, "--anchor", str(file))[0] == 2


def test_the_log_payments_and_lines_are_sealed_by_day(
    ours: SimpleNamespace, file: Path, tomorrow: None, capsys: Any
) -> None:
    call_command("anchor", out=file)
    days = {(name, rows > 0) for name, _, rows, _ in json.loads(file.read_text())["days"]}
    assert {("log", True), ("payments", True), ("lines", True)} <= days
    assert verify(capsys, "--anchor", str(file))[0] == 0


def test_a_day_is_sealed_once(ours: SimpleNamespace, file: Path, tomorrow: None, capsys: Any) -> None:
    call_command("anchor", out=file)
    call_command("anchor", out=file)
    assert json.loads(file.read_text().splitlines()[1])["days"] == []
