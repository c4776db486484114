"""The guidance pages in the browser's view: who reads, who changes, and what is answered."""

import pytest
from django.urls import reverse

from coding.guidance import CHOOSING, page, revise
from coding.models import GuidanceRevision

EVERYBODY = ("adams", "tess", "frances", "bill", "olga", "rita")
READING = ("guidance", "guidance-panel", "guidance-history")
ADMINS_ONLY = ("guidance-edit",)
OWN = (
    "# Practising a task\n\nAs with <b>totes</b>.\n\n"
    "## What it is for\n\nLifting [totes](//evil) and [more](/guidance/units/).\n"
)


def at(name, slug="97530", practice="riverside"):
    return reverse(f"coding:{name}", args=[practice, slug])


def typed(text, reason="our own examples", base="shipped"):
    return {"text": text, "reason": reason, "base": base}


@pytest.fixture
def own(practice, cast):
    return revise(practice, "97530", text=OWN, reason="our own examples", base="shipped", by=cast.olga)


# Reading


@pytest.mark.parametrize("who", EVERYBODY)
@pytest.mark.parametrize("name", READING)
def test_everybody_of_the_practice_reads(cast, as_, who, name):
    assert as_(getattr(cast, who)).get(at(name)).status_code == 200


@pytest.mark.parametrize("name", [*READING, *ADMINS_ONLY])
def test_a_stranger_finds_nothing(cast, as_, name):
    assert as_(cast.stranger).get(at(name)).status_code == 404


@pytest.mark.parametrize("name", READING)
def test_an_unknown_page_is_not_found(cast, as_, name):
    assert as_(cast.adams).get(at(name, "no-such-page")).status_code == 404


@pytest.mark.parametrize("name", READING)
def test_without_signing_in_nothing_is_read(client, db, name):
    assert client.get(at(name)).status_code == 302


def test_the_contents_list_codes_flags_and_topics(cast, as_):
    answer = as_(cast.frances).get(reverse("coding:guidance-index", args=["riverside"]))
    for words in ("Practising a whole task", "From minutes to units", at("guidance", "goal-is-measurable")):
        assert words in answer.text


def test_a_search_works_as_a_page_and_as_a_fragment(cast, as_):
    desk = as_(cast.frances)
    for name in ("guidance-index", "guidance-found"):
        answer = desk.get(reverse(f"coding:{name}", args=["riverside"]), {"q": "whole task"})
        assert "Practising a whole task" in answer.text
        assert "Ultrasound" not in answer.text


@pytest.mark.parametrize("words", ["\x00", "<script>", "%00" * 50, "é" * 5_000])
def test_a_search_for_nonsense_is_answered(cast, as_, words):
    answer = as_(cast.adams).get(reverse("coding:guidance-index", args=["riverside"]), {"q": words})
    assert answer.status_code == 200
    assert "<script>" + "</script>" not in answer.text
    assert "No page mentions" in answer.text


def test_links_of_a_page_lead_to_the_practice_s_own(cast, as_):
    assert 'href="/riverside/guidance/97110/"' in as_(cast.adams).get(at("guidance")).text


def test_the_topic_shows_the_way_to_a_code(cast, as_):
    answer = as_(cast.adams).get(at("guidance", CHOOSING))
    assert "The way to a code" in answer.text
    assert "The way to a code" not in as_(cast.adams).get(at("guidance", "units")).text


def test_a_changed_page_says_who_when_and_why(cast, as_, own):
    answer = as_(cast.adams).get(at("guidance"))
    assert "Changed by Olga Ortiz on" in answer.text
    assert "our own examples" in answer.text


def test_what_was_typed_is_text_and_never_markup(cast, as_, own):
    answer = as_(cast.adams).get(at("guidance")).text
    assert "&lt;b&gt;totes&lt;/b&gt;" in answer
    assert 'href="//evil"' not in answer


def test_the_margin_shows_the_change_at_once(cast, as_, own):
    answer = as_(cast.adams).get(at("guidance-panel")).text
    assert "Practising a task" in answer
    assert "The whole page" in answer
    assert "<html" not in answer


def test_an_old_revision_says_that_it_is_old(practice, cast, as_, own):
    revise(practice, "97530", text="# Later", reason="x", base=str(own.pk), by=cast.olga)
    answer = as_(cast.adams).get(at("guidance"), {"on": str(own.pk)}).text
    assert "Practising a task" in answer
    assert "Read the page as it stands" in answer


@pytest.mark.parametrize("on", ["", "x", "\x00", "0198c0de-0000-7000-8000-000000000000"])
def test_an_unknown_revision_is_not_found(cast, as_, on):
    assert as_(cast.adams).get(at("guidance"), {"on": on}).status_code == 404


# Changing


@pytest.mark.parametrize("who", ["adams", "tess", "frances", "bill", "rita"])
@pytest.mark.parametrize("name", ["guidance-edit", "guidance-preview", "guidance-restore"])
def test_only_admins_change_pages(cast, as_, who, name):
    assert as_(getattr(cast, who)).post(at(name), typed("# Mine")).status_code == 403
    assert not GuidanceRevision.objects.exists()


def test_only_admins_see_the_way_to_the_editor(cast, as_):
    assert at("guidance-edit") in as_(cast.olga).get(at("guidance")).text
    assert at("guidance-edit") not in as_(cast.adams).get(at("guidance")).text


def test_an_admin_changes_a_page(practice, cast, as_):
    answer = as_(cast.olga).post(at("guidance-edit"), typed("# Mine\r\n\r\nWords."))
    assert answer.headers["Location"] == at("guidance")
    assert page(practice, "97530").text == "# Mine\n\nWords."


@pytest.mark.parametrize(
    ("text", "reason", "message"),
    [
        ("x" * 1_000_000, "why", "This text has 1000000 characters; a page holds 20000."),
        ("  \n ", "why", "The page would be empty."),
        ("# Mine", " ", "Say in a few words why"),
        ("# Mine", "y" * 201, "at most 200 fit"),
    ],
)
def test_a_text_that_does_not_fit_is_kept_and_answered(cast, as_, text, reason, message):
    answer = as_(cast.olga).post(at("guidance-edit"), typed(text, reason))
    assert answer.status_code == 422
    assert message in answer.text
    assert text.strip() in answer.text
    assert not GuidanceRevision.objects.exists()


def test_saving_the_text_as_it_stands_is_no_change(practice, cast, as_):
    answer = as_(cast.olga).post(at("guidance-edit"), typed(page(practice, "97530").text))
    assert answer.status_code == 422
    assert "This is the text as it stands." in answer.text


def test_two_admins_at_once_lose_nothing(practice, cast, as_, own):
    answer = as_(cast.olga).post(at("guidance-edit"), typed("# Mine\n\nMy words.", "my reason"))
    assert answer.status_code == 409
    for words in ("Olga Ortiz saved this page while you were writing", "My words.", "our own examples", "my reason"):
        assert words in answer.text
    assert page(practice, "97530").revision == own


def test_after_a_conflict_the_writer_can_save_knowingly(practice, cast, as_, own):
    answer = as_(cast.olga).post(at("guidance-edit"), typed("# Mine"))
    again = answer.context["form"]["base"].value()
    assert as_(cast.olga).post(at("guidance-edit"), typed("# Mine", base=again)).status_code == 302
    assert page(practice, "97530").title == "Mine"


def test_a_base_that_is_nonsense_is_a_conflict(cast, as_, own):
    assert as_(cast.olga).post(at("guidance-edit"), typed("# Mine", base="x")).status_code == 409


def test_the_preview_shows_the_page_and_links_that_lead_nowhere(cast, as_):
    answer = as_(cast.olga).post(at("guidance-preview"), {"text": "# Mine\n\n[x](/guidance/nowhere/) <i>y</i>"})
    assert "/guidance/nowhere/</code>" in answer.text
    assert "&lt;i&gt;" in answer.text
    assert "<html" not in answer.text


def test_the_preview_says_what_is_changed(practice, cast, as_):
    text = page(practice, "97530").text
    olga = as_(cast.olga)
    assert "What you change" not in olga.post(at("guidance-preview"), {"text": text}).text
    answer = olga.post(at("guidance-preview"), {"text": text.replace("Rehearsing", "Doing")}).text
    assert "<del>Rehearsing</del>" in answer and "<ins>Doing</ins>" in answer


def test_the_editor_is_sent_by_htmx_so_that_a_lost_session_costs_no_words(cast, as_, client):
    assert 'hx-boost="true"' in as_(cast.olga).get(at("guidance-edit")).text
    assert client.post(at("guidance-edit"), typed("# Mine"), headers={"HX-Request": "true"}).status_code == 401


def test_a_preview_of_too_much_says_so(cast, as_):
    answer = as_(cast.olga).post(at("guidance-preview"), {"text": "x" * 20_001})
    assert (answer.status_code, "a page holds 20000" in answer.text) == (422, True)


def test_history_shows_author_reason_and_changes(cast, as_, own):
    answer = as_(cast.rita).get(at("guidance-history")).text
    for words in ("Olga Ortiz", "our own examples", "<ins>", "The text that Plumbline ships"):
        assert words in answer
    assert at("guidance-restore") not in answer


@pytest.mark.parametrize("sheet", ["0", "-1", "999", "x", "\x00"])
def test_a_sheet_that_is_not_there_shows_the_nearest(cast, as_, own, sheet):
    assert as_(cast.adams).get(at("guidance-history"), {"page": sheet}).status_code == 200


def test_an_admin_restores_a_revision(practice, cast, as_, own):
    answer = as_(cast.olga).post(at("guidance-restore"), {"on": "shipped", "base": str(own.pk)})
    assert answer.headers["Location"] == at("guidance")
    assert not page(practice, "97530").is_own


def test_restoring_over_a_change_that_was_not_seen_is_refused(cast, as_, own):
    answer = as_(cast.olga).post(at("guidance-restore"), {"on": "shipped", "base": "shipped"})
    assert answer.status_code == 409
    assert "Olga Ortiz changed this page in the meantime" in answer.text


@pytest.mark.parametrize("on", ["", "x", "\x00", "0198c0de-0000-7000-8000-000000000000"])
def test_restoring_an_unknown_revision_is_not_found(cast, as_, own, on):
    assert as_(cast.olga).post(at("guidance-restore"), {"on": on, "base": str(own.pk)}).status_code == 404
