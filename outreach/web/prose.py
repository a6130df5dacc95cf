"""The body of a text from rows as blocks for a page."""

from outreach.articles import cards
from outreach.articles.cards import RowCards
from outreach.content.resolver import Written
from outreach.mail.blocks import Block
from outreach.web.visit import Visit


def blocks_of(visit: Visit, text: Written, *, folder: str) -> tuple[Block, ...]:
    """Give the blocks of a text with their cards, pictures and links.

    `folder`: where the files of the text lie, e.g. `content/pages/guide`. What the text names and
    cannot be found is left out: sync has told the authors.
    """
    found = RowCards(visit.session, visit.site, visit.services.links, visit.language)
    blocks, _faults = cards.blocks_of(found, text, folder=folder, now=visit.now)
    return blocks
