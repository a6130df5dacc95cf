"""A visit to one edition: its rooms share the address, the heading and the way between them."""

from flask import Response

from outreach.newsletters.models import Edition
from outreach.newsletters.queries import edition as find_edition
from outreach.web.desk.access import DeskVisit
from outreach.web.desk.rooms import EDITION_ROOMS

ADDRESS = "/editions/<slug:newsletter>/<slug:slug>"
"""Beneath `/desk`."""


def opened(desk: DeskVisit, newsletter: str, slug: str) -> Edition:
    """Give the edition of an address; NotFound if there is none."""
    return find_edition(desk.visit.session, f"{newsletter}/{slug}")


def show_room(
    desk: DeskVisit,
    edition: Edition,
    template: str,
    *,
    room: str,
    status: int = 200,
    **values: object,
) -> Response:
    """Answer with a room of an edition, made from `desk/edition_frame.html`."""
    return desk.show(
        template,
        status=status,
        section="editions",
        edition=edition,
        title=desk.visit.text({text.language: text.title for text in edition.translations}),
        room=room,
        edition_rooms=EDITION_ROOMS,
        publication=desk.visit.text(edition.newsletter.names),
        **values,
    )
