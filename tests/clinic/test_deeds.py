"""One click, one effect."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.http import QueryDict

from clinic.models import Deed, Patient
from clinic.requests.deeds import KeyedForm, KeyReused, day_of, forget_old_keys, new_key, once

OLD = UUID("018cc251-f400-7000-8000-000000000000")  # 1 January 2024


def test_a_key_is_a_uuid_of_version_7():
    key = new_key()
    assert (key.version, key.variant) == (7, "specified in RFC 4122")
    assert day_of(key) == datetime.now(UTC).date()


def test_keys_differ_and_grow_with_time():
    assert len({new_key() for _ in range(1000)}) == 1000
    assert new_key() > OLD


def test_a_day_follows_from_the_key_alone():
    assert str(day_of(OLD)) == "2024-01-01"


def test_a_deed_is_done_once(cast):
    key, body = new_key(), {"name": "Pat"}
    with transaction.atomic():
        first = once(cast.frances, key, kind="patient", body=body)
        first.made(OLD)
    with transaction.atomic():
        second = once(cast.frances, key, kind="patient", body=body)
    assert not first.is_repeat
    assert second.is_repeat
    assert second.object_id == OLD


@pytest.mark.parametrize(("kind", "body"), [("patient", {"name": "Sam"}), ("payment", {"name": "Pat"})])
def test_a_key_cannot_do_something_else(cast, kind, body):
    key = new_key()
    with transaction.atomic():
        once(cast.frances, key, kind="patient", body={"name": "Pat"})
    with transaction.atomic(), pytest.raises(KeyReused):
        once(cast.frances, key, kind=kind, body=body)


def test_two_people_may_hold_the_same_key(cast):
    key = new_key()
    with transaction.atomic():
        once(cast.frances, key, kind="patient", body={})
        assert not once(cast.bill, key, kind="patient", body={}).is_repeat


@pytest.mark.django_db(transaction=True)
def test_a_deed_needs_a_transaction(cast):
    with pytest.raises(RuntimeError):
        once(cast.frances, new_key(), kind="patient", body={})


def test_a_deed_that_fails_leaves_its_key_free(cast):
    key = new_key()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        once(cast.frances, key, kind="patient", body={})
        raise ZeroDivisionError
    with transaction.atomic():
        assert not once(cast.frances, key, kind="patient", body={}).is_repeat


@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_have_one_effect(cast):
    key = new_key()

    def add(_: int) -> UUID | None:
        try:
            with transaction.atomic():
                attempt = once(cast.frances, key, kind="patient", body={"name": "Pat"})
                if not attempt.is_repeat:
                    pat = Patient.objects.create(
                        practice=cast.frances.practice, chart_number="1", birth_date="1984-03-04"
                    )
                    attempt.made(pat.pk)
                    return pat.pk
                return attempt.object_id
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as threads:
        results = list(threads.map(add, range(20)))
    assert Patient.objects.count() == 1
    assert set(results) == {Patient.objects.get().pk}


def test_old_keys_are_forgotten(cast):
    with transaction.atomic():
        once(cast.frances, OLD, kind="patient", body={})
        once(cast.frances, new_key(), kind="patient", body={})
    assert forget_old_keys() == 1
    assert Deed.objects.count() == 1


def test_a_fresh_form_carries_a_key_that_it_accepts():
    shown = KeyedForm()["key"].value()
    form = KeyedForm({"key": str(shown)})
    assert form.is_valid()
    assert form.cleaned_data["key"] == shown


@pytest.mark.parametrize(
    "key", ["", "x", str(OLD), "3e1f0a52-6c1b-4f43-9a58-0d5f0b8f6a11", "ffffffff-ffff-7fff-bfff-ffffffffffff"]
)
def test_a_form_with_a_wrong_key_comes_back_with_a_new_one(key):
    form = KeyedForm(QueryDict(f"key={key}"))
    assert not form.is_valid()
    assert "open for long" in str(form.non_field_errors())
    assert KeyedForm({"key": form["key"].value()}).is_valid()
