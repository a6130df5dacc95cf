"""The snippets: each gives back what was chosen, and each holds the plain link."""

import itertools
from html.parser import HTMLParser
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.links import Links
from outreach.web.embed.options import Options, Scheme, View
from outreach.web.embed.snippets import (
    Embed,
    What,
    address,
    feeds,
    frame_url,
    plain,
    policies,
    settled,
    snippets,
)

LINKS = Links("https://news.example.org", ("k" * 40,))
WORDS = st.text(min_size=1, max_size=60).map(lambda text: text.replace("\r", " "))
SLUGS = st.lists(st.sampled_from(["news", "events", "a.b_c-1"]), unique=True).map(tuple)
KINDS = st.lists(st.sampled_from(["webinar", "meeting"]), unique=True).map(tuple)
COLOURS = st.sampled_from(["", "#5b2a6a", "#a8481a"])
OPTIONS = st.builds(
    Options,
    topics=SLUGS,
    kinds=KINDS,
    view=st.sampled_from(View),
    theme=st.sampled_from(Scheme),
    accent=COLOURS,
    accent_dark=COLOURS,
    heading=st.integers(1, 5),
    count=st.integers(1, 50),
    partner=st.sampled_from(["", "a-partner"]),
)
EMBEDS = st.builds(
    Embed,
    what=st.sampled_from(What),
    language=st.sampled_from(["en", "fr", "pt-BR"]),
    options=OPTIONS,
    title=WORDS,
    link=WORDS,
)


class Reader(HTMLParser):
    """Reads a snippet as a browser does: elements with their attributes, and all text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep an element."""
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        """Keep text."""
        self.text += data

    def attributes(self, tag: str) -> dict[str, str | None]:
        """Give the attributes of the one element of that name."""
        [found] = [attributes for name, attributes in self.elements if name == tag]
        return found


@given(EMBEDS)
def test_every_snippet_holds_the_plain_link_and_gives_back_its_words(embed: Embed) -> None:
    made = snippets(LINKS, embed)
    for html in (made.link, made.frame, made.loader, made.component):
        read = Reader(html)
        assert read.attributes("a") == {"href": plain(LINKS, embed)}
        assert read.text.strip() == embed.link.strip()


@given(EMBEDS)
def test_a_frame_and_its_loader_give_back_their_address_and_their_title(embed: Embed) -> None:
    made, url = snippets(LINKS, embed), frame_url(LINKS, embed)
    frame, loader = Reader(made.frame), Reader(made.loader)
    assert [name for name, _ in frame.elements] == ["iframe", "p", "a"]
    assert frame.attributes("iframe") == {
        "src": url,
        "title": embed.title,
        "width": "100%",
        "height": str(embed.height()),
        "loading": "lazy",
        "frameborder": "0",
    }
    assert [name for name, _ in loader.elements] == ["p", "a", "script"]
    assert loader.attributes("p") == {"data-outreach-frame": url, "data-title": embed.title}
    script = {"src": "https://news.example.org/embed/v1-frame.js", "defer": None}
    assert loader.attributes("script") == script


@given(EMBEDS)
def test_a_component_has_what_its_address_would_have(embed: Embed) -> None:
    read = Reader(snippets(LINKS, embed).component)
    name = f"outreach-{embed.what}"
    assert [each for each, _ in read.elements] == [name, "a", "script"]
    found = read.attributes(name)
    chosen = settled(embed.what, embed.options)
    assert found["language"] == embed.language
    assert (found.get("topics") or "").split() == [*chosen.topics]
    assert (found.get("kinds") or "").split() == [*chosen.kinds]
    assert found["theme"] == chosen.theme
    assert found["heading"] == str(chosen.heading)
    assert found.get("accent", "") == embed.options.accent.removeprefix("#")
    assert found.get("partner", "") == chosen.partner
    assert ("view" in found) is (embed.what is What.EVENTS)
    assert read.attributes("script")["src"] == "https://news.example.org/embed/v1.js"


@given(EMBEDS)
def test_the_address_says_all_that_was_chosen(embed: Embed) -> None:
    parts = urlsplit(address(LINKS, embed))
    page = "events" if embed.what is What.EVENTS else "subscribe"
    assert parts.path == f"/{embed.language}/{page}"
    query = parse_qs(parts.query)
    said = {name: ",".join(values) for name, values in query.items()}
    assert said.get("topic", "") == ",".join(embed.options.topics)
    assert said.get("partner", "") == embed.options.partner
    assert said.get("accent", "") == embed.options.accent.removeprefix("#")


def test_several_topics_stand_in_one_value_where_the_page_knows_but_one() -> None:
    several = Embed(What.EVENTS, "en", Options(topics=("news", "events")), "", "")
    assert plain(LINKS, several) == "https://news.example.org/en/events?topic=news%2Cevents"
    form = Embed(What.SIGNUP, "en", Options(topics=("news", "events")), "", "")
    assert plain(LINKS, form).endswith("/en/subscribe?topic=news&topic=events")


@pytest.mark.parametrize(
    ("what", "options", "kept"),
    [
        (What.EVENTS, Options(), ""),
        (What.EVENTS, Options(view=View.NEXT, count=3, month="2027-01"), "view=next"),
        (
            What.EVENTS,
            Options(view=View.MONTH, count=3, month="2027-01"),
            "view=month&month=2027-01",
        ),
        (What.EVENTS, Options(count=3), "count=3"),
        (What.EVENTS, Options(theme=Scheme.LIGHT, accent_dark="#ffffff"), "theme=light"),
        (What.SIGNUP, Options(kinds=("webinar",), view=View.NEXT, count=3, heading=3), "heading=3"),
    ],
)
def test_what_means_nothing_is_left_out(what: What, options: Options, kept: str) -> None:
    assert settled(what, options).query == kept


@pytest.mark.parametrize(
    ("what", "options", "wide", "narrow"),
    [
        (What.EVENTS, Options(), 1210, 1690),
        (What.EVENTS, Options(count=1), 570, 730),
        (What.EVENTS, Options(view=View.NEXT), 700, 840),
        (What.EVENTS, Options(view=View.MONTH), 820, 1000),
        (What.SIGNUP, Options(), 1150, 1150),
    ],
)
def test_a_frame_that_cannot_grow_is_taller_where_it_is_narrow(
    what: What, options: Options, wide: int, narrow: int
) -> None:
    embed = Embed(what, "en", options, "", "")
    assert (embed.height(), embed.height(500), embed.height(499)) == (wide, wide, narrow)


def test_a_policy_lets_in_what_a_rung_needs_and_the_form_only_where_there_is_one() -> None:
    own = "https://news.example.org"
    events, form = policies(LINKS, What.EVENTS), policies(LINKS, What.SIGNUP)
    assert events["component"] == f"script-src {own}; connect-src {own}"
    assert form["component"] == f"{events['component']}; form-action {own}"
    assert events | {"component": ""} == form | {"component": ""}
    assert events["frame"] == events["address"] == f"frame-src {own}"
    assert events["loader"] == f"script-src {own}; frame-src {own}"


def test_there_is_a_feed_for_each_topic_and_kind_in_every_form() -> None:
    [all_of_them] = feeds(LINKS, "fr", Options())
    assert all_of_them.ics == "https://news.example.org/fr/events.ics"
    assert all_of_them.webcal == "webcal://news.example.org/fr/events.ics"
    assert all_of_them.google == (
        "https://calendar.google.com/calendar/r?cid=webcal%3A%2F%2Fnews.example.org%2Ffr%2Fevents.ics"
    )
    chosen = Options(topics=("news", "events"), kinds=("webinar", "meeting"))
    found = feeds(LINKS, "fr", chosen)
    pairs = [*itertools.product(chosen.topics, chosen.kinds)]
    assert [(each.topic, each.kind) for each in found] == pairs
    for each in found:
        way = f"https://news.example.org/fr/events/topic/{each.topic}/kind/{each.kind}"
        assert (each.json, each.atom, each.rss) == (f"{way}.json", f"{way}.atom", f"{way}.rss")
