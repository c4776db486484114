"""The shipped guidance pages: whole, sourced, and linked to pages that exist."""

import re
import tomllib
from pathlib import Path

import pytest

CODING = Path(__file__).parents[2] / "coding"
DATA = CODING / "engine" / "data"
PAGES = {page.stem: page for page in sorted((CODING / "pages").glob("*/*.md"))}

CODE_SECTIONS = ["What it is for", "What the record shows", "Not this code when", "Units and delivery", "Sources"]
FLAG_SECTIONS = ["What was seen", "Why it matters", "What to do", "When it may stand as it is", "Sources"]
CERTAINTY = re.compile(r"confirmed by two or more sources|one source|from memory", re.IGNORECASE)
LINK = re.compile(r"\[[^\]]+\]\(([^)]*)\)")

every_page = pytest.mark.parametrize("slug", PAGES)


def text_of(slug: str) -> str:
    return PAGES[slug].read_text(encoding="utf-8")


def sections_of(slug: str) -> dict[str, str]:
    parts = re.split(r"^## (.+)\n", text_of(slug), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def slugs_in(folder: str) -> list[str]:
    return [slug for slug, page in PAGES.items() if page.parent.name == folder]


def shipped_titles() -> dict[str, str]:
    codes = tomllib.loads((DATA / "codes.toml").read_text(encoding="utf-8"))["code"]
    checks = tomllib.loads((DATA / "checks.toml").read_text(encoding="utf-8"))["check"]
    return {entry["code"]: entry["title"] for entry in codes} | {entry["slug"]: entry["title"] for entry in checks}


def test_a_slug_names_one_page():
    assert len(PAGES) == len(list((CODING / "pages").rglob("*.md"))) > 0


@every_page
def test_a_page_begins_with_its_title(slug):
    assert re.match(r"# \S.*\n\n", text_of(slug))
    assert len(re.findall(r"^# ", text_of(slug), flags=re.MULTILINE)) == 1


@every_page
def test_no_section_is_empty(slug):
    assert all(body.strip() for body in sections_of(slug).values())


@every_page
def test_every_source_says_how_sure_it_is(slug):
    sources = sections_of(slug)["Sources"].strip().splitlines()
    assert sources
    assert [line for line in sources if not (line.startswith("- ") and CERTAINTY.search(line))] == []


@every_page
def test_every_link_leads_to_another_page(slug):
    known = {f"/guidance/{other}/" for other in PAGES if other != slug}
    assert set(LINK.findall(text_of(slug))) <= known


@every_page
def test_a_page_holds_no_html_and_no_image(slug):
    assert not re.search(r"<\w|!\[", text_of(slug))


@pytest.mark.parametrize("slug", slugs_in("codes"))
def test_a_code_page_has_the_sections_of_its_kind(slug):
    assert [name for name in sections_of(slug) if name != "Who disagrees"] == CODE_SECTIONS


@pytest.mark.parametrize("slug", slugs_in("codes"))
def test_a_code_page_warns_in_both_directions(slug):
    assert "**Over-coding**" in text_of(slug)
    assert "**Under-coding**" in text_of(slug)


@pytest.mark.parametrize("slug", slugs_in("flags"))
def test_a_flag_page_has_the_sections_of_its_kind(slug):
    assert list(sections_of(slug)) == FLAG_SECTIONS


@pytest.mark.parametrize("slug", [*slugs_in("codes"), *slugs_in("flags")])
def test_a_page_bears_the_title_that_the_engine_uses(slug):
    assert text_of(slug).splitlines()[0] == f"# {shipped_titles()[slug]}"


def test_every_check_is_explained():
    checks = tomllib.loads((DATA / "checks.toml").read_text(encoding="utf-8"))["check"]
    assert {check["slug"] for check in checks} == set(slugs_in("flags"))
