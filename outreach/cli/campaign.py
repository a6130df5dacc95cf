"""`outreach campaign`: schedule an edition, watch it, hold it, end it."""

import sys
from collections.abc import Callable, Sequence
from typing import Unpack

import click
from sqlalchemy.orm import Session

from outreach.bootstrap import Services
from outreach.campaigns import control, queries
from outreach.campaigns.control import Seen
from outreach.campaigns.models import Missing
from outreach.campaigns.plan import still_to_plan
from outreach.cli import tell
from outreach.cli.announce import announce
from outreach.cli.follow import follow
from outreach.cli.planning import (
    Asked,
    MissingLanguage,
    Wish,
    asks_when,
    moment_of,
    show_plan,
    when,
)
from outreach.cli.reporting import report_campaign
from outreach.cli.showing import listed, show, told
from outreach.cli.start import Start, pass_start
from outreach.delivery import batches
from outreach.newsletters.prospect import edition_prospect
from outreach.newsletters.publish import ScheduleRequest, schedule_edition
from outreach.newsletters.queries import edition_to_send
from outreach.staff.audit import Actor

Move = Callable[[Session, int, Seen, Actor], object]


@click.group()
def campaign() -> None:
    """Schedule an edition to the subscribers of a topic, watch it, hold it, end it."""


@campaign.command("schedule")
@click.argument("edition")
@asks_when
@click.option(
    "--local-time", is_flag=True, help="Everybody gets it at that time of day where they are."
)
@click.option("--segment", default="", help="Of these, only who is in this segment (its slug).")
@click.option(
    "--missing",
    type=MissingLanguage(),
    multiple=True,
    metavar="LANGUAGE=WHAT",
    help="Whose language the edition lacks: fr=hold leaves them out, fr=wait until it is there. "
    "Default: the next language of their chain.",
)
@click.option("--yes", is_flag=True, help="Do not ask.")
@pass_start
def schedule_campaign(
    start: Start,
    /,
    *,
    edition: str,
    segment: str,
    local_time: bool,
    missing: Sequence[tuple[str, Missing]],
    yes: bool,
    **asked: Unpack[Asked],
) -> None:
    """Schedule EDITION (such as wrm/2020-07): shows who gets which language, then freezes it.

    What is frozen no longer changes: later edits of the files do not reach this campaign. On a
    terminal it asks before it freezes.

    \b
    Examples:
      outreach campaign schedule wrm/2020-07 --at "2026-12-01 09:00" --zone Europe/Paris
      outreach campaign schedule wrm/2020-07 --topic news --now --yes
      outreach campaign schedule wrm/2020-07 --segment francophone-africa --now
      outreach campaign schedule wrm/2020-07 --at "2026-12-01 09:00" --local-time --missing es=wait
    """
    wish = Wish(**asked)
    if wish.at_once and local_time:
        raise click.UsageError("--local-time goes with --at.")
    services = start.services()
    send_at, zone = when(services, wish)
    with services.database.reading() as session:
        prospect = edition_prospect(
            session,
            services.links,
            edition=edition_to_send(session, edition),
            topic=wish.topic,
            missing=dict(missing),
            segment=segment,
        )
        show_plan(session, prospect, moment_of(wish, send_at, zone), services.clock())
        topic = prospect.topic.slug
    if not yes and sys.stdin.isatty():
        click.confirm("Schedule it?", abort=True)
    now = services.clock()
    request = ScheduleRequest(
        edition,
        topic,
        now if wish.at_once else send_at,
        zone,
        local_time=local_time,
        missing=dict(missing),
        canary=services.canary,
        segment=segment,
    )
    with services.database.transaction() as session:
        made = schedule_edition(session, services.stationery, services.links, request, now)
    click.echo(
        f"Campaign {made.id} is scheduled. Watch it: outreach campaign show {made.id} --follow"
    )


campaign.add_command(announce)
campaign.add_command(report_campaign)


@campaign.command("list")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@pass_start
def list_campaigns(start: Start, *, as_json: bool) -> None:
    """List all campaigns, the newest first, and how each is doing.

    \b
    Examples:
      outreach campaign list
      outreach campaign list --json
    """
    services = start.services()
    with services.database.reading() as session:
        listed(session, services, as_json=as_json)


@campaign.command("show")
@click.argument("number", type=int)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.option("--follow", "following", is_flag=True, help="Go on showing it until it has ended.")
@pass_start
def show_campaign(start: Start, *, number: int, as_json: bool, following: bool) -> None:
    """Show the campaign NUMBER: where its deliveries stand, languages and why, who was left out.

    \b
    Examples:
      outreach campaign show 7
      outreach campaign show 7 --follow
      outreach campaign show 7 --json
    """
    if as_json and following:
        raise click.UsageError("Choose --json or --follow.")
    services = start.services()
    if following:
        follow(services, number)
    with services.database.reading() as session:
        found = queries.campaign(session, number)
        if as_json:
            tell.as_json(told(session, found, services.clock(), reasons=True))
        else:
            show(session, services, found)


@campaign.command()
@click.argument("number", type=int)
@pass_start
def pause(start: Start, *, number: int) -> None:
    """Hold the campaign NUMBER: within two seconds nothing more of it leaves.

    \b
    Example:
      outreach campaign pause 7
    """
    _move(start.services(), number, control.pause)
    click.echo(f"Campaign {number} is paused. Go on with: outreach campaign resume {number}")


@campaign.command()
@click.argument("number", type=int)
@pass_start
def resume(start: Start, *, number: int) -> None:
    """Let the paused campaign NUMBER go on where it stood.

    \b
    Example:
      outreach campaign resume 7
    """
    _move(start.services(), number, control.resume)
    click.echo(f"Campaign {number} goes on.")


@campaign.command()
@click.argument("number", type=int)
@click.option("--yes", is_flag=True, help="Do not ask.")
@pass_start
def cancel(start: Start, *, number: int, yes: bool) -> None:
    """End the campaign NUMBER for good: whoever has not got it will not.

    The edition can be scheduled again; it then reaches those who have not had it.

    \b
    Example:
      outreach campaign cancel 7
    """
    services = start.services()
    if not yes and sys.stdin.isatty():
        click.confirm(f"Cancel campaign {number} for good?", abort=True)
    _move(services, number, control.cancel)
    _cancel_rest(services, number)
    with services.database.reading() as session:
        report = queries.report(session, queries.campaign(session, number))
    click.echo(f"Campaign {number} is cancelled. Sent before: {report.sent}.")
    if report.cancelled:
        click.echo(f"Not sent any more: {report.cancelled}.")
    if report.waiting:
        click.echo(f"On the wire at this moment, and so sent all the same: {report.waiting}.")


@campaign.command("resend-uncertain")
@click.argument("number", type=int)
@click.option("--yes", is_flag=True, help="Do not ask.")
@pass_start
def resend_uncertain(start: Start, *, number: int, yes: bool) -> None:
    """Send again what was cut off on the wire and may or may not have arrived.

    After a crash nobody can know whether these messages arrived: some people may get it twice.

    \b
    Example:
      outreach campaign resend-uncertain 7
    """
    services = start.services()
    if not yes and sys.stdin.isatty():
        click.confirm("Some people may get it twice. Send again?", abort=True)
    with services.database.transaction() as session:
        found, actor = queries.campaign(session, number), Actor(None, services.clock())
        uncertain = queries.report(session, found).uncertain
        seen = Seen(found.seen_as, uncertain)
        count = control.resend_uncertain(session, number, seen, actor)
    click.echo(f"Queued again: {count}")


def _cancel_rest(services: Services, number: int) -> None:
    """Cancel what is still queued, a page a transaction, so that no worker has to run for it."""
    with services.database.reading() as session:
        batch_id = queries.campaign(session, number).batch_id
    cancelled = 1
    while cancelled:
        with services.database.transaction() as session:
            cancelled = batches.cancel_page(session, batch_id, services.clock())
        services.database.breathe()


def _move(services: Services, number: int, move: Move) -> None:
    with services.database.reading() as session:
        found = queries.campaign(session, number)
        ends = move is control.cancel
        following = still_to_plan(session, found, services.clock()) if ends else 0
    with services.database.transaction() as session:
        seen = Seen(queries.campaign(session, number).seen_as, to_follow=following)
        move(session, number, seen, Actor(None, services.clock()))
