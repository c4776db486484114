"""Requests of patients to amend their record: entered as they came in, decided in time, kept with the note either way."""

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from clinic.models import AccessEvent, Patient
from clinic.requests.deeds import new_key
from notes.addenda import add_addendum
from notes.amendments import NotNow, enter, take
from notes.models import AmendmentRequest, AmendmentStep, Note
from tests.day import TODAY

ASKED = "I did not say that the pain began at work."


@pytest.fixture
def request_(signed: Note, cast: SimpleNamespace) -> AmendmentRequest:
    return enter(signed.patient, by=cast.frances, received_on=TODAY, asked=ASKED, note=signed, key=new_key())


@pytest.fixture
def step(request_: AmendmentRequest, cast: SimpleNamespace, as_: Callable[..., Client]) -> Callable[..., Any]:
    url = reverse("notes:amendment-step", args=[request_.pk])
    return lambda **typed: as_(cast.adams).post(url, {"words": "So it was told.", **typed})


def test_the_desk_enters_that_a_request_came_in(
    pat: Patient, cast: SimpleNamespace, as_: Callable[..., Client]
) -> None:
    typed = {"received_on": str(TODAY), "asked": ASKED, "key": new_key()}
    assert as_(cast.frances).post(reverse("notes:amendment-add", args=[pat.pk]), typed).status_code == 302
    found = AmendmentRequest.objects.get()
    assert (found.asked, found.entered_by, found.due_on) == (ASKED, cast.frances, TODAY + timedelta(60))
    assert AccessEvent.objects.filter(kind="amendment-requested", patient_ids=[pat.pk]).exists()


def test_a_request_is_entered_once(pat: Patient, cast: SimpleNamespace) -> None:
    given = {"received_on": TODAY, "asked": ASKED, "note": None, "key": new_key()}
    assert enter(pat, by=cast.frances, **given) == enter(pat, by=cast.frances, **given)


@pytest.mark.parametrize("typed", [{"asked": ""}, {"received_on": str(TODAY + timedelta(1))}, {"received_on": "soon"}])
def test_what_is_not_right_comes_back_as_typed(
    pat: Patient, cast: SimpleNamespace, as_: Callable[..., Client], typed: dict[str, str]
) -> None:
    body = {"received_on": str(TODAY), "asked": ASKED, "key": new_key(), **typed}
    answer = as_(cast.frances).post(reverse("notes:amendment-add", args=[pat.pk]), body)
    assert (answer.status_code, AmendmentRequest.objects.count()) == (422, 0)
    assert not body["asked"] or ASKED in answer.content.decode()


def test_the_desk_sees_that_it_came_in_and_by_when_it_is_due_and_no_words(
    request_: AmendmentRequest, cast: SimpleNamespace, as_: Callable[..., Client]
) -> None:
    page = as_(cast.frances).get(reverse("notes:amendments", args=[request_.patient_id])).content.decode()
    assert ("To be decided by" in page, ASKED in page, "Decide" in page) == (True, False, False)


def test_whose_care_it_is_reads_and_decides(
    request_: AmendmentRequest, step: Callable[..., Any], cast: Any, as_: Any
) -> None:
    assert step(kind="refused").status_code == 302
    assert (request_.decision.kind, request_.decision.name, request_.decision.words) == (
        "refused",
        "Alex Adams, DC",
        "So it was told.",
    )
    page = as_(cast.tess).get(reverse("notes:amendments", args=[request_.patient_id])).content.decode()
    assert (ASKED in page, "So it was told." in page) == (True, True)
    assert AccessEvent.objects.filter(kind="amendment-answered").exists()


def test_words_that_came_under_a_used_key_are_shown_to_be_copied(pat: Patient, cast: Any, as_: Any) -> None:
    url, frances = reverse("notes:amendment-add", args=[pat.pk]), as_(cast.frances)
    sent = {"received_on": f"{TODAY:%m/%d/%Y}", "asked": "I never said that.", "key": str(new_key())}
    assert frances.post(url, sent).status_code == 302
    answer = frances.post(url, sent | {"asked": "I never said this either."})
    assert answer.status_code == 409 and AmendmentRequest.objects.count() == 1
    assert "I never said this either.</textarea>" in answer.text
    assert answer.text.count("<textarea") == 1, "what nobody wrote is not shown"


def test_time_is_extended_once_by_thirty_days(request_: AmendmentRequest, step: Callable[..., Any]) -> None:
    assert step(kind="extended").status_code == 302
    assert request_.due_on == TODAY + timedelta(90)
    assert step(kind="extended").status_code == 409


def test_a_decision_stands(step: Callable[..., Any]) -> None:
    assert [step(kind=kind).status_code for kind in ("accepted", "refused", "accepted", "extended")] == [
        302,
        409,
        409,
        409,
    ]


def test_two_who_decide_at_one_moment_are_one(
    request_: AmendmentRequest, cast: SimpleNamespace, monkeypatch: Any
) -> None:
    take(request_, kind="accepted", words="Yes.", by=cast.adams)
    monkeypatch.setattr("notes.amendments._see_that_it_may", lambda *given: None)
    with pytest.raises(NotNow, match="Somebody else"):
        take(request_, kind="refused", words="No.", by=cast.baker)


def test_a_statement_of_disagreement_follows_a_refusal(step: Callable[..., Any]) -> None:
    assert step(kind="disagrees").status_code == 409
    step(kind="refused")
    assert step(kind="disagrees", words="It is still wrong.").status_code == 302


def test_acceptance_names_the_addendum_that_amends(
    request_: AmendmentRequest, step: Callable[..., Any], cast: SimpleNamespace
) -> None:
    addendum = add_addendum(request_.note, by=cast.adams, text="The pain began at home.")
    assert step(kind="accepted", addendum=str(addendum.pk)).status_code == 302
    assert request_.decision.addendum == addendum


def test_an_addendum_that_is_written_after_the_acceptance_is_named_then(
    request_: AmendmentRequest, step: Callable[..., Any], cast: SimpleNamespace
) -> None:
    assert step(kind="amended", words="").status_code == 422  # neither an addendum nor words
    assert [step(kind=kind).status_code for kind in ("amended", "accepted")] == [409, 302]
    assert AmendmentRequest.objects.get().is_to_be_made
    addendum = add_addendum(request_.note, by=cast.adams, text="The pain began at home.")
    assert step(kind="amended", words="", addendum=str(addendum.pk)).status_code == 302
    assert step(kind="amended", words="And again.").status_code == 409
    assert [step.addendum for step in request_.steps.all()] == [None, addendum]


def test_clinicians_are_told_what_was_asked_until_it_is_done(
    request_: AmendmentRequest, step: Callable[..., Any], cast: SimpleNamespace, as_: Callable[..., Client]
) -> None:
    """On Today, where it is a row of the log, and on the patient's page."""
    pages = {
        "To amend": reverse("notes:today", args=["riverside"]),
        "The patient asks": reverse("notes:episodes", args=[request_.patient_id]),
    }

    def told(who: str) -> list[bool]:
        found = [as_(getattr(cast, who)).get(page).content.decode() for page in pages.values()]
        return ["to amend" in page for page in found]

    assert (told("adams"), told("baker"), told("tess")) == ([True, True], [True, True], [False, False])
    assert AccessEvent.objects.filter(
        kind="today-read", patient_ids=[request_.patient_id], user_id=cast.baker.user_id
    ).exists()
    step(kind="accepted")
    assert told("baker") == [True, True]
    step(kind="amended", words="The desk put the address right.")
    assert told("baker") == [False, False]


def test_another_patients_addendum_amends_nothing(
    request_: AmendmentRequest, step: Callable[..., Any], cast: SimpleNamespace
) -> None:
    assert step(kind="accepted", addendum=str(request_.pk)).status_code == 422


def test_request_refusal_and_disagreement_stand_with_the_note(
    request_: AmendmentRequest, step: Callable[..., Any], cast: SimpleNamespace, as_: Callable[..., Client]
) -> None:
    step(kind="refused")
    step(kind="disagrees", words="It is still wrong.")
    page = as_(cast.baker).get(reverse("notes:note", args=[request_.note_id])).content.decode()
    assert all(words in page for words in (ASKED, "So it was told.", "It is still wrong."))


@pytest.mark.parametrize("model", [AmendmentRequest, AmendmentStep])
def test_what_was_asked_and_answered_is_never_deleted(step: Callable[..., Any], model: Any) -> None:
    step(kind="refused")
    with pytest.raises(Exception, match="permission denied"):
        model.objects.all()._raw_delete("default")


@pytest.mark.parametrize(("who", "status"), [("tess", 403), ("frances", 403), ("rita", 403), ("stranger", 404)])
def test_nobody_else_decides(
    request_: AmendmentRequest, cast: SimpleNamespace, as_: Callable[..., Client], who: str, status: int
) -> None:
    url = reverse("notes:amendment-step", args=[request_.pk])
    assert as_(getattr(cast, who)).post(url, {"kind": "refused", "words": "No."}).status_code == status
