"""Today for the clinician: whose visits, in which state, what is left, and how many queries it takes."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from clinic.models import Patient, Visit
from notes.models import Adjustment, Note
from notes.views.today import Row
from tests.conftest import TODAY

PAGE = "/riverside/today/"


@pytest.fixture(autouse=True)
def november(monkeypatch):
    monkeypatch.setattr("clinic.models.Practice.today", lambda self: TODAY)


def text_of(response):
    return " ".join(response.content.decode().split())


@pytest.fixture
def come(pat, cast, main_street):
    """Make a visit of Dr. Adams: `come("Lena", state="arrived")`."""

    def make(first_name, *, who=None, on=TODAY, at=time(9), state="expected"):
        patient = Patient.objects.create(
            practice=pat.practice, chart_number=first_name, first_name=first_name, last_name="Hoff",
            birth_date=date(1990, 1, 1),
        )  # fmt: skip
        return Visit.objects.create(
            practice=pat.practice, patient=patient, clinician=who or cast.adams, location=main_street, on=on, at=at,
            state=state,
        )  # fmt: skip

    return make


def write(visit, **fields):
    return Note.objects.create(
        practice=visit.practice, visit=visit, patient=visit.patient, author=visit.clinician, **fields
    )


def sign(note):
    Note.objects.filter(pk=note.pk).update(signed_at=timezone.now(), signed_by=note.author)


# Whose visits


def test_a_clinician_sees_their_own_visits_by_time(as_, cast, come):
    come("Late", at=time(15))
    come("Early", at=time(8))
    come("Colleagues", who=cast.baker)
    page = text_of(as_(cast.adams).get(PAGE))
    assert page.index("Early Hoff") < page.index("Late Hoff")
    assert "Colleagues" not in page


def test_an_assistant_sees_all_clinicians_visits(as_, cast, come):
    come("Lena")
    come("Jon", who=cast.baker)
    page = text_of(as_(cast.tess).get(PAGE))
    assert "Lena Hoff" in page
    assert "Jon Hoff" in page
    assert "Dr. Baker" in page


def test_a_day_without_visits_says_what_to_do(as_, cast):
    page = text_of(as_(cast.adams).get(PAGE))
    assert "No visits today for you." in page
    assert "add a walk-in" in page


def test_alerts_that_forbid_something_are_seen_before_the_note_is_opened(as_, cast, come):
    visit = come("Lena")
    visit.patient.alerts.create(practice=visit.practice, kind="contraindication", text="Anticoagulant")
    visit.patient.alerts.create(practice=visit.practice, kind="consent", text="Photos allowed")
    page = text_of(as_(cast.adams).get(PAGE))
    assert "Anticoagulant" in page
    assert "Photos allowed" not in page


# States


@pytest.mark.parametrize(
    ("state", "label"),
    [("expected", "Expected"), ("arrived", "Arrived"), ("done", "No note yet"), ("no_show", "No-show")],
)
def test_a_visit_without_a_note_shows_its_own_state(as_, cast, come, state, label):
    come("Lena", state=state)
    assert label in text_of(as_(cast.adams).get(PAGE))


def test_a_visit_that_nobody_came_to_has_no_note_to_start(as_, cast, come):
    missed, here = come("Lena", state="no_show"), come("Jon", state="arrived")
    page = text_of(as_(cast.adams).get(PAGE))
    assert reverse("notes:note-start", args=[missed.pk]) not in page
    assert reverse("notes:note-start", args=[here.pk]) in page


def test_a_draft_is_started_until_all_its_parts_are_written(as_, cast, draft, back_pain):
    assert "Note started" in text_of(as_(cast.adams).get(PAGE))
    Note.objects.filter(pk=draft.pk).update(assessment="Better.", plan="Go on.")
    assert "Note started" in text_of(as_(cast.adams).get(PAGE))
    Adjustment.objects.create(
        practice=draft.practice, note=draft, episode=back_pain, region="lumbar", written_by=cast.adams
    )
    assert "Written, to review" in text_of(as_(cast.adams).get(PAGE))


def test_what_was_carried_over_and_not_confirmed_does_not_make_a_note_ready(as_, cast, draft, back_pain):
    Note.objects.filter(pk=draft.pk).update(assessment="Better.", plan="Go on.")
    Adjustment.objects.create(
        practice=draft.practice, note=draft, episode=back_pain, region="lumbar", written_by=cast.adams, is_carried=True
    )
    assert "Note started" in text_of(as_(cast.adams).get(PAGE))


def test_a_signed_note_is_read(as_, cast, draft):
    sign(draft)
    page = text_of(as_(cast.adams).get(PAGE))
    assert "Signed" in page
    assert reverse("notes:note", args=[draft.pk]) in page


def test_every_state_has_words_and_a_colour():
    for state in Visit.State.values:
        row = Row(Visit(state=state))
        assert row.label
        assert row.tone


# Earlier and other days


def test_unsigned_notes_of_earlier_days_stand_on_top(as_, cast, come):
    come("Today")
    write(come("Unsigned", on=TODAY - timedelta(90)))
    come("Unwritten", on=TODAY - timedelta(1), state="arrived")
    sign(write(come("Settled", on=TODAY - timedelta(1))))
    come("Absent", on=TODAY - timedelta(1), state="no_show")
    page = text_of(as_(cast.adams).get(PAGE))
    assert "Left from earlier days · 2" in page
    assert page.index("Unsigned Hoff") < page.index("Unwritten Hoff") < page.index("Today Hoff")
    assert "Settled" not in page
    assert "Absent" not in page


def test_other_days_are_a_step_away(as_, cast, come):
    come("Lena", on=TODAY - timedelta(1))
    assert f"{PAGE}?on=2026-11-19" in text_of(as_(cast.adams).get(PAGE))
    page = text_of(as_(cast.adams).get(PAGE, {"on": "2026-11-19"}))
    assert "Thursday, 19 November 2026" in page
    assert "Lena Hoff" in page


@pytest.mark.parametrize("on", ["soon", "2026-02-31", "\x00", "٢٠٢٦-١١-٢٠", "0001-01-01", "9999-12-31"])
def test_no_day_breaks_the_page(as_, cast, on):
    assert as_(cast.adams).get(PAGE, {"on": on}).status_code == 200


def test_today_is_the_practices_own_day(as_, cast, practice, monkeypatch):
    monkeypatch.undo()
    practice.time_zone = "America/Los_Angeles"
    practice.save()
    late = datetime(2026, 11, 21, 7, 30, tzinfo=UTC)  # 23:30 of the 20th in Los Angeles
    monkeypatch.setattr("django.utils.timezone.now", lambda: late)
    assert "Friday, 20 November 2026" in text_of(as_(cast.adams).get(PAGE))


# Speed, and who may see it


def test_the_page_takes_the_same_number_of_queries_however_full_the_day(
    as_, cast, come, django_assert_num_queries, django_assert_max_num_queries
):
    client = as_(cast.adams)
    come("First", state="arrived")
    write(come("Second", on=TODAY - timedelta(3)))
    with django_assert_max_num_queries(8) as few:
        client.get(PAGE)
    for number in range(12):
        visit = come(f"Patient{number}", state="arrived", on=TODAY - timedelta(number % 2))
        if number % 3:
            write(visit)
    with django_assert_num_queries(len(few)):
        client.get(PAGE)


@pytest.mark.parametrize(
    ("who", "status"),
    [("adams", 200), ("tess", 200), ("frances", 403), ("olga", 403), ("rita", 403), ("stranger", 404)],
)
def test_today_is_for_those_who_care(as_, cast, who, status):
    assert as_(getattr(cast, who)).get(PAGE).status_code == status
