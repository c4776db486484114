"""Signing what somebody else changed meanwhile: the page says what and who, before the proof is asked for again."""

import re
from collections.abc import Callable
from html import unescape
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from clinic.entry.fingerprints import fingerprint
from notes import planning
from notes.drafts import save_fields
from notes.models import Note
from notes.rows import remove_row
from tests.coding.conftest import at, form_of


def as_read(page: Any) -> str:
    """Return what a page carries of the words that it showed."""
    found = re.search(r'name="as_read" value="([^"]*)"', page.content.decode())
    assert found
    return unescape(found[1])


def shown_of(answer: Any) -> str:
    """Return what stands at the signature, as it is read."""
    panel = answer.content.decode().split('id="signature"')[1].split("</section>")[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", "", panel)).split())


def test_who_signs_what_changed_is_told_there_what_and_by_whom_before_the_proof_is_asked_again(
    settled: Note, cast: SimpleNamespace, as_: Callable[..., Client]
) -> None:
    adams = as_(cast.adams)
    sent = form_of(settled, as_read=as_read(adams.get(at("review", settled))))
    save_fields(settled, version=settled.version, key=None, base=None, by=cast.tess, plan="Once a week for two weeks.")
    answer = adams.post(at("sign", settled), sent)
    said = shown_of(answer)
    assert answer.status_code == 409
    assert "Since you read it, the note changed" in said and "Nothing was signed." in said
    assert f"Plan changed by {cast.tess.full_name}" in said and "Subjective" not in said
    assert "Was: Twice a week for two weeks. Now: Once a week for two weeks." in said
    assert said.index("I have read what changed") < said.index("Your password")
    assert re.search(r'class="since"[^>]*autofocus', answer.content.decode()), "the keyboard goes there"


def test_a_row_that_somebody_else_took_out_is_named_with_who_did(
    settled: Note, cast: SimpleNamespace, as_: Callable[..., Client]
) -> None:
    adams, row = as_(cast.adams), settled.findings.get(words="L4-5 right tender")
    read = as_read(adams.get(at("review", settled)))
    remove_row(row, by=cast.tess, version=settled.version, key=None, base=None, fields=[])
    said = shown_of(adams.post(at("sign", settled), {**form_of(settled, as_read=read), "note": "0" * 64}))
    assert f"Objective changed by {cast.tess.full_name} Was: " in said and "L4-5 right tender" in said


def test_a_goal_that_changed_meanwhile_is_told_also_after_a_decision(
    ready: Note, cast: SimpleNamespace, as_: Callable[..., Client]
) -> None:
    adams, goal = as_(cast.adams), ready.note_episodes.get().episode.goals.get(unit="lb")
    read, old = as_read(adams.get(at("review", ready))), fingerprint(goal, ["target"])
    goal.target = "45"
    planning.save(goal, by=cast.baker, fields=["target"], base=old)
    sent = {"row": ready.activities.get().pk, "version": ready.version, "as_read": read}
    answer = adams.post(at("record-only", ready), sent)
    assert answer.status_code == 200
    assert f"Goals changed by {cast.baker.full_name}" in shown_of(answer)
    assert as_read(answer) == read, "it is told until the page is read anew"


@pytest.mark.parametrize("read", ["", "x", "[1]", "[" * 9000, '{"plan": null, "x y": 3}', '{"plan": "' + "a" * 500_000])
def test_what_a_page_brings_back_as_read_may_be_anything(
    settled: Note, cast: SimpleNamespace, as_: Callable[..., Client], read: str
) -> None:
    answer = as_(cast.adams).post(at("sign", settled), {**form_of(settled, as_read=read), "note": "0" * 64})
    assert answer.status_code == 409
    assert "Since you read it, the note changed" in shown_of(answer)
