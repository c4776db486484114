"""The suggest and judge commands: JSON lines in, JSON lines out, bad lines told apart."""

import io
import json
import sys
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command

ROW = {"id": "a1", "description": "Leg press 3x10", "goal": "quad strength", "region": "LE", "minutes": 10}


def run(command, path, *lines, **options):
    path.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines), encoding="utf-8")
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command(command, str(path), stdout=out, stderr=err, no_color=True, **options)
        status = 0
    except SystemExit as stopped:
        status = stopped.code
    return [json.loads(line) for line in out.getvalue().splitlines()], err.getvalue().splitlines(), status


@pytest.fixture
def file(tmp_path):
    return tmp_path / "rows.jsonl"


def test_suggest__answers_with_code_evidence_neighbours_and_flags(file):
    [answer], errors, status = run("suggest", file, ROW | {"mode": "one_on_one"})
    assert (answer["id"], answer["code"]) == ("a1", "97110")
    assert answer["because"][0] == {
        "field": "goal",
        "start": 5,
        "end": 13,
        "text": "strength",
        "rule": "capacity-is-the-aim",
    }
    assert {"code", "why"} == answer["alternatives"][0].keys()
    assert "therapy-has-a-functional-goal" in answer["flags"]
    assert "question" not in answer and (errors, status) == ([], 0)


def test_suggest__asks_or_refuses(file):
    asked, refused = run("suggest", file, {"id": 1, "description": "BOSU"}, ROW | {"mode": "unsupervised"})[0]
    assert asked["code"] == "UNDETERMINED" and asked["question"]
    assert refused["code"] == "NOT_BILLABLE" and refused["reason"]


def test_suggest__a_modality_may_be_supervised_and_an_exercise_may_not(file):
    pack = {"id": 1, "description": "Hot pack to lumbar paraspinals", "mode": "supervised"}
    packed, exercised = run("suggest", file, pack, ROW | {"mode": "supervised"})[0]
    assert (packed["code"], exercised["code"]) == ("97010", "NOT_BILLABLE")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "not JSON"),
        ("[1]", "not an object"),
        ('{"description": "x"}', "no id"),
        ('{"id": 1, "description": 5}', "description must be a text"),
        ('{"id": 1, "mode": "alone"}', "mode must be one of"),
        ('{"id": 1, "minutes": 7.5}', "minutes must be a whole number"),
        ('{"id": 1, "minutes": -1}', "minutes must be a whole number"),
        ('{"id": 1, "minutes": true}', "minutes must be a whole number"),
    ],
)
def test_suggest__tells_a_bad_line_and_answers_the_others(file, line, said):
    answers, errors, status = run("suggest", file, ROW, line, "", ROW)
    assert len(answers) == 2 and status == 1
    assert errors[0].startswith("line 2: ") and said in errors[0]


def test_judge__labels_goals_and_descriptions(file):
    rows = ({"id": 1, "text": "lift 20 lb at work"}, {"id": 2, "text": "performed exercises"})
    assert [row["label"] for row in run("judge", file, *rows, kind="goal")[0]] == ["functional_measurable", "vague"]
    assert [row["label"] for row in run("judge", file, *rows, kind="description")[0]][1] == "vague"


def test_standard_input__is_read_too(monkeypatch):
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(b'{"id": 1, "text": ""}\n')))
    out = io.StringIO()
    call_command("judge", kind="goal", stdout=out)
    assert json.loads(out.getvalue()) == {"id": 1, "label": "empty", "because": []}


def test_a_missing_file__is_named():
    with pytest.raises(CommandError, match=r"nowhere\.jsonl"):
        call_command("suggest", "nowhere.jsonl")
