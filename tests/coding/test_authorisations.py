"""What payers allow beforehand: counted by visits, told to the engine, on the day's board, and on the superbill."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clinic.models import Coverage, Payer, Visit
from coding import superbills
from coding.authorisations import authorisation_of, told, usage_of
from coding.facts import facts_of
from coding.models import Superbill
from coding.superbill_sheet import sheet_of
from notes.models import Note
from tests.conftest import TODAY


@pytest.fixture
def allowed(coverage: Coverage) -> Coverage:
    """Three visits from the first of the month on, for a payer that wants to be asked."""
    Payer.objects.update(wants_authorisation=True)
    fields = {"authorisation": "A-9", "authorised_visits": 3, "authorised_from": TODAY.replace(day=1)}
    Coverage.objects.update(**fields)
    return Coverage.objects.select_related("payer").get()


def earlier_visit(visit: Visit, days: int, **fields) -> Visit:
    usual = {"state": Visit.State.DONE, "coverage": visit.coverage}
    return Visit.objects.create(
        practice=visit.practice, patient=visit.patient, clinician=visit.clinician, location=visit.location,
        on=visit.on - timedelta(days=days), **{**usual, **fields},
    )  # fmt: skip


def used(coverage: Coverage, visit: Visit) -> int:
    return authorisation_of(coverage, visit, usage_of([coverage])).used


def test_visits_that_were_done_for_the_policy_use_it(allowed, visit):
    assert used(allowed, visit) == 0
    earlier_visit(visit, 2)
    earlier_visit(visit, 1, state=Visit.State.ARRIVED)
    assert used(allowed, visit) == 2


@pytest.mark.parametrize(
    "fields", [{"state": "no_show"}, {"state": "cancelled"}, {"state": "expected"}, {"coverage": None}]
)
def test_a_visit_that_nobody_came_to_or_somebody_else_paid_uses_nothing(allowed, visit, fields):
    earlier_visit(visit, 1, **fields)
    assert used(allowed, visit) == 0


def test_a_visit_before_its_first_day_uses_nothing(allowed, visit):
    earlier_visit(visit, 40)
    assert used(allowed, visit) == 0


def test_a_signed_visit_uses_it_as_long_as_its_bill_stands(allowed: Coverage, bill: Superbill, cast) -> None:
    later = earlier_visit(bill.visit, -1)
    assert used(allowed, later) == 1
    assert used(allowed, bill.visit) == 0
    superbills.void(bill, by=cast.frances, reason="Wrong payer.")
    assert used(allowed, later) == 0


def test_nothing_is_counted_where_visits_have_no_limit(allowed, visit):
    Coverage.objects.update(authorised_visits=None)
    unlimited = Coverage.objects.get()
    with CaptureQueriesContext(connection) as asked:
        assert usage_of([unlimited]) == ()
    assert not asked.captured_queries


def test_the_engine_is_told(allowed: Coverage, draft: Note) -> None:
    earlier_visit(draft.visit, 3)
    payer = facts_of(draft).episodes[0].payer
    assert payer.wants_authorisation
    assert (payer.authorisation.number, payer.authorisation.visits, payer.authorisation.used) == ("A-9", 3, 1)


# On the board


def board_of(client, practice) -> str:
    day = reverse("coding:day", kwargs={"practice": practice.slug, "on": TODAY})
    return " ".join(client.get(day).content.decode().split())


def test_the_board_says_which_visit_of_how_many_this_is(allowed, visit, cast, as_, practice):
    earlier_visit(visit, 3)
    assert "visit 2 of 3" in board_of(as_(cast.frances), practice)


def test_the_board_says_before_the_treatment_that_nothing_is_left(allowed, visit, cast, as_, practice):
    Visit.objects.update(state=Visit.State.EXPECTED)
    for days in (1, 2, 3):
        earlier_visit(visit, days)
    assert "The 3 authorised visits are used up" in board_of(as_(cast.frances), practice)


def test_whoever_wants_no_authorisation_is_not_spoken_of(allowed, visit, cast, as_, practice):
    Payer.objects.update(wants_authorisation=False)
    assert told(Coverage.objects.get(), visit, ()) is None
    assert "visit 1 of 3" not in board_of(as_(cast.frances), practice)


def test_the_patients_page_says_that_none_is_entered(allowed, pat, cast, as_):
    page = reverse("clinic:patient", args=[pat.pk])
    assert "No authorisation entered" not in as_(cast.frances).get(page).content.decode()
    Coverage.objects.update(authorisation="")
    assert "No authorisation entered" in as_(cast.frances).get(page).content.decode()


# On the superbill


def payer_of(bill: Superbill) -> dict[str, str]:
    return {row[0]: row[1] for row in sheet_of(bill).payer}


def test_the_superbill_names_the_authorisation_and_the_visit(allowed: Coverage, bill: Superbill) -> None:
    assert payer_of(bill)["Authorisation"] == "A-9, visit 1 of 3"


def test_the_superbill_says_that_it_is_missing(bill: Superbill) -> None:
    assert "Authorisation" not in payer_of(bill)
    Payer.objects.update(wants_authorisation=True)
    again = Superbill.objects.get(pk=bill.pk)
    assert payer_of(again)["Authorisation"] == "no authorisation is on file"


# Notes that go with claims


@pytest.fixture
def goes_along(bill: Superbill) -> Superbill:
    Payer.objects.update(notes_go_along=True)
    return Superbill.objects.get(pk=bill.pk)


def test_the_superbill_says_that_the_note_goes_along(goes_along: Superbill, cast: SimpleNamespace, as_) -> None:
    assert "The signed note goes along with this claim." in sheet_of(goes_along).remarks
    at = reverse("coding:superbill", args=[goes_along.pk])
    assert "A biller opens and prints it." in as_(cast.frances).get(at).content.decode()
    assert "Open the note to send along" in as_(cast.bill).get(at).content.decode()


def test_a_payer_that_wants_none_is_sent_none(bill: Superbill, cast: SimpleNamespace, as_) -> None:
    at = reverse("coding:superbill", args=[bill.pk])
    assert sheet_of(bill).remarks == []
    assert "send along" not in as_(cast.bill).get(at).content.decode()


def test_the_purpose_is_filled_in_where_the_note_goes_along(goes_along: Superbill, cast: SimpleNamespace, as_) -> None:
    page = as_(cast.bill).get(reverse("coding:signed-note", args=[goes_along.pk]))
    assert page.context["form"]["purpose"].value() == "claim"
    opened = as_(cast.bill).post(reverse("coding:signed-note", args=[goes_along.pk]), {"purpose": "claim"})
    assert "Floor-to-waist" in opened.content.decode()
