"""The diagnosis list: read and loaded whole or not at all, searched as people type it."""

from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from notes import icd10
from notes.diagnosis_search import search
from notes.models import DiagnosisCode
from tests.notes.conftest import DIAGNOSES

NOVEMBER = date(2026, 11, 20)
HEADER = "code,title,edition,valid_from,valid_to\n"
OCTOBER = (
    HEADER + 'M54.50,"Low back pain, unspecified",October 2026,2026-10-01,\nM99.03,Lumbar,October 2026,2026-10-01,\n'
)


@pytest.fixture
def empty_list(owner_speaks, db):
    DiagnosisCode.objects.all().delete()


def load(file, *options):
    out = StringIO()
    call_command("import_icd10", file, *options, stdout=out)
    return out.getvalue()


def a_file(tmp_path, text):
    path = tmp_path / "codes.csv"
    path.write_text(text, encoding="utf-8")
    return path


# Loading


def test_a_file_loads_whole(empty_list):
    assert load(DIAGNOSES) == "April 2026: 31 codes, 31 of them new or changed.\n"
    assert DiagnosisCode.objects.get(code="M99.03").title == "Segmental and somatic dysfunction of lumbar region"


def test_loading_again_changes_nothing(empty_list):
    load(DIAGNOSES)
    before = list(DiagnosisCode.objects.values())
    assert "0 of them new or changed" in load(DIAGNOSES)
    assert list(DiagnosisCode.objects.values()) == before


def test_a_list_that_is_there_is_left_alone_if_asked(empty_list):
    load(DIAGNOSES)
    assert load("no-such-file.csv", "--if-empty") == ""


def test_a_new_edition_ends_the_old_one_and_keeps_its_rows(empty_list, tmp_path):
    load(DIAGNOSES)
    load(a_file(tmp_path, OCTOBER))
    old = DiagnosisCode.objects.get(code="M54.50", edition="April 2026")
    assert old.valid_to == date(2026, 9, 30)
    assert DiagnosisCode.objects.get(code="M54.2").valid_to == date(2026, 9, 30)
    assert [found.edition for found in search("M54", on=NOVEMBER)] == ["October 2026"]
    assert [found.edition for found in search("M54.50", on=date(2026, 9, 30))] == ["April 2026"]


def test_editions_may_be_loaded_in_any_order(empty_list, tmp_path):
    load(a_file(tmp_path, OCTOBER))
    load(DIAGNOSES)
    assert DiagnosisCode.objects.get(code="M54.50", edition="April 2026").valid_to == date(2026, 9, 30)
    assert DiagnosisCode.objects.get(code="M54.50", edition="October 2026").valid_to is None
    assert "0 of them new or changed" in load(DIAGNOSES)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("M54,5,too,many,columns,here", "Line 3: 5 columns are wanted, 6 are there."),
        ("lumbago,Lumbago,April 2026,2026-04-01,", "Line 3: 'lumbago' does not look like an ICD-10-CM code"),
        ("M54.2, ,April 2026,2026-04-01,", "Line 3: the title of M54.2 is empty"),
        (f"M54.2,{'x' * 301},April 2026,2026-04-01,", "Line 3: the title of M54.2 is empty or longer than 300"),
        ("M54.2,Cervicalgia,,2026-04-01,", "Line 3: the edition of M54.2 is empty"),
        ("M54.2,Cervicalgia,April 2026,April,", "Line 3: 'April' is not a date such as 2026-04-01."),
        ("M54.2,Cervicalgia,April 2026,2026-04-01,2026-03-01", "Line 3: M54.2 ends before it starts."),
        ("M54.2,Cervicalgia,October 2026,2026-10-01,", "Line 3: a file holds one edition, and this is not April 2026"),
        ("M54.50,Again,April 2026,2026-04-01,", "Line 3: M54.50 stands on line 2 already."),
        (f"M54.2,{'x' * 140_000},April 2026,2026-04-01,", "Line 3: field larger than field limit"),
    ],
)
def test_a_bad_row_refuses_the_file_and_changes_nothing(empty_list, tmp_path, line, message):
    load(DIAGNOSES)
    bad = a_file(tmp_path, f"{HEADER}M54.50,Changed,April 2026,2026-04-01,\n{line}\n")
    with pytest.raises(CommandError) as refusal:
        load(bad)
    assert message in str(refusal.value)
    assert str(refusal.value).endswith("Nothing was changed.")
    assert DiagnosisCode.objects.get(code="M54.50").title == "Low back pain, unspecified"


@pytest.mark.parametrize(("text", "message"), [("", "Line 1"), ("code,title\n", "Line 1"), (HEADER, "holds no codes")])
def test_a_file_without_codes_is_refused(empty_list, tmp_path, text, message):
    with pytest.raises(CommandError, match=message):
        load(a_file(tmp_path, text))


def test_a_file_that_is_not_text_is_refused(empty_list, tmp_path):
    path = tmp_path / "codes.csv"
    path.write_bytes(HEADER.encode() + b"\xff\xfe")
    with pytest.raises(CommandError, match="not UTF-8"):
        load(path)


def test_a_missing_file_is_said(empty_list):
    with pytest.raises(CommandError, match="cannot be read"):
        load("no-such-file.csv")


def test_the_web_role_may_not_load(db):
    with pytest.raises(CommandError, match="Only the owner"):
        load(DIAGNOSES)


# Building


def test_the_file_that_make_builds_holds_billable_codes_only(tmp_path):
    path = tmp_path / "icd10cm.csv"
    assert icd10.build(path) > 70_000
    codes = {row.code for row in icd10.read(path)}
    assert {"M54.50", "M99.03", "S33.5XXA", "T07.XXXA"} <= codes
    assert not codes & {"M54", "M54.5", "S33.5", "M50-M54", "13"}


def test_a_tool_that_does_not_say_its_edition_is_refused():
    with pytest.raises(icd10.BadFile):
        icd10.release(["__init__.py"])


# Searching


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("M54.5", "M54.50"),
        ("m9903", "M99.03"),
        ("s33.5", "S33.5XXA"),
        ("low back pain", "M54.50"),
        ("pain low oth", "M54.59"),
        ("neck pain", "M54.2"),
        ("whiplash", "S13.4XXA"),
        ("dysfunction lumbar", "M99.03"),
        ("headache", "R51.9"),
        ("lumb radic", "M54.16"),
    ],
)
def test_a_diagnosis_is_found_as_people_type_it(diagnosis_list, db, words, first):
    assert search(words, on=NOVEMBER)[0].code == first


def test_spinal_and_musculoskeletal_codes_come_first_among_equals(diagnosis_list, db):
    codes = [found.code for found in search("pain", on=NOVEMBER)]
    assert codes.index("M54.59") < codes.index("R10.30")
    assert len(search("un", on=NOVEMBER)) <= 12


@pytest.mark.parametrize("words", ["", " ", "m", "%%", "a\\b", "\\m(", "' or 1=1", "x" * 5000, "nowhere to be found"])
def test_words_that_match_nothing_find_nothing(diagnosis_list, db, words):
    assert list(search(words, on=NOVEMBER)) == []


def test_a_code_is_found_only_on_days_of_its_edition(diagnosis_list, db):
    assert not search("M54.50", on=date(2026, 3, 31))
