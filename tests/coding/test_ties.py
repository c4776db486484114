"""Codes that tie for the last unit: the clinician switches between them, and the choice is signed."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from clinic.models import AccessEvent, Payer
from coding.models import LastUnit
from coding.review import Review, acknowledge, choose_last_unit, review
from notes.drafts import Changed
from notes.models import Note
from tests.coding.conftest import sign_it


@pytest.fixture
def tied(ready: Note, blue_ridge: Payer, cast: SimpleNamespace) -> Note:
    """Eight minutes of lifting and eight of strengthening, for a payer that counts the day's time: one unit."""
    Payer.objects.update(unit_method="total_time")
    ready.activities.update(minutes=8)
    ready.activities.create(
        practice=ready.practice, written_by=ready.author, episode=ready.note_episodes.get().episode, position=2,
        description="Resisted hip bridges to strengthen the trunk, slow count", intents=["strength"], minutes=8,
        goal=ready.activities.get().goal, regions=["lumbar"], delivery="one_on_one", dose="3 x 10",
        response="Held 30 s", why="cueing", performer=ready.author,
    )  # fmt: skip
    return ready


def settle(note: Note) -> Note:
    for flag in review(note).warnings:
        note = acknowledge(note, slug=flag.slug, about=flag.about, reason="so", by=note.author, version=note.version)
    return note


def choose(note: Note, code: str, **given: Any) -> Note:
    given = {"payer": note.visit.coverage_id, "by": note.author, "version": note.version, **given}
    return choose_last_unit(note, code=code, **given)


def timed(current: Review) -> list[str]:
    return [row.line.code for row in current.statements[0].lines if row.line.minutes]


def at(name: str, note: Note) -> str:
    return reverse(f"coding:{name}", args=[note.pk])


def test_the_tie_is_shown_and_switched_on_the_page(
    tied: Note, cast: SimpleNamespace, as_: Callable[..., Client]
) -> None:
    adams = as_(cast.adams)
    page = adams.get(at("review", tied)).content.decode()
    assert "97530 and 97110 have the same minutes left over" in page and "Give it to 97110" in page
    sent = {"payer": tied.visit.coverage_id, "code": "97110", "version": tied.version}
    page = adams.post(at("last-unit", tied), sent).content.decode()
    assert "97110 did." in page and "Give it to 97530" in page
    assert timed(review(tied)) == ["97110"]
    assert AccessEvent.objects.filter(kind="last-unit-chosen", object_id=tied.pk).count() == 1


def test_switching_back_leaves_one_choice(tied: Note) -> None:
    choose(choose(tied, "97110"), "97530")
    assert (LastUnit.objects.get().codes, timed(review(tied))) == (["97530", "97110"], ["97530"])


def test_a_choice_is_part_of_what_was_shown(tied: Note) -> None:
    before = review(tied).shown
    choose(tied, "97530")  # the code that had it anyway
    assert review(tied).shown.lines != before.lines


def test_the_choice_is_signed_and_final(tied: Note, cast: SimpleNamespace) -> None:
    signed = sign_it(settle(choose(tied, "97110")), cast.adams)
    assert [line.code for line in signed.superbills.get().lines.all()] == ["98940", "97110"]
    assert signed.last_units.get().codes == ["97110"]


def test_a_choice_survives_a_recount_that_is_still_a_tie(tied: Note) -> None:
    choose(tied, "97110")
    tied.activities.update(minutes=9)
    current = review(tied)
    assert (timed(current), current.idle_choices) == (["97110"], ())


def test_without_a_tie_the_choice_falls_away_with_a_word(
    tied: Note, cast: SimpleNamespace, as_: Callable[..., Client]
) -> None:
    tied = choose(tied, "97110")
    tied.activities.filter(position=0).update(minutes=10)
    current = review(tied)
    assert timed(current) == ["97530"] and [row.codes for row in current.idle_choices] == [["97110"]]
    assert b"97110 was to take the last unit; nothing ties" in as_(cast.adams).get(at("review", tied)).content
    assert not sign_it(settle(tied), cast.adams).last_units.exists()


@pytest.mark.parametrize("code", ["98940", "97140", "x"])
def test_only_a_tied_code_is_chosen(tied: Note, cast: SimpleNamespace, as_: Callable[..., Client], code: str) -> None:
    with pytest.raises(Changed):
        choose(tied, code)
    sent = {"payer": tied.visit.coverage_id, "code": code, "version": tied.version}
    assert as_(cast.adams).post(at("last-unit", tied), sent).status_code == 409
    assert not LastUnit.objects.exists()


def test_a_payer_that_counts_each_code_by_itself_has_no_ties(tied: Note) -> None:
    Payer.objects.update(unit_method="per_code")
    assert timed(review(tied)) == ["97530", "97110"]
    with pytest.raises(Changed):
        choose(tied, "97110")


def test_only_the_author_switches(tied: Note, cast: SimpleNamespace, as_: Callable[..., Client]) -> None:
    sent = {"payer": tied.visit.coverage_id, "code": "97110", "version": tied.version}
    answers = {who: as_(getattr(cast, who)).post(at("last-unit", tied), sent).status_code for who in vars(cast)}
    assert answers == {
        "adams": 200, "baker": 404, "tess": 403, "frances": 403, "bill": 403, "olga": 403, "rita": 403, "stranger": 404,
    }  # fmt: skip
    assert b"Give it to" not in as_(cast.baker).get(at("review", tied)).content


def test_a_choice_on_an_old_page_or_a_signed_note_conflicts(
    tied: Note, cast: SimpleNamespace, as_: Callable[..., Client]
) -> None:
    sent = {"payer": tied.visit.coverage_id, "code": "97110", "version": tied.version + 7}
    assert as_(cast.adams).post(at("last-unit", tied), sent).status_code == 409
    signed = sign_it(settle(tied), cast.adams)
    sent["version"] = signed.version
    assert as_(cast.adams).post(at("last-unit", signed), sent).status_code == 409
