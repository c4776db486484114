"""When an activity began and ended: asked for where the payer wants the clock, and part of what is signed."""

from datetime import time

import pytest
from django.db import transaction

from clinic.models import Payer
from notes import digests, signing
from notes.digests import canonical_digest, digest
from notes.models import Activity, Note
from notes.signing import sign
from tests.notes.pages import text_of, to
from tests.notes.test_note_page import adams as adams
from tests.notes.test_note_page import bridges as bridges
from tests.notes.test_note_page import next_visit_of, save
from tests.signed import put_a_signature_under


@pytest.fixture
def clocked(bridges):
    """The bridges, for a payer that wants start and stop."""
    Payer.objects.update(wants_times=True)
    return bridges


def write(adams, row, **typed):
    return save(adams, "activity-save", row.pk, note=row.note, description=row.description, minutes=10, **typed)


def test_only_a_payer_that_wants_the_clock_is_asked_for(adams, bridges):
    assert "began_at" not in text_of(adams.get(to("activity-edit", bridges)))
    Payer.objects.update(wants_times=True)
    assert "began_at" in text_of(adams.get(to("activity-edit", bridges)))


def test_a_profile_that_wanted_no_clock_on_the_day_asks_for_none(adams, clocked):
    tomorrow = clocked.note.visit.on.replace(day=clocked.note.visit.on.day + 1)
    Payer.objects.update(former_profiles=[{"wants_times": False, "until": tomorrow.isoformat()}])
    assert "began_at" not in text_of(adams.get(to("activity-edit", clocked)))


def test_start_and_stop_are_kept_and_read_at_rest(adams, clocked):
    assert write(adams, clocked, began_at="9:05", ended_at="09:20").status_code == 200
    clocked.refresh_from_db()
    assert (clocked.began_at, clocked.ended_at) == (time(9, 5), time(9, 20))
    assert "9:05 to 9:20" in text_of(adams.get(to("activity", clocked)))


def test_what_stands_there_stays_in_sight_when_nobody_wants_it_any_more(adams, clocked):
    write(adams, clocked, began_at="9:05")
    Payer.objects.update(wants_times=False)
    assert "began_at" in text_of(adams.get(to("activity-edit", clocked)))
    assert "from 9:05" in text_of(adams.get(to("activity", clocked)))


@pytest.mark.parametrize(
    ("times", "says"),
    [
        ({"began_at": "9:20", "ended_at": "9:05"}, "It ended before it began."),
        ({"began_at": "9:20", "ended_at": "9:20"}, "It ended before it began."),
        ({"began_at": "25:00"}, "Enter a time"),
        ({"began_at": "nine"}, "Enter a time"),
    ],
)
def test_a_wrong_time_is_said_beside_it_and_the_rest_is_kept(adams, clocked, times, says):
    answer = write(adams, clocked, response="held", **times)
    assert answer.status_code == 422 and says in text_of(answer)
    clocked.refresh_from_db()
    assert (clocked.began_at, clocked.ended_at, clocked.response) == (None, None, "held")


def test_the_clock_is_part_of_what_is_signed(draft, clocked):
    before = digest(draft)
    Activity.objects.filter(pk=clocked.pk).update(began_at=time(9, 5))
    assert digest(Note.objects.get(pk=draft.pk)) != before


def test_a_note_that_was_signed_under_version_1_is_checked_with_its_fields(monkeypatch, draft, clocked, cast):
    for module in (digests, signing):
        monkeypatch.setattr(module, "DIGEST_VERSION", 1)
    assert "began_at" not in digests.content(draft, 1)["activities"][0]
    with transaction.atomic():
        signed = sign(draft, by=cast.adams, proof="password", line_digest=canonical_digest([]))
    monkeypatch.undo()
    assert digest(Note.objects.get(pk=draft.pk)) == signed.signature.note_digest


def test_the_clock_of_last_time_is_not_carried_over(adams, clocked, visit):
    write(adams, clocked, began_at="9:05", ended_at="9:20")
    put_a_signature_under(clocked.note)
    adams.post(to("note-start", next_visit_of(visit)))
    carried = Activity.objects.get(is_carried=True)
    assert (carried.began_at, carried.ended_at, carried.description) == (None, None, "Bridges 3 x 12")
