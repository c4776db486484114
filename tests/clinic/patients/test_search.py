"""Finding a patient."""

import time
from datetime import date

import pytest
from django.urls import reverse

from clinic.models import AccessEvent, Patient


@pytest.fixture
def url(practice):
    return reverse("clinic:search", kwargs={"practice": practice.slug})


def add(practice, chart, first, last, born=date(1970, 1, 2), preferred=""):
    return Patient.objects.create(
        practice=practice,
        chart_number=chart,
        first_name=first,
        last_name=last,
        birth_date=born,
        preferred_name=preferred,
    )


def found(practice, words):
    return {patient.chart_number for patient in Patient.objects.filter(practice=practice).matching(words)}


@pytest.mark.parametrize(
    "words",
    [
        "rivera pat",
        "Pat Rivera",
        "RIV",
        "riv pa",
        "Rivera, Pat",
        "3/4/1984",
        "1984-03-04",
        "rivera 3/4/1984",
        "104",
        "ríverà",
    ],
)
def test_a_patient_is_found_by(pat, practice, words):
    assert found(practice, words) == {"10482"}


@pytest.mark.parametrize(
    "words", ["ivera", "pat smith", "4/3/1984", "0482", "rivera 1/1/1990", "%", "_", "p_t", "r%", "\\"]
)
def test_a_patient_is_not_found_by(pat, practice, words):
    assert found(practice, words) == set()


@pytest.mark.parametrize(
    "words",
    ["muller", "MÜLLER", "müller", "smith muller", "smith-müller", "obrien", "o'brien", "O’Brien", "bo", "anne"],
)
def test_accents_case_hyphens_and_apostrophes_do_not_count(practice, words):
    add(practice, "1", "Anne-Marie O'Brien", "Smith-Müller", preferred="Bo")
    assert found(practice, words) == {"1"}


@pytest.mark.parametrize("words", ["小", "李", "иван", "ИВ", "محمد"])
def test_names_of_any_script_are_found(practice, words):
    add(practice, "1", "小龙 Иван محمد", "李")
    assert found(practice, words) == {"1"}


def test_percent_and_underscore_are_letters_like_others(practice):
    add(practice, "1", "100%", "A_B")
    assert found(practice, "100%") == found(practice, "a_b") == {"1"}
    assert found(practice, "a%") == set()


def test_ten_thousand_patients_are_searched_in_a_blink(practice):
    rows = [
        Patient(
            practice=practice, chart_number=str(n), first_name=f"Zoë{n}", last_name="Núñez", birth_date=date(1970, 1, 1)
        )
        for n in range(10_000)
    ]
    Patient.objects.bulk_create(rows, batch_size=2000)
    began = time.perf_counter()
    assert found(practice, "nunez zoe777") == {"777", *(str(n) for n in range(7770, 7780))}
    assert time.perf_counter() - began < 0.5


def test_the_desk_sees_birth_date_and_chart_number(as_, cast, pat, url):
    page = as_(cast.frances).post(url, {"words": "riv"})
    assert b"born 4 Mar 1984" in page.content
    assert b"chart 10482" in page.content


def test_a_search_is_written_down_with_who_was_shown(as_, cast, pat, url):
    as_(cast.frances).post(url, {"words": "riv"})
    event = AccessEvent.objects.get(kind="patients-searched")
    assert (event.patient_ids, event.user_id, event.detail) == ([pat.pk], cast.frances.user_id, {})


def test_only_the_first_eight_are_shown(as_, cast, practice, url):
    for n in range(10):
        add(practice, str(n), f"Sam{n}", "Same")
    page = as_(cast.frances).post(url, {"words": "same"}).content.decode()
    assert page.count("<li>") == 8
    assert "More than these match" in page


def test_an_only_hit_is_marked_for_enter(as_, cast, pat, url):
    assert b"data-only" in as_(cast.frances).post(url, {"words": "riv"}).content


def test_nobody_found_leads_to_adding(as_, cast, pat, url):
    page = as_(cast.frances).post(url, {"words": "new person"}).content.decode()
    assert "Nobody matches" in page
    assert 'value="new person"' in page
    assert "Add a patient" not in as_(cast.rita).post(url, {"words": "new person"}).content.decode()


@pytest.mark.parametrize("name", ["search", "walk-in-search"])
def test_a_namesake_is_added_too(as_, cast, pat, practice, name):
    url = reverse(f"clinic:{name}", kwargs={"practice": practice.slug})
    page = as_(cast.frances).post(url, {"words": "riv"}).content.decode()
    assert "chart 10482" in page and "add a patient" in page


@pytest.mark.parametrize("words", ["", "   ", "\x00"])
def test_nothing_typed_finds_nothing(as_, cast, pat, url, words):
    assert "<li>" not in as_(cast.frances).post(url, {"words": words}).content.decode()


def test_far_too_much_typed_is_said(as_, cast, pat, url):
    assert b"at most 80" in as_(cast.frances).post(url, {"words": "x" * 100_000}).content


def test_words_never_come_by_address(as_, cast, url):
    assert as_(cast.frances).get(url, {"words": "riv"}).status_code == 405


def test_a_stranger_finds_no_practice(as_, cast, pat, url):
    assert as_(cast.stranger).post(url, {"words": "riv"}).status_code == 404


def test_another_practices_patients_are_not_found(as_, cast, pat):
    page = as_(cast.stranger).post(reverse("clinic:search", kwargs={"practice": "elsewhere"}), {"words": "rivera"})
    assert b"Nobody matches" in page.content


def test_an_admin_does_not_search_patients(as_, cast, url):
    assert as_(cast.olga).post(url, {"words": "riv"}).status_code == 403


def test_a_walk_in_leads_to_a_visit(as_, cast, pat, practice):
    url = reverse("clinic:walk-in-search", kwargs={"practice": practice.slug})
    assert (
        reverse("clinic:visit-add", kwargs={"pk": pat.pk})
        in as_(cast.frances).post(url, {"words": "riv"}).content.decode()
    )
