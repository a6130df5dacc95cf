"""`outreach campaign announce`: an event to the subscribers of a topic."""

import sys
from datetime import datetime
from pathlib import Path
from typing import TypedDict, Unpack

import click
from sqlalchemy.orm import Session

from outreach.articles.cards import RowCards
from outreach.bootstrap import Services
from outreach.campaigns.plan import Prospect
from outreach.campaigns.preview import write_messages
from outreach.cli.planning import Wish, asks_when, moment_of, show_plan, when
from outreach.cli.start import Start, pass_start
from outreach.content.site import load_site
from outreach.events import announce as announcing
from outreach.events.announce import Announcement, Request
from outreach.events.announcing import Paper
from outreach.times import Choice


class Options(TypedDict):
    """What was typed after `campaign announce`."""

    topic: str | None
    at: datetime | None
    zone: str | None
    choose: Choice | None
    at_once: bool
    on: datetime | None
    again: bool
    out: Path | None
    yes: bool


@click.command("announce")
@click.argument("slug")
@click.option(
    "--on",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="Of a series: which date. Default: the next one.",
)
@asks_when
@click.option("--again", is_flag=True, help="Also to those who were invited before.")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Send nothing; write what would be sent into this folder.",
)
@click.option("--yes", is_flag=True, help="Do not ask.")
@pass_start
def announce(start: Start, /, *, slug: str, **options: Unpack[Options]) -> None:
    """Invite the subscribers of a topic to the event SLUG, each in their language.

    The mail has a calendar file, and the way to register filled in. Who has registered already is
    left out; nobody is invited twice, unless with --again. What is frozen no longer changes.

    \b
    Examples:
      outreach campaign announce open-hour --out /tmp/preview
      outreach campaign announce open-hour --at "2026-12-01 09:00" --zone Europe/Paris
      outreach campaign announce open-hour --on 2027-01-13 --topic news --now --yes
    """
    services = start.services()
    on = options["on"].date() if options["on"] else None
    request = Request(slug, on, options["topic"] or "", again=options["again"])
    if options["out"] is not None:
        _preview(services, request, options["out"])
        return
    wish = _wish(options)
    send_at, zone = when(services, wish)
    with services.database.reading() as session:
        prospect = _prospect(session, services, request)
        show_plan(session, prospect, moment_of(wish, send_at, zone), services.clock())
    if not options["yes"] and sys.stdin.isatty():
        click.confirm("Send it then?", abort=True)
    now = services.clock()
    with services.database.transaction() as session:
        paper, chosen = _paper(session, services, request, now)
        moment = now if wish.at_once else send_at
        made = announcing.announce(
            paper,
            services.stationery,
            chosen,
            send_at=moment,
            zone=zone,
            canary=services.canary,
        )
    click.echo(
        f"Campaign {made.id} is scheduled. Watch it: outreach campaign show {made.id} --follow"
    )


def _wish(options: Options) -> Wish:
    return Wish(
        topic=options["topic"],
        at=options["at"],
        zone=options["zone"],
        choose=options["choose"],
        at_once=options["at_once"],
    )


def _preview(services: Services, request: Request, out: Path) -> None:
    now = services.clock()
    with services.database.reading() as session:
        paper, _ = _paper(session, services, request, now)
        messages = announcing.messages(paper, services.stationery).values()
        domain = paper.site.mail_domain
        written = write_messages(messages, services.links, domain=domain, out=out, now=now)
    for path in written:
        click.echo(path)


def _prospect(session: Session, services: Services, request: Request) -> Prospect:
    chosen = announcing.chosen(session, request, services.clock())
    site = load_site(session, services.links)
    return Prospect(
        title=chosen.title,
        topic=chosen.topic,
        segment=announcing.segment(session, chosen),
        languages=announcing.languages(site, chosen.listed),
        earlier=announcing.announcements(session, chosen.listed),
    )


def _paper(
    session: Session, services: Services, request: Request, now: datetime
) -> tuple[Paper, Announcement]:
    chosen = announcing.chosen(session, request, now)
    site = load_site(session, services.links)
    cards = RowCards(session, site, services.links, site.default_language, mailed=True)
    return announcing.paper_for(session, services.links, cards.speaking, chosen, now), chosen
