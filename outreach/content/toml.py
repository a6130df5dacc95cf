"""TOML files, with the line of each key."""

import re
import tomllib
from typing import Any

from outreach.content.head import Head, unread
from outreach.content.toml_lists import items_of

MOST_CHARACTERS = 32_000
LONGEST_KEY = 400
"""Where a key has not ended by then, its line is told as that of the table around it."""

_AT = re.compile(r"\(at (?:line (\d+), column (\d+)|end of document)\)$")
_HEADER = re.compile(r"\s*\[(\[)?\s*([^\[\]]+?)\s*\]")
_KEY = re.compile(
    r"""\s*((?:[A-Za-z0-9_-]+|"[^"\n]*"|'[^'\n]*')(?:\s*\.\s*[A-Za-z0-9_"'-]+)*)\s*="""
)
_PART = re.compile(r""""[^"\n]*"|'[^'\n]*'|[^.\s]+""")
_LONG = re.compile(r'"""|\'\'\'')
_DOTTED = re.compile(r"""(?:["'\w-]{1,60}[ \t]{0,4}\.[ \t]{0,4}){20}""")
_DEEP = re.compile(r"[\[{](?:[\s\[{]*[\[{]){12}")

_PROBLEMS = (
    ("Cannot overwrite", "This key stands in the file twice. Keep one."),
    ("Cannot declare", "This table stands in the file twice. Keep one."),
    ("Expected '='", 'Write a key, an equals sign and a value: name = "…"'),
    ("Unclosed array", "The bracket [ that opens here is not closed."),
    ("Illegal character '\\n'", "The quotation mark that opens in this line is not closed."),
    ("Unterminated string", "The quotation mark that opens in this line is not closed."),
    ("Invalid value", "The value after = cannot be read. Put a text between double quotes."),
    ("Invalid date", "There is no such date. Write it like 2020-07-31."),
    ("Expected newline", "There is something behind the value. Begin a new line for it."),
    ("Unescaped '\\\\'", "Write a backslash \\ twice: \\\\."),
    ("Found invalid character", "There is a character in this line that cannot stand there."),
)
_LIST = (
    "Either a list before this line is not closed with ], or a text in it is not between double "
    "quotes."
)
_ANYTHING = 'This line cannot be read. Write a key, an equals sign and a value: name = "…"'


def read(text: str) -> Head:
    """Read a TOML file; never raises."""
    if len(text) > MOST_CHARACTERS:
        return unread(1, "The file is too long.")
    if _DEEP.search(text) or _DOTTED.search(text):
        return unread(1, "Too many brackets within brackets.")
    try:
        data = tomllib.loads(text)
    except RecursionError:
        return unread(1, "Too many brackets within brackets.")
    except (ValueError, OverflowError) as error:
        return _told(text, str(error))
    return Head(data, lines_of(text))


def _told(text: str, message: str) -> Head:
    """Give line and sentence of a syntax error, which tomllib tells in English only."""
    at = _AT.search(message)
    if at is None or at[1] is None:
        return unread(max(lines_of(text).values(), default=1), _sentence(message))
    line, column = int(at[1]), int(at[2])
    before = text.split("\n")[line - 1][: column - 1]
    if "Invalid value" in message and "=" not in before:
        return unread(line, _LIST)
    return unread(line, _sentence(message))


def _sentence(message: str) -> str:
    return next((sentence for part, sentence in _PROBLEMS if part in message), _ANYTHING)


def lines_of(text: str) -> dict[tuple[str | int, ...], int]:
    """Find the line of each table and key of a file that is known to be right."""
    lines: dict[tuple[str | int, ...], int] = {}
    table: tuple[str | int, ...] = ()
    counts: dict[tuple[str | int, ...], int] = {}
    quote, begins, ends = "", 0, -1
    for number, whole in enumerate(text.split("\n"), 1):
        begins, ends = ends + 1, ends + 1 + len(whole)
        if quote:
            quote = "" if quote in whole else quote
            continue
        line = whole[:LONGEST_KEY]
        if header := _HEADER.match(line):
            table = _table(_parts(header[2]), counts, repeated=bool(header[1]))
            _note(lines, table, number)
        elif key := _KEY.match(line):
            place = (*table, *_parts(key[1]))
            _note(lines, place, number)
            if whole.count("[") > whole.count("]"):
                lines.update(items_of(text, begins + key.end(), place, number))
        quote = _opened(whole)
    return lines


def _opened(line: str) -> str:
    """Give the long quotation mark that a line leaves open, or nothing."""
    quote = ""
    for mark in _LONG.findall(line):
        if not quote:
            quote = mark
        elif mark == quote:
            quote = ""
    return quote


def _table(
    parts: tuple[str, ...], counts: dict[tuple[str | int, ...], int], *, repeated: bool
) -> tuple[str | int, ...]:
    """Give the place of a header, with the number of each repeated table on the way."""
    place: tuple[str | int, ...] = ()
    for position, part in enumerate(parts, 1):
        place = (*place, part)
        if repeated and position == len(parts):
            counts[place] = counts.get(place, -1) + 1
        if place in counts:
            place = (*place, counts[place])
    return place


def _note(lines: dict[tuple[str | int, ...], int], place: tuple[str | int, ...], line: int) -> None:
    """Remember a place, and the places around it that have no line of their own."""
    for length in range(1, len(place) + 1):
        lines.setdefault(place[:length], line)


def _parts(dotted: str) -> tuple[str, ...]:
    found: list[Any] = _PART.findall(dotted)
    return tuple(part[1:-1] if part[:1] in "\"'" else part for part in found)
