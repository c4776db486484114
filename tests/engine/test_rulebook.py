"""The rule book: what applied on a day, and data files that are refused."""

import shutil
from datetime import date

import pytest

from coding.engine.rulebook import DATA, PairEntry, RuleError, load
from coding.engine.vocabulary import Family, PayerKind, Severity

DAY = date(2026, 11, 20)
RULES = load(DAY)


def test_a_code_has_our_own_words_and_its_numbers():
    entry = RULES.code("97530")
    assert (entry.title, entry.family) == ("Practising a whole task", Family.TASK)
    assert (entry.timed, entry.needs_goal, entry.maximum, entry.mai) == (True, "functional", 6, 3)
    assert entry.is_attended and not entry.is_adjustment and entry.source


def test_a_code_that_is_not_in_the_book_is_tolerated():
    entry = RULES.code("72040", "X-ray of the neck")
    assert (entry.known, entry.title, entry.timed, entry.family) == (False, "X-ray of the neck", False, Family.OTHER)
    assert RULES.code("A4556").title == "A4556"


@pytest.mark.parametrize(
    ("column1", "column2", "indicator"),
    [
        ("98940", "97112", 1),
        ("98942", "97124", 1),
        ("98941", "97140", 1),
        ("98943", "99213", 1),
        ("97140", "97124", 0),
        ("98942", "98941", 0),
        ("97150", "97110", 1),
        ("97012", "97140", 1),
    ],
)
def test_a_pair_of_today_has_its_indicator(column1, column2, indicator):
    pair = RULES.pair(column1, column2)
    assert pair and pair.indicator == indicator and pair.source


@pytest.mark.parametrize(
    ("column1", "column2"),
    [
        *(("98941", code) for code in ("97110", "97530", "97535", "97116", "97150", "97012", "G0283", "97035")),
        *(("98943", code) for code in ("97112", "97124", "97140", "98940")),
        ("97110", "97530"),
        ("97530", "97110"),
        ("97530", "97116"),
        ("97530", "97535"),
        ("97124", "97140"),
    ],
)
def test_pairs_that_the_web_believes_in_do_not_exist(column1, column2):
    assert RULES.pair(column1, column2) is None


def test_a_pair_applies_up_to_its_last_day():
    assert load(date(2021, 12, 31)).pair("97530", "97535")
    assert load(date(2022, 1, 1)).pair("97530", "97535") is None


def test_a_code_applies_from_its_first_day():
    assert load(date(2023, 12, 31)).code("97037").known is False
    assert load(date(2024, 1, 1)).code("97037").known is True


def test_a_check_weighs_by_payer_and_circumstance():
    assert RULES.severity("intent-is-stated", PayerKind.INSURER) is Severity.LINE_STOP
    assert RULES.severity("intent-is-stated", PayerKind.MEDICARE) is None
    assert RULES.severity("intent-is-stated", PayerKind.SELF_PAY, "harder") is Severity.TIP
    assert RULES.severity("intent-is-stated", PayerKind.VA, "softer") is Severity.LINE_STOP
    assert RULES.severity("bundled-region-is-separate", PayerKind.VA, "softer") is Severity.TIP


def test_an_imported_table_takes_the_place_of_ours():
    pairs = [PairEntry("97110", "97530", 1), PairEntry("97110", "97112", 0, until=date(2020, 1, 1))]
    rules = RULES.with_table("NCCI 2026 Q4", pairs, {"97110": (4, 2)})
    assert rules.edition.endswith(" / NCCI 2026 Q4") and rules.edition.startswith(RULES.edition.split(" / ")[0])
    assert set(rules.pairs) == {("97110", "97530")}
    assert (rules.code("97110").maximum, rules.code("97110").mai, rules.code("97112").maximum) == (4, 2, 4)


def test_an_imported_maximum_holds_for_a_code_that_only_the_practice_knows():
    rules = RULES.with_table("NCCI 2026 Q4", RULES.pairs.values(), {"72100": (2, 3)})
    assert (rules.code("72100").maximum, rules.code("72100").known) == (2, False)
    assert (RULES.code("72100").maximum, rules.code("72110").maximum) == (None, None)


def test_every_title_is_short_and_every_entry_has_a_source():
    entries = [*RULES.codes.values(), *RULES.pairs.values(), *RULES.payers.values(), *RULES.checks.values()]
    assert all(entry.source.strip() for entry in entries)
    assert all(len(entry.title) <= 60 for entry in RULES.checks.values())


CODE = '[[code]]\ncode = "97110"\ntitle = "T"\nfamily = "capacity"\nsource = "s"\n'
PAIR = '[[pair]]\ncolumn1 = ["a"]\ncolumn2 = ["b"]\nindicator = 1\nsource = "s"\n'


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("codes.toml", "[[", "codes.toml"),
        ("codes.toml", CODE + "colour = 1", "codes.toml, code 1 (97110): unknown key colour"),
        ("codes.toml", "[[kode]]\n", "unknown key kode"),
        ("codes.toml", CODE.replace('source = "s"', ""), "source is missing"),
        ("codes.toml", CODE.replace('"s"', '" "'), "source is missing"),
        ("codes.toml", CODE.replace('"T"', "1"), "title must be of type str"),
        ("codes.toml", CODE.replace('"capacity"', '"x"'), "family must be one of capacity"),
        ("codes.toml", CODE.replace('family = "capacity"', ""), "family is missing"),
        ("codes.toml", CODE + "maximum = -1", "maximum must be a whole number"),
        ("codes.toml", CODE + "maximum = true", "maximum must be of type int"),
        ("codes.toml", CODE + 'needs_goal = "x"', "needs_goal must be one of none, any, functional"),
        ("codes.toml", CODE + "from = 2025-01-01T00:00:00", "from must be of type date"),
        ("codes.toml", CODE + CODE, "97110: two entries hold on the same day"),
        ("codes.toml", CODE + "from = 2025-01-01\nuntil = 2024-01-01", "from is after until"),
        ("pairs.toml", PAIR.replace("1\n", "9\n"), "indicator must be 0 or 1"),
        ("pairs.toml", PAIR.replace('["a"]', "[1]"), "column1 must be a list of texts"),
        ("pairs.toml", PAIR + "until = 2024-06-30\n" + PAIR + "from = 2024-06-30", "two entries hold on the same day"),
        ("payers.toml", '[[payer]]\nkind = "va"\nsource = "s"', "no entry for insurer"),
        (
            "checks.toml",
            '[[check]]\nslug = "s"\nsubject = "s"\ntitle = "t"\nmatters = "m"\ndefault = "x"\nsource = "s"',
            "off",
        ),
        (
            "checks.toml",
            '[[check]]\nslug = "s"\nsubject = "s"\ntitle = "t"\nmatters = "m"\ndefault = "tip"\nva = "warn"\n'
            'reasons = ["r"]\nsource = "s"',
            "needs 2 reasons or more",
        ),
    ],
)
def test_a_wrong_data_file_is_refused_with_its_place(tmp_path, name, text, said):
    shutil.copytree(DATA, tmp_path / "data")
    (tmp_path / "data" / name).write_text(text)
    with pytest.raises(RuleError, match=said.replace("(", r"\(").replace(")", r"\)")):
        load(DAY, tmp_path / "data")


@pytest.mark.parametrize("check", load(DAY).checks.values(), ids=lambda check: check.slug)
def test_reasons_are_of_the_check_itself(check):
    others = {reason for other in load(DAY).checks.values() if other is not check for reason in other.reasons}
    own = set(check.reasons) - others
    assert len(own) >= 2 if check.may_warn else not check.reasons


def test_a_changed_rule_is_a_new_dated_entry(tmp_path):
    shutil.copytree(DATA, tmp_path / "data")
    (tmp_path / "data" / "pairs.toml").write_text(
        PAIR + "until = 2024-06-30\n" + PAIR.replace("= 1", "= 0") + "from = 2024-07-01"
    )
    old, new = load(date(2024, 6, 30), tmp_path / "data"), load(date(2024, 7, 1), tmp_path / "data")
    assert (old.pairs["a", "b"].indicator, new.pairs["a", "b"].indicator) == (1, 0)


def test_a_missing_data_file_is_refused(tmp_path):
    with pytest.raises(RuleError, match=r"codes\.toml"):
        load(DAY, tmp_path)


# What is usual for a kind of payer


def test_each_kind_has_an_answer_to_everything():
    usual = {kind: RULES.payer(kind).usual for kind in PayerKind}
    assert all(answers.keys() == usual[PayerKind.INSURER].keys() for answers in usual.values())
    assert usual[PayerKind.MEDICARE]["unit_method"] == "total_time"
    assert usual[PayerKind.WORKERS_COMP]["wants_authorisation"] and not usual[PayerKind.AUTO]["wants_authorisation"]


@pytest.mark.parametrize("wrong", ["usual = 3", 'usual = { wants_gpp = "all" }', 'usual = { wants_times = "yes" }'])
def test_an_unknown_answer_of_a_kind_is_refused(tmp_path, wrong):
    shutil.copytree(DATA, tmp_path / "data")
    file = tmp_path / "data" / "payers.toml"
    file.write_text(file.read_text("utf-8").replace("usual = { notes_go_along = true }", wrong), "utf-8")
    with pytest.raises(RuleError, match="usual"):
        load(DAY, tmp_path / "data")
