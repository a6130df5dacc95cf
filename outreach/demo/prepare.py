"""Filling the demo's database: schema, sample content, sample subscribers."""

import secrets
from dataclasses import dataclass
from pathlib import Path

from outreach import sync
from outreach.audience.imports import ImportReport, ImportRequest, import_csv
from outreach.bootstrap import Services
from outreach.campaigns.models import Campaign
from outreach.content.site import load_site
from outreach.db import migrations
from outreach.errors import NotFound, Refused
from outreach.newsletters import queries
from outreach.newsletters.publish import ScheduleRequest, schedule_edition
from outreach.staff import people
from outreach.staff.audit import Actor
from outreach.staff.invitations import choose_password
from outreach.staff.models import Role

TOPIC = "news"
ADMIN = "desk@outreach.example"
STATEMENT = "Invented subscribers of the demo; nobody was asked, because nobody exists."


def prepare(services: Services) -> ImportReport:
    """Bring the database up to date, read the content, import the sample list; safe to repeat."""
    migrations.upgrade(services.database)
    report = sync.synchronise(services, services.clock())
    if report.faults:
        raise Refused(
            "The sample content has faults:\n%(faults)s",
            faults="\n".join(str(fault) for fault in report.faults),
        )
    return import_csv(
        services.database,
        ImportRequest(sample_list(services.settings.home), TOPIC, STATEMENT),
        key=services.settings.suppression_key,
        now=services.clock(),
    )


@dataclass(frozen=True)
class SignIn:
    """With what a visitor comes into the desk."""

    address: str
    password: str


def open_desk(services: Services) -> SignIn:
    """Give the demo an admin, whose password is a new one each time that it starts."""
    wanted = SignIn(ADMIN, secrets.token_urlsafe(12))
    now = services.clock()
    with services.database.transaction() as session:
        try:
            staff = people.find(session, ADMIN)
        except NotFound:
            language = load_site(session, services.links).default_language
            new = people.NewStaff(ADMIN, "", language, Role.ADMIN)
            staff = people.add(session, new, Actor(None, now))
        choose_password(session, staff, wanted.password, now)
    return wanted


def sample_list(home: Path) -> Path:
    """Give the file of invented subscribers."""
    return home / "subscribers" / "import" / "example.csv"


def sample_editions(services: Services) -> list[tuple[str, str]]:
    """Give name and English (or first) title of each edition."""
    with services.database.reading() as session:
        return [
            (edition.name, edition.translations[0].title)
            for edition in queries.editions(session)
            if edition.translations
        ]


def send_now(services: Services, edition: str) -> Campaign:
    """Schedule an edition to everybody who has the topic, to be sent at once."""
    now = services.clock()
    with services.database.transaction() as session:
        return schedule_edition(
            session,
            services.stationery,
            services.links,
            ScheduleRequest(
                edition,
                TOPIC,
                now,
                services.settings.staff_zone,
                by="demo",
                canary=services.canary,
            ),
            now,
        )
