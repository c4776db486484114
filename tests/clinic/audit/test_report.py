"""The report of the log: what its rows say, how they are filtered, ordered and paged, and its export."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clinic.audit import trail
from clinic.audit.kinds import WORDS
from clinic.audit.log import record
from clinic.models import AccessEvent, AuditedPatient, BackgroundJob, Membership, Patient
from clinic.requests.deeds import new_key
from tests.conftest import PASSWORD


def done(by: Membership, kind: str, *, patient: Patient | None = None, **detail: Any) -> None:
    record(kind, by=by, patients=[patient.pk] if patient else [], **detail)


def test_no_two_kinds_are_called_the_same() -> None:
    assert len(set(WORDS.values())) == len(WORDS)


def test_the_report_names_people_and_patients_and_says_what_was_done_in_plain_words(
    cast: SimpleNamespace, pat: Patient, as_: Any
) -> None:
    done(cast.frances, "patient-read", patient=pat)
    text = as_(cast.olga).get("/riverside/audit/").content.decode()
    assert "Frances Field" in text and "Opened a patient" in text and "Pat Rivera" in text
    assert str(cast.frances.user_id) not in text.split("<tbody>")[1]


@pytest.mark.parametrize(
    ("asked", "kinds"),
    [
        ("person={frances}", ["patient-read"]),
        ("patient={pat}", ["superbill-read", "patient-read"]),
        ("kind=superbill-read", ["superbill-read"]),
        ("kind=Refused", ["refused"]),
        ("since=2025-11-20&until=2025-11-20", []),
        ("sort=old", ["patient-read", "superbill-read", "refused"]),
        ("sort=kind", ["patient-read", "refused", "superbill-read"]),
        ("sort=who", ["superbill-read", "patient-read", "refused"]),
        ("person=nobody&patient=x&since=soon&after=~~", ["refused", "superbill-read", "patient-read"]),
    ],
)
def test_the_report_is_filtered_and_ordered(
    asked: str, kinds: list[str], cast: SimpleNamespace, pat: Patient, as_: Any
) -> None:
    for who, kind, patient in (
        (cast.frances, "patient-read", pat),
        (cast.bill, "superbill-read", pat),
        (cast.olga, "refused", None),
    ):
        done(who, kind, patient=patient)
    query = asked.format(frances=cast.frances.user_id, pat=pat.pk)
    rows = as_(cast.rita).get(f"/riverside/audit/?{query}").context["rows"]
    assert [row.what for row in rows] == [WORDS[kind] for kind in kinds]


def test_a_patient_is_looked_for_by_words_that_stand_in_no_address(
    cast: SimpleNamespace, pat: Patient, as_: Any
) -> None:
    answer = as_(cast.olga).post("/riverside/audit/", {"words": "rivera", "kind": "note-read"})
    assert answer.url == f"/riverside/audit/?patient={pat.pk}&kind=note-read"
    answer = as_(cast.olga).post("/riverside/audit/", {"words": "nobody", "since": "11/20/2026", "until": "11/1/2026"})
    assert answer.status_code == 422
    assert "No patient is called that" in answer.content.decode() and "lies before the first" in answer.content.decode()


def fill(member: Membership, patient: Patient, rows: int) -> None:
    at = datetime(2026, 11, 1, tzinfo=UTC)
    AccessEvent.objects.bulk_create(
        AccessEvent(
            practice_id=member.practice_id, user_id=member.user_id, kind="patient-read", patient_ids=[patient.pk],
            at=at + timedelta(seconds=number // 3),
        )
        for number in range(rows)
    )  # fmt: skip


@pytest.mark.parametrize("sort", ["new", "old", "who", "kind"])
def test_pages_follow_each_other_without_a_gap(sort: str, cast: SimpleNamespace, pat: Patient) -> None:
    fill(cast.frances, pat, 300)
    fill(cast.bill, pat, 40)
    events, seen, after = AccessEvent.objects.visible_to(cast.olga.user), list[UUID](), ""
    for _ in range(7):
        page = trail.page(events, sort=sort, after=after)
        seen, after = [*seen, *(event.id for event in page.events)], page.after
    assert (len(seen), len(set(seen)), after) == (340, 340, "")


ROW_ID = "3d2d8fb8-4a5b-4f6e-9a8e-0f6f2f0a1b2c"


@pytest.mark.parametrize(
    "query",
    [
        "until=9999-12-31", "since=0001-01-01", "since=soon", "kind=%00", "person=%00", "sort=who&after=%00~b~c",
        f"after=9999-12-31T23:59:59~{ROW_ID}", f"sort=kind&after=%00~2026-11-01T00:00:00+00:00~{ROW_ID}",
        f"after=2026-13-45T00:00:00~{ROW_ID}", f"after=0001-01-01T00:00:00%2B14:00~{ROW_ID}",
    ],
)  # fmt: skip
def test_what_cannot_be_read_in_an_address_asks_for_nothing(query: str, cast: SimpleNamespace, as_: Any) -> None:
    assert as_(cast.olga).get(f"/riverside/audit/?{query}").status_code == 200


def test_the_last_of_ten_thousand_rows_cost_what_the_first_do(cast: SimpleNamespace, pat: Patient, as_: Any) -> None:
    fill(cast.frances, pat, 10_000)
    olga, far = as_(cast.olga), "2026-11-01T00:02:00+00:00~00000000-0000-7000-8000-000000000000"
    olga.get("/riverside/audit/")
    with CaptureQueriesContext(connection) as first:
        olga.get("/riverside/audit/")
    with CaptureQueriesContext(connection) as last:
        rows = olga.get("/riverside/audit/", {"after": far}).context["rows"]
    assert len(rows) == trail.PAGE
    assert len(last) <= len(first) + 1 <= 20  # once a minute a session is noted to be alive


def test_the_exported_log_is_itself_in_the_log_and_holds_no_formula(
    cast: SimpleNamespace, pat: Patient, as_: Any
) -> None:
    Patient.objects.filter(pk=pat.pk).update(first_name="=HYPERLINK(1)")
    done(cast.frances, "patient-read", patient=pat)
    olga = as_(cast.olga)
    sent = {"kind": "patient-read", "key": str(new_key())}
    assert olga.post("/riverside/audit/export/", sent | {"password": "guessed"}).status_code == 422
    assert olga.post("/riverside/audit/export/", sent | {"password": PASSWORD}).status_code == 302
    call_command("worker", batch=True)
    job = BackgroundJob.objects.get()
    sheet = b"".join(olga.get(f"/exports/{job.pk}/file/").streaming_content).decode("utf-8-sig")
    assert "Opened a patient" in sheet and "'=HYPERLINK(1) Rivera" in sheet
    told = AccessEvent.objects.filter(kind="export-downloaded").get()
    assert told.patient_ids == [pat.pk]


@pytest.fixture
def forty(cast: SimpleNamespace) -> list[Patient]:
    """A day's list, and a row that somebody opened it."""
    found = [
        Patient.objects.create(
            practice=cast.frances.practice, chart_number=f"L{number:02}", first_name=f"Lee{number:02}", last_name="Long",
            birth_date="1980-01-01",
        )
        for number in range(40)
    ]  # fmt: skip
    record("today-read", by=cast.frances, patients=[one.pk for one in found])
    return found


def test_a_row_of_the_exported_log_names_every_patient(cast: SimpleNamespace, forty: list[Patient], as_: Any) -> None:
    olga = as_(cast.olga)
    sent = {"kind": "today-read", "key": str(new_key()), "password": PASSWORD}
    olga.post("/riverside/audit/export/", sent)
    call_command("worker", batch=True)
    job = BackgroundJob.objects.get()
    sheet = b"".join(olga.get(f"/exports/{job.pk}/file/").streaming_content).decode("utf-8-sig")
    assert [one.chart_number for one in forty if one.chart_number not in sheet] == [] and "more" not in sheet
    assert set(AccessEvent.objects.get(kind="export-downloaded").patient_ids) == {one.pk for one in forty}


def test_a_row_names_first_whom_the_log_was_asked_for(cast: SimpleNamespace, forty: list[Patient], as_: Any) -> None:
    [row] = as_(cast.olga).get(f"/riverside/audit/?kind=today-read&patient={forty[-1].pk}").context["rows"]
    assert (row.patients, row.more) == ([forty[-1], forty[0], forty[1]], 37)


def test_a_limited_auditor_reads_the_name_of_their_patient_wherever_it_stands_in_a_row(
    cast: SimpleNamespace, forty: list[Patient], as_: Any
) -> None:
    Membership.objects.filter(pk=cast.rita.pk).update(is_limited=True)
    AuditedPatient.objects.create(practice=cast.rita.practice, membership=cast.rita, patient=forty[30])
    [row] = as_(cast.rita).get("/riverside/audit/?kind=today-read").context["rows"]
    assert (row.patients, row.more) == ([forty[30]], 39)
