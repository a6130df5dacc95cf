"""What a message says of its recipient: the personal fields that it uses, and what is known."""

from collections.abc import Mapping, Sequence

from outreach.mail.compiled import CompiledMessage
from outreach.phrases.catalog import phrases

PROFILE = ("first_name", "last_name", "organisation", "country")
"""The personal fields that a message may use, as the columns of Subscriber are called."""


def used_fields(message: CompiledMessage) -> tuple[str, ...]:
    """Give the personal fields that a message uses."""
    return tuple(name for name in PROFILE if name in message.fields)


def known_fields(person: object, names: Sequence[str], language: str) -> dict[str, str]:
    """Give what is known of a person, as a message in that language says it.

    `person`: anything with the columns of `PROFILE`.
    """
    known = {name: value for name in names if (value := getattr(person, name))}
    if "country" in known:
        territories: Mapping[str, str] = phrases(language).locale.territories
        known["country"] = territories.get(known["country"], known["country"])
    return known
