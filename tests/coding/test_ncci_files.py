"""CMS's files as they come: what stands above the rows, what the rows say, and what refuses a file."""

from datetime import date

import pytest

from coding.ncci_files import BadFile, Kind, Maximum, Pair, look_at
from tests.coding.cms import (
    ABOVE_PAIRS,
    ADJUSTED,
    DELETED,
    HEADER_OF_MAXIMA,
    NOT_APPLICABLE,
    NOTICE,
    TAKEN_BACK,
    maxima,
    of_clinical,
    pairs,
    written,
)

OCTOBER = date(2026, 10, 1)
PAIRS, MAXIMA = "ccipra-v323r0-f4.TXT", "MCR_MUE_PractitionerServices_Eff_10-01-2026.csv"


def the_pairs(tmp_path, text, name=PAIRS):
    return list(look_at(written(tmp_path, name, text)).pairs())


def test_pairs_stand_below_a_notice_and_a_wrapped_header(tmp_path):
    file = look_at(written(tmp_path, PAIRS, pairs(ADJUSTED, DELETED)))
    assert (file.kind, file.quarter, file.part) == (Kind.PAIRS, OCTOBER, 4)
    assert list(file.pairs()) == [
        (8, Pair("98941", "97140", 1, date(2020, 1, 1), None)),
        (9, Pair("97530", "97116", 1, date(2020, 1, 1), date(2020, 10, 1))),
    ]


def test_maxima_stand_below_a_notice_and_a_header_with_a_newline_in_it(tmp_path):
    file = look_at(written(tmp_path, MAXIMA, maxima(of_clinical("97110", 6), of_clinical("0054T", 1, "2 Policy"))))
    assert (file.kind, file.quarter, file.part) == (Kind.MAXIMA, OCTOBER, 0)
    assert list(file.maxima()) == [(5, Maximum("97110", 6, 3)), (6, Maximum("0054T", 1, 2))]


@pytest.mark.parametrize("delimiter", [",", ";"])
def test_a_header_may_wrap_within_its_cells_and_other_signs_may_part_them(tmp_path, delimiter):
    header = [
        "Column 1",
        "Column 2",
        '"*=in existence\nprior to 1996"',
        '"Effective\nDate"',
        '"Deletion Date\n*=no data"',
    ]
    text = delimiter.join([*header, '"Modifier\n0=not allowed"']) + "\n" + ADJUSTED.replace("\t", delimiter)
    assert the_pairs(tmp_path, text, "ccipra-v323r0-f4.csv")[0][1].column2 == "97140"


def test_a_header_of_maxima_may_wrap_over_lines(tmp_path):
    above = 'HCPCS/,Practitioner Services,MUE Adjudication,MUE\n"CPT Code",MUE Values,Indicator,Rationale\n'
    file = look_at(written(tmp_path, MAXIMA, above + of_clinical("97110", 6)))
    assert [row.units for _, row in file.maxima()] == [6]


@pytest.mark.parametrize("row", [DELETED, TAKEN_BACK, NOT_APPLICABLE])
def test_what_ended_before_or_never_held_does_not_matter_any_more(tmp_path, row):
    [(_, pair)] = the_pairs(tmp_path, pairs(row))
    assert not pair.holds_from(OCTOBER)


def test_bytes_that_are_no_text_may_stand_where_nothing_is_read(tmp_path):
    assert the_pairs(tmp_path, pairs(ADJUSTED + " \xa9\x92", above=["\xa9 2026", *ABOVE_PAIRS, " \t "]))


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("9894\t97140\t\t20200101\t*\t1\tx", "'9894' is not a code such as 98940"),
        ("98941\t9714O1\t\t20200101\t*\t1\tx", "'9714O1' is not a code"),
        ("98941\t97140\t\t20201301\t*\t1\tx", "'20201301' is not a day"),
        ("98941\t97140\t\tJuly\t*\t1\tx", "'July' is not a day"),
        ("98941\t97140\t\t20200101\tnever\t1\tx", "'never' is not a day"),
        ("98941\t97140\t\t２０２００１０１\t*\t1\tx".encode().decode("latin-1"), "is not a day"),
        ("98941\t97140\t\t20200101\t*\t2\tx", "0, 1 or 9, and not '2'"),
        ("98941\t97140\t\t20200101\t*", "6 columns are wanted, 5 are there"),
        ("The end", "6 columns are wanted, 1 are there"),
        (f"98941\t97140\t\t20200101\t*\t1\t{'x' * 200_000}", "line 9"),
    ],
)
@pytest.mark.parametrize("before", [[ADJUSTED], []])
def test_a_bad_pair_refuses_the_file_with_its_line_and_reason(tmp_path, row, reason, before):
    if not before and row == "The end":
        return  # above the first row it is part of the notice
    with pytest.raises(BadFile) as refusal:
        the_pairs(tmp_path, pairs(*before, row))
    assert str(refusal.value).startswith(f"{PAIRS}, line {8 + len(before)}: ") or "x" * 9 in row
    assert reason in str(refusal.value) or "line" in reason


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (of_clinical("9711", 6), "'9711' is not a code"),
        (of_clinical("97110", "six"), "'six' is not a number of units"),
        (of_clinical("97110", -1), "'-1' is not a number of units"),
        (of_clinical("97110", 1_000_000), "not a number of units"),
        (of_clinical("97110", 6, "4 Unheard of"), "begins with 1, 2 or 3, and is '4'"),
        ("97110,6", "3 columns are wanted, 2 are there"),
    ],
)
def test_a_bad_maximum_refuses_the_file_with_its_line_and_reason(tmp_path, row, reason):
    file = look_at(written(tmp_path, MAXIMA, maxima(of_clinical("97112", 4), row)))
    with pytest.raises(BadFile) as refusal:
        list(file.maxima())
    assert str(refusal.value).startswith(f"{MAXIMA}, line 6: ") and reason in str(refusal.value)


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        (PAIRS, "", "neither a table of pairs"),
        (PAIRS, "Column 1\tColumn 2\n", "neither a table of pairs"),
        (PAIRS, ADJUSTED, "line 1 holds a code, and no header above it"),
        (MAXIMA, f"{NOTICE}\n97110,6,3 x,y\n", "holds a code, and no header above it"),
        (MAXIMA, HEADER_OF_MAXIMA.replace("Practitioner", "Outpatient Hospital"), "not those of practitioners"),
        ("ccioph-v323r0-f1.TXT", pairs(ADJUSTED), "the pairs for hospitals"),
        ("edits.xlsx", "PK\x03\x04", "Give the text file"),
        ("edits.txt", "\xff\xfeC\x00", "UTF-16"),
        ("edits.txt", pairs(ADJUSTED), "Say it: --quarter 2026Q4"),
    ],
)
def test_what_is_no_table_of_a_quarter_is_refused_by_name(tmp_path, name, text, reason):
    with pytest.raises(BadFile) as refusal:
        look_at(written(tmp_path, name, text))
    assert str(refusal.value).startswith(f"{name}: ") and reason in str(refusal.value)


def test_a_file_that_is_named_otherwise_takes_the_quarter_that_is_said(tmp_path):
    assert look_at(written(tmp_path, "edits.txt", pairs(ADJUSTED)), OCTOBER).quarter == OCTOBER
    with pytest.raises(BadFile, match="the name says 2026 Q4, and not 2026 Q3"):
        look_at(written(tmp_path, PAIRS, pairs(ADJUSTED)), date(2026, 7, 1))
