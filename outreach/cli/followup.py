"""`outreach events follow-up`: what registrants are sent afterwards."""

import sys
from collections.abc import Sequence
from datetime import datetime

import click

from outreach.cli import tell
from outreach.cli.start import Start, pass_start
from outreach.content.site import load_site
from outreach.errors import Refused
from outreach.events.followup import Planned, planned, release_follow_up
from outreach.events.models import Occurrence
from outreach.events.queries import event
from outreach.events.registrants import dates_of
from outreach.phrases.catalog import language_name

FORMS = {"took_part": "took part", "missed": "could not come", "all": "were registered"}


@click.command("follow-up")
@click.argument("slug")
@click.option(
    "--on", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="Of a series: which date."
)
@click.option("--dry-run", is_flag=True, help="Send nothing; show who would get what.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@pass_start
def follow_up(start: Start, /, *, slug: str, on: datetime | None, dry_run: bool, yes: bool) -> None:
    """Send recording and slides of the event SLUG to those who had registered.

    Who took part and who could not come get other words; each once.

    \b
    Examples:
      outreach events follow-up open-hour --on 2026-12-09 --dry-run
      outreach events follow-up open-hour --on 2026-12-09
    """
    services = start.services()
    with services.database.reading() as session:
        row = _date(dates_of(session, event(session, slug), on.date() if on else None))
        plan = planned(session, load_site(session, services.links), row)
        number = row.id
    _show(plan)
    if dry_run:
        click.echo("Nothing was sent; this is who would get it.")
        return
    if not yes and sys.stdin.isatty():
        click.confirm("Send it?", abort=True)
    with services.database.transaction() as session:
        release_follow_up(session, session.get_one(Occurrence, number), services.clock())
    click.echo(f"Registrants who are told: {_total(plan)}")


def _date(rows: Sequence[Occurrence]) -> Occurrence:
    if len(rows) > 1:
        raise Refused("This event has several dates. Say which one, with --on.")
    return rows[0]


def _show(plan: Planned) -> None:
    tell.table(
        ["Those who", "Language", "People"],
        [
            (words, language_name(language), count)
            for form, words in FORMS.items()
            for language, count in sorted(getattr(plan, form).items())
        ],
    )


def _total(plan: Planned) -> int:
    return sum(sum(getattr(plan, form).values()) for form in FORMS)
