"""The sender: claims what is queued, writes each message, hands it over, records how it went.

What the worker calls, each in a thread of its own (`services` is anything with `database`,
`settings`, `links` and `clock`):

* `send_bulk(services, stop, until_idle=False)`: sends the bulk stream until `stop` is set, or
  until nothing is due. Pausing and closing of batches take hold by themselves.
* `send_transactional(services, stop, until_idle=False)`: the same for the transactional stream,
  over a connection of its own.

`take_back_claims(database)` of `outreach.delivery.workers` is called by both when they begin and
every few seconds: the worker need not call it. When `stop` is set, both finish what is on the
wire, give the rest back and return within ten seconds.
"""

from threading import Event
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


def send_bulk(services: Collaborators, stop: Event, *, until_idle: bool = False) -> None:
    """Send the bulk stream until `stop` is set (or nothing is due, with `until_idle`)."""
    raise NotImplementedError


def send_transactional(services: Collaborators, stop: Event, *, until_idle: bool = False) -> None:
    """Send the transactional stream until `stop` is set (or nothing is due)."""
    raise NotImplementedError
