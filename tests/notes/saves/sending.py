"""A way of saving, the saves that it consists of, and a crowd that sends them at the same moment."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Barrier
from types import SimpleNamespace
from typing import Any, Self
from urllib.parse import urlencode
from uuid import UUID

from django.db import connections
from django.test import RequestFactory
from django.test.client import ClientHandler
from django.urls import reverse

from clinic.requests.deeds import new_key
from notes.models import Note

HANDLER, FORM = ClientHandler(enforce_csrf_checks=False), "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Job:
    """One save, and whether it can be found afterwards."""

    url: str
    args: Sequence[Any]
    body: dict[str, Any]
    is_kept: Callable[[], bool]
    by: str = "adams"


@dataclass(frozen=True)
class Way:
    """A way of saving: the URLs that it goes through, and what makes so many saves, with words that say whose they are."""

    urls: frozenset[str]
    jobs: Callable[[SimpleNamespace, int, str], list[Job]]

    @property
    def name(self) -> str:
        return self.jobs.__name__


def through(*urls: str) -> Callable[[Callable[[SimpleNamespace, int, str], list[Job]]], Way]:
    """Mark what makes the saves of these URLs. The rounds see that each of them is used, and is acknowledged."""
    return lambda jobs: Way(frozenset(urls), jobs)


class Crowd:
    """People who do something at the same moment, each on a connection of their own that they keep."""

    def __init__(self, size: int, sessions: dict[str, str]) -> None:
        self.sessions, self.barrier, self.pool = sessions, Barrier(size), ThreadPoolExecutor(size)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        list(self.pool.map(lambda _: (self.barrier.wait(60), connections.close_all()), range(self.barrier.parties)))
        self.pool.shutdown()

    def send(self, jobs: Sequence[Job]) -> list[tuple[Job, int]]:
        """Send as many saves as there are people; return what each was answered."""
        return list(zip(jobs, self.pool.map(self._send, jobs), strict=True))

    def _send(self, job: Job) -> int:
        headers = {"cookie": f"sessionid={self.sessions[job.by]}", "hx-request": "true"}
        body = urlencode(job.body, doseq=True)
        request = RequestFactory(headers=headers).generic("POST", reverse(job.url, args=job.args), body, FORM)
        self.barrier.wait(60)
        return int(HANDLER(request.environ).status_code)


def carried(case: SimpleNamespace, **body: Any) -> dict[str, Any]:
    version = Note.objects.values_list("version", flat=True).get(pk=case.draft.pk)
    return {"version": version, "patient": case.patient.pk, "key": new_key(), **body}


# Looking


def note(case: SimpleNamespace) -> Note:
    return Note.objects.get(pk=case.draft.pk)


def the(model: Any, pk: UUID) -> Any:
    return model.objects.get(pk=pk)


def has(rows: Any, **what: Any) -> bool:
    return bool(rows.filter(**what).count() == 1)


def there(rows: Any, **what: Any) -> Callable[[], bool]:
    return lambda: has(rows, **what)


def in_order(rows: Any) -> Callable[[], bool]:
    return lambda: sorted(rows.values_list("position", flat=True)) == list(range(rows.count()))


def gone(rows: Any) -> Callable[[], bool]:
    return lambda: not rows.exists()
