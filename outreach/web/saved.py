"""Figures to be saved: CSV that the reader's spreadsheet understands."""

from collections.abc import Iterable
from itertools import chain

from babel.numbers import get_decimal_symbol
from flask import Response

from outreach.phrases.catalog import Phrases

SIGN = "\N{ZERO WIDTH NO-BREAK SPACE}"
"""The byte order mark: without it spreadsheets read accents wrongly."""


def separator(t: Phrases) -> str:
    """Give what spreadsheets in the reader's language take for the end of a cell."""
    return ";" if get_decimal_symbol(t.locale) == "," else ","


def saved(text: Iterable[str], name: str) -> Response:
    """Give a file; its first sign tells spreadsheets that it is UTF-8."""
    answer = Response(chain([SIGN], text))
    answer.headers["Content-Type"] = "text/csv; charset=utf-8"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
