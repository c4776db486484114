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
from collections.abc import Iterator
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from django.urls import reverse

from tests.world import PEOPLE

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
clinic:member-end           doctor      GET 200 POST 422  in  403   403   403   403   403   ok    403   403
clinic:member-return        doctor      GET 200 POST 422  in  403   403   403   403   403   ok    403   403
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
clinic:audit-export         practice    GET 200 POST 422  in  403   403   403   403   403   ok    ok    404
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
