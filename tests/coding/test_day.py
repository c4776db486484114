"""The day: one state for each visit, exceptions first, sums that reconcile, a constant number of queries."""

from collections.abc import Callable
from datetime import time, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from clinic.models import Patient, Payer, Practice, Visit
from clinic.requests.deeds import new_key
from coding import superbills
from coding.board import Board, Chosen, board, left_open
from coding.day import BillFacts, Group, State, VisitRow, state_of
from coding.models import Fee, Superbill
from coding.review import acknowledge, complete, review
from coding.superbill_sheet import sheet_of
from notes.models import Note
from tests.coding.test_superbills import statement as self_paid
from tests.conftest import TODAY
from tests.signed import put_a_signature_under

S = Visit.State
SIGNED = {"visit_state": S.DONE, "has_note": True, "is_signed": True}
STANDING, REVIEWED = BillFacts(), BillFacts(is_reviewed=True)
HELD, VOID = BillFacts(is_held=True), BillFacts(is_void=True)


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        ({"visit_state": S.EXPECTED}, State.EXPECTED),
        ({"visit_state": S.EXPECTED, "is_past": True}, State.LEFT_OPEN),
        ({"visit_state": S.ARRIVED}, State.NO_NOTE),
        ({"visit_state": S.ARRIVED, "came_lately": True}, State.WAITING),
        ({"visit_state": S.ARRIVED, "came_lately": True, "has_note": True}, State.UNSIGNED),
        ({"visit_state": S.DONE}, State.NO_NOTE),
        ({"visit_state": S.NO_SHOW}, State.NO_SHOW),
        ({"visit_state": S.CANCELLED}, State.CANCELLED),
        ({"visit_state": S.ARRIVED, "has_note": True}, State.UNSIGNED),
        ({"visit_state": S.NO_SHOW, "has_note": True}, State.UNSIGNED),
        ({**SIGNED}, State.NOTHING_TO_BILL),
        ({**SIGNED, "has_lines": True}, State.UNBILLED),
        ({**SIGNED, "bills": (STANDING,)}, State.TO_REVIEW),
        ({**SIGNED, "bills": (REVIEWED, STANDING)}, State.TO_REVIEW),
        ({**SIGNED, "bills": (REVIEWED, REVIEWED)}, State.REVIEWED),
        ({**SIGNED, "bills": (REVIEWED, HELD)}, State.HELD),
        ({**SIGNED, "bills": (VOID,)}, State.VOIDED),
        ({**SIGNED, "bills": (VOID, STANDING)}, State.TO_REVIEW),
        ({**SIGNED, "visit_state": S.ARRIVED, "bills": (REVIEWED,)}, State.REVIEWED),
    ],
)
def test_a_visit_is_in_one_state(facts: dict[str, Any], state: State) -> None:
    assert state_of(VisitRow(**facts)) is state


@pytest.fixture(autouse=True)
def it_is_that_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Practice, "today", lambda self: TODAY)


def the_day(visit: Visit, **chosen: Any) -> Board:
    return board(visit.practice, Visit.objects.all(), visit.on, Chosen(**chosen))


def another(visit: Visit, name: str, **fields: Any) -> Visit:
    """A visit of somebody else on the same day."""
    number = Patient.objects.count()
    patient = Patient.objects.create(
        practice=visit.practice, chart_number=f"2{number}", first_name=name, last_name="Hoff",
        birth_date=visit.patient.birth_date,
    )  # fmt: skip
    given = {"clinician": visit.clinician, "location": visit.location, "on": visit.on, "state": S.EXPECTED, **fields}
    return Visit.objects.create(practice=visit.practice, patient=patient, **given)


def titles(shown: Board) -> list[str]:
    return [group.title for group in shown.groups]


def test_exceptions_come_first_and_groups_say_how_many(bill: Superbill) -> None:
    another(bill.visit, "Lena", state=S.ARRIVED)
    another(bill.visit, "Jon", at=time(15))
    another(bill.visit, "Theo", state=S.NO_SHOW)
    shown = the_day(bill.visit)
    assert titles(shown) == ["Need someone", "To review", "Expected", "No-show or cancelled"]
    assert [group.count for group in shown.groups] == [1, 1, 1, 1]


def test_who_came_lately_is_here_and_who_came_long_ago_needs_someone(visit: Visit) -> None:
    now = timezone.now()
    another(visit, "Lena", state=S.ARRIVED, arrived_at=now - timedelta(minutes=5))
    another(visit, "Jon", state=S.ARRIVED, arrived_at=now - timedelta(minutes=20))
    another(visit, "Mira", state=S.ARRIVED, arrived_at=now - timedelta(minutes=130))
    Visit.objects.filter(pk=visit.pk).update(state=S.EXPECTED)
    need, here, expected = the_day(visit).groups
    assert [(row.visit.patient.first_name, row.detail) for row in need.rows] == [("Mira", "arrived 2 h 10 min ago")]
    assert [row.visit.patient.first_name for row in here.rows] == ["Jon", "Lena"]
    assert [group.title for group in (need, here, expected)] == ["Need someone", "Here now", "Expected"]


def test_who_is_expected_stands_before_what_is_reviewed(bill: Superbill, cast: SimpleNamespace) -> None:
    superbills.review(bill, by=cast.frances)
    another(bill.visit, "Lena")
    assert titles(the_day(bill.visit)) == ["Expected", "Reviewed"]


def test_a_slip_at_the_desk_is_taken_back_on_the_board(
    visit: Visit, cast: SimpleNamespace, as_: Callable[..., Client]
) -> None:
    Visit.objects.filter(pk=visit.pk).update(arrived_at=timezone.now())
    page = as_(cast.frances).get(url(visit.practice)).content.decode()
    assert "Expected again" in page


def test_nobody_arrives_on_a_day_to_come(visit: Visit, cast: SimpleNamespace, as_: Callable[..., Client]) -> None:
    tomorrow = TODAY + timedelta(days=1)
    another(visit, "Lena", on=tomorrow)
    page = as_(cast.frances).get(url(visit.practice, tomorrow)).content.decode()
    assert "Lena Hoff" in page and "Arrived" not in page


def test_a_clinician_starts_their_own_notes_from_the_board(
    visit: Visit, cast: SimpleNamespace, as_: Callable[..., Client]
) -> None:
    start = reverse("notes:note-start", args=[visit.pk])
    seen = {
        who: start in as_(getattr(cast, who)).get(url(visit.practice)).content.decode()
        for who in ("adams", "baker", "frances")
    }
    assert seen == {"adams": True, "baker": False, "frances": False}


def test_today_tells_of_earlier_days_that_were_left_open(
    stopped: Note, cast: SimpleNamespace, as_: Callable[..., Client]
) -> None:
    Visit.objects.filter(pk=stopped.visit_id).update(on=TODAY - timedelta(days=2))
    another(stopped.visit, "Lena", on=TODAY - timedelta(days=1), state=S.NO_SHOW)
    another(stopped.visit, "Jon", on=TODAY - timedelta(days=2), state=S.EXPECTED)
    another(stopped.visit, "Mira", on=TODAY)
    assert left_open(stopped.practice, Visit.objects.all()) == [(TODAY - timedelta(days=2), 2)]
    frances = as_(cast.frances)
    assert "Wed 18 Nov · 2" in frances.get(url(stopped.practice)).content.decode()
    assert "Left open" not in frances.get(url(stopped.practice, TODAY - timedelta(days=1))).content.decode()


def test_an_earlier_superbill_is_open_until_it_is_reviewed(
    bill: Superbill, cast: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Practice, "today", lambda self: TODAY + timedelta(days=1))
    assert left_open(bill.practice, Visit.objects.all()) == [(TODAY, 1)]
    superbills.review(bill, by=cast.frances)
    assert left_open(bill.practice, Visit.objects.all()) == []


def test_the_sums_say_that_every_visit_is_accounted_for(
    bill: Superbill, cast: SimpleNamespace, as_: Callable[..., Client]
) -> None:
    another(bill.visit, "Lena")
    assert "<b>2 of 2</b>accounted for" in as_(cast.frances).get(url(bill.practice)).content.decode()


def test_the_sums_reconcile(bill: Superbill, cast: SimpleNamespace) -> None:
    bill.visit.payments.create(practice=bill.practice, amount=25, method="card", taken_by=cast.frances)
    another(bill.visit, "Theo", state=S.NO_SHOW)
    totals = the_day(bill.visit).totals
    assert (totals.visits, totals.by_group[Group.MISSED], totals.charged, totals.paid) == (2, 1, 92, 25)
    assert (totals.unexplained, totals.unexplained_money) == (0, 0)
    assert sum(totals.by_group.values()) == totals.visits


def test_a_payment_that_was_taken_back_is_in_the_sums(
    bill: Superbill, cast: SimpleNamespace, as_: Callable[..., Client]
) -> None:
    both = {"practice": bill.practice, "method": "card", "taken_by": cast.frances}
    wrong = bill.visit.payments.create(**both, amount=25)
    bill.visit.payments.create(**both, amount=-25, reverses=wrong, reason="Declined.")
    bill.visit.payments.create(**both, amount=20)
    totals = the_day(bill.visit).totals
    assert (totals.paid, totals.reversed) == (20, 25)
    page = as_(cast.frances).get(reverse("coding:day", args=[bill.practice.slug, str(TODAY)])).content.decode()
    assert "<b>$20.00</b>paid, $25.00 taken back" in page
    assert (sheet_of(bill).paid, sheet_of(bill).balance) == ("$20.00", "$72.00")


def test_a_signed_note_that_was_not_billed_is_unexplained(ready: Note) -> None:
    put_a_signature_under(ready)
    shown = the_day(ready.visit)
    assert shown.groups[0].rows[0].state is State.UNBILLED
    assert (shown.totals.unexplained, shown.totals.is_explained) == (1, False)


def test_a_signed_note_without_lines_has_nothing_to_bill(draft: Note) -> None:
    put_a_signature_under(draft)
    [group] = the_day(draft.visit).groups
    assert (group.title, group.rows[0].state) == ("Reviewed", State.NOTHING_TO_BILL)


def test_an_unsigned_note_shows_its_first_flag_and_what_it_would_charge(stopped: Note) -> None:
    Fee.objects.create(practice=stopped.practice, code="98940", title="x", amount=48)
    [row] = the_day(stopped.visit).groups[0].rows
    title = review(stopped).suggestion.flags[0].title
    assert (row.label, row.detail) == ("Unsigned", title[:1].lower() + title[1:])
    assert "98940" in row.lines
    assert the_day(stopped.visit).totals.expected == 48


def test_two_superbills_of_a_visit_are_told_apart_by_payer(
    bill: Superbill, cast: SimpleNamespace, as_: Callable[..., Client]
) -> None:
    with transaction.atomic():
        superbills.issue(bill.note, self_paid("97140"), by=cast.adams, coverage=None, edition="2026.11")
    [row] = the_day(bill.visit).groups[0].rows
    stated = [(payer, list(lines)) for payer, lines in row.lines_by_payer]
    assert stated == [("Blue Ridge PPO", ["98940", "97530 × 1"]), ("self-pay", ["97140 × 2"])]
    page = as_(cast.frances).get(reverse("coding:day", args=[bill.practice.slug, str(TODAY)])).content.decode()
    assert "Review · Blue Ridge PPO" in page and "Review · self-pay" in page


def test_a_held_superbill_needs_someone(bill: Superbill, cast: SimpleNamespace) -> None:
    superbills.hold(bill, by=cast.frances, question="Which region?")
    [row] = the_day(bill.visit).groups[0].rows
    assert (row.label, row.detail) == ("Held by Frances Field", "asked: Which region?")


def test_what_was_voided_and_not_issued_anew_needs_someone(bill: Superbill, cast: SimpleNamespace) -> None:
    superbills.void(bill, by=cast.frances, reason="Wrong payer.")
    shown = the_day(bill.visit)
    assert shown.groups[0].rows[0].state is State.VOIDED
    assert (shown.totals.charged, shown.totals.unexplained_money) == (0, 0)


def test_a_visit_that_was_never_closed_needs_someone_the_day_after(visit: Visit) -> None:
    Visit.objects.update(state=S.EXPECTED, on=visit.practice.today() - timedelta(days=1))
    visit.refresh_from_db()
    assert the_day(visit).groups[0].rows[0].state is State.LEFT_OPEN


def test_the_day_is_narrowed(bill: Superbill, cast: SimpleNamespace, blue_ridge: Payer) -> None:
    another(bill.visit, "Lena", clinician=cast.baker)
    assert the_day(bill.visit, clinician=cast.baker.pk).totals.visits == 1
    assert the_day(bill.visit, payer=blue_ridge.pk).totals.visits == 1
    assert the_day(bill.visit, self_pay=True).totals.visits == 1
    assert the_day(bill.visit, location=bill.visit.location_id).totals.visits == 2


def test_what_is_in_order_is_shown_in_part(visit: Visit) -> None:
    for number in range(20):
        another(visit, f"Nina {number}", state=S.CANCELLED)
    group = the_day(visit).groups[-1]
    assert (len(group.rows), group.count) == (12, 20)
    whole = board(visit.practice, Visit.objects.all(), visit.on, Chosen(), show_all=True)
    assert len(whole.groups[-1].rows) == 20


def url(practice: Any, on: Any = TODAY) -> str:
    return reverse("coding:day", kwargs={"practice": practice.slug, "on": str(on)})


def test_two_visits_and_twenty_take_the_same_number_of_queries(
    stopped: Note, cast: SimpleNamespace, as_: Callable[..., Client], django_assert_max_num_queries: Any
) -> None:
    frances = as_(cast.frances)
    with django_assert_max_num_queries(60) as few:
        frances.get(url(stopped.practice))
    for number in range(10):
        visit = another(stopped.visit, f"Nina {number}", state=S.ARRIVED)
        Note.objects.create(practice=visit.practice, visit=visit, patient=visit.patient, author=cast.adams)
        another(stopped.visit, f"Otto {number}")
    with django_assert_max_num_queries(len(few.captured_queries)):
        frances.get(url(stopped.practice))


@pytest.mark.parametrize("note", ["stopped", "signed"])
def test_the_desk_sees_no_word_of_a_note(
    note: str, request: pytest.FixtureRequest, cast: SimpleNamespace, as_: Callable[..., Client]
) -> None:
    found = request.getfixturevalue(note)
    page = as_(cast.frances).get(url(found.practice)).content.decode()
    assert "Pat Rivera" in page
    for word in ("Floor-to-waist", "Board balance", "Improves with care", "tender"):
        assert word not in page


def test_who_has_the_day(visit: Visit, cast: SimpleNamespace, as_: Callable[..., Client]) -> None:
    seen = {who: as_(getattr(cast, who)).get(url(visit.practice)).status_code for who in vars(cast)}
    assert seen == {
        "adams": 200, "baker": 200, "tess": 403, "frances": 200, "bill": 200, "olga": 403, "rita": 200, "stranger": 404,
    }  # fmt: skip


@pytest.mark.parametrize("on", ["2026-13-01", "soon", "1066-10-14", "9999-12-31"])
def test_a_day_that_is_none_is_not_found(
    visit: Visit, cast: SimpleNamespace, as_: Callable[..., Client], on: str
) -> None:
    assert as_(cast.frances).get(url(visit.practice, on)).status_code == 404


@pytest.mark.parametrize("query", ["?payer=nonsense", "?location=%00", "?clinician=1&payer=self-pay", "?all"])
def test_narrowing_by_nonsense_shows_everything(
    visit: Visit, cast: SimpleNamespace, as_: Callable[..., Client], query: str
) -> None:
    assert as_(cast.frances).get(url(visit.practice) + query).status_code == 200


def test_a_day_without_visits_says_what_to_do(visit: Visit, cast: SimpleNamespace, as_: Callable[..., Client]) -> None:
    page = as_(cast.frances).get(url(visit.practice, "2026-11-01"))
    assert b"No visits on this day" in page.content


def test_the_day_starts_with_today(visit: Visit, cast: SimpleNamespace, as_: Callable[..., Client]) -> None:
    page = as_(cast.frances).get(reverse("coding:day", kwargs={"practice": visit.practice.slug}))
    assert page.context["on"] == visit.practice.today()


def test_two_notes_of_one_day_count_units_together(ready: Note, cast: SimpleNamespace) -> None:
    """Eight minutes in the morning and eight in the afternoon are sixteen of the day: one unit, not two."""
    Payer.objects.update(unit_method="total_time")
    ready.activities.update(minutes=8)
    later = Visit.objects.create(
        practice=ready.practice, patient=ready.patient, clinician=cast.adams, location=ready.visit.location,
        coverage=ready.visit.coverage, on=ready.visit.on, at=time(16), state=S.ARRIVED,
    )  # fmt: skip
    second = Note.objects.create(practice=later.practice, visit=later, patient=later.patient, author=cast.adams)
    episode = ready.note_episodes.get().episode
    second.note_episodes.create(practice=later.practice, patient=later.patient, episode=episode)
    second.activities.create(
        practice=later.practice, written_by=cast.adams, episode=episode, minutes=8, intents=["task"],
        description="Floor-to-waist box lifts 20 lb x 6 with hip hinge cueing, as for the totes at work",
        regions=["lumbar"], delivery="one_on_one", goal=episode.goals.get(unit="lb"), performer=cast.adams,
    )  # fmt: skip
    assert [row.line.units for row in review(second).statements[0].lines] == [1]
    for flag in review(ready).warnings:
        ready = acknowledge(ready, slug=flag.slug, about=flag.about, reason="x", by=cast.adams, version=ready.version)
    complete(ready, by=cast.adams, shown=review(ready).shown, key=new_key())
    assert [row.line.units for row in review(second).statements[0].lines] == []
    assert [line.code for line in review(second).statements[0].bill.unbilled] == ["97530"]


def test_a_visit_that_was_moved_stays_in_its_place_and_can_be_taken_back(
    draft: Note, cast: SimpleNamespace, as_: Callable[..., Client]
) -> None:
    came = another(draft.visit, "Theo", state=S.ARRIVED, arrived_at=timezone.now())
    row = as_(cast.frances).get(reverse("coding:day-row", args=[came.pk])).content.decode()
    assert row.lstrip().startswith("<tr") and "Here, no note yet" in row and "Take back" in row
    assert "Take back" not in as_(cast.rita).get(reverse("coding:day-row", args=[came.pk])).content.decode()
