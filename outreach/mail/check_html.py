"""Checks the HTML of a finished message: what mail programs and people with disabilities need."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from html.parser import HTMLParser
from itertools import pairwise
from urllib.parse import urlsplit

_FORBIDDEN_TAGS = frozenset(
    {"script", "form", "iframe", "object", "embed", "input", "button", "svg", "link", "base"}
)
_FILLER = "\N{COMBINING GRAPHEME JOINER}"


@dataclass
class Table:
    """One table: what it says of itself, and whether it holds data."""

    role: str
    data: bool = False


@dataclass
class Page:
    """What was found in the HTML."""

    tags: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    title: str = ""
    hidden: str = ""
    """The preheader with its filler."""


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.page = Page()
        self._open_tables: list[Table] = []
        self._into = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        self.page.tags.append((tag, attributes))
        if tag == "table":
            table = Table(attributes.get("role", ""))
            self.page.tables.append(table)
            self._open_tables.append(table)
        elif tag == "th" and self._open_tables:
            self._open_tables[-1].data = True
        elif tag == "title":
            self._into = "title"
        elif tag == "div" and "display:none" in attributes.get("style", ""):
            self._into = "hidden"

    def handle_endtag(self, tag: str) -> None:
        if tag == "table" and self._open_tables:
            self._open_tables.pop()
        if tag in ("title", "div"):
            self._into = ""

    def handle_data(self, data: str) -> None:
        if self._into == "title":
            self.page.title += data
        elif self._into == "hidden":
            self.page.hidden += data


@lru_cache(maxsize=32)
def lint_html(html: str, *, subject: str, language: str) -> tuple[str, ...]:
    """Give every breach found in the HTML of a message. Of the last ones it is known already."""
    return tuple(_breaches(html, subject, language))


def _breaches(html: str, subject: str, language: str) -> Iterator[str]:
    reader = _Reader()
    try:
        reader.feed(html)
        reader.close()
    except AssertionError:
        # The standard library's way to say that a conditional comment is broken.
        yield "The HTML cannot be read."
        return
    page = reader.page
    yield from _whole(html, page, subject, language)
    yield from _preheader(page, subject)
    yield from _headings(page)
    yield from _elements(page)


def _elements(page: Page) -> Iterator[str]:
    for table in page.tables:
        if not table.data and table.role != "presentation":
            yield "A layout table lacks role=presentation."
    for tag, attributes in page.tags:
        yield from _tag(tag, attributes)
        if tag == "img":
            yield from _picture(attributes)
        elif tag == "a" and "href" in attributes:
            yield from _link(attributes)


def _whole(html: str, page: Page, subject: str, language: str) -> Iterator[str]:
    if page.title != subject:
        yield f"The title is {page.title!r}, not the subject."
    articles = [attrs for _, attrs in page.tags if attrs.get("role") == "article"]
    roots = [attrs for tag, attrs in page.tags if tag == "html"]
    if len(articles) != 1 or len(roots) != 1:
        yield "There must be one html element and one wrapper with role=article."
    for attributes in (*roots, *articles):
        if attributes.get("lang") != language or attributes.get("dir") not in ("ltr", "rtl"):
            yield "The html element and the wrapper say lang and dir."
    yield from _dark(html, page)


def _dark(html: str, page: Page) -> Iterator[str]:
    metas = {attrs.get("name") for tag, attrs in page.tags if tag == "meta"}
    if not {"color-scheme", "supported-color-schemes"} <= metas:
        yield "The metas of the colour scheme are missing."
    if "prefers-color-scheme: dark" not in html or "[data-ogsc]" not in html:
        yield "The rules for dark mode are missing."
    if "javascript:" in html.lower():
        yield "There is a javascript: link."


def _preheader(page: Page, subject: str) -> Iterator[str]:
    words = page.hidden.partition(_FILLER)[0].strip()
    if not 40 <= len(words) <= 110:
        yield f"The preheader has {len(words)} characters, not 40 to 110."
    if words == subject:
        yield "The preheader repeats the subject."
    if page.hidden.count(_FILLER) < 50:
        yield "The preheader has no filler behind it."


def _headings(page: Page) -> Iterator[str]:
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch("h[1-6]", tag)]
    if levels.count(1) != 1 or levels[0] != 1:
        yield "There must be one h1, before all other headings."
    if any(after > before + 1 for before, after in pairwise(levels)):
        yield "A level of headings is skipped."


def _tag(tag: str, attributes: dict[str, str]) -> Iterator[str]:
    if tag in _FORBIDDEN_TAGS:
        yield f"<{tag}> has no place in a mail."
    for name, value in attributes.items():
        if name.startswith("on"):
            yield f"There is an event handler: {name}."
        if name in ("href", "src") and value.startswith("data:"):
            yield "There is a data: URL."


def _picture(attributes: dict[str, str]) -> Iterator[str]:
    if "alt" not in attributes:
        yield "A picture has no alt."
    if not attributes.get("width", "").isdigit():
        yield "A picture has no width in pixels."
    source = urlsplit(attributes.get("src", ""))
    loopback = source.scheme == "http" and source.hostname in ("127.0.0.1", "localhost", "::1")
    if source.scheme != "https" and not loopback:
        yield f"A picture is not at an https URL: {source.geturl()[:60]}"
    if source.path.lower().endswith(".svg"):
        yield "A picture is an SVG."


def _link(attributes: dict[str, str]) -> Iterator[str]:
    target = attributes["href"]
    if not re.match(r"https?://[^/\s]|mailto:[^\s@]+@|#[\w-]+$", target):
        yield f"A link leads nowhere: {target[:60]!r}"
    button = "display:inline-block" in attributes.get("style", "") and (
        "font-weight:700" in attributes.get("style", "")
    )
    if not button and "text-decoration:underline" not in attributes.get("style", ""):
        yield f"A link is not underlined: {target[:60]}"
