"""Patients: listed, added, read, changed."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.urls import reverse

from clinic.forms.patients import PatientForm, words_as_initial
from clinic.models import AccessEvent, Patient
from clinic.requests.deeds import new_key
from tests.day import TODAY

NEW = {"first_name": "Lena", "last_name": "Hoff", "birth_date": "7/2/1990", "sex": "female", "chart_number": "7001"}


@pytest.fixture
def add_url(practice):
    return reverse("clinic:patient-add", kwargs={"practice": practice.slug})


def at(name, patient):
    return reverse(f"clinic:{name}", kwargs={"pk": patient.pk})


def new(**fields):
    return NEW | {"key": str(new_key())} | fields


def changed(patient, **fields):
    """What a browser sends for the opened form with some fields changed."""
    form = PatientForm(instance=patient)
    sent = {name: form[name].value() for name in form.fields}
    return {name: "" if value is None else str(value) for name, value in sent.items()} | fields


def test_the_list_shows_patients_by_name(as_, cast, pat, practice):
    page = as_(cast.frances).get(reverse("clinic:patients", kwargs={"practice": practice.slug})).content.decode()
    assert "Rivera, Pat" in page
    assert AccessEvent.objects.get(kind="patients-listed").patient_ids == [pat.pk]


def test_an_empty_list_says_what_to_do(as_, cast, practice):
    page = as_(cast.frances).get(reverse("clinic:patients", kwargs={"practice": practice.slug})).content.decode()
    assert "No patients yet" in page


def test_whoever_was_here_lately_stands_first(as_, cast, visit, practice, monkeypatch):
    monkeypatch.setattr("clinic.models.Practice.today", lambda self: visit.on)
    page = as_(cast.adams).get(reverse("clinic:patients", kwargs={"practice": practice.slug}))
    assert page.context["lately"] == [visit.patient]


def test_a_patient_is_added(as_, cast, add_url):
    answer = as_(cast.frances).post(add_url, new())
    lena = Patient.objects.get(chart_number="7001")
    assert answer.url == at("visit-add", lena) + "?now"
    assert lena.birth_date == date(1990, 7, 2)


def test_adding_is_written_down(as_, cast, add_url):
    as_(cast.frances).post(add_url, new())
    event = AccessEvent.objects.get(kind="patient-added")
    assert event.patient_ids == [Patient.objects.get().pk]
    assert event.detail["changed"]["last_name"] == ["", "Hoff"]


def test_two_clicks_add_one_patient(as_, cast, add_url):
    sent, client = new(), as_(cast.frances)
    assert client.post(add_url, sent).url == client.post(add_url, sent).url
    assert Patient.objects.count() == 1


def test_a_changed_form_with_a_used_key_is_a_conflict(as_, cast, add_url):
    sent, client = new(), as_(cast.frances)
    client.post(add_url, sent)
    assert client.post(add_url, sent | {"first_name": "Lina"}).status_code == 409


@pytest.mark.django_db(transaction=True)
def test_twenty_clicks_at_once_add_one_patient(as_, cast, add_url):
    sent, client = new(), as_(cast.frances)

    def send(_):
        try:
            return client.post(add_url, sent).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as threads:
        assert set(threads.map(send, range(20))) == {302}
    assert Patient.objects.count() == AccessEvent.objects.filter(kind="patient-added").count() == 1


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("first_name", "", "Please fill this in"),
        ("birth_date", "soon", "Enter a date"),
        ("birth_date", "1850-01-01", "Check the year"),
        ("birth_date", str(TODAY + timedelta(days=3)), "Check the year"),
        ("chart_number", "10482", "Another patient has chart number 10482. 10483 is free."),
        ("state", "Ohio", "at most 2"),
        ("state", "1!", "Two letters"),
        ("email", "x", "not an email address"),
        ("last_name", "x" * 100_000, "at most 80"),
        ("preferred_name", "Le\x00na", "a NUL"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(as_, cast, pat, add_url, field, value, says):
    answer = as_(cast.frances).post(add_url, new(**{field: value}))
    assert answer.status_code == 422
    assert says in str(answer.context["form"].errors[field])
    assert 'value="Hoff"' in answer.content.decode() or field == "last_name"


def test_direction_overrides_are_left_out_of_names(as_, cast, add_url):
    as_(cast.frances).post(add_url, new(first_name="Lena\u202e"))
    assert Patient.objects.get().first_name == "Lena"


def test_somebody_alike_is_asked_about_once(as_, cast, pat, add_url):
    sent, client = new(first_name="Patricia", last_name="Rivera", birth_date="3/4/1984"), as_(cast.frances)
    answer = client.post(add_url, sent)
    assert answer.status_code == 422
    assert answer.context["form"].lookalikes == [pat]
    assert client.post(add_url, sent | {"is_another": "on"}).status_code == 302


def test_somebody_else_born_that_day_is_not_asked_about(as_, cast, pat, add_url):
    assert as_(cast.frances).post(add_url, new(birth_date="3/4/1984")).status_code == 302


def test_the_next_chart_number_is_offered(as_, cast, pat, add_url):
    assert 'value="10483"' in as_(cast.frances).get(add_url).content.decode()


def test_what_was_searched_for_is_filled_in(as_, cast, practice):
    url = reverse("clinic:patient-begin", kwargs={"practice": practice.slug})
    page = as_(cast.frances).post(url, {"words": "lena hoff 7/2/1990"}).content.decode()
    assert all(f'value="{value}"' in page for value in ("Lena", "Hoff", "1990-07-02"))


def test_words_become_names():
    assert words_as_initial("10482") == {}
    assert words_as_initial("McCoy") == {"first_name": "McCoy", "last_name": ""}


@pytest.mark.parametrize("who", ["olga", "rita"])
def test_admins_and_auditors_add_nobody(as_, cast, add_url, who):
    assert as_(getattr(cast, who)).get(add_url).status_code == 403


def test_the_page_shows_who_it_is_and_is_written_down(as_, cast, pat, coverage):
    page = as_(cast.adams).get(at("patient", pat)).content.decode()
    assert all(words in page for words in ("Pat Rivera", "born 4 Mar 1984", "chart 10482", "Blue Ridge PPO"))
    assert AccessEvent.objects.filter(kind="patient-read", patient_ids=[pat.pk]).count() == 1


def test_a_title_never_names_a_patient(as_, cast, pat):
    page = as_(cast.adams).get(at("patient", pat)).content.decode()
    assert "<title>Patient · Plumbline</title>" in page


def test_a_stranger_sees_no_patient(as_, cast, pat):
    for name in ("patient", "who", "banner", "patient-edit", "alerts", "coverages", "visits", "visit-add"):
        assert as_(cast.stranger).get(at(name, pat)).status_code == 404


def test_an_auditor_reads_and_changes_nothing(as_, cast, pat):
    page = as_(cast.rita).get(at("patient", pat)).content.decode()
    assert ">Change<" not in page
    assert "Retire" not in page
    assert as_(cast.rita).get(at("patient-edit", pat)).status_code == 403


def test_a_patient_that_is_not_there(as_, cast):
    assert as_(cast.adams).get(reverse("clinic:patient", kwargs={"pk": uuid4()})).status_code == 404


def test_demographics_are_changed_in_place(as_, cast, pat):
    answer = as_(cast.frances).post(at("patient-edit", pat), changed(pat, phone="828 555 0199"))
    assert answer.status_code == 200
    assert "patient-changed" in answer.headers["HX-Trigger"]
    assert "828 555 0199" in answer.content.decode()
    assert AccessEvent.objects.get(kind="patient-changed").detail == {"changed": {"phone": ["", "828 555 0199"]}}


def test_what_somebody_else_saved_is_not_overwritten_unseen(as_, cast, pat):
    mine = changed(pat, phone="1")
    as_(cast.bill).post(at("patient-edit", pat), changed(pat, street="2 Oak Street"))
    answer = as_(cast.frances).post(at("patient-edit", pat), mine)
    assert answer.status_code == 422
    assert "Street: 2 Oak Street" in answer.content.decode()
    again = {name: answer.context["form"][name].value() for name in answer.context["form"].fields}
    assert as_(cast.frances).post(at("patient-edit", pat), again | {"street": "2 Oak Street"}).status_code == 200
    pat.refresh_from_db()
    assert (pat.phone, pat.street) == ("1", "2 Oak Street")


def test_a_patient_keeps_their_own_chart_number(as_, cast, pat):
    assert as_(cast.frances).post(at("patient-edit", pat), changed(pat)).status_code == 200
