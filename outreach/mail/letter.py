"""What a letter is made from, before it is composed."""

from collections.abc import Mapping
from dataclasses import dataclass

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
