"""Today for the clinician: whose visits, in which state and order, what is left, and how many queries it takes."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from clinic.models import AccessEvent, Patient, SignIn, Visit
from clinic.roles import Role
from notes.day import Row, State
from notes.models import Adjustment, Note
from tests.conftest import TODAY
from tests.signed import put_a_signature_under

PAGE = "/riverside/today/"


@pytest.fixture(autouse=True)
def november(monkeypatch):
    monkeypatch.setattr("clinic.models.Practice.today", lambda self: TODAY)


def text_of(response):
    return " ".join(response.content.decode().split())


@pytest.fixture
def come(pat, cast, main_street):
    """Make a visit of Dr. Adams: `come("Lena", state="arrived")`."""

    def make(first_name, *, who=None, on=TODAY, at=time(9), state="expected", **fields):
        patient = Patient.objects.create(
            practice=pat.practice, chart_number=first_name, first_name=first_name, last_name="Hoff",
            birth_date=date(1990, 1, 1),
        )  # fmt: skip
        return Visit.objects.create(
            practice=pat.practice, patient=patient, clinician=who or cast.adams, location=main_street, on=on, at=at,
            state=state, **fields,
        )  # fmt: skip

    return make


def write(visit, **fields):
    return Note.objects.create(
        practice=visit.practice, visit=visit, patient=visit.patient, author=visit.clinician, **fields
    )


def sign(note):
    put_a_signature_under(note)


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


def test_an_assistant_may_look_at_one_clinicians_day(as_, cast, come):
    come("Lena")
    come("Jon", who=cast.baker)
    page = text_of(as_(cast.tess).get(PAGE, {"of": cast.baker.pk}))
    assert "Jon Hoff" in page
    assert "Lena Hoff" not in page


@pytest.fixture
def both(cast):
    """Dr. Adams, who also assists colleagues."""
    cast.adams.roles = [Role.CLINICIAN, Role.ASSISTANT]
    cast.adams.save()
    return cast.adams


def test_who_is_clinician_and_assistant_begins_with_their_own_visits(as_, both, come, cast):
    come("Lena")
    come("Jon", who=cast.baker)
    page = text_of(as_(both).get(PAGE))
    assert ("Lena Hoff" in page, "Jon Hoff" in page) == (True, False)
    assert f"of={cast.baker.pk}" in page


def test_who_is_clinician_and_assistant_sees_colleagues_visits_where_they_choose_to(as_, both, come, cast):
    come("Lena", state="arrived")
    come("Jon", who=cast.baker, state="arrived")
    page = text_of(as_(both).get(PAGE, {"of": "all"}))
    assert ("Lena Hoff" in page, "Jon Hoff" in page) == (True, True)
    assert "Take over" not in page  # they may also assist, so the next page asks


def test_who_is_both_drafts_for_a_colleague_or_takes_over(as_, both, come, cast, back_pain):
    for sent, author in (({"drafts": ""}, cast.baker), ({}, both)):
        visit = come("Jon" + author.title, who=cast.baker, state="arrived")
        begin = reverse("notes:note-begin", args=[visit.pk])
        assert as_(both).post(reverse("notes:note-start", args=[visit.pk])).url == begin
        assert "Draft it for Dr. Baker" in text_of(as_(both).get(begin))
        as_(both).post(begin, {"complaint": "Neck pain", **sent})
        visit.refresh_from_db()
        assert Note.objects.get(visit=visit).author == visit.clinician == author


def test_a_clinician_alone_does_not_draft_for_a_colleague(as_, come, cast):
    visit = come("Jon", who=cast.baker, state="arrived")
    begin = reverse("notes:note-begin", args=[visit.pk])
    assert "Draft it for" not in text_of(as_(cast.adams).get(begin))
    as_(cast.adams).post(begin, {"complaint": "Neck pain", "drafts": ""})
    assert Note.objects.get(visit=visit).author == cast.adams


@pytest.mark.parametrize("of", ["all", "nonsense", "00000000-0000-7000-8000-000000000000"])
def test_a_clinician_alone_chooses_nobody_else(as_, cast, come, of):
    come("Jon", who=cast.baker)
    assert "Jon Hoff" not in text_of(as_(cast.adams).get(PAGE, {"of": of}))
    assert "Jon Hoff" not in text_of(as_(cast.adams).get(PAGE, {"of": cast.baker.pk}))


def test_the_log_holds_whose_names_were_read(as_, cast, come):
    visit = come("Lena")
    as_(cast.adams).get(PAGE)
    event = AccessEvent.objects.get(kind="today-read")
    assert (event.patient_ids, event.detail) == ([visit.patient_id], {"on": "2026-11-20"})


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
    [("expected", "Expected"), ("arrived", "Here, no note yet"), ("done", "No note yet"), ("no_show", "No-show")],
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


@pytest.mark.parametrize("state", State)
def test_every_state_has_words_and_a_colour(state):
    assert state.label
    assert state.tone in ("stop", "warn", "ready", "good", "quiet")


@pytest.mark.parametrize(
    ("state", "stands"),
    [("arrived", State.NO_NOTE), ("done", State.NO_NOTE), ("expected", State.LEFT_OPEN), ("no_show", State.NO_SHOW)],
)
def test_on_a_day_that_is_over_nobody_is_here_or_to_come(cast, come, state, stands):
    yesterday = come("Lena", on=TODAY - timedelta(1), state=state)
    assert Row(yesterday, cast.adams, TODAY).state is stands


def test_no_note_is_started_before_its_day(as_, cast, come):
    tomorrow = come("Lena", on=TODAY + timedelta(1))
    page = text_of(as_(cast.adams).get(PAGE, {"on": "2026-11-21"}))
    assert "Lena Hoff" in page
    assert reverse("notes:note-start", args=[tomorrow.pk]) not in page


# In which order


def test_those_here_come_before_what_is_to_sign_and_both_before_who_is_expected(as_, cast, come):
    come("Expected", at=time(8))
    sign(write(come("Signed", at=time(7), state="done")))
    write(come("Started", at=time(8), state="arrived"))
    come("Waiting", at=time(11), state="arrived")
    come("Absent", at=time(7), state="no_show")
    page = text_of(as_(cast.adams).get(PAGE))
    order = [page.index(f"{name} Hoff") for name in ("Waiting", "Started", "Expected", "Signed", "Absent")]
    assert order == sorted(order)


def test_who_waits_longest_is_first_and_has_the_one_filled_button(as_, cast, come):
    now = timezone.now()
    come("Later", at=time(8), state="arrived", arrived_at=now - timedelta(minutes=5))
    longest = come("Sooner", at=time(10), state="arrived", arrived_at=now - timedelta(minutes=65))
    page = text_of(as_(cast.adams).get(PAGE))
    assert page.index("Sooner Hoff") < page.index("Later Hoff")
    assert "1 h 5 min" in page
    filled = page.index('class="btn" type="submit"')
    assert page.index(reverse("notes:note-start", args=[longest.pk])) < filled < page.index("Later Hoff")
    assert page.count('class="btn" type="submit"') == 1


def test_what_is_to_sign_goes_by_time_whatever_is_written(cast, come, draft, back_pain, as_):
    write(come("Started", at=time(7), state="arrived"))
    Note.objects.filter(pk=draft.pk).update(assessment="Better.", plan="Go on.")
    Adjustment.objects.create(
        practice=draft.practice, note=draft, episode=back_pain, region="lumbar", written_by=cast.adams
    )
    page = text_of(as_(cast.adams).get(PAGE))
    assert page.index("Started Hoff") < page.index("Pat Rivera")
    assert "Review and sign" in page


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
    client = as_(cast.adams)
    SignIn.objects.update(began_at=late, seen_at=late)  # by the database's clock it is another hour
    assert "Friday, 20 November 2026" in text_of(client.get(PAGE))


# Speed, and who may see it


def test_the_page_takes_the_same_number_of_queries_however_full_the_day(
    as_, cast, come, django_assert_num_queries, django_assert_max_num_queries
):
    client = as_(cast.adams)
    come("First", state="arrived")
    write(come("Second", on=TODAY - timedelta(3)))
    with django_assert_max_num_queries(12) as few:
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
