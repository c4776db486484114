"""Where goals stand and how contraindications were heeded: saved like all words of the note, never over a colleague's."""

import threading
from uuid import uuid4

import pytest
from django.db import connection
from django.urls import reverse

from clinic.models import Alert
from notes.answers import answer_to, base_of, progress_of, save_answer, text_of
from notes.drafts import Changed, Signed, save_fields
from notes.models import AlertAnswer, GoalProgress, Note
from tests.signed import put_a_signature_under

UNSAID = base_of("")


@pytest.fixture
def lift(back_pain):
    return back_pain.goals.get(unit="lb")


@pytest.fixture
def osteopenia(draft):
    return Alert.objects.create(
        practice=draft.practice, patient=draft.patient, kind="contraindication", text="Osteopenia"
    )


def test_an_answer_is_kept_changed_and_taken_back(draft, lift, cast):
    for version, (before, text) in enumerate([("", "12"), ("12", "15"), ("15", "")], 1):
        answer = progress_of(draft, lift)
        save_answer(answer, text, by=cast.adams, version=version, key=None, base=base_of(before))
        assert text_of(progress_of(draft, lift)) == text
    assert not GoalProgress.objects.exists()


def test_a_colleagues_answer_is_not_written_over(draft, lift, cast):
    save_answer(progress_of(draft, lift), "12", by=cast.tess, version=1, key=None, base=UNSAID)
    with pytest.raises(Changed):
        save_answer(progress_of(draft, lift), "15", by=cast.adams, version=2, key=None, base=UNSAID)
    assert (GoalProgress.objects.get().value, GoalProgress.objects.get().written_by) == ("12", cast.tess)


def test_the_same_answer_from_two_is_no_conflict(draft, osteopenia, cast):
    for who in (cast.tess, cast.adams):
        save_answer(answer_to(draft, osteopenia), "drop table", by=who, version=1, key=uuid4(), base=UNSAID)
    assert AlertAnswer.objects.get().text == "drop table"


def test_somebody_elses_word_elsewhere_is_no_conflict(draft, lift, cast):
    save_fields(draft, version=1, key=None, base=None, plan="Continue")
    save_answer(progress_of(draft, lift), "12", by=cast.adams, version=1, key=None, base=UNSAID)
    assert GoalProgress.objects.get().value == "12"


def test_a_signed_note_takes_no_answer(draft, lift, cast):
    put_a_signature_under(draft)
    with pytest.raises(Signed):
        save_answer(progress_of(draft, lift), "12", by=cast.adams, version=1, key=None, base=UNSAID)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("what", ["goal", "alert"])
def test_of_answers_at_once_one_stands_and_the_others_are_told(draft, lift, osteopenia, cast, what):
    kept: list[str] = []

    def answer(text: str) -> None:
        try:
            of = progress_of(draft, lift) if what == "goal" else answer_to(draft, osteopenia)
            save_answer(of, text, by=cast.adams, version=1, key=uuid4(), base=UNSAID)
            kept.append(text)
        except Changed:
            pass
        finally:
            connection.close()

    threads = [threading.Thread(target=answer, args=[str(number)]) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    stands = progress_of(draft, lift) if what == "goal" else answer_to(draft, osteopenia)
    assert kept == [text_of(stands)]
    assert Note.objects.get(pk=draft.pk).version == 2


@pytest.mark.parametrize(("url", "field"), [("goal-progress", "value"), ("alert-answer", "text")])
def test_a_conflict_shows_both_answers_and_keeps_the_typed_one(as_, draft, lift, osteopenia, cast, url, field):
    address = reverse(f"notes:{url}", args=[draft.pk, lift.pk if field == "value" else osteopenia.pk])
    as_(cast.tess).post(address, {"version": 1, field: "hers", "base": UNSAID})
    lost = as_(cast.adams).post(address, {"version": 2, field: "mine", "base": UNSAID})
    assert lost.status_code == 409 and b"hers" in lost.content
    assert f'data-base="{base_of("hers")}"' in lost.content.decode()
    won = as_(cast.adams).post(address, {"version": 2, field: "mine", "base": base_of("hers")})
    assert won.status_code == 200 and f'value="{base_of("mine")}"' in won.content.decode()


def test_an_answer_that_is_too_long_is_told_beside_its_field(as_, draft, lift, cast):
    address = reverse("notes:goal-progress", args=[draft.pk, lift.pk])
    answer = as_(cast.adams).post(address, {"version": 1, "value": "1" * 41, "base": UNSAID})
    assert answer.status_code == 422 and f'id="problem-goal-{lift.pk}"' in answer.content.decode()
    assert f'value="{UNSAID}"' in answer.content.decode(), "it is still typed against the same"
