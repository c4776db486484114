"""Who may have which page: the permission document of Plumbline. A URL without a row fails, and so does a row without a URL.

A row names a URL, the object that it is asked for, and what each method answers to those who may. Then come the people: first
somebody who is not signed in (`in`: they are asked to sign in, and a fragment gets 401 without a body), then

    adams     clinician, whose patient, note and superbill it is       bill      biller
    baker     clinician, a colleague in the same practice              olga      admin
    tess      assistant                                                rita      auditor
    frances   front desk                                               stranger  clinician of another practice

`ok` means the row's answer; 403 that the role never has this page; 404 that it has the page and may not see this object. Of
the stranger's own objects nobody at Riverside may see anything: 404 where the role has the page, 403 where it has not.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse

from clinic.requests.deeds import new_key
from coding.superbills import hold
from tests.world import PEOPLE, Writes, everything, mentions, send, undone

TABLE = """
# url                       of          answers           who  adams baker tess  fran  bill  olga  rita  stranger
clinic:home                 -           GET 302           in  ok    ok    ok    ok    ok    ok    ok    ok
clinic:login                -           GET 302 POST 302  ok  ok    ok    ok    ok    ok    ok    ok    ok
clinic:logout               -           POST 302          ok  ok    ok    ok    ok    ok    ok    ok    ok
clinic:signed-in            -           GET 200           in  ok    ok    ok    ok    ok    ok    ok    ok
clinic:lock                 -           GET 302           ok  ok    ok    ok    ok    ok    ok    ok    ok
clinic:lock-now             -           POST 302          in  ok    ok    ok    ok    ok    ok    ok    ok
clinic:lock-passkey         -           POST 422          ok  ok    ok    ok    ok    ok    ok    ok    ok
clinic:lock-empty           -           POST 302          ok  ok    ok    ok    ok    ok    ok    ok    ok
clinic:lock-person          somebody    GET 404 POST 404  ok  ok    ok    ok    ok    ok    ok    ok    ok
clinic:still-here           -           POST 204          in  ok    ok    ok    ok    ok    ok    ok    ok
clinic:second-factor        -           GET 302 POST 302  ok  ok    ok    ok    ok    ok    ok    ok    ok
clinic:passkey              -           POST 422          ok  ok    ok    ok    ok    ok    ok    ok    ok
clinic:passkey-to-enter     -           POST 200          ok  ok    ok    ok    ok    ok    ok    ok    ok
clinic:passkey-to-prove     -           POST 200          in  ok    ok    ok    ok    ok    ok    ok    ok
clinic:passkey-to-add       -           POST 200          in  ok    ok    ok    ok    ok    ok    ok    ok
clinic:token                -           GET 200           in  ok    ok    ok    ok    ok    ok    ok    ok
clinic:healthz              -           GET 200           ok  ok    ok    ok    ok    ok    ok    ok    ok
clinic:readyz               -           GET 200           ok  ok    ok    ok    ok    ok    ok    ok    ok
clinic:patients             practice    GET 200           in  ok    ok    ok    ok    ok    403   ok    404
clinic:patient-add          practice    GET 200 POST 422  in  ok    ok    ok    ok    ok    403   403   404
clinic:patient-begin        practice    POST 200          in  ok    ok    ok    ok    ok    403   403   404
clinic:search               practice    POST 200          in  ok    ok    ok    ok    ok    403   ok    404
clinic:walk-in              practice    GET 200           in  ok    ok    ok    ok    ok    403   403   404
clinic:walk-in-search       practice    POST 200          in  ok    ok    ok    ok    ok    403   403   404
clinic:patient              patient     GET 200           in  ok    ok    ok    ok    ok    403   ok    404
clinic:banner               patient     GET 200           in  ok    ok    ok    ok    ok    403   ok    404
clinic:who                  patient     GET 200           in  ok    ok    ok    ok    ok    403   ok    404
clinic:patient-edit         patient     GET 200 POST 422  in  ok    ok    ok    ok    ok    403   403   404
clinic:alerts               patient     GET 200           in  ok    ok    ok    ok    ok    403   ok    404
clinic:alert-add            patient     GET 200 POST 422  in  ok    ok    ok    ok    ok    403   403   404
clinic:alert-retire         alert       POST 200          in  ok    ok    ok    ok    ok    403   403   404
clinic:coverages            patient     GET 200           in  ok    ok    ok    ok    ok    403   ok    404
clinic:coverage-add         patient     GET 200 POST 422  in  ok    ok    ok    ok    ok    403   403   404
clinic:coverage-edit        coverage    GET 200 POST 422  in  ok    ok    ok    ok    ok    403   403   404
clinic:coverage-retire      coverage    POST 200          in  ok    ok    ok    ok    ok    403   403   404
clinic:visits               patient     GET 200           in  ok    ok    ok    ok    ok    403   ok    404
clinic:visit-add            patient     GET 200 POST 422  in  ok    ok    ok    ok    ok    403   403   404
clinic:visit-state          visit       POST 200          in  ok    ok    ok    ok    ok    403   403   404
clinic:payments             visit       GET 200           in  403   403   403   ok    ok    403   403   403
clinic:payment-add          visit       GET 200 POST 422  in  403   403   403   ok    ok    403   403   403
clinic:payment-reverse      payment     GET 200 POST 422  in  403   403   403   ok    ok    403   403   403
clinic:people               practice    GET 200           in  403   403   403   403   403   ok    403   404
clinic:member-add           practice    GET 200 POST 422  in  403   403   403   403   403   ok    403   404
clinic:member-edit          doctor      GET 200 POST 422  in  403   403   403   403   403   ok    403   403
clinic:member-link          doctor      GET 200 POST 422  in  403   403   403   403   403   ok    403   403
clinic:member-end           doctor      POST 302          in  403   403   403   403   403   ok    403   403
clinic:member-return        doctor      POST 302          in  403   403   403   403   403   ok    403   403
clinic:welcome              link        GET 410 POST 410  ok  ok    ok    ok    ok    ok    ok    ok    ok
clinic:password             -           GET 200 POST 422  in  ok    ok    ok    ok    ok    ok    ok    ok
clinic:factors              -           GET 200           in  ok    ok    ok    ok    ok    ok    ok    ok
clinic:app-add              -           GET 200 POST 422  in  ok    ok    ok    ok    ok    ok    ok    ok
clinic:passkey-add          -           GET 200 POST 422  in  ok    ok    ok    ok    ok    ok    ok    ok
clinic:passkey-edit         passkey     GET 200 POST 422  in  ok    404   404   404   404   404   404   404
clinic:factor-remove        passkey     GET 200 POST 422  in  ok    404   404   404   404   404   404   404
clinic:recovery-codes       -           GET 200 POST 422  in  ok    ok    ok    ok    ok    ok    ok    ok
clinic:pin                  -           GET 200 POST 422  in  ok    ok    ok    ok    ok    ok    ok    ok
clinic:pin-remove           -           GET 200 POST 422  in  ok    ok    ok    ok    ok    ok    ok    ok
clinic:sessions-end         -           GET 200 POST 422  in  ok    ok    ok    ok    ok    ok    ok    ok
clinic:setup                practice    GET 200           in  403   403   403   403   403   ok    403   404
clinic:practice             practice    GET 200 POST 422  in  403   403   403   403   403   ok    403   404
clinic:locations            practice    GET 200           in  403   403   403   403   403   ok    403   404
clinic:location-add         practice    GET 200 POST 422  in  403   403   403   403   403   ok    403   404
clinic:location-edit        location    GET 200 POST 422  in  403   403   403   403   403   ok    403   403
clinic:payers               practice    GET 200           in  403   403   403   403   ok    ok    403   404
clinic:payer-add            practice    GET 200 POST 422  in  403   403   403   403   ok    ok    403   404
clinic:payer-edit           payer       GET 200 POST 422  in  403   403   403   403   ok    ok    403   403
clinic:exports              practice    GET 200           in  ok    ok    ok    ok    ok    ok    ok    404
clinic:export               export      GET 200           in  ok    404   404   404   404   404   404   404
clinic:export-file          export      GET 200           in  ok    404   404   404   404   404   404   404
clinic:export-cancel        export      POST 200          in  ok    404   404   404   404   404   404   404
clinic:audit                practice    GET 200 POST 302  in  403   403   403   403   403   ok    ok    404
clinic:audit-export         practice    POST 302          in  403   403   403   403   403   ok    ok    404
clinic:access               patient     GET 200           in  ok    ok    403   403   403   ok    ok    404
clinic:disclosure-add       patient     POST 422          in  ok    ok    403   403   403   ok    403   404
clinic:auditor-list         auditor     GET 200 POST 422  in  403   403   403   403   403   ok    403   403
clinic:break-glass          practice    GET 200 POST 422  in  403   403   403   ok    ok    ok    ok    404
clinic:glass-end            glass       POST 302          in  403   403   403   404   404   ok    404   403
clinic:glass-review         glass       POST 302          in  403   403   403   403   403   ok    403   403
notes:glass                 glass       GET 200           in  403   403   403   404   404   ok    404   403
notes:glass-note            glass+draft GET 200           in  403   403   403   404   404   ok    404   403
notes:glass-note            glass+signed GET 200          in  403   403   403   404   404   ok    404   403
notes:today                 practice    GET 200           in  ok    ok    ok    403   403   403   403   404
notes:visit-notes           patient     GET 200           in  ok    ok    ok    403   403   403   ok    404
notes:amendments            patient     GET 200           in  ok    ok    ok    ok    ok    403   ok    404
notes:amendment-add         patient     GET 200 POST 422  in  ok    ok    ok    ok    ok    403   403   404
notes:amendment-step        amendment   POST 422          in  ok    ok    403   403   403   403   403   404
notes:note                  draft       GET 200           in  ok    ok    ok    403   403   403   404   404
notes:note                  signed      GET 200           in  ok    ok    ok    403   403   403   ok    404
notes:note-begin            visit       GET 200 POST 422  in  ok    ok    ok    403   403   403   403   404
notes:note-start            visit       POST 302          in  ok    ok    ok    403   403   403   403   404
notes:note-save             draft       POST 200          in  ok    404   ok    403   403   403   403   404
notes:note-discard          draft       POST 422          in  ok    404   ok    403   403   403   403   404
notes:here                  draft       GET 200           in  ok    404   ok    403   403   403   403   404
notes:take                  draft       POST 200          in  ok    404   ok    403   403   403   403   404
notes:leave                 draft+page  POST 204          in  ok    404   ok    403   403   403   403   404
notes:note-diagnoses        draft       GET 200           in  ok    404   ok    403   403   403   403   404
notes:earlier               draft       GET 200           in  ok    404   ok    403   403   403   403   404
notes:episode-serve         draft       POST 200          in  ok    404   ok    403   403   403   403   404
notes:goal-progress         draft+goal  POST 200          in  ok    404   ok    403   403   403   403   404
notes:alert-answer          draft+alert POST 200          in  ok    404   ok    403   403   403   403   404
notes:activity-quick        draft       POST 422          in  ok    404   ok    403   403   403   403   404
notes:adjustment-said       draft       POST 422          in  ok    404   ok    403   403   403   403   404
notes:column-press          draft       POST 200          in  ok    404   ok    403   403   403   403   404
notes:finding-add           draft       POST 422          in  ok    404   ok    403   403   403   403   404
notes:finding               finding     GET 200           in  ok    404   ok    403   403   403   403   404
notes:finding-edit          finding     GET 200           in  ok    404   ok    403   403   403   403   404
notes:finding-save          finding     POST 422          in  ok    404   ok    403   403   403   403   404
notes:finding-remove        finding     POST 200          in  ok    404   ok    403   403   403   403   404
notes:finding-up            finding     POST 200          in  ok    404   ok    403   403   403   403   404
notes:finding-down          finding     POST 200          in  ok    404   ok    403   403   403   403   404
notes:adjustment-add        draft       POST 200          in  ok    404   ok    403   403   403   403   404
notes:adjustments-confirm   draft       POST 200          in  ok    404   ok    403   403   403   403   404
notes:adjustments-decline   draft       POST 200          in  ok    404   ok    403   403   403   403   404
notes:adjustment            adjustment  GET 200           in  ok    404   ok    403   403   403   403   404
notes:adjustment-edit       adjustment  GET 200           in  ok    404   ok    403   403   403   403   404
notes:adjustment-save       adjustment  POST 200          in  ok    404   ok    403   403   403   403   404
notes:adjustment-remove     adjustment  POST 200          in  ok    404   ok    403   403   403   403   404
notes:adjustment-up         adjustment  POST 200          in  ok    404   ok    403   403   403   403   404
notes:adjustment-down       adjustment  POST 200          in  ok    404   ok    403   403   403   403   404
notes:adjustment-confirm    adjustment  POST 200          in  ok    404   ok    403   403   403   403   404
notes:activity-add          draft       POST 200          in  ok    404   ok    403   403   403   403   404
notes:activities-confirm    draft       POST 200          in  ok    404   ok    403   403   403   403   404
notes:activities-decline    draft       POST 200          in  ok    404   ok    403   403   403   403   404
notes:activity              activity    GET 200           in  ok    404   ok    403   403   403   403   404
notes:activity-edit         activity    GET 200           in  ok    404   ok    403   403   403   403   404
notes:activity-save         activity    POST 200          in  ok    404   ok    403   403   403   403   404
notes:activity-remove       activity    POST 200          in  ok    404   ok    403   403   403   403   404
notes:activity-up           activity    POST 200          in  ok    404   ok    403   403   403   403   404
notes:activity-down         activity    POST 200          in  ok    404   ok    403   403   403   403   404
notes:activity-confirm      activity    POST 200          in  ok    404   ok    403   403   403   403   404
notes:episode               episode     GET 200           in  ok    ok    ok    403   403   403   ok    404
notes:episode-add           patient     GET 200 POST 422  in  ok    ok    ok    403   403   403   403   404
notes:episodes              patient     GET 200           in  ok    ok    ok    403   403   403   ok    404
notes:episode-about         episode     GET 200           in  ok    ok    ok    403   403   403   ok    404
notes:episode-about-edit    episode     GET 200 POST 422  in  ok    ok    ok    403   403   403   403   404
notes:episode-course        episode     GET 200           in  ok    ok    ok    403   403   403   ok    404
notes:plan                  episode     GET 200           in  ok    ok    ok    403   403   403   ok    404
notes:plan-edit             episode     GET 200 POST 422  in  ok    ok    ok    403   403   403   403   404
notes:plan-reviewed         episode     POST 200          in  ok    ok    ok    403   403   403   403   404
notes:service-add           episode     POST 422          in  ok    ok    ok    403   403   403   403   404
notes:service-end           service     POST 200          in  ok    ok    ok    403   403   403   403   404
notes:goal                  goal        GET 200           in  ok    ok    ok    403   403   403   ok    404
notes:goal-add              episode     POST 422          in  ok    ok    ok    403   403   403   403   404
notes:goal-edit             goal        GET 200 POST 422  in  ok    ok    ok    403   403   403   403   404
notes:goal-met              goal        POST 200          in  ok    ok    ok    403   403   403   403   404
notes:goal-drop             goal        POST 200          in  ok    ok    ok    403   403   403   403   404
notes:goal-reopen           goal        POST 200          in  ok    ok    ok    403   403   403   403   404
notes:diagnoses             episode     GET 200           in  ok    ok    ok    403   403   403   403   404
notes:diagnosis-search      episode     POST 200          in  ok    ok    ok    403   403   403   403   404
notes:diagnosis-add         episode     POST 422          in  ok    ok    ok    403   403   403   403   404
notes:diagnosis-up          diagnosis   POST 200          in  ok    ok    ok    403   403   403   403   404
notes:diagnosis-down        diagnosis   POST 200          in  ok    ok    ok    403   403   403   403   404
notes:diagnosis-end         diagnosis   POST 200          in  ok    ok    ok    403   403   403   403   404
coding:packet               patient     GET 200 POST 422  in  ok    ok    403   403   ok    403   ok    404
coding:suggestions          draft       GET 200           in  ok    404   ok    403   403   403   403   404
coding:signed-lines         signed      GET 200           in  ok    ok    ok    403   403   403   ok    404
coding:addendum             signed      GET 200 POST 200  in  ok    404   403   403   403   403   403   404
coding:cosign               supervised  GET 200 POST 422  in  404   ok    403   403   403   403   403   404
coding:retract              signed      GET 200 POST 422  in  ok    404   403   403   403   403   403   404
coding:review               draft       GET 200           in  ok    ok    ok    403   403   403   403   404
coding:record-only          draft       POST 422          in  ok    404   403   403   403   403   403   404
coding:bill-again           draft       POST 422          in  ok    404   403   403   403   403   403   404
coding:last-unit            draft       POST 422          in  ok    404   403   403   403   403   403   404
coding:acknowledge          draft       POST 422          in  ok    404   403   403   403   403   403   404
coding:take-back            draft       POST 422          in  ok    404   403   403   403   403   403   404
coding:sign                 draft       POST 422          in  ok    404   403   403   403   403   403   404
coding:to-sign              practice    GET 200           in  ok    ok    403   403   403   403   403   404
coding:services             draft       GET 200           in  ok    404   403   403   403   403   403   404
coding:service-add          draft       POST 422          in  ok    404   403   403   403   403   403   404
coding:service-remove       picked      POST 200          in  ok    404   403   403   403   403   403   404
coding:day                  practice    GET 200           in  ok    ok    403   ok    ok    403   ok    404
coding:day                  day         GET 200           in  ok    ok    403   ok    ok    403   ok    404
coding:questions            practice    GET 200           in  ok    ok    403   403   403   403   403   404
coding:day                  day         GET 200           in  ok    ok    403   ok    ok    403   ok    404
coding:day-board            day         GET 200           in  ok    ok    403   ok    ok    403   ok    404
coding:day-row              visit       GET 200           in  ok    ok    403   ok    ok    403   ok    404
coding:superbill            bill        GET 200           in  ok    ok    403   ok    ok    403   ok    404
coding:superbill-pdf        bill        GET 200           in  ok    ok    403   ok    ok    403   ok    404
coding:signed-note          bill        GET 200 POST 422  in  403   403   403   403   ok    403   403   403
coding:superbill-review     bill        POST 302          in  403   403   403   ok    ok    403   403   403
coding:superbill-hold       bill        POST 422          in  403   403   403   ok    ok    403   403   403
coding:superbill-release    held        POST 302          in  ok    404   403   ok    ok    403   403   404
coding:superbill-void       bill        POST 422          in  403   403   403   ok    ok    403   403   403
coding:superbills-export    practice    GET 200 POST 422  in  ok    ok    403   ok    ok    403   403   404
coding:fees                 practice    GET 200           in  403   403   403   403   ok    ok    403   404
coding:fee-add              practice    GET 200 POST 422  in  403   403   403   403   ok    ok    403   404
coding:fee-edit             fee         GET 200 POST 422  in  403   403   403   403   ok    ok    403   403
coding:guidance-index       practice    GET 200           in  ok    ok    ok    ok    ok    ok    ok    404
coding:guidance-found       practice    GET 200           in  ok    ok    ok    ok    ok    ok    ok    404
coding:guidance             page        GET 200           in  ok    ok    ok    ok    ok    ok    ok    404
coding:guidance-panel       page        GET 200           in  ok    ok    ok    ok    ok    ok    ok    404
coding:guidance-edit        page        GET 200 POST 422  in  403   403   403   403   403   ok    403   404
coding:guidance-preview     page        POST 422          in  403   403   403   403   403   ok    403   404
coding:guidance-history     page        GET 200           in  ok    ok    ok    ok    ok    ok    ok    404
coding:guidance-restore     page        POST 302          in  403   403   403   403   403   ok    403   404
"""

# What a request carries beside the version of the note, where it needs something to be answered as the table says.
BODIES = {
    "clinic:search": lambda case: {"words": case.patient.last_name},
    "clinic:walk-in-search": lambda case: {"words": case.patient.last_name},
    "clinic:patient-begin": lambda case: {"words": case.patient.last_name},
    "clinic:visit-state": lambda case: {"state": "done"},
    "coding:guidance-restore": lambda case: {"on": "shipped", "base": str(case.revision.pk)},
    "notes:plan-edit": lambda case: {"plan_reviewed_on": "soon"},
    "notes:episode-serve": lambda case: {"episode": str(case.episode.pk)},
}


@dataclass(frozen=True)
class Row:
    """A line of the table."""

    url: str
    of: str
    answers: dict[str, int]
    anonymous: str
    cells: dict[str, str]

    @property
    def is_of_a_practice(self) -> bool:
        """Whether the practice stands in the URL; nobody else's practice is there for anybody."""
        return self.of in ("practice", "page", "day")

    @property
    def is_of_an_object(self) -> bool:
        return self.of not in ("-", "link", "somebody") and not self.is_of_a_practice

    def address(self, case: SimpleNamespace) -> str:
        practice = {"practice": case.practice.slug}
        wanted: dict[str, dict[str, Any]] = {
            "-": {}, "practice": practice, "page": practice | {"slug": "97530"}, "day": practice | {"on": str(case.day)},
            "link": {"uidb64": "used", "token": "up"}, "somebody": {"pk": case.doctor.pk}, "passkey": {"factor": case.passkey.pk},
            "glass+draft": {"pk": case.glass.pk, "note": case.draft.pk},
            "glass+signed": {"pk": case.glass.pk, "note": case.signed.pk},
            "draft+goal": {"pk": case.draft.pk, "goal": case.goal.pk},
            "draft+page": {"pk": case.draft.pk, "page": case.draft.pk},
            "draft+alert": {"pk": case.draft.pk, "alert": case.alert.pk}, "held": {"pk": case.bill.pk},
        }  # fmt: skip
        return reverse(self.url, kwargs=wanted[self.of] if self.of in wanted else {"pk": getattr(case, self.of).pk})

    def body(self, case: SimpleNamespace) -> dict[str, str]:
        return {"version": str(case.draft.version), **BODIES.get(self.url, lambda case: {})(case)}

    def never(self, person: str) -> bool:
        """Whether a person's role does not have the page at all."""
        return self.cells[person] == "403"

    def asked_by(self, person: str) -> list[str]:
        """The methods to try: all of them, or one where the role is refused before the method is looked at."""
        return list(self.answers)[: 1 if self.never(person) else None]

    def status(self, person: str, method: str) -> int:
        cell = self.cells[person]
        return self.answers[method] if cell == "ok" else int(cell)


def read() -> Iterator[Row]:
    for line in TABLE.strip().splitlines():
        if line.startswith("#"):
            continue
        answers = re.findall(r"(GET|POST) (\d+)", line)
        url, of, *rest = re.sub(r"(GET|POST) \d+", "", line).split()
        yield Row(
            url, of, {method: int(code) for method, code in answers}, rest[0], dict(zip(PEOPLE, rest[1:], strict=True))
        )


ROWS = list(read())
each_row = pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.url} of {row.of}")


@pytest.fixture
def ask(world: SimpleNamespace, settings: Any) -> Callable[..., Any]:
    """Ask for a row's page: `ask("tess", "GET", row, case)`. What it does is taken back; what it wrote is in `writes`."""
    settings.DEBUG_PROPAGATE_EXCEPTIONS = True

    def asking(person: str, method: str, row: Row, case: SimpleNamespace, **headers: str) -> Any:
        with undone():
            if row.of == "held":
                hold(case.bill, by=world.people["frances"], question="Which?")
            writes, session = Writes(), world.sessions.get(person, "")
            with connection.execute_wrapper(writes):
                answer = send(method, row.address(case), session, row.body(case), **headers)
            writes.would_be_committed()
            answer.writes = writes.seen
        return answer

    return asking


def check(row: Row, person: str, method: str, answer: Any, status: int, case: SimpleNamespace) -> None:
    """See that an answer has its status, and that a refusal says nothing of the object and changed nothing."""
    asked = f"{person}: {method} {row.url} of {row.of}"
    assert answer.status_code == status, f"{asked} answered {answer.status_code}, not {status}"
    if status in REFUSALS or method == "GET":
        assert answer.writes == [], asked
    if status in REFUSALS:
        assert found_in(answer, case.known) == [], asked


REFUSALS = (401, 403, 404, 405)


def found_in(answer: Any, words: Iterable[str]) -> list[str]:
    text = (answer.text + str(dict(answer.headers))).lower()  # a page may begin a sentence with a word
    return [word for word in words if word in text]


# The table and the URLs


def routes(patterns: list[Any], prefix: str = "") -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, f"{pattern.namespace}:" if pattern.namespace else prefix)
        else:
            yield f"{prefix}{pattern.name}"


def test_every_url_has_a_row_and_every_row_a_url() -> None:
    assert {row.url for row in ROWS} == set(routes(get_resolver().url_patterns))


# Who gets what


@each_row
def test_everybody_gets_what_the_table_says(row: Row, world: SimpleNamespace, ask: Any) -> None:
    case = world.cases["adams"]
    for person in PEOPLE:
        for method in row.asked_by(person):
            answer = ask(person, method, row, case)
            check(row, person, method, answer, row.status(person, method), case)
            assert found_in(answer, sealed_from(person, world, row)) == [], f"{person}: {method} {row.url}"


def sealed_from(person: str, world: SimpleNamespace, row: Row | None = None) -> set[str]:
    """Return the words that must be in no answer at all to somebody, whatever they ask for but what they broke a glass for."""
    sealed = _sealed_from(person, world)
    in_an_emergency = row is not None and row.url in ("notes:glass", "notes:glass-note") and row.cells[person] == "ok"
    own = world.cases["adams"]
    return sealed - own.known - own.signed_words.given if in_an_emergency else sealed


def _sealed_from(person: str, world: SimpleNamespace) -> set[str]:
    ours, colleagues, theirs = (world.cases[name] for name in ("adams", "baker", "stranger"))
    if person == "stranger":
        return ours.known | colleagues.known
    notes = [words.given for case in (ours, colleagues) for words in (case.draft_words, case.signed_words)]
    plans = [case.plan_words.given for case in (ours, colleagues)]
    drafts = [case.draft_words.given for case in (ours, colleagues)]
    never = {"frances": notes + plans, "bill": notes + plans, "olga": notes + plans, "rita": drafts}
    return theirs.known.union(*never.get(person, ()))


@each_row
def test_a_colleagues_object_is_as_far_from_the_author_as_the_authors_is_from_the_colleague(
    row: Row, world: SimpleNamespace, ask: Any
) -> None:
    case = world.cases["baker"]
    for person, other in (("adams", "baker"), ("baker", "adams")):
        for method in row.answers if row.is_of_an_object else ():
            check(row, person, method, ask(person, method, row, case), row.status(other, method), case)


@each_row
def test_nobody_reaches_into_another_practice(row: Row, world: SimpleNamespace, ask: Any) -> None:
    case = world.cases["stranger"]
    never = [person for person in PEOPLE if row.never(person)]
    for person in PEOPLE if row.is_of_an_object or row.is_of_a_practice else ():
        if person in never[1:]:
            continue  # the role is refused before the object is looked at; one such role stands for all
        own = person == "stranger"
        for method in row.asked_by(person):
            status = row.status("adams", method) if own else 403 if row.never(person) and row.is_of_an_object else 404
            check(row, person, method, ask(person, method, row, case), status, case)


@each_row
def test_a_role_in_one_practice_opens_nothing_in_another(row: Row, world: SimpleNamespace, ask: Any) -> None:
    """Dana is at the front desk of Riverside and everything else elsewhere: at Riverside she gets what Frances gets."""
    case = world.cases["adams"]
    for method in row.answers if row.is_of_an_object or row.is_of_a_practice else ():
        answer, status = ask("dana", method, row, case), row.status("frances", method)
        assert answer.status_code == status or {answer.status_code, status} <= {403, 404}, f"{method} {row.url}"
        assert found_in(answer, sealed_from("frances", world)) == [], f"{method} {row.url}"


@each_row
def test_who_has_left_gets_nothing(row: Row, world: SimpleNamespace, ask: Any) -> None:
    case = world.cases["adams"]
    method, status = next(iter(row.answers)), 404 if row.is_of_a_practice else 403
    if row.anonymous == "in":
        check(row, "gil", method, ask("gil", method, row, case), status, case)


@each_row
def test_without_signing_in_a_page_asks_for_it_and_a_fragment_gets_401(
    row: Row, world: SimpleNamespace, ask: Any
) -> None:
    case = world.cases["adams"]
    for method in row.answers if row.anonymous == "in" else ():
        page, fragment = ask("", method, row, case), ask("", method, row, case, **{"HX-Request": "true"})
        assert (page.status_code, page.url.split("?")[0]) == (302, reverse("clinic:login")), f"{method} {row.url}"
        assert found_in(page, case.known) == []
        assert (fragment.status_code, fragment.text) == (401, ""), f"{method} {row.url}"


@each_row
def test_no_other_method_is_answered(row: Row, world: SimpleNamespace, ask: Any) -> None:
    person = next(person for person in PEOPLE if row.cells[person] == "ok")
    for method in {"GET", "POST", "PUT", "DELETE"} - set(row.answers):
        check(row, person, method, ask(person, method, row, world.cases["adams"]), 405, world.cases["adams"])


def test_a_post_without_its_token_is_refused(world: SimpleNamespace) -> None:
    for row in ROWS:
        if "POST" in row.answers:
            client = Client(enforce_csrf_checks=True)
            client.cookies["sessionid"] = world.sessions["adams"]
            assert client.post(row.address(world.cases["adams"])).status_code == 403, row.url


# The words are where they belong; otherwise the tests above would find nothing anywhere


@pytest.mark.parametrize(
    ("url", "of", "person", "kind"),
    [
        ("notes:note", "draft", "adams", "draft_words"),
        ("notes:note", "signed", "rita", "signed_words"),
        ("coding:review", "draft", "baker", "draft_words"),
        ("notes:episode", "episode", "rita", "plan_words"),
    ],
)
def test_who_may_read_words_reads_them(
    world: SimpleNamespace, ask: Any, url: str, of: str, person: str, kind: str
) -> None:
    row = next(row for row in ROWS if (row.url, row.of) == (url, of))
    case = world.cases["adams"]
    unseen = ("picked", "why", "value")  # what a row shows when it is opened, and what stands on the superbill
    wanted = {word for word in getattr(case, kind).given if not word.endswith(unseen)}
    assert set(found_in(ask(person, "GET", row, case), wanted)) == wanted


def test_the_desk_finds_a_patient_by_name(world: SimpleNamespace, ask: Any) -> None:
    row = next(row for row in ROWS if row.url == "clinic:search")
    assert world.cases["adams"].patient.first_name in ask("frances", "POST", row, world.cases["adams"]).text


# What a form points at


# A form that is right but for one field, in which the id of somebody else's object stands. The last column says whose: another
# patient's, another practice's, or both are tried.
POINTERS = """
# url                       of          field           object      the rest of the form                           whose
notes:episode-serve         draft       episode         episode     -                                              both
notes:activity-add          draft       goal            goal        description=Lifts                              both
notes:activity-add          draft       episode         episode     description=Lifts                              both
notes:activity-add          draft       diagnosis_ids   diagnosis   description=Lifts                              both
notes:activity-add          draft       performer       doctor      description=Lifts                              practice
notes:activity-save         activity    goal            goal        description=Lifts                              both
notes:activity-save         activity    episode         episode     description=Lifts                              both
notes:activity-save         activity    diagnosis_ids   diagnosis   description=Lifts                              both
notes:activity-save         activity    performer       doctor      description=Lifts                              practice
notes:adjustment-add        draft       episode         episode     region=lumbar                                  both
notes:adjustment-add        draft       diagnosis_ids   diagnosis   region=lumbar                                  both
notes:adjustment-save       adjustment  episode         episode     region=lumbar                                  both
notes:adjustment-save       adjustment  diagnosis_ids   diagnosis   region=lumbar                                  both
notes:finding-add           draft       episode         episode     kind=pain&words=tender                         both
notes:finding-save          finding     episode         episode     kind=pain&words=tender                         both
notes:note-begin            planned     episodes        episode     -                                              both
notes:episode-add           patient     coverage        coverage    complaint=Neck                                 both
notes:episode-about-edit    episode     coverage        coverage    complaint=Neck                                 both
notes:service-add           episode     goal            goal        kind=exercise                                  both
clinic:visit-add            patient     coverage        coverage    when=now&clinician=doctor&location=location    both
clinic:visit-add            patient     clinician       doctor      when=now&location=location                     practice
clinic:visit-add            patient     location        location    when=now&clinician=doctor                      practice
clinic:coverage-add         patient     payer           payer       order=1&subscriber=self                        practice
clinic:coverage-edit        coverage    payer           payer       order=1&subscriber=self                        practice
coding:service-add          draft       fee             fee         units=1                                        practice
coding:service-add          draft       episode         episode     units=1&fee=fee                                both
coding:record-only          draft       row             activity    -                                              both
coding:record-only          draft       row             patient     -                                              both
coding:last-unit            draft       payer           coverage    code=97530                                     both
coding:service-add          draft       diagnosis_ids   diagnosis   units=1&fee=fee                                both
coding:acknowledge          draft       about           activity    slug=goal-is-measurable&reason=so              both
"""


@pytest.mark.parametrize("line", [line for line in POINTERS.strip().splitlines() if not line.startswith("#")])
@pytest.mark.parametrize("whose", ["patient", "practice"])
def test_a_form_that_points_at_somebody_elses_object_is_refused(
    line: str, whose: str, world: SimpleNamespace, settings: Any
) -> None:
    url, of, field, kind, rest, tried = line.split()
    if tried not in (whose, "both"):
        return
    settings.DEBUG_PROPAGATE_EXCEPTIONS = True
    own, other = world.cases["adams"], world.cases["baker" if whose == "patient" else "stranger"]
    body = {"version": own.draft.version, "key": new_key(), field: getattr(other, kind).pk} | filled(rest, own)
    with undone():
        before = mentions(getattr(other, kind).pk)
        answer = send("POST", reverse(url, kwargs={"pk": getattr(own, of).pk}), world.sessions["adams"], body)
        assert answer.status_code in (404, 409, 422)  # 409: the review is not (or no longer) as the form says
        assert found_in(answer, other.known) == []
        assert mentions(getattr(other, kind).pk) == before


def filled(rest: str, own: SimpleNamespace) -> dict[str, Any]:
    """Read the rest of a form; the name of an object stands for one's own."""
    pairs = [pair.split("=") for pair in rest.split("&") if pair != "-"]
    return {name: getattr(own, value).pk if hasattr(own, value) else value for name, value in pairs}


@pytest.mark.parametrize(("url", "part"), [("notes:goal-progress", "goal"), ("notes:alert-answer", "alert")])
@pytest.mark.parametrize("whose", ["baker", "stranger"])
def test_a_note_takes_no_word_on_another_patients_goal_or_alert(
    url: str, part: str, whose: str, world: SimpleNamespace
) -> None:
    own, theirs = world.cases["adams"], getattr(world.cases[whose], part).pk
    body = {"version": own.draft.version, "value": "12", "text": "heeded"}
    with undone():
        before = everything()
        address = reverse(url, kwargs={"pk": own.draft.pk, part: theirs})
        assert send("POST", address, world.sessions["adams"], body).status_code == 404
        assert everything() == before


@pytest.mark.parametrize("name", ["location", "clinician", "payer"])
def test_the_day_narrowed_to_another_practices_row_shows_nothing_of_it(name: str, world: SimpleNamespace) -> None:
    theirs = world.cases["stranger"]
    pk = theirs.doctor.pk if name == "clinician" else getattr(theirs, name).pk
    answer = send("GET", f"/riverside/superbills/?{name}={pk}", world.sessions["frances"])
    assert (answer.status_code, found_in(answer, theirs.known)) == (200, [])


@pytest.mark.parametrize("page", ["", "panel/"])
def test_guidance_shows_no_revision_of_another_practice(page: str, world: SimpleNamespace) -> None:
    theirs = world.cases["stranger"].revision.pk
    answer = send("GET", f"/riverside/guidance/97530/{page}?on={theirs}", world.sessions["adams"])
    assert (answer.status_code, "elsewhere" in answer.text) == (404, False)


def test_guidance_restores_no_revision_of_another_practice(world: SimpleNamespace) -> None:
    own, theirs = (world.cases[name].revision.pk for name in ("adams", "stranger"))
    with undone():
        before, address = everything(), "/riverside/guidance/97530/restore/"
        answer = send("POST", address, world.sessions["olga"], {"on": theirs, "base": own})
        assert (answer.status_code, everything()) == (404, before)
