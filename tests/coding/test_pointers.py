"""Which diagnosis a line points to, and that it is the same one wherever it is read."""

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from clinic.models import Coverage, Payer
from clinic.requests.deeds import new_key
from coding.models import Fee, PickedService
from coding.review import review
from coding.superbill_sheet import sheet_of
from notes.models import Diagnosis, Episode, Note
from notes.reading import reading_of
from tests.coding.conftest import sign_it


@pytest.fixture
def neck(ready: Note) -> Episode:
    """A second complaint of the same note, for which another payer pays, with an adjustment that treats its second diagnosis."""
    both = {"practice": ready.practice, "patient": ready.patient}
    payer = Payer.objects.create(practice=ready.practice, name="Coast Auto", kind="auto", unit_method="total_time")
    claim = Coverage.objects.create(**both, payer=payer, claim_number="C-7")
    episode = Episode.objects.create(**both, complaint="Neck pain", coverage=claim)
    given = {"practice": ready.practice, "episode": episode}
    Diagnosis.objects.create(**given, position=0, code="M99.01", title="Dysfunction, neck")
    sprain = Diagnosis.objects.create(**given, position=1, code="S13.4XXA", title="Sprain of the neck")
    ready.note_episodes.create(practice=ready.practice, patient=ready.patient, episode=episode)
    row = {**given, "written_by": ready.author, "region": "cervical"}
    ready.findings.create(**row, kind="pain", words="C5 tender")
    ready.adjustments.create(**row, diagnosis_ids=[sprain.pk])
    return episode


def pointed(note: Note) -> dict[str, list[list[str]]]:
    """Return the codes that the lines of each payer point to, read through the letters of its own superbill."""
    found = {}
    for statement in review(note).statements:
        codes = {row.letter: row.code for row in statement.diagnoses}
        found[statement.payer_name] = [[codes[letter] for letter in row.pointers] for row in statement.lines]
    return found


def test_with_two_payers_each_has_letters_of_its_own_and_the_note_says_the_code(ready: Note, neck: Episode) -> None:
    assert pointed(ready) == {
        "Blue Ridge PPO": [["M99.03", "M54.50"], ["M99.03", "M54.50"]],
        "Coast Auto, claim C-7": [["S13.4XXA"]],
    }
    [auto] = [one for one in review(ready).statements if one.payer_name.startswith("Coast")]
    assert auto.lines[0].pointers == ("B",)
    said = reading_of(ready)
    assert any("treats S13.4XXA; for Neck pain" in row.words for row in said.adjustments)
    assert not any("treats B" in row.words for row in said.adjustments)


def test_the_superbill_and_the_review_have_the_same_letters(
    settled: Note, cast: SimpleNamespace, as_: Callable[..., Client]
) -> None:
    [statement] = review(settled).statements
    sheet = sheet_of(sign_it(settled, cast.adams).superbills.get())
    assert sheet.diagnoses == [[row.letter, row.code, row.title] for row in statement.diagnoses]
    assert [line.pointers for line in sheet.lines] == [" ".join(row.pointers) for row in statement.lines]


# Picked services


@pytest.fixture
def film(ready: Note) -> Fee:
    return Fee.objects.create(practice=ready.practice, code="72040", title="X-ray, neck", amount=60, is_picked=True)


def add(client: Client, note: Note, fee: Fee, **sent: Any) -> Any:
    whole = {"fee": fee.pk, "version": note.version, "key": str(new_key()), **sent}
    return client.post(reverse("coding:service-add", args=[note.pk]), whole)


def test_a_service_treats_the_diagnosis_that_was_chosen(
    ready: Note, film: Fee, cast: SimpleNamespace, as_: Callable[..., Client]
) -> None:
    adams, pain = as_(cast.adams), Diagnosis.objects.get(code="M54.50")
    offered = adams.get(reverse("coding:services", args=[ready.pk])).content.decode()
    assert f'name="diagnosis_ids" value="{pain.pk}"' in offered and "M54.50" in offered
    answer = add(adams, ready, film, diagnosis_ids=[pain.pk])
    assert (answer.status_code, "treats M54.50" in answer.content.decode()) == (200, True)
    assert PickedService.objects.get().diagnosis_ids == [pain.pk]
    assert pointed(ready)["Blue Ridge PPO"][-1] == ["M54.50"]


def test_without_a_choice_a_service_treats_what_its_complaint_holds(
    ready: Note, film: Fee, cast: SimpleNamespace, as_: Callable[..., Client]
) -> None:
    assert add(as_(cast.adams), ready, film).status_code == 200
    assert pointed(ready)["Blue Ridge PPO"][-1] == ["M99.03", "M54.50"]


def test_a_diagnosis_of_the_other_complaint_is_refused(
    ready: Note, neck: Episode, film: Fee, cast: SimpleNamespace, as_: Callable[..., Client]
) -> None:
    adams, pain = as_(cast.adams), Diagnosis.objects.get(code="M54.50")
    answer = add(adams, ready, film, episode=neck.pk, diagnosis_ids=[pain.pk])
    assert (answer.status_code, b"belongs to the other complaint" in answer.content) == (422, True)
    assert add(adams, ready, film, diagnosis_ids=[pain.pk]).status_code == 422  # for which complaint?
    assert not PickedService.objects.exists()


@pytest.mark.parametrize("wrong", ["", "x", "\x00", "0190163d-8694-739b-aea5-966c26f8ad91"])
def test_a_diagnosis_that_is_none_is_refused(
    ready: Note, film: Fee, cast: SimpleNamespace, as_: Callable[..., Client], wrong: str
) -> None:
    assert add(as_(cast.adams), ready, film, diagnosis_ids=[wrong]).status_code == 422


def test_one_that_was_ended_is_not_offered(
    ready: Note, film: Fee, cast: SimpleNamespace, as_: Callable[..., Client]
) -> None:
    pain = Diagnosis.objects.get(code="M54.50")
    Diagnosis.objects.filter(pk=pain.pk).update(ended_on=ready.visit.on - timedelta(days=1))
    answer = add(as_(cast.adams), ready, film, diagnosis_ids=[pain.pk])
    assert (answer.status_code, b"does not stand any more" in answer.content) == (422, True)
