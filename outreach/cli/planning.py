"""Before a campaign is frozen: the time that staff mean, and who would get what."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

import click
from sqlalchemy.orm import Session

from outreach.audience.models import Topic
from outreach.audience.topics import topic as find_topic
from outreach.bootstrap import Services
from outreach.campaigns import queries
from outreach.campaigns.languages import Languages
from outreach.campaigns.plan import Plan, Segment, language_plan
from outreach.campaigns.schedule import send_time
from outreach.cli import tell
from outreach.cli.words import LANGUAGE_REASONS, LEFT_OUT
from outreach.content.site import load_site
from outreach.errors import Refused
from outreach.newsletters.models import Edition
from outreach.newsletters.queries import edition_to_send
from outreach.phrases.catalog import language_name
from outreach.times import Choice, instant


class WallTime(click.ParamType[datetime]):
    """A date and time of day, in the zone that is said beside it."""

    name = "when"
    FORMATS = ("%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M")

    def convert(
        self, value: str | datetime, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """Read what was typed."""
        if isinstance(value, datetime):
            return value
        for known in self.FORMATS:
            try:
                return datetime.strptime(value.strip(), known)  # noqa: DTZ007  (a wall time)
            except ValueError:
                continue
        raise click.BadParameter(
            f"“{value}” is not a date with a time of day. Write year, month, day, hour and "
            'minute, like "2026-12-01 09:00".',
            ctx,
            param,
        )


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
    if wish.at_once and wish.choose:
        raise click.UsageError("--choose goes with --at: it says which of two equal times.")
    zone = wish.zone or services.settings.staff_zone
    now = services.clock()
    if wish.at is None:
        return now, zone
    try:
        return send_time(wish.at, zone, choice=wish.choose, now=now), zone
    except Refused as error:
        if wish.choose is None and _comes_twice(wish.at, zone):
            raise Refused(f"{error} Write --choose earlier or --choose later.") from error
        raise


def _comes_twice(wall: datetime, zone: str) -> bool:
    try:
        return instant(wall, zone, choice="earlier") != instant(wall, zone, choice="later")
    except Refused:
        return False


def show_plan(services: Services, wish: Wish, send_at: datetime, zone: str) -> str:
    """Print who would get which language and why, and who is left out; give the topic's slug."""
    with services.database.reading() as session:
        edition = edition_to_send(session, wish.edition)
        topic = find_topic(session, wish.topic or edition.newsletter.topic)
        plan = _plan(session, services, edition, topic)
        others = queries.of_occasion(session, edition.occasion_id)
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
    if others:
        known = ", ".join(f"{other.id} ({other.state})" for other in others)
        click.echo(
            f"This edition has campaigns already: {known}. Nobody gets it twice: whoever one of "
            "them reaches first is left out of the others."
        )
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
    segment = Segment(topic.id, edition.occasion_id)
    return language_plan(session, segment, languages, services.clock())
