"""Letters for tests: one with every block, in three languages, and a transactional one."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from outreach.mail.blocks import ArticleCard, Button, EventCard, PictureFile, Prose
from outreach.mail.body import read_body, resolve
from outreach.mail.compiled import Headers, Mailbox
from outreach.mail.compose import Letter, Look, Stationery

TEMPLATES = Path(__file__).parents[2] / "templates"
SAMPLES = Path(__file__).parent / "samples"
PICTURE = PictureFile("https://news.example.org/media/0f/mine.jpg", 1200, 700)
COLOURS = {
    "light": {
        "paper": "#fffdf9",
        "surface": "#f6f0e8",
        "ink": "#221b28",
        "muted": "#645a6b",
        "brand": "#5b2a6a",
        "accent": "#a8481a",
        "good": "#1c6b55",
        "warn": "#7a5200",
        "bad": "#a3242b",
        "border": "#8d8194",
    },
    "dark": {
        "paper": "#17121b",
        "surface": "#221b28",
        "ink": "#f2ebf4",
        "muted": "#b5a8bd",
        "brand": "#d9aee6",
        "accent": "#f2a877",
        "good": "#7fd1b5",
        "warn": "#f0c36d",
        "bad": "#ff9a9a",
        "border": "#7d7086",
    },
}

LANGUAGES = ("en", "fr", "es")
HEADINGS = {
    "en": (
        "Women’s Rights and Mining",
        "Newsletter · July 2020",
        "Who bears the cost of a crisis?",
    ),
    "fr": (
        "Droits des femmes et mines",
        "Lettre d’information · juillet 2020",
        "Qui paie le prix d’une crise\N{NO-BREAK SPACE}?",
    ),
    "es": (
        "Derechos de las mujeres y minería",
        "Boletín · julio de 2020",
        "¿Quién paga el precio de una crisis?",
    ),
}
PREHEADERS = {
    "en": "A webinar on responsible mining, news from Ituri, and three things that you can do.",
    "fr": "Un webinaire sur la mine responsable, des nouvelles d’Ituri et trois idées d’action.",
    "es": "Un seminario web sobre minería, noticias de Ituri y tres cosas que puede hacer.",
}
REASONS = {
    "en": "You get this letter because you subscribed to our news.",
    "fr": "Vous recevez cette lettre parce que vous vous êtes abonné·e à nos nouvelles.",
    "es": "Recibe esta carta porque se suscribió a nuestras noticias.",
}
WEBINAR = {
    "en": ("Webinar", "Embedding Gender at the heart of Responsible Mining"),
    "fr": ("Webinaire", "Placer le genre au cœur de l’exploitation minière responsable"),
    "es": ("Seminario web", "El género en el centro de la minería responsable"),
}


class Shelf:
    """A resolver over a few invented things."""

    def __init__(self, language: str) -> None:
        """Speak one language."""
        kind, title = WEBINAR[language]
        self.card = EventCard(
            slug="webinar",
            title=title,
            summary=PREHEADERS[language],
            url=f"https://news.example.org/{language}/events/webinar",
            kind=kind,
            date=date(2020, 6, 23),
            organiser="Responsible Mining Foundation",
            register_url="https://zoom.example/webinar/register/WN_EfkDV288SK6HNbvdaIcjUA",
            calendar_url=f"https://news.example.org/{language}/events/webinar.ics",
        )
        self.timed = EventCard(
            slug="talk",
            title=title,
            summary="",
            url=f"https://news.example.org/{language}/events/talk",
            kind=kind,
            date=date(2026, 12, 1),
            starts_at=datetime(2026, 12, 1, 14, 0, tzinfo=UTC),
            ends_at=datetime(2026, 12, 1, 15, 30, tzinfo=UTC),
            zone="Europe/Paris",
            register_url=f"https://news.example.org/{language}/events/talk/register",
            calendar_url=f"https://news.example.org/{language}/events/talk.ics",
        )

    def picture(self, name: str) -> PictureFile | None:
        """Know one picture."""
        return PICTURE if name == "mine.jpg" else None

    def link(self, target: str) -> str | None:
        """Know one page."""
        return "https://news.example.org/en/pages/guide" if target == "page:guide" else None

    def event(self, slug: str) -> EventCard | None:
        """Know one event."""
        return self.card if slug == "webinar" else None

    def upcoming(self, count: int, topic: str) -> Sequence[EventCard]:
        """Know two coming events."""
        return () if topic == "nothing" else (self.timed, self.card)[:count]

    def article(self, slug: str) -> ArticleCard | None:
        """Know one article."""
        if slug != "ebola":
            return None
        return ArticleCard(
            slug="ebola",
            title="Epidemics, conflict, and gold",
            summary="What three years of data from Ituri teach us.",
            url="https://news.example.org/en/articles/ebola",
            date=date(2020, 5, 12),
            author="IMPACT",
        )


def look(language: str) -> Look:
    """Give the look of an invented organisation."""
    return Look(
        organisation=HEADINGS[language][0],
        site_url=f"https://news.example.org/{language}/",
        colours=COLOURS,
        postal_address="Example Street 1\n2514 The Hague\nNetherlands",
        links=(("Privacy", f"https://news.example.org/{language}/pages/privacy"),),
    )


def edition(language: str) -> Letter:
    """Give a letter that uses every block."""
    body = read_body((SAMPLES / f"{language}.md").read_text("utf-8"))
    blocks, missing = resolve(body, Shelf(language))
    assert not body.faults, [str(fault.sentence) for fault in body.faults]
    assert not missing
    _, kicker, title = HEADINGS[language]
    return Letter(
        language=language,
        subject=f"{title} – {kicker}",
        preheader=PREHEADERS[language],
        title=title,
        kicker=kicker,
        blocks=blocks,
        look=look(language),
        reason=REASONS[language],
        bulk=True,
        web_view_url=f"https://news.example.org/{language}/newsletters/wrm/2020-07",
        other_languages=tuple(
            (other, f"https://news.example.org/{other}/newsletters/wrm/2020-07")
            for other in LANGUAGES
            if other != language
        ),
    )


def confirmation() -> Letter:
    """Give a transactional letter with one button."""
    return Letter(
        language="en",
        subject="Please confirm your subscription",
        preheader="One click, and our next letter comes to you. Nothing happens if you do not.",
        title="Please confirm your subscription",
        kicker="",
        blocks=(
            Prose("Hello [[ first_name | there ]],\n\nyou asked for our **news**. Is that right?"),
            Button("Yes, subscribe me", "[[ confirm_url ]]"),
            Prose("If you did not ask for anything, do nothing: we will not write again."),
        ),
        look=look("en"),
        reason="You get this letter because somebody entered your address on our site.",
    )


BULK = Headers(
    sender=Mailbox("news@example.org", "Women’s Rights and Mining"),
    reply_to="office@example.org",
    bulk=True,
    list_id=("News & Events", "news.example.org"),
    list_archive="https://news.example.org/en/newsletters",
    list_help="https://news.example.org/en/pages/privacy",
    feedback_id="campaign7:news:outreach",
)
TRANSACTIONAL = Headers(
    sender=Mailbox("news@example.org", "Women’s Rights and Mining"), reply_to="office@example.org"
)
VALUES = {
    "first_name": "Zoë",
    "unsubscribe_url": "https://news.example.org/u/AQIDBAUGBwgJCgsMDQ4PEBESExQVFhc",
    "preferences_url": "https://news.example.org/en/preferences/AQIDBAUGBwgJCgsMDQ4PEBESEx",
    "confirm_url": "https://news.example.org/en/confirm/AQIDBAUGBwgJCgsMDQ4PEBESExQV",
}


@pytest.fixture(scope="session")
def stationery() -> Stationery:
    """Give the stationery of this repository."""
    return Stationery(TEMPLATES)


@pytest.fixture
def look_of() -> Callable[[str], Look]:
    """Give the maker of looks."""
    return look


@pytest.fixture
def resolver() -> Shelf:
    """Give a resolver over a few invented things."""
    return Shelf("en")


@pytest.fixture
def make_edition() -> Callable[[str], Letter]:
    """Give the maker of a letter with every block."""
    return edition


@pytest.fixture
def letter() -> Letter:
    """Give a transactional letter."""
    return confirmation()


@pytest.fixture
def bulk() -> Headers:
    """Give the headers of a newsletter."""
    return BULK


@pytest.fixture
def transactional() -> Headers:
    """Give the headers of a confirmation."""
    return TRANSACTIONAL


@pytest.fixture
def values() -> dict[str, str]:
    """Give what one recipient's places are filled with."""
    return dict(VALUES)


@pytest.fixture
def body_of() -> Callable[[str], str]:
    """Give the text of a sample."""
    return lambda language: (SAMPLES / f"{language}.md").read_text("utf-8")
