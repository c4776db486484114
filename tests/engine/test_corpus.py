"""The corpora are as large and as hard as they should be, and no figure falls below what was reached."""

import pytest

from tests.engine.corpora import BLIND, DEVSET, OWN, SEEN_FILES, rows
from tests.engine.evaluate import kept, reached

KEPT = [(corpus, name, least) for corpus, figures in kept().items() for name, least in figures.items()]


def tagged(tag):
    return [row for corpus in SEEN_FILES for row in rows(corpus) if tag in row.tags]


@pytest.mark.parametrize(("corpus", "name", "least"), KEPT, ids=lambda value: str(value))
def test_a_figure_does_not_fall(corpus, name, least):
    """If an answer of a corpus was given up for a good reason, figures.toml is lowered by hand and the commit says why."""
    assert reached()[corpus][name] >= least


def test_vignettes_that_cite_the_deciding_fact_are_many():
    cited = [row for corpus in (OWN, *SEEN_FILES) for row in rows(corpus) if row.source]
    assert len(cited) >= 700


def test_devices_are_named_where_the_outcome_decides_and_agents_where_they_do():
    assert len(tagged("device named, outcome decides")) >= 40
    assert len(tagged("agent decides")) >= 20


def test_the_blind_part_is_large_enough_and_shares_no_row_with_what_was_seen():
    seen = {row.activity.description.casefold() for corpus in (DEVSET, OWN, *SEEN_FILES) for row in rows(corpus)}
    assert len(rows(BLIND)) >= 300
    assert not any(row.activity.description.casefold() in seen for row in rows(BLIND))


def test_every_row_accepts_its_best_answer_and_has_an_id_of_its_own():
    everything = [row for corpus in (DEVSET, OWN, *SEEN_FILES, BLIND) for row in rows(corpus)]
    assert all(row.best in row.accept for row in everything)
    assert len({row.activity.id for row in everything}) == len(everything)
