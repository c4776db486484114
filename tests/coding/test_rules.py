"""The rules of a visit: CMS's tables of its quarter over those that Plumbline ships, and on screen which they are."""

from datetime import date

import pytest
from django.urls import reverse

from coding.engine import rulebook
from coding.models import NcciMaximum, NcciPair, NcciTable, Superbill
from coding.review import NotAsShown, review
from coding.rules import loaded, rules_for, rules_on
from tests.coding.conftest import sign_it

JULY, OCTOBER, NOVEMBER = date(2026, 7, 1), date(2026, 10, 1), date(2026, 11, 20)
EVER = date(2020, 1, 1)


@pytest.fixture
def table(owner_speaks, db):
    """Write a table. Only the owner can, so the test speaks as the owner."""

    def write(starts_on, *rows, kind="pairs"):
        made = NcciTable.objects.create(kind=kind, starts_on=starts_on, digest="x", files=[], rows=len(rows))
        for row in rows:
            if kind == "pairs":
                names = ("column1", "column2", "indicator", "effective_on", "deleted_on")
                NcciPair.objects.create(table=made, **dict(zip(names, row, strict=True)))
            else:
                NcciMaximum.objects.create(table=made, code=row[0], units=row[1], mai=row[2])
        return made

    return write


def test_without_a_table_the_shipped_rules_hold_and_say_their_quarter(db):
    assert rules_on(NOVEMBER) is rulebook.load(NOVEMBER)
    assert rules_on(NOVEMBER).edition.endswith("NCCI 2024 Q3")


def test_the_tables_of_the_quarter_take_the_place_of_ours(table):
    table(OCTOBER, ("98940", "97530", 1, EVER, None))
    table(OCTOBER, ("97110", 3, 2), kind="maxima")
    rules = rules_on(NOVEMBER)
    assert rules.edition == "2026.11 / NCCI 2026 Q4"
    assert set(rules.pairs) == {("98940", "97530")}
    assert "2026 Q4" in rules.pairs["98940", "97530"].source
    assert (rules.code("97110").maximum, rules.code("97112").maximum) == (3, 4)


def test_a_maximum_holds_for_a_picked_code_that_the_rules_do_not_know(table):
    table(OCTOBER, ("72100", 2, 3), kind="maxima")
    assert rules_on(NOVEMBER, picked=frozenset({"72100"})).code("72100").maximum == 2


def test_in_force_is_the_newest_table_that_began_by_the_day(table):
    table(OCTOBER, ("98940", "97530", 1, EVER, None))
    table(JULY, ("98940", "97110", 1, EVER, None))
    table(date(2024, 1, 1), ("98940", "97116", 1, EVER, None))
    assert set(rules_on(NOVEMBER).pairs) == {("98940", "97530")}
    assert set(rules_on(date(2026, 9, 30)).pairs) == {("98940", "97110")}
    assert rules_on(date(2026, 6, 30)).edition.endswith("NCCI 2024 Q3")  # newer than what was loaded


def test_a_pair_holds_from_its_first_day_to_its_last(table):
    table(OCTOBER, ("98940", "97530", 1, EVER, NOVEMBER), ("98941", "97530", 0, NOVEMBER, None))
    assert set(rules_on(date(2026, 11, 19)).pairs) == {("98940", "97530")}
    assert len(rules_on(NOVEMBER).pairs) == 2
    assert set(rules_on(date(2026, 11, 21)).pairs) == {("98941", "97530")}


def test_pairs_and_maxima_of_different_quarters_are_both_named(table):
    table(OCTOBER, ("97110", 3, 2), kind="maxima")
    rules = rules_on(NOVEMBER)
    assert rules.edition == "2026.11 / NCCI 2024 Q3, maxima 2026 Q4"
    assert rules.pair("98941", "97140") == rulebook.load(NOVEMBER).pair("98941", "97140")


def test_a_service_that_was_picked_brings_its_pairs_along(table, ready, cast):
    table(OCTOBER, ("72100", "72070", 0, EVER, None))
    facts = review(ready).facts
    assert not rules_for(facts).pairs
    assert rules_on(NOVEMBER, picked=frozenset({"72100", "72070"})).pair("72100", "72070").indicator == 0


def test_a_day_is_read_once_from_the_database(table, django_assert_num_queries):
    table(OCTOBER, ("98940", "97530", 1, EVER, None))
    tables = loaded()
    rules_on(NOVEMBER, tables)
    with django_assert_num_queries(0):
        rules_on(NOVEMBER, tables)
    with django_assert_num_queries(1):
        rules_on(NOVEMBER)


# On screen


def test_the_review_says_which_rules_it_went_by_and_that_they_are_behind(ready, as_, cast):
    page = as_(cast.adams).get(reverse("coding:review", args=[ready.pk])).content.decode()
    assert "Read by the rules 2026.11 / NCCI 2024 Q3." in page
    assert "CMS has newer tables for the day of this visit" in page


def test_with_the_tables_of_the_quarter_nothing_is_behind(table, ready, as_, cast):
    table(OCTOBER, ("98940", "97530", 1, EVER, None))
    table(OCTOBER, ("97110", 3, 2), kind="maxima")
    page = as_(cast.adams).get(reverse("coding:review", args=[ready.pk])).content.decode()
    assert "Read by the rules 2026.11 / NCCI 2026 Q4." in page and "newer tables" not in page
    setup = as_(cast.olga).get(reverse("clinic:setup", args=[ready.practice.slug])).content.decode()
    assert "import_ncci" not in setup


def test_the_set_up_page_says_what_has_grown_old(as_, cast, practice):
    page = as_(cast.olga).get(reverse("clinic:setup", args=[practice.slug])).content.decode()
    assert "those of 2024 Q3; this quarter is 2026 Q4" in page.replace("&#x27;", "'")


def test_a_signed_note_keeps_the_rules_that_it_was_judged_by(table, signed, as_, cast):
    table(OCTOBER, ("98940", "97530", 0, EVER, None))
    bill = Superbill.objects.get(note=signed)
    assert bill.edition == "2026.11 / NCCI 2024 Q3"
    page = as_(cast.frances).get(reverse("coding:superbill", args=[bill.pk])).content.decode()
    assert "Read by the rules 2026.11 / NCCI 2024 Q3." in page
    lines = as_(cast.adams).get(reverse("coding:signed-lines", args=[signed.pk])).content.decode()
    assert "rules 2026.11 / NCCI 2024 Q3" in lines


def test_a_table_that_is_loaded_while_somebody_reads_is_shown_before_it_is_signed(table, settled, cast):
    before = review(settled).shown
    table(OCTOBER, ("98940", "97150", 1, EVER, None))
    with pytest.raises(NotAsShown) as refused:
        sign_it(settled, cast.adams, shown=before)
    assert "newer rules came in force" in refused.value.changes
    assert review(settled).suggestion.edition == "2026.11 / NCCI 2026 Q4, maxima 2024 Q3"


def test_a_pair_of_the_quarter_reaches_the_bill(table, ready):
    never = "pair-is-never-paid-together"
    assert never not in {flag.slug for flag in review(ready).suggestion.flags}
    table(OCTOBER, ("98940", "97530", 0, EVER, None))
    assert never in {flag.slug for flag in review(ready).suggestion.flags}
