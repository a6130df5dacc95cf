"""The body of an article, a page or an event as blocks for a page."""

from outreach.articles.cards import resolver
from outreach.mail.blocks import Block
from outreach.mail.body import read_body, resolve
from outreach.web.visit import Visit


def blocks_of(visit: Visit, text: str, *, language: str, folder: str) -> tuple[Block, ...]:
    """Read a body and fill its cards, pictures and links.

    `folder`: where files beside the text are, e.g. `content/pages/guide`.
    """
    raise NotImplementedError
