"""Signing at the same moment as others sign, save and add: no fork, no late word, no lost one. With real threads as the web role.

Whatever wins, the record is whole afterwards: verify says so. `make soak` runs the long rounds.
"""

import os
import threading
from collections.abc import Callable, Iterator
from datetime import time, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from clinic.entry.fingerprints import fingerprint
from clinic.models import Membership
from clinic.requests.deeds import new_key
from clinic.roles import Role
from coding import superbills
from coding.corrections import correct, outcome_of
from coding.cosigning import cosign
from coding.models import Superbill
from coding.retraction import retract
from coding.review import NotAsShown, acknowledge, complete, review
from notes import rows
from notes.addenda import add_addendum
from notes.cosigning import shown_of
from notes.drafts import Changed, Signed, save_fields
from notes.models import Activity, Attestation, ChainHead, Note, Retraction, Signature
from notes.verifying import Walk
from tests import world
from tests.conftest import member
from tests.notes.test_corrections import correction

ROUNDS = int(os.environ.get("PLUMBLINE_SOAK", "20"))
DOCTOR = {"title": "Dr.", "credential": "DC", "npi": "1234567893"}

pytestmark = pytest.mark.django_db(transaction=True)


def together(*deeds: Callable[[], Any]) -> list[Any]:
    """Do everything at once, each on a connection of its own; return what each returned or raised."""
    start, results = threading.Barrier(len(deeds)), [None] * len(deeds)

    def run(place: int) -> None:
        try:
            start.wait()
            results[place] = deeds[place]()
        except Exception as error:
            results[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(deeds))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.fixture
def office(practice: Any) -> Iterator[SimpleNamespace]:
    """A practice with two clinicians, in which notes can be written as fast as they are signed."""
    doctors = [member(practice, name, name.title(), "Doe", Role.CLINICIAN, **DOCTOR) for name in ("ann", "ben")]
    world.stock(practice)
    yield SimpleNamespace(practice=practice, doctors=doctors)
    assert list(Walk(practice).faults()) == []


def drafts(office: SimpleNamespace, count: int) -> list[Note]:
    """Notes of as many patients, ready to sign."""
    return [_draft(office, number) for number in range(count)]


def _draft(office: SimpleNamespace, number: int) -> Note:
    doctor = office.doctors[number % len(office.doctors)]
    day = office.practice.today() - timedelta(days=number // 4)  # nobody treats twenty people at nine o'clock
    made = SimpleNamespace(doctor=doctor, practice=office.practice, day=day)
    made.name_words, made.plan_words = world.Words(f"who{number}"), world.Words(f"plan{number}")
    made.patient = world.patient(made, new_key().hex[-10:])
    made.episode = world.episode(made)
    made.goal = made.episode.goals.get(unit="lb")
    return _settled(world.note(made, time(9), world.Words(f"note{number}")))


def _settled(note: Note) -> Note:
    for flag in review(note).warnings:
        reason = {"slug": flag.slug, "about": flag.about, "reason": "patient declined"}
        note = acknowledge(note, **reason, by=note.author, version=note.version)
    return Note.objects.get(pk=note.pk)


def signing(note: Note) -> Callable[[], Note]:
    shown = review(note).shown
    return lambda: complete(note, by=note.author, shown=shown, key=new_key())


# The chain


def test_signatures_at_one_moment_make_one_chain(office: SimpleNamespace) -> None:
    signed_at_once(office, 8)


@pytest.mark.soak
@pytest.mark.parametrize("round", range(5))
def test_fifty_signatures_at_one_moment_make_one_chain(office: SimpleNamespace, round: int) -> None:
    signed_at_once(office, 50)


def signed_at_once(office: SimpleNamespace, count: int) -> None:
    """Let as many be signed at once, and see that each link follows the one before it."""
    results = together(*[signing(note) for note in drafts(office, count)])
    assert [result for result in results if not isinstance(result, Note)] == []
    links = list(Signature.objects.order_by("sequence"))
    assert [link.sequence for link in links] == list(range(1, count + 1))
    assert [link.previous for link in links] == ["", *(link.link for link in links[:-1])]
    assert ChainHead.objects.get().link == links[-1].link


# What follows a signature, by several people at once


def test_addenda_at_one_moment_all_stand(office: SimpleNamespace) -> None:
    """With the signature they make one chain, of which the office sees in the end that it verifies."""
    note = signing(drafts(office, 1)[0])()
    added = together(*[adding(note, f"addendum {number}") for number in range(8)])
    assert {each.text for each in note.addenda.all()} == {each.text for each in added}
    assert Attestation.objects.filter(note=note, meaning="addendum").count() == len(added)


def adding(note: Note, text: str) -> Callable[[], Any]:
    return lambda: add_addendum(Note.objects.get(pk=note.pk), by=note.author, text=text, key=new_key())


def test_of_retractions_at_one_moment_one_stands(office: SimpleNamespace) -> None:
    note = signing(drafts(office, 1)[0])()
    results = together(*[lambda: retracted(Note.objects.get(pk=note.pk))] * 4)
    assert sorted(type(each).__name__ for each in results) == ["NoneType", *["Retracted"] * 3]
    assert (Retraction.objects.get().note, note.superbills.standing().count()) == (note, 0)


def test_of_co_signatures_at_one_moment_one_stands(office: SimpleNamespace) -> None:
    """And the superbill that waited for it is with the desk."""
    [draft], supervisor = drafts(office, 1), office.doctors[1]
    Membership.objects.filter(pk=draft.author_id).update(supervised_by=supervisor)
    draft.author.supervised_by = supervisor
    note = signing(draft)()
    shown = shown_of(Note.objects.get(pk=note.pk))
    results = together(*[lambda: cosign(note, by=supervisor, proof="password", shown=shown, key=new_key())] * 4)
    assert sorted(type(each).__name__ for each in results) == ["Cosigned", "Cosigned", "Cosigned", "Note"]
    assert (Attestation.objects.get(meaning="co-signature").note, note.superbills.held().count()) == (note, 0)


# What follows a signature against the desk


def corrected(note: Note) -> None:
    lifts = note.activities.get()
    given = {"by": note.author, "text": "Misread the clock.", "proof": "password", "key": new_key()}
    again = correction(lifts, "minutes", "15", "25")
    correct(note, corrections=[again], shown=outcome_of(note, [again]).shown, **given)


def retracted(note: Note) -> None:
    retract(note, by=note.author, reason="Wrong chart.", meant_for=None, proof="password", key=new_key())


@pytest.mark.parametrize(
    ("deed", "reason"),
    [(corrected, superbills.CORRECTED), (retracted, superbills.RETRACTED)],
    ids=["correct", "retract"],
)
def test_the_desk_that_voids_the_superbill_in_that_moment_waits_and_is_told(
    office: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, deed: Callable[[Note], None], reason: str
) -> None:
    [draft] = drafts(office, 1)
    note, desk, void_for = signing(draft)(), office.doctors[1], superbills.void_for
    bill, told, threads = note.superbills.get(), [], []

    def void_at_the_desk() -> None:
        try:
            superbills.void(bill, by=desk, reason="Wrong payer")
        except superbills.NotInThisState as refused:
            told.append(str(refused))
        finally:
            connection.close()

    def just_before(*args: Any, **given: Any) -> Any:
        if not threads:
            threads.append(threading.Thread(target=void_at_the_desk))
            threads[0].start()
            threads[0].join(0.5)  # as long as it takes, where nothing holds it up
        return void_for(*args, **given)

    monkeypatch.setattr(superbills, "void_for", just_before)
    deed(Note.objects.get(pk=note.pk))
    threads[0].join()
    assert (Superbill.objects.get(pk=bill.pk).void_reason, len(told)) == (reason, 1)


# A signature against whatever else happens to the note in that moment


def edit(note: Note) -> Callable[[], Any]:
    return lambda: save_fields(note, version=note.version, key=None, base=None, plan="Another plan.")


def autosave(note: Note) -> Callable[[], Any]:
    """What the page sends while somebody types: with the base of what it read, a fresh key, a stale version."""
    base = fingerprint(note, ["subjective"])
    stale = note.version - 1
    return lambda: save_fields(note, version=stale, key=new_key(), base=base, subjective="Typed just now.")


def second_signature(note: Note) -> Callable[[], Any]:
    return signing(note)


def new_row(note: Note) -> Callable[[], Any]:
    """A row that is added as the page does it."""
    row = _row(note)
    return lambda: rows.add_row(row, to=note, by=note.author, version=note.version, key=new_key())


def row_past_the_claim(note: Note) -> Callable[[], Any]:
    """A row from code that forgot to win the note first: the database's own guard."""
    row = _row(note)
    row.practice_id, row.note, row.written_by = note.practice_id, note, note.author

    def add() -> None:
        with transaction.atomic():
            row.save(force_insert=True)

    return add


def _row(note: Note) -> Activity:
    return Activity(description="A late one", episode=note.note_episodes.get().episode, minutes=8)


AGAINST = (edit, autosave, second_signature, new_row, row_past_the_claim)
each_deed = pytest.mark.parametrize("deed", AGAINST, ids=lambda deed: deed.__name__)


@each_deed
def test_a_signature_and_another_deed_at_one_moment(office: SimpleNamespace, deed: Any) -> None:
    one_wins(office, deed, 3)


@pytest.mark.soak
@each_deed
def test_a_signature_and_another_deed_at_one_moment_many_times(office: SimpleNamespace, deed: Any) -> None:
    one_wins(office, deed, ROUNDS)


def one_wins(office: SimpleNamespace, deed: Any, rounds: int) -> None:
    """Either the deed is in what was signed, or it was refused, or the signer was told: never two of them."""
    for note in drafts(office, rounds):
        before = facts(note)
        signature, other = together(signing(note), deed(note))
        now = Note.objects.get(pk=note.pk)
        if isinstance(signature, Note) or (deed is second_signature and isinstance(other, Note)):
            assert now.is_signed and facts(now) == before, "what was signed is what was shown"
            assert {type(signature), type(other)} & {Signed, Changed, IntegrityError}, (signature, other)
        else:
            assert isinstance(signature, NotAsShown) and not now.is_signed, signature
            assert facts(now) != before, "and what was saved is there"


def facts(note: Note) -> tuple[Any, ...]:
    return (note.plan, note.subjective, tuple(note.activities.order_by("pk").values_list("pk", flat=True)))
