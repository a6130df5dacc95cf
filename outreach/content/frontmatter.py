"""Front matter: plain YAML between two lines of hyphens, with the line of each key.

Every value is read as the text that stands there. Aliases, anchors, tags and deep nesting are
refused, so that no head can grow in memory or make anything but texts, lists and tables.
"""

import re
from typing import Any

import yaml

from outreach.content.head import MOST_CHARACTERS, Head, unread
from outreach.errors import Sentence

DEEPEST = 6

_FENCE = re.compile(r"---[ \t]*")
_QUOTES = (
    "This line cannot be read. If the text has a colon, or begins with a sign such as [ { * & ! % "
    '@ or #, put the whole text between double quotes: title: "…"'
)
_CONTROL = "This line has an invisible control character (number %(code)s). Delete it."
_HIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
"""What an escape such as "\\uD800" can make and no row can hold."""

_PROBLEMS = (
    (
        "mapping values are not allowed",
        "There is a colon within the text of this line. Put the text between double quotes: "
        'title: "…"',
    ),
    ("\\t", "There is a tab in this line. Use spaces."),
    ("unexpected end of stream", "The quotation mark that opens in this line is not closed."),
    (
        "expected ':'",
        "This line is not understood. Write a key, a colon, a space and the text: title: …",
    ),
)


class _Refused(Exception):
    """Something that YAML has and front matter has not."""

    def __init__(self, line: int, sentence: Sentence) -> None:
        self.line = line
        self.sentence = sentence
        super().__init__(str(sentence))


def read(text: str) -> Head:
    """Split off the front matter and read it; never raises."""
    lines = text.split("\n")
    if not _FENCE.fullmatch(lines[0]):
        return unread(
            1,
            "The file must begin with a line of three hyphens (---), then lines such as "
            "“title: …”, then three hyphens again, then the text.",
        )
    end = next((n for n, line in enumerate(lines[1:], 1) if _FENCE.fullmatch(line)), None)
    if end is None:
        return unread(
            1,
            "The head that begins here is not closed. Put three hyphens (---) on a line after it.",
        )
    return _read_between("\n".join(lines[1:end]) + "\n", "\n".join(lines[end + 1 :]), end + 2)


def _read_between(source: str, body: str, first_line: int) -> Head:
    if len(source) > MOST_CHARACTERS:
        return unread(1, "The head of the file is too long.")
    try:
        root = _compose(source)
    except _Refused as refused:
        return Head(None, faults=((refused.line, refused.sentence),))
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        return Head(None, faults=(_told(error, first_line - 2),))
    return _Reader().read(root, body=body, first_line=first_line)


def _compose(source: str) -> yaml.Node | None:
    depth = 0
    for event in yaml.parse(source, Loader=yaml.BaseLoader):
        line = event.start_mark.line + 2 if event.start_mark else 1
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > DEEPEST:
            raise _Refused(line, Sentence("Too many brackets within brackets."))
        if isinstance(event, yaml.DocumentStartEvent) and (event.version or event.tags):
            raise _Refused(line, Sentence(_QUOTES))
        _refuse_node(event, line)
    root: yaml.Node | None = yaml.compose(source, Loader=yaml.BaseLoader)
    return root


def _refuse_node(event: yaml.Event, line: int) -> None:
    """Refuse what one value has and front matter has not."""
    if (
        isinstance(event, yaml.AliasEvent)
        or getattr(event, "anchor", None)
        or getattr(event, "tag", None)
    ):
        raise _Refused(line, Sentence(_QUOTES))
    if isinstance(event, yaml.ScalarEvent) and (hidden := _HIDDEN.search(event.value)):
        raise _Refused(line, Sentence(_CONTROL, {"code": ord(hidden[0])}))


def _told(error: Exception, end: int) -> tuple[int, Sentence]:
    """Give line and sentence of a syntax error."""
    problem = str(getattr(error, "problem", "") or "")
    mark = getattr(error, "problem_mark", None)
    if "unexpected end of stream" in problem or "expected ':'" in problem:
        mark = getattr(error, "context_mark", None) or mark
    line = min(mark.line + 2, end) if mark else 2
    for part, sentence in _PROBLEMS:
        if part in problem:
            return line, Sentence(sentence)
    return line, Sentence(_QUOTES)


class _Reader:
    """Turns nodes into values and collects lines and faults on the way."""

    def __init__(self) -> None:
        self.lines: dict[tuple[str | int, ...], int] = {}
        self.faults: list[tuple[int, Sentence]] = []

    def read(self, root: yaml.Node | None, *, body: str, first_line: int) -> Head:
        if root is not None and not isinstance(root, yaml.MappingNode):
            return unread(
                root.start_mark.line + 2,
                "This line is not understood. Write a key, a colon, a space and the text: title: …",
            )
        data = self.mapping(root, ()) if root is not None else {}
        return Head(data, self.lines, tuple(self.faults), body, first_line)

    def value(self, node: yaml.Node, place: tuple[str | int, ...]) -> Any:  # noqa: ANN401
        if isinstance(node, yaml.MappingNode):
            return self.mapping(node, place)
        if isinstance(node, yaml.SequenceNode):
            items = enumerate(node.value)
            return [self.item(item, (*place, number)) for number, item in items]
        return node.value

    def item(self, node: yaml.Node, place: tuple[str | int, ...]) -> Any:  # noqa: ANN401
        self.lines[place] = node.start_mark.line + 2
        return self.value(node, place)

    def mapping(self, node: yaml.MappingNode, place: tuple[str | int, ...]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in node.value:
            line = key.start_mark.line + 2
            if not isinstance(key, yaml.ScalarNode):
                self.faults.append((line, Sentence(_QUOTES)))
                continue
            if key.value in found:
                first = self.lines[(*place, key.value)]
                self.faults.append(
                    (
                        line,
                        Sentence(
                            "“%(key)s” stands here for the second time; the first is in line "
                            "%(line)s. Keep one.",
                            {"key": key.value[:60], "line": first},
                        ),
                    )
                )
                continue
            self.lines[(*place, key.value)] = line
            found[key.value] = self.value(value, (*place, key.value))
        return found
