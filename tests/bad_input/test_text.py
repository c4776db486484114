"""Text: what cannot be stored, what is too long, every script; and the words in which a field refuses."""

import re
from html import unescape
from types import SimpleNamespace

import pytest
from django.urls import reverse

from clinic.entry.fingerprints import fingerprint
from notes.models import Note
from tests.bad_input.forms import (
    FORMS,
    NOBODYS,
    NOT_STORED,
    WITHOUT_TEXT,
    Sent,
    address,
    each_form,
    each_new_form,
    holds,
    post,
    whole,
)
from tests.urls.table import ROWS
from tests.world import send, undone

# The forms are right to begin with


def test_every_form_that_takes_text_is_here() -> None:
    posts = {row.url for row in ROWS if "POST" in row.answers and not WITHOUT_TEXT.search(row.url)}
    assert posts == {form.url for form in FORMS}


@each_form
def test_each_form_is_taken_when_it_is_right(form: Sent, case: SimpleNamespace) -> None:
    assert post(form, case).status_code in (200, 302)


# Text


@each_form
def test_a_nul_byte_in_text_is_said_and_not_stored(form: Sent, case: SimpleNamespace) -> None:
    """The form for a new patient opens with words that were found to be text, or empty."""
    for name in () if form.url == "clinic:patient-begin" else form.texts:
        answer = post(form, case, **{name: "qa\x00qb"})
        assert (answer.status_code, "a NUL" in answer.text) == (422, True), name
        assert not holds(answer.stored, "qaqb"), name
        assert not form.is_page or "qa\x00qb" in answer.text, name


@each_new_form
def test_a_nul_byte_anywhere_else_is_no_error_of_ours(form: Sent, case: SimpleNamespace) -> None:
    for name in set(whole(form, case)) - set(form.texts):
        assert post(form, case, **{name: "a\x00b"}).status_code in (200, 302, 404, 409, 422), name


@each_new_form
def test_a_megabyte_of_text_is_kept_or_refused_with_a_message_and_never_cut(form: Sent, case: SimpleNamespace) -> None:
    long = "word " * 200_000
    for name in form.texts:
        answer = post(form, case, **{name: long})
        if answer.status_code == 422:
            assert re.search(r"at most|characters|long", answer.text), name
            assert not form.is_page or long[:-1] in unescape(answer.text), name
        else:
            assert answer.status_code in (200, 302), name
            assert holds(answer.stored, long[:-1]) or form.url in NOT_STORED, name


@each_form
@pytest.mark.parametrize("text", ["👩🏽‍⚕️ عربى 中文", "<script>alert(1)</script>{{ 7 }}' --"])
def test_text_in_any_script_is_taken_and_never_run(form: Sent, case: SimpleNamespace, text: str) -> None:
    answer = post(form, case, **dict.fromkeys(form.texts, text))
    assert answer.status_code in (200, 302, 422)
    assert "<script>alert" not in answer.text


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (b"a%0D%0Ab%0Dc", "a\nb\nc"),
        (b"%E2%80%AEabc%E2%80%AC", "abc"),
        (b"lone %ED%A0%80 surrogate", "lone ��� surrogate"),
        (b"not utf-8: %FF", "not utf-8: �"),
        (b"e%CC%81", "é"),
        (b"%F0%9F%91%A9%F0%9F%8F%BD%E2%80%8D%E2%9A%95%EF%B8%8F", "👩🏽‍⚕️"),
        (b"+two++spaces+", " two  spaces "),
    ],
)
def test_text_is_stored_as_it_was_typed_but_for_what_cannot_be_read(
    case: SimpleNamespace, typed: bytes, kept: str
) -> None:
    body = b"version=%d&subjective=%b" % (case.draft.version, typed)
    url = reverse("notes:note-save", kwargs={"pk": case.draft.pk})
    base = b"&base=" + fingerprint(case.draft, ["subjective"]).encode()
    assert send("POST", url, case.sessions["adams"], raw=body + base).status_code == 200
    assert Note.objects.get(pk=case.draft.pk).subjective == kept


# What Django says by itself


STOCK = re.compile(
    r"Select a valid|is not one of the available|This field is required|This field cannot be|Ensure (this|that)|Enter a valid"
    r"|Enter a (whole )?number\.|Null characters|is not a valid (choice|value|UUID)|already exists"
    r"|Constraint .* is violated|list of values"
)


@each_new_form
def test_no_field_speaks_in_stock_sentences(form: Sent, case: SimpleNamespace) -> None:
    """Every field empty, then every one with what hardly any takes: whatever is refused is refused in our words."""
    body = whole(form, case)
    for typed in ("", "no such thing", "a\x00b", "9" * 400, NOBODYS):
        with undone():
            answer = send("POST", address(form, case), case.sessions[form.by], body | dict.fromkeys(form.body, typed))
        assert not STOCK.search(answer.text), (typed, STOCK.search(answer.text))
