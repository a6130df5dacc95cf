"""A whole installation in a folder: content files, a database, a real SMTP server, a browser."""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path
from threading import Event

from flask.testing import FlaskClient

from outreach import sync
from outreach.bootstrap import Services
from outreach.clock.run import turn_once
from outreach.demo.catcher import Catcher
from outreach.newsletters.publish import ScheduleRequest, schedule_edition
from outreach.worker import run as worker
from outreach.worker.steps import steps_for

LINK = re.compile(r"http://127\.0\.0\.1:8000(/\S+)")


class Watch:
    """A clock that tests turn by hand."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        """Give the present moment."""
        return self.now


@dataclass
class Installation:
    """Everything that a test does by hand, as staff, worker, clock or subscriber would."""

    home: Path
    services: Services
    catcher: Catcher
    watch: Watch
    client: FlaskClient
    seen: set[str] = field(default_factory=set)

    def sync(self) -> sync.SyncReport:
        """Read the content files."""
        return sync.synchronise(self.services, self.watch.now)

    def work(self) -> None:
        """Let the clock turn once and the worker drain everything."""
        turn_once(self.services)
        assert worker.run(self.services, steps_for(self.services), Event(), until_idle=True)
        turn_once(self.services)

    def wait(self, **time: float) -> None:
        """Let time pass."""
        self.watch.now += timedelta(**time)

    def schedule_now(self, edition: str) -> int:
        """Schedule an edition as staff do, to be sent at once; give the campaign's id."""
        return self.schedule(edition, hours=0)

    def schedule(self, edition: str, *, hours: float) -> int:
        """Schedule an edition some hours ahead; give the campaign's id."""
        now, services = self.watch.now, self.services
        request = ScheduleRequest(edition, "news", now + timedelta(hours=hours), "Europe/Paris")
        with services.database.transaction() as session:
            return schedule_edition(session, services.stationery, services.links, request, now).id

    @property
    def maildir(self) -> Path:
        """Give the incoming mailbox, where this installation has one."""
        return self.home / "incoming"

    def new_mail(self) -> dict[str, EmailMessage]:
        """Give the mail that arrived since the last look, by recipient (one each)."""
        fresh: dict[str, EmailMessage] = {}
        for path in sorted(self.catcher.folder.glob("*.eml")):
            if path.name in self.seen:
                continue
            self.seen.add(path.name)
            message = BytesParser(policy=policy.default).parsebytes(path.read_bytes())
            recipient = str(message["Delivered-To"])
            assert recipient not in fresh, f"two mails to {recipient}"
            fresh[recipient] = message
        return fresh

    def subscribe(self, address: str, language: str, **more: str) -> None:
        """Fill in the form, as a visitor would."""
        form = {"address": address, "language": language, "topics": "news", "consent": "yes"}
        answer = self.client.post(f"/{language}/subscribe", data={**form, **more})
        assert answer.status_code == 303, answer.text

    def confirmed(self, address: str, language: str, **more: str) -> EmailMessage:
        """Sign up, open the mail, press the button; give the welcome letter."""
        self.subscribe(address, language, **more)
        self.work()
        asked = self.new_mail()[address]
        assert self.client.post(link_in(asked, "/confirm/")).status_code == 200
        self.work()
        return self.new_mail()[address]


def text_of(message: EmailMessage) -> str:
    """Give the text part."""
    part = message.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def html_of(message: EmailMessage) -> str:
    """Give the HTML part."""
    part = message.get_body(("html",))
    assert part is not None
    return str(part.get_content())


def link_in(message: EmailMessage, piece: str) -> str:
    """Give the path of the link in the text part that contains `piece`."""
    return next(str(path) for path in LINK.findall(text_of(message)) if piece in path)
