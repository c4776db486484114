"""On which device a draft is open, and who else has it open."""

import re

import pytest
from django.urls import reverse

from clinic.models import AccessEvent, SignIn
from clinic.requests.deeds import new_key
from notes.models import Holder, Note


def at(name, note, *more):
    return reverse(f"notes:{name}", args=[note.pk, *more])


def save(client, note, **typed):
    version = Note.objects.get(pk=note.pk).version
    sent = {"version": version, "patient": note.patient_id, "key": new_key(), **typed}
    return client.post(at("note-save", note), sent)


@pytest.fixture
def devices(as_, cast, draft):
    """The same person on two devices; the first one has opened the draft."""
    both = as_(cast.adams), as_(cast.adams)
    both[0].get(at("note", draft))
    return both


def test_a_second_device_is_told_and_takes_over(devices, draft):
    first, second = devices
    page = second.get(at("note", draft)).content.decode()
    assert re.search(r"You have this note open on another device \(.*\) since \d+:\d\d", page)
    assert save(second, draft, plan="From here").status_code == 409
    assert second.post(at("take", draft)).headers["HX-Trigger"] == '{"taken": {}}'
    assert AccessEvent.objects.get(kind="note-taken-over").object_id == draft.pk
    assert save(second, draft, plan="From here").status_code == 200
    lost = save(first, draft, plan="And here")
    assert (lost.status_code, Note.objects.get().plan) == (409, "From here")
    assert "This draft went to another device" in lost.content.decode()
    assert "went-elsewhere" in lost.headers["HX-Trigger"]
    first.post(at("take", draft))
    assert save(first, draft, subjective="Better").status_code == 200


def test_a_device_whose_session_ended_holds_nothing(devices, draft):
    _, second = devices
    SignIn.objects.filter(pk=Holder.objects.get().device).delete()
    assert "data-elsewhere" not in second.get(at("note", draft)).content.decode()
    assert save(second, draft, plan="From here").status_code == 200


def test_a_page_that_is_closed_lets_go_unless_it_was_opened_again(devices, draft):
    first, second = devices
    closed = Holder.objects.get().page
    first.get(at("note", draft))
    first.post(at("leave", draft, closed))
    assert Holder.objects.exists()
    first.post(at("leave", draft, Holder.objects.get().page))
    assert "data-elsewhere" not in second.get(at("note", draft)).content.decode()


def test_two_people_write_side_by_side_and_see_each_other(as_, cast, draft):
    adams, tess = as_(cast.adams), as_(cast.tess)
    for client in (adams, tess):
        client.get(at("note", draft))
    assert "Also open: Tess Tran since" in save(adams, draft, plan="Mine").content.decode()
    assert "Also open: Dr. Adams since" in tess.get(at("here", draft)).content.decode()
    assert save(tess, draft, subjective="Hers").status_code == 200


def test_looking_again_prolongs_no_session_and_writes_nothing_in_the_note(devices, draft):
    first, _ = devices
    SignIn.objects.filter(pk=Holder.objects.get().device).update(seen_at="2026-11-20T19:20Z")
    first.get(at("here", draft), headers={"Plumbline-Unasked": "1"})
    assert SignIn.objects.get(pk=Holder.objects.get().device).seen_at.isoformat() == "2026-11-20T19:20:00+00:00"
    assert Note.objects.get().version == 1
