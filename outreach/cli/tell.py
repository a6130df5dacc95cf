"""How commands show what they found: tables on the terminal, JSON for programs."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import click
from rich.console import Console
from rich.table import Table

from outreach.phrases.catalog import phrases

WIDE = 200
"""Columns where nobody looks at a terminal: nothing is folded for a program that reads."""


def console(*, err: bool = False) -> Console:
    """Give the terminal, or what stands for it."""
    found = Console(stderr=err, highlight=False)
    return found if found.is_terminal else Console(stderr=err, highlight=False, width=WIDE)


def table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print rows beneath headings; numbers stand to the right."""
    shown = [list(row) for row in rows]
    grid = Table(box=None, pad_edge=False, header_style="bold")
    for position, heading in enumerate(headings):
        numeric = bool(shown) and all(isinstance(row[position], int) for row in shown)
        grid.add_column(heading, justify="right" if numeric else "left", overflow="fold")
    for row in shown:
        grid.add_row(*(_cell(value) for value in row))
    console().print(grid)


def as_json(value: object) -> None:
    """Print JSON."""
    click.echo(json.dumps(value, indent=2, ensure_ascii=False))


def moment(when: datetime | None, zone: str) -> str:
    """Say when, with the zone."""
    return phrases("en").moment(when, zone, "medium") if when else "–"


def iso(when: datetime | None) -> str | None:
    """Write a moment for programs."""
    return when.isoformat() if when else None


def lasting(span: timedelta | None) -> str:
    """Say how long, e.g. 1:02:03; a dash if nobody knows."""
    return str(timedelta(seconds=round(span.total_seconds()))) if span is not None else "–"


def _cell(value: object) -> str:
    text = phrases("en").number(value) if isinstance(value, int) else str(value)
    return text.replace("[", r"\[")
