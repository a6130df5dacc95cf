"""Events as entries of a feed for readers and other sites: what is to come first, then the past."""

from collections.abc import Sequence
from datetime import UTC, datetime, time
from urllib.parse import urlencode

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.audience.models import Topic
from outreach.content.site import Site
from outreach.content.syndication import Channel, Item
from outreach.events.calendar import said_title
from outreach.events.feeds import Choice, events_of, name_of
from outreach.events.models import Event, Occurrence
from outreach.events.queries import KIND_NAMES, Listed, card, said_kind, translation
from outreach.events.recurrence import Series
from outreach.events.rule_words import in_words
from outreach.events.state import TAKES_PLACE, is_over
from outreach.links import Links, with_query
from outreach.mail.cards import event_time_within
from outreach.phrases.catalog import phrases


def channel(session: Session, site: Site, links: Links, choice: Choice, now: datetime) -> Channel:
    """Give the events of a choice as a feed. The same rows give the same on the same day."""
    today = datetime.combine(now.date(), time(), UTC)
    topics = session.execute(select(Topic.slug, Topic.names))
    names = dict(topics.all())
    items = []
    for listed in _in_order(events_of(session, choice, today), today):
        topic = site.text(names.get(listed.event.topic, {}), choice.language)
        item = _item(listed, site, links, choice.language, topic)
        if item is not None:
            items.append(item)
    t = phrases(choice.language)
    return Channel(
        title=name_of(session, site, choice),
        about=t("Webinars, meetings and deadlines, ours and those of the people we work with."),
        url=_page(choice, links),
        own_url=choice.url(links),
        language=choice.language,
        author=site.name(choice.language),
        items=tuple(items),
        icon="" if site.logo is None else site.logo.url,
    )


def _page(choice: Choice, links: Links) -> str:
    """Give the list of events with the same filters."""
    chosen = {"kind": choice.kind, "topic": choice.topic}
    query = urlencode({name: value for name, value in chosen.items() if value})
    return with_query(links.to_events(choice.language), query)


def _in_order(events: Sequence[Event], today: datetime) -> list[Listed]:
    """Choose one occurrence of each, as lists do: the soonest first, what is over latest first."""
    coming, past = [], []
    for event in events:
        ahead = [each for each in event.occurrences if not _is_over(each, today)]
        over = [each for each in event.occurrences if _is_over(each, today)]
        if ahead:
            coming.append(Listed(event, min(ahead, key=lambda each: (_idle(each), _when(each)))))
        elif over:
            past.append(Listed(event, max(over, key=lambda each: (not _idle(each), _when(each)))))
    coming.sort(key=lambda each: (*_when(each.occurrence), each.slug))
    past.sort(key=lambda each: (*_when(each.occurrence), each.slug), reverse=True)
    return [*coming, *past]


def _is_over(one: Occurrence, today: datetime) -> bool:
    return is_over(one.day, one.starts_at, one.ends_at, today)


def _idle(one: Occurrence) -> bool:
    return one.status not in TAKES_PLACE


def _when(one: Occurrence) -> tuple[str, str]:
    return one.day.isoformat(), one.starts_at.isoformat() if one.starts_at else ""


def _item(listed: Listed, site: Site, links: Links, language: str, topic: str) -> Item | None:
    text = translation(listed, site, language)
    if text is None:
        return None
    page = links.to_event(language, listed.slug)
    kind = phrases(language)(KIND_NAMES[listed.kind])
    return Item(
        id=page,
        url=page,
        title=said_title(text.title, listed.status, text.language),
        summary=f"{_said(listed, site, links, language)} {text.summary}".strip(),
        language=text.language,
        updated=listed.event.changed_at or text.synced_at,
        author=listed.organiser,
        tags=tuple(tag for tag in (kind, topic) if tag),
    )


def _said(listed: Listed, site: Site, links: Links, language: str) -> str:
    """Say what it is and when, by its own clock; of a series also how often."""
    t = phrases(language)
    shown = card(listed, site, links, language)
    when = event_time_within(shown, t) if shown else ""
    said = t("%(kind)s: %(when)s.", kind=said_kind(listed, t), when=when)
    row = listed.event
    often = in_words(Series.from_json(row.recurrence), t) if row.recurrence else ""
    return f"{said} {often}." if often else said
