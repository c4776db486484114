"""Markdown of guidance pages: what is written arrives, and nothing else does."""

import gc
import time

import pytest

from coding.markdown import render


def test_a_page_falls_into_title_lead_and_sections():
    page = render("# A title\n\nFirst words.\n\n## What it is for\n\nLifting.\n\n## Sources\n\n- one\n")
    assert page.title == "A title"
    assert page.lead == "<p>First words.</p>\n"
    assert [part.title for part in page.sections] == ["What it is for", "Sources"]
    assert page.sections[0].html == "<p>Lifting.</p>\n"


def test_a_heading_keeps_its_words_and_gets_an_anchor():
    part = render("## *Hands-on* `97140` & more\n\nx\n").sections[0]
    assert (part.title, part.anchor) == ("Hands-on 97140 & more", "hands-on-97140-more-1")


def test_a_heading_in_any_script_has_an_anchor():
    assert render("## 腰痛\n\nx\n").sections[0].anchor == "section-1"


def test_links_to_pages_lead_to_the_practice():
    page = render("See [units](/guidance/units/#sources).", "/riverside/guidance/")
    assert page.lead == '<p>See <a href="/riverside/guidance/units/#sources">units</a>.</p>\n'
    assert page.links == ("units",)


def test_a_link_elsewhere_gives_nothing_away():
    assert 'href="https://www.cms.gov/" rel="noopener noreferrer"' in render("[CMS](https://www.cms.gov/)").lead


def test_a_table_is_a_table():
    assert "<th>Minutes</th>" in render("| Minutes | Units |\n|---|---|\n| 8 | 1 |\n").lead


HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    '<a href="javascript:alert(1)">x</a>',
    "<iframe src=https://elsewhere.example></iframe>",
    "<style>*{display:none}</style>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt&colon;alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](vbscript:x)",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](http://elsewhere.example)",
    "[x](//elsewhere.example)",
    "[x](\\/\\/elsewhere.example)",
    "[x](<//elsewhere.example>)",
    "[x](///elsewhere.example)",
    "[x](https:elsewhere.example)",
    "<javascript:alert(1)>",
    '[x](https://a.example/"onmouseover="alert(1))',
    '[x](/a "onmouseover=alert(1)")',
    "![x](https://elsewhere.example/a.png)",
    "![x](/a.png)",
    '![x" onerror="alert(1)](/a.png)',
    "[x][1]\n\n[1]: javascript:alert(1)",
    "## <script>alert(1)</script>\n\nx",
    "`<script>`",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_hostile_becomes_a_tag(text):
    page = render(text)
    html = page.lead + "".join(part.html for part in page.sections)
    tags = [piece.split(">")[0] for piece in html.split("<")[1:]]
    assert {tag.split()[0].strip("/") for tag in tags} <= {"p", "a", "code"}
    assert not any(
        word in tag.lower() for tag in tags for word in ("javascript", "data:", " on", "src", "title=", '="//')
    )


def test_a_backslash_does_not_lead_elsewhere():
    assert 'href="/%5Celsewhere.example"' in render("[x](/\\elsewhere.example)").lead


def test_a_refused_link_stays_visible():
    assert "[x](javascript:alert(1))" in render("[x](javascript:alert(1))").lead


def test_a_picture_is_its_words():
    assert render("![a plumb line](https://elsewhere.example/a.png)").lead == "<p>a plumb line</p>\n"


BOMBS = {
    "quotes": "> " * 10_000,
    "brackets": "[" * 20_000,
    "pairs": "[" * 10_000 + "]" * 10_000,
    "half links": "[x](" * 5_000,
    "images": "![" * 10_000,
    "stars": "*a **b " * 2_800,
    "underscores": "*a_ " * 5_000,
    "backticks": "".join("`" * length + " " for length in range(1, 200)),
    "autolinks": "<" * 20_000,
    "a wide table": ("|a" * 1_000 + "\n" + "|-" * 1_000 + "\n" + "|\n" * 8_000)[:20_000],
    "deep lists": "\n".join("  " * depth + "- a" for depth in range(130)),
    "references": "[a]: /" + "b" * 9_000 + "\n\n" + "[a]" * 3_600,
    "headings": "## a\n" * 4_000,
    "comments": "<!--" * 5_000,
}


@pytest.fixture(scope="module")
def alone():
    """Keep what thousands of tests before left in memory out of what is timed: it would be looked through at every collection."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_rendered_within_a_second_and_stays_small(name, alone):
    start = time.process_time()
    page = render(BOMBS[name][:20_000])
    assert time.process_time() - start < 1
    assert len(page.lead) + sum(len(part.html) for part in page.sections) < 200_000
