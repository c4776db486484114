"""How a note came about is kept beside it: who wrote what, and which facts changed under which suggestion."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from clinic.requests.deeds import new_key
from clinic.requests.seals import sealed
from notes.column import adjust, adjusted_by
from notes.discarding import discard
from notes.history import last_writer, told_by_row, writers_of
from notes.models import Activity, Edit, Note
from notes.rows import remove_row
from notes.signing import sign
from tests.notes.pages import base_of, text_of


@pytest.fixture
def bridges(as_, cast, draft):
    sent = {"version": 1, "patient": draft.patient_id, "key": new_key(), "line": "Bridges 3 x 12, 8 min"}
    as_(cast.tess).post(reverse("notes:activity-quick", args=[draft.pk]), sent)
    return draft.activities.get()


def change(client, row, **typed):
    base = base_of(client.get(reverse("notes:activity-edit", args=[row.pk])))
    whole = {"description": row.description, "minutes": row.minutes, "base": base, "key": new_key(), **typed}
    note = Note.objects.get(pk=row.note_id)
    sent = whole | {"version": note.version, "patient": note.patient_id}
    assert client.post(reverse("notes:activity-save", args=[row.pk]), sent).status_code == 200


def told(row):
    return [(each.by.user.username, each.words, each.shown) for each in told_by_row(row.note)[str(row.pk)]]


def test_each_change_of_a_fact_is_kept_with_its_author_and_the_suggestion(as_, cast, bridges):
    shown = sealed("97110", beside=bridges.pk)
    change(as_(cast.adams), bridges, minutes="12", intents=["strength", "balance"], shown=shown)
    assert told(bridges) == [
        ("tess", "written", ""),
        ("tess", "minutes: nothing → 8", ""),
        ("adams", "written", ""),
        ("adams", "what for: nothing → strength and balance", "97110"),
        ("adams", "minutes: 8 → 12", "97110"),
    ]


def take_out(client, row):
    base = base_of(client.get(reverse("notes:activity-edit", args=[row.pk])))
    note = Note.objects.get(pk=row.note_id)
    sent = {"version": note.version, "patient": note.patient_id, "key": new_key(), "base": base}
    assert client.post(reverse("notes:activity-remove", args=[row.pk]), sent).status_code == 200


def test_a_row_that_is_taken_out_is_told_with_what_it_held_also_at_once(as_, cast, draft, bridges):
    change(as_(cast.tess), bridges, intents=["strength"], delivery="one_on_one", goal_text="climb stairs")
    take_out(as_(cast.tess), bridges)
    assert told(bridges)[-5:] == [
        ("tess", "activity taken out", ""),
        ("tess", "what for: strength → nothing", ""),
        ("tess", "minutes: 8 → nothing", ""),
        ("tess", "delivery: one-on-one → nothing", ""),
        ("tess", "goal: climb stairs → nothing", ""),
    ]
    assert last_writer(draft, "activity", row=bridges.pk) == cast.tess


def test_a_carried_row_that_is_declined_is_told(as_, cast, draft, bridges):
    Activity.objects.filter(pk=bridges.pk).update(is_carried=True)
    sent = {"version": Note.objects.get(pk=draft.pk).version, "patient": draft.patient_id, "key": new_key()}
    as_(cast.adams).post(reverse("notes:activities-decline", args=[draft.pk]), sent)
    assert not draft.activities.exists()
    assert [each for each in told(bridges) if each[0] == "adams"] == [
        ("adams", "activity taken out", ""),
        ("adams", "minutes: 8 → nothing", ""),
    ]


@pytest.mark.parametrize(
    ("kind", "said"),
    [("finding", {"kind": "pain", "words": "tender"}), ("adjustment", {"segment": "L4"})],
)
def test_other_rows_are_told_by_who_took_them_out(kind, said, cast, draft, back_pain):
    rows = draft.findings if kind == "finding" else draft.adjustments
    row = rows.create(practice=draft.practice, written_by=cast.tess, episode=back_pain, region="lumbar", **said)
    remove_row(row, by=cast.adams, version=1, key=None, base=None, fields=[])
    assert told(row) == [("adams", f"{kind} taken out", "")]


def test_a_key_of_the_spine_that_is_let_go_tells_that_its_row_is_gone(cast, draft):
    adjust(draft, by=cast.adams, version=1, key=None, put=[adjusted_by("L4")])
    row = draft.adjustments.get()
    adjust(draft, by=cast.tess, version=2, key=None, taken=["L4"])
    assert told(row) == [("adams", "written", ""), ("tess", "adjustment taken out", "")]


def test_a_suggestion_that_was_not_shown_beside_this_row_is_not_kept(as_, cast, bridges):
    for token in ("97110", sealed("97110", beside=new_key()), "97110:x", "\x00"):
        change(as_(cast.adams), bridges, goal_text=f"stand {token[:5]}".replace("\x00", ""), shown=token)
    assert set(Edit.objects.exclude(fact="").values_list("shown", flat=True)) == {""}


def test_the_last_writer_of_a_text_is_told_where_it_is_not_the_author(as_, cast, draft):
    for who, words in ((cast.adams, "Better"), (cast.tess, "Better, walks"), (cast.tess, "Better, walks more")):
        note = Note.objects.get(pk=draft.pk)
        as_(who).post(reverse("notes:note-save", args=[draft.pk]), {"version": note.version, "subjective": words})
    assert Edit.objects.filter(part="subjective").count() == 2, "who goes on is told once"
    assert writers_of(draft)["subjective"].by == cast.tess
    assert b"Written by Tess Tran" in as_(cast.adams).get(reverse("notes:note", args=[draft.pk])).content
    assert not Edit.objects.filter(after__contains="walks").exists(), "no copies of the words"


def test_an_edit_is_neither_changed_nor_taken_out_of_a_draft_and_goes_with_it(cast, draft, bridges):
    for deed in ("UPDATE notes_edit SET after = '9'", "DELETE FROM notes_edit"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(deed)
            connection.check_constraints()
    assert Edit.objects.exists()
    discard(draft, by=cast.adams, reason="started twice", seen=Note.objects.get().version)
    assert not Edit.objects.exists()


def test_a_signed_note_takes_no_edit_and_tells_its_clinicians_how_a_row_came_about(as_, cast, draft, bridges):
    with transaction.atomic():
        sign(draft, by=cast.adams, proof="password", line_digest="0" * 64)
    with pytest.raises(DatabaseError), transaction.atomic():
        Edit.objects.create(practice=draft.practice, note=draft, by=cast.adams, part="plan")
    page = reverse("notes:note", args=[draft.pk])
    tells = {
        who: "How this row came about" in text_of(as_(who).get(page)) for who in (cast.adams, cast.tess, cast.rita)
    }
    assert tells == {cast.adams: True, cast.tess: False, cast.rita: False}
