"""Review and sign: what stops, what wants a reason, and the one transaction that signs and bills."""

import threading
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import close_old_connections, connection

from clinic.deeds import new_key
from clinic.models import AccessEvent, Coverage, Payer
from coding.models import Fee, Superbill
from coding.review import (
    NotAsShown,
    NotReady,
    acknowledge,
    bill_again,
    complete,
    mark_record_only,
    review,
    take_back,
)
from notes.drafts import Changed, Signed, save_fields
from notes.models import Episode, Note


def sign_it(note: Note, by: Any, **given: Any) -> Note:
    given = {"shown": review(note).shown, "key": new_key(), **given}
    return complete(note, by=by, **given)


@pytest.fixture
def ready(draft: Note, back_pain: Episode) -> Note:
    """A note in which everything is said: lifting for a task, and a lumbar adjustment of an examined region."""
    both = {"practice": draft.practice, "written_by": draft.author, "episode": back_pain}
    goal = back_pain.goals.get(unit="lb")
    draft.findings.create(**both, kind="pain", region="lumbar", words="L4-5 right tender")
    draft.findings.create(**both, kind="asymmetry", region="lumbar", words="L4 right posterior")
    draft.adjustments.create(**both, region="lumbar", segment="L4 right", technique="side posture")
    draft.activities.create(
        **both, description="Floor-to-waist box lifts 15 lb x 12 with hip hinge cueing, as for the totes at work",
        intents=["task"], goal=goal, regions=["lumbar"], minutes=15, delivery="one_on_one", dose="15 lb x 12",
        response="Form held to rep 12", performer=draft.author, why="cueing for the hip hinge",
    )  # fmt: skip
    Note.objects.filter(pk=draft.pk).update(
        total_minutes=30, assessment="Improves with care.", plan="Twice a week for two weeks.", subjective="Better."
    )
    return Note.objects.get(pk=draft.pk)


@pytest.fixture
def settled(ready: Note, cast: SimpleNamespace) -> Note:
    """The same with a reason for every warning that is left."""
    for flag in review(ready).warnings:
        ready = acknowledge(
            ready, slug=flag.slug, about=flag.about, reason="patient declined", by=cast.adams, version=ready.version
        )
    return ready


@pytest.fixture
def stopped(ready: Note) -> Note:
    """The same with an activity whose purpose nobody stated."""
    episode = ready.note_episodes.get().episode
    ready.activities.create(
        practice=ready.practice, written_by=ready.author, episode=episode, description="Board balance 2 x 1 min",
        minutes=8, regions=["ankle_foot"], delivery="one_on_one",
    )  # fmt: skip
    return ready


def test_lines_come_with_letters_and_pointers(ready: Note) -> None:
    [statement] = review(ready).statements
    assert [(row.line.code, row.pointers) for row in statement.lines] == [("98940", ("A", "B")), ("97530", ("A", "B"))]
    assert [(row.letter, row.code) for row in statement.diagnoses] == [("A", "M99.03"), ("B", "M54.50")]


def test_signing_freezes_the_note_and_issues_a_superbill(settled: Note, cast: SimpleNamespace) -> None:
    Fee.objects.create(practice=settled.practice, code="97530", title="Task practice", amount=42)
    signed = sign_it(settled, cast.adams)
    bill = Superbill.objects.get()
    assert signed.is_signed
    assert (bill.number, bill.payer_name, bill.note_id) == (1001, "Blue Ridge PPO", settled.pk)
    assert [(line.code, line.units, line.charge) for line in bill.lines.all()] == [("98940", 1, 0), ("97530", 1, 42)]
    assert signed.visit.state == "done"
    assert AccessEvent.objects.filter(kind="note-signed", object_id=settled.pk).count() == 1


def test_a_stop_refuses_the_signature(stopped: Note, cast: SimpleNamespace) -> None:
    with pytest.raises(NotReady):
        sign_it(stopped, cast.adams)
    assert not Note.objects.get().is_signed
    assert not Superbill.objects.exists()


def test_a_row_that_is_record_only_stops_nothing(stopped: Note, cast: SimpleNamespace) -> None:
    row = stopped.activities.get(minutes=8)
    assert row.pk in {flag.about and type(row.pk)(flag.about) for flag in review(stopped).stops}
    note = mark_record_only(stopped, row=row.pk, by=cast.adams, version=stopped.version)
    assert not review(note).stops
    bill_again(note, row=row.pk, by=cast.adams, version=note.version)
    assert review(note).stops


def test_a_warning_wants_a_reason(ready: Note, cast: SimpleNamespace) -> None:
    Note.objects.filter(pk=ready.pk).update(total_minutes=None)
    ready.activities.update(response="")
    [flag, *_] = review(ready).warnings
    with pytest.raises(NotReady):
        sign_it(ready, cast.adams)
    note = acknowledge(
        ready, slug=flag.slug, about=flag.about, reason="plateau expected", by=cast.adams, version=ready.version
    )
    assert flag in [settled for settled, _ in review(note).settled]
    take_back(note, slug=flag.slug, about=flag.about, by=cast.adams, version=note.version)
    assert flag in review(note).warnings


def test_a_decision_over_a_newer_version_conflicts(ready: Note, cast: SimpleNamespace) -> None:
    with pytest.raises(Changed):
        acknowledge(ready, slug="x", about="", reason="y", by=cast.adams, version=ready.version - 1)


def test_what_changed_since_it_was_read_is_not_signed(settled: Note, cast: SimpleNamespace) -> None:
    shown = review(settled).shown
    Note.objects.filter(pk=settled.pk).update(plan="Something else.")
    with pytest.raises(NotAsShown) as refused:
        sign_it(settled, cast.adams, shown=shown)
    assert refused.value.review.note.plan == "Something else."
    assert not Note.objects.get().is_signed


def test_lines_that_changed_since_are_not_signed(settled: Note, cast: SimpleNamespace) -> None:
    shown = review(settled).shown
    Payer.objects.update(unit_method="total_time")
    with pytest.raises(NotAsShown):
        sign_it(settled, cast.adams, shown=shown)


def test_the_same_key_signs_once(settled: Note, cast: SimpleNamespace) -> None:
    given = {"shown": review(settled).shown, "key": new_key()}
    sign_it(settled, cast.adams, **given)
    sign_it(settled, cast.adams, **given)
    assert Superbill.objects.count() == 1


def test_a_second_signature_finds_the_note_signed(settled: Note, cast: SimpleNamespace) -> None:
    shown = review(settled).shown
    sign_it(settled, cast.adams)
    with pytest.raises(Signed):
        sign_it(settled, cast.adams, shown=shown)


def test_two_payers_get_a_superbill_each(settled: Note, cast: SimpleNamespace, blue_ridge: Payer) -> None:
    auto = Payer.objects.create(practice=settled.practice, name="Carolina Auto", kind="auto", unit_method="total_time")
    claim = Coverage.objects.create(
        practice=settled.practice, patient=settled.patient, payer=auto, claim_number="7731", order=2
    )
    neck = Episode.objects.create(
        practice=settled.practice, patient=settled.patient, complaint="Neck pain, collision", coverage=claim
    )
    neck.diagnoses.create(practice=settled.practice, code="M99.01", title="Segmental dysfunction, cervical")
    neck.goals.create(practice=settled.practice, text="drive 45 min without stopping", baseline="10", target="45")
    settled.note_episodes.create(practice=settled.practice, patient=settled.patient, episode=neck)
    both = {"practice": settled.practice, "written_by": cast.adams, "episode": neck}
    settled.adjustments.create(**both, region="cervical", segment="C5")
    settled.findings.create(**both, kind="pain", region="cervical", words="C5 tender")
    settled.findings.create(**both, kind="motion", region="cervical", words="rotation short")
    for flag in review(settled).warnings:
        settled = acknowledge(
            settled, slug=flag.slug, about=flag.about, reason="ok", by=cast.adams, version=settled.version
        )
    sign_it(settled, cast.adams)
    bills = {bill.payer_name: [line.code for line in bill.lines.all()] for bill in Superbill.objects.all()}
    assert bills == {"Blue Ridge PPO": ["98940", "97530"], "Carolina Auto, claim 7731": ["98940"]}
    assert sorted(Superbill.objects.values_list("number", flat=True)) == [1001, 1002]


# At the same moment


def together(*deeds: Callable[[], Any]) -> list[Any]:
    """Run deeds in threads of their own, all starting at once; return what each returned or raised."""
    start, results = threading.Barrier(len(deeds)), [None] * len(deeds)

    def run(place: int) -> None:
        start.wait()
        try:
            results[place] = deeds[place]()
        except Exception as error:
            results[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(deeds))]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    close_old_connections()
    return results


@pytest.mark.django_db(transaction=True)
def test_two_signatures_at_once_make_one(settled: Note, cast: SimpleNamespace) -> None:
    shown = review(settled).shown
    results = together(*[lambda: complete(settled, by=cast.adams, shown=shown, key=new_key())] * 4)
    assert sorted(type(result).__name__ for result in results) == ["Note", "Signed", "Signed", "Signed"]
    assert Superbill.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_an_edit_at_the_moment_of_signing_is_either_refused_or_stops_the_signature(
    settled: Note, cast: SimpleNamespace
) -> None:
    shown = review(settled).shown
    edit, signature = together(
        lambda: save_fields(settled, version=settled.version, key=None, base="", plan="Another plan."),
        lambda: complete(settled, by=cast.adams, shown=shown, key=new_key()),
    )
    note = Note.objects.get()
    if note.is_signed:
        assert isinstance(edit, Signed | Changed)
        assert note.plan == settled.plan
    else:
        assert isinstance(signature, NotAsShown)
        assert note.plan == "Another plan."
