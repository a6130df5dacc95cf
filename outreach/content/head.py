"""What reading the head of a file gives, whatever the language it is written in."""

from dataclasses import dataclass, field
from typing import Any

from outreach.errors import Sentence

MOST_CHARACTERS = 64_000
"""Nobody writes a longer head by hand; reading one costs more than its length."""


@dataclass(frozen=True)
class Head:
    """Values by key, the line of each, what is wrong, and what follows."""

    data: dict[str, Any] | None
    """None if it could not be read at all."""
    lines: dict[tuple[str | int, ...], int] = field(default_factory=dict)
    faults: tuple[tuple[int, Sentence], ...] = ()
    body: str = ""
    first_line: int = 1


def unread(line: int, text: str, **values: object) -> Head:
    """Give a head that could not be read, and why."""
    return Head(None, faults=((line, Sentence(text, values)),))
