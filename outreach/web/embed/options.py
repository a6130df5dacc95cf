"""What a partner chooses for an embed: the query of its address, read and written."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol
from urllib.parse import urlencode

from outreach.errors import Refused
from outreach.events.models import EventKind
from outreach.mail.colour import READABLE, contrast

MOST_EVENTS = 50
FIRST_YEAR, LAST_YEAR = 2000, 2100
COLOUR = re.compile(r"#?([0-9a-fA-F]{6})")
_MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")


class View(StrEnum):
    """How events are shown."""

    LIST = "list"
    MONTH = "month"
    NEXT = "next"


class Scheme(StrEnum):
    """On which paper; `auto` follows the visitor's device."""

    AUTO = "auto"
    LIGHT = "light"
    DARK = "dark"


class Arguments(Protocol):
    """A query, as Werkzeug reads it."""

    def get(self, key: str, default: str) -> str:
        """Give the first value of a name."""
        ...

    def getlist(self, key: str) -> list[str]:
        """Give all values of a name."""
        ...


@dataclass(frozen=True)
class Options:
    """What an embed shows and how. The defaults are what an address without a query means."""

    topics: tuple[str, ...] = ()
    """Any of these; every topic where empty."""
    kinds: tuple[str, ...] = ()
    """Any of these; every kind where empty."""
    view: View = View.LIST
    theme: Scheme = Scheme.AUTO
    accent: str = ""
    """`#rrggbb`, of links and buttons on light paper (on dark paper where `theme` is dark)."""
    accent_dark: str = ""
    """The same on dark paper where `theme` is auto; made lighter from `accent` where empty."""
    heading: int = 2
    """Level of the embed's heading; the titles of events are one below."""
    count: int = 10
    """Of events in the list."""
    month: str = ""
    """`YYYY-MM` that the month view shows; the present one where empty."""
    partner: str = ""
    """The slug of whom the embed counts for."""

    @property
    def query(self) -> str:
        """Write what is not a default, always in the same order and spelling."""
        return urlencode(list(self._pairs()))

    def _pairs(self) -> Iterator[tuple[str, str]]:
        yield from (("topic", topic) for topic in self.topics)
        yield from (("kind", kind) for kind in self.kinds)
        plain = Options()
        for name in ("view", "theme", "accent", "accent_dark", "heading", "count", "month"):
            value = getattr(self, name)
            if value != getattr(plain, name):
                yield name, str(value).removeprefix("#")
        if self.partner:
            yield "partner", self.partner


def read_options(
    asked: Arguments,
    *,
    topics: Collection[str],
    colours: Mapping[str, Mapping[str, str]],
    partners: Collection[str] = (),
) -> Options:
    """Read the query of an embed. Refused, with what can be written instead, for a wrong value.

    `topics`: the slugs that there are; `colours`: the site's, `light` and `dark`; `partners`: the
    slugs that are known: another one counts for nobody. Of what stands there twice, the first
    counts, but for `topic` and `kind`, which may be repeated or hold several names with commas.
    """
    options = Options(
        topics=_several(asked, "topic", topics),
        kinds=_several(asked, "kind", [str(kind) for kind in EventKind]),
        view=View(_one(asked, "view", [str(view) for view in View]) or View.LIST),
        theme=Scheme(_one(asked, "theme", [str(scheme) for scheme in Scheme]) or Scheme.AUTO),
        accent=_colour(asked, "accent"),
        accent_dark=_colour(asked, "accent_dark"),
        heading=_number(asked, "heading", 2, (1, 5)),
        count=_number(asked, "count", 10, (1, MOST_EVENTS)),
        month=_month(asked),
        partner=_partner(asked, partners),
    )
    _check_contrast(options, colours)
    return options


def _several(asked: Arguments, name: str, known: Collection[str]) -> tuple[str, ...]:
    """Give names, in the order of those that are known, so that one wish has one spelling."""
    wished = {each for value in asked.getlist(name) for each in re.split(r"[\s,]+", value) if each}
    strange = sorted(wished - set(known))
    if strange:
        raise _unknown(name, strange[0], known)
    return tuple(each for each in known if each in wished)


def _partner(asked: Arguments, known: Collection[str]) -> str:
    """Give a slug that is known, however it was spelt in capitals."""
    wished = asked.get("partner", "").strip().lower()
    return wished if wished in known else ""


def _one(asked: Arguments, name: str, known: Collection[str]) -> str:
    value = asked.get(name, "")
    if value and value not in known:
        raise _unknown(name, value, known)
    return value


def _unknown(name: str, value: str, known: Collection[str]) -> Refused:
    return Refused(
        "“%(value)s” cannot be “%(name)s”. It can be: %(known)s.",
        value=value[:60],
        name=name,
        known=", ".join(known),
    )


def _colour(asked: Arguments, name: str) -> str:
    value = asked.get(name, "")
    found = COLOUR.fullmatch(value)
    if value and not found:
        raise Refused(
            "“%(value)s” cannot be “%(name)s”. Write a colour as six digits, such as 5b2a6a.",
            value=value[:60],
            name=name,
        )
    return f"#{found[1].lower()}" if found else ""


def _number(asked: Arguments, name: str, usual: int, bounds: tuple[int, int]) -> int:
    value = asked.get(name, "")
    if not value:
        return usual
    least, most = bounds
    if not (value.isascii() and value.isdigit() and len(value) < 4 and least <= int(value) <= most):
        raise Refused(
            "“%(value)s” cannot be “%(name)s”. It can be a number from %(least)s to %(most)s.",
            value=value[:60],
            name=name,
            least=least,
            most=most,
        )
    return int(value)


def _month(asked: Arguments) -> str:
    value = asked.get("month", "")
    found = _MONTH.fullmatch(value)
    if value and not (found and FIRST_YEAR <= int(found[1]) <= LAST_YEAR):
        raise Refused(
            "“%(value)s” cannot be “month”. Write a year from %(first)s to %(last)s and a month, "
            "such as 2027-03.",
            value=value[:60],
            first=FIRST_YEAR,
            last=LAST_YEAR,
        )
    return value


def _check_contrast(options: Options, colours: Mapping[str, Mapping[str, str]]) -> None:
    """Refuse an accent that cannot be read (WCAG 2.2 §1.4.3)."""
    on = "dark" if options.theme is Scheme.DARK else "light"
    checked = [("accent", options.accent, on), ("accent_dark", options.accent_dark, "dark")]
    for name, colour, scheme in checked:
        if colour and (found := contrast(colour, colours[scheme]["paper"])) < READABLE:
            raise Refused(
                "“%(name)s” cannot be read: its contrast with the paper is %(found)s to 1, and "
                "4.5 to 1 is needed. Choose a darker one for light paper, a lighter one for dark.",
                name=name,
                found=int(found * 10) / 10,
            )
