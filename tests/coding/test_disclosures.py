"""A biller opens the signed note of a visit that a payer was billed for, each time with a purpose that the log keeps."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from clinic.models import AccessEvent, Membership
from coding import superbills
from coding.models import Superbill
from notes.addenda import add_addendum
from notes.models import Note
from tests.coding.test_superbills import statement as self_paid

SignIn = Callable[[Membership], Client]
WORDS = ("Improves with care", "Floor-to-waist", "L4-5 right tender")


def page_of(bill: Superbill) -> str:
    return reverse("coding:signed-note", args=[bill.pk])


@pytest.fixture
def byrd(cast: SimpleNamespace, as_: SignIn) -> Client:
    return as_(cast.bill)


def test_the_purpose_is_asked_before_a_word_is_shown(bill: Superbill, byrd: Client) -> None:
    text = byrd.get(page_of(bill)).content.decode()
    assert "What do you open the note for?" in text
    assert not [word for word in WORDS if word in text]
    assert not AccessEvent.objects.filter(kind="note-read").exists()


def test_with_a_purpose_the_signed_note_is_read_with_its_addenda(
    bill: Superbill, byrd: Client, cast: SimpleNamespace
) -> None:
    add_addendum(bill.note, by=cast.adams, text="Called the patient.")
    text = byrd.post(page_of(bill), {"purpose": "appeal"}).content.decode()
    assert not [word for word in (*WORDS, "Signed by Alex Adams", "Called the patient.") if word not in text]


def test_the_purpose_stands_in_the_log(bill: Superbill, byrd: Client, cast: SimpleNamespace) -> None:
    byrd.post(page_of(bill), {"purpose": "other", "words": "the attorney of the other side"})
    event = AccessEvent.objects.get(kind="note-read")
    assert (event.user_id, event.object_id, event.patient_ids) == (
        cast.bill.user_id, bill.note_id, [bill.note.patient_id],
    )  # fmt: skip
    assert event.detail == {
        "superbill": str(bill.pk), "purpose": "other", "words": "the attorney of the other side",
        "recipient": "Blue Ridge PPO", "what": "Signed note of 2026-11-20",
    }  # fmt: skip


@pytest.mark.parametrize(
    "said", [{}, {"purpose": ""}, {"purpose": "curiosity"}, {"purpose": "other"}, {"purpose": "other", "words": " "}]
)
def test_without_a_purpose_the_note_stays_closed(bill: Superbill, byrd: Client, said: dict[str, str]) -> None:
    answer = byrd.post(page_of(bill), said)
    assert answer.status_code == 422
    assert not [word for word in WORDS if word in answer.content.decode()]
    assert not AccessEvent.objects.filter(kind="note-read").exists()


def test_it_is_asked_each_time(bill: Superbill, byrd: Client) -> None:
    byrd.post(page_of(bill), {"purpose": "audit"})
    assert "What do you open the note for?" in byrd.get(page_of(bill)).content.decode()


def test_a_statement_for_the_patient_alone_opens_nothing(bill: Superbill, byrd: Client, cast: SimpleNamespace) -> None:
    with transaction.atomic():
        given = {"by": cast.adams, "coverage": None, "edition": "2026.11"}
        own = superbills.issue(bill.note, self_paid("97140"), **given)
    assert byrd.get(page_of(own)).status_code == 404
    assert byrd.post(page_of(own), {"purpose": "audit"}).status_code == 404


def test_a_void_superbill_opens_nothing(bill: Superbill, byrd: Client, cast: SimpleNamespace) -> None:
    superbills.void(bill, by=cast.frances, reason="Wrong payer.")
    assert byrd.post(page_of(bill), {"purpose": "audit"}).status_code == 404


@pytest.mark.parametrize(
    ("who", "status"),
    [("frances", 403), ("adams", 403), ("olga", 403), ("rita", 403), ("stranger", 403), ("bill", 200)],
)
def test_it_is_a_billers_page(bill: Superbill, cast: SimpleNamespace, as_: SignIn, who: str, status: int) -> None:
    assert as_(getattr(cast, who)).get(page_of(bill)).status_code == status


def test_a_biller_of_another_practice_finds_nothing(bill: Superbill, cast: SimpleNamespace, as_: SignIn) -> None:
    cast.stranger.roles = ["biller"]
    cast.stranger.save()
    assert as_(cast.stranger).get(page_of(bill)).status_code == 404


def test_the_notes_own_page_stays_closed_to_billers(signed: Note, byrd: Client) -> None:
    assert byrd.get(reverse("notes:note", args=[signed.pk])).status_code == 403


def test_nothing_is_offered_that_only_the_author_may_do(bill: Superbill, byrd: Client) -> None:
    answer: Any = byrd.post(page_of(bill), {"purpose": "records"})
    assert b"Add an addendum" not in answer.content and reverse(
        "coding:signed-lines", args=[bill.note_id]
    ).encode() not in (answer.content)
