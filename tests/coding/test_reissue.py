"""A correction on its way from the signed note to the superbill: seen before it is signed, void and issued anew with it."""

import re
from collections.abc import Callable
from datetime import time
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from clinic.models import AccessEvent, Payment, Visit
from clinic.requests.deeds import new_key
from coding.board import row_of
from coding.corrections import outcome_of
from coding.day import State
from coding.facts import facts_of
from coding.history import _read
from coding.models import Fee, Superbill
from coding.retraction import retract
from coding.superbill_sheet import sheet_of
from coding.superbills import review as review_bill
from coding.superbills import void
from notes.models import Addendum, Correction, Note
from tests.conftest import PASSWORD
from tests.world import sign as sign_with_reasons


class Adding:
    """Fills in the page on which something is added to a signed note, as somebody with a browser does."""

    def __init__(self, client: Client, note: Note) -> None:
        self.client, self.url = client, reverse("coding:addendum", args=[note.pk])
        self.answer = client.get(self.url)

    def do(self, step: str, **typed: Any) -> Any:
        page = self.answer.content.decode()
        hidden = {name: [] for name in ("carried", "key", "shown", "opened")}
        for name, value in re.findall(r'<input type="hidden" name="(carried|key|shown|opened)" value="([^"]*)"', page):
            hidden[name].append(value.replace("&quot;", '"').replace("&#x27;", "'").replace("&amp;", "&"))
        self.answer = self.client.post(self.url, {**hidden, "do": step, **typed})
        return self.answer

    @property
    def filled(self) -> dict[str, Any]:
        """The open form as it stands."""
        form = self.answer.context["sheet"].opened.form
        values = {name: form[name].value() for name in form.fields}
        return {f"fact-{name}": value for name, value in values.items() if value not in (None, False)}

    def correct(self, row: Any, kind: str, **facts: Any) -> Any:
        self.do(f"open changed {kind} {row.pk}")
        changed = {f"fact-{name}": value for name, value in facts.items()}
        return self.do("keep", **{**self.filled, "fact-reason": "Misread the clock.", **changed})

    def sign(self, **typed: Any) -> Any:
        return self.do("sign", **{"password": PASSWORD, "text": "", **typed})


@pytest.fixture
def adding(signed: Note, cast: SimpleNamespace, as_: Callable[..., Client]) -> Adding:
    return Adding(as_(cast.adams), signed)


@pytest.fixture
def lifts(signed: Note) -> Any:
    return signed.activities.get()


def units(bill: Superbill) -> dict[str, int]:
    return {line.code: line.units for line in bill.lines.all()}


def test_the_page_shows_the_lines_before_and_after(adding: Adding, lifts: Any) -> None:
    page = adding.correct(lifts, "activity", minutes="30").content.decode()
    assert "97530-GP × 1" in page or "97530 × 1" in page
    assert "97530 × 2" in page
    assert "to be void" in page
    assert Correction.objects.count() == 0


def test_a_changed_line_voids_the_superbill_and_issues_it_anew(adding: Adding, lifts: Any, bill: Superbill) -> None:
    adding.correct(lifts, "activity", minutes="30")
    assert adding.sign().status_code == 302
    old, new = Superbill.objects.order_by("number")
    assert (old.pk, new.replaces_id, new.addendum) == (bill.pk, bill.pk, Addendum.objects.get())
    assert (old.voided_at is None, old.void_reason) == (False, "The note was corrected by an addendum")
    assert (units(old)["97530"], units(new)["97530"]) == (1, 2)


def test_what_is_billed_again_keeps_its_price(adding: Adding, lifts: Any, bill: Superbill) -> None:
    Fee.objects.filter(code="97530").update(amount=99)
    adding.correct(lifts, "activity", minutes="30")
    adding.sign()
    assert Superbill.objects.standing().get().lines.get(code="97530").fee == bill.lines.get(code="97530").fee


def test_a_correction_without_a_changed_line_leaves_the_superbill(adding: Adding, lifts: Any, bill: Superbill) -> None:
    page = adding.correct(lifts, "activity", dose="18 lb x 12").content.decode()
    adding.sign()
    assert ("No line changes" in page, Superbill.objects.get()) == (True, bill)


def test_what_did_not_happen_leaves_the_bill(adding: Adding, lifts: Any, bill: Superbill) -> None:
    adding.do(f"open withdrawn activity {lifts.pk}")
    adding.do("keep", **{"fact-reason": "Was another patient's."})
    assert adding.sign().status_code == 302
    assert set(units(Superbill.objects.standing().get())) == {"98940"}


def test_where_nothing_is_left_to_bill_the_superbill_is_void(adding: Adding, signed: Note) -> None:
    for kind, row in (("activity", signed.activities.get()), ("adjustment", signed.adjustments.get())):
        adding.do(f"open withdrawn {kind} {row.pk}")
        adding.do("keep", **{"fact-reason": "Did not take place."})
    adding.sign()
    assert not Superbill.objects.standing().exists()


def test_what_was_forgotten_is_billed(adding: Adding, lifts: Any) -> None:
    adding.do("open added activity")
    row = {
        "description": "Floor-to-waist box lifts 20 lb x 8 with hip hinge cueing, as for the totes at work", "intents": ["task"],
        "regions": ["lumbar"], "minutes": "15", "delivery": "one_on_one", "goal": str(lifts.goal_id), "dose": "20 lb x 8",
        "performer": str(lifts.note.author_id), "reason": "Forgotten.",
    }  # fmt: skip
    assert adding.do("keep", **{f"fact-{name}": value for name, value in row.items()}).status_code == 200
    adding.sign()
    assert units(Superbill.objects.standing().get())["97530"] == 2


def test_nothing_changed_is_said_beside_the_row(adding: Adding, lifts: Any) -> None:
    adding.do(f"open changed activity {lifts.pk}")
    answer = adding.do("keep", **{**adding.filled, "fact-reason": "Nothing."})
    assert (answer.status_code, "Nothing is changed yet" in answer.content.decode()) == (422, True)


def test_a_correction_wants_a_reason(adding: Adding, lifts: Any) -> None:
    adding.do(f"open changed activity {lifts.pk}")
    answer = adding.do("keep", **{**adding.filled, "fact-minutes": "20"})
    assert (answer.status_code, 'value="20"' in answer.content.decode()) == (422, True)


def test_a_wrong_password_signs_nothing_and_loses_nothing(adding: Adding, lifts: Any) -> None:
    adding.correct(lifts, "activity", minutes="30")
    answer = adding.sign(password="not it", text="Called the patient.")
    assert (answer.status_code, Addendum.objects.count(), Superbill.objects.count()) == (422, 0, 1)
    assert "Called the patient." in answer.content.decode()
    assert adding.sign(text="Called the patient.").status_code == 302


def test_who_read_something_else_signs_nothing(adding: Adding, lifts: Any) -> None:
    adding.correct(lifts, "activity", minutes="30")
    answer = adding.sign(shown="0" * 64)
    assert (answer.status_code, Addendum.objects.count(), Superbill.objects.count()) == (409, 0, 1)


def test_where_the_desk_voided_the_superbill_meanwhile_the_page_says_so_and_the_correction_goes_on(
    adding: Adding, lifts: Any, bill: Superbill, cast: SimpleNamespace
) -> None:
    adding.correct(lifts, "activity", minutes="30")
    void(bill, by=cast.frances, reason="Wrong payer")
    answer = adding.sign(text="Called the patient.")
    assert (answer.status_code, Addendum.objects.count()) == (409, 0)
    assert "Called the patient." in answer.text and "Nothing was billed" in answer.text
    assert adding.sign(text="Called the patient.").status_code == 302
    assert (Superbill.objects.get(pk=bill.pk).void_reason, Correction.objects.count()) == ("Wrong payer", 1)


def test_signed_twice_is_signed_once(adding: Adding, lifts: Any) -> None:
    adding.correct(lifts, "activity", minutes="30")
    before = adding.answer
    adding.sign()
    adding.answer = before
    assert adding.sign().status_code in (302, 409)
    assert (Addendum.objects.count(), Superbill.objects.count()) == (1, 2)


def test_all_of_it_is_in_the_log(adding: Adding, lifts: Any, signed: Note) -> None:
    adding.correct(lifts, "activity", minutes="30")
    adding.sign()
    kinds = set(AccessEvent.objects.values_list("kind", flat=True))
    assert {"note-corrected", "superbill-voided", "superbill-issued"} <= kinds


def test_nothing_pending_changes_nothing(signed: Note) -> None:
    assert outcome_of(signed, ()).changes == ()


@pytest.mark.parametrize(
    ("who", "status"), [("baker", 404), ("tess", 403), ("frances", 403), ("bill", 403), ("olga", 403), ("rita", 403)]
)
def test_nobody_but_the_author_adds(
    signed: Note, cast: SimpleNamespace, as_: Callable[..., Client], who: str, status: int
) -> None:
    assert as_(getattr(cast, who)).get(reverse("coding:addendum", args=[signed.pk])).status_code == status


# What is left to do at the desk


@pytest.fixture
def board(signed: Note) -> Callable[[], Any]:
    return lambda: row_of(signed.visit)


def test_a_corrected_superbill_that_nobody_had_reviewed_is_simply_to_review(
    adding: Adding, lifts: Any, board: Callable[[], Any]
) -> None:
    adding.correct(lifts, "activity", minutes="30")
    adding.sign()
    assert board().state is State.TO_REVIEW


def test_the_desk_is_told_what_to_settle_where_the_claim_may_have_gone_out(
    adding: Adding, lifts: Any, bill: Superbill, cast: SimpleNamespace, board: Callable[[], Any]
) -> None:
    review_bill(bill, by=cast.frances)
    adding.correct(lifts, "activity", minutes="30")
    adding.sign()
    assert (board().state, "send a corrected claim" in board().detail) == (State.CORRECTED, True)
    new = Superbill.objects.standing().get()
    assert any("send a corrected claim" in remark for remark in sheet_of(new).remarks)
    review_bill(new, by=cast.frances)
    assert board().state is State.REVIEWED


def test_the_desk_is_told_to_settle_what_was_paid(
    adding: Adding, lifts: Any, signed: Note, cast: SimpleNamespace, board: Callable[[], Any]
) -> None:
    Payment.objects.create(
        practice=signed.practice, visit=signed.visit, amount=25, method="cash", taken_by=cast.frances
    )
    adding.correct(lifts, "activity", minutes="30")
    adding.sign()
    assert (board().state, "settle the difference" in board().detail) == (State.CORRECTED, True)


# Another note of the day


@pytest.fixture
def second(signed: Note, visit: Visit, cast: SimpleNamespace) -> Note:
    """Seven minutes of the same in a second visit of the day: with the fifteen of the first not yet a second unit."""
    later = Visit.objects.create(
        practice=visit.practice, patient=visit.patient, clinician=cast.adams, location=visit.location,
        coverage=visit.coverage, on=visit.on, at=time(15), state=Visit.State.ARRIVED,
    )  # fmt: skip
    note = Note.objects.create(
        practice=visit.practice, visit=later, patient=visit.patient, author=cast.adams, total_minutes=10,
        subjective="Came back to go over it.", assessment="Form holds.", plan="As planned.",
    )  # fmt: skip
    first = signed.activities.get()
    note.note_episodes.create(practice=note.practice, patient=note.patient, episode=first.episode)
    note.activities.create(
        practice=note.practice, written_by=cast.adams, episode=first.episode, description=first.description, minutes=7,
        intents=["task"], goal=first.goal, regions=["lumbar"], delivery="one_on_one", dose="10 lb x 8",
        response="Form held", performer=cast.adams, why="cueing",
    )  # fmt: skip
    return sign_with_reasons(Note.objects.get(pk=note.pk), cast.adams)


def test_a_later_note_of_the_day_is_counted_again(adding: Adding, lifts: Any, second: Note) -> None:
    assert not second.superbills.exists()
    page = adding.correct(lifts, "activity", minutes="16").content.decode()
    assert "another note of this day" in page
    adding.sign()
    assert units(second.superbills.standing().get()) == {"97530": 1}


def test_after_a_retraction_the_rest_of_the_day_is_counted_without_it(
    signed: Note, second: Note, cast: SimpleNamespace
) -> None:
    given = {"by": cast.adams, "reason": "Another patient's.", "meant_for": None, "proof": "password"}
    retract(signed, **given, key=new_key())
    assert facts_of(second).same_day == ()
    assert not signed.superbills.standing().exists()


def test_what_others_count_of_a_corrected_note_is_what_stands(adding: Adding, lifts: Any, second: Note) -> None:
    adding.correct(lifts, "activity", minutes="16")
    adding.sign()
    [other] = facts_of(second).elsewhere
    assert other.minutes == 16


def test_a_later_visit_reads_what_was_corrected(adding: Adding, signed: Note) -> None:
    finding = signed.findings.first()
    adding.correct(finding, "finding", words="L5 left tender")
    adding.sign()
    assert "L5 left tender" in [row.words for row in _read({signed.pk})[signed.pk].findings]
