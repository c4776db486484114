"""Saving drafts: nothing acknowledged is lost, and whoever loses is told."""

import threading
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.db import connection

from clinic.entry.fingerprints import fingerprint
from clinic.requests.deeds import new_key
from notes.drafts import Changed, Repeated, Signed, claim, save_fields
from notes.models import Activity, Note
from notes.rows import add_row, confirm_rows, decline_rows, move_row, remove_row, save_row
from tests.signed import put_a_signature_under


def base(note: Note, *fields: str) -> str:
    return fingerprint(Note.objects.get(pk=note.pk), fields)


def activity(note: Note, by, description: str = "Bridges 3 x 12") -> Activity:
    row = Activity(description=description, episode=note.note_episodes.get().episode)
    add_row(row, to=note, by=by, version=Note.objects.get(pk=note.pk).version, key=None)
    return row


def test_a_save_takes_the_next_version(draft):
    saved = save_fields(draft, version=1, key=uuid4(), base=base(draft, "plan"), plan="Twice a week")
    assert (saved.version, Note.objects.get(pk=draft.pk).plan) == (2, "Twice a week")


def test_an_old_version_wins_where_nobody_else_wrote(draft):
    save_fields(draft, version=1, key=None, base=base(draft, "subjective"), subjective="Better")
    save_fields(draft, version=1, key=None, base=base(draft, "plan"), plan="Continue")
    note = Note.objects.get(pk=draft.pk)
    assert (note.subjective, note.plan, note.version) == ("Better", "Continue", 3)


def test_an_old_version_loses_where_somebody_else_wrote(draft):
    before = base(draft, "plan")
    save_fields(draft, version=1, key=None, base=before, plan="Continue")
    with pytest.raises(Changed) as lost:
        save_fields(draft, version=1, key=None, base=before, plan="Discharge")
    assert lost.value.note.plan == "Continue"


def test_the_same_key_has_one_effect(draft):
    key = uuid4()
    save_fields(draft, version=1, key=key, base=base(draft, "plan"), plan="Continue")
    with pytest.raises(Repeated):
        save_fields(draft, version=1, key=key, base="", plan="Continue")
    assert Note.objects.get(pk=draft.pk).version == 2


def test_a_signed_note_takes_nothing(draft):
    put_a_signature_under(draft)
    with pytest.raises(Signed):
        claim(draft, draft.version)


def test_rows_are_added_at_the_end(draft, cast):
    rows = [activity(draft, cast.adams, words) for words in ("one", "two", "three")]
    assert [row.position for row in rows] == [0, 1, 2]


def test_a_row_moves_up(draft, cast):
    one, two = activity(draft, cast.adams, "one"), activity(draft, cast.adams, "two")
    move_row(two, by=cast.adams, up=True, version=3, key=None)
    assert [row.description for row in draft.activities.all()] == ["two", "one"]
    assert one.pk != two.pk


def test_a_row_keeps_who_wrote_it_last(draft, cast):
    row = activity(draft, cast.tess)
    row.minutes = 12
    save_row(
        row, by=cast.adams, version=2, key=None, base=fingerprint(row_as_stored(row), ["minutes"]), fields=["minutes"]
    )
    assert row_as_stored(row).written_by == cast.adams


def test_a_row_removed_elsewhere_is_not_written_back(draft, cast):
    row = activity(draft, cast.adams)
    before = fingerprint(row, ["minutes"])
    remove_row(row, by=cast.adams, version=2, key=None, base=before, fields=["minutes"])
    with pytest.raises(Changed):
        save_row(row, by=cast.adams, version=2, key=None, base=before, fields=["minutes"])
    assert not Activity.objects.filter(pk=row.pk).exists()


def test_confirming_makes_a_carried_row_todays(draft, cast):
    row = activity(draft, cast.adams)
    Activity.objects.filter(pk=row.pk).update(is_carried=True)
    confirm_rows(Activity.objects.all(), note=draft, by=cast.adams, version=2, key=None)
    assert row_as_stored(row).is_carried is False


def test_declining_takes_out_what_was_carried_and_nothing_else(draft, cast):
    served = draft.note_episodes.get().episode
    rows = [
        Activity(episode=served, description=words, is_carried=carried)
        for words, carried in (("old", True), ("new", False))
    ]
    for version, row in enumerate(rows, 1):
        add_row(row, to=draft, by=cast.adams, version=version, key=None)
    decline_rows(Activity.objects.all(), note=draft, by=cast.adams, version=3, key=None)
    assert [row.description for row in Activity.objects.all()] == ["new"]


def row_as_stored(row: Activity) -> Activity:
    return Activity.objects.get(pk=row.pk)


@pytest.mark.django_db(transaction=True)
def test_of_many_saves_at_once_none_that_was_acknowledged_is_lost(draft):
    """Eight people write eight fields of two kinds; each is either told that it lost or finds its words stored."""
    fields = ("subjective", "objective", "assessment", "plan")
    bases = {name: base(draft, name) for name in fields}
    results: list[SimpleNamespace] = []
    jobs = [(draft, name, f"{name} {n}", bases[name], results) for n in (1, 2) for name in fields]
    threads = [threading.Thread(target=write, args=job) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    note = Note.objects.get(pk=draft.pk)
    kept = {(one.name, one.text) for one in results if one.is_kept}
    assert {(name, getattr(note, name)) for name in fields} == kept
    assert note.version == 1 + len(kept)


def write(draft: Note, name: str, text: str, before: str, results: list[SimpleNamespace]) -> None:
    try:
        save_fields(draft, version=1, key=uuid4(), base=before, **{name: text})
        results.append(SimpleNamespace(name=name, text=text, is_kept=True))
    except Changed:
        results.append(SimpleNamespace(name=name, text=text, is_kept=False))
    finally:
        connection.close()


def test_a_fresh_version_does_not_excuse_words_that_were_read_before_it(draft):
    """Two tabs open; Tess saves the plan; a save of another part brings the other tab a fresh version, not Tess's plan."""
    read = {name: base(draft, name) for name in ("plan", "subjective")}
    save_fields(draft, version=1, key=None, base=read["plan"], plan="Tess wrote this")
    mine = save_fields(draft, version=1, key=None, base=read["subjective"], subjective="Better")
    with pytest.raises(Changed):
        save_fields(draft, version=mine.version, key=None, base=read["plan"], plan="Over it")
    note = Note.objects.get(pk=draft.pk)
    assert (note.plan, note.version) == ("Tess wrote this", mine.version)


def test_a_row_is_added_once_however_often_its_key_comes(draft, cast):
    key, episode = new_key(), draft.note_episodes.get().episode
    add_row(Activity(description="Planks", episode=episode), to=draft, by=cast.adams, version=1, key=key)
    save_fields(draft, version=2, key=new_key(), base=base(draft, "plan"), plan="Something else in between")
    with pytest.raises(Repeated):
        add_row(Activity(description="Planks", episode=episode), to=draft, by=cast.adams, version=1, key=key)
    assert Activity.objects.count() == 1
