"""The units command: JSON lines in, JSON lines out, bad lines told apart."""

import io
import json

import pytest
from django.core.management import CommandError, call_command

GOOD = {"id": "v3", "method": "cms", "minutes": [["97110", 33], ["97140", 7], ["G0283", 30]]}


def run(path, *lines):
    path.write_bytes(b"\n".join(line if isinstance(line, bytes) else line.encode() for line in lines))
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("units", str(path), stdout=out, stderr=err, no_color=True)
        status = 0
    except SystemExit as stopped:
        status = stopped.code
    return [json.loads(line) for line in out.getvalue().splitlines()], err.getvalue().splitlines(), status


@pytest.fixture
def file(tmp_path):
    return tmp_path / "visits.jsonl"


def test_units_and_ties_come_back_by_code(file):
    tied = {"id": 2, "method": "cms", "minutes": [["97112", 20], ["97110", 20]]}
    answers, errors, status = run(file, json.dumps(GOOD), "", json.dumps(tied))
    assert answers == [
        {"id": "v3", "units": {"97110": 2, "97140": 1, "G0283": 1}, "ties": []},
        {"id": 2, "units": {"97112": 2, "97110": 1}, "ties": [["97112", "97110"]]},
    ]
    assert (errors, status) == ([], 0)


def test_untimed_codes_need_no_minutes(file):
    answers, _, _ = run(file, '{"id": 1, "method": "ama", "minutes": [["98941", null], ["97150", 25], ["97150", 5]]}')
    assert answers[0]["units"] == {"98941": 1, "97150": 1}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "not JSON"),
        ("[1]", "not an object"),
        (b"\xff\xfe", "not JSON"),
        ('{"method": "cms", "minutes": []}', "no id"),
        ('{"id": 1, "method": "CMS", "minutes": []}', "method must be cms or ama, not 'CMS'"),
        ('{"id": 1, "method": ["cms"], "minutes": []}', "method must be"),
        ('{"id": 1, "method": "cms"}', "minutes must be a list"),
        ('{"id": 1, "method": "cms", "minutes": [["97110"]]}', "not [code, minutes]"),
        ('{"id": 1, "method": "cms", "minutes": [["00000", 8]]}', "no code '00000'"),
        ('{"id": 1, "method": "cms", "minutes": [["97110", 7.5]]}', "whole number"),
        ('{"id": 1, "method": "cms", "minutes": [["97110", -1]]}', "whole number"),
        ('{"id": 1, "method": "cms", "minutes": [["97110", true]]}', "whole number"),
        ('{"id": 1, "method": "cms", "minutes": [["97110", null]]}', "whole number"),
        ('{"id": 1, "method": "cms", "minutes": [["97110", 1441]]}', "whole number"),
    ],
)
def test_a_bad_line_is_told_by_its_number_and_the_others_are_answered(file, line, said):
    answers, errors, status = run(file, line, json.dumps(GOOD))
    assert [answer["id"] for answer in answers] == ["v3"]
    assert len(errors) == 1 and errors[0].startswith("line 1: ") and said in errors[0]
    assert status == 1


def test_standard_input_is_read_without_a_file(monkeypatch):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(json.dumps(GOOD).encode())))
    out = io.StringIO()
    call_command("units", stdout=out)
    assert json.loads(out.getvalue())["units"]["97140"] == 1


def test_a_file_that_is_not_there_is_said_so(tmp_path):
    with pytest.raises(CommandError, match="No such file"):
        call_command("units", str(tmp_path / "none"))
