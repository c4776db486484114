"""Auditors see the signed record until their last day, or of the patients on a list alone; the desk sees no word of a note."""

import re
from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command
from django.urls import reverse

from clinic.audit.auditors import listed_of
from clinic.exports import jobs
from clinic.models import AccessEvent, AuditedPatient, BackgroundJob, JobPart, Membership
from clinic.requests.deeds import new_key
from coding.packet_jobs import AS_JSON
from tests.bad_input.forms import FORMS, address, whole
from tests.conftest import PASSWORD
from tests.database.asking import refused
from tests.urls.answers import found_in
from tests.urls.table import ROWS, Row
from tests.world import everything, send, undone


@pytest.fixture
def world(world: SimpleNamespace) -> Iterator[SimpleNamespace]:
    """Rita audits Dr. Adams's patient and nobody else."""
    with undone():
        rita, pat = world.people["rita"], world.cases["adams"].patient
        Membership.objects.filter(pk=rita.pk).update(is_limited=True)
        AuditedPatient.objects.create(practice=rita.practice, membership=rita, patient=pat)
        yield world


# A list of patients


OF_RITA = [row for row in ROWS if row.cells["rita"] == "ok"]
each_row = pytest.mark.parametrize("row", OF_RITA, ids=lambda row: f"{row.url} of {row.of}")


@each_row
def test_of_a_patient_on_the_list_a_limited_auditor_sees_what_another_auditor_sees(
    row: Row, world: SimpleNamespace
) -> None:
    case = world.cases["adams"]
    for method in row.answers:
        with undone():
            answer = send(method, row.address(case), world.sessions["rita"], row.body(case))
        assert answer.status_code == row.status("rita", method), f"{method} {row.url}"
        assert found_in(answer, world.cases["baker"].known) == [], f"{method} {row.url}"


@each_row
def test_of_anybody_else_they_see_nothing(row: Row, world: SimpleNamespace) -> None:
    case = world.cases["baker"]
    for method in row.answers:
        with undone():
            answer = send(method, row.address(case), world.sessions["rita"], row.body(case))
        if row.is_of_an_object and row.of != "auditor":
            assert answer.status_code == 404, f"{method} {row.url}"
        typed = set(row.body(case).values())
        assert found_in(answer, case.known - typed) == [], f"{method} {row.url}"


def test_no_query_leads_beyond_the_list(world: SimpleNamespace) -> None:
    other, rita = world.cases["baker"], world.sessions["rita"]
    patient, person = other.patient.pk, other.doctor.user_id
    for query in (f"patient={patient}", f"person={person}", "kind=patients-listed", "sort=who", "since=2020-01-01"):
        answer = send("GET", f"/riverside/audit/?{query}", rita)
        assert (answer.status_code, found_in(answer, other.known)) == (200, []), query
    for query in (f"clinician={other.doctor.pk}", f"payer={other.payer.pk}", "all=1"):
        answer = send("GET", f"/riverside/superbills/?{query}", rita)
        assert (answer.status_code, found_in(answer, other.known)) == (200, []), query
    assert found_in(send("GET", f"/riverside/emergency/?patient={patient}", rita), other.known) == []


def test_no_field_of_a_form_leads_beyond_the_list(world: SimpleNamespace) -> None:
    own, other, rita = world.cases["adams"], world.cases["baker"], world.sessions["rita"]
    found = send("POST", "/riverside/search/", rita, {"words": other.patient.last_name})
    assert found_in(found, other.known - {other.patient.last_name.lower()}) == []
    found = send("POST", "/riverside/audit/", rita, {"words": other.patient.last_name})
    assert found.status_code == 422 and str(other.patient.pk) not in found.text
    body = {"readers": "outside", "file": "json", "recipient": "x", "purpose": "law", "password": PASSWORD}
    for name, row in (("note", other.signed), ("episode", other.episode)):
        with undone():
            answer = send("POST", reverse("coding:packet", args=[own.patient.pk]), rita, body | {name: str(row.pk)})
        assert (answer.status_code, found_in(answer, other.known - {other.patient.last_name.lower()})) == (422, []), (
            name
        )


def test_a_row_of_the_log_that_names_others_too_names_only_who_is_on_the_list(world: SimpleNamespace) -> None:
    send("GET", "/riverside/patients/", world.sessions["frances"])
    text = send("GET", "/riverside/audit/?kind=patients-listed", world.sessions["rita"]).text
    assert world.cases["adams"].patient.first_name in text and "and 1 more" in text
    assert found_in(SimpleNamespace(text=text, headers={}), world.cases["baker"].known) == []


def test_who_is_limited_as_an_auditor_keeps_what_another_role_gives_them(world: SimpleNamespace) -> None:
    Membership.objects.filter(pk=world.people["rita"].pk).update(roles=["auditor", "desk"])
    other = world.cases["baker"]
    assert send("GET", f"/patients/{other.patient.pk}/", world.sessions["rita"]).status_code == 200
    assert send("GET", f"/notes/{other.signed.pk}/", world.sessions["rita"]).status_code == 404


# The list itself


def save(world: SimpleNamespace, charts: str, **more: str) -> Any:
    body = {"is_limited": "on", "charts": charts, "password": PASSWORD} | more
    return send("POST", f"/people/{world.people['rita'].pk}/patients/", world.sessions["olga"], body)


def test_an_admin_makes_the_list_by_chart_numbers_and_the_log_names_who_came_and_went(world: SimpleNamespace) -> None:
    own, other = world.cases["adams"].patient, world.cases["baker"].patient
    assert save(world, f"{other.chart_number}\n\n").status_code == 302
    assert list(listed_of(world.people["rita"])) == [other]
    row = AccessEvent.objects.filter(kind="list-changed").get()
    assert set(row.patient_ids) == {own.pk, other.pk} and row.user_id == world.people["olga"].user_id


@pytest.mark.parametrize(
    ("charts", "more", "says"),
    [
        ("nowhere", {}, "No patient has the chart number nowhere"),
        ("", {}, "Name at least one patient"),
        ("{strangers}", {}, "No patient has the chart number"),
        ("{own}", {"password": "wrong"}, "not your password"),
        ("{own}", {"is_limited": ""}, "Without this tick every patient is seen"),
    ],
)
def test_a_wrong_list_changes_nothing(world: SimpleNamespace, charts: str, more: dict[str, str], says: str) -> None:
    numbers = {
        "own": world.cases["adams"].patient.chart_number,
        "strangers": world.cases["stranger"].patient.chart_number,
    }
    before = everything()
    answer = save(world, charts.format(**numbers), **more)
    assert (answer.status_code, says in answer.text) == (422, True)
    assert everything() == before


def packet_of(world: SimpleNamespace) -> BackgroundJob:
    body = {
        "readers": "outside", "file": "json", "recipient": "x", "purpose": "law", "password": PASSWORD, "key": str(new_key()),
    }  # fmt: skip
    send("POST", f"/patients/{world.cases['adams'].patient.pk}/packet/", world.sessions["rita"], body)
    call_command("worker", batch=True)
    return BackgroundJob.objects.get(owner=world.people["rita"])


def test_a_file_made_under_another_list_is_taken_away_with_it(world: SimpleNamespace) -> None:
    file = f"/exports/{packet_of(world).pk}/file/"
    assert send("GET", file, world.sessions["rita"]).status_code == 200
    save(world, world.cases["baker"].patient.chart_number)
    assert send("GET", file, world.sessions["rita"]).status_code == 409
    assert not JobPart.objects.filter(job__owner=world.people["rita"]).exists()


def test_a_packet_of_somebody_who_left_the_list_meanwhile_is_not_made(world: SimpleNamespace) -> None:
    asked = {"patient": str(world.cases["baker"].patient.pk), "form": "outside"}
    job = jobs.start(AS_JSON, by=world.people["rita"], title="Packet", file_name="record.json", **asked)
    call_command("worker", batch=True)
    job.refresh_from_db()
    assert (job.state, job.failure) == (BackgroundJob.State.FAILED, jobs.NOT_YOURS_NOW)


# The last day


def test_no_auditor_is_without_a_last_day(world: SimpleNamespace) -> None:
    with refused("auditor_has_a_last_day"):
        Membership.objects.filter(pk=world.people["rita"].pk).update(ends_on=None)
    with refused("auditor_has_a_last_day"):
        Membership.objects.filter(pk=world.people["frances"].pk).update(roles=["auditor", "desk"])


def test_people_tell_of_an_auditor_until_when_and_how_many_patients(world: SimpleNamespace) -> None:
    def told() -> str:
        return send("GET", "/riverside/people/", world.sessions["olga"]).text.split("Rita Rowe")[1].split("</tr>")[0]

    assert "until 18 Feb 2027" in told() and "audits 1 patient<" in told()
    Membership.objects.filter(pk=world.people["rita"].pk).update(is_limited=False)
    assert "audits every patient" in told()


@pytest.mark.parametrize(("days", "status"), [(0, 200), (1, 200), (-1, 404)])
def test_an_auditors_access_ends_with_its_last_day(world: SimpleNamespace, days: int, status: int) -> None:
    last = world.riverside.today() + timedelta(days=days)
    Membership.objects.filter(pk=world.people["rita"].pk).update(ends_on=last)
    assert send("GET", "/riverside/patients/", world.sessions["rita"]).status_code == status


# Words of a note


WITHOUT_WORDS = ("frances", "bill", "olga", "stranger")


@pytest.mark.parametrize("person", WITHOUT_WORDS)
def test_no_form_that_somebody_sends_answers_with_words_of_a_note(person: str, world: SimpleNamespace) -> None:
    """The table of pages asks this of every address and method; here every form is filled in rightly and sent as well."""
    own = world.cases["adams"]
    own.colleague, own.desk, own.sessions = world.people["baker"], world.people["frances"], world.sessions
    words = set.union(*(getattr(own, kind).given for kind in ("draft_words", "signed_words", "plan_words")))
    for form in FORMS:
        if person == "bill" and form.url == "coding:signed-note":
            continue  # a biller reads signed notes, with a purpose
        body = whole(form, own)
        with undone():
            answer = send("POST", address(form, own), world.sessions[person], body)
        assert found_in(answer, words) == [], form.url


def test_a_biller_reads_signed_notes_with_a_purpose_and_no_draft(world: SimpleNamespace) -> None:
    case = world.cases["adams"]
    page = send("POST", f"/superbills/{case.bill.pk}/note/", world.sessions["bill"], {"purpose": "claim"})
    assert found_in(page, case.draft_words.given) == [] and "qadamssignedplan" in page.text


def test_every_text_field_of_a_note_holds_a_word_that_the_walks_look_for(world: SimpleNamespace) -> None:
    """Otherwise they would find nothing because nothing is there."""
    case = world.cases["adams"]
    rows = [case.draft, *case.draft.findings.all(), *case.draft.adjustments.all(), *case.draft.activities.all()]
    texts = {
        f"{type(row).__name__}.{field.name}"
        for row in rows
        for field in row._meta.concrete_fields
        if field.get_internal_type() in ("TextField", "CharField") and not field.choices
        if re.search("qadams", str(getattr(row, field.name)))
    }
    wanted = {
        "subjective",
        "objective",
        "assessment",
        "plan",
        "description",
        "response",
        "dose",
        "why",
        "technique",
        "words",
    }
    assert wanted <= {name.split(".")[1] for name in texts}
