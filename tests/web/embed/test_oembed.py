"""oEmbed: what other sites are told about an address of ours."""

import re
from html import unescape
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit
from xml.etree import ElementTree as Xml

import pytest
from werkzeug.test import TestResponse

from tests.web.visitor import LANGUAGES, Visitor

pytestmark = pytest.mark.one_database

DISCOVERED = re.compile(r'<link rel="alternate" type="([a-z/]+\+oembed)" href="([^"]+)">')
HOSTILE = "A “<b>&'\\\"]></title>\U0001f4a9"


def ask(site: Visitor, path: str, **more: str) -> TestResponse:
    """Ask about a path of ours."""
    query = "".join(f"&{name}={quote(value)}" for name, value in more.items())
    return site.get(f"/oembed?url={quote(site.services.links.base_url + path, safe='')}{query}")


def told(site: Visitor, path: str, **more: str) -> dict[str, Any]:
    """Ask, and give the answer, which there must be."""
    answer = ask(site, path, **more)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json or {}
    return found


class Frame(HTMLParser):
    """Finds the frame in the HTML that a site would show."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.frame: dict[str, str | None] = {}
        self.links: list[str | None] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep the frame and the links."""
        if tag == "iframe":
            self.frame = dict(attrs)
        if tag == "a":
            self.links.append(dict(attrs)["href"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_of_events_becomes_a_frame_with_the_plain_link(
    site: Visitor, language: str
) -> None:
    base = site.services.links.base_url
    answer = ask(site, f"/{language}/events")
    assert answer.mimetype == "application/json"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert answer.headers["Cache-Control"] == "public, max-age=300, stale-while-revalidate=3600"
    assert "Set-Cookie" not in answer.headers
    found: dict[str, Any] = answer.json or {}
    html = found.pop("html")
    assert found == {
        "type": "rich",
        "version": "1.0",
        "title": found["title"],
        "provider_name": "Women’s Rights and Mining",
        "provider_url": f"{base}/{language}/",
        "cache_age": 86_400,
        "width": 640,
        "height": 1210,
    }
    shown = Frame(html)
    assert shown.frame["src"] == f"{base}/embed/{language}/events"
    assert shown.frame["title"] == found["title"]
    assert shown.frame["width"] == "100%"
    assert shown.links == [f"{base}/{language}/events"]


@pytest.mark.parametrize(
    ("path", "frame"),
    [
        ("/en/events?topic=news&kind=webinar", "/embed/en/events?topic=news&kind=webinar"),
        (
            "/en/events?topic=news,events&view=month",
            "/embed/en/events?topic=news&topic=events&view=month",
        ),
        ("/fr/events?what=signup&language=es", "/embed/fr/events"),
        ("/fr/events?accent=red&topic=cats&heading=3", "/embed/fr/events?heading=3"),
        ("/es/events/", "/embed/es/events"),
        ("/es/events#past", "/embed/es/events"),
        ("/en/embed?language=fr&view=next&theme=dark", "/embed/fr/events?view=next&theme=dark"),
        ("/en/embed?what=signup&topic=news&view=month", "/embed/en/signup?topic=news"),
        ("/fr/subscribe?topic=news&accent=5b2a6a", "/embed/fr/signup?topic=news&accent=5b2a6a"),
    ],
)
def test_an_address_keeps_what_was_chosen_in_it(site: Visitor, path: str, frame: str) -> None:
    found = told(site, path)
    assert found["type"] == "rich"
    assert Frame(found["html"]).frame["src"] == site.services.links.base_url + frame


def test_the_room_that_there_is_is_kept_to(site: Visitor) -> None:
    found = told(site, "/en/events", maxwidth="320", maxheight="200")
    frame = Frame(found["html"]).frame
    assert (found["width"], found["height"]) == (320, 200)
    assert (frame["width"], frame["height"]) == ("320", "200")
    found = told(site, "/en/events", maxwidth="5000", maxheight="5000")
    assert (found["width"], found["height"]) == (1200, 1210)
    phone = told(site, "/en/events", maxwidth="375")
    assert (phone["width"], phone["height"]) == (375, 1690)
    link = told(site, "/en/events/open-hour", maxwidth="800")
    assert "thumbnail_url" not in link


def test_one_event_is_a_link_with_its_picture(site: Visitor) -> None:
    found = told(site, "/fr/events/open-hour")
    assert found["type"] == "link"
    assert "html" not in found
    assert found["thumbnail_url"].endswith("/fr/events/open-hour/poster.png")
    assert (found["thumbnail_width"], found["thumbnail_height"]) == (1200, 630)


@pytest.mark.parametrize("path", ["/fr/events", "/fr/events/open-hour", "/es/subscribe"])
def test_xml_says_the_same_as_json(site: Visitor, path: str) -> None:
    answer = ask(site, path, format="xml")
    assert answer.mimetype == "text/xml"
    root = Xml.fromstring(answer.data)  # noqa: S314  (our own bytes)
    assert root.tag == "oembed"
    found = told(site, path, format="json")
    assert {each.tag: each.text for each in root} == {
        name: str(value) for name, value in found.items()
    }


def test_a_hostile_title_stays_a_title(site: Visitor) -> None:
    path = site.home / "content" / "events" / "open-hour" / "en.md"
    title = HOSTILE.replace("'", "''")
    before, _, rest = path.read_text().partition("title: ")
    path.write_text(f"{before}title: '{title}'\n{rest.partition(chr(10))[2]}")
    name = site.home / "content" / "site.toml"
    name.write_text(
        name.read_text().replace(
            '[name]\nen = "Women’s Rights and Mining"', "[name]\nen = 'A \"<b>&</b>\" ]]>'", 1
        )
    )
    site.sync()
    assert told(site, "/en/events/open-hour")["title"] == HOSTILE
    root = Xml.fromstring(ask(site, "/en/events/open-hour", format="xml").data)  # noqa: S314
    assert root.findtext("title") == HOSTILE
    found = told(site, "/en/events")
    shown = Frame(found["html"])
    assert shown.frame["title"] == found["title"] == 'Events of A "<b>&</b>" ]]>'
    assert "<b>" not in found["html"]


@pytest.mark.parametrize(
    "url",
    [
        "",
        "/en/events",
        "https://example.org/en/events",
        "http://127.0.0.1/en/events",
        "%s.example.org/en/events",
        "%s@example.org/en/events",
        "%s",
        "%s/",
        "%s/en/",
        "%s/de/events",
        "%s/en/events/no-such-event",
        "%s/en/newsletters",
        "%s/desk/",
        "%s/en/events/%%00",
        "%s/en/events/../../etc",
        "%s/en/events?" + "x" * 3_000,
        "%s/[::1/en/events",
        "javascript:alert(1)",
        "\x00",
    ],
)
def test_what_is_not_ours_is_not_found(site: Visitor, url: str) -> None:
    base = site.services.links.base_url
    answer = site.get(f"/oembed?url={quote(url % base if '%s' in url else url, safe='')}")
    assert answer.status_code == 404, answer.text
    assert answer.mimetype == "application/json"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert list(answer.json or {}) == ["error"]


def test_a_fault_is_told_in_the_language_of_the_page(site: Visitor) -> None:
    assert "Aucune de nos pages" in (ask(site, "/fr/nowhere").json or {})["error"]
    assert "There is no page" in (ask(site, "/de/events").json or {})["error"]


@pytest.mark.parametrize("value", ["0", "-1", "wide", "1e3", "٣", "9" * 400, "640px", "\0"])
def test_a_room_that_is_no_number_of_pixels_is_refused(site: Visitor, value: str) -> None:
    for name in ("maxwidth", "maxheight"):
        answer = ask(site, "/en/events", **{name: value})
        assert answer.status_code == 400
        assert name in (answer.json or {})["error"]
    assert ask(site, "/en/events", maxwidth="").status_code == 200


@pytest.mark.parametrize("form", ["yaml", "JSON", "jsonp", "", "\0"])
def test_another_format_is_not_there(site: Visitor, form: str) -> None:
    assert ask(site, "/en/events", format=form).status_code == 501


def test_what_is_known_already_is_not_sent_again(site: Visitor) -> None:
    path = f"/oembed?url={quote(site.services.links.base_url, safe='')}/en/events"
    tag = site.get(path).headers["ETag"]
    assert site.get(path, If_None_Match=tag).status_code == 304


@pytest.mark.parametrize(
    "path",
    [
        "/fr/events",
        "/en/events?topic=news&kind=webinar&view=month",
        "/en/events/open-hour",
        "/es/embed?what=signup&theme=dark&accent=d9aee6",
        "/fr/subscribe?topic=news",
    ],
)
def test_a_page_says_in_its_head_where_to_ask_about_it(site: Visitor, path: str) -> None:
    head = site.text(path).partition("</head>")[0]
    found = {kind: unescape(url) for kind, url in DISCOVERED.findall(head)}
    base = site.services.links.base_url
    assert set(found) == {"application/json+oembed", "text/xml+oembed"}
    for kind, url in found.items():
        asked = parse_qs(urlsplit(url).query)
        assert asked["url"] == [base + path]
        answer = site.get(url.removeprefix(base))
        assert answer.status_code == 200
        assert answer.mimetype == kind.removesuffix("+oembed")


def test_pages_that_nobody_embeds_say_nothing(site: Visitor) -> None:
    for path in ("/fr/", "/fr/newsletters", "/fr/link"):
        assert DISCOVERED.findall(site.text(path)) == []


def test_an_endless_query_is_left_out_of_the_head(site: Visitor) -> None:
    found = dict(DISCOVERED.findall(site.text("/en/events?x=" + "y" * 10_240)))
    assert len(found["application/json+oembed"]) < 200
