"""The picture that a shared link to an event shows."""

from outreach.events.poster import HEIGHT, WIDTH, Poster, can_draw
from outreach.events.queries import Listed, said_kind
from outreach.mail.blocks import PictureFile
from outreach.web.calendars import text_of
from outreach.web.event_page import when_in_words
from outreach.web.visit import Visit


def shared_picture(visit: Visit, found: Listed) -> PictureFile | None:
    """Give the picture of a shared link, if our fonts have all its letters."""
    if not can_draw(poster_of(visit, found)):
        return None
    url = visit.services.links.page(visit.language, "events", found.slug, "poster.png")
    return PictureFile(url, WIDTH, HEIGHT)


def poster_of(visit: Visit, found: Listed) -> Poster:
    """Give what the picture says, in the visitor's language."""
    t = visit.t
    return Poster(
        title=text_of(visit, found).title,
        kicker=said_kind(found, t),
        when=when_in_words(visit, found),
        leaf=(t.day(found.date, "d"), t.day(found.date, "LLLL"), str(found.date.year)),
        organisation=visit.site.name(visit.language),
    )
