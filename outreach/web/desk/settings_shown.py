"""The settings as they may be shown: a secret is only said to be set, an address loses its key."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from outreach.phrases.catalog import Phrases
from outreach.settings import Settings
from outreach.variables import VARIABLES, Variable

_SECRET = re.compile(r"KEY|SECRET|PASSWORD|TOKEN|CREDENTIAL|AUTH|SALT")
"""Whoever adds a variable of such a name need not remember to hide it."""
HIDDEN = "•••"


@dataclass(frozen=True)
class Shown:
    """One setting, for a person's eyes."""

    name: str
    value: str
    """What holds; without any secret."""
    is_set: bool
    """False where the default holds."""
    meaning: list[tuple[bool, str]]
    """In the reader's language, in pieces: whether it is something to type, and the text."""


def shown_settings(settings: Settings, t: Phrases) -> list[Shown]:
    """Give every variable there is, in the order of the documentation."""
    return [_shown(variable, settings.given, t) for variable in VARIABLES]


def without_secrets(name: str, value: str, t: Phrases) -> str:
    """Give a value as it may be shown."""
    if not value:
        return t("empty")
    if _SECRET.search(name):
        return t.many("set, one character", "set, %(number)s characters", len(value))
    return _masked(value) if "://" in value else value


def _shown(variable: Variable, given: Mapping[str, str], t: Phrases) -> Shown:
    value = given.get(variable.name, variable.default or "")
    return Shown(
        variable.name,
        without_secrets(variable.name, value, t),
        variable.name in given,
        _pieces(t(variable.meaning)),
    )


def _masked(value: str) -> str:
    """Give of a URL what cannot hold a secret: scheme, host, port and path.

    A password with a slash in it makes urlsplit see a path; an @ behind the host tells it.
    """
    scheme, _, rest = value.partition("://")
    try:
        parts = urlsplit(value)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return f"{scheme}://{HIDDEN}"
    host, path = parts.hostname or "", parts.path
    if "@" in rest[len(parts.netloc) :]:
        return f"{scheme}://{HIDDEN}"
    user = f"{HIDDEN}@" if "@" in parts.netloc else ""
    more = f"?{HIDDEN}" if parts.query or parts.fragment else ""
    return f"{scheme}://{user}{host}{port}{path}{more}"


def _pieces(text: str) -> list[tuple[bool, str]]:
    return [(number % 2 == 1, piece) for number, piece in enumerate(text.split("`")) if piece]
