"""Nothing that is sent fills memory or disk: files are refused, and so is a form that is too long, whoever sends it."""

import tempfile
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.world import everything


@pytest.mark.parametrize("size", [1, 3_000_000, 5_000_000])
def test_a_file_is_refused_before_it_is_kept_anywhere(
    size: int, world: SimpleNamespace, monkeypatch: Any, settings: Any
) -> None:
    def kept(*args: Any, **kwargs: Any) -> None:
        raise AssertionError("A file was written.")

    settings.DEBUG_PROPAGATE_EXCEPTIONS = False
    monkeypatch.setattr(tempfile, "NamedTemporaryFile", kept)
    before, client = everything(), Client(raise_request_exception=False)
    for session in ("", world.sessions["adams"]):
        client.cookies["sessionid"] = session
        for path in ("/login/", f"/notes/{world.cases['adams'].draft.pk}/save/", "/nothing/"):
            answer = client.post(path, {"file": SimpleUploadedFile("x.bin", b"x" * size), "plan": "x"})
            assert answer.status_code in (302, 400, 401, 403, 404, 405, 413), path
    assert everything() == before


def test_a_form_of_many_parts_that_is_too_long_is_refused(world: SimpleNamespace, settings: Any) -> None:
    settings.DEBUG_PROPAGATE_EXCEPTIONS = False
    client = Client(raise_request_exception=False)
    client.cookies["sessionid"] = world.sessions["adams"]
    answer = client.post(f"/notes/{world.cases['adams'].draft.pk}/save/", {"plan": "x" * 5_000_000})
    assert answer.status_code in (400, 413)
    assert "Plumbline" in answer.content.decode()
