"""An event for calendars: the file to download, and links into calendars of the web."""

from flask import Blueprint, Response, make_response

from outreach.errors import NotFound
from outreach.events.calendar import write_calendar
from outreach.events.calendar_links import CalendarLink, calendar_links
from outreach.events.entries import entry_of
from outreach.events.entry import Entry
from outreach.events.models import Event, EventTranslation, Occurrence
from outreach.events.queries import Listed, event, is_past, translation
from outreach.web.announced import announced
from outreach.web.feeds import make_public
from outreach.web.ready import keep
from outreach.web.visit import Visit, reading

blueprint = Blueprint("calendars", __name__)


@blueprint.get("/<language:language>/events/<slug:slug>.ics")
@announced()
def download(language: str, slug: str) -> Response:
    """Give an event, a series whole, as a calendar; a cancelled one says so."""
    with reading(language) as visit:
        found = event(visit.session, slug)
        entry = entry_in(visit, found, text_of(visit, found))
        body = write_calendar([entry], now=visit.now)
    answer = make_public(make_response(body), "text/calendar; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{slug}.ics"'
    return keep(answer)


def ways_into_calendars(visit: Visit, found: Listed, entry: Entry) -> tuple[CalendarLink, ...]:
    """Give the links of what is still to come and takes place; the file to download comes last."""
    if is_past(found, visit.now) or not found.takes_place:
        return ()
    file = CalendarLink(".ics", visit.path("events", f"{found.slug}.ics"))
    return (*calendar_links(entry), file)


def text_of(visit: Visit, row: Event | Listed) -> EventTranslation:
    """Give the text of an event in the visitor's language or the best other; NotFound without."""
    text = translation(row, visit.site, visit.language)
    if text is None:
        raise NotFound("This event is not here any more.")
    return text


def entry_in(
    visit: Visit, row: Event, text: EventTranslation, occurrence: Occurrence | None = None
) -> Entry:
    """Give what calendars and search engines read of an event, or of one occurrence."""
    return entry_of(
        row,
        text,
        visit.services.links,
        organiser=visit.site.sender(text.language),
        occurrence=occurrence,
    )
