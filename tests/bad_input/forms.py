"""Every form that takes text, filled in rightly, and how it is sent: through the real URLs, as the page would send it.

The tests beside this send what it should not hold. Nothing of it is an error of ours (500), nothing is stored that should not be,
and what was typed is not lost.
"""

import re
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.urls import reverse

from clinic.entry.fingerprints import fingerprint
from clinic.requests.deeds import new_key
from coding.superbills import hold
from notes.forms.episodes import AboutForm, GoalForm, PlanForm
from tests.conftest import PASSWORD
from tests.world import of_each_table, send, undone

# Every form that takes text, filled in rightly. `words` stands in the fields that hold text.

WORDS = "words"
ADDRESS = {"street": WORDS, "city": WORDS, "postal_code": WORDS, "state": "NC"}
ACTIVITY = {
    "description": WORDS, "goal_text": WORDS, "dose": WORDS, "response": WORDS, "why": WORDS, "minutes": "12", "began_at": "9:05",
    "intents": "task", "regions": "lumbar", "delivery": "one_on_one",
}  # fmt: skip
ADJUSTMENT = {"region": "lumbar", "side": "left", "segment": WORDS, "technique": WORDS, "response": WORDS}
FINDING = {
    "kind": "pain", "region": "lumbar", "side": "left", "value": WORDS, "unit": WORDS, "comparison": WORDS, "words": WORDS,
}  # fmt: skip
PATIENT = {
    "first_name": WORDS, "last_name": WORDS, "preferred_name": WORDS, "phone": WORDS, "chart_number": WORDS, **ADDRESS,
    "birth_date": "3/4/1984", "sex": "female", "is_another": "on",
}  # fmt: skip
COVERAGE = {
    "payer": "@payer", "order": "1", "member_id": WORDS, "group_id": WORDS, "claim_number": WORDS, "subscriber": "spouse",
    "subscriber_name": WORDS, "cause": "work", "accident_on": "11/2/2024", "accident_state": "NC", "employer": WORDS,
    "contact": WORDS, "authorisation": WORDS, "authorised_visits": "12", "copay": "25",
    "voluntary_notice_signed_on": "11/2/2024",
}  # fmt: skip
PERSON = {
    "first_name": WORDS, "last_name": WORDS, "username": WORDS, "roles": "clinician", "title": WORDS, "credential": WORDS,
    "npi": "1234567893", "password": PASSWORD,
}  # fmt: skip
LOCATION = {"name": WORDS, "phone": WORDS, "place_of_service": "11", **ADDRESS, "is_active": "on"}
PAYER = {
    "name": WORDS, "kind": "insurer", "unit_method": "per_code", "wants_gp": "never", "is_active": "on", **ADDRESS,
    "unattended_stimulation_code": "97014", "distinct_modifier": "59", "electronic_id": WORDS, "most_timed_units": "4",
}  # fmt: skip
PACKET = {"readers": "outside", "file": "json", "recipient": WORDS, "purpose": "payment", "password": PASSWORD}
GOAL = {"text": WORDS, "measure": WORDS, "unit": WORDS, "baseline": WORDS, "target": WORDS, "term": "short"}


@dataclass(frozen=True)
class Sent:
    """A form as somebody sends it. Of a page the answer holds what was typed; a fragment's fields stay where they are."""

    url: str
    of: str
    body: dict[str, str]
    by: str = "adams"
    is_page: bool = False
    seen: tuple[str, ...] = ()  # the fields of the object whose state the form carries
    is_opened: bool = False  # whether the form is opened first, and carries what was seen then

    @property
    def texts(self) -> list[str]:
        return [name for name, value in self.body.items() if value == WORDS]


FORMS = [
    Sent("notes:note-save", "draft", {**dict.fromkeys(("subjective", "objective", "assessment", "plan"), WORDS)}),
    Sent("notes:activity-save", "activity", ACTIVITY),
    Sent("notes:activity-add", "draft", ACTIVITY),
    Sent("notes:activity-quick", "draft", {"line": WORDS}),
    Sent("notes:adjustment-save", "adjustment", ADJUSTMENT),
    Sent("notes:adjustment-add", "draft", ADJUSTMENT),
    Sent("notes:finding-save", "finding", FINDING),
    Sent("notes:finding-add", "draft", FINDING),
    Sent("notes:adjustment-said", "draft", {"line": "C5 T4-6 L5 right, drop"}),
    Sent("notes:goal-progress", "draft+goal", {"value": WORDS}),
    Sent("notes:alert-answer", "draft+alert", {"text": WORDS}),
    Sent("notes:note-discard", "draft", {"reason": WORDS}),
    Sent("coding:addendum", "signed", {"text": WORDS, "do": "sign", "password": PASSWORD}, is_page=True),
    Sent("notes:amendment-add", "patient", {"received_on": "@day", "asked": WORDS}, by="frances", is_page=True),
    Sent("notes:amendment-step", "amendment", {"kind": "refused", "words": WORDS}, is_page=True),
    Sent("coding:retract", "signed", {"reason": WORDS, "password": PASSWORD}, is_page=True),
    Sent("notes:note-begin", "planned", {"complaint": WORDS}, is_page=True),
    Sent("notes:episode-add", "patient", dict.fromkeys(("complaint", "prior_function", "limitation"), WORDS), is_page=True),
    Sent("notes:episode-about-edit", "episode", dict.fromkeys(("complaint", "prior_function", "limitation"), WORDS),
         is_page=True, seen=tuple(AboutForm.Meta.fields)),
    Sent("notes:plan-edit", "episode", {"frequency": WORDS, "duration": WORDS}, is_page=True, seen=PlanForm.Meta.fields),
    Sent("notes:goal-add", "episode", GOAL, is_page=True),
    Sent("notes:goal-edit", "goal", GOAL, is_page=True, seen=GoalForm.Meta.fields),
    Sent("notes:service-add", "episode", {"kind": "exercise", "aim": WORDS}, is_page=True),
    Sent("notes:diagnosis-search", "episode", {"words": WORDS}),
    Sent("clinic:search", "practice", {"words": WORDS}),
    Sent("clinic:walk-in-search", "practice", {"words": WORDS}, by="frances"),
    Sent("clinic:patient-begin", "practice", {"words": WORDS}),
    Sent("clinic:patient-add", "practice", PATIENT, by="frances", is_page=True),
    Sent("clinic:patient-edit", "patient", PATIENT, by="frances", is_page=True, is_opened=True),
    Sent("clinic:alert-add", "patient", {"kind": "precaution", "text": WORDS}, is_page=True),
    Sent("clinic:coverage-add", "patient", COVERAGE, by="frances", is_page=True),
    Sent("clinic:coverage-edit", "coverage", COVERAGE, by="bill", is_page=True, is_opened=True),
    Sent("clinic:visit-add", "patient", {"when": "later", "on": "@day", "clinician": "@colleague", "location": "@location"}),
    Sent("clinic:disclosure-add", "patient", {"on": "11/2/2024", "recipient": WORDS, "what": WORDS, "purpose": "law"},
         by="olga", is_page=True),
    Sent("clinic:break-glass", "practice", {"who": "qadamswhochart", "born": "3/4/1984", "fact": "other", "words": WORDS,
         "password": PASSWORD}, by="frances", is_page=True),
    Sent("clinic:payment-add", "visit", {"amount": "25.00", "method": "cash"}, by="frances"),
    Sent("clinic:payment-reverse", "payment", {"reason": WORDS}, by="frances", is_page=True),
    Sent("clinic:member-add", "practice", PERSON, by="olga", is_page=True),
    Sent("clinic:member-edit", "doctor", PERSON, by="olga", is_page=True, is_opened=True),
    Sent("clinic:passkey-edit", "passkey", {"name": WORDS, "password": PASSWORD}, is_page=True),
    Sent("clinic:practice", "practice", {"name": WORDS, "phone": WORDS, "time_zone": "America/New_York", **ADDRESS},
         by="olga", is_page=True, is_opened=True),
    Sent("clinic:location-add", "practice", LOCATION, by="olga", is_page=True),
    Sent("clinic:location-edit", "location", LOCATION, by="olga", is_page=True, is_opened=True),
    Sent("clinic:payer-add", "practice", PAYER, by="olga", is_page=True),
    Sent("clinic:payer-edit", "payer", PAYER, by="bill", is_page=True, is_opened=True),
    Sent("coding:packet", "patient", PACKET, is_page=True),
    Sent("coding:service-add", "draft", {"fee": "@fee", "units": "1", "reason": WORDS}),
    Sent("coding:superbill-hold", "bill", {"question": WORDS}, by="frances"),
    Sent("coding:superbill-release", "held", {"answer": WORDS}),
    Sent("coding:signed-note", "bill", {"purpose": "other", "words": WORDS}, by="bill", is_page=True),
    Sent("coding:superbill-void", "bill", {"reason": WORDS}, by="bill"),
    Sent("coding:fee-add", "practice", {"code": "A9300", "title": WORDS, "amount": "12"}, by="bill", is_page=True),
    Sent("coding:fee-edit", "fee", {"code": "A9300", "title": WORDS, "amount": "12"}, by="bill", is_page=True, is_opened=True),
    Sent("coding:guidance-edit", "page", {"text": WORDS, "reason": WORDS, "base": "@revision"}, by="olga", is_page=True),
    Sent("coding:guidance-preview", "page", {"text": WORDS}, by="olga"),
]  # fmt: skip
SAVE, NOTE = FORMS[1], FORMS[0]
NOBODYS = "3d2d8fb8-4a5b-4f6e-9a8e-0f6f2f0a1b2c"  # a well-formed id that nothing has
each_form = pytest.mark.parametrize("form", FORMS, ids=lambda form: form.url)
# A form that is opened first has the fields of the one that adds, so it need not be tried with all that is wrong.
each_new_form = pytest.mark.parametrize(
    "form", [form for form in FORMS if not form.is_opened], ids=lambda form: form.url
)
# These store nothing, or only in the log.
NOT_STORED = {
    "clinic:search", "clinic:walk-in-search", "clinic:patient-begin", "notes:diagnosis-search", "coding:guidance-preview",
    "notes:note-discard", "coding:signed-note",
}  # fmt: skip
# What else is posted: a button, a choice, a password, a decision on what the review shows.
WITHOUT_TEXT = re.compile(
    r"-(retire|state|start|serve|remove|up|down|confirm|decline|reviewed|end|return|link|met|drop|reopen|restore|review|only|again|back|press)$"
    r"|:(export-cancel|superbills-export|login|logout|password|welcome|sign|cosign|diagnosis-add|acknowledge|last-unit|take|leave|audit|audit-export|auditor-list|passkey-to-[a-z]+|passkey|passkey-add|lock-[a-z]+|still-here|second-factor|app-add|recovery-codes|pin)$"
)


def post(form: Sent, case: SimpleNamespace, **changed: Any) -> Any:
    """Send a form with some fields changed; take back what it did, and keep the words that it stored in `stored`."""
    with undone():
        if form.of == "held":
            hold(case.bill, by=case.desk, question="Which?")
        answer = send("POST", address(form, case), case.sessions[form.by], whole(form, case) | changed)
        connection.check_constraints()
        answer.stored = of_each_table("coalesce(string_agg(row::text, ' '), '')") if changed else {}
    return answer


def address(form: Sent, case: SimpleNamespace) -> str:
    practice = {"practice": "riverside"}
    beside = {
        "practice": practice, "page": practice | {"slug": "97530"}, "held": {"pk": case.bill.pk},
        "draft+goal": {"pk": case.draft.pk, "goal": case.goal.pk},
        "draft+alert": {"pk": case.draft.pk, "alert": case.alert.pk}, "passkey": {"factor": case.passkey.pk},
    }  # fmt: skip
    return reverse(form.url, kwargs=beside.get(form.of) or {"pk": getattr(case, form.of).pk})


def whole(form: Sent, case: SimpleNamespace) -> dict[str, Any]:
    """Return the form as the page would send it: with the version, the patient, a fresh key, and what was seen."""
    carried: dict[str, Any] = {"version": case.draft.version, "patient": case.patient.pk, "key": new_key()}
    if form.seen:
        carried["base"] = fingerprint(getattr(case, form.of), form.seen)
    if form.is_opened:
        opened = send("GET", address(form, case), case.sessions[form.by]).text
        carried["seen"] = re.findall(r'name="seen" value="(\w+)"', opened)[0]
    if form.url in ("notes:activity-save", "notes:adjustment-save", "notes:finding-save"):
        row = reverse(form.url.replace("-save", "-edit"), args=[getattr(case, form.of).pk])
        carried["base"] = re.findall(r'name="base" value="(\w+)"', send("GET", row, case.sessions[form.by]).text)[0]
    own = {name: getattr(case, value[1:]) for name, value in form.body.items() if value.startswith("@")}
    return carried | form.body | {name: getattr(value, "pk", value) for name, value in own.items()}


def holds(stored: dict[str, str], word: str) -> bool:
    return any(word in rows for rows in stored.values())
