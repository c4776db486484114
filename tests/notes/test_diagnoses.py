"""The diagnoses of an episode: finding one, adding it, their order, ending one."""

from datetime import date

import pytest

from clinic.models import Visit
from coding.review import review
from coding.review_sheet import groups
from notes import icd10
from notes.models import DiagnosisCode
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


# Editions: what counts is the day of the visit


@pytest.fixture
def october(owner_speaks, db):
    """The lists of April and of October, in which M54.50 has a successor. The test speaks as the owner."""
    DiagnosisCode.objects.all().delete()
    for edition, start, code in (
        ("April 2026", date(2026, 4, 1), "M54.50"), ("October 2026", date(2026, 10, 1), "M54.5A"),
    ):  # fmt: skip
        icd10.load(
            [icd10.Row("M99.03", "Lumbar", edition, start, None), icd10.Row(code, "Low back", edition, start, None)]
        )


def test_a_diagnosis_that_has_ended_is_shown_with_what_to_do(october, as_, cast, back_pain):
    page = text_of(as_(cast.adams).get(to("episode", back_pain)))
    assert page.count("ended 30 Sep 2026") == 1
    assert "Search below for its successor, add it, then end this one." in page


def test_the_note_of_an_earlier_visit_is_offered_what_was_valid_on_its_day(october, as_, cast, back_pain):
    asked = {"words": "low back", "on": "2026-09-30"}
    found = text_of(as_(cast.adams).post(to("diagnosis-search", back_pain), asked))
    assert "M54.50" in found and "M54.5A" not in found and "valid on 30 Sep 2026, the day of the visit" in found
    assert "M54.5A" in text_of(as_(cast.adams).post(to("diagnosis-search", back_pain), {"words": "low back"}))
    refused = as_(cast.adams).post(to("diagnosis-add", back_pain), {"code": "M54.5A", "on": "2026-09-30"})
    assert refused.status_code == 422 and "valid on the day of the visit" in text_of(refused)


def test_the_note_says_which_day_it_asks_for(october, as_, cast, back_pain, draft):
    assert '"on": "2026-11-20"' in text_of(as_(cast.adams).get(to("note", draft)))
    asked = as_(cast.adams).get(to("diagnoses", back_pain), {"on": "2026-09-30"})
    assert "ended" not in text_of(asked) and '"on": "2026-09-30"' in text_of(asked)


@pytest.mark.parametrize("day", ["", "soon", "2026-13-01", "\x00"])
def test_a_day_that_is_none_counts_as_today(october, as_, cast, back_pain, day):
    found = as_(cast.adams).post(to("diagnosis-search", back_pain), {"words": "low back", "on": day})
    assert found.status_code == 200 and "M54.5A" in text_of(found)


def test_note_and_review_show_what_had_ended_by_the_visit_and_not_before(october, as_, cast, back_pain, draft):
    assert text_of(as_(cast.adams).get(to("note", draft))).count("ended 30 Sep 2026: add its successor") == 1
    assert groups(review(draft))[0].ended == {"M54.50": date(2026, 9, 30)}
    Visit.objects.filter(pk=draft.visit_id).update(on=date(2026, 9, 30))
    draft.refresh_from_db()
    assert "add its successor" not in text_of(as_(cast.adams).get(to("note", draft)))
    assert groups(review(draft))[0].ended == {}
