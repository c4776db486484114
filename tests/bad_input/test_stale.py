"""A version, a key or a text that has been overtaken."""

import re
from types import SimpleNamespace
from typing import Any

import pytest
from django.urls import reverse

from clinic.entry.fingerprints import fingerprint, of_values
from clinic.models import Patient
from notes import history
from notes.models import Note
from tests.bad_input.forms import FORMS, NOBODYS, NOTE, PATIENT, SAVE, Sent, address, whole
from tests.world import everything, send

STALE: list[tuple[dict[str, Any], int]] = [
    ({"version": "1"}, 409),
    ({"version": "999999"}, 409),
    ({"version": ""}, 422),
    ({"version": "0"}, 422),
    ({"version": "-1"}, 422),
    ({"version": "1.5"}, 422),
    ({"version": "now"}, 422),
    ({"version": "9" * 30}, 409),
    ({"version": "9" * 100_000}, 422),
    ({"key": "no-uuid"}, 422),
    ({"key": "\x00"}, 422),
]


@pytest.mark.parametrize(("stale", "status"), STALE, ids=lambda value: str(value)[:30])
@pytest.mark.parametrize("form", [NOTE, SAVE], ids=["note", "row"])
def test_a_stale_save_changes_nothing_and_shows_both_texts(
    case: SimpleNamespace, form: Sent, stale: dict[str, Any], status: int
) -> None:
    Note.objects.filter(pk=case.draft.pk).update(version=7)
    before, body = everything(), whole(form, case) | {"version": 7, "base": "0" * 16} | stale
    answer = send("POST", address(form, case), case.sessions["adams"], body)
    assert (answer.status_code, everything() == before) == (status, True)
    theirs = case.draft_words("subjective" if form is NOTE else "dose")
    assert status == 422 or theirs in answer.text


def test_a_save_without_a_version_is_refused_by_every_page_of_the_note(case: SimpleNamespace) -> None:
    of_the_note = ("draft", "activity", "adjustment", "finding", "draft+goal", "draft+alert")
    for form in FORMS:
        if form.of in of_the_note and form.url != "notes:note-discard":
            before = everything()
            answer = send("POST", address(form, case), case.sessions["adams"], form.body)
            assert (answer.status_code, everything() == before) == (422, True), form.url


def test_a_new_version_of_the_same_words_is_no_conflict(case: SimpleNamespace) -> None:
    """An old version with what still stands: somebody else wrote elsewhere in the note."""
    Note.objects.filter(pk=case.draft.pk).update(version=40)
    body = {"version": 3, "plan": "qnew", "base": fingerprint(case.draft, ["plan"])}
    assert send("POST", address(NOTE, case), case.sessions["adams"], body).status_code == 200
    assert Note.objects.get(pk=case.draft.pk).version == 41


KEYED = [form for form in FORMS if form.url in (
    "notes:episode-add", "notes:goal-add", "notes:service-add", "clinic:patient-add", "clinic:alert-add",
    "clinic:coverage-add", "clinic:visit-add", "clinic:payment-add", "clinic:payment-reverse", "clinic:payer-add",
    "clinic:location-add", "coding:fee-add",
)]  # fmt: skip


@pytest.mark.parametrize("form", KEYED, ids=lambda form: form.url)
@pytest.mark.parametrize("key", ["", "no-uuid", NOBODYS, "0190163d-8694-739b-aea5-966c26f8ad91"])
def test_a_form_with_a_key_that_is_not_ours_or_too_old_comes_back_with_a_new_one(
    case: SimpleNamespace, form: Sent, key: str
) -> None:
    before = everything()
    answer = send("POST", address(form, case), case.sessions[form.by], whole(form, case) | {"key": key})
    assert (answer.status_code, everything() == before) == (422, True)
    assert re.search("open for long", answer.text)


def test_a_patient_whom_somebody_else_changed_is_not_overwritten_unseen(case: SimpleNamespace) -> None:
    url = reverse("clinic:patient-edit", kwargs={"pk": case.patient.pk})
    for seen in ("", of_values({}), "\x00", "9" * 100_000):
        before = everything()
        body = PATIENT | {"seen": seen, "chart_number": "qchart", "first_name": "qtyped"}
        answer = send("POST", url, case.sessions["frances"], body)
        assert (answer.status_code, "qtyped" in answer.text, everything() == before) == (422, True, True)


def test_whatever_else_the_database_refuses_is_a_409_that_keeps_what_was_written(
    case: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A unique chart number stands for every constraint that no view foresaw."""
    words, before = "Slept through the night", everything()

    def collides(*args: Any, **kwargs: Any) -> None:
        Patient.objects.exclude(pk=case.patient.pk).update(chart_number=case.patient.chart_number)

    monkeypatch.setattr(history, "wrote", collides)
    body = {"version": str(case.draft.version), "subjective": words, "patient": str(case.patient.pk)}
    answer = send("POST", reverse("notes:note-save", args=[case.draft.pk]), case.sessions["adams"], body)
    assert (answer.status_code, everything() == before) == (409, True)
    assert "changed in the meantime" in answer.text and words in answer.text
    assert [record.facts["route"] for record in caplog.records if record.name == "plumbline.constraints"] == [
        "notes:note-save"
    ]
