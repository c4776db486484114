"""Fees and the services that a clinician picks."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from clinic.models import AccessEvent
from clinic.requests.deeds import new_key
from coding.models import Fee
from coding.review import review
from notes.models import Note


@pytest.fixture
def xray(practice: Any) -> Fee:
    return Fee.objects.create(practice=practice, code="72100", title="X-ray, low back", amount=60, is_picked=True)


def typed(**given: str) -> dict[str, str]:
    return {"key": str(new_key()), "code": "97110", "title": "Exercise", "amount": "42.50", **given}


def adding(practice: Any) -> str:
    return reverse("coding:fee-add", args=[practice.slug])


def test_a_fee_is_added_once(practice: Any, cast: SimpleNamespace, as_: Callable[..., Client]) -> None:
    sent, olga = typed(code="s8990", is_picked="on"), as_(cast.olga)
    assert olga.post(adding(practice), sent).status_code == 302
    assert olga.post(adding(practice), sent).status_code == 302
    fee = Fee.objects.get()
    assert (fee.code, fee.amount, fee.is_picked) == ("S8990", 42.5, True)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"code": "97 110"}, "letters and digits"),
        ({"code": "９７１１０"}, "letters and digits"),
        ({"code": "97037"}, "after an operation"),
        ({"amount": "-1"}, "dollars and cents"),
        ({"amount": "1e9"}, "dollars and cents"),
        ({"amount": ""}, "required"),
        ({"is_picked": "on"}, "follows from what the note says"),
    ],
)
def test_what_is_no_fee_is_refused(
    practice: Any, cast: SimpleNamespace, as_: Callable[..., Client], given: dict[str, str], says: str
) -> None:
    answer = as_(cast.bill).post(adding(practice), typed(**given))
    assert (answer.status_code, says in answer.content.decode()) == (422, True)
    assert not Fee.objects.exists()


def test_the_same_line_twice_is_refused(xray: Fee, cast: SimpleNamespace, as_: Callable[..., Client]) -> None:
    answer = as_(cast.bill).post(adding(xray.practice), typed(code="72100", title="X-ray, low back"))
    assert (answer.status_code, b"there already" in answer.content) == (422, True)


def test_a_fee_is_changed(xray: Fee, cast: SimpleNamespace, as_: Callable[..., Client]) -> None:
    page, bill = reverse("coding:fee-edit", args=[xray.pk]), as_(cast.bill)
    seen = bill.get(page).context["form"]["seen"].value()
    bill.post(page, {"code": "72100", "title": xray.title, "amount": "65", "is_picked": "on", "seen": seen})
    xray.refresh_from_db()
    assert (xray.amount, xray.is_active) == (65, False)


def test_who_keeps_fees(xray: Fee, cast: SimpleNamespace, as_: Callable[..., Client]) -> None:
    page = reverse("coding:fees", args=[xray.practice.slug])
    seen = {who: as_(getattr(cast, who)).get(page).status_code for who in vars(cast)}
    assert seen == {
        "adams": 403, "baker": 403, "tess": 403, "frances": 403, "bill": 200, "olga": 200, "rita": 403, "stranger": 404,
    }  # fmt: skip


# Picked services


def pick(note: Note, service: Fee, **given: Any) -> dict[str, Any]:
    return {"fee": service.pk, "units": "1", "reason": "No films since the fall", "version": note.version, **given}


def test_a_picked_service_becomes_a_line(
    ready: Note, xray: Fee, cast: SimpleNamespace, as_: Callable[..., Client]
) -> None:
    answer = as_(cast.adams).post(reverse("coding:service-add", args=[ready.pk]), pick(ready, xray, units="2"))
    assert answer.status_code == 200
    [line] = [row.line for row in review(ready).statements[0].lines if row.line.code == "72100"]
    assert (line.units, line.title) == (2, "X-ray, low back")


def test_a_picked_service_is_removed(ready: Note, xray: Fee, cast: SimpleNamespace, as_: Callable[..., Client]) -> None:
    adams = as_(cast.adams)
    adams.post(reverse("coding:service-add", args=[ready.pk]), pick(ready, xray))
    service = ready.picked_services.get()
    adams.post(reverse("coding:service-remove", args=[service.pk]), {"version": ready.version + 1})
    assert not ready.picked_services.exists()


def test_the_log_tells_of_a_service_that_was_picked_and_taken_out(
    ready: Note, xray: Fee, cast: SimpleNamespace, as_: Callable[..., Client]
) -> None:
    """It puts a code on the bill that no word of the note decides."""
    adams = as_(cast.adams)
    adams.post(reverse("coding:service-add", args=[ready.pk]), pick(ready, xray))
    service = ready.picked_services.get()
    adams.post(reverse("coding:service-remove", args=[service.pk]), {"version": ready.version + 1})
    rows = AccessEvent.objects.filter(kind__startswith="service-", object_id=ready.pk).order_by("at")
    assert [(row.kind, row.detail["code"]) for row in rows] == [
        ("service-picked", "72100"),
        ("service-removed", "72100"),
    ]


@pytest.mark.parametrize("given", [{"fee": ""}, {"fee": "nonsense"}, {"units": "0"}, {"units": "１"}, {"units": "100"}])
def test_what_cannot_be_picked_is_said_beside_its_field(
    ready: Note, xray: Fee, cast: SimpleNamespace, as_: Callable[..., Client], given: dict[str, str]
) -> None:
    answer = as_(cast.adams).post(reverse("coding:service-add", args=[ready.pk]), pick(ready, xray, **given))
    assert (answer.status_code, b"invalid-feedback" in answer.content) == (422, True)


def test_a_service_of_another_practice_cannot_be_picked(
    ready: Note, cast: SimpleNamespace, as_: Callable[..., Client]
) -> None:
    theirs = Fee.objects.create(practice=cast.stranger.practice, code="72100", title="Theirs", amount=1, is_picked=True)
    answer = as_(cast.adams).post(reverse("coding:service-add", args=[ready.pk]), pick(ready, theirs))
    assert answer.status_code == 422


def test_nobody_else_picks(ready: Note, xray: Fee, cast: SimpleNamespace, as_: Callable[..., Client]) -> None:
    add = reverse("coding:service-add", args=[ready.pk])
    answers = [as_(who).post(add, pick(ready, xray)).status_code for who in (cast.baker, cast.stranger, cast.tess)]
    assert answers == [404, 404, 403]


def test_nothing_is_picked_onto_a_signed_note(
    signed: Note, xray: Fee, cast: SimpleNamespace, as_: Callable[..., Client]
) -> None:
    answer = as_(cast.adams).post(reverse("coding:service-add", args=[signed.pk]), pick(signed, xray))
    assert answer.status_code == 409
