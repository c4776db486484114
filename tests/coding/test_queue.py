"""Ready to sign: what is on the list, and one note after another, each with a proof of its own."""

from collections.abc import Callable
from datetime import time
from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import reverse

from clinic.models import Visit
from clinic.requests.deeds import new_key
from clinic.signin.proofs import Proof
from coding.queue import next_to_sign, queue_of
from coding.review import review
from notes.models import Note, Sealed
from tests.coding.conftest import sign_it
from tests.conftest import PASSWORD


@pytest.fixture
def afternoon(settled: Note) -> Note:
    """A second visit of the day, which waits for a plan."""
    day = {"on": settled.visit.on, "at": time(16), "state": Visit.State.ARRIVED}
    same = {name: getattr(settled.visit, name) for name in ("practice", "patient", "clinician", "location", "coverage")}
    return Note.objects.create(
        practice=settled.practice, visit=Visit.objects.create(**same, **day), patient=settled.patient,
        author=settled.author, subjective="Better.", total_minutes=20,
    )  # fmt: skip


def page(note: Note) -> str:
    return reverse("coding:to-sign", args=[note.practice.slug])


def sign_on_the_page(client: Client, note: Note, **given: str) -> object:
    address = reverse("coding:sign", args=[note.pk])
    sent = {**vars(review(note).shown), "key": str(new_key()), "password": PASSWORD, **given}
    came_from = f"http://testserver{reverse('coding:review', args=[note.pk])}?queue=1"
    return client.post(address, sent, headers={"HX-Request": "true", "HX-Current-URL": came_from})


def test_what_nothing_stops_is_ready(settled: Note, cast: SimpleNamespace) -> None:
    queue = queue_of(cast.adams)
    assert [each.note for each in queue.ready] == [settled] and queue.is_whole


def test_what_is_stopped_waits(stopped: Note, cast: SimpleNamespace, as_: Callable[..., Client]) -> None:
    queue = queue_of(cast.adams)
    assert queue.ready == () and [each.note for each in queue.stopped] == [stopped]
    assert b"Something to fix first" in as_(cast.adams).get(page(stopped)).content


def test_nobody_has_a_colleagues_notes_on_the_list(
    settled: Note, cast: SimpleNamespace, as_: Callable[..., Client]
) -> None:
    assert queue_of(cast.baker).ready == ()
    assert b"Every note of yours is signed" in as_(cast.baker).get(page(settled)).content
    assert as_(cast.tess).get(page(settled)).status_code == 403
    assert as_(cast.stranger).get(page(settled)).status_code == 404


def test_the_list_leads_to_each_note_and_signs_none(
    settled: Note, afternoon: Note, cast: SimpleNamespace, as_: Callable[..., Client]
) -> None:
    shown = as_(cast.adams).get(page(settled))
    assert f"{reverse('coding:review', args=[settled.pk])}?queue=1" in shown.content.decode()
    assert b"<form" not in shown.content.split(b"<main")[1]


def test_after_one_signature_the_next_note_is_offered_and_not_signed(
    settled: Note, afternoon: Note, cast: SimpleNamespace, as_: Callable[..., Client]
) -> None:
    first, second = (each.note for each in queue_of(cast.adams).ready)
    answer = sign_on_the_page(as_(cast.adams), first)
    assert answer["HX-Redirect"] == f"{reverse('coding:review', args=[second.pk])}?queue=1"
    assert (Note.objects.get(pk=first.pk).is_signed, Note.objects.get(pk=second.pk).is_signed) == (True, False)


def test_each_note_wants_a_proof_of_its_own(settled: Note, cast: SimpleNamespace, as_: Callable[..., Client]) -> None:
    answer = sign_on_the_page(as_(cast.adams), settled, password="")
    assert answer.status_code == 422 and b"Show that it is you" in answer.content
    assert not Note.objects.get(pk=settled.pk).is_signed


def test_the_last_one_leads_back_to_the_list(settled: Note, cast: SimpleNamespace, as_: Callable[..., Client]) -> None:
    assert sign_on_the_page(as_(cast.adams), settled)["HX-Redirect"] == page(settled)


def test_what_was_left_aside_does_not_come_again_before_the_last(
    settled: Note, afternoon: Note, cast: SimpleNamespace
) -> None:
    first, second = (each.note for each in queue_of(cast.adams).ready)
    assert next_to_sign(cast.adams, after=first) == second
    assert next_to_sign(cast.adams, after=second) is None


def test_visits_without_a_time_come_after_the_others_of_their_day(
    settled: Note, afternoon: Note, cast: SimpleNamespace
) -> None:
    Visit.objects.filter(pk=settled.visit_id).update(at=None)
    first, second = (each.note for each in queue_of(cast.adams).ready)
    assert (first, second) == (afternoon, settled)
    assert (next_to_sign(cast.adams, after=first), next_to_sign(cast.adams, after=second)) == (settled, None)


def test_the_kind_of_proof_is_kept_with_the_signature(settled: Note, cast: SimpleNamespace) -> None:
    assert sign_it(settled, cast.adams, proof="pin").signature.proof == "pin"


def test_a_signature_knows_every_kind_of_proof_and_no_other() -> None:
    assert set(Sealed.Proof.values) == set(Proof.values)


def test_a_supervisor_finds_there_what_waits_for_a_co_signature(
    settled: Note, cast: SimpleNamespace, as_: Callable[..., Client]
) -> None:
    type(cast.adams).objects.filter(pk=cast.adams.pk).update(supervised_by=cast.baker)
    cast.adams.refresh_from_db()
    sign_it(settled, cast.adams)
    shown = as_(cast.baker).get(page(settled)).content.decode()
    assert "For your co-signature" in shown and reverse("coding:cosign", args=[settled.pk]) in shown


def test_a_supervised_signer_is_told_before_and_after_that_the_superbill_waits(
    settled: Note, cast: SimpleNamespace, as_: Callable[..., Client]
) -> None:
    type(cast.adams).objects.filter(pk=cast.adams.pk).update(supervised_by=cast.baker)
    adams = as_(cast.adams)
    before = adams.get(reverse("coding:review", args=[settled.pk])).content.decode()
    assert "Dr. Baker co-signs it; until then the superbill waits." in before
    sign_on_the_page(adams, settled)
    assert "is signed. It waits for the co-signature of Dr. Baker." in adams.get(page(settled)).content.decode()


def test_a_note_with_a_warning_is_called_so_on_the_list_and_on_its_page(
    ready: Note, cast: SimpleNamespace, as_: Callable[..., Client]
) -> None:
    Note.objects.filter(pk=ready.pk).update(total_minutes=None)
    adams = as_(cast.adams)
    shown = adams.get(page(ready)).content.decode()
    assert ("Settle and sign" in shown, "Read and sign" in shown) == (True, False)
    shown = adams.get(reverse("coding:review", args=[ready.pk])).content.decode()
    assert ("Before you sign" in shown, "Not ready to sign" in shown) == (True, False)
