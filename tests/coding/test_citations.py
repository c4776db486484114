"""A signed note cites the guidance of its day, for codes and flags, whatever is written or shipped afterwards."""

import threading
from dataclasses import replace

import pytest
from django.db import connection
from django.urls import reverse

from coding import guidance
from coding.citations import _shipped, cited
from coding.guidance import page, pages, revise, shipped
from coding.models import Citation, GuidanceRevision
from coding.review import acknowledge, review
from tests.coding.conftest import sign_it

OLD_WORDS, NEW_WORDS = "Rehearsing something", "In the next release: rehearsing something"


@pytest.fixture
def release(monkeypatch):
    """Let a later release ship other texts: `release("97530", "# New")`, or withdraw a page: `release("97530", None)`."""

    def ship(slug, text):
        texts = {name: found for name, found in shipped().items() if name != slug or text is not None}
        if text is not None:
            texts[slug] = replace(texts[slug], text=text)
        monkeypatch.setattr(guidance, "shipped", lambda: texts)

    return ship


def read(as_, who, note):
    return as_(who).get(reverse("coding:signed-lines", args=[note.pk]))


def text_of_its_day(as_, who, slug, note):
    return as_(who).get(reverse("coding:guidance", args=["riverside", slug]), {"on": cited(note)[slug].page.base})


def test_a_signature_cites_its_codes(signed):
    assert {"97530", "98940"} <= set(cited(signed))
    assert not any(text.is_superseded for text in cited(signed).values())


def test_a_signature_cites_the_flags_that_were_seen(ready, cast, as_):
    ready.activities.update(why="", response="")
    for flag in review(ready).warnings:
        ready = acknowledge(
            ready, slug=flag.slug, about=flag.about, reason="not safe today", by=cast.adams, version=ready.version
        )
    seen = {flag.slug for flag, _ in review(ready).settled}
    note = sign_it(ready, cast.adams)
    assert seen and seen <= set(cited(note))
    answer = read(as_, cast.adams, note).text
    assert "not safe today" in answer
    for slug in seen:
        assert page(note.practice, slug).title in answer


def test_a_later_release_does_not_change_what_was_cited(signed, cast, as_, release):
    old = shipped()["97530"].text
    release("97530", old.replace(OLD_WORDS, NEW_WORDS))
    answer = text_of_its_day(as_, cast.adams, "97530", signed).text
    assert OLD_WORDS in answer and NEW_WORDS not in answer
    assert "A text that Plumbline shipped earlier." in answer
    assert NEW_WORDS in as_(cast.adams).get(reverse("coding:guidance", args=["riverside", "97530"])).text


def test_the_signed_page_says_when_a_newer_text_stands(signed, cast, as_, release):
    assert "stands now" not in read(as_, cast.adams, signed).text
    release("97530", "# Practising a whole task\n\nOther words.")
    assert read(as_, cast.adams, signed).text.count("stands now") == 1


def test_a_page_that_is_shipped_no_more_is_still_read_by_its_note(signed, cast, as_, release):
    release("97530", None)
    answer = text_of_its_day(as_, cast.adams, "97530", signed)
    assert (answer.status_code, OLD_WORDS in answer.text) == (200, True)
    assert "Plumbline has no such page any more" in answer.text
    assert "no longer part of Plumbline" in read(as_, cast.adams, signed).text


def test_the_practice_s_own_text_is_cited_as_it_was(settled, practice, cast, as_):
    own = revise(practice, "97530", text="# Ours\n\nFirst words.", reason="x", base="shipped", by=cast.olga)
    note = sign_it(settled, cast.adams)
    revise(practice, "97530", text="# Ours\n\nLater words.", reason="x", base=str(own.pk), by=cast.olga)
    assert cited(note)["97530"].page.revision == own
    assert "First words." in text_of_its_day(as_, cast.rita, "97530", note).text


def test_a_shipped_text_is_kept_once_and_never_becomes_what_is_read(signed, practice):
    kept = GuidanceRevision.objects.shipped().filter(practice=practice)
    before = kept.count()
    _shipped(practice.pk, pages(practice, ["97530", "98940"]))
    assert kept.count() == before
    assert page(practice, "97530").base == "shipped"
    assert not guidance.revisions(practice, "97530").exists()


def test_a_code_without_a_page_is_not_cited(signed):
    assert not Citation.objects.filter(note=signed, revision__slug="99203").exists()


def test_nothing_is_cited_by_a_note_that_is_not_signed(settled):
    review(settled)
    assert not settled.citations.exists()


def test_a_kept_text_can_be_restored_by_hand(signed, practice, cast):
    kept = cited(signed)["97530"].page.base
    restored = guidance.restore(practice, "97530", on=kept, base="shipped", by=cast.olga)
    assert "by Plumbline" in restored.reason


@pytest.mark.django_db(transaction=True)
def test_two_who_keep_the_same_text_at_once_keep_one(practice):
    start = threading.Barrier(2)

    def keep():
        start.wait()
        _shipped(practice.pk, pages(practice, ["units", "goals"]))
        connection.close()

    keepers = [threading.Thread(target=keep) for _ in range(2)]
    for keeper in keepers:
        keeper.start()
    for keeper in keepers:
        keeper.join()
    assert GuidanceRevision.objects.shipped().count() == 2
