"""What a partner pastes into a page, rung by rung; the plain link is in each (CALENDAR.md §4)."""

from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import product
from urllib.parse import urlencode

from markupsafe import escape

from outreach.events.calendar_links import subscription_links
from outreach.links import Links, with_query
from outreach.web.embed.options import Options, Scheme, View


class What(StrEnum):
    """What is embedded."""

    EVENTS = "events"
    SIGNUP = "signup"


NARROW = 500
"""Pixels: a frame that is narrower shows one thing beneath the other."""
_HEIGHTS = {View.MONTH: (820, 1000), View.NEXT: (700, 840)}
"""In pixels, where there is room and where it is narrow."""
_SIGNUP_HEIGHT = 1150
_MOST_SEEN = 3
"""Events of a list that are seen without scrolling."""


@dataclass(frozen=True)
class Embed:
    """One choice of a partner, with the words that stand in its snippets."""

    what: What
    language: str
    options: Options
    title: str
    """What a frame is called for those who do not see it."""
    link: str
    """The words of the plain link."""

    def height(self, width: int = NARROW) -> int:
        """Give how tall a frame of that width is that cannot grow, in pixels."""
        if self.what is What.SIGNUP:
            return _SIGNUP_HEIGHT
        seen = min(self.options.count, _MOST_SEEN)
        in_a_list = (250 + 320 * seen, 250 + 480 * seen)
        return _HEIGHTS.get(self.options.view, in_a_list)[width < NARROW]


@dataclass(frozen=True)
class Snippets:
    """The rungs from the plainest to the finest."""

    address: str
    """Alone, not HTML: for systems that ask oEmbed what it is, and for people who follow it."""
    link: str
    frame: str
    loader: str
    component: str


@dataclass(frozen=True)
class Feed:
    """One calendar to subscribe to, by each of its forms."""

    topic: str
    kind: str
    ics: str
    webcal: str
    google: str
    json: str
    atom: str
    rss: str


def snippets(links: Links, embed: Embed) -> Snippets:
    """Write every snippet of a choice."""
    return Snippets(
        address=address(links, embed),
        link=_link(links, embed),
        frame=frame(links, embed),
        loader=_loader(links, embed),
        component=_component(links, embed),
    )


def settled(what: What, options: Options) -> Options:
    """Leave out what means nothing for what is embedded, so that one wish has one spelling."""
    if options.theme is not Scheme.AUTO:
        options = replace(options, accent_dark="")
    if what is What.SIGNUP:
        return replace(options, kinds=(), view=View.LIST, count=Options().count, month="")
    if options.view is not View.LIST:
        options = replace(options, count=Options().count)
    return options if options.view is View.MONTH else replace(options, month="")


def address(links: Links, embed: Embed) -> str:
    """Give our page that shows the same, with all that was chosen in its query.

    The page of events can be narrowed to one topic and one kind; several stand in one value there,
    which leaves the page whole and which an embed reads all the same.
    """
    if embed.what is What.SIGNUP:
        return with_query(links.to_subscribe(embed.language), embed.options.query)
    options = embed.options
    pairs = [("topic", ",".join(options.topics)), ("kind", ",".join(options.kinds))]
    query = urlencode([pair for pair in pairs if pair[1]])
    rest = replace(options, topics=(), kinds=()).query
    return with_query(links.to_events(embed.language), "&".join(filter(None, (query, rest))))


def plain(links: Links, embed: Embed) -> str:
    """Give where the plain link leads: the same page, without how an embed of it looks."""
    chosen = embed.options
    kept = Options(topics=chosen.topics, kinds=chosen.kinds, partner=chosen.partner)
    return address(links, replace(embed, options=kept))


def frame_url(links: Links, embed: Embed) -> str:
    """Give what a frame shows."""
    return links.to_embed(embed.language, str(embed.what), embed.options.query)


def frame(links: Links, embed: Embed, *, width: str = "100%", height: int = 0) -> str:
    """Write a frame with the plain link beneath it."""
    attributes = {
        "src": frame_url(links, embed),
        "title": embed.title,
        "width": width,
        "height": str(height or embed.height()),
        "loading": "lazy",
        "frameborder": "0",
    }
    return f"<iframe{_written(attributes)}></iframe>\n<p>{_link(links, embed)}</p>"


def policies(links: Links, what: What) -> dict[str, str]:
    """Give what a strict policy of the page around each rung must let in (docs/embedding.md)."""
    own = links.base_url
    sent = f"; form-action {own}" if what is What.SIGNUP else ""
    return {
        "address": f"frame-src {own}",
        "frame": f"frame-src {own}",
        "loader": f"script-src {own}; frame-src {own}",
        "component": f"script-src {own}; connect-src {own}{sent}",
    }


def feeds(links: Links, language: str, options: Options) -> list[Feed]:
    """Give the calendars of a choice: one for each topic and kind, since each has its own."""
    chosen = product(options.topics or ("",), options.kinds or ("",))
    return [_feed(links, language, topic, kind) for topic, kind in chosen]


def _feed(links: Links, language: str, topic: str, kind: str) -> Feed:
    forms = {
        form: links.to_calendar(language, topic=topic, kind=kind, form=form)
        for form in ("ics", "json", "atom", "rss")
    }
    webcal, google = subscription_links(forms["ics"])
    return Feed(topic, kind, webcal=webcal, google=google, **forms)


def _link(links: Links, embed: Embed) -> str:
    return f"<a{_written({'href': plain(links, embed)})}>{escape(embed.link)}</a>"


def _loader(links: Links, embed: Embed) -> str:
    place = {"data-outreach-frame": frame_url(links, embed), "data-title": embed.title}
    script = _script(links, "v1-frame.js")
    return f"<p{_written(place)}>{_link(links, embed)}</p>\n{script}"


def _component(links: Links, embed: Embed) -> str:
    name = f"outreach-{embed.what}"
    script = _script(links, "v1.js")
    return f"<{name}{_written(attributes(embed))}>{_link(links, embed)}</{name}>\n{script}"


def attributes(embed: Embed) -> dict[str, str]:
    """Give the attributes of the component: what is in force, but for what is empty."""
    chosen, events = embed.options, embed.what is What.EVENTS
    written = {
        "language": embed.language,
        "topics": " ".join(chosen.topics),
        "kinds": " ".join(chosen.kinds) if events else "",
        "view": str(chosen.view) if events else "",
        "theme": str(chosen.theme),
        "accent": chosen.accent.removeprefix("#"),
        "accent-dark": chosen.accent_dark.removeprefix("#"),
        "heading": str(chosen.heading),
        "count": str(chosen.count) if events and chosen.view is View.LIST else "",
        "month": chosen.month if events else "",
        "partner": chosen.partner,
    }
    return {name: value for name, value in written.items() if value}


def _script(links: Links, name: str) -> str:
    return f"<script{_written({'src': links.to_embed_script(name)})} defer></script>"


def _written(attributes: dict[str, str]) -> str:
    return "".join(f' {name}="{escape(value)}"' for name, value in attributes.items())
