"""Superbills: numbers without gaps, what the desk may do, and that no word of the note gets there."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, transaction
from django.test import Client
from django.urls import reverse

from clinic.models import AccessEvent
from coding import superbills
from coding.engine.facts import DiagnosisFacts, EpisodeFacts, PayerFacts, VisitFacts
from coding.engine.results import Bill, Line, Modifier, Suggestion
from coding.engine.vocabulary import Family, UnitMethod
from coding.models import Fee, ServiceLine, Superbill
from coding.statements import LETTERS, Lettered, StatedLine, Statement, statements
from coding.superbill_sheet import sheet_of
from coding.superbills import NotInThisState
from notes.models import Note
from tests.signed import put_a_signature_under


def statement(*codes: str) -> Statement:
    lines = tuple(Line(code=code, title="A line", family=Family.OTHER, units=2, about=()) for code in codes)
    bill = Bill("", "self-pay", UnitMethod.PER_CODE, lines, 0, 0)
    stated = tuple(StatedLine(line, ("A",)) for line in lines)
    return Statement("", "self-pay", UnitMethod.PER_CODE, 0, (Lettered("A", "M54.50", "Low back pain"),), stated, bill)


def issue(note: Note, *codes: str, by: Any) -> Superbill:
    """Issue a superbill, and sign its note if it has no signature."""
    with transaction.atomic():
        bill = superbills.issue(note, statement(*codes), by=by, coverage=None, edition="2026.11")
        if Note.objects.drafts().filter(pk=note.pk).exists():
            put_a_signature_under(note)
        return bill


def at(name: str, bill: Superbill) -> str:
    return reverse(f"coding:{name}", args=[bill.pk])


# Issuing


def test_numbers_follow_each_other_without_gaps(signed: Note, cast: SimpleNamespace) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        superbills.issue(
            signed, statement("98940"), by=cast.adams, coverage=signed.superbills.get().coverage, edition="x"
        )
    assert issue(signed, "98940", by=cast.adams).number == 1002


def test_charges_are_fee_times_units(draft: Note, cast: SimpleNamespace) -> None:
    Fee.objects.create(practice=draft.practice, code="97110", title="Exercise", amount="42.50")
    bill = issue(draft, "97110", "97999", by=cast.adams)
    assert [(line.fee, line.charge) for line in bill.lines.all()] == [(Decimal("42.50"), 85), (None, 0)]


def test_a_line_without_a_fee_says_so_and_so_does_the_total(draft: Note, cast: SimpleNamespace) -> None:
    sheet = sheet_of(issue(draft, "97999", by=cast.adams))
    assert sheet.lines[0].charge == "no fee set"
    assert sheet.remarks == ["The total leaves out 1 line without a fee."]


def test_what_was_issued_cannot_be_changed(bill: Superbill) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        ServiceLine.objects.update(units=9)
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        Superbill.objects.update(number=7)


def test_reasons_of_modifiers_stay_with_the_note(draft: Note, cast: SimpleNamespace) -> None:
    modifier = Modifier("25", "The exam has a reason of its own: fell down the stairs.")
    line = Line(code="99203", title="Exam", family=Family.OTHER, units=1, about=(), modifiers=(modifier,))
    row = superbills._line(Superbill(), 1, StatedLine(line, ()), None)
    assert row.modifiers == [{"code": "25"}]


# Letters


def test_of_more_than_twelve_diagnoses_those_pointed_to_come_along() -> None:
    diagnoses = tuple(DiagnosisFacts(str(n), f"M{n}") for n in range(14))
    line = Line(code="98940", title="", family=Family.ADJUST, units=1, about=(), diagnosis_ids=("13", "0"))
    facts = VisitFacts(
        on=date(2026, 11, 20), today=date(2026, 11, 20), episodes=(EpisodeFacts("e", "", diagnoses, (), PayerFacts()),)
    )
    suggestion = Suggestion("x", (), (Bill("", "", UnitMethod.PER_CODE, (line,), 0, 0),), ())
    [stated] = statements(facts, suggestion)
    assert "".join(row.letter for row in stated.diagnoses) == LETTERS
    assert stated.lines[0].pointers == ("L", "A")


# What the desk does


def test_the_desk_reviews(bill: Superbill, cast: SimpleNamespace, as_: Callable[..., Client]) -> None:
    assert as_(cast.frances).post(at("superbill-review", bill)).status_code == 302
    bill.refresh_from_db()
    assert bill.reviewed_by == cast.frances


def test_a_held_superbill_is_answered_by_the_clinician(
    bill: Superbill, cast: SimpleNamespace, as_: Callable[..., Client]
) -> None:
    as_(cast.frances).post(at("superbill-hold", bill), {"question": "Which region?"})
    assert as_(cast.frances).post(at("superbill-review", bill)).status_code == 409
    as_(cast.adams).post(at("superbill-release", bill), {"answer": "Lumbar."})
    bill.refresh_from_db()
    assert (bill.held_at, bill.question, bill.answer) == (None, "Which region?", "Lumbar.")
    assert as_(cast.adams).post(at("superbill-release", bill)).status_code == 409


def test_a_colleague_does_not_answer_for_the_clinician(
    bill: Superbill, cast: SimpleNamespace, as_: Callable[..., Client]
) -> None:
    superbills.hold(bill, by=cast.frances, question="Which region?")
    assert b'name="answer"' not in as_(cast.baker).get(at("superbill", bill)).content
    assert as_(cast.baker).post(at("superbill-release", bill), {"answer": "Lumbar."}).status_code == 404
    assert as_(cast.bill).post(at("superbill-release", bill), {"answer": "Found it."}).status_code == 302


def test_the_clinician_finds_the_desks_questions(
    bill: Superbill, cast: SimpleNamespace, as_: Callable[..., Client]
) -> None:
    superbills.hold(bill, by=cast.frances, question="Which region?")
    page = reverse("coding:questions", args=[bill.practice.slug])
    assert b"Which region?" in as_(cast.adams).get(page).content
    assert b"Which region?" not in as_(cast.baker).get(page).content
    assert as_(cast.frances).get(page).status_code == 403


def test_holding_wants_a_question(bill: Superbill, cast: SimpleNamespace, as_: Callable[..., Client]) -> None:
    answer = as_(cast.frances).post(at("superbill-hold", bill), {"question": "  "})
    assert (answer.status_code, b"Say what you need" in answer.content) == (422, True)


def test_voiding_wants_a_reason_and_stands(bill: Superbill, cast: SimpleNamespace, as_: Callable[..., Client]) -> None:
    frances = as_(cast.frances)
    assert frances.post(at("superbill-void", bill), {"reason": ""}).status_code == 422
    assert frances.post(at("superbill-void", bill), {"reason": "Wrong payer."}).status_code == 302
    assert frances.post(at("superbill-void", bill), {"reason": "Again."}).status_code == 409
    assert b"Wrong payer." in frances.get(at("superbill", bill)).content


@pytest.mark.parametrize(
    ("url", "sent", "kind"),
    [
        ("superbill-hold", {"question": "Which region?"}, "superbill-held"),
        ("superbill-release", {"answer": "Lumbar."}, "superbill-released"),
        ("superbill-void", {"reason": "Fee was wrong.", "reissue": "on"}, "superbill-voided"),
    ],
    ids=["held", "released", "voided"],
)
def test_a_second_click_is_answered_like_the_first(
    bill: Superbill, cast: SimpleNamespace, as_: Callable[..., Client], url: str, sent: dict[str, str], kind: str
) -> None:
    frances = as_(cast.frances)
    if url == "superbill-release":
        superbills.hold(bill, by=cast.frances, question="Which region?")
    first, second = (frances.post(at(url, bill), sent) for _ in range(2))
    assert (second.status_code, second.headers["location"]) == (302, first.headers["location"])
    assert AccessEvent.objects.filter(kind=kind).count() == 1


def test_a_void_superbill_is_issued_anew_with_todays_fees(bill: Superbill, cast: SimpleNamespace) -> None:
    Fee.objects.filter(code="97530").update(amount=50)
    new = superbills.void(bill, by=cast.frances, reason="Fee was wrong.", reissue=True)
    assert (new.number, new.replaces) == (1002, bill)
    assert [(line.code, line.charge, line.pointers) for line in new.lines.all()] == [
        ("98940", 48, ["A", "B"]),
        ("97530", 50, ["A", "B"]),
    ]


def test_a_superbill_is_voided_once(bill: Superbill, cast: SimpleNamespace) -> None:
    superbills.void(bill, by=cast.frances, reason="x")
    with pytest.raises(NotInThisState):
        superbills.hold(bill, by=cast.frances, question="y")


# The page


def test_the_page_holds_codes_and_money_and_no_word_of_the_note(
    bill: Superbill, cast: SimpleNamespace, as_: Callable[..., Client]
) -> None:
    page = as_(cast.frances).get(at("superbill", bill)).content.decode()
    for stated in (
        "Superbill 1001",
        "1234567893",
        "Pat Rivera",
        "BR-1001",
        "97530",
        "$92.00",
        "M54.50",
        "Alex Adams, DC",
    ):
        assert stated in page
    for word in ("Floor-to-waist", "tote", "Improves with care", "Twice a week", "side posture", "tender"):
        assert word not in page
    assert AccessEvent.objects.filter(kind="superbill-read", object_id=bill.pk).count() == 1


def test_what_was_paid_is_taken_off(bill: Superbill, cast: SimpleNamespace) -> None:
    bill.visit.payments.create(practice=bill.practice, amount=25, method="card", taken_by=cast.frances)
    sheet = sheet_of(bill)
    assert (sheet.total, sheet.paid, sheet.balance) == ("$92.00", "$25.00", "$67.00")


def test_the_desk_takes_money_beside_the_superbill(
    bill: Superbill, cast: SimpleNamespace, as_: Callable[..., Client]
) -> None:
    bill.visit.payments.create(practice=bill.practice, amount=25, method="card", taken_by=cast.frances)
    payments = reverse("clinic:payments", args=[bill.visit_id]) + "?owed=67.00"
    assert payments in as_(cast.frances).get(at("superbill", bill)).content.decode()
    assert payments not in as_(cast.adams).get(at("superbill", bill)).content.decode()


def test_what_the_signer_saw_is_not_for_the_patient(
    draft: Note, cast: SimpleNamespace, as_: Callable[..., Client]
) -> None:
    with transaction.atomic():
        given = {"by": cast.adams, "coverage": None, "edition": "2026.11", "flags": ["Minutes are missing"]}
        bill = superbills.issue(put_a_signature_under(draft), statement("98940"), **given)
    page = as_(cast.frances).get(at("superbill", bill)).content.decode()
    assert f'<p class="why no-print">The signer saw: {bill.flags[0]}' in page
    assert bill.flags[0] not in str(sheet_of(bill))


def test_who_may_see_and_review(bill: Superbill, cast: SimpleNamespace, as_: Callable[..., Client]) -> None:
    seen = {who: as_(getattr(cast, who)).get(at("superbill", bill)).status_code for who in vars(cast)}
    assert seen == {
        "adams": 200, "baker": 200, "tess": 403, "frances": 200, "bill": 200, "olga": 403, "rita": 200, "stranger": 404,
    }  # fmt: skip
    done = {who: as_(getattr(cast, who)).post(at("superbill-review", bill)).status_code for who in vars(cast)}
    assert done == {
        "adams": 403, "baker": 403, "tess": 403, "frances": 302, "bill": 409, "olga": 403, "rita": 403, "stranger": 403,
    }  # fmt: skip


def test_whoever_reviews_first_is_kept(bill: Superbill, cast: SimpleNamespace, as_: Callable[..., Client]) -> None:
    first = superbills.review(bill, by=cast.frances).reviewed_at
    assert superbills.review(bill, by=cast.frances).reviewed_at == first  # a second click
    answer = as_(cast.bill).post(at("superbill-review", bill))
    assert (answer.status_code, b"Frances Field reviewed this superbill already" in answer.content) == (409, True)
    bill.refresh_from_db()
    assert (bill.reviewed_by, bill.reviewed_at) == (cast.frances, first)
    assert AccessEvent.objects.filter(kind="superbill-reviewed").count() == 1
    with pytest.raises(IntegrityError, match="reviewed"), transaction.atomic():
        Superbill.objects.filter(pk=bill.pk).update(reviewed_by=cast.bill)


def test_a_question_stands_on_top_with_a_link_to_the_note_for_clinicians(
    bill: Superbill, cast: SimpleNamespace, as_: Callable[..., Client]
) -> None:
    superbills.hold(bill, by=cast.frances, question="Which region?")
    note = reverse("notes:note", args=[bill.note_id])
    asked = as_(cast.adams).get(at("superbill", bill)).content.decode()
    assert asked.index("Which region?") < asked.index('name="answer"') < asked.index("<h2>Diagnoses</h2>")
    assert note in asked and note not in as_(cast.frances).get(at("superbill", bill)).content.decode()
    superbills.release(bill, by=cast.adams, answer="Lumbar.")
    answered = as_(cast.frances).get(at("superbill", bill)).content.decode()
    assert answered.index("Answered: <b>Lumbar.</b>") < answered.index("<h2>Diagnoses</h2>")
