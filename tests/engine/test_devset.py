"""The labelled activities from the four source articles: what the engine must and should answer."""

import json
from pathlib import Path

import pytest

from coding.engine.choosing import choose
from coding.engine.facts import ActivityFacts
from coding.engine.vocabulary import Delivery

ROWS = [json.loads(line) for line in (Path(__file__).parent / "devset.jsonl").read_text(encoding="utf-8").splitlines()]
DELIVERY = {
    "one_on_one": Delivery.ONE_ON_ONE,
    "group": Delivery.GROUP,
    "unsupervised": Delivery.ON_OWN,
    "unknown": None,
}


def code(row):
    delivery = DELIVERY[row["mode"]]
    activity = ActivityFacts(row["id"], row["description"], goal=row["goal"], minutes=row["minutes"], delivery=delivery)
    return choose(activity).code


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
def test_devset__every_answer_is_acceptable(row):
    assert code(row) in row["accept"]


def test_devset__nearly_all_unambiguous_rows_get_the_best_answer():
    plain = [row for row in ROWS if row["unambiguous"]]
    assert sum(code(row) == row["best"] for row in plain) >= 42
