"""Loading CMS's tables: all the files or none, once, by the owner alone."""

from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from coding.models import NcciMaximum, NcciPair, NcciTable
from tests.coding.cms import (
    ADJUSTED,
    DELETED,
    NOT_APPLICABLE,
    TAKEN_BACK,
    all_parts,
    maxima,
    of_clinical,
    pairs,
    written,
)

OCTOBER = date(2026, 10, 1)
MAXIMA = "MCR_MUE_PractitionerServices_Eff_10-01-2026.csv"


def load(*files, **options):
    out = StringIO()
    call_command("import_ncci", *files, stdout=out, **options)
    return out.getvalue()


def refusal_of(*files, **options):
    with pytest.raises(CommandError) as refusal:
        load(*files, **options)
    assert str(refusal.value).endswith("Nothing was changed.")
    return str(refusal.value)


def rows():
    return list(NcciTable.objects.values()), set(NcciPair.objects.values_list()), set(NcciMaximum.objects.values_list())


@pytest.fixture
def quarter(owner_speaks, db, tmp_path):
    """The files of a quarter, as they are unpacked."""
    parts = all_parts(tmp_path, ADJUSTED, DELETED, TAKEN_BACK, NOT_APPLICABLE)
    return [*parts, written(tmp_path, MAXIMA, maxima(of_clinical("97110", 6), of_clinical("98943", 0)))]


def test_the_files_of_a_quarter_load_together(quarter):
    assert load(*quarter) == (
        "2026 Q4, pairs: 4 rows that hold in the quarter. 3 that ended before it or never held were left out.\n"
        "2026 Q4, maxima: 2 rows.\n"
    )
    pair = NcciPair.objects.get(column1="98941", column2="97140")
    assert (pair.indicator, pair.effective_on, pair.deleted_on) == (1, date(2020, 1, 1), None)
    assert pair.table.starts_on == OCTOBER and len(pair.table.files) == 4
    assert NcciMaximum.objects.get(code="98943").units == 0


def test_a_pair_that_ends_in_the_quarter_keeps_its_last_day(quarter, tmp_path):
    load(*all_parts(tmp_path, ADJUSTED.replace("*", "20261115")))
    assert NcciPair.objects.get(column1="98941").deleted_on == date(2026, 11, 15)


def test_the_same_files_once_more_change_nothing_and_that_is_said(quarter):
    load(*quarter)
    before = rows()
    said = load(*reversed(quarter))
    assert said.count("there already, from the same files. Nothing was changed.") == 2
    assert rows() == before


def test_a_corrected_file_replaces_the_table(quarter, tmp_path):
    load(*quarter)
    load(written(tmp_path, MAXIMA, maxima(of_clinical("97110", 4))))
    assert NcciMaximum.objects.get().units == 4
    assert NcciTable.objects.count() == 2 and NcciPair.objects.count() == 4


def test_each_quarter_is_kept(quarter, tmp_path):
    load(*quarter)
    load(*all_parts(tmp_path, ADJUSTED, version="v330r0"))
    assert list(NcciPair.objects.filter(column1="98941").values_list("table__starts_on", flat=True)) == [
        OCTOBER,
        date(2027, 1, 1),
    ]


def test_one_bad_row_in_the_last_file_refuses_all_of_them(quarter, tmp_path):
    load(*quarter)
    before = rows()
    january = all_parts(tmp_path, ADJUSTED, "98942\t97140\t\t2026\t*\t1\tx", version="v330r0")
    good = written(tmp_path, "MCR_MUE_PractitionerServices_Eff_01-01-2027.csv", maxima(of_clinical("97110", 4)))
    assert refusal_of(good, *january).startswith("ccipra-v330r0-f4.TXT, line 9: '2026' is not a day")
    assert rows() == before


def test_a_bad_row_of_maxima_takes_the_pairs_back_as_well(quarter, tmp_path):
    bad = written(tmp_path, MAXIMA, maxima(of_clinical("97110", 6), of_clinical("97110", 4)))
    assert "line 6: 97110 stands on line 5 already" in refusal_of(*quarter[:4], bad)
    assert rows() == ([], set(), set())


def test_tables_without_a_row_are_refused_since_a_cut_file_would_look_like_no_limits(quarter, tmp_path):
    load(*quarter)
    before = rows()
    assert "holds no rows" in refusal_of(written(tmp_path, MAXIMA, maxima()))
    assert rows() == before


def test_a_pair_that_is_told_in_two_ways_for_one_day_is_refused(quarter, tmp_path):
    again = ADJUSTED.replace("20200101", "20250101").replace("\t1\t", "\t0\t")
    assert "f4.TXT, line 9: 98941 with 97140 holds on the same days" in refusal_of(
        *all_parts(tmp_path, ADJUSTED, again)
    )


def test_a_pair_that_is_told_twice_in_one_way_is_kept_once(quarter, tmp_path):
    load(*all_parts(tmp_path, ADJUSTED, ADJUSTED))
    assert NcciPair.objects.filter(column1="98941").count() == 1


def test_a_missing_part_would_look_like_pairs_that_do_not_exist(quarter, tmp_path):
    assert "come in 4 files, -f1 to -f4" in refusal_of(*quarter[:3])
    assert "each once" in refusal_of(*quarter[:4], quarter[0])
    assert "2 rows" in load(*quarter[:2], parts=2)
    assert "1 rows" in load(written(tmp_path, "whole.txt", pairs(ADJUSTED)), quarter=date(2027, 1, 1))


def test_files_of_two_quarters_and_two_tables_of_maxima_are_refused(quarter, tmp_path):
    july = written(tmp_path, "MCR_MUE_PractitionerServices_Eff_07-01-2026.csv", maxima(of_clinical("97110", 6)))
    assert "this is of 2026 Q3, and ccipra-v323r0-f1.TXT of 2026 Q4" in refusal_of(*quarter, july)
    assert "two files are given" in refusal_of(quarter[-1], quarter[-1])


def test_a_file_that_is_not_there_is_said(quarter, tmp_path):
    assert "cannot be read: No such file" in refusal_of(*quarter, tmp_path / "nowhere.txt")


def test_a_quarter_that_is_none_is_refused(quarter):
    with pytest.raises(CommandError, match="'soon' is not a quarter such as 2026Q4"):
        call_command("import_ncci", str(quarter[0]), "--quarter", "soon")


# Rights


def test_the_web_role_may_not_load(db, tmp_path):
    assert "Only the owner" in refusal_of(*all_parts(tmp_path, ADJUSTED))


@pytest.mark.parametrize("table", ["coding_nccitable", "coding_nccipair", "coding_nccimaximum"])
@pytest.mark.parametrize(
    "deed", ["INSERT INTO {} SELECT * FROM {}", "UPDATE {} SET {} = {}", "DELETE FROM {}", "TRUNCATE {}"]
)
def test_the_web_role_reads_the_tables_and_writes_none(db, table, deed):
    column = {"coding_nccitable": "rows", "coding_nccipair": "indicator", "coding_nccimaximum": "units"}[table]
    statement = deed.format(table, table) if "INSERT" in deed else deed.format(table, column, column)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table}")
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            cursor.execute(statement)
