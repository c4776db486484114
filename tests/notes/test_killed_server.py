"""A server that is killed between request and answer: what it acknowledged is there, and what it signed verifies.

`make soak` kills two hundred.
"""

import html
import os
import random
import re
import threading
import time
from collections.abc import Callable, Iterator
from http.client import HTTPException
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import pytest
from django.db import connection
from django.urls import reverse

from clinic.entry.fingerprints import fingerprint
from clinic.models import Practice
from clinic.requests.deeds import new_key
from clinic.roles import Role
from notes.forms.objective import FindingForm
from notes.models import ExamFinding, Note
from notes.verifying import Walk
from tests import world
from tests.conftest import PASSWORD, member
from tests.notes.test_concurrent_signing import _draft
from tests.operations.conftest import Served, serving, web_address

KILLS = int(os.environ.get("PLUMBLINE_SOAK", "20")) * 10
SAVES = ("finding-add", "note-save", "finding-save")  # of each as many as ROUNDS, then the signature
ROUNDS, PEOPLE = 2, 4

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def office(practice: Practice, settings: Any) -> Iterator[SimpleNamespace]:
    """Two clinicians whose passwords the server knows how to check."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    doctor = {"title": "Dr.", "credential": "DC", "npi": "1234567893"}
    doctors = [member(practice, name, name.title(), "Doe", Role.CLINICIAN, **doctor) for name in ("ann", "ben")]
    world.stock(practice)
    yield SimpleNamespace(practice=practice, doctors=doctors)


def test_a_killed_server_loses_nothing_that_it_acknowledged(office: SimpleNamespace) -> None:
    kill(office, times=2)


@pytest.mark.soak
def test_two_hundred_killed_servers_lose_nothing_that_they_acknowledged(office: SimpleNamespace) -> None:
    kill(office, times=KILLS)


# What was acknowledged: of whose note, by which deed, and whether it is there.
type Told = tuple[str, Callable[[], bool]]


def kill(office: SimpleNamespace, *, times: int) -> None:
    """Let people type, save rows and sign until the server is killed at some moment; then look for what it acknowledged."""
    sessions = {doctor.pk: world.session_of(doctor) for doctor in office.doctors}
    acknowledged: list[str] = []
    for turn in range(times):
        written = [_draft(office, PEOPLE * turn + number) for number in range(PEOPLE)]
        told: list[Told] = []
        with serving(web_address()) as server:
            people = [Person(server, sessions[note.author_id], note, told) for note in written]
            people[0].ask("coding:review")  # the first is slow
            work_until_killed(server, people)
        assert [deed for deed, is_there in told if not is_there()] == []
        acknowledged += [deed for deed, _ in told]
    assert list(Walk(office.practice).faults()) == []
    assert len(acknowledged) > times
    assert set(acknowledged) == {*SAVES, "sign"} or times < 10


def work_until_killed(server: Served, people: "list[Person]") -> None:
    threads = [threading.Thread(target=person.work) for person in people]
    for thread in threads:
        thread.start()
    most = PEOPLE * (ROUNDS * len(SAVES) + 1) - 2
    wait_for(people[0].told, max(random.randint(1, most), random.randint(1, most)))  # rather late, when people sign
    server.kill()
    for thread in threads:
        thread.join()


def wait_for(told: list[Any], count: int) -> None:
    """Wait until so much was acknowledged, and a little longer: whatever is on its way by then is cut off."""
    deadline = time.monotonic() + 60
    while len(told) < count and time.monotonic() < deadline:
        time.sleep(0.005)
    time.sleep(random.uniform(0, 0.1))


class Person:
    """Somebody with a note of their own, who tells what the server acknowledged, until it is there no more."""

    def __init__(self, server: Served, session: str, note: Note, told: list[Told]) -> None:
        self.server, self.session, self.note, self.told = server, session, note, told
        self.finding: ExamFinding = note.findings.all()[0]
        self.fields = list(FindingForm(instance=self.finding, note=note).fields)

    def work(self) -> None:
        try:
            for number in range(ROUNDS):
                self.add_a_finding(f"finding {number}")
                self.type_on(f"typed {number}")
                self.write_in_a_row(f"also {number}")
            self.sign()
        except (OSError, HTTPException):
            pass  # killed: nothing more is acknowledged
        finally:
            connection.close()

    def add_a_finding(self, words: str) -> None:
        rows, sent = self.note.findings, {"kind": "pain", "region": "lumbar", "words": words}
        self.save("notes:finding-add", self.note.pk, sent, lambda: rows.filter(words=words).count() == 1)

    def type_on(self, words: str) -> None:
        """Save what is typed, as the page does by itself: the text grows, so that a later one holds it."""
        base, text = fingerprint(self.note, ["subjective"]), f"{self.note.subjective} {words}"
        kept = Note.objects.filter(pk=self.note.pk, subjective__startswith=text)
        self.save("notes:note-save", self.note.pk, {"subjective": text, "base": base}, kept.exists)
        self.note.subjective = text

    def write_in_a_row(self, words: str) -> None:
        base, self.finding.words = fingerprint(self.finding, self.fields), f"{self.finding.words} {words}"
        kept = ExamFinding.objects.filter(pk=self.finding.pk, words__startswith=self.finding.words)
        row = {name: getattr(self.finding, name) or "" for name in self.fields if hasattr(self.finding, name)}
        row |= {"episode": self.finding.episode_id, "base": base}
        self.save("notes:finding-save", self.finding.pk, row, kept.exists)

    def sign(self) -> None:
        page = self.ask("coding:review").text
        sent = {name: html.unescape(_field(page, name)) for name in ("note", "lines", "edition", "key")}
        sent |= {"password": PASSWORD, "patient": str(self.note.patient_id)}
        self.post("coding:sign", self.note.pk, sent, lambda: Note.objects.get(pk=self.note.pk).is_signed)

    def save(self, url: str, pk: UUID, sent: dict[str, Any], is_there: Callable[[], bool]) -> None:
        carried = {"version": self.note.version, "patient": self.note.patient_id, "key": new_key()}
        self.post(url, pk, carried | sent, is_there)

    def post(self, url: str, pk: UUID, sent: dict[str, Any], is_there: Callable[[], bool]) -> None:
        headers = {"HX-Request": "true"}
        answer = self.server.ask(reverse(url, args=[pk]), self.session, body=urlencode(sent), **headers)
        if answer.status == 200:
            self.told.append((url.split(":")[1], is_there))

    def ask(self, url: str) -> Any:
        return self.server.ask(reverse(url, args=[self.note.pk]), self.session)


def _field(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    return found[1] if found else ""
