"""Before a campaign is frozen: the time that staff mean, and who would get what."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

import click
from sqlalchemy.orm import Session

from outreach.audience.models import Topic
from outreach.audience.topics import topic as find_topic
from outreach.bootstrap import Services
from outreach.campaigns.languages import Languages
from outreach.campaigns.plan import Plan, language_plan
from outreach.campaigns.schedule import send_time
from outreach.cli import tell
from outreach.cli.words import LANGUAGE_REASONS, LEFT_OUT
from outreach.content.site import load_site
from outreach.newsletters.models import Edition
from outreach.newsletters.queries import edition as find_edition
from outreach.phrases.catalog import language_name
from outreach.times import Choice


class Asked(TypedDict):
    """The options of `campaign schedule` that say to whom and when."""

    topic: str | None
    at: datetime | None
    zone: str | None
    choose: Choice | None


@dataclass(frozen=True)
class Wish:
    """What was typed after `campaign schedule`."""

    edition: str
    topic: str | None
    at: datetime | None
    zone: str | None
    choose: Choice | None
    at_once: bool


def when(services: Services, wish: Wish) -> tuple[datetime, str]:
    """Give the moment and the zone; a missing or doubled wish is wrong use."""
    if wish.at_once == (wish.at is not None):
        raise click.UsageError("Say when: either --at or --now.")
    zone = wish.zone or services.settings.staff_zone
    now = services.clock()
    if wish.at is None:
        return now, zone
    return send_time(wish.at, zone, choice=wish.choose, now=now), zone


def show_plan(services: Services, wish: Wish, send_at: datetime, zone: str) -> str:
    """Print who would get which language and why, and who is left out; give the topic's slug."""
    with services.database.reading() as session:
        edition = find_edition(session, wish.edition)
        topic = find_topic(session, wish.topic or edition.newsletter.topic)
        plan = _plan(session, services, edition, topic)
    moment = "now" if wish.at_once else tell.moment(send_at, zone)
    click.echo(f"{edition.name} to the subscribers of “{topic.slug}”, {moment}\n")
    tell.table(
        ["Language", "Because it is", "Recipients"],
        [
            (language_name(language), LANGUAGE_REASONS[reason], count)
            for (language, reason), count in plan.recipients.items()
        ],
    )
    click.echo(f"\nRecipients in all: {plan.total}")
    if plan.left_out:
        click.echo("")
        tell.table(
            ["Left out because", "People"],
            [(LEFT_OUT[reason], count) for reason, count in plan.left_out.items()],
        )
    return topic.slug


def _plan(session: Session, services: Services, edition: Edition, topic: Topic) -> Plan:
    site = load_site(session, services.links)
    languages = Languages(
        frozenset(translation.language for translation in edition.translations),
        site.default_language,
        site.chains,
    )
    return language_plan(session, topic, edition.occasion, languages, services.clock())
