"""Adjustments as they are said and pressed: each save says one thing and leaves the rest of the rows alone."""

from uuid import uuid4

import pytest
from django.urls import reverse

from clinic.requests.deeds import new_key
from notes.column import column_of, pressed_by
from notes.models import Adjustment, Note
from tests.signed import put_a_signature_under


@pytest.fixture
def adams(as_, cast):
    return as_(cast.adams)


def say(client, note, line, **typed):
    version = Note.objects.get(pk=note.pk).version
    return client.post(
        reverse("notes:adjustment-said", args=[note.pk]), {"version": version, "key": uuid4(), "line": line, **typed}
    )


def press(client, note, *, pressed, seen=(), **typed):
    version = Note.objects.get(pk=note.pk).version
    sent = {"version": version, "key": new_key(), "pressed": list(pressed), "seen": list(seen), **typed}
    return client.post(reverse("notes:column-press", args=[note.pk]), sent)


def said(note):
    return [str(row) for row in note.adjustments.standing()]


def test_a_line_says_several_regions_at_once(adams, draft, cast):
    answer = say(adams, draft, "C5 T4-6 L5 right, diversified")
    assert answer.status_code == 200 and b"Thoracic: T4-6, diversified" in answer.content
    assert said(draft) == ["Cervical: C5, diversified", "Thoracic: T4-6, diversified", "Lumbar, right: L5, diversified"]
    assert {row.written_by for row in draft.adjustments.all()} == {cast.adams}


def test_a_later_line_joins_the_row_that_says_the_same(adams, draft):
    say(adams, draft, "C5")
    say(adams, draft, "C2, L5 left")
    say(adams, draft, "C7 right")
    assert said(draft) == ["Cervical: C2, C5", "Lumbar, left: L5", "Cervical, right: C7"]


@pytest.mark.parametrize(
    ("line", "message"), [("C9", b"C9 is no segment"), ("gently", b"names no segment"), ("", b"Say what")]
)
def test_a_line_that_cannot_be_read_is_told_and_nothing_is_stored(adams, draft, line, message):
    answer = say(adams, draft, line)
    assert answer.status_code == 422 and message in answer.content
    assert not Adjustment.objects.exists()


def test_a_line_too_long_for_a_row_is_refused_and_never_cut(adams, draft):
    answer = say(adams, draft, f"L5 {'drop ' * 30}")
    assert answer.status_code == 422 and b"too long" in answer.content


def test_pressed_keys_become_rows_by_region_and_side(adams, draft):
    press(adams, draft, pressed=["C5", "T4", "SI right", "sacrum"])
    assert said(draft) == ["Cervical: C5", "Thoracic: T4", "Sacral: sacrum", "Pelvis, right: SI"]


def test_a_key_let_go_takes_its_row_along_only_if_nothing_else_is_said(adams, draft):
    say(adams, draft, "T4-6, L5 side posture")
    press(adams, draft, pressed=["T4", "T6"], seen=["T4", "T5", "T6", "L5"])
    assert said(draft) == ["Thoracic: T4, T6", "Lumbar: side posture"]
    press(adams, draft, pressed=[], seen=["T4", "T6"])
    assert said(draft) == ["Lumbar: side posture"]


def test_a_press_leaves_alone_what_somebody_else_pressed_meanwhile(adams, draft):
    press(adams, draft, pressed=["C5"])
    press(adams, draft, pressed=["L5"], version=1)
    assert said(draft) == ["Cervical: C5", "Lumbar: L5"]


def test_a_press_that_arrives_twice_counts_once(adams, draft):
    key = new_key()
    press(adams, draft, pressed=["C5"], key=key)
    press(adams, draft, pressed=["C5"], key=key)
    press(adams, draft, pressed=["C5"])
    assert said(draft) == ["Cervical: C5"]


@pytest.mark.parametrize(
    ("first", "then"), [({"pressed": ["C5"]}, {"seen": ["C5"]}), ({"line": "C5"}, {"seen": ["C5"]})]
)
def test_a_press_that_is_sent_again_does_not_undo_a_colleagues(adams, as_, cast, draft, first, then):
    """The first answer was lost on its way, and a colleague let go since what it had pressed."""
    key, send = new_key(), say if "line" in first else press
    assert send(adams, draft, **first, key=key).status_code == 200
    assert press(as_(cast.tess), draft, pressed=[], **then).status_code == 200
    assert send(adams, draft, **first, key=key).status_code == 200
    assert said(draft) == []


def test_both_joints_of_the_pelvis_are_let_go_one_by_one(adams, draft):
    say(adams, draft, "SI both")
    press(adams, draft, pressed=["SI right"], seen=["SI left", "SI right"])
    assert said(draft) == ["Pelvis, right: SI"]


def test_an_unknown_key_is_refused(adams, draft):
    assert press(adams, draft, pressed=["C9"]).status_code == 422


def test_a_signed_note_takes_no_press(adams, draft):
    put_a_signature_under(draft)
    for answer in (press(adams, draft, pressed=["C5"]), say(adams, draft, "C5")):
        assert answer.status_code == 409 and b"was signed" in answer.content


def test_a_note_about_nothing_is_asked_for_its_complaint_first(adams, draft):
    draft.note_episodes.all().delete()
    for answer in (press(adams, draft, pressed=["C5"]), say(adams, draft, "C5")):
        assert answer.status_code == 422 and b"Add a complaint" in answer.content


def test_the_column_shows_what_today_s_rows_hold_down(adams, draft):
    say(adams, draft, "T4-6, SI left drop, right shoulder")
    Adjustment.objects.create(**like(draft, segment="L5"), is_carried=True)
    pressed = [key.name for group in column_of(draft.adjustments.all()) for key in group.keys if key.is_pressed]
    assert pressed == ["T4", "T5", "T6", "SI left"]
    assert b'data-keys="T4,T5,T6"' in adams.get(reverse("notes:note", args=[draft.pk])).content


def like(note, **changed):
    episode = note.note_episodes.get().episode
    return {
        "practice": note.practice,
        "note": note,
        "written_by": note.author,
        "episode": episode,
        "region": "lumbar",
        **changed,
    }


@pytest.mark.parametrize(
    ("region", "side", "segment", "keys"),
    [
        ("lumbar", "right", "L4-5 PRS", ("L4", "L5")),
        ("lumbar", "", "L5-S1", ("L5",)),
        ("pelvic", "both", "SI", ("SI left", "SI right")),
        ("pelvic", "left", "ilium PI", ()),
        ("sacral", "", "sacrum base", ("sacrum",)),
        ("shoulder", "left", "AC", ()),
    ],
)
def test_a_row_holds_down_the_keys_that_it_names(region, side, segment, keys):
    assert pressed_by(Adjustment(region=region, side=side, segment=segment)) == keys
