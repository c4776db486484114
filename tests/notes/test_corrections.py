"""Corrections: what they change of the facts, what stays of the original, and what they cannot do."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from clinic.requests.deeds import new_key
from coding.facts import facts_of
from notes.addenda import Overtaken, seal, write
from notes.attested import addendum_content
from notes.corrected import standing
from notes.digests import canonical_digest, digest
from notes.models import Correction, Note
from notes.reading import reading_of


def correction(row: Any, field: str, old: str, new: str, **given: Any) -> Correction:
    note = row if isinstance(row, Note) else row.note
    kind = {"note": "note", "examfinding": "finding"}.get(row._meta.model_name, row._meta.model_name)
    fields = {"kind": kind, "row_id": row.pk, "deed": "changed", "reason": "Misread the clock.", **given}
    return Correction(practice_id=note.practice_id, note=note, field=field, old=old, new=new, **fields)


def add(note: Note, by: Any, *corrections: Correction, text: str = "") -> Any:
    with transaction.atomic():
        addendum = write(note, by=by, text=text, corrections=corrections)
        seal(addendum, by=by, proof="password")
    return addendum


@pytest.fixture
def lifts(signed: Note) -> Any:
    return signed.activities.get()


def test_facts_are_the_original_and_its_corrections(lifts: Any, cast: SimpleNamespace) -> None:
    add(lifts.note, cast.adams, correction(lifts, "minutes", "15", "25"))
    assert [row.minutes for row in facts_of(lifts.note).activities] == [25]
    assert lifts.note.activities.get().minutes == 15


def test_a_correction_leaves_the_note_and_its_digest_as_they_were(lifts: Any, cast: SimpleNamespace) -> None:
    before = digest(Note.objects.get(pk=lifts.note_id))
    add(lifts.note, cast.adams, correction(lifts, "minutes", "15", "25"))
    assert digest(Note.objects.get(pk=lifts.note_id)) == before == lifts.note.signature.note_digest


def test_one_correction_follows_another(lifts: Any, cast: SimpleNamespace) -> None:
    add(lifts.note, cast.adams, correction(lifts, "minutes", "15", "25"))
    add(lifts.note, cast.adams, correction(lifts, "minutes", "25", "20"))
    assert standing(Note.objects.get(pk=lifts.note_id)).activities[0].minutes == 20


def test_a_correction_of_what_does_not_stand_is_refused(lifts: Any, cast: SimpleNamespace) -> None:
    add(lifts.note, cast.adams, correction(lifts, "minutes", "15", "25"))
    with pytest.raises(Overtaken):
        add(lifts.note, cast.adams, correction(lifts, "minutes", "15", "20"))


def test_what_did_not_happen_is_no_fact(lifts: Any, cast: SimpleNamespace) -> None:
    add(lifts.note, cast.adams, correction(lifts, "", '"Lifts"', "null", deed="withdrawn"))
    assert facts_of(lifts.note).activities == ()
    [row] = reading_of(lifts.note).activities
    assert (row.deed, row.description) == ("withdrawn", lifts.description)


def test_what_was_forgotten_is_a_fact_with_a_row_of_its_own(lifts: Any, cast: SimpleNamespace) -> None:
    row_id, episode = new_key(), f'"{lifts.episode_id}"'
    told = {"description": '"Plank"', "minutes": "10", "regions": '["lumbar"]', "episode_id": episode}
    rows = [
        correction(lifts, name, '""', new, row_id=row_id, deed="added", reason="Forgotten.")
        for name, new in told.items()
    ]
    for row in rows:
        row.old = {"minutes": "null", "regions": "[]", "episode_id": "null"}.get(row.field, '""')
    add(lifts.note, cast.adams, *rows)
    found = facts_of(lifts.note).activities[1]
    assert (found.description, found.minutes, found.episode_id) == ("Plank", 10, str(lifts.episode_id))


def test_the_note_itself_is_corrected(lifts: Any, cast: SimpleNamespace) -> None:
    add(lifts.note, cast.adams, correction(lifts.note, "total_minutes", "30", "40"))
    assert facts_of(lifts.note).total_minutes == 40


def test_a_row_is_kept_off_the_bill_by_a_correction(lifts: Any, cast: SimpleNamespace) -> None:
    add(lifts.note, cast.adams, correction(lifts, "record_only", "false", "true"))
    assert facts_of(lifts.note).activities[0].record_only


def test_the_page_shows_the_original_and_the_correction(lifts: Any, cast: SimpleNamespace) -> None:
    add(lifts.note, cast.adams, correction(lifts, "minutes", "15", "25"))
    [row] = reading_of(lifts.note).activities
    assert [(piece.kind, piece.text.strip()) for piece in row.pieces if piece.kind != "same"] == [
        ("gone", "15"),
        ("new", "25"),
    ]
    [mark] = row.marks
    assert (mark.label, mark.old, mark.new, mark.name) == ("Minutes", "15", "25", "Alex Adams, DC")


def test_the_signature_covers_what_is_corrected(lifts: Any, cast: SimpleNamespace) -> None:
    addendum = add(lifts.note, cast.adams, correction(lifts, "minutes", "15", "25"))
    [attestation] = addendum.attestations.all()
    assert attestation.content_digest == canonical_digest(addendum_content(addendum))
    assert addendum_content(addendum)["corrections"][0]["new"] == "25"


def test_no_correction_joins_an_addendum_that_is_there(lifts: Any, cast: SimpleNamespace) -> None:
    addendum = add(lifts.note, cast.adams, text="Called the patient.")
    with pytest.raises(IntegrityError), transaction.atomic():
        late = correction(lifts, "minutes", "15", "25", addendum=addendum, position=0)
        late.note_id = addendum.pk
        late.save(force_insert=True)


@pytest.mark.parametrize("change", ["update", "delete"])
def test_a_correction_is_written_once(lifts: Any, cast: SimpleNamespace, change: str) -> None:
    add(lifts.note, cast.adams, correction(lifts, "minutes", "15", "25"))
    with pytest.raises(Exception, match="permission denied"), transaction.atomic():
        Correction.objects.update(new="30") if change == "update" else Correction.objects.all()._raw_delete("default")
