"""A rule that is passed by would have said nothing: what it goes by does not stand in the row."""

from functools import cache

import pytest

from coding.engine.choosing import RULES, case_of, passing
from coding.engine.choosing.passing import first_answer, only_where
from tests.engine.corpora import DEVSET, OWN, SEEN_FILES, rows


@cache
def cases():
    return [case_of(row.activity) for corpus in (DEVSET, OWN, *SEEN_FILES) for row in rows(corpus)[::3]]


@pytest.mark.parametrize("rule", passing._NAMES, ids=lambda rule: rule.__name__)
def test_a_rule_that_is_passed_by_has_nothing_to_say(rule):
    assert rule in RULES
    silent = [case for case in cases() if first_answer((rule,), case) is None]
    assert silent and not any(map(rule, silent))


def test_a_name_that_nobody_wrote_down_is_refused():
    rule = only_where("water", "watr")(lambda _: None)
    with pytest.raises(ValueError, match="neither concepts nor signals: watr"):
        first_answer((rule,), cases()[0])
    del passing._NAMES[rule]
