"""The patient's page says of each visit whether its note is read, gone on with, or started; the signed page says who is next."""

from datetime import time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from clinic.models import Visit
from notes.addenda import add_addendum
from notes.models import Note
from tests.conftest import TODAY
from tests.signed import put_a_signature_under


@pytest.fixture(autouse=True)
def november(monkeypatch):
    monkeypatch.setattr("clinic.models.Practice.today", lambda self: TODAY)


def text_of(answer):
    return " ".join(answer.content.decode().split())


def notes_of(patient):
    return reverse("notes:visit-notes", args=[patient.pk])


def sign(note):
    return put_a_signature_under(note)


def test_the_patients_page_asks_for_the_notes_of_its_visits(as_, cast, visit):
    page = text_of(as_(cast.adams).get(reverse("clinic:patient", args=[visit.patient_id])))
    assert notes_of(visit.patient) in page
    assert f'id="note-of-{visit.pk}"' in page
    assert "Open the note" not in page


@pytest.mark.parametrize("who", ["frances", "bill"])
def test_the_desk_is_not_told_of_notes(as_, cast, visit, who):
    page = text_of(as_(getattr(cast, who)).get(reverse("clinic:patient", args=[visit.patient_id])))
    assert notes_of(visit.patient) not in page


def test_a_visit_without_a_note_offers_to_start_one(as_, cast, visit):
    says = text_of(as_(cast.adams).get(notes_of(visit.patient)))
    assert "Start the note" in says
    assert f'id="note-of-{visit.pk}"' in says


@pytest.mark.parametrize(
    ("who", "says"), [("adams", "Go on with the note"), ("tess", "Go on with the note"), ("baker", "Read the draft")]
)
def test_a_draft_is_gone_on_with_by_whoever_may_write_it(as_, cast, draft, who, says):
    assert says in text_of(as_(getattr(cast, who)).get(notes_of(draft.patient)))


def test_a_signed_note_is_read(as_, cast, draft):
    sign(draft)
    for who in ("adams", "baker", "tess", "rita"):
        assert "Read the note" in text_of(as_(getattr(cast, who)).get(notes_of(draft.patient)))


def test_an_auditor_is_told_of_no_draft_and_starts_nothing(as_, cast, draft):
    says = text_of(as_(cast.rita).get(notes_of(draft.patient)))
    assert "note-start" not in says and reverse("notes:note", args=[draft.pk]) not in says
    assert "Start" not in says


def test_a_colleagues_visit_is_taken_over(as_, cast, visit):
    says = text_of(as_(cast.baker).get(notes_of(visit.patient)))
    assert "Take over" in says
    assert "Start the note" not in says


@pytest.mark.parametrize(("days", "state"), [(1, "expected"), (0, "no_show"), (0, "cancelled")])
def test_nothing_is_started_for_a_visit_to_come_or_missed(as_, cast, visit, days, state):
    Visit.objects.filter(pk=visit.pk).update(on=TODAY + timedelta(days), state=state)
    assert reverse("notes:note-start", args=[visit.pk]) not in text_of(as_(cast.adams).get(notes_of(visit.patient)))


def test_many_visits_take_as_many_queries_as_two(
    as_, cast, visit, django_assert_num_queries, django_assert_max_num_queries
):
    client, both = as_(cast.adams), {"practice": visit.practice, "patient": visit.patient}

    def came(days):
        past = {"clinician": cast.adams, "location": visit.location, "on": TODAY - timedelta(days), "state": "done"}
        Note.objects.create(**both, visit=Visit.objects.create(**both, **past), author=cast.adams)

    came(1)
    with django_assert_max_num_queries(16) as few:
        client.get(notes_of(visit.patient))
    for days in range(2, 9):
        came(days)
    with django_assert_num_queries(len(few)):
        client.get(notes_of(visit.patient))


# After the signature


@pytest.fixture
def other(visit):
    """Another visit of Dr. Adams on the same day."""
    return Visit.objects.create(
        practice=visit.practice, patient=visit.patient, clinician=visit.clinician, location=visit.location, on=TODAY,
        at=time(11), state="arrived", arrived_at=timezone.now(),
    )  # fmt: skip


def page_of(note):
    return reverse("notes:note", args=[note.pk])


def test_the_signed_page_goes_on_to_who_is_here(as_, cast, draft, other):
    page = text_of(as_(cast.adams).get(page_of(sign(draft))))
    assert "Next:" in page
    assert reverse("notes:note-start", args=[other.pk]) in page


def test_when_nobody_waits_it_goes_on_to_a_note_that_is_not_signed(as_, cast, draft, other):
    unsigned = Note.objects.create(practice=other.practice, visit=other, patient=other.patient, author=cast.adams)
    assert f'href="{page_of(unsigned)}"' in text_of(as_(cast.adams).get(page_of(sign(draft))))


def test_when_all_is_signed_it_leads_back_to_today(as_, cast, draft):
    page = text_of(as_(cast.adams).get(page_of(sign(draft))))
    assert "Next:" not in page and "Back to Today" in page


def test_a_note_of_an_earlier_day_leads_to_nobody(as_, cast, draft, other):
    Visit.objects.filter(pk=draft.visit_id).update(on=TODAY - timedelta(1))
    assert "Next:" not in text_of(as_(cast.adams).get(page_of(sign(draft))))


@pytest.mark.parametrize("who", ["baker", "tess", "rita"])
def test_whoever_only_reads_is_led_to_nobody(as_, cast, draft, other, who):
    assert "Next:" not in text_of(as_(getattr(cast, who)).get(page_of(sign(draft))))


def test_an_addendum_is_labelled_dated_and_signed_with_a_name(as_, cast, draft):
    add_addendum(sign(draft), by=cast.adams, text="Called the patient.")
    page = text_of(as_(cast.adams).get(page_of(draft)))
    assert "Addendum to the note of 20 Nov 2026" in page
    assert "Signed by Alex Adams, DC" in page
    assert "1 addendum below" in page
