"""Whatever people do with notes and superbills, in whichever order: what was signed stays, and each has what is theirs.

A history is made of deeds. At each of them people who may not do it try first, in vain, and then one of those who may does it,
through the app's own pages, as the web role. After each the database is compared with a small model of what ought to stand
(tests/record/told.py), and `verify` walks the chain. `make soak` goes through many long histories.
"""

import os
from typing import Any

import pytest
from django.core.management import call_command
from hypothesis import HealthCheck, settings
from hypothesis.stateful import invariant, run_state_machine_as_test

from coding.models import Superbill
from notes.digests import digest
from notes.models import Note
from notes.verifying import Walk
from tests.record.desk import Desk
from tests.record.office import table
from tests.record.told import TEXTS, Told
from tests.world import PEOPLE

ROUNDS = int(os.environ.get("PLUMBLINE_SOAK", "20"))

pytestmark = pytest.mark.django_db(transaction=True)


class Histories(Desk):
    @invariant()
    def the_chain_is_whole(self) -> None:
        assert list(Walk(self.office.practice).faults()) == []

    @invariant()
    def notes_stand_as_they_were_told(self) -> None:
        stored = {str(note.pk): note for note in Note.objects.filter(practice=self.office.practice)}
        assert set(stored) == {note.pk for note in self.office.notes if note.state != "gone"}
        for told in self.office.notes:
            if told.state != "gone":
                self.see(stored[told.pk], told)

    def see(self, note: Note, told: Told) -> None:
        assert {name: getattr(note, name) for name in TEXTS} == told.texts
        assert note.author == self.office.people[told.author]
        assert (note.is_signed, note.is_retracted) == (told.is_signed, told.state == "retracted")
        for rows, words in (("findings", "words"), ("adjustments", "segment"), ("activities", "description")):
            found = [
                (row.pk, getattr(row, words), row.written_by) for row in getattr(note, rows).order_by("position", "pk")
            ]
            assert found == [(row.pk, row.words, self.office.people[row.by]) for row in getattr(told, rows)]
        assert [row.minutes for row in note.activities.order_by("position", "pk")] == [
            row.minutes for row in told.activities
        ]
        if told.is_signed:
            signature = note.signature
            assert signature.note_digest == digest(note) == told.digest
            assert (signature.member, signature.proof) == (self.office.people[told.author], "password")

    @invariant()
    def superbills_stand_as_they_were_issued(self) -> None:
        found = Superbill.objects.filter(practice=self.office.practice).prefetch_related("lines").order_by("number")
        told = sorted(self.bills, key=lambda pair: pair[1].number)
        assert [self.of(bill) for bill in found] == [
            (
                note.pk,
                bill.number,
                bill.lines,
                bill.codes,
                bill.replaces,
                bill.state,
                bill.reviewed_by,
                bill.void_reason,
            )
            for note, bill in told
        ]
        for stored, (_, bill) in zip(found, told, strict=True):
            bill.pk = stored.pk

    def of(self, bill: Superbill) -> tuple[Any, ...]:
        names = {who.pk: name for name, who in self.office.people.items()}
        state = "void" if bill.voided_at else "held" if bill.held_at else "reviewed" if bill.reviewed_at else "issued"
        lines = {line.code: (line.units, int(line.fee)) for line in bill.lines.all()}
        assert all(line.charge == line.units * line.fee for line in bill.lines.all())
        codes = tuple(row["code"] for row in bill.diagnoses)
        replaced = bill.replaces.number if bill.replaces else None
        return (
            str(bill.note_id),
            bill.number,
            lines,
            codes,
            replaced,
            state,
            names.get(bill.reviewed_by_id, ""),
            bill.void_reason,
        )

    def teardown(self) -> None:
        with pytest.raises(SystemExit) as end:
            call_command("verify", practice=self.office.practice.slug)
        assert end.value.code == 0


# The histories


def test_everybody_tries_each_deed() -> None:
    """One history with each deed in it. Everybody who may not do it has tried before."""
    history = EachDeed()
    for deed, *given in EACH_DEED:
        getattr(history, deed)(*given)
        for each in history.invariants:
            each.function(history)
    history.teardown()
    assert [note.state for note in history.office.notes] == ["retracted", "gone", "signed"]
    assert {deed for deed, *_ in EACH_DEED} == {rule.function.__name__ for rule in history.rules}
    tried, wrong = history.office.done, {deed: history.office.refusals(deed, "adams") for deed in table()}
    assert [(deed, who) for deed, people in wrong.items() for who in people if not tried[deed, who]] == []


class EachDeed(Histories):
    tries = (len(PEOPLE), 2)


# each deed with what it is about: which of those that are there, and which of those who may does it
EACH_DEED: list[tuple[Any, ...]] = [
    ("begin", 0, 2),
    ("begin", 0, 1),
    ("write", 0, 0, "subjective", False),
    ("write", 0, 1, "subjective", True),
    ("find_and_adjust", 0, 1),
    ("add_activity", 0, 0, 15),
    ("add_activity", 0, 1, 20),
    ("change_activity", 0, 0, 1, 12),
    ("remove_activity", 0, 1, 0),
    ("look", 0, "note"),
    ("read_for_signature", 0),
    ("write", 0, 1, "plan", False),
    ("sign_as_it_was_read", 0),
    ("read_for_signature", 0),
    ("order_diagnoses", 0, 1),
    ("sign_as_it_was_read", 0),
    ("sign_with_a_wrong_password", 0),
    ("sign", 0),
    ("write", 0, 0, "plan", False),
    ("look", 0, "note"),
    ("look", 0, "superbill"),
    ("add_words", 0),
    ("answer_a_question", 0, 0),
    ("review_a_bill", 0, 0),
    ("review_a_bill", 0, 0),
    ("set_a_fee", 0, 0, 55),
    ("correct", 0, 0, 25, False),
    ("hold_a_bill", 1, 1),
    ("review_a_bill", 1, 0),
    ("answer_a_question", 1, 2),
    ("void_a_bill", 1, 0, True),
    ("look", 2, "superbill-pdf"),
    ("export", 1),
    ("ask_to_amend", 0, 3),
    ("decide", 0, 1, "refused"),
    ("decide", 0, 0, "accepted"),
    ("look", 0, "amendments"),
    ("begin", 1, 0),
    ("discard", 1, 1),
    ("begin", 1, 1),
    ("find_and_adjust", 2, 0),
    ("add_activity", 2, 0, 8),
    ("sign", 2),
    ("confirm", 2, 0),
    ("change_activity", 0, 0, 0, 9),
    ("sign", 2),
    ("let_go_or_take_back", "adams"),
    ("look", 0, "day"),
    ("add_words", 0),
    ("let_go_or_take_back", "adams"),
    ("retract", 0, True),
    ("correct", 0, 0, 20, False),
]


class Short(Histories):
    tries = (2, 2)


def test_short_histories_at_random() -> None:
    at_random(Short, max_examples=2, stateful_step_count=8, derandomize=True)


@pytest.mark.soak
def test_long_histories_at_random() -> None:
    at_random(Histories, max_examples=2 * ROUNDS, stateful_step_count=40)


def at_random(machine: Any, **long: Any) -> None:
    unhurried = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    run_state_machine_as_test(
        machine, settings=settings(deadline=None, database=None, suppress_health_check=unhurried, **long)
    )
