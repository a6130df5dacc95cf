"""What can be wrong inside Markdown: links, headings, HTML, pictures, personal fields."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from markdown_it import MarkdownIt
from markdown_it.token import Token

from outreach.errors import Sentence
from outreach.mail.fields import FIELD, PERSONAL_FIELDS, set_aside
from outreach.mail.markdown import with_bare_links
from outreach.mail.tags import nearest

SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
INTERNAL = ("page:", "article:", "event:")
"""Targets that the resolver knows, like the names of files beside the text."""

_ABSOLUTE = re.compile(r"https?://[^/?#\s][^\s<>\"]*|mailto:[^\s@<>\"]+@[^\s<>\"]+")
_BRACKETS = re.compile(r"\[\[([^\[\]\n]{0,200}?)\]\]|\[\[")
_FAULTFINDER = MarkdownIt("commonmark", {"html": True}).enable("table").disable("code")
_FAULTFINDER.validateLink = lambda _url: True  # type: ignore[method-assign,assignment]

_TABLE_ROWS = re.compile(r"\|.*\|[ \t]*\n\|.*\|")
_NO_TABLE = (
    "This looks like a table, and is none: its second line must be hyphens between the bars, one "
    "for each column, like | --- | --- |."
)
_NOT_CLOSED = "“[[” is not closed. Write a personal field like [[ first_name | friend ]]."

Found = tuple[int, Sentence]
"""A line of the file, and what is wrong there."""


@dataclass
class ProseCheck:
    """Goes through the texts of one body in their order, as headings follow from one to another."""

    fields_allowed: frozenset[str]
    level: int = 1
    fields: set[str] = field(default_factory=set)
    found: list[Found] = field(default_factory=list)

    def prose(self, markdown: str, line: int) -> None:
        """Check one text that begins on that line."""
        self.words(markdown, line)
        held, _ = set_aside(markdown)
        at = line
        for token in _FAULTFINDER.parse(with_bare_links(held)):
            at = line + token.map[0] if token.map else at
            if token.type == "heading_open":
                self._heading(int(token.tag[1]), at)
            elif token.type == "html_block":
                self._html(token.content, at)
            if token.type == "inline" and _TABLE_ROWS.match(token.content):
                self._add(at, Sentence(_NO_TABLE))
            for inner, place in _inner(token, at):
                self._inline(inner, place)
            for place in _without_words(token, at):
                said = (
                    "This link has no words: nobody would see it. Write them between the square "
                    "brackets: [words](https://…)."
                )
                self._add(place, Sentence(said))

    def words(self, text: str, line: int) -> None:
        """Check the personal fields in a text."""
        for match in _BRACKETS.finditer(text):
            at = line + text.count("\n", 0, match.start())
            whole = FIELD.fullmatch(match[0])
            if match[1] is None and self.fields_allowed:
                self._add(at, Sentence(_NOT_CLOSED))
            elif not whole:
                self._add(at, self._no_field((match[1] or "").partition("|")[0].strip()))
            elif whole[1] not in self.fields_allowed:
                self._add(at, self._no_field(whole[1]))
            else:
                self.fields.add(whole[1])
                if lacks_fallback(whole):
                    self._add(at, no_fallback(whole[1]))

    def target(self, url: str, line: int) -> None:
        """Check where a link leads."""
        fault = target_fault(url)
        if fault:
            self._add(line, fault)

    def _inline(self, token: Token, line: int) -> None:
        if token.type == "link_open":
            self.target(str(token.attrs.get("href", "")), line)
        elif token.type == "image":
            self._add(
                line,
                Sentence(
                    "Pictures are not shown this way. Write "
                    '{{ image("file.jpg", alt="What it shows") }}.'
                ),
            )
        elif token.type == "html_inline":
            self._html(token.content, line)

    def _heading(self, level: int, line: int) -> None:
        if level == 1:
            text = "Begin headings with ##: the single # is the title, which stands at the top."
            self._add(line, Sentence(text))
            return
        if level > self.level + 1:
            self._add(
                line,
                Sentence(
                    "This heading skips a level: write %(marks)s.",
                    {"marks": "#" * (self.level + 1)},
                ),
            )
        self.level = level

    def _html(self, content: str, line: int) -> None:
        shown = " ".join(content.split())[:40]
        self._add(
            line,
            Sentence(
                "HTML is not used here and would be shown as it stands: %(html)s. "
                "Use Markdown or a block.",
                {"html": shown},
            ),
        )

    def _no_field(self, name: str) -> Sentence:
        if not self.fields_allowed:
            return Sentence("Personal fields such as “[[ first_name ]]” are for letters only.")
        known = sorted(self.fields_allowed)
        hint = nearest(name, known)
        values = {"name": name, "hint": hint, "known": ", ".join(known)}
        if hint:
            return Sentence(
                "There is no personal field “%(name)s”. %(hint)s There are: %(known)s. "
                "Write them like [[ first_name | friend ]].",
                values,
            )
        return Sentence(
            "There is no personal field “%(name)s”. There are: %(known)s. "
            "Write them like [[ first_name | friend ]].",
            values,
        )

    def _add(self, line: int, sentence: Sentence) -> None:
        self.found.append((line, sentence))


def lacks_fallback(match: re.Match[str]) -> bool:
    """Tell whether a match of FIELD leaves a hole where a person has not told this."""
    return match[2] is None and match[1] in PERSONAL_FIELDS


def no_fallback(name: str) -> Sentence:
    """Ask for the words that stand in for what a person has not told."""
    return Sentence(
        "Not everybody has told us “%(name)s”: say after a bar what stands there instead, like "
        "[[ %(name)s | friend ]], or nothing: [[ %(name)s | ]].",
        {"name": name},
    )


def target_fault(url: str) -> Sentence | None:
    """Tell what is wrong with the target of a link, without asking whether it exists."""
    if "[[" in url or "zzfield" in url:
        return Sentence("A personal field cannot be part of a link.")
    if is_internal(url):
        foreign = SCHEME.match(url) and not url.startswith(INTERNAL)
        safe = bool(url.strip() and not foreign) and not url.startswith(
            ("/", "\\", "#", "?", "%5C")
        )
    else:
        safe = bool(_ABSOLUTE.fullmatch(url))
    return None if safe else _unsafe(url)


def is_internal(url: str) -> bool:
    """Tell whether only the resolver knows where this leads."""
    return not url.startswith(("http://", "https://", "mailto:"))


def _unsafe(url: str) -> Sentence:
    return Sentence(
        "The link “%(url)s” cannot be used. Write https://…, mailto:…, page:…, article:…, "
        "event:… or the name of a file beside the text.",
        {"url": url if len(url) <= 60 else url[:59] + "…"},
    )


def _inner(token: Token, line: int) -> Iterator[tuple[Token, int]]:
    for child in token.children or ():
        yield child, line
        line += child.type in ("softbreak", "hardbreak")


def _without_words(token: Token, line: int) -> Iterator[int]:
    """Give the lines of links that have no words."""
    opened, words = line, ""
    for inner, at in _inner(token, line):
        if inner.type == "link_open":
            opened, words = at, ""
        elif inner.type == "link_close" and not words.strip():
            yield opened
        words += inner.content
