"""What can go wrong, said in sentences that a person can act on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeGuard


@dataclass(frozen=True)
class Sentence:
    """Something to tell a person: an English text with `%(name)s` places, translated at the edge.

    `str()` gives the English; `outreach.phrases` gives the other languages. A day, and a time on
    the wall (naive), are written as the reader's language does.
    """

    text: str
    values: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        """Give the English sentence."""
        values = {
            name: f"{value:%Y-%m-%d %H:%M}" if is_wall(value) else value
            for name, value in self.values.items()
        }
        return self.text % values if values else self.text


def is_wall(value: object) -> TypeGuard[datetime]:
    """Tell whether this is a time on the wall: without a zone."""
    return isinstance(value, datetime) and value.tzinfo is None


class OutreachError(Exception):
    """Base of every error that we raise on purpose.

    Example: `raise Refused("The file %(path)s is empty.", path=path)`.
    """

    def __init__(self, text: str, **values: object) -> None:
        self.sentence = Sentence(text, values)
        super().__init__(str(self.sentence))


class Refused(OutreachError):
    """The request is understood and cannot be done; the sentence says why and what to do."""


class NotFound(OutreachError):
    """What was asked for does not exist (any more)."""


class BadToken(OutreachError):
    """A link that we did not make, that was cut short on its way, or that has expired."""


class Misconfigured(OutreachError):
    """The settings are wrong or incomplete; every fault is listed at once."""

    def __init__(self, faults: list[Sentence]) -> None:
        self.faults = tuple(faults)
        super().__init__("%(faults)s", faults="\n".join(str(fault) for fault in faults))


class ForbiddenMove(OutreachError):
    """A state was asked to become another one that it cannot become."""
