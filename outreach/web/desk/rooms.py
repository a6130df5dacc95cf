"""The rooms of the desk, in the order of its navigation."""

from dataclasses import dataclass
from enum import StrEnum

from outreach.errors import Sentence
from outreach.staff.models import Role


class Group(StrEnum):
    """What a room is for: the navigation keeps the groups apart."""

    WORK = "work"
    """What one comes to the desk for."""
    HOUSE = "house"
    """Who works here, and what they work with."""


@dataclass(frozen=True)
class Room:
    """One entry of a navigation."""

    key: str
    """What its pages give as their `section` (or an edition's as their `room`)."""
    label: Sentence
    endpoint: str
    role: Role
    """Whoever has less does not see it."""
    group: Group = Group.WORK
    short: Sentence | None = None
    """What the bar of a phone calls it, where the label is too long for that."""


ROOMS = (
    Room("home", Sentence("Overview"), "desk_home.home", Role.VIEWER),
    Room("editions", Sentence("Editions"), "desk_editions.show", Role.VIEWER),
    Room("campaigns", Sentence("Campaigns"), "desk_campaigns.index", Role.VIEWER),
    Room("segments", Sentence("Segments"), "desk_segments.show", Role.VIEWER),
    Room("partners", Sentence("Partners"), "desk_partners.show", Role.VIEWER),
    Room("staff", Sentence("People"), "desk_people.show", Role.ADMIN, Group.HOUSE),
    Room("log", Sentence("Log"), "desk_log.show", Role.ADMIN, Group.HOUSE),
    Room("system", Sentence("System"), "desk_system.show", Role.VIEWER, Group.HOUSE),
    Room("account", Sentence("My account"), "desk_account.show", Role.VIEWER, Group.HOUSE),
)
"""Of the desk. On a phone the first four that somebody sees stand in the bar, work first."""
EDITION_ROOMS: tuple[Room, ...] = (
    Room("overview", Sentence("Edition"), "desk_overview.show", Role.VIEWER),
    Room("checks", Sentence("Checks"), "desk_checks.show", Role.VIEWER),
    Room("test", Sentence("Test"), "desk_trying.show", Role.EDITOR),
    Room("schedule", Sentence("Schedule"), "desk_schedule.form", Role.VIEWER),
)
"""Of one edition: each takes `newsletter` and `slug`."""

IN_THE_BAR = 4


@dataclass(frozen=True)
class Ways:
    """What somebody sees of the rooms."""

    work: tuple[Room, ...]
    house: tuple[Room, ...]

    @property
    def bar(self) -> tuple[Room, ...]:
        """Give what stands in the bar of a phone."""
        return (self.work + self.house)[:IN_THE_BAR]

    @property
    def more(self) -> tuple[Room, ...]:
        """Give what the bar keeps behind "More"."""
        return (self.work + self.house)[IN_THE_BAR:]


def ways(role: Role) -> Ways:
    """Give the rooms that a role may enter."""
    open_to = [room for room in ROOMS if role.allows(room.role)]
    return Ways(
        tuple(room for room in open_to if room.group is Group.WORK),
        tuple(room for room in open_to if room.group is Group.HOUSE),
    )
