"""Before a campaign is frozen: the time that staff mean, and who would get what."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict, TypeVar

import click
from sqlalchemy.orm import Session

from outreach.bootstrap import Services
from outreach.campaigns.models import Missing
from outreach.campaigns.plan import Prospect, language_plan
from outreach.campaigns.schedule import send_time
from outreach.cli import tell
from outreach.cli.words import LANGUAGE_REASONS, LEFT_OUT
from outreach.errors import Refused
from outreach.phrases.catalog import language_name
from outreach.times import Choice, instant

Command = TypeVar("Command", bound=Callable[..., object])


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


class MissingLanguage(click.ParamType[tuple[str, Missing]]):
    """What becomes of those whose language is missing, like `fr=wait`."""

    name = "missing"
    CHOICES = {"hold": Missing.HOLD, "wait": Missing.WAIT}

    def convert(
        self,
        value: str | tuple[str, Missing],
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> tuple[str, Missing]:
        """Read what was typed."""
        if not isinstance(value, str):
            return value
        language, _, wish = value.partition("=")
        if not language or wish not in self.CHOICES:
            raise click.BadParameter(
                f"“{value}” is not understood. Write a language and hold or wait, like fr=wait.",
                ctx,
                param,
            )
        return language, self.CHOICES[wish]


class Asked(TypedDict):
    """The options that say to whom and when."""

    topic: str | None
    at: datetime | None
    zone: str | None
    choose: Choice | None
    at_once: bool


@dataclass(frozen=True)
class Wish:
    """What was typed after `campaign schedule` or `campaign announce`."""

    topic: str | None
    at: datetime | None
    zone: str | None
    choose: Choice | None
    at_once: bool


def asks_when(command: Command) -> Command:
    """Give a command the options of `Asked`."""
    options = (
        click.option("--topic", help="Whose subscribers get it. Default: its own topic."),
        click.option(
            "--at",
            type=WallTime(),
            metavar="WHEN",
            help='Date and time where you are, e.g. "2026-12-01 09:00".',
        ),
        click.option(
            "--zone", help="The time zone of --at, e.g. Europe/Paris. Default: STAFF_ZONE."
        ),
        click.option(
            "--choose",
            type=click.Choice(["earlier", "later"]),
            help="Which one, if the clocks go back and that time comes twice.",
        ),
        click.option("--now", "at_once", is_flag=True, help="Send at once instead."),
    )
    for option in reversed(options):
        command = option(command)
    return command


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


def show_plan(session: Session, prospect: Prospect, moment: str, now: datetime) -> None:
    """Print who would get which language and why, and who is left out."""
    plan = language_plan(session, prospect.segment, prospect.languages, now)
    whose = f"the subscribers of “{prospect.topic.slug}”"
    if prospect.named:
        whose += f" in “{prospect.named.get('en') or next(iter(prospect.named.values()))}”"
    click.echo(f"{prospect.title} to {whose}, {moment}\n")
    tell.table(
        ["Language", "Because it is", "Recipients"],
        [
            (language_name(language), LANGUAGE_REASONS[reason], count)
            for (language, reason), count in plan.recipients.items()
        ],
    )
    click.echo(f"\nRecipients in all: {plan.total}")
    if prospect.earlier:
        known = ", ".join(f"{other.id} ({other.state})" for other in prospect.earlier)
        click.echo(
            f"This has campaigns already: {known}. Nobody gets it twice: whoever one of "
            "them reaches first is left out of the others."
        )
    if plan.left_out:
        click.echo("")
        tell.table(
            ["Left out because", "People"],
            [(LEFT_OUT[reason], count) for reason, count in plan.left_out.items()],
        )


def moment_of(wish: Wish, send_at: datetime, zone: str) -> str:
    """Say when it would be sent."""
    return "now" if wish.at_once else tell.moment(send_at, zone)
