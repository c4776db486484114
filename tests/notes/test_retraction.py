"""A note for the wrong patient is taken back: seen by who looks for it, counted by nobody, its visit free for the right one."""

import re
from collections.abc import Callable
from datetime import time
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from clinic.models import AccessEvent, Membership, Patient, Visit
from clinic.roles import Role
from coding.board import row_of
from coding.day import State
from coding.facts import facts_of
from coding.models import Superbill
from notes.attested import retraction_content
from notes.digests import canonical_digest, digest
from notes.models import Attestation, Note, Retraction
from notes.of_visits import note_of
from notes.starting import last_note_before, start
from tests.conftest import PASSWORD


@pytest.fixture
def kim(pat: Patient) -> Patient:
    return Patient.objects.create(
        practice=pat.practice, chart_number="20001", first_name="Kim", last_name="Lee", birth_date=pat.birth_date
    )


@pytest.fixture
def retract(signed: Note, cast: SimpleNamespace, as_: Callable[..., Client]) -> Callable[..., Any]:
    client = as_(cast.adams)
    url = reverse("coding:retract", args=[signed.pk])

    def doing(**typed: Any) -> Any:
        key = client.get(url).context["form"]["key"].value() if typed.pop("open", True) else ""
        return client.post(url, {"key": key, "reason": "Written in the wrong chart.", "password": PASSWORD, **typed})

    return doing


@pytest.fixture
def retracted(retract: Callable[..., Any], signed: Note, kim: Patient) -> Note:
    assert retract(chart="20001").status_code == 302
    return Note.objects.get(pk=signed.pk)


def test_a_retracted_note_says_who_took_it_back_and_why(retracted: Note, cast: SimpleNamespace, kim: Patient) -> None:
    said = retracted.retraction
    assert (said.name, said.reason, said.meant_for) == ("Alex Adams, DC", "Written in the wrong chart.", kim)
    assert retracted.retracted_at is not None


def test_the_note_itself_is_as_it_was_signed(retracted: Note) -> None:
    assert digest(retracted) == retracted.signature.note_digest


def test_the_retraction_is_signed(retracted: Note) -> None:
    link = Attestation.objects.get(meaning="retraction")
    assert (link.note_id, link.content_digest) == (
        retracted.pk,
        canonical_digest(retraction_content(retracted.retraction)),
    )


def test_its_superbill_is_void_and_the_visit_waits_for_a_note(retracted: Note) -> None:
    [bill] = Superbill.objects.all()
    assert (bill.void_reason, bill.voided_at is None) == ("The note was retracted", False)
    assert row_of(retracted.visit).state in (State.NO_NOTE, State.WAITING)


def test_the_visit_takes_the_right_note(retracted: Note, cast: SimpleNamespace, back_pain: Any) -> None:
    right = start(retracted.visit, by=cast.adams, episodes=[back_pain])
    assert (right.pk != retracted.pk, note_of(retracted.visit)) == (True, right)


def test_no_second_note_while_one_stands(signed: Note, cast: SimpleNamespace) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Note.objects.create(practice=signed.practice, visit=signed.visit, patient=signed.patient, author=cast.adams)


def test_it_is_in_no_list_and_no_course(retracted: Note, visit: Visit, cast: SimpleNamespace, back_pain: Any) -> None:
    later = Visit.objects.create(
        practice=visit.practice, patient=visit.patient, clinician=cast.adams, location=visit.location, on=visit.on,
        at=time(15),
    )  # fmt: skip
    note = Note.objects.create(practice=visit.practice, visit=later, patient=visit.patient, author=cast.adams)
    note.note_episodes.create(practice=note.practice, patient=note.patient, episode=back_pain)
    assert (last_note_before(note), list(Note.objects.signed()), facts_of(note).same_day) == (None, [], ())


def test_both_patients_have_it_in_their_log(retracted: Note, kim: Patient) -> None:
    event = AccessEvent.objects.get(kind="note-retracted")
    assert set(event.patient_ids) == {retracted.patient_id, kim.pk}


def test_its_page_stands_behind_a_banner_and_takes_nothing_more(
    retracted: Note, cast: SimpleNamespace, as_: Callable[..., Client]
) -> None:
    client = as_(cast.adams)
    page = client.get(reverse("notes:note", args=[retracted.pk])).content.decode()
    assert ("This note is no part of the record" in page, "Add or correct" in page) == (True, False)
    assert client.get(reverse("coding:addendum", args=[retracted.pk])).status_code == 409
    assert client.get(reverse("coding:retract", args=[retracted.pk])).status_code == 409


def test_each_printed_page_of_a_note_says_whose_it_is_and_that_it_is_retracted(
    retracted: Note, cast: SimpleNamespace, as_: Callable[..., Client]
) -> None:
    page = as_(cast.adams).get(reverse("notes:note", args=[retracted.pk])).content.decode()
    [foot] = re.findall(r'<p class="running".*</p>', page)
    assert f"{retracted.patient}, born 4 Mar 1984, chart {retracted.patient.chart_number}" in foot
    assert "retracted: no part of the record" in foot
    assert "<b>Reason:</b> <q>Written in the wrong chart.</q>" in page


def test_a_quiet_link_leads_to_it(retracted: Note, cast: SimpleNamespace, as_: Callable[..., Client]) -> None:
    page = as_(cast.baker).get(reverse("notes:visit-notes", args=[retracted.patient_id])).content.decode()
    assert "Retracted note" in page


@pytest.mark.parametrize(
    "typed",
    [{"reason": ""}, {"password": "not it"}, {"password": ""}, {"chart": "99999"}, {"chart": "10482"}, {"open": False}],
)
def test_without_reason_proof_or_a_patient_that_is_there_nothing_is_retracted(
    retract: Callable[..., Any], typed: dict[str, Any]
) -> None:
    assert (retract(**typed).status_code, Retraction.objects.count()) == (422, 0)


def test_a_draft_is_discarded_and_not_retracted(draft: Note, cast: SimpleNamespace, as_: Callable[..., Client]) -> None:
    assert as_(cast.adams).get(reverse("coding:retract", args=[draft.pk])).status_code == 404


GONE = [{"is_active": False}, {"roles": [Role.ADMIN]}]


@pytest.mark.parametrize("change", GONE)
def test_where_the_author_is_gone_a_colleague_takes_the_note_back_as_themselves(
    signed: Note, cast: SimpleNamespace, as_: Callable[..., Client], change: dict[str, Any]
) -> None:
    Membership.objects.filter(pk=cast.adams.pk).update(**change)
    baker, url = as_(cast.baker), reverse("coding:retract", args=[signed.pk])
    page = baker.get(url)
    assert "can sign nothing here any more" in page.text
    sent = {"key": page.context["form"]["key"].value(), "password": PASSWORD}
    assert baker.post(url, {**sent, "reason": ""}).status_code == 422
    assert baker.post(url, {**sent, "reason": "Written in the wrong chart."}).status_code == 302
    link = Attestation.objects.get(meaning="retraction")
    assert (link.member, Retraction.objects.get().name) == (cast.baker, "Blair Baker, DC")


@pytest.mark.parametrize("change", GONE)
def test_and_adds_to_it_under_their_own_name(
    signed: Note, cast: SimpleNamespace, as_: Callable[..., Client], change: dict[str, Any]
) -> None:
    Membership.objects.filter(pk=cast.adams.pk).update(**change)
    baker, url = as_(cast.baker), reverse("coding:addendum", args=[signed.pk])
    assert url in baker.get(reverse("notes:note", args=[signed.pk])).text
    key = baker.get(url).context["form"]["key"].value()
    sent = {"do": "sign", "key": key, "text": "Right knee, not left.", "password": PASSWORD}
    assert baker.post(url, sent).status_code == 302
    page = baker.get(reverse("notes:note", args=[signed.pk])).text
    assert "Signed by Blair Baker, DC</b>, addendum" in page and "<b>Signed by Alex Adams</b>, DC, author" in page


@pytest.mark.parametrize("page", ["addendum", "retract"])
def test_as_long_as_the_author_can_nobody_else_does(
    signed: Note, cast: SimpleNamespace, as_: Callable[..., Client], page: str
) -> None:
    url = reverse(f"coding:{page}", args=[signed.pk])
    assert as_(cast.baker).get(url).status_code == 404
    Membership.objects.filter(pk=cast.adams.pk).update(is_active=False)
    assert [as_(who).get(url).status_code for who in (cast.stranger, cast.tess)] == [404, 403]


def test_a_draft_whose_author_is_gone_is_not_retracted(
    draft: Note, cast: SimpleNamespace, as_: Callable[..., Client]
) -> None:
    Membership.objects.filter(pk=cast.adams.pk).update(is_active=False)
    assert as_(cast.baker).get(reverse("coding:retract", args=[draft.pk])).status_code == 404


def test_no_note_is_taken_back_without_a_reason_or_a_signature(signed: Note) -> None:
    with pytest.raises(IntegrityError, match="signed"), transaction.atomic():
        Note.objects.filter(pk=signed.pk).update(retracted_at=signed.signed_at)
    with pytest.raises(IntegrityError, match="half"), transaction.atomic():
        Retraction.objects.create(
            practice=signed.practice, note=signed, retracted_by=signed.author, name="A", reason="So."
        )
        connection.check_constraints()


def test_with_a_retraction_nothing_else_of_the_note_changes(signed: Note) -> None:
    with pytest.raises(IntegrityError, match="signed"), transaction.atomic():
        Retraction.objects.create(
            practice=signed.practice, note=signed, retracted_by=signed.author, name="A", reason="So."
        )
        Note.objects.filter(pk=signed.pk).update(retracted_at=signed.signed_at, plan="Something else")


def test_what_was_retracted_stays_so(retracted: Note) -> None:
    with pytest.raises(IntegrityError, match="signed"), transaction.atomic():
        Note.objects.filter(pk=retracted.pk).update(retracted_at=None)
