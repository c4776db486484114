"""Everybody gets what the table says, a refusal tells nothing, and every answer has its headers (see `ask`)."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse

from tests.urls.answers import check, found_in, is_as_told, told
from tests.urls.table import ROWS, Row
from tests.world import PEOPLE

each_row = pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.url} of {row.of}")


# The table and the URLs


def routes(patterns: list[Any], prefix: str = "") -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, f"{pattern.namespace}:" if pattern.namespace else prefix)
        else:
            yield f"{prefix}{pattern.name}"


def test_every_url_has_a_row_and_every_row_a_url() -> None:
    assert {row.url for row in ROWS} == set(routes(get_resolver().url_patterns))


# Who gets what


@each_row
def test_everybody_gets_what_the_table_says(row: Row, world: SimpleNamespace, ask: Any) -> None:
    case = world.cases["adams"]
    for person in PEOPLE:
        for method in row.asked_by(person):
            answer = ask(person, method, row, case)
            check(row, person, method, answer, row.status(person, method), case)
            assert found_in(answer, sealed_from(person, world, row)) == [], f"{person}: {method} {row.url}"
            if row.cells[person] == "ok":
                is_as_told(f"{person}: {method} {row.url}", told()[row.url], answer, of_patients(world))


def of_patients(world: SimpleNamespace) -> set[str]:
    return set().union(*(case.known for case in world.cases.values()))


def sealed_from(person: str, world: SimpleNamespace, row: Row | None = None) -> set[str]:
    """Return the words that must be in no answer at all to somebody, whatever they ask for but what they broke a glass for."""
    sealed = _sealed_from(person, world)
    in_an_emergency = row is not None and row.url in ("notes:glass", "notes:glass-note") and row.cells[person] == "ok"
    own = world.cases["adams"]
    return sealed - own.known - own.signed_words.given if in_an_emergency else sealed


def _sealed_from(person: str, world: SimpleNamespace) -> set[str]:
    ours, colleagues, theirs = (world.cases[name] for name in ("adams", "baker", "stranger"))
    if person == "stranger":
        return ours.known | colleagues.known
    notes = [words.given for case in (ours, colleagues) for words in (case.draft_words, case.signed_words)]
    plans = [case.plan_words.given for case in (ours, colleagues)]
    drafts = [case.draft_words.given for case in (ours, colleagues)]
    never = {"frances": notes + plans, "bill": notes + plans, "olga": notes + plans, "rita": drafts}
    return theirs.known.union(*never.get(person, ()))


@each_row
def test_a_colleagues_object_is_as_far_from_the_author_as_the_authors_is_from_the_colleague(
    row: Row, world: SimpleNamespace, ask: Any
) -> None:
    case = world.cases["baker"]
    for person, other in (("adams", "baker"), ("baker", "adams")):
        for method in row.answers if row.is_of_an_object else ():
            check(row, person, method, ask(person, method, row, case), row.status(other, method), case)


@each_row
def test_nobody_reaches_into_another_practice(row: Row, world: SimpleNamespace, ask: Any) -> None:
    case = world.cases["stranger"]
    never = [person for person in PEOPLE if row.never(person)]
    for person in PEOPLE if row.is_of_an_object or row.is_of_a_practice else ():
        if person in never[1:]:
            continue  # the role is refused before the object is looked at; one such role stands for all
        own = person == "stranger"
        for method in row.asked_by(person):
            status = row.status("adams", method) if own else 403 if row.never(person) and row.is_of_an_object else 404
            check(row, person, method, ask(person, method, row, case), status, case)


@each_row
def test_a_role_in_one_practice_opens_nothing_in_another(row: Row, world: SimpleNamespace, ask: Any) -> None:
    """Dana is at the front desk of Riverside and everything else elsewhere: at Riverside she gets what Frances gets."""
    case = world.cases["adams"]
    for method in row.answers if row.is_of_an_object or row.is_of_a_practice else ():
        answer, status = ask("dana", method, row, case), row.status("frances", method)
        assert answer.status_code == status or {answer.status_code, status} <= {403, 404}, f"{method} {row.url}"
        assert found_in(answer, sealed_from("frances", world)) == [], f"{method} {row.url}"


@each_row
def test_who_has_left_gets_nothing(row: Row, world: SimpleNamespace, ask: Any) -> None:
    case = world.cases["adams"]
    method, status = next(iter(row.answers)), 404 if row.is_of_a_practice else 403
    if row.anonymous == "in":
        check(row, "gil", method, ask("gil", method, row, case), status, case)


@each_row
def test_without_signing_in_a_page_asks_for_it_and_a_fragment_gets_401(
    row: Row, world: SimpleNamespace, ask: Any
) -> None:
    case = world.cases["adams"]
    for method in row.answers if row.anonymous == "in" else ():
        page, fragment = ask("", method, row, case), ask("", method, row, case, **{"HX-Request": "true"})
        assert (page.status_code, page.url.split("?")[0]) == (302, reverse("clinic:login")), f"{method} {row.url}"
        assert found_in(page, case.known) == []
        assert (fragment.status_code, fragment.text) == (401, ""), f"{method} {row.url}"


@pytest.mark.parametrize("row", [row for row in ROWS if row.anonymous == "ok"], ids=lambda row: row.url)
def test_what_is_open_to_everybody_is_no_error_without_signing_in(row: Row, world: SimpleNamespace, ask: Any) -> None:
    for method in row.answers:
        assert ask("", method, row, world.cases["adams"]).status_code < 500, f"{method} {row.url}"


@each_row
def test_no_other_method_is_answered(row: Row, world: SimpleNamespace, ask: Any) -> None:
    person = next(person for person in PEOPLE if row.cells[person] == "ok")
    for method in {"GET", "POST", "PUT", "DELETE"} - set(row.answers):
        check(row, person, method, ask(person, method, row, world.cases["adams"]), 405, world.cases["adams"])


def test_a_post_without_its_token_is_refused(world: SimpleNamespace) -> None:
    for row in ROWS:
        if "POST" in row.answers:
            client = Client(enforce_csrf_checks=True)
            client.cookies["sessionid"] = world.sessions["adams"]
            assert client.post(row.address(world.cases["adams"])).status_code == 403, row.url


# The words are where they belong; otherwise the tests above would find nothing anywhere


@pytest.mark.parametrize(
    ("url", "of", "person", "kind"),
    [
        ("notes:note", "draft", "adams", "draft_words"),
        ("notes:note", "signed", "rita", "signed_words"),
        ("coding:review", "draft", "baker", "draft_words"),
        ("notes:episode", "episode", "rita", "plan_words"),
    ],
)
def test_who_may_read_words_reads_them(
    world: SimpleNamespace, ask: Any, url: str, of: str, person: str, kind: str
) -> None:
    row = next(row for row in ROWS if (row.url, row.of) == (url, of))
    case = world.cases["adams"]
    unseen = ("picked", "why", "value")  # what a row shows when it is opened, and what stands on the superbill
    wanted = {word for word in getattr(case, kind).given if not word.endswith(unseen)}
    assert set(found_in(ask(person, "GET", row, case), wanted)) == wanted


def test_the_desk_finds_a_patient_by_name(world: SimpleNamespace, ask: Any) -> None:
    row = next(row for row in ROWS if row.url == "clinic:search")
    assert world.cases["adams"].patient.first_name in ask("frances", "POST", row, world.cases["adams"]).text
