"""One rule for what a line costs: expected on the day, charged on a superbill, charged anew."""

from decimal import Decimal
from types import SimpleNamespace

import pytest

from clinic.models import Practice, Visit
from coding import superbills
from coding.board import Chosen, board
from coding.models import Fee, Superbill
from coding.prices import PriceList, charge
from coding.review import acknowledge, review
from notes.models import Note
from tests.coding.conftest import sign_it


def fee(practice: Practice, code: str, title: str, amount: int, **given: bool) -> Fee:
    return Fee.objects.create(practice=practice, code=code, title=title, amount=amount, **given)


def chosen(practice: Practice, code: str, title: str = "Ours") -> Fee | None:
    return PriceList.of(practice.pk).fee(code, title, ())


@pytest.fixture
def belts(settled: Note, cast: SimpleNamespace) -> Note:
    """A note with a short belt, where a long one has the same code and another price."""
    fee(settled.practice, "98940", "Adjustment", 48)
    fee(settled.practice, "97530", "Task practice", 44)
    fee(settled.practice, "A4467", "Long belt", 50, is_picked=True)
    short = fee(settled.practice, "A4467", "Short belt", 30, is_picked=True)
    settled.picked_services.create(
        practice=settled.practice, episode=settled.note_episodes.get().episode, fee=short, code="A4467", units=2,
        title="Short belt", written_by=cast.adams,
    )  # fmt: skip
    for flag in review(settled).warnings:
        settled = acknowledge(
            settled, slug=flag.slug, about=flag.about, reason="so", by=cast.adams, version=settled.version
        )
    return settled


def expected(visit: Visit) -> Decimal:
    return board(visit.practice, Visit.objects.all(), visit.on, Chosen()).totals.expected


def charges(bill: Superbill) -> list[tuple[str, Decimal]]:
    return [(line.title, line.charge) for line in bill.lines.all()][-1:]


def test_what_is_expected_is_what_is_charged_and_charged_anew(belts: Note, cast: SimpleNamespace) -> None:
    before = expected(belts.visit)
    bill = sign_it(belts, cast.adams).superbills.get()
    again = superbills.void(bill, by=cast.frances, reason="Torn.", reissue=True)
    assert before == bill.total == again.total == 48 + 44 + 2 * 30
    assert charges(bill) == charges(again) == [("Short belt", 60)]


def test_a_picked_service_keeps_its_fee_when_the_list_calls_it_otherwise(belts: Note, cast: SimpleNamespace) -> None:
    bill = sign_it(belts, cast.adams).superbills.get()
    Fee.objects.filter(title="Short belt").update(title="Belt, short", amount=35)
    again = superbills.void(bill, by=cast.frances, reason="New price.", reissue=True)
    assert charges(again) == [("Short belt", 70)]


def test_a_picked_service_has_the_practices_words_where_the_rules_know_its_code(
    belts: Note, cast: SimpleNamespace
) -> None:
    belts.picked_services.update(code="97039", title="Cold laser, knee")
    assert "Cold laser, knee" in [line.title for bill in review(belts).suggestion.bills for line in bill.lines]


def test_what_is_read_from_the_note_has_the_fee_that_nobody_picks(practice: Practice) -> None:
    plain = fee(practice, "97110", "Exercise", 40)
    fee(practice, "97110", "Exercise at home", 60, is_picked=True)
    assert chosen(practice, "97110") == plain


def test_in_doubt_no_fee_is_taken_and_on_anew_the_old_price_stands(bill: Superbill, cast: SimpleNamespace) -> None:
    fee(bill.practice, "97530", "Task practice, long", 60)
    assert chosen(bill.practice, "97530") is None
    assert superbills.void(bill, by=cast.frances, reason="x", reissue=True).total == 92


def test_only_fees_of_the_practice_that_are_in_use_count(practice: Practice, cast: SimpleNamespace) -> None:
    fee(cast.stranger.practice, "97110", "Theirs", 99)
    fee(practice, "97110", "Old", 30, is_active=False)
    assert chosen(practice, "97110") is None
    assert (charge(None, 3), charge(Decimal("1.50"), 3)) == (0, Decimal("4.50"))
