"""`outreach events follow-up`: what registrants are sent afterwards."""

import sys
from collections.abc import Mapping, Sequence
from datetime import datetime

import click

from outreach.articles.cards import RowCards
from outreach.bootstrap import Services
from outreach.cli import tell
from outreach.cli.start import Start, pass_start
from outreach.content.site import load_site
from outreach.errors import Refused
from outreach.events.followup import Planned, planned, release_follow_up
from outreach.events.followup_invited import planned_for_invited, tell_invited
from outreach.events.models import Occurrence
from outreach.events.queries import event
from outreach.events.registrants import dates_of
from outreach.phrases.catalog import language_name

FORMS = {"took_part": "took part", "missed": "could not come", "all": "were registered"}
INVITED = "were invited and did not register"


@click.command("follow-up")
@click.argument("slug")
@click.option(
    "--on", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="Of a series: which date."
)
@click.option("--dry-run", is_flag=True, help="Send nothing; show who would get what.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@pass_start
def follow_up(start: Start, /, *, slug: str, on: datetime | None, dry_run: bool, yes: bool) -> None:
    """Send recording and slides of the event SLUG to those who had registered or been invited.

    Who took part, who could not come, and who was invited (by campaign announce) and did not
    register get other words; each once.

    \b
    Examples:
      outreach events follow-up open-hour --on 2026-12-09 --dry-run
      outreach events follow-up open-hour --on 2026-12-09
    """
    services = start.services()
    with services.database.reading() as session:
        row = _date(dates_of(session, event(session, slug), on.date() if on else None))
        plan = planned(session, load_site(session, services.links), row)
        invited = planned_for_invited(session, services.links, row, services.clock())
        number = row.id
    _show(plan, invited)
    if dry_run:
        click.echo("Nothing was sent; this is who would get it.")
        return
    if not yes and sys.stdin.isatty():
        click.confirm("Send it?", abort=True)
    campaigns = _release(services, number)
    click.echo(f"Registrants who are told: {_total(plan)}")
    for each in campaigns:
        click.echo(
            f"Campaign {each} tells those who were invited: outreach campaign show {each} --follow"
        )


def _release(services: Services, number: int) -> list[int]:
    """Release the follow-up of one date; give the campaigns to those who were invited."""
    now, links = services.clock(), services.links
    with services.database.transaction() as session:
        row = session.get_one(Occurrence, number)
        release_follow_up(session, row, now)
        site = load_site(session, links)
        cards = RowCards(session, site, links, site.default_language, mailed=True)
        made = tell_invited(session, services.stationery, links, cards.speaking, row, now)
        return [campaign.id for campaign in made]


def _date(rows: Sequence[Occurrence]) -> Occurrence:
    if len(rows) > 1:
        raise Refused("This event has several dates. Say which one, with --on.")
    return rows[0]


def _show(plan: Planned, invited: Mapping[str, int]) -> None:
    rows = [
        (words, language_name(language), count)
        for form, words in FORMS.items()
        for language, count in sorted(getattr(plan, form).items())
    ]
    rows += [(INVITED, language_name(language), invited[language]) for language in sorted(invited)]
    tell.table(["Those who", "Language", "People"], rows)


def _total(plan: Planned) -> int:
    return sum(sum(getattr(plan, form).values()) for form in FORMS)
