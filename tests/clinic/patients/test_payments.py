"""Payments that were entered wrong: both entries stay, and the sums come out right."""

from collections.abc import Callable
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from clinic.models import AccessEvent, Payment, Visit
from clinic.requests.deeds import new_key


@pytest.fixture
def payment(visit: Visit, cast: SimpleNamespace) -> Payment:
    made: Payment = visit.payments.create(practice=visit.practice, amount=25, method="card", taken_by=cast.frances)
    return made


def at(payment: Payment) -> str:
    return reverse("clinic:payment-reverse", args=[payment.pk])


def sent(reason: str = "Card was declined.") -> dict[str, str]:
    return {"reason": reason, "key": str(new_key())}


def amounts(visit: Visit) -> list[Decimal]:
    return [payment.amount for payment in visit.payments.all()]


def test_a_wrong_payment_is_taken_back_with_its_reason(
    payment: Payment, cast: SimpleNamespace, as_: Callable[..., Client]
) -> None:
    page = as_(cast.bill).post(at(payment), sent())
    assert (page.status_code, page.headers["HX-Trigger"]) == (200, '{"visit-changed": {}}')
    assert "-$25.00 card, taken back by Bill Byrd: Card was declined." in page.content.decode()
    assert amounts(payment.visit) == [25, -25]
    assert AccessEvent.objects.get(kind="payment-reversed").patient_ids == [payment.visit.patient_id]


def test_the_form_says_what_it_takes_back_and_wants_a_reason(
    payment: Payment, cast: SimpleNamespace, as_: Callable[..., Client]
) -> None:
    frances = as_(cast.frances)
    assert b"$25.00 card, entered by Frances Field" in frances.get(at(payment)).content
    assert frances.post(at(payment), sent(" ")).status_code == 422
    assert amounts(payment.visit) == [25]


def test_a_payment_is_taken_back_once(payment: Payment, cast: SimpleNamespace, as_: Callable[..., Client]) -> None:
    frances, again = as_(cast.frances), sent()
    assert [frances.post(at(payment), again).status_code for _ in range(2)] == [200, 200]
    answer = as_(cast.bill).post(at(payment), sent("Mine too."))
    assert (answer.status_code, b"Frances Field took this payment back already" in answer.content) == (409, True)
    assert amounts(payment.visit) == [25, -25]


def test_what_takes_back_is_not_taken_back(payment: Payment, cast: SimpleNamespace, as_: Callable[..., Client]) -> None:
    frances = as_(cast.frances)
    frances.post(at(payment), sent())
    answer = frances.post(at(payment.reversal), sent())
    assert (answer.status_code, b"what was really paid" in answer.content) == (409, True)


def test_only_the_office_takes_back(payment: Payment, cast: SimpleNamespace, as_: Callable[..., Client]) -> None:
    assert as_(cast.adams).post(at(payment), sent()).status_code == 403
    assert as_(cast.stranger).post(at(payment), sent()).status_code == 403
    assert amounts(payment.visit) == [25]


def test_the_database_keeps_payments_as_they_were_entered(payment: Payment) -> None:
    for statement in (lambda: Payment.objects.update(amount=1), lambda: Payment.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            statement()


@pytest.mark.parametrize(
    "wrong", [{"amount": -20}, {"amount": 25}, {"method": "cash"}, {"reason": ""}, {"reverses": None}]
)
def test_the_database_wants_a_reversal_to_mirror_its_payment(payment: Payment, wrong: dict[str, object]) -> None:
    mirror = {
        "practice": payment.practice, "visit": payment.visit, "amount": -25, "method": "card", "reverses": payment,
        "reason": "Declined.", "taken_by": payment.taken_by,
    }  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        Payment.objects.create(**{**mirror, **wrong})
    Payment.objects.create(**mirror)
    with pytest.raises(IntegrityError), transaction.atomic():
        Payment.objects.create(**mirror)


def test_more_than_is_owed_is_asked_about_once(visit: Visit, cast: SimpleNamespace, as_: Callable[..., Client]) -> None:
    address = reverse("clinic:payment-add", args=[visit.pk]) + "?owed=40.50"
    money = {"amount": "45", "method": "cash", "key": str(new_key())}
    asked = as_(cast.frances).post(address, money)
    assert (asked.status_code, "That is $4.50 more than is owed" in asked.content.decode()) == (422, True)
    assert as_(cast.frances).post(address, {**money, "credit": "on"}).status_code == 200
    assert visit.payments.get().amount == 45
