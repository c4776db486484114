"""What follows a signature under a name of its own: addenda, a late signature, a supervisor's co-signature."""

import re
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clinic.models import AccessEvent, Membership, Visit
from clinic.requests.deeds import new_key
from coding.cosigning import cosign as cosign_and_release
from coding.models import Superbill
from coding.retraction import retract
from coding.review import review
from coding.superbill_sheet import sheet_of
from notes.addenda import add_addendum, write
from notes.attested import addendum_content, co_signed_content
from notes.cosigning import Cosigned, cosign, shown_of
from notes.digests import canonical_digest
from notes.models import Addendum, Attestation, Note
from notes.signing import meaning_of, sign
from notes.verifying import Walk
from tests.coding.conftest import sign_it
from tests.conftest import PASSWORD

# Addenda


@pytest.fixture
def add(signed: Note, cast: SimpleNamespace, as_: Callable[..., Client]) -> Callable[..., Any]:
    client, url = as_(cast.adams), reverse("coding:addendum", args=[signed.pk])

    def adding(text: str, **typed: Any) -> Any:
        key = client.get(url).context["form"]["key"].value()
        return client.post(url, {"do": "sign", "key": key, "text": text, "password": PASSWORD, **typed})

    return adding


def test_an_addendum_is_signed_with_a_proof(add: Callable[..., Any], cast: SimpleNamespace) -> None:
    assert add("Called the patient.").status_code == 302
    [addendum] = Addendum.objects.all()
    [link] = addendum.attestations.all()
    assert (link.meaning, link.proof, link.name, link.credential) == ("addendum", "password", "Alex Adams", "DC")
    assert link.content_digest == canonical_digest(addendum_content(addendum))


@pytest.mark.parametrize("typed", [{"password": "not it"}, {"password": ""}, {"text": "  "}])
def test_without_words_or_proof_nothing_is_added_and_nothing_lost(
    add: Callable[..., Any], typed: dict[str, str]
) -> None:
    answer = add(typed.pop("text", "Called the patient."), **typed)
    assert (answer.status_code, Addendum.objects.count()) == (422, 0)
    assert not typed or "Called the patient." in answer.content.decode()


def test_where_the_note_was_retracted_meanwhile_the_words_are_shown_to_be_copied(
    signed: Note, cast: SimpleNamespace, as_: Callable[..., Client]
) -> None:
    client, url = as_(cast.adams), reverse("coding:addendum", args=[signed.pk])
    key = client.get(url).context["form"]["key"].value()
    retract(signed, by=cast.adams, reason="Wrong chart.", meant_for=None, proof="password", key=new_key())
    sent = {"do": "sign", "key": key, "carried": "changed activity 1", "text": "Called <b>Pat</b>.\nBetter."}
    answer = client.post(url, {**sent, "password": "two words"})
    assert answer.status_code == 409 and "Nothing is added to it." in answer.text
    assert re.findall(r"<textarea[^>]*readonly[^>]*>\s*(.*?)</textarea>", answer.text, re.DOTALL) == [
        "Called &lt;b&gt;Pat&lt;/b&gt;.\nBetter."
    ]
    assert "readonly" not in client.get(url).text


def test_the_page_has_the_original_first_and_the_addendum_labelled_dated_and_named(
    signed: Note,
    cast: SimpleNamespace,
    as_: Callable[..., Client],
) -> None:
    add_addendum(signed, by=cast.adams, text="Called the patient.")
    page = as_(cast.baker).get(reverse("notes:note", args=[signed.pk])).content.decode()
    assert page.index("Improves with care.") < page.index("Addendum to the note") < page.index("Called the patient.")
    assert "Signed by Alex Adams, DC</b>, addendum" in page


def test_an_addendum_is_never_changed(signed: Note, cast: SimpleNamespace) -> None:
    add_addendum(signed, by=cast.adams, text="Called the patient.")
    with pytest.raises(Exception, match="permission denied"), transaction.atomic():
        Addendum.objects.update(text="Did not call.")


def test_nobody_adds_to_a_colleagues_note_whichever_way_they_come(signed: Note, cast: SimpleNamespace) -> None:
    """As with a signature, the rule stands where the row is written, and not in the page alone."""
    for who in (cast.baker, cast.tess, cast.frances, cast.bill, cast.olga, cast.rita, cast.stranger):
        with pytest.raises(PermissionDenied):
            add_addendum(signed, by=who, text="Called the patient.")
        with pytest.raises(PermissionDenied), transaction.atomic():
            write(signed, by=who, text="Called the patient.")
    assert not Addendum.objects.exists()
    Membership.objects.filter(pk=cast.adams.pk).update(is_active=False)
    assert add_addendum(signed, by=cast.baker, text="Called the patient.").name == "Blair Baker, DC"


# A signature that comes late


def test_a_signature_on_the_day_says_nothing_of_it(draft: Note) -> None:
    assert meaning_of(draft) == "author"


@pytest.mark.parametrize(("days", "words"), [(1, "signed 1 day after"), (12, "signed 12 days after")])
def test_a_late_signature_says_so_and_is_not_dated_back(
    settled: Note,
    cast: SimpleNamespace,
    days: int,
    words: str,
) -> None:
    Visit.objects.filter(pk=settled.visit_id).update(on=settled.visit.on - timedelta(days))
    late = Note.objects.get(pk=settled.pk)
    with transaction.atomic():
        sign(late, by=cast.adams, proof="password", line_digest="0" * 64)
    signature = Note.objects.get(pk=settled.pk).signature
    assert words in signature.meaning
    assert signature.signed_at.date() > late.visit.on


def test_the_superbill_says_that_the_signature_came_late(ready: Note, cast: SimpleNamespace) -> None:
    Visit.objects.filter(pk=ready.visit_id).update(on=ready.visit.on - timedelta(3))
    current = review(Note.objects.get(pk=ready.pk))
    if current.stops or current.warnings:
        pytest.skip("what stops a late note is tested with the checks")
    sign_it(current.note, cast.adams)
    assert "3 days after the visit" in sheet_of(Superbill.objects.get()).signature


# A supervisor's signature


@pytest.fixture
def supervised(settled: Note, cast: SimpleNamespace) -> Note:
    """A note that Dr. Adams signed under the supervision of Dr. Baker."""
    Membership.objects.filter(pk=cast.adams.pk).update(supervised_by=cast.baker)
    cast.adams.refresh_from_db()
    return Note.objects.get(pk=sign_it(settled, cast.adams).pk)


def opened(client: Client, url: str) -> dict[str, str]:
    """Return what the page of a co-signature carries."""
    form = client.get(url).context["form"]
    return {name: form[name].value() for name in ("key", "shown")}


def test_a_supervised_note_waits_for_the_supervisor(supervised: Note, cast: SimpleNamespace) -> None:
    assert list(Note.objects.to_cosign(cast.baker)) == [supervised]
    assert list(Note.objects.to_cosign(cast.adams)) == []


def test_its_superbill_is_held_until_then(supervised: Note, cast: SimpleNamespace) -> None:
    [held] = supervised.superbills.all()
    assert (held.held_at is not None, held.question) == (True, "Waits for the co-signature of Dr. Baker.")


def test_the_supervisor_co_signs_and_the_desk_gets_the_superbill(
    supervised: Note, cast: SimpleNamespace, as_: Callable[..., Client]
) -> None:
    client, url = as_(cast.baker), reverse("coding:cosign", args=[supervised.pk])
    sent = opened(client, url)
    assert client.post(url, sent | {"password": "not it"}).status_code == 422
    assert client.post(url, sent | {"password": PASSWORD}).status_code == 302
    link = Attestation.objects.get(meaning="co-signature")
    assert (link.name, link.credential, link.content_digest) == (
        "Blair Baker",
        "DC",
        canonical_digest(co_signed_content(supervised)),
    )
    assert supervised.superbills.get().held_at is None
    assert list(Note.objects.to_cosign(cast.baker)) == []
    assert AccessEvent.objects.filter(kind="note-co-signed").exists()
    assert "Co-signed by Blair Baker" in client.get(reverse("notes:note", args=[supervised.pk])).content.decode()


def test_a_note_is_co_signed_once(supervised: Note, cast: SimpleNamespace) -> None:
    given = {"by": cast.baker, "proof": "password", "shown": shown_of(supervised)}
    with transaction.atomic():
        cosign(supervised, **given)
    with pytest.raises(Cosigned), transaction.atomic():
        cosign(supervised, **given)


def test_a_co_signature_takes_its_locks_as_a_correction_does(supervised: Note, cast: SimpleNamespace) -> None:
    """Otherwise the two wait for each other: one has the superbill, the other the note."""
    with CaptureQueriesContext(connection) as asked:
        cosign_and_release(supervised, by=cast.baker, proof="password", shown=shown_of(supervised), key=new_key())
    locking = (query["sql"] for query in asked if " FOR NO KEY UPDATE" in query["sql"])
    assert [re.findall(r'FROM "(\w+)"', sql)[0] for sql in locking] == [
        "clinic_patient",
        "coding_superbill",
        "notes_note",
    ]


def test_what_was_added_since_it_was_read_is_not_co_signed_unread(
    supervised: Note, cast: SimpleNamespace, as_: Callable[..., Client]
) -> None:
    client, url = as_(cast.baker), reverse("coding:cosign", args=[supervised.pk])
    sent = opened(client, url) | {"password": PASSWORD}
    add_addendum(supervised, by=cast.adams, text="Left knee, not right.")
    answer = client.post(url, sent)
    assert answer.status_code == 409 and "added to this note since you read it" in answer.content.decode()
    assert not Attestation.objects.filter(meaning="co-signature").exists()
    assert client.post(url, opened(client, url) | {"password": PASSWORD}).status_code == 302


def test_a_co_signature_covers_the_addenda_before_it_and_stands_beside_later_ones(
    supervised: Note, cast: SimpleNamespace
) -> None:
    def faults() -> list[str]:
        return [fault.why for fault in Walk(supervised.practice).faults()]

    before = add_addendum(supervised, by=cast.adams, text="Left knee, not right.")
    with transaction.atomic():
        link = cosign(supervised, by=cast.baker, proof="password", shown=shown_of(supervised))
    add_addendum(supervised, by=cast.adams, text="Called the patient.")
    assert co_signed_content(supervised, link)["addenda"] == [before.attestations.get().content_digest]
    assert faults() == []


def test_a_co_signature_of_before_is_checked_as_it_was_made(supervised: Note, cast: SimpleNamespace) -> None:
    add_addendum(supervised, by=cast.adams, text="Left knee, not right.")
    assert set(co_signed_content(supervised, Attestation(digest_version=1))) == {"note", "note_digest", "line_digest"}


def test_notes_from_before_the_supervision_wait_for_nobody(signed: Note, cast: SimpleNamespace) -> None:
    Membership.objects.filter(pk=cast.adams.pk).update(supervised_by=cast.baker)
    assert list(Note.objects.to_cosign(cast.baker)) == []


def test_nobody_supervises_themselves(cast: SimpleNamespace) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.filter(pk=cast.adams.pk).update(supervised_by=cast.adams)


@pytest.mark.parametrize(("who", "status"), [("adams", 404), ("stranger", 404), ("tess", 403), ("olga", 403)])
def test_nobody_else_co_signs(
    supervised: Note, cast: SimpleNamespace, as_: Callable[..., Client], who: str, status: int
) -> None:
    assert as_(getattr(cast, who)).get(reverse("coding:cosign", args=[supervised.pk])).status_code == status


def test_an_admin_says_who_supervises_whom(cast: SimpleNamespace, as_: Callable[..., Client]) -> None:
    page = as_(cast.olga).get(reverse("clinic:member-edit", args=[cast.adams.pk])).content.decode()
    assert "nobody: they sign for themselves" in page
