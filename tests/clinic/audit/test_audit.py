"""The log: what is read is written down once, a deed that cannot be written down fails, and how the log is read."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings as plumbline
from django.db import DatabaseError

from clinic.audit import trail
from clinic.audit.kinds import WORDS
from clinic.models import AccessEvent, Alert, Patient
from clinic.requests.deeds import new_key
from coding.superbills import hold, release
from tests.bad_input.forms import FORMS, Sent, address, whole
from tests.conftest import _owner
from tests.urls.table import ROWS, Row
from tests.world import everything, send, undone

# Reading


READABLE = [row for row in ROWS if "GET" in row.answers and row.anonymous == "in"]
# Fragments that are a reading of their own: more of the record comes in than the page around them showed.
READINGS = {"notes:earlier"}


@contextmanager
def events() -> Iterator[list[AccessEvent]]:
    """Collect what the log gets meanwhile."""
    before = set(AccessEvent.objects.values_list("id", flat=True))
    found: list[AccessEvent] = []
    yield found
    found += AccessEvent.objects.exclude(id__in=before)


@pytest.mark.parametrize("row", READABLE, ids=lambda row: f"{row.url} of {row.of}")
def test_who_opens_a_patients_page_is_written_down_once_with_the_patient(row: Row, world: SimpleNamespace) -> None:
    """A page, print or file that holds anything of a patient is one row; its fragments are covered by it."""
    case = world.cases["adams"]
    person = next(name for name in row.cells if row.cells[name] == "ok")
    with undone(), events() as found:
        answer = send("GET", row.address(case), world.sessions[person])
        is_page = answer.text.lower().startswith("<!doctype") or "html" not in answer.headers.get(
            "Content-Type", "html"
        )
        tells = any(word in answer.text.lower() for word in case.known) or "html" not in answer.headers["Content-Type"]
    if answer.status_code == 200 and tells and row.of != "-":
        naming = [event for event in found if case.patient.pk in event.patient_ids]
        assert len(naming) == (1 if is_page or row.url in READINGS else 0), (
            answer.status_code,
            [e.kind for e in found],
        )
        assert len(found) == len(naming)


def test_a_list_is_one_row_with_the_patients_on_it(world: SimpleNamespace) -> None:
    with undone(), events() as found:
        send("GET", "/riverside/patients/", world.sessions["frances"])
    [event] = found
    ours = {world.cases[name].patient.pk for name in ("adams", "baker")}
    assert (event.kind, set(event.patient_ids)) == ("patients-listed", ours)
    assert (event.user_id, event.practice_id) == (world.people["frances"].user_id, world.riverside.pk)
    assert str(event.address) == "127.0.0.1"
    assert event.at.tzinfo is UTC


# Deeds


# A draft is saved every other second; who wrote what stands in its own history, and its end (signed, discarded) in the log.
OF_A_DRAFT = {
    form.url
    for form in FORMS
    if form.of in ("draft", "draft+goal", "draft+alert", "finding", "adjustment", "activity", "picked")
}
# They change nothing: a search, a form that is opened with what was looked for, a preview.
NO_DEEDS = {
    "clinic:search", "clinic:walk-in-search", "clinic:patient-begin", "notes:diagnosis-search", "coding:guidance-preview",
}  # fmt: skip
# They are in the log alone, or in tables that are not the practice's own.
BESIDE = {"coding:signed-note", "clinic:disclosure-add", "clinic:passkey-edit"}
DEEDS = [form for form in FORMS if form.url not in (OF_A_DRAFT | NO_DEEDS) or form.url == "notes:note-discard"]


@contextmanager
def log_refuses() -> Iterator[None]:
    """Take the right to write the log from the web role."""
    with _owner() as owner:
        owner.execute(f"REVOKE INSERT ON clinic_accessevent FROM {plumbline.WEB_ROLE}")
        try:
            yield
        finally:
            owner.execute(f"GRANT INSERT ON clinic_accessevent TO {plumbline.WEB_ROLE}")


@pytest.fixture
def case(world: SimpleNamespace, settings: Any) -> Iterator[SimpleNamespace]:
    settings.DEBUG_PROPAGATE_EXCEPTIONS = True
    with undone():
        own = world.cases["adams"]
        own.colleague, own.desk, own.sessions = world.people["baker"], world.people["frances"], world.sessions
        if not own.bill.held_at:
            hold(own.bill, by=own.desk, question="Which?")
        yield own


@pytest.mark.parametrize("form", DEEDS, ids=lambda form: form.url)
def test_a_deed_that_cannot_be_written_down_does_not_happen(form: Sent, case: SimpleNamespace) -> None:
    """An error outside of the deed's own transaction would end the test's, and `everything` would not answer any more."""
    if form.url == "coding:superbill-hold":
        release(case.bill, by=case.desk, answer="")
    body, before = whole(form, case), everything()
    with undone(), events() as found:
        answer = send("POST", address(form, case), case.sessions[form.by], body)
        assert (everything() != before) == (form.url not in BESIDE), answer.status_code
    assert found, "the deed is not in the log"
    assert {str(event.address) for event in found} == {"127.0.0.1"}, "the log does not say where it came from"
    with log_refuses(), pytest.raises(DatabaseError):
        send("POST", address(form, case), case.sessions[form.by], body)
    if form.url not in BESIDE:
        assert everything() == before


# Buttons: what is posted without words.
BUTTONS = [
    row
    for row in ROWS
    if row.answers.get("POST") in (200, 204, 302) and row.anonymous == "in" and row.of not in ("-", "practice", "page")
    if row.of not in ("draft", "draft+goal", "draft+alert", "draft+page", "finding", "adjustment", "activity", "picked")
]


@pytest.mark.parametrize("row", BUTTONS, ids=lambda row: f"{row.url} of {row.of}")
def test_a_button_whose_deed_cannot_be_written_down_does_nothing(row: Row, case: SimpleNamespace) -> None:
    session = case.sessions[next(name for name in row.cells if row.cells[name] == "ok")]
    before = everything()
    with undone(), events() as found:
        send("POST", row.address(case), session, row.body(case))
        changed = everything() != before
    assert found or not changed, "the deed is not in the log"
    assert {str(event.address) for event in found} <= {"127.0.0.1"}, "the log does not say where it came from"
    with log_refuses(), pytest.raises(DatabaseError) if found else undone():
        send("POST", row.address(case), session, row.body(case))
    assert everything() == before


def test_no_event_holds_words_of_a_note(case: SimpleNamespace) -> None:
    words = set.union(*(getattr(case, kind).given for kind in ("draft_words", "signed_words", "plan_words")))
    with undone():
        for form in FORMS:
            send(
                "POST",
                address(form, case),
                case.sessions[form.by],
                whole(form, case) | dict.fromkeys(form.texts, "qmarker"),
            )
        log = " ".join(str(event.detail) for event in AccessEvent.objects.all())
    assert [word for word in words if word in log] == []


def test_a_change_says_what_was_and_what_is(case: SimpleNamespace) -> None:
    with undone(), events() as found:
        fee = next(form for form in FORMS if form.url == "coding:fee-edit")
        send("POST", address(fee, case), case.sessions["bill"], whole(fee, case))
    changed = next(event.detail["changed"] for event in found if event.kind == "fee-changed")
    assert changed["amount"] == ["90.00", "12.00"] or changed["amount"] == ["90.00", "12"]


# Disclosures


def test_a_disclosure_by_phone_is_noted_once_and_stands_in_the_accounting(
    cast: SimpleNamespace, pat: Patient, as_: Any
) -> None:
    body = {
        "key": str(new_key()),
        "on": "11/2/2026",
        "recipient": "County court",
        "what": "Dates of visits",
        "purpose": "law",
    }
    for _ in range(2):
        assert as_(cast.olga).post(f"/patients/{pat.pk}/disclosures/add/", body).status_code == 302
    assert AccessEvent.objects.filter(kind="disclosed").count() == 1
    text = as_(cast.adams).get(f"/patients/{pat.pk}/access/").content.decode()
    assert "County court" in text and "The law asks for it, or a court" in text and "2 Nov 2026" in text


def test_a_file_for_somebody_outside_is_disclosed_once_on_the_day_of_its_first_download(
    cast: SimpleNamespace, pat: Patient
) -> None:
    job, said = uuid4(), {"purpose": "payment", "recipient": "Blue Ridge", "what": "Audit packet"}
    events = [("export-asked", 2, said), ("export-downloaded", 4, {}), ("export-downloaded", 6, {})]
    AccessEvent.objects.bulk_create(
        AccessEvent(
            practice_id=pat.practice_id, user_id=cast.adams.user_id, kind=kind, patient_ids=[pat.pk], object_id=job,
            at=datetime(2026, 11, day, 18, tzinfo=UTC), detail=detail,
        )
        for kind, day, detail in events
    )  # fmt: skip
    [told] = trail.disclosures(AccessEvent.objects.all(), pat)
    assert (told.day, told.recipient, told.given) == (date(2026, 11, 4), "Blue Ridge", "Audit packet")


def test_who_sees_patients_has_alerts_and_a_way_back_beside_the_disclosures(
    cast: SimpleNamespace, pat: Patient, as_: Any
) -> None:
    Alert.objects.create(practice=pat.practice, patient=pat, kind="precaution", text="On warfarin")
    pages = [as_(who).get(f"/patients/{pat.pk}/access/").content.decode() for who in (cast.adams, cast.olga)]
    assert ["On warfarin" in page for page in pages] == [True, False]
    assert [f'href="/patients/{pat.pk}/"' in page for page in pages] == [True, False]


def test_a_note_that_a_biller_opened_for_a_payer_is_a_disclosure_with_its_purpose(world: SimpleNamespace) -> None:
    case = world.cases["adams"]
    with undone():
        send("POST", f"/superbills/{case.bill.pk}/note/", world.sessions["bill"], {"purpose": "records", "words": "Q4"})
        text = send("GET", f"/patients/{case.patient.pk}/access/", world.sessions["rita"]).text
    assert "Payment: the payer asked for records: Q4" in text and case.bill.payer_name in text


# Words


def test_every_kind_of_event_has_plain_words() -> None:
    kinds = set[str]()
    for app in ("clinic", "notes", "coding"):
        for path in (plumbline.BASE_DIR / app).rglob("*.py"):
            kinds |= set(
                re.findall(r'(?:record|record_of|_record|kept|retire)\([^")]*?"([a-z]+(?:-[a-z]+)+)"', path.read_text())
            )
    assert sorted(kinds - set(WORDS)) == []
