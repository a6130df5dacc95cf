"""What is planned and what was: sends and events by day, in the zone of staff."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import or_, select

from outreach.campaigns.models import Campaign, CampaignState
from outreach.events.models import Event, Occurrence
from outreach.events.queries import Listed, said_kind, translation
from outreach.times import zone
from outreach.web.desk import places
from outreach.web.desk.access import DeskVisit
from outreach.web.desk.campaign_words import headings
from outreach.web.month import ONE_DAY, Month

MOST = 500
"""Of each kind, within one reading."""
AHEAD = timedelta(days=30)
"""How far the agenda looks, where no month is asked for."""

ACROSS_THE_EARTH = timedelta(days=2)
"""From UTC+14 to UTC−12 the day is up to two off."""


@dataclass(frozen=True)
class Entry:
    """One send or event."""

    day: date
    """In the zone of staff; of an event that has only a day, that day."""
    at: time | None
    what: str
    """`send`, `webinar`, `meeting` or `deadline`: its colour and its shape."""
    kind: str
    """The same as a word, with whether it takes place."""
    title: str
    name: str = ""
    """What staff call it, where that is another thing than its title."""
    url: str = ""
    state: str = ""
    """A word, where it is not simply planned."""
    is_off: bool = False
    """Whether it does not take place (for now)."""


@dataclass(frozen=True)
class Span:
    """Some days, the last one included."""

    first: date
    last: date

    def covers(self, day: date) -> bool:
        """Tell whether a day is one of them."""
        return self.first <= day <= self.last

    def moments(self, zone_name: str) -> tuple[datetime, datetime]:
        """Give the moment at which they begin in a zone, and the one at which they are over."""
        there = zone(zone_name)
        begins = datetime.combine(self.first, time(), there)
        ends = datetime.combine(self.last + ONE_DAY, time(), there)
        return begins.astimezone(UTC), ends.astimezone(UTC)


def shown_days(month: Month, today: date, *, asked: bool) -> tuple[Span, Span]:
    """Give the days that the table of a month shows, and those of the agenda.

    The agenda tells a month that was asked for, or else the next weeks.
    """
    table = Span(month.weeks[0][0], month.weeks[-1][-1])
    listed = Span(month.first, month.last) if asked else Span(today, today + AHEAD)
    return table, listed


def entries(desk: DeskVisit, *spans: Span) -> list[Entry]:
    """Give all sends and events of some days, in their order."""
    span = Span(min(each.first for each in spans), max(each.last for each in spans))
    found = [*_sends(desk, span), *_events(desk, span)]
    return sorted(found, key=_order)


def by_day(found: Iterable[Entry], span: Span) -> Mapping[date, list[Entry]]:
    """Put what falls within some days under its day."""
    days: dict[date, list[Entry]] = {}
    for entry in found:
        if span.covers(entry.day):
            days.setdefault(entry.day, []).append(entry)
    return days


def _order(entry: Entry) -> tuple[date, bool, time, str]:
    """Put what has no hour before what has one."""
    return entry.day, entry.at is not None, entry.at or time.min, entry.title


def _sends(desk: DeskVisit, span: Span) -> Iterator[Entry]:
    zone_name = desk.visit.services.settings.staff_zone
    begins, ends = span.moments(zone_name)
    found = desk.visit.session.scalars(
        select(Campaign)
        .where(
            Campaign.send_at >= begins,
            Campaign.send_at < ends,
            or_(Campaign.state != CampaignState.CANCELLED, Campaign.started_at.is_not(None)),
        )
        .order_by(Campaign.send_at)
        .limit(MOST)
    ).all()
    named = headings(desk, found)
    for each in found:
        there = each.send_at.astimezone(zone(zone_name))
        said = "" if each.state is CampaignState.SCHEDULED else desk.t(each.state)
        yield Entry(
            day=there.date(),
            at=there.time(),
            what="send",
            kind=desk.t("campaign"),
            title=named[each.id],
            name=each.title,
            url=places.campaign(each.id),
            state=said,
        )


def _events(desk: DeskVisit, span: Span) -> Iterator[Entry]:
    """Read by the day at the place of the event, which is at most two off the day of staff."""
    rows = desk.visit.session.execute(
        select(Event, Occurrence)
        .join(Occurrence, Occurrence.event_id == Event.id)
        .where(
            Occurrence.day >= span.first - ACROSS_THE_EARTH,
            Occurrence.day <= span.last + ACROSS_THE_EARTH,
            Event.listed,
        )
        .order_by(Occurrence.day)
        .limit(MOST)
    )
    found = (_event(desk, Listed(event, occurrence)) for event, occurrence in rows)
    return (entry for entry in found if entry is not None and span.covers(entry.day))


def _event(desk: DeskVisit, row: Listed) -> Entry | None:
    visit = desk.visit
    text = translation(row, visit.site, visit.language)
    if text is None:
        return None
    there = row.starts_at
    if there is not None:
        there = there.astimezone(zone(visit.services.settings.staff_zone))
    return Entry(
        day=there.date() if there else row.date,
        at=there.time() if there else None,
        what=str(row.kind),
        kind=said_kind(row, desk.t),
        title=text.title,
        url=visit.path("events", row.slug),
        is_off=not row.takes_place,
    )
