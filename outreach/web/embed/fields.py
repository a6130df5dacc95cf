"""The fields of the builder page: what they are called, what can be chosen, and what cannot be."""

from collections.abc import Sequence
from dataclasses import dataclass

from outreach.audience.models import Topic
from outreach.errors import Refused, Sentence
from outreach.events.models import EventKind
from outreach.events.queries import KIND_NAMES
from outreach.web.embed.options import Scheme, View
from outreach.web.embed.snippets import Embed, What
from outreach.web.forms import without_controls
from outreach.web.visit import Visit


@dataclass(frozen=True)
class Offered:
    """A value of a field, with its words."""

    value: str
    words: str
    chosen: bool
    for_signup: bool = True
    """Whether one can sign up for it too: a topic that has left the file has only events."""


def labels(visit: Visit) -> dict[str, str]:
    """Name each field, also where it is said what cannot stand in it."""
    t = visit.t
    return {
        "topic": t("Topics"),
        "kind": t("Kinds of event"),
        "view": t("Shown as"),
        "count": t("Number of events"),
        "theme": t("Background"),
        "accent": t("Colour of links and buttons"),
        "accent_dark": t("The same on a dark background"),
        "heading": t("Level of the heading"),
    }


def offered(visit: Visit, embed: Embed, topics: Sequence[Topic]) -> dict[str, list[Offered]]:
    """Give what can be chosen in each field, in the visitor's words."""
    t, options = visit.t, embed.options
    return {
        "what": [
            Offered("events", t("Events"), embed.what is What.EVENTS),
            Offered("signup", t("Sign-up form"), embed.what is What.SIGNUP),
        ],
        "topic": [
            Offered(each.slug, visit.text(each.names), each.slug in options.topics, each.active)
            for each in topics
        ],
        "kind": [
            Offered(str(each), t(KIND_NAMES[each]), each in options.kinds) for each in EventKind
        ],
        "view": _views(visit, options.view),
        "theme": _themes(visit, options.theme),
    }


def said(visit: Visit, fault: Refused, label: str, known: Sequence[Offered]) -> str:
    """Say a fault as the form does: its own label, and its own words for what can be chosen."""
    values = {**fault.sentence.values, "name": label}
    if known:
        values["known"] = ", ".join(each.words for each in known)
    return without_controls(visit.t.say(Sentence(fault.sentence.text, values)))


def _views(visit: Visit, chosen: View) -> list[Offered]:
    t = visit.t
    words = {View.LIST: t("List"), View.MONTH: t("Month"), View.NEXT: t("The next event alone")}
    return [Offered(str(each), said, each is chosen) for each, said in words.items()]


def _themes(visit: Visit, chosen: Scheme) -> list[Offered]:
    t = visit.t
    words = {
        Scheme.AUTO: t("As the visitor’s device"),
        Scheme.LIGHT: t("Light"),
        Scheme.DARK: t("Dark"),
    }
    return [Offered(str(each), said, each is chosen) for each, said in words.items()]
