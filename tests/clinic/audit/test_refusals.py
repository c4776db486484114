"""Who was refused what stands in the log, and nothing keeps a refusal from being one."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from clinic.models import AccessEvent, Membership, Patient
from clinic.roles import Role
from notes.models import Note

SignIn = Callable[[Membership], Client]


def refused() -> list[tuple[Any, ...]]:
    rows = AccessEvent.objects.filter(kind="refused").order_by("id")
    return [(row.practice_id, row.user_id, row.object_id, row.detail) for row in rows]


def entry(practice: Any, who: Membership, pk: UUID | None, route: str, status: int) -> tuple[Any, ...]:
    return (practice.pk, who.user_id, pk, {"route": route, "status": status})


def test_a_page_of_another_role_is_in_the_log(cast: SimpleNamespace, as_: SignIn) -> None:
    assert as_(cast.frances).get("/riverside/today/").status_code == 403
    assert refused() == [entry(cast.frances.practice, cast.frances, None, "notes:today", 403)]


def test_an_object_of_another_practice_is_in_the_log_of_the_practice_it_belongs_to(
    pat: Patient, cast: SimpleNamespace, as_: SignIn
) -> None:
    assert as_(cast.stranger).get(reverse("clinic:patient", args=[pat.pk])).status_code == 404
    assert refused() == [entry(pat.practice, cast.stranger, pat.pk, "clinic:patient", 404)]


def test_an_object_of_another_role_is_in_the_log(draft: Note, cast: SimpleNamespace, as_: SignIn) -> None:
    assert as_(cast.rita).get(reverse("notes:note", args=[draft.pk])).status_code == 404
    assert refused() == [entry(draft.practice, cast.rita, draft.pk, "notes:note", 404)]


def test_a_page_of_another_practice_is_in_the_log_of_that_practice(cast: SimpleNamespace, as_: SignIn) -> None:
    assert as_(cast.stranger).get("/riverside/today/").status_code == 404
    assert refused() == [entry(cast.adams.practice, cast.stranger, None, "notes:today", 404)]


def test_a_role_held_elsewhere_only_is_refused_where_it_is_not_held(
    draft: Note, cast: SimpleNamespace, as_: SignIn
) -> None:
    Membership.objects.create(practice=cast.stranger.practice, user=cast.frances.user, roles=[Role.CLINICIAN])
    assert as_(cast.frances).post(reverse("notes:note-start", args=[draft.visit_id])).status_code == 403
    assert refused() == [entry(draft.practice, cast.frances, draft.visit_id, "notes:note-start", 403)]


def test_what_was_sent_and_what_the_object_says_are_not_in_the_log(
    draft: Note, cast: SimpleNamespace, as_: SignIn
) -> None:
    sent = {"subjective": "sharp at the left hip", "version": draft.version}
    assert as_(cast.baker).post(reverse("notes:note-save", args=[draft.pk]) + "?q=hip", sent).status_code == 404
    row = AccessEvent.objects.get(kind="refused")
    assert (row.patient_ids, row.detail) == ([], {"route": "notes:note-save", "status": 404})


@pytest.mark.parametrize(
    "address",
    ["/nowhere/", "/nowhere/today/", "/patients/01a20000-0000-7000-8000-000000000000/", "/riverside/guidance/no/"],
)
def test_an_address_of_nothing_is_no_refusal(cast: SimpleNamespace, as_: SignIn, address: str) -> None:
    assert as_(cast.adams).get(address).status_code == 404
    assert refused() == []


@pytest.mark.parametrize("address", ["/nowhere/at/all/", "/elsewhere/patients/"])
def test_who_went_astray_keeps_the_search_and_the_way_back(cast: SimpleNamespace, as_: SignIn, address: str) -> None:
    page = as_(cast.adams).get(address).content.decode()
    assert "There is nothing here" in page
    assert 'href="/riverside/today/"' in page and 'id="words"' in page


def test_a_form_that_is_too_old_is_no_refusal(cast: SimpleNamespace) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.adams.user)
    assert client.post(reverse("clinic:logout")).status_code == 403
    assert refused() == []


def test_whoever_is_not_signed_in_is_asked_to_and_not_written_down(client: Client, pat: Patient) -> None:
    assert client.get(reverse("clinic:patient", args=[pat.pk])).status_code == 302
    assert refused() == []


@pytest.mark.parametrize("error", [DatabaseError, RuntimeError])
def test_a_refusal_that_cannot_be_written_down_is_one_all_the_same(
    pat: Patient, cast: SimpleNamespace, as_: SignIn, monkeypatch: pytest.MonkeyPatch, error: type[Exception],
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    def fail(**fields: Any) -> None:
        raise error("the table is away")

    monkeypatch.setattr(AccessEvent.objects, "create", fail)
    answer: HttpResponse = as_(cast.stranger).get(reverse("clinic:patient", args=[pat.pk]))  # type: ignore[assignment]
    assert (answer.status_code, b"Rivera" in answer.content) == (404, False)
    assert "A refusal could not be written down." in caplog.text


@pytest.mark.django_db(transaction=True)
def test_a_refusal_is_kept_though_the_request_was_rolled_back(pat: Patient, cast: SimpleNamespace, as_: SignIn) -> None:
    as_(cast.stranger).post(reverse("clinic:visit-add", args=[pat.pk]))
    assert [row[2] for row in refused()] == [pat.pk]
