"""The programme that others show: the next events, or those of a month, with the way to each."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from outreach.audience.models import Topic
from outreach.content.site import Site
from outreach.errors import Sentence
from outreach.events.calendar_links import subscription_links
from outreach.events.choice import of_any
from outreach.events.entries import registration_link, uid_of
from outreach.events.models import Event, EventTranslation, Occurrence, RegistrationKind
from outreach.events.partners import carried
from outreach.events.queries import Listed, is_past, translation, upcoming, within
from outreach.events.seats import closed_because
from outreach.links import Links

MOST_DATES = 400
"""Of one month: nobody reads more, and no address may ask us to write them."""


@dataclass(frozen=True)
class Wish:
    """Which events are shown, in which language, and for whom."""

    language: str
    topics: tuple[str, ...] = ()
    """Any of these; every topic where empty."""
    kinds: tuple[str, ...] = ()
    """Any of these; every kind where empty."""
    partner: str = ""
    """The slug of whom the links count for."""


@dataclass(frozen=True)
class Shown:
    """One date of an event, and where it leads."""

    listed: Listed
    text: EventTranslation
    id: str
    """As calendars know it: the event, of a series with the original date."""
    url: str
    register_url: str
    """Our page, also where one registers elsewhere; empty where one cannot register."""
    note: Sentence | None
    """Why one cannot register any more.

    Not whether seats are left: some are held by the minute, and the form says it anyway.
    """


@dataclass(frozen=True)
class Ways:
    """How a calendar subscribes to what is shown."""

    ics: str
    webcal: str
    google: str


def coming_up(
    session: Session, site: Site, links: Links, wish: Wish, *, count: int, now: datetime
) -> list[Shown]:
    """Give the next events, each once with its next date, the soonest first."""
    found = upcoming(session, count, wish.topics, now, kind=wish.kinds)
    return list(_shown(found, site, links, wish, now))


def of_month(
    session: Session,
    site: Site,
    links: Links,
    wish: Wish,
    *,
    days: tuple[date, date],
    now: datetime,
) -> list[Shown]:
    """Give every date from a first to a last local day, what is over or cancelled too.

    Where there are more than MOST_DATES, one more than that is given, by which one knows.
    """
    found = within(session, *days, MOST_DATES + 1, wish.topics, kind=wish.kinds)
    return list(_shown(found, site, links, wish, now))


def span(session: Session, wish: Wish) -> tuple[date, date] | None:
    """Give the first and the last day that there is anything to show of; None without any."""
    query = (
        select(func.min(Occurrence.day), func.max(Occurrence.day))
        .join(Event, Event.id == Occurrence.event_id)
        .where(Event.listed, Event.translations.any())
    )
    first, last = session.execute(of_any(query, wish.topics, wish.kinds)).one()
    return (first, last) if first and last else None


def topics(session: Session) -> list[Topic]:
    """Give the topics that events can be chosen by: those of the file, and those that events have.

    In the order of the file.
    """
    used = Topic.slug.in_(select(Event.topic).where(Event.listed))
    query = select(Topic).where(or_(Topic.active, used)).order_by(Topic.position, Topic.id)
    return list(session.scalars(query))


def in_use(session: Session) -> tuple[set[str], set[str]]:
    """Give the topics and the kinds of all events that are listed."""
    rows = session.execute(select(Event.topic, Event.kind).where(Event.listed).distinct()).all()
    return {topic for topic, _ in rows if topic}, {str(kind) for _, kind in rows}


def ways_to_subscribe(links: Links, wish: Wish) -> Ways:
    """Give the calendar that holds what is shown: of the topic and the kind, where it is one."""
    [topic] = wish.topics if len(wish.topics) == 1 else [""]
    [kind] = wish.kinds if len(wish.kinds) == 1 else [""]
    feed = links.to_calendar(wish.language, topic=topic, kind=kind)
    return Ways(feed, *subscription_links(feed))


def _shown(
    found: Iterable[Listed], site: Site, links: Links, wish: Wish, now: datetime
) -> Iterable[Shown]:
    for each in found:
        text = translation(each, site, wish.language)
        if text is None:
            continue
        closed = _closed(each, now)
        register = "" if closed or not _takes(each, now) else _form(each, links, wish)
        named = f"#{each.occurrence.original}" if each.occurrence.in_series else ""
        yield Shown(
            each,
            text,
            f"{uid_of(each.event, links)}{named}",
            carried(links.to_event(wish.language, each.slug), wish.partner),
            register,
            closed,
        )


def _takes(each: Listed, now: datetime) -> bool:
    """Tell whether one can register for it at all, here or elsewhere."""
    wanted = each.event.registration is not RegistrationKind.NONE
    return wanted and each.takes_place and not is_past(each, now)


def _closed(each: Listed, now: datetime) -> Sentence | None:
    """Tell that registration is closed for what is still to come."""
    if each.event.registration is not RegistrationKind.BUILT_IN or not _takes(each, now):
        return None
    return closed_because(each.event, each.occurrence, now)


def _form(each: Listed, links: Links, wish: Wish) -> str:
    """Give our page, which knows the date of a series, and counts who goes elsewhere."""
    if each.event.registration is RegistrationKind.EXTERNAL:
        return carried(links.to_register(wish.language, each.slug), wish.partner)
    own = registration_link(each.event, wish.language, links, occurrence=each.occurrence)
    return carried(own, wish.partner)
