"""Articles and pages, and what texts show of each other."""

import pytest

from outreach.articles.cards import RowCards, blocks_of
from outreach.articles.models import Kind
from outreach.articles.queries import article, articles, card, folder, picture, translation
from outreach.content.site import load_site
from outreach.errors import NotFound
from outreach.mail.blocks import ArticleBlock, EventBlock, Picture, Prose, UpcomingBlock
from tests.writing import EVENT, Home, text
from tests.writing import picture as picture_file


@pytest.fixture
def texts(home: Home) -> Home:
    """Give a home with two articles, a page and an event."""
    home.write("content/articles/new/images/a.png", picture_file())
    more = "date: 2020-07-01\nauthor: A. Writer\nimage: a.png\nimage_alt: A mine\n"
    home.write("content/articles/new/en.md", text("New", more=more))
    home.write("content/articles/new/fr.md", text("Nouveau", more=more))
    home.write("content/articles/old/en.md", text("Old", more="date: 2019-01-01\n"))
    home.write("content/articles/undated/en.md", text("Undated"))
    home.write("content/events/talk/event.toml", EVENT)
    home.write("content/events/talk/en.md", text("Talk"))
    home.write("content/pages/about/guide.pdf", b"%PDF-1.7")
    body = (
        '{{ article("new") }}\n\n{{ event("talk") }}\n\n{{ upcoming_events(2) }}\n\n'
        "[a](guide.pdf) [b](page:about) [c](article:old) [d](event:talk)\n"
    )
    home.write("content/pages/about/en.md", text("About", body=body))
    assert home.faults() == []
    return home


def test_articles_are_listed_newest_first_and_pages_apart(texts: Home) -> None:
    with texts.database.reading() as session:
        assert [row.slug for row in articles(session)] == ["new", "old", "undated"]
        assert [row.slug for row in articles(session, Kind.PAGE)] == ["about"]
        with pytest.raises(NotFound):
            article(session, Kind.PAGE, "new")


def test_a_text_falls_back_to_a_language_that_it_has(texts: Home) -> None:
    with texts.database.reading() as session:
        site = load_site(session, texts.links)
        row = article(session, Kind.ARTICLE, "new")
        found = [translation(row, site, language) for language in ("fr", "es", "fr-CA")]
        assert [text.language for text in found if text] == ["fr", "en", "fr"]


def test_a_card_has_its_picture_and_author(texts: Home) -> None:
    with texts.database.reading() as session:
        site = load_site(session, texts.links)
        row = article(session, Kind.ARTICLE, "new")
        made = card(session, row, site, texts.links, "fr")
        assert made
        assert (made.title, made.author) == ("Nouveau", "A. Writer")
        assert made.picture
        assert made.picture.width == 64
        old = article(session, Kind.ARTICLE, "old")
        text_of_old = translation(old, site, "en")
        assert text_of_old
        assert picture(session, texts.links, old, text_of_old) is None


def test_a_page_shows_cards_and_links_of_other_things(texts: Home) -> None:
    with texts.database.reading() as session:
        site = load_site(session, texts.links)
        row = article(session, Kind.PAGE, "about")
        written = translation(row, site, "fr")
        assert written
        cards = RowCards(session, site, texts.links, "fr")
        blocks, faults = blocks_of(cards, written, folder=folder(row), now=texts.now)
    assert faults == ()
    shown = {type(block): block for block in blocks}
    one, other, coming = shown[ArticleBlock], shown[EventBlock], shown[UpcomingBlock]
    assert isinstance(one, ArticleBlock)
    assert one.card
    assert one.card.title == "Nouveau"
    assert isinstance(other, EventBlock)
    assert other.card
    assert other.card.url == texts.links.to_event("fr", "talk")
    assert isinstance(coming, UpcomingBlock)
    assert [each.slug for each in coming.cards] == ["talk"]
    prose = shown[Prose]
    assert isinstance(prose, Prose)
    for url in (
        texts.links.to_page("fr", "about"),
        texts.links.to_article("fr", "old"),
        texts.links.to_event("fr", "talk"),
        "/guide.pdf",
    ):
        assert url in prose.markdown


def test_what_is_gone_from_the_rows_becomes_a_fault_and_no_exception(texts: Home) -> None:
    with texts.database.reading() as session:
        site = load_site(session, texts.links)
        cards = RowCards(session, site, texts.links, "en")
        row = article(session, Kind.ARTICLE, "old")
        written = translation(row, site, "en")
        assert written
        written.body = (
            '{{ article("gone") }}\n\n{{ event("gone") }}\n\n{{ image("x.png", alt="") }}\n'
        )
        blocks, faults = blocks_of(cards, written, folder=folder(row), now=texts.now)
        session.expunge_all()
    assert [fault.line for fault in faults] == [6, 8, 10]
    assert not any(isinstance(block, Picture) and block.file for block in blocks)
