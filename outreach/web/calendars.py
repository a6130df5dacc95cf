"""An event for calendars: the file to download, and links into calendars of the web."""

from flask import Blueprint, Response

from outreach.errors import NotFound
from outreach.events.calendar import write_calendar
from outreach.events.calendar_links import CalendarLink, calendar_links
from outreach.events.entries import entry_of
from outreach.events.entry import Entry
from outreach.events.queries import Listed, event, is_past, shown, translation
from outreach.web.feeds import public_answer
from outreach.web.visit import Visit, reading

blueprint = Blueprint("calendars", __name__)


@blueprint.get("/<language:language>/events/<slug:slug>.ics")
def download(language: str, slug: str) -> Response:
    """Give an event, a series whole, as a calendar; a cancelled one says so."""
    with reading(language) as visit:
        found = event(visit.session, slug)
        text = translation(shown(visit.session, found, visit.now), visit.site, language)
        if text is None:
            raise NotFound("This event is not here any more.")
        entry = entry_of(
            found, text, visit.services.links, organiser=visit.site.sender(text.language)
        )
        body = write_calendar([entry], now=visit.now)
    answer = public_answer(body, "text/calendar; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{slug}.ics"'
    return answer


def ways_into_calendars(visit: Visit, found: Listed) -> tuple[CalendarLink, ...]:
    """Give the links of what is still to come and takes place; the file to download comes last."""
    entry = entry_on_page(visit, found)
    if entry is None or is_past(found, visit.now) or not found.takes_place:
        return ()
    file = CalendarLink(".ics", visit.path("events", f"{found.slug}.ics"))
    return (*calendar_links(entry), file)


def entry_on_page(visit: Visit, found: Listed) -> Entry | None:
    """Give what the page shows of an event, as calendars and search engines read it."""
    text = translation(found, visit.site, visit.language)
    if text is None:
        return None
    return entry_of(
        found.event,
        text,
        visit.services.links,
        organiser=visit.site.sender(text.language),
        occurrence=found.occurrence,
    )
