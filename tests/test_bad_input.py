"""What people, browsers and strangers send: every form with what it should not hold, through the real URLs.

Nothing of it is an error of ours (500), nothing is stored that should not be, and what was typed is not lost.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection
from django.urls import reverse

from clinic.deeds import new_key
from clinic.fingerprints import fingerprint, of_values
from coding.superbills import hold
from notes.forms.episodes import AboutForm, GoalForm, PlanForm
from notes.models import Activity, Note
from tests.test_urls import ROWS
from tests.world import everything, of_each_table, send, undone

# Every form that takes text, filled in rightly. `words` stands in the fields that hold text.

WORDS = "words"
ADDRESS = {"street": WORDS, "city": WORDS, "postal_code": WORDS, "state": "NC"}
ACTIVITY = {
    "description": WORDS, "goal_text": WORDS, "dose": WORDS, "response": WORDS, "why": WORDS, "minutes": "12",
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
}  # fmt: skip
PERSON = {
    "first_name": WORDS, "last_name": WORDS, "username": WORDS, "roles": "clinician", "title": WORDS, "credential": WORDS,
    "npi": "1234567893",
}  # fmt: skip
LOCATION = {"name": WORDS, "phone": WORDS, "place_of_service": "11", **ADDRESS, "is_active": "on"}
PAYER = {
    "name": WORDS, "kind": "insurer", "unit_method": "per_code", "wants_gp": "never", "is_active": "on", **ADDRESS,
    "unattended_stimulation_code": "97014", "distinct_modifier": "59", "electronic_id": WORDS,
}  # fmt: skip
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
    Sent("notes:addendum-add", "signed", {"text": WORDS}, is_page=True),
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
    Sent("clinic:payment-add", "visit", {"amount": "25.00", "method": "cash"}, by="frances"),
    Sent("clinic:payment-reverse", "payment", {"reason": WORDS}, by="frances", is_page=True),
    Sent("clinic:member-add", "practice", PERSON, by="olga", is_page=True),
    Sent("clinic:member-edit", "doctor", PERSON, by="olga", is_page=True, is_opened=True),
    Sent("clinic:practice", "practice", {"name": WORDS, "phone": WORDS, "time_zone": "America/New_York", **ADDRESS},
         by="olga", is_page=True, is_opened=True),
    Sent("clinic:location-add", "practice", LOCATION, by="olga", is_page=True),
    Sent("clinic:location-edit", "location", LOCATION, by="olga", is_page=True, is_opened=True),
    Sent("clinic:payer-add", "practice", PAYER, by="olga", is_page=True),
    Sent("clinic:payer-edit", "payer", PAYER, by="bill", is_page=True, is_opened=True),
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
    r"-(retire|state|start|serve|remove|up|down|confirm|reviewed|end|return|link|met|drop|reopen|restore|review|only|again|back|press)$"
    r"|:(login|logout|password|welcome|sign|diagnosis-add|acknowledge|last-unit)$"
)


@pytest.fixture
def case(world: SimpleNamespace, settings: Any) -> Iterator[SimpleNamespace]:
    """Dr. Adams's case. What a test does is taken back, and an error is the test's, not a page."""
    settings.DEBUG_PROPAGATE_EXCEPTIONS = True
    with undone():
        found = world.cases["adams"]
        found.colleague, found.sessions = world.people["baker"], world.sessions
        yield found


def post(form: Sent, case: SimpleNamespace, **changed: Any) -> Any:
    """Send a form with some fields changed; take back what it did, and keep the words that it stored in `stored`."""
    with undone():
        if form.of == "held":
            hold(case.bill, by=case.doctor, question="Which?")
        answer = send("POST", address(form, case), case.sessions[form.by], whole(form, case) | changed)
        connection.check_constraints()
        answer.stored = of_each_table("coalesce(string_agg(row::text, ' '), '')") if changed else {}
    return answer


def address(form: Sent, case: SimpleNamespace) -> str:
    practice = {"practice": "riverside"}
    beside = {
        "practice": practice, "page": practice | {"slug": "97530"}, "held": {"pk": case.bill.pk},
        "draft+goal": {"pk": case.draft.pk, "goal": case.goal.pk},
        "draft+alert": {"pk": case.draft.pk, "alert": case.alert.pk},
    }  # fmt: skip
    return reverse(form.url, kwargs=beside.get(form.of) or {"pk": getattr(case, form.of).pk})


def whole(form: Sent, case: SimpleNamespace) -> dict[str, Any]:
    """Return the form as the page would send it: with the version, a fresh key, and what was seen."""
    carried: dict[str, Any] = {"version": case.draft.version, "key": new_key()}
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


# The forms are right to begin with


def test_every_form_that_takes_text_is_here() -> None:
    posts = {row.url for row in ROWS if "POST" in row.answers and not WITHOUT_TEXT.search(row.url)}
    assert posts == {form.url for form in FORMS}


@each_form
def test_each_form_is_taken_when_it_is_right(form: Sent, case: SimpleNamespace) -> None:
    assert post(form, case).status_code in (200, 302)


NOBODYS = "3d2d8fb8-4a5b-4f6e-9a8e-0f6f2f0a1b2c"  # a well-formed id that nothing has


# Text


@each_form
def test_a_nul_byte_in_text_is_said_and_not_stored(form: Sent, case: SimpleNamespace) -> None:
    """The form for a new patient opens with words that were found to be text, or empty."""
    for name in () if form.url == "clinic:patient-begin" else form.texts:
        answer = post(form, case, **{name: "qa\x00qb"})
        assert (answer.status_code, "a NUL" in answer.text) == (422, True), name
        assert not holds(answer.stored, "qaqb"), name
        assert not form.is_page or "qa\x00qb" in answer.text, name


@each_new_form
def test_a_nul_byte_anywhere_else_is_no_error_of_ours(form: Sent, case: SimpleNamespace) -> None:
    for name in set(whole(form, case)) - set(form.texts):
        assert post(form, case, **{name: "a\x00b"}).status_code in (200, 302, 404, 409, 422), name


@each_new_form
def test_a_megabyte_of_text_is_kept_or_refused_with_a_message_and_never_cut(form: Sent, case: SimpleNamespace) -> None:
    long = "word " * 200_000
    for name in form.texts:
        answer = post(form, case, **{name: long})
        if answer.status_code == 422:
            assert re.search(r"at most|characters|long", answer.text), name
            assert not form.is_page or long[:-1] in unescape(answer.text), name
        else:
            assert answer.status_code in (200, 302), name
            assert holds(answer.stored, long[:-1]) or form.url in NOT_STORED, name


@each_form
@pytest.mark.parametrize("text", ["👩🏽‍⚕️ عربى 中文", "<script>alert(1)</script>{{ 7 }}' --"])
def test_text_in_any_script_is_taken_and_never_run(form: Sent, case: SimpleNamespace, text: str) -> None:
    answer = post(form, case, **dict.fromkeys(form.texts, text))
    assert answer.status_code in (200, 302, 422)
    assert "<script>alert" not in answer.text


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (b"a%0D%0Ab%0Dc", "a\nb\nc"),
        (b"%E2%80%AEabc%E2%80%AC", "abc"),
        (b"lone %ED%A0%80 surrogate", "lone ��� surrogate"),
        (b"not utf-8: %FF", "not utf-8: �"),
        (b"e%CC%81", "é"),
        (b"%F0%9F%91%A9%F0%9F%8F%BD%E2%80%8D%E2%9A%95%EF%B8%8F", "👩🏽‍⚕️"),
        (b"+two++spaces+", " two  spaces "),
    ],
)
def test_text_is_stored_as_it_was_typed_but_for_what_cannot_be_read(
    case: SimpleNamespace, typed: bytes, kept: str
) -> None:
    body = b"version=%d&subjective=%b" % (case.draft.version, typed)
    url = reverse("notes:note-save", kwargs={"pk": case.draft.pk})
    base = b"&base=" + fingerprint(case.draft, ["subjective"]).encode()
    assert send("POST", url, case.sessions["adams"], raw=body + base).status_code == 200
    assert Note.objects.get(pk=case.draft.pk).subjective == kept


# What Django says by itself


STOCK = re.compile(
    r"Select a valid|is not one of the available|This field is required|This field cannot be|Ensure (this|that)|Enter a valid"
    r"|Enter a (whole )?number\.|Null characters|is not a valid (choice|value|UUID)|already exists"
    r"|Constraint .* is violated|list of values"
)


@each_new_form
def test_no_field_speaks_in_stock_sentences(form: Sent, case: SimpleNamespace) -> None:
    """Every field empty, then every one with what hardly any takes: whatever is refused is refused in our words."""
    body = whole(form, case)
    for typed in ("", "no such thing", "a\x00b", "9" * 400, NOBODYS):
        with undone():
            answer = send("POST", address(form, case), case.sessions[form.by], body | dict.fromkeys(form.body, typed))
        assert not STOCK.search(answer.text), (typed, STOCK.search(answer.text))


# Numbers


REFUSED_MINUTES = [
    "0", "-5", "481", "480.5", "12.5", "12,5", "1e2", "+5", "0x10", "１５", "١٥", "1５", "1_5", "½", "②", "12 min",
    "twelve", "NaN", "9" * 100_000,
]  # fmt: skip
TAKEN_MINUTES = [("", None), ("   ", None), (" 12 ", 12), ("1", 1), ("480", 480), ("\u00a012", 12), ("007", 7)]
SAVE, NOTE = FORMS[1], FORMS[0]


@pytest.mark.parametrize("typed", REFUSED_MINUTES, ids=lambda typed: typed[:8])
@pytest.mark.parametrize("field", ["minutes", "group_size"])
def test_minutes_are_whole_and_fit_a_visit(case: SimpleNamespace, typed: str, field: str) -> None:
    body = whole(SAVE, case) | {field: typed, "delivery": "group", "base": activity_base(case), "dose": "qkept"}
    answer = send("POST", address(SAVE, case), case.sessions["adams"], body)
    stored = Activity.objects.get(pk=case.activity.pk)
    assert answer.status_code == 422
    assert re.search("Minutes|number|group", answer.text)
    assert (stored.minutes, stored.group_size) in ((15, None), (12, None))
    assert stored.dose == "qkept"  # what was right is kept


@pytest.mark.parametrize(("typed", "minutes"), TAKEN_MINUTES)
def test_minutes_may_be_left_out(case: SimpleNamespace, typed: str, minutes: int | None) -> None:
    body = whole(SAVE, case) | {"minutes": typed, "base": activity_base(case)}
    assert send("POST", address(SAVE, case), case.sessions["adams"], body).status_code == 200
    assert Activity.objects.get(pk=case.activity.pk).minutes == minutes


@pytest.mark.parametrize("typed", REFUSED_MINUTES, ids=lambda typed: typed[:8])
def test_total_minutes_are_whole_and_fit_a_visit(case: SimpleNamespace, typed: str) -> None:
    body = {"version": case.draft.version, "total_minutes": typed, "base": fingerprint(case.draft, ["total_minutes"])}
    answer = send("POST", address(NOTE, case), case.sessions["adams"], body)
    assert (answer.status_code, "Minutes" in answer.text) == (422, True)
    assert Note.objects.get(pk=case.draft.pk).total_minutes == 30


def activity_base(case: SimpleNamespace) -> str:
    """What an open activity was typed against."""
    text = send("GET", reverse("notes:activity-edit", kwargs={"pk": case.activity.pk}), case.sessions["adams"]).text
    found = re.search(r'name="base" value="(\w+)"|"base": "(\w+)"|&quot;base&quot;: ?&quot;(\w+)', text)
    assert found, text
    return next(filter(None, found.groups()))


@each_new_form
def test_a_number_of_100000_digits_is_no_error_of_ours(form: Sent, case: SimpleNamespace) -> None:
    for name in set(whole(form, case)) - set(form.texts):
        assert post(form, case, **{name: "9" * 100_000}).status_code in (200, 302, 404, 409, 422), name


def test_a_line_whose_goal_is_longer_than_a_goal_may_be_is_no_error_of_ours(case: SimpleNamespace) -> None:
    quick = next(form for form in FORMS if form.url == "notes:activity-quick")
    answer = post(quick, case, line="lifts -> " + "y" * 1500)
    assert answer.status_code == 422 or holds(answer.stored, "y" * 1500)


# Choices


@pytest.mark.parametrize(
    ("form", "field"),
    [
        *((FORMS[1], name) for name in ("intents", "regions", "delivery", "goal", "performer", "diagnosis_ids")),
        *((FORMS[2], name) for name in ("intents", "regions", "delivery", "goal", "performer", "diagnosis_ids")),
        *((FORMS[4], name) for name in ("region", "side", "diagnosis_ids", "episode")),
        *((FORMS[6], name) for name in ("kind", "region", "side", "episode")),
        (NOTE, "care_phase"),
    ],
    ids=lambda value: value if isinstance(value, str) else value.url,
)
@pytest.mark.parametrize("typed", ["no-such-thing", NOBODYS, "é\x00"])
def test_what_is_no_choice_is_said(case: SimpleNamespace, form: Sent, field: str, typed: str) -> None:
    answer = post(form, case, **{field: typed})
    assert answer.status_code == 422
    assert not holds(answer.stored, "no-such-thing")


def test_an_unknown_diagnosis_code_is_said(case: SimpleNamespace) -> None:
    url = reverse("notes:diagnosis-add", kwargs={"pk": case.episode.pk})
    for typed in ("", "X00.00", "m54.50", "9" * 100_000, "M54\x00", "' OR 1=1"):
        before = everything()
        answer = send("POST", url, case.sessions["adams"], {"code": typed})
        assert (answer.status_code, "Search for it again" in answer.text) == (422, True)
        assert everything() == before


def test_an_unknown_step_of_a_visit_is_said(case: SimpleNamespace) -> None:
    url = reverse("clinic:visit-state", kwargs={"pk": case.visit.pk})
    for typed in ("", "gone", "\x00", "9" * 100_000):
        assert send("POST", url, case.sessions["frances"], {"state": typed}).status_code == 409


# Versions and keys


STALE: list[tuple[dict[str, Any], int]] = [
    ({"version": "1"}, 409),
    ({"version": "999999"}, 409),
    ({"version": ""}, 422),
    ({"version": "0"}, 422),
    ({"version": "-1"}, 422),
    ({"version": "1.5"}, 422),
    ({"version": "now"}, 422),
    ({"version": "9" * 30}, 409),
    ({"version": "9" * 100_000}, 422),
    ({"key": "no-uuid"}, 422),
    ({"key": "\x00"}, 422),
]


@pytest.mark.parametrize(("stale", "status"), STALE, ids=lambda value: str(value)[:30])
@pytest.mark.parametrize("form", [NOTE, SAVE], ids=["note", "row"])
def test_a_stale_save_changes_nothing_and_shows_both_texts(
    case: SimpleNamespace, form: Sent, stale: dict[str, Any], status: int
) -> None:
    Note.objects.filter(pk=case.draft.pk).update(version=7)
    before, body = everything(), whole(form, case) | {"version": 7, "base": "0" * 16} | stale
    answer = send("POST", address(form, case), case.sessions["adams"], body)
    assert (answer.status_code, everything() == before) == (status, True)
    theirs = case.draft_words("subjective" if form is NOTE else "dose")
    assert status == 422 or theirs in answer.text


def test_a_save_without_a_version_is_refused_by_every_page_of_the_note(case: SimpleNamespace) -> None:
    of_the_note = ("draft", "activity", "adjustment", "finding", "draft+goal", "draft+alert")
    for form in FORMS:
        if form.of in of_the_note and form.url != "notes:note-discard":
            before = everything()
            answer = send("POST", address(form, case), case.sessions["adams"], form.body)
            assert (answer.status_code, everything() == before) == (422, True), form.url


def test_a_new_version_of_the_same_words_is_no_conflict(case: SimpleNamespace) -> None:
    """An old version with what still stands: somebody else wrote elsewhere in the note."""
    Note.objects.filter(pk=case.draft.pk).update(version=40)
    body = {"version": 3, "plan": "qnew", "base": fingerprint(case.draft, ["plan"])}
    assert send("POST", address(NOTE, case), case.sessions["adams"], body).status_code == 200
    assert Note.objects.get(pk=case.draft.pk).version == 41


KEYED = [form for form in FORMS if form.url in (
    "notes:episode-add", "notes:goal-add", "notes:service-add", "clinic:patient-add", "clinic:alert-add",
    "clinic:coverage-add", "clinic:visit-add", "clinic:payment-add", "clinic:payment-reverse", "clinic:payer-add",
    "clinic:location-add", "coding:fee-add",
)]  # fmt: skip


@pytest.mark.parametrize("form", KEYED, ids=lambda form: form.url)
@pytest.mark.parametrize("key", ["", "no-uuid", NOBODYS, "0190163d-8694-739b-aea5-966c26f8ad91"])
def test_a_form_with_a_key_that_is_not_ours_or_too_old_comes_back_with_a_new_one(
    case: SimpleNamespace, form: Sent, key: str
) -> None:
    before = everything()
    answer = send("POST", address(form, case), case.sessions[form.by], whole(form, case) | {"key": key})
    assert (answer.status_code, everything() == before) == (422, True)
    assert re.search("open for long", answer.text)


def test_a_patient_whom_somebody_else_changed_is_not_overwritten_unseen(case: SimpleNamespace) -> None:
    url = reverse("clinic:patient-edit", kwargs={"pk": case.patient.pk})
    for seen in ("", of_values({}), "\x00", "9" * 100_000):
        before = everything()
        body = PATIENT | {"seen": seen, "chart_number": "qchart", "first_name": "qtyped"}
        answer = send("POST", url, case.sessions["frances"], body)
        assert (answer.status_code, "qtyped" in answer.text, everything() == before) == (422, True, True)


# A signed note


SIGNED: list[tuple[str, str, dict[str, str]]] = [
    *((form.url, form.of, form.body) for form in FORMS if form.url.startswith("notes:") and form.of.startswith("draft")),
    *((form.url, form.of, form.body) for form in FORMS if form.of in ("activity", "adjustment", "finding")),
    *((f"notes:{kind}-{deed}", kind, {}) for kind in ("finding", "adjustment", "activity") for deed in ("remove", "up", "down")),
    *((f"notes:{kind}-confirm", kind, {}) for kind in ("adjustment", "activity")),
    *((f"notes:{kinds}-confirm", "draft", {}) for kinds in ("adjustments", "activities")),
    ("notes:episode-serve", "draft", {"episode": "@episode"}),
    ("coding:service-add", "draft", {"fee": "@fee", "units": "1"}),
    ("coding:service-remove", "picked", {}),
    ("coding:record-only", "draft", {"row": "@activity"}),
    ("coding:bill-again", "draft", {"row": "@activity"}),
    ("coding:last-unit", "draft", {"payer": "@coverage", "code": "97530"}),
    ("coding:acknowledge", "draft", {"slug": "goal-is-measurable", "reason": "so"}),
    ("coding:take-back", "draft", {"slug": "goal-is-measurable"}),
]  # fmt: skip


@pytest.fixture
def signed(case: SimpleNamespace) -> SimpleNamespace:
    """The case with the signed note and its rows in the place of the draft's."""
    note = case.signed
    rows = {"finding": note.findings, "adjustment": note.adjustments, "activity": note.activities}
    first = {name: found.first() for name, found in rows.items()} | {"picked": note.picked_services.get()}
    return SimpleNamespace(**vars(case) | first | {"draft": note})


@pytest.mark.parametrize(("url", "of", "body"), SIGNED, ids=lambda value: value if isinstance(value, str) else "")
def test_a_signed_note_answers_every_save_with_409_and_stays(
    signed: SimpleNamespace, url: str, of: str, body: dict[str, str]
) -> None:
    form, before = Sent(url, of, body), everything()
    answer = send("POST", address(form, signed), signed.sessions["adams"], whole(form, signed))
    assert (answer.status_code, everything() == before) == (409, True)
    assert re.search("signed", answer.text)


def test_a_signed_note_is_not_signed_again(signed: SimpleNamespace) -> None:
    body = {"password": "plumb-line-and-level", "key": new_key(), "note": "0" * 64, "lines": "0" * 64, "edition": "x"}
    before = everything()
    answer = send("POST", reverse("coding:sign", args=[signed.draft.pk]), signed.sessions["adams"], body)
    assert (answer.status_code, everything() == before) == (409, True)


def test_the_list_of_saves_is_whole() -> None:
    """Every URL of the note's page that writes is in the list above."""
    kinds = ("draft", "draft+goal", "draft+alert", "finding", "adjustment", "activity", "picked")
    writes = {row.url for row in ROWS if "POST" in row.answers and row.of in kinds}
    assert writes - {url for url, _, _ in SIGNED} == {"coding:sign"}


# Whole requests


def test_too_many_fields_are_refused_with_a_page(case: SimpleNamespace, settings: Any) -> None:
    settings.DEBUG_PROPAGATE_EXCEPTIONS = False
    before, body = everything(), {f"field{number}": "x" for number in range(5000)} | whole(NOTE, case)
    answer = send("POST", address(NOTE, case), case.sessions["adams"], body)
    assert (answer.status_code, everything() == before) == (400, True)
    assert "Plumbline" in answer.text


def test_more_than_a_request_may_hold_is_refused_with_a_page(case: SimpleNamespace, settings: Any) -> None:
    settings.DEBUG_PROPAGATE_EXCEPTIONS = False
    before, body = everything(), whole(NOTE, case) | {"plan": "x" * 5_000_000}
    answer = send("POST", address(NOTE, case), case.sessions["adams"], body)
    assert (answer.status_code in (400, 413), everything() == before) == (True, True)
    assert "Plumbline" in answer.text


def test_a_field_that_is_sent_twice_counts_once(case: SimpleNamespace) -> None:
    body = whole(NOTE, case) | {"plan": ["first", "second"], "base": ""}
    assert send("POST", address(NOTE, case), case.sessions["adams"], body).status_code in (200, 409)


BAD_QUERIES = [
    "\x00",
    "-1",
    "0",
    "9" * 5000,
    "１",
    "é",
    "' OR 1=1",
    "2026-13-45",
    "0001-01-01",
    "9999-12-31",
    "[]",
    "a" * 3000,
]


@pytest.mark.parametrize("value", BAD_QUERIES, ids=lambda value: value[:10])
def test_a_bad_query_leads_nowhere(case: SimpleNamespace, value: str) -> None:
    for page in (
        "/riverside/patients/?page=", "/riverside/today/?on=", "/riverside/superbills/?location=",
        "/riverside/superbills/?clinician=", "/riverside/superbills/?payer=", "/riverside/guidance/?q=",
        "/riverside/guidance/found/?q=", "/riverside/guidance/97530/?on=", "/riverside/guidance/97530/history/?page=",
        f"/patients/{case.patient.pk}/visits/?page=",
    ):  # fmt: skip
        assert send("GET", page + quote(value), case.sessions["adams"]).status_code in (200, 404), page


@pytest.mark.parametrize(
    "day", ["0001-01-01", "9999-12-31", "2026-13-45", "today", "20261120", "2026-W47-5", "%00", "9" * 5000]
)
def test_a_day_that_is_none_is_not_there(case: SimpleNamespace, day: str) -> None:
    for page in (f"/riverside/superbills/{day}/", f"/riverside/superbills/{day}/board/"):
        assert send("GET", page, case.sessions["frances"]).status_code in (200, 404)


@pytest.mark.parametrize("value", ["\x00", "9" * 100_000, "é" * 3000, "' OR 1=1", "<script>alert(1)</script>"])
def test_a_sign_in_with_nonsense_is_refused_gently(case: SimpleNamespace, value: str) -> None:
    answer = send("POST", "/login/", "", {"username": value, "password": value, "next": value})
    assert answer.status_code in (200, 422)
    assert "<script>alert" not in answer.text
