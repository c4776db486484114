"""Guidance text as safe HTML: a small Markdown without raw HTML and images, and links that stay here or say https.

What is refused is not dropped: it stays on the page as the characters that were typed, so that the writer sees it.
Reference links are switched off, since they let a short text grow into a very long page.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

import nh3
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.text import slugify
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_block import StateBlock, table
from markdown_it.token import Token

HOME = "/guidance/"  # how shipped pages write a link to another page
TAGS = {"p", "h2", "h3", "h4", "ul", "ol", "li", "strong", "em", "code", "pre", "blockquote", "a", "hr", "br"} | {
    "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
LEVELS = {"h1": "h2", "h5": "h4", "h6": "h4"}
COLUMNS = 12  # a table of a thousand columns fills every row up with empty cells
CONTROLS = re.compile(r"[\x00-\x20\x7f\\]")


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a page under its heading."""

    title: str
    anchor: str
    html: SafeString


@dataclass(frozen=True, slots=True)
class Rendered:
    """A page in parts: title, what stands before the first heading, sections. `links` are the slugs it leads to."""

    title: str
    lead: SafeString
    sections: tuple[Section, ...]
    links: tuple[str, ...]


@lru_cache(maxsize=512)
def render(text: str, home: str = HOME) -> Rendered:
    """Render a page. Links written as /guidance/<slug>/ lead to the practice's own pages under `home`."""
    env: dict[str, Any] = {"home": home, "links": []}
    tokens = _PARSER.parse(text, env)
    title, tokens = _title(tokens)
    lead, *parts = _split(tokens)
    sections = tuple(_section(number, part, env) for number, part in enumerate(parts, start=1))
    return Rendered(title, _html(lead, env), sections, tuple(env["links"]))


def is_allowed(url: str) -> bool:
    """Say whether a link may stand: relative, within the page, or https; never //elsewhere, javascript: or data:.

    >>> [is_allowed(url) for url in ("/guidance/97110/", "units", "#sources", "https://www.cms.gov/")]
    [True, True, True, True]
    >>> [is_allowed(url) for url in ("//evil", "/\\\\evil", "javascript:x", "data:x", "http://cms.gov", "https:evil")]
    [False, False, False, False, False, False]
    """
    if CONTROLS.search(url) or url.startswith("//"):
        return False
    try:
        parts = urlsplit(url)
        return not parts.scheme or (parts.scheme == "https" and bool(parts.hostname))
    except ValueError:
        return False


class _Renderer(RendererHTML):
    """Markdown's usual HTML, but links to pages lead to the practice's own, and an image is the words for it."""

    def link_open(self, tokens: Sequence[Token], number: int, options: object, env: dict[str, Any]) -> str:
        href = str(tokens[number].attrs["href"])
        if href.startswith(HOME):
            env["links"].append(href.removeprefix(HOME).split("#")[0].strip("/"))
            href = env["home"] + href.removeprefix(HOME)
        elsewhere = ' rel="noopener noreferrer"' if urlsplit(href).scheme else ""
        return f'<a href="{escape(href)}"{elsewhere}>'

    def image(self, tokens: Sequence[Token], number: int, options: object, env: object) -> str:
        return escape(tokens[number].content)


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}, renderer_cls=_Renderer).enable("table").disable("reference")
    parser.validateLink = is_allowed  # type: ignore[method-assign]
    parser.block.ruler.at("table", _narrow_table, {"alt": ["paragraph", "reference"]})
    return parser


def _narrow_table(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    heading = state.src[state.bMarks[start] : state.eMarks[start]]
    return heading.count("|") <= COLUMNS + 1 and table(state, start, end, silent)


_PARSER = _parser()


def _title(tokens: list[Token]) -> tuple[str, list[Token]]:
    """Take the title, a first line that begins with one #, off the page."""
    if tokens and tokens[0].type == "heading_open" and tokens[0].tag == "h1":
        return _words(tokens[1]), tokens[3:]
    return "", tokens


def _words(inline: Token) -> str:
    return "".join(token.content for token in inline.children or () if token.type in ("text", "code_inline", "image"))


def _split(tokens: list[Token]) -> Iterator[list[Token]]:
    """Yield what stands before the first heading, then each heading with what stands under it."""
    part: list[Token] = []
    for token in tokens:
        token.tag = LEVELS.get(token.tag, token.tag)
        if token.type == "heading_open" and token.tag == "h2" and token.level == 0:
            yield part
            part = []
        part.append(token)
    yield part


def _section(number: int, tokens: list[Token], env: dict[str, Any]) -> Section:
    title = _words(tokens[1])
    return Section(title, f"{slugify(title) or 'section'}-{number}", _html(tokens[3:], env))


def _html(tokens: list[Token], env: dict[str, Any]) -> SafeString:
    html = _PARSER.renderer.render(tokens, _PARSER.options, env)
    return SafeString(_CLEANER.clean(html))


def _attribute(tag: str, name: str, value: str) -> str | None:
    return value if name != "href" or is_allowed(value) else None


# The parser lets nothing through that this would stop; it is here for the day when the parser does.
_CLEANER = nh3.Cleaner(
    tags=TAGS,
    attributes={"a": {"href", "rel"}, "ol": {"start"}},
    attribute_filter=_attribute,
    url_schemes={"https"},
    link_rel=None,
)
