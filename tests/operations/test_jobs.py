"""Background jobs: asked for, made by the worker, fetched by their owner alone, cancelled, expired, taken up again."""

import csv
import io
import threading
from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.utils import timezone

from clinic.exports import jobs
from clinic.exports.jobs import KINDS, PART, Progress, kind
from clinic.models import AccessEvent, BackgroundJob, JobPart, Membership, Patient, WorkerPulse
from clinic.requests.deeds import new_key
from clinic.roles import OFFICE
from coding.superbill_export import COLUMNS, KIND
from tests.conftest import PASSWORD
from tests.world import send, undone

State = BackgroundJob.State


@pytest.fixture
def big() -> Iterator[str]:
    """A kind whose file has more than one part, and counts what it goes through."""

    @kind("big", roles=OFFICE, content_type="text/plain")
    def make(job: BackgroundJob, progress: Progress) -> Iterator[bytes]:
        for row in progress.through(range(5), of=5):
            yield str(row).encode() * (PART // 2)

    yield "big"
    del KINDS["big"]


def ask(member: Membership, name: str = "big", **what: Any) -> BackgroundJob:
    return jobs.start(name, by=member, title="Big", file_name="big.txt", **what)


def work() -> None:
    call_command("worker", batch=True)


def fresh(job: BackgroundJob) -> BackgroundJob:
    return BackgroundJob.objects.get(pk=job.pk)


def kinds() -> list[str]:
    return list(AccessEvent.objects.order_by("id").values_list("kind", flat=True))


def test_what_was_asked_for_is_made_and_fetched_in_pieces(big: str, cast: SimpleNamespace, as_: Any) -> None:
    job = ask(cast.frances)
    assert job.state == State.WAITING
    work()
    job = fresh(job)
    assert (job.state, job.size, job.parts.count()) == (State.READY, 5 * (PART // 2), 3)
    answer = as_(cast.frances).get(f"/exports/{job.pk}/file/")
    assert b"".join(answer.streaming_content) == b"".join(str(row).encode() * (PART // 2) for row in range(5))
    assert (answer.headers["Content-Length"], answer.headers["Cache-Control"]) == (str(job.size), "no-store, private")
    assert kinds() == ["export-asked", "export-downloaded"]


def test_one_key_has_one_job(big: str, cast: SimpleNamespace) -> None:
    key = new_key()
    assert ask(cast.frances, key=key) == ask(cast.frances, key=key)
    assert BackgroundJob.objects.count() == 1


def test_a_role_without_the_kind_asks_in_vain(big: str, cast: SimpleNamespace) -> None:
    with pytest.raises(PermissionDenied):
        ask(cast.tess)
    assert not BackgroundJob.objects.exists()


def test_who_lost_the_role_gets_nothing_made_and_nothing_out(big: str, cast: SimpleNamespace, as_: Any) -> None:
    made, waiting = ask(cast.frances), None
    work()
    waiting = ask(cast.frances)
    Membership.objects.filter(pk=cast.frances.pk).update(roles=["assistant"])
    work()
    assert (fresh(waiting).state, fresh(waiting).failure) == (State.FAILED, jobs.NOT_YOURS_NOW)
    assert as_(cast.frances).get(f"/exports/{made.pk}/file/").status_code == 403


def test_what_waits_is_cancelled_at_once(big: str, cast: SimpleNamespace, as_: Any) -> None:
    job = ask(cast.frances)
    page = as_(cast.frances).post(f"/exports/{job.pk}/cancel/").content.decode()
    assert (fresh(job).state, "Cancelled" in page, "hx-get" in page) == (State.CANCELLED, True, False)
    work()
    assert (fresh(job).state, JobPart.objects.count()) == (State.CANCELLED, 0)


def test_whoever_waits_is_told_when_no_worker_runs(big: str, cast: SimpleNamespace, as_: Any) -> None:
    job, client = ask(cast.frances), as_(cast.frances)
    pages = ("/riverside/exports/", f"/exports/{job.pk}/")
    assert ["the worker has stopped" in client.get(page).content.decode() for page in pages] == [True, True]
    WorkerPulse.objects.create(name="here")
    assert ["the worker has stopped" in client.get(page).content.decode() for page in pages] == [False, False]


def test_what_is_in_the_making_stops_when_it_is_cancelled(cast: SimpleNamespace, monkeypatch: Any) -> None:
    @kind("slow", roles=OFFICE, content_type="text/plain")
    def make(job: BackgroundJob, progress: Progress) -> Iterator[bytes]:
        for row in progress.through(range(9), of=9):
            if row == 3:
                jobs.cancel(job, by=cast.frances)
            yield b"x" * PART

    monkeypatch.setattr(jobs, "OFTEN_ENOUGH", 0)
    job = ask(cast.frances, "slow")
    work()
    assert (fresh(job).state, fresh(job).done, JobPart.objects.count()) == (State.CANCELLED, 3, 0)
    del KINDS["slow"]


def test_what_fails_says_so_and_tells_the_queue_nothing_of_the_record(cast: SimpleNamespace) -> None:
    from django_tasks_db.models import DBTaskResult

    @kind("broken", roles=OFFICE, content_type="text/plain")
    def make(job: BackgroundJob, progress: Progress) -> Iterator[bytes]:
        yield b"x" * PART
        raise ValueError("Key (last_name)=(Rivera)")

    job = ask(cast.frances, "broken")
    work()
    assert (fresh(job).state, fresh(job).failure, JobPart.objects.count()) == (State.FAILED, jobs.FAULT, 0)
    (row,) = DBTaskResult.objects.values_list("args_kwargs", "return_value", "traceback")
    assert "Rivera" not in str(row)
    del KINDS["broken"]


def test_what_a_lost_worker_left_is_made_from_the_beginning(big: str, cast: SimpleNamespace) -> None:
    job = ask(cast.frances)
    long_ago = timezone.now() - 2 * jobs.LOST
    BackgroundJob.objects.filter(pk=job.pk).update(started_at=long_ago, seen_at=long_ago)
    JobPart.objects.create(practice=job.practice, job=job, position=0, content=b"half")
    work()
    assert (fresh(job).state, fresh(job).size) == (State.READY, 5 * (PART // 2))


class WorkerKilled(BaseException):
    """As a worker that runs out of memory ends: nothing of the job can be told any more."""


def test_what_ends_its_worker_each_time_is_given_up_and_its_page_says_so(cast: SimpleNamespace, as_: Any) -> None:
    runs: list[int] = []

    @kind("deadly", roles=OFFICE, content_type="text/plain")
    def make(job: BackgroundJob, progress: Progress) -> Iterator[bytes]:
        runs.append(1)
        yield b"x" * PART
        raise WorkerKilled

    job = ask(cast.frances, "deadly")
    for _ in range(jobs.TRIES):
        with pytest.raises(WorkerKilled):
            jobs.do.func(str(job.pk))
        assert fresh(job).state == State.WORKING
        BackgroundJob.objects.update(seen_at=timezone.now() - 2 * jobs.LOST)
    assert jobs.take_up_again() == 1
    work()
    assert (fresh(job).state, JobPart.objects.count(), len(runs)) == (State.FAILED, 0, jobs.TRIES)
    assert "broke off each time" in as_(cast.frances).get(f"/exports/{job.pk}/").content.decode()
    assert jobs.take_up_again() == 0
    del KINDS["deadly"]


def test_a_worker_that_was_given_up_for_lost_spoils_nothing(cast: SimpleNamespace) -> None:
    """It was only slow: when it goes on, another one has made the file meanwhile."""
    runs: list[int] = []

    @kind("stalled", roles=OFFICE, content_type="text/plain")
    def make(job: BackgroundJob, progress: Progress) -> Iterator[bytes]:
        runs.append(1)
        yield b"x" * PART
        if len(runs) == 1:
            BackgroundJob.objects.update(seen_at=timezone.now() - 2 * jobs.LOST)
            jobs.do.func(str(job.pk))
        yield b"y" * PART

    job = ask(cast.frances, "stalled")
    work()
    assert (fresh(job).state, fresh(job).failure, len(runs)) == (State.READY, "", 2)
    assert b"".join(jobs.content(job)) == b"x" * PART + b"y" * PART
    del KINDS["stalled"]


def test_a_file_goes_when_its_time_is_over(big: str, cast: SimpleNamespace, as_: Any) -> None:
    job = ask(cast.frances)
    work()
    BackgroundJob.objects.filter(pk=job.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    assert as_(cast.frances).get(f"/exports/{job.pk}/file/").status_code == 409
    work()
    assert (JobPart.objects.count(), fresh(job).state) == (0, State.EXPIRED)
    assert "No longer kept" in as_(cast.frances).get("/riverside/exports/").content.decode()


def test_the_page_asks_again_without_being_a_sign_of_life_of_the_person(
    big: str, cast: SimpleNamespace, as_: Any
) -> None:
    job = ask(cast.frances)
    page = as_(cast.frances).get("/riverside/exports/").content.decode()
    assert f'hx-get="/exports/{job.pk}/"' in page
    assert '"Plumbline-Unasked": "1"' in page
    assert as_(cast.olga).get("/riverside/exports/").content.decode().count("export-") == 0


def test_two_workers_make_a_job_once(big: str, cast: SimpleNamespace, transactional_db: None) -> None:
    job = ask(cast.frances)
    threads = [threading.Thread(target=_do, args=(job,)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (fresh(job).state, fresh(job).parts.count()) == (State.READY, 3)


def _do(job: BackgroundJob) -> None:
    from django.db import connection

    jobs.do.func(str(job.pk))
    connection.close()


# The superbills of a month


def test_the_superbills_of_a_month_come_as_a_sheet(world: SimpleNamespace) -> None:
    case, bill = world.cases["adams"], world.people["bill"]
    with undone():
        Patient.objects.filter(pk=case.patient.pk).update(first_name="=HYPERLINK(1)", last_name="+Rivera")
        answer = send("POST", "/riverside/exports/superbills/", world.sessions["bill"],
                      {"month": str(case.day.replace(day=1)), "key": str(new_key()), "password": PASSWORD})  # fmt: skip
        assert (answer.status_code, answer.headers["Location"]) == (302, "/riverside/exports/")
        work()
        job = BackgroundJob.objects.get(owner=bill)
        text = b"".join(jobs.content(job)).decode("utf-8-sig")
        fetched = send("GET", f"/exports/{job.pk}/file/", world.sessions["bill"])
        told = AccessEvent.objects.filter(kind="export-downloaded").latest("id").patient_ids
    rows = list(csv.DictReader(io.StringIO(text)))
    assert fetched.text.endswith(text)
    assert list(rows[0]) == list(COLUMNS)
    own = [row for row in rows if row["Superbill"] == str(case.bill.number)]
    assert {(row["First name"], row["Last name"]) for row in own} == {("'=HYPERLINK(1)", "'+Rivera")}
    assert [row["Code"] for row in own] == [line.code for line in case.bill.lines.all()]
    assert set(told) == {world.cases[name].patient.pk for name in ("adams", "baker")}
    written = [word for name in ("adams", "baker") for word in world.cases[name].signed_words.given]
    assert [word for word in (*written, *world.cases["stranger"].known) if word in text] == []


def test_the_sheet_is_made_for_nobody_who_only_sits_at_the_billers_device(world: SimpleNamespace) -> None:
    month = str(world.cases["adams"].day.replace(day=1))
    for password in ("", "guessed"):
        body = {"month": month, "key": str(new_key()), "password": password}
        with undone():
            answer = send("POST", "/riverside/exports/superbills/", world.sessions["bill"], body)
            assert not BackgroundJob.objects.filter(owner=world.people["bill"], asked__month=month).exists()
        assert (answer.status_code, "your password" in answer.text) == (422, True)


def test_another_month_is_refused_beside_the_field(world: SimpleNamespace) -> None:
    answer = send(
        "POST", "/riverside/exports/superbills/", world.sessions["bill"], {"month": "1066-10-01", "key": str(new_key())}
    )
    assert (answer.status_code, "Select a valid choice" in answer.text or "month" in answer.text) == (422, True)
    assert KIND in KINDS
