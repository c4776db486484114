"""Deeds carry the time at which they are done. The demo's past is the one exception, and no request comes near it."""

import ast
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from clinic import clock
from clinic.audit.log import record
from clinic.models import AccessEvent

YESTERDAY = timezone.now() - timedelta(days=1)


def test_without_the_demo_the_clock_is_right():
    assert abs(clock.now() - timezone.now()) < timedelta(seconds=1)
    assert clock.dated("created_at") == {}


def test_the_past_can_be_told_and_ends(cast):
    with clock.telling(YESTERDAY):
        assert clock.now() == YESTERDAY
        record("note-signed", by=cast.adams)
    assert AccessEvent.objects.get(kind="note-signed").at == YESTERDAY
    assert clock.now() > YESTERDAY


def test_the_future_cannot_be_told():
    with pytest.raises(clock.NoOtherTime), clock.telling(timezone.now() + timedelta(minutes=1)):
        pass


def test_another_thread_has_the_right_time_meanwhile():
    times = []
    with clock.telling(YESTERDAY):
        other = threading.Thread(target=lambda: times.append(clock.now()))
        other.start()
        other.join()
    assert times[0] > YESTERDAY + timedelta(hours=1)


def test_a_process_that_serves_tells_no_other_time(monkeypatch):
    monkeypatch.setattr(clock, "_serving", [])
    clock.serve()
    with pytest.raises(clock.NoOtherTime), clock.telling(YESTERDAY):
        pass


def test_what_gunicorn_serves_has_given_it_up():
    assert "clock.serve()" in (settings.BASE_DIR / "clinic" / "wsgi.py").read_text()


def test_nothing_but_the_demo_names_the_door():
    """No view, form, verb or command besides it, in whatever spelling."""
    for app in ("clinic", "notes", "coding"):
        for path in sorted((settings.BASE_DIR / app).rglob("*.py")):
            if _is_allowed(path.relative_to(settings.BASE_DIR)):
                continue
            names = {
                getattr(node, "attr", getattr(node, "id", getattr(node, "name", "")))
                for node in ast.walk(ast.parse(path.read_text()))
            }
            assert not names & {"telling", "_told_moment"}, path


def _is_allowed(path: Path) -> bool:
    return path == Path("clinic/clock.py") or path.is_relative_to("coding/demo")
