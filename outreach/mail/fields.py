"""Places for one recipient's words: `[[ first_name | friend ]]`, and how they are filled."""

import re
from collections.abc import Callable, Mapping
from html import escape as escape_html

PERSONAL_FIELDS = frozenset({"first_name", "last_name", "organisation", "country"})
"""What authors may use. The values were written by strangers."""

LINK_FIELDS = frozenset(
    {
        "unsubscribe_url",
        "preferences_url",
        "confirm_url",
        "personal_url",
        "seat_url",
        "join_url",
        "register_path",
        "password_url",
    }
)
"""What only our own letters use. The values are made by `outreach.links`."""

FIELD = re.compile(r"\[\[ {0,9}([a-z_]{1,40}) {0,9}(?:\|([^\[\]\n]{0,200}))?\]\]")
"""A field: a name and, after a bar, a fallback (with the blanks around it)."""

_STAND_IN = re.compile(r"zzfield(\d{1,6})zz")


def field_names(text: str) -> frozenset[str]:
    """Give the names of the fields in a text."""
    return frozenset(match[1] for match in FIELD.finditer(text))


def fallback(match: re.Match[str]) -> str:
    """Give the fallback of a match of FIELD, or nothing."""
    return (match[2] or "").strip()


def fill(text: str, values: Mapping[str, str], escape: Callable[[str], str] = str) -> str:
    """Fill the fields of composed text, or of composed HTML with `escape=html.escape`.

    A field without a value shows its fallback (already escaped in HTML) or nothing.
    For pages and previews; what is sent goes through `outreach.mail.compiled`.
    """
    return FIELD.sub(lambda match: escape(values.get(match[1], "")) or fallback(match), text)


def set_aside(text: str) -> tuple[str, list[re.Match[str]]]:
    """Put plain words in the place of fields, so that no Markdown rule can touch them."""
    aside: list[re.Match[str]] = []

    def stand_in(match: re.Match[str]) -> str:
        aside.append(match)
        return f"zzfield{len(aside) - 1}zz"

    return FIELD.sub(stand_in, text), aside


def put_back(text: str, aside: list[re.Match[str]], *, html: bool) -> str:
    """Undo `set_aside` in what was made of the text."""

    def original(match: re.Match[str]) -> str:
        number = int(match[1])
        return _written(aside[number], html=html) if number < len(aside) else match[0]

    return _STAND_IN.sub(original, text)


def canonical(text: str, *, html: bool = False) -> str:
    """Escape plain text for HTML (or not), its fields left open and written in one way."""
    held, aside = set_aside(text)
    return put_back(escape_html(held) if html else held, aside, html=html)


def closed(text: str) -> str:
    """Part double brackets, so that text from elsewhere cannot open a field."""
    return text.replace("[[", "[ [").replace("]]", "] ]")


def _written(match: re.Match[str], *, html: bool) -> str:
    words = fallback(match)
    if not words:
        return f"[[ {match[1]} ]]"
    return f"[[ {match[1]} | {escape_html(words) if html else words} ]]"
