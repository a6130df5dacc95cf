"""What sending needs of the rest of the product."""

from typing import Protocol

from outreach.db.database import Database
from outreach.links import Links
from outreach.settings import Settings
from outreach.times import Clock


class Collaborators(Protocol):
    """What sending needs; `outreach.bootstrap.Services` has it."""

    @property
    def database(self) -> Database: ...
    @property
    def settings(self) -> Settings: ...
    @property
    def links(self) -> Links: ...
    @property
    def clock(self) -> Clock: ...
