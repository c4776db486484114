"""What stands beside a draft: the last visits, what was said last time, and the diagnoses of its complaints."""

import re

import pytest
from django.urls import reverse

from clinic.models import AccessEvent, Membership
from notes.models import Activity, ExamFinding, Note
from tests.coding.conftest import sign_it
from tests.notes.test_corrections import add, correction
from tests.notes.test_note_page import next_visit_of
from tests.signed import put_a_signature_under


@pytest.fixture
def signed(draft, back_pain, cast):
    """Pat's note of 20 November, signed."""
    kept = {"practice": draft.practice, "note": draft, "written_by": cast.adams, "episode": back_pain}
    ExamFinding.objects.create(**kept, kind="motion", region="lumbar", words="flexion", value="35", unit="°")
    Activity.objects.create(**kept, description="Bridges 3 x 12", minutes=10, delivery="one_on_one", response="held")
    Note.objects.filter(pk=draft.pk).update(subjective="Stairs are hard.", plan="Twice a week.")
    return put_a_signature_under(draft)


@pytest.fixture
def today(signed, visit, back_pain):
    """Pat's draft of four days later."""
    later = next_visit_of(visit)
    note = Note.objects.create(practice=later.practice, visit=later, patient=later.patient, author=later.clinician)
    note.note_episodes.create(practice=note.practice, patient=note.patient, episode=back_pain)
    return note


def text_of(client, name, note):
    return client.get(reverse(f"notes:{name}", args=[note.pk])).content.decode()


def test_the_last_visits_say_what_was_said_found_done_and_planned(as_, cast, today):
    page = text_of(as_(cast.adams), "earlier", today)
    for words in ("20 Nov 2026", "Stairs are hard.", "Lumbar: flexion 35°", "Bridges 3 x 12", "Held.", "Twice a week."):
        assert words in page


def test_opening_the_last_visits_is_one_reading_in_the_log(as_, cast, today, signed):
    text_of(as_(cast.adams), "earlier", today)
    event = AccessEvent.objects.get(kind="earlier-notes-read")
    assert (event.user_id, event.object_id, event.patient_ids) == (cast.adams.user_id, today.pk, [today.patient_id])
    assert event.detail == {"notes": [str(signed.pk)]}


def test_the_last_visits_say_what_was_added_since_by_whom_and_when(as_, cast, today, signed):
    signed = Note.objects.get(pk=signed.pk)
    add(signed, cast.adams, text="Right knee, not left.")
    Membership.objects.filter(pk=cast.adams.pk).update(is_active=False)  # so that a colleague may, for a while
    add(signed, cast.baker, correction(signed, "total_minutes", "null", "40", reason="Left out."))
    Membership.objects.filter(pk=cast.adams.pk).update(is_active=True)
    page = " ".join(text_of(as_(cast.adams), "earlier", today).split())
    assert page.index("2 addenda below.") < page.index("Stairs are hard.") < page.index("Right knee, not left.")
    assert re.search(r"Addendum by Alex Adams, DC, \d+ Nov 2026 at ", page)
    assert "Addendum by Blair Baker, DC" in page and "It corrects what is marked above." in page
    assert re.search(r"Total minutes:</b>.*<ins>40</ins> <q>Left out.</q>", page)


def test_what_was_said_last_time_says_that_something_was_added(as_, cast, today, signed):
    assert "was added to that note later" not in text_of(as_(cast.adams), "note", today)
    add(Note.objects.get(pk=signed.pk), cast.adams, text="Right knee, not left.")
    assert "was added to that note later" in text_of(as_(cast.adams), "note", today)


def test_the_last_visits_name_their_signer(as_, cast, visit, settled):
    sign_it(settled, cast.adams)
    later = next_visit_of(visit)
    note = Note.objects.create(practice=later.practice, visit=later, patient=later.patient, author=later.clinician)
    assert "Signed by Alex Adams, DC, author, " in text_of(as_(cast.adams), "earlier", note)


def test_drafts_and_later_visits_are_no_last_visits(today, signed):
    assert list(Note.objects.signed().before(today)) == [signed]
    assert list(Note.objects.signed().before(signed)) == []


def test_who_comes_for_the_first_time_has_no_last_visits(as_, cast, draft):
    assert "no signed note from before" in text_of(as_(cast.adams), "earlier", draft)


@pytest.mark.parametrize(("who", "status"), [("tess", 200), ("baker", 404), ("stranger", 404), ("frances", 403)])
def test_only_who_writes_the_draft_has_the_visits_beside_it(as_, cast, today, who, status):
    assert as_(getattr(cast, who)).get(reverse("notes:earlier", args=[today.pk])).status_code == status


def test_what_was_said_last_time_stands_beside_the_field_and_not_in_it(as_, cast, today, signed):
    page = text_of(as_(cast.adams), "note", today)
    assert "not part of this note:</b> Stairs are hard." in page
    assert re.search(r'<textarea[^>]*name="subjective"[^>]*>\s*</textarea>', page)
    assert Note.objects.get(pk=today.pk).subjective == ""
    assert AccessEvent.objects.get(kind="note-read").detail == {"beside": [str(signed.pk)]}


def test_a_first_visit_has_nothing_beside_it(as_, cast, draft):
    page = text_of(as_(cast.adams), "note", draft)
    assert "Last visits" not in page and "not part of this note" not in page


def test_a_diagnosis_is_added_from_the_note_and_the_note_names_it(diagnosis_list, as_, cast, draft, back_pain):
    adams = as_(cast.adams)
    assert f'hx-get="{reverse("notes:diagnoses", args=[back_pain.pk])}"' in text_of(adams, "note", draft)
    assert "Add a diagnosis" in text_of(adams, "diagnoses", back_pain)
    added = adams.post(reverse("notes:diagnosis-add", args=[back_pain.pk]), {"code": "M54.2"})
    assert "episode-changed" in added.headers["HX-Trigger"]
    named = text_of(adams, "note-diagnoses", draft)
    assert re.findall(r"<b>([A-Z][0-9.]+)</b>", named) == ["M99.03", "M54.50", "M54.2"]
    assert f'id="diagnosed-{back_pain.pk}" hx-swap-oob="true"' in named


def test_an_order_that_is_changed_on_the_note_is_told(as_, cast, draft, back_pain):
    first = back_pain.diagnoses.first()
    answer = as_(cast.tess).post(reverse("notes:diagnosis-down", args=[first.pk]))
    assert "episode-changed" in answer.headers["HX-Trigger"]
    named = text_of(as_(cast.tess), "note-diagnoses", draft)
    assert named.index("M54.50") < named.index("M99.03")
