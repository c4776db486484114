"""The diagnosis list: read and loaded whole or not at all, searched as people type it."""

from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from notes import icd10
from notes.diagnosis_search import as_of, retired, search
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


def test_a_file_that_would_end_very_many_codes_is_refused_whole_unless_that_is_meant(empty_list, tmp_path, monkeypatch):
    monkeypatch.setattr(icd10, "MOST_ENDED", 10)
    load(DIAGNOSES)
    before = list(DiagnosisCode.objects.values_list("code", "valid_from", "valid_to").order_by("pk"))
    cut = a_file(tmp_path, OCTOBER)
    with pytest.raises(CommandError, match=r"would end 29 codes .* cut short.* Nothing was changed"):
        load(cut)
    assert list(DiagnosisCode.objects.values_list("code", "valid_from", "valid_to").order_by("pk")) == before
    load(cut, "--ends-many")
    assert DiagnosisCode.objects.get(code="M54.2").valid_to == date(2026, 9, 30)


# The lists of CMS


def in_order(number, code, billable, title):
    return f"{number:05} {code:<7} {billable} {title[:60]:<60} {title}\n"


ORDERED = in_order(1, "M545", 0, "Low back pain") + in_order(2, "M5450", 1, "Low back pain, not further told")
CODES = "M5450   Low back pain, not further told\nM9903   Segmental and somatic dysfunction of lumbar region\n"


@pytest.mark.parametrize(("name", "text"), [("icd10cm-order-2027.txt", ORDERED), ("icd10cm-codes-2027.txt", CODES)])
def test_a_list_of_cms_begins_with_its_fiscal_year_and_ends_what_it_leaves_out(empty_list, tmp_path, name, text):
    load(DIAGNOSES)
    path = tmp_path / name
    path.write_text(text)
    assert "October 2026: " in load(path)
    assert DiagnosisCode.objects.get(code="M54.2").valid_to == date(2026, 9, 30)
    assert [found.edition for found in search("M54", on=NOVEMBER)] == ["October 2026"]
    assert "0 of them new or changed" in load(path)


def test_a_title_that_changes_is_kept_by_date(empty_list, tmp_path):
    load(DIAGNOSES)
    path = tmp_path / "icd10cm-codes-2027.txt"
    path.write_text(CODES)
    assert "29 codes of the edition before ended on 2026-09-30; 1 have another title now." in load(path)
    titles = {day: as_of("M54.50", on=day).title for day in (date(2026, 9, 30), date(2026, 10, 1))}
    assert list(titles.values()) == ["Low back pain, unspecified", "Low back pain, not further told"]


def test_a_list_whose_name_tells_no_year_wants_its_first_day(empty_list, tmp_path):
    path = a_file(tmp_path, CODES)
    with pytest.raises(CommandError, match=r"codes.csv: .*Say its first day: --from 2026-10-01"):
        load(path)
    assert "April 2027: 2 codes" in load(path, "--from", "2027-04-01")


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ("\nM542\n", "Line 4: 'M542' is no line of this list"),
        ("M5450   Again\n", "Line 3: M54.50 stands on line 1 already"),
        ("12345   Lumbago\n", "Line 3: '123.45' does not look like an ICD-10-CM code"),
        (f"M542    {'x' * 301}\n", "Line 3: the title of M54.2 is empty or longer than 300"),
    ],
)
def test_a_bad_line_refuses_a_list_of_cms_whole(empty_list, tmp_path, bad, message):
    load(DIAGNOSES)
    path = tmp_path / "icd10cm-codes-2027.txt"
    path.write_text(CODES + bad)
    with pytest.raises(CommandError) as refusal:
        load(path)
    assert str(refusal.value).startswith(f"icd10cm-codes-2027.txt: {message}")
    assert not DiagnosisCode.objects.filter(edition="October 2026").exists()


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


def test_a_code_has_ended_only_after_its_last_day(empty_list, tmp_path):
    load(DIAGNOSES)
    load(a_file(tmp_path, OCTOBER))
    asked = ["M54.2", "M54.50", "Z99.99"]
    assert retired(asked, on=date(2026, 9, 30)) == {}
    assert retired(asked, on=date(2026, 10, 1)) == {"M54.2": date(2026, 9, 30)}


def test_a_code_is_found_only_on_days_of_its_edition(diagnosis_list, db):
    assert not search("M54.50", on=date(2026, 3, 31))
