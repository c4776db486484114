"""Guidance pages as a practice reads them, and revisions that lose nothing."""

import threading

import pytest
from django.db import IntegrityError, connection, transaction

from clinic.models import AccessEvent
from coding.engine import rulebook
from coding.guidance import (
    ChangedMeanwhile,
    NoSuchPage,
    exists,
    history,
    page,
    pages,
    restore,
    revise,
    shipped,
    titles,
)
from coding.guidance_contents import contents
from coding.models import GuidanceRevision

OWN = "# Practising a task\n\nOur own words.\n\n## What it is for\n\nLifting.\n"


@pytest.fixture
def own(practice, cast):
    return revise(practice, "97530", text=OWN, reason="our own examples", base="shipped", by=cast.olga)


# Reading


def test_without_a_revision_the_shipped_text_is_read(practice):
    found = page(practice, "97530")
    assert (found.title, found.is_own, found.base) == ("Practising a whole task", False, "shipped")
    assert 'href="/riverside/guidance/97110/"' in found.html


def test_a_revision_is_read_at_once_and_by_its_practice_alone(practice, cast, own):
    assert page(practice, "97530").title == "Practising a task"
    assert page(practice, "97530").changed_by == cast.olga
    assert page(cast.stranger.practice, "97530").title == "Practising a whole task"


def test_titles_are_the_practice_s_own(practice, own):
    assert titles(practice)["97530"] == "Practising a task"
    assert titles(practice)["97110"] == "Exercise for one capacity"


def test_a_text_without_a_title_keeps_the_shipped_one(practice, cast):
    revise(practice, "97530", text="Only words.", reason="short", base="shipped", by=cast.olga)
    assert page(practice, "97530").title == "Practising a whole task"


def test_an_unknown_page_is_none(practice):
    assert not exists("../../settings")
    with pytest.raises(NoSuchPage):
        page(practice, "../../settings")


@pytest.mark.parametrize("on", ["", "x", "\x00", "0198c0de-0000-7000-8000-000000000000"])
def test_an_unknown_revision_is_none(practice, own, on):
    with pytest.raises(NoSuchPage):
        page(practice, "97530", on=on)


def test_a_revision_of_another_page_or_practice_is_none(practice, cast, own):
    with pytest.raises(NoSuchPage):
        page(practice, "97110", on=own.pk)
    with pytest.raises(NoSuchPage):
        page(cast.stranger.practice, "97530", on=own.pk)


def test_the_text_of_a_day_can_be_read_later(practice, cast, own):
    later = revise(practice, "97530", text="# Later", reason="better", base=str(own.pk), by=cast.olga)
    assert page(practice, "97530", on=own.pk).title == "Practising a task"
    assert page(practice, "97530").revision == later


def test_the_short_form_is_the_beginning_and_what_the_practice_changed(practice, cast):
    text = page(practice, "97530").text + "\n## At our practice\n\nWrite down the weight of the totes.\n"
    revise(practice, "97530", text=text, reason="totes", base="shipped", by=cast.olga)
    assert [part.title for part in page(practice, "97530").essential] == ["What it is for", "At our practice"]


def test_a_flag_s_short_form_ends_with_what_to_do(practice):
    titles_of = [part.title for part in page(practice, "goal-is-measurable").essential]
    assert titles_of == ["What was seen", "Why it matters", "What to do"]


def test_every_page_is_read_with_one_query(practice, own, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert len(pages(practice)) == len(shipped())


# Contents


def test_contents_hold_every_page_once(practice):
    found = contents(practice)
    assert found.shown == found.held == len(shipped())


def test_a_search_looks_at_titles_and_codes(practice):
    assert [entry.code for group in contents(practice, "97530").codes for entry in group.entries] == ["97530"]
    assert [entry.code for group in contents(practice, "WHOLE task").codes for entry in group.entries] == ["97530"]


def test_a_search_that_no_title_answers_looks_into_the_pages(practice, own):
    revise(practice, "units", text="# Units\n\nzebra", reason="x", base="shipped", by=own.author)
    found = contents(practice, "zebra")
    assert (found.in_text, [entry.page.slug for entry in found.topics]) == (True, ["units"])


# Lines that no words of a note decide: the clinician picks them from the practice's own list, in the practice's words.
PICKED_BY_HAND = {
    *("97129", "97139", "97799"),
    *("99202", "99203", "99204", "99205", "99211", "99212", "99213", "99214", "99215"),
}


def test_every_code_of_the_rule_book_has_a_page(practice):
    codes = set(rulebook.load(practice.today()).codes) - PICKED_BY_HAND
    assert {code for code in codes if not exists(code)} == set()


def test_every_check_has_a_page(practice):
    assert {slug for slug in rulebook.load(practice.today()).checks if not exists(slug)} == set()


# Changing


def test_a_change_leaves_a_row_in_the_log(own):
    event = AccessEvent.objects.get(kind="guidance-revised")
    assert (event.object_id, event.user_id, event.detail) == (
        own.pk,
        own.author.user_id,
        {"slug": "97530", "base": "shipped"},
    )


def test_a_change_to_a_text_that_changed_meanwhile_is_refused(practice, cast, own):
    with pytest.raises(ChangedMeanwhile) as conflict:
        revise(practice, "97530", text="# Mine", reason="mine", base="shipped", by=cast.olga)
    assert conflict.value.newest.revision == own


def test_restoring_writes_a_new_revision(practice, cast, own):
    later = revise(practice, "97530", text="# Later", reason="better", base=str(own.pk), by=cast.olga)
    restored = restore(practice, "97530", on=str(own.pk), base=str(later.pk), by=cast.olga)
    assert (page(practice, "97530").text, GuidanceRevision.objects.count()) == (OWN, 3)
    assert "by Olga Ortiz" in restored.reason


def test_restoring_the_shipped_text_follows_the_releases(practice, cast, own):
    restore(practice, "97530", on="shipped", base=str(own.pk), by=cast.olga)
    found = page(practice, "97530")
    assert (found.is_own, found.text) == (False, shipped()["97530"].text)
    assert AccessEvent.objects.filter(kind="guidance-restored").exists()


def test_history_says_what_each_revision_changed(practice, cast, own):
    revise(practice, "97530", text=OWN.replace("Lifting", "Carrying"), reason="b", base=str(own.pk), by=cast.olga)
    newest, first = history(page(practice, "97530"), 1, 20)
    assert [change.kind for change in newest.changes] == ["skip", "same", "gone", "new"]
    assert first.before == shipped()["97530"].text


def test_a_sheet_of_history_knows_what_stood_before_it(practice, cast, own):
    revise(practice, "97530", text="# Later", reason="b", base=str(own.pk), by=cast.olga)
    (newest,) = history(page(practice, "97530"), 1, 1)
    assert (newest.after, newest.before) == ("# Later", OWN)


@pytest.mark.parametrize(
    "statement", ["UPDATE coding_guidancerevision SET text = ''", "DELETE FROM coding_guidancerevision"]
)
def test_a_revision_stays_as_it_was_written(own, statement):
    with pytest.raises(Exception, match=r"permission denied|written once|restrict"), transaction.atomic():
        connection.cursor().execute(statement)


def test_a_revision_by_another_practice_s_member_is_impossible(practice, cast):
    with pytest.raises(IntegrityError), transaction.atomic():
        GuidanceRevision.objects.create(practice=practice, slug="units", text="x", reason="x", author=cast.stranger)
        connection.check_constraints()


@pytest.mark.django_db(transaction=True)
def test_of_two_admins_who_save_at_once_one_is_told(practice, cast):
    start, outcomes = threading.Barrier(2), []

    def save(text):
        start.wait()
        try:
            revise(practice, "units", text=text, reason="x", base="shipped", by=cast.olga)
            outcomes.append("saved")
        except ChangedMeanwhile:
            outcomes.append("told")
        finally:
            connection.close()

    writers = [threading.Thread(target=save, args=[text]) for text in ("# One", "# Two")]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert sorted(outcomes) == ["saved", "told"]
