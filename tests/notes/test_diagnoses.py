"""The diagnoses of an episode: finding one, adding it, their order, ending one."""

import pytest

from tests.notes.pages import text_of, to


def codes(episode):
    return list(episode.diagnoses.filter(ended_on=None).values_list("code", flat=True))


def test_a_diagnosis_is_found_and_added_at_the_end(diagnosis_list, as_, cast, back_pain):
    found = text_of(as_(cast.adams).post(to("diagnosis-search", back_pain), {"words": "sprain lumbar"}))
    assert "S33.5XXA" in found
    assert "April 2026 edition" in found
    as_(cast.adams).post(to("diagnosis-add", back_pain), {"code": "S33.5XXA"})
    assert codes(back_pain) == ["M99.03", "M54.50", "S33.5XXA"]
    assert back_pain.diagnoses.get(code="S33.5XXA").edition == "April 2026"


def test_an_old_edition_says_so(diagnosis_list, as_, cast, back_pain):
    found = text_of(as_(cast.adams).post(to("diagnosis-search", back_pain), {"words": "sprain"}))
    assert "A newer edition is in force" in found


@pytest.mark.parametrize("words", ["", "x", "nowhere"])
def test_a_search_without_a_match_is_no_error(diagnosis_list, as_, cast, back_pain, words):
    assert as_(cast.adams).post(to("diagnosis-search", back_pain), {"words": words}).status_code == 200


@pytest.mark.parametrize(("words", "says"), [("\x00", "a NUL"), ("x" * 201, "at most 200 fit")])
def test_words_that_cannot_be_searched_for_are_said(diagnosis_list, as_, cast, back_pain, words, says):
    answer = as_(cast.adams).post(to("diagnosis-search", back_pain), {"words": words})
    assert (answer.status_code, says in text_of(answer)) == (422, True)


def test_a_diagnosis_is_added_once(diagnosis_list, as_, cast, back_pain):
    for _ in range(2):
        as_(cast.adams).post(to("diagnosis-add", back_pain), {"code": "M54.2"})
    assert codes(back_pain) == ["M99.03", "M54.50", "M54.2"]
    assert "on the list" in text_of(as_(cast.adams).post(to("diagnosis-search", back_pain), {"words": "M54.2"}))


@pytest.mark.parametrize("code", ["", "M54.5", "M54", "nonsense", "M54.50\x00x"])
def test_a_code_that_is_not_billable_is_refused(diagnosis_list, as_, cast, back_pain, code):
    answer = as_(cast.adams).post(to("diagnosis-add", back_pain), {"code": code})
    assert answer.status_code == 422
    assert "not in the edition that is valid today" in text_of(answer)


def test_diagnoses_are_put_in_order(as_, cast, back_pain):
    _, second = back_pain.diagnoses.all()
    as_(cast.adams).post(to("diagnosis-up", second))
    assert codes(back_pain) == ["M54.50", "M99.03"]
    as_(cast.adams).post(to("diagnosis-up", second))
    as_(cast.adams).post(to("diagnosis-down", second))
    assert codes(back_pain) == ["M99.03", "M54.50"]


def test_an_ended_diagnosis_stays_on_record(as_, cast, back_pain):
    diagnosis = back_pain.diagnoses.get(code="M54.50")
    answer = as_(cast.adams).post(to("diagnosis-end", diagnosis))
    assert codes(back_pain) == ["M99.03"]
    assert "until 20 Nov 2026" in text_of(answer)
    assert as_(cast.adams).post(to("diagnosis-up", diagnosis)).status_code == 200
