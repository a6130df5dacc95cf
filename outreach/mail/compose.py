"""Blocks → the finished letter in one language: HTML by MJML, and text."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from outreach.mail.blocks import Block, PictureFile


@dataclass(frozen=True)
class Look:
    """How an organisation's letters look and who they come from, in one language."""

    organisation: str
    site_url: str
    colours: Mapping[str, Mapping[str, str]]
    """`light` and `dark`: the tokens of the look, six-digit hex."""
    logo: PictureFile | None = None
    logo_alt: str = ""
    postal_address: str = ""
    links: tuple[tuple[str, str], ...] = ()
    """Links in the footer: label and URL."""


@dataclass(frozen=True)
class Letter:
    """Everything that one letter says, in one language."""

    language: str
    subject: str
    preheader: str
    title: str
    kicker: str
    blocks: tuple[Block, ...]
    look: Look
    reason: str
    """Why the reader gets this, in a sentence."""
    bulk: bool = False
    web_view_url: str = ""
    other_languages: tuple[tuple[str, str], ...] = ()
    """Language tag and URL."""
    show_preferences: bool = False
    """Whether a transactional letter shows the link to the preferences; a bulk one always does."""


@dataclass(frozen=True)
class Composed:
    """A letter, rendered once; its fields `[[ name | fallback ]]` are open."""

    language: str
    subject: str
    preheader: str
    title: str
    html: str
    text: str
    fields: frozenset[str]


class Stationery:
    """Holds the templates of our letters, `templates/mail/`, read once."""

    def __init__(self, templates: Path) -> None:
        """Take the home's `templates/` folder."""
        raise NotImplementedError

    def compose(self, letter: Letter) -> Composed:
        """Render a letter; Refused where its text cannot be a letter."""
        raise NotImplementedError
