"""The rooms of the desk, in the order of its navigation."""

from dataclasses import dataclass

from outreach.errors import Sentence
from outreach.staff.models import Role


@dataclass(frozen=True)
class Room:
    """One entry of a navigation."""

    key: str
    """What its pages give as their `section` (or an edition's as their `room`)."""
    label: Sentence
    endpoint: str
    role: Role
    """Whoever has less does not see it."""


ROOMS = (
    Room("home", Sentence("Overview"), "desk_home.home", Role.VIEWER),
    Room("campaigns", Sentence("Campaigns"), "desk_campaigns.index", Role.VIEWER),
    Room("staff", Sentence("People"), "desk_people.show", Role.ADMIN),
    Room("log", Sentence("Log"), "desk_people.log", Role.ADMIN),
    Room("account", Sentence("My account"), "desk_account.show", Role.VIEWER),
)
"""Of the desk."""
EDITION_ROOMS: tuple[Room, ...] = ()
"""Of one edition: each takes `newsletter` and `slug`."""
