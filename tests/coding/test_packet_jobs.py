"""Asking for an audit packet: who may, what stands in the log and the accounting, and who fetches the file."""

import json
from types import SimpleNamespace

import pytest
from django.core.management import call_command

from clinic.exports import jobs
from clinic.models import AccessEvent, BackgroundJob, Membership
from clinic.requests.deeds import new_key
from coding.packets import OUTSIDE, PRACTICE
from tests.coding.test_packets import case as case
from tests.conftest import PASSWORD
from tests.world import send

PROOF = {"password": PASSWORD}
BODY = {"readers": "outside", "file": "json", "recipient": "Blue Ridge PPO", "purpose": "payment", **PROOF}


def test_a_packet_for_somebody_outside_is_made_in_the_background_and_stands_in_the_accounting(
    case: SimpleNamespace, world: SimpleNamespace
) -> None:
    address, adams = f"/patients/{case.patient.pk}/packet/", world.sessions["adams"]
    assert send("POST", address, adams, BODY | {"key": str(new_key())}).status_code == 302
    call_command("worker", batch=True)
    job = BackgroundJob.objects.get(kind="audit-packet")
    packet = json.loads(send("GET", f"/exports/{job.pk}/file/", adams).text)
    assert str(case.signed.pk) in [note["id"] for note in packet["notes"]]
    told = AccessEvent.objects.get(kind="export-downloaded")
    assert (told.patient_ids, told.detail["recipient"]) == ([case.patient.pk], "Blue Ridge PPO")
    page = send("GET", f"/patients/{case.patient.pk}/access/", world.sessions["olga"]).text
    assert "Blue Ridge PPO" in page and "Audit packet" in page


def test_a_packet_that_was_cancelled_or_not_fetched_was_given_to_nobody(
    case: SimpleNamespace, world: SimpleNamespace
) -> None:
    adams, address = world.sessions["adams"], f"/patients/{case.patient.pk}/packet/"

    def is_told() -> bool:
        return (
            "Blue Ridge PPO"
            in send("GET", f"/patients/{case.patient.pk}/access/", world.sessions["olga"]).text.split('id="looked"')[0]
        )

    send("POST", address, adams, BODY | {"key": str(new_key())})
    cancelled = BackgroundJob.objects.get(kind="audit-packet")
    send("POST", f"/exports/{cancelled.pk}/cancel/", adams)
    send("POST", address, adams, BODY | {"key": str(new_key())})
    call_command("worker", batch=True)
    assert not is_told()
    made = BackgroundJob.objects.exclude(pk=cancelled.pk).get(kind="audit-packet")
    send("GET", f"/exports/{made.pk}/file/", adams)
    assert is_told()


def test_packets_of_one_patient_are_told_apart(case: SimpleNamespace, world: SimpleNamespace) -> None:
    """By their titles in the list, and by the names of their files, which do not name the patient."""
    ways = [
        {"readers": "practice"},
        {"recipient": "County court"},
        {"since": "11/1/2026"},
        {"note": str(case.signed.pk)},
    ]
    for way in ways:
        send(
            "POST",
            f"/patients/{case.patient.pk}/packet/",
            world.sessions["adams"],
            BODY | way | {"key": str(new_key())},
        )
    jobs = BackgroundJob.objects.filter(kind="audit-packet")
    assert len({job.title for job in jobs}) == len(ways)
    assert not [job.file_name for job in jobs if case.patient.last_name.lower() in job.file_name.lower()]
    assert {job.file_name.split("-20")[0] for job in jobs} == {"record-for-practice", "record-for-outside"}


def test_another_purpose_is_said_in_words(case: SimpleNamespace, world: SimpleNamespace) -> None:
    address, sent = f"/patients/{case.patient.pk}/packet/", BODY | {"purpose": "other", "key": str(new_key())}
    answer = send("POST", address, world.sessions["adams"], sent)
    assert answer.status_code == 422 and "Say in a few words" in answer.text
    assert send("POST", address, world.sessions["adams"], sent | {"words": "A research registry"}).status_code == 302
    call_command("worker", batch=True)
    job = BackgroundJob.objects.get(kind="audit-packet")
    send("GET", f"/exports/{job.pk}/file/", world.sessions["adams"])
    page = send("GET", f"/patients/{case.patient.pk}/access/", world.sessions["olga"]).text
    assert "Something else: A research registry" in page


def test_without_recipient_and_purpose_nothing_leaves_the_house(case: SimpleNamespace, world: SimpleNamespace) -> None:
    body = {"readers": "outside", "file": "pdf", "key": str(new_key()), **PROOF}
    answer = send("POST", f"/patients/{case.patient.pk}/packet/", world.sessions["adams"], body)
    assert answer.status_code == 422 and "Who gets it?" in answer.text


def test_nothing_is_made_for_whoever_sits_at_somebody_elses_device(
    case: SimpleNamespace, world: SimpleNamespace
) -> None:
    for proof in ({"password": ""}, {"password": "guessed"}):
        sent = {**BODY, **proof, "key": str(new_key())}
        answer = send("POST", f"/patients/{case.patient.pk}/packet/", world.sessions["adams"], sent)
        assert answer.status_code == 422 and "Blue Ridge PPO" in answer.text
    assert not BackgroundJob.objects.filter(kind="audit-packet").exists()


def test_what_proved_who_asks_is_kept_in_no_job(case: SimpleNamespace, world: SimpleNamespace) -> None:
    sent = BODY | {"key": str(new_key())}
    send("POST", f"/patients/{case.patient.pk}/packet/", world.sessions["adams"], sent)
    asked = BackgroundJob.objects.get(kind="audit-packet").asked
    assert set(asked) == {"patient", "form", "what", "recipient", "purpose"}


def test_the_practices_own_form_is_for_clinicians(case: SimpleNamespace, world: SimpleNamespace) -> None:
    body = {"readers": "practice", "file": "json", "key": str(new_key()), **PROOF}
    for person, status in (("adams", 302), ("bill", 422), ("rita", 422)):
        answer = send("POST", f"/patients/{case.patient.pk}/packet/", world.sessions[person], body)
        assert answer.status_code == status, person


@pytest.mark.parametrize("form", [OUTSIDE, PRACTICE])
def test_what_was_made_for_a_clinician_is_not_fetched_by_who_is_a_biller_now(
    form: str, case: SimpleNamespace, world: SimpleNamespace
) -> None:
    """A biller reads fewer notes, and of those nothing but the record; the file tells more until it expires."""
    adams, session = Membership.objects.filter(pk=case.doctor.pk), world.sessions["adams"]
    body = BODY | {"readers": form, "key": str(new_key())}
    assert send("POST", f"/patients/{case.patient.pk}/packet/", session, body).status_code == 302
    call_command("worker", batch=True)
    file = f"/exports/{BackgroundJob.objects.get(kind='audit-packet').pk}/file/"
    for roles, status in ((["biller"], 403), (["auditor"], 403), (["clinician", "biller"], 200)):
        adams.update(roles=roles, ends_on=world.people["rita"].ends_on)
        answer = send("GET", file, session)
        assert (answer.status_code, "blue ridge" in answer.text.lower()) == (status, status == 200), roles


def test_the_practices_own_form_is_not_made_for_who_is_no_clinician_by_then(
    case: SimpleNamespace, world: SimpleNamespace
) -> None:
    body = BODY | {"readers": PRACTICE, "key": str(new_key())}
    send("POST", f"/patients/{case.patient.pk}/packet/", world.sessions["adams"], body)
    Membership.objects.filter(pk=case.doctor.pk).update(roles=["biller"])
    call_command("worker", batch=True)
    assert BackgroundJob.objects.get(kind="audit-packet").failure == jobs.NOT_YOURS_NOW
