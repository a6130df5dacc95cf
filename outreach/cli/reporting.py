"""`outreach campaign report`: what a campaign came to, on the terminal, as JSON or as CSV."""

from typing import Any

import click

from outreach.bootstrap import Services
from outreach.campaigns import queries, reports
from outreach.campaigns.models import Campaign
from outreach.campaigns.queries import Figures
from outreach.campaigns.report_files import COUNTS, OTHERS, counts, failure_name, figures_csv
from outreach.campaigns.summary import Summary
from outreach.cli import tell
from outreach.cli.start import Start, pass_start
from outreach.cli.words import LEFT_OUT
from outreach.delivery.failures import SENTENCES
from outreach.phrases.catalog import language_name


@click.command("report")
@click.argument("number", type=int)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.option("--csv", "as_csv", is_flag=True, help="For spreadsheets: one figure a line.")
@pass_start
def report_campaign(start: Start, *, number: int, as_json: bool, as_csv: bool) -> None:
    """Report on the campaign NUMBER: languages, domains, times, and why some were not reached.

    It reads every delivery: a second or two for a million.

    \b
    Examples:
      outreach campaign report 7
      outreach campaign report 7 --csv > report.csv
      outreach campaign report 7 --json
    """
    if as_json and as_csv:
        raise click.UsageError("Choose --json or --csv.")
    services = start.services()
    with services.database.reading() as session:
        found = queries.campaign(session, number)
    summary = reports.summarise(services.database, number, services.clock())
    with services.database.reading() as session:
        languages = queries.by_language(session, found)
    total = queries.total(languages.values())
    if as_csv:
        click.echo(figures_csv(languages, total, summary), nl=False)
    elif as_json:
        tell.as_json(_told(found, total, languages, summary))
    else:
        _show(services, found, total, languages, summary)


def _told(
    campaign: Campaign, total: Figures, languages: dict[str, Figures], summary: Summary
) -> dict[str, Any]:
    """Give a report as JSON knows it."""
    return {
        "id": campaign.id,
        "title": campaign.title,
        "state": str(campaign.state),
        "as_of": tell.iso(summary.as_of),
        **counts(total),
        "languages": {name: counts(found) for name, found in languages.items()},
        "domain_count": summary.domain_count,
        "domains": [
            {"domain": line.domain or None, **counts(queries.figures(line.states))}
            for line in summary.domains
        ],
        "times": [
            {
                "at": tell.iso(column.at),
                "seconds": column.seconds,
                "sent": column.sent,
                "failed": column.failed,
            }
            for column in summary.times
        ],
        "failures": [
            {
                "state": line.state.name.lower(),
                "class": line.kind.name.lower(),
                "code": line.code,
                "enhanced": line.enhanced,
                "count": line.count,
                "words": line.words,
            }
            for line in summary.failures
        ],
        "left_out": {reason.name.lower(): count for reason, count in summary.left_out.items()},
    }


def _show(
    services: Services,
    campaign: Campaign,
    total: Figures,
    languages: dict[str, Figures],
    summary: Summary,
) -> None:
    """Print a report."""
    zone = campaign.zone or services.settings.staff_zone
    click.echo(f"Campaign {campaign.id}: {campaign.title}, {campaign.state}")
    click.echo(f"As of {tell.moment(summary.as_of, zone)}\n")
    rows = [(language_name(name), found) for name, found in languages.items()]
    _figures("Language", [*rows, ("All", total)])
    domains = [(line.domain or OTHERS, queries.figures(line.states)) for line in summary.domains]
    _figures(f"Domain ({summary.domain_count})", domains)
    _table(
        ["From", "Seconds", "Sent", "Failed"],
        [
            (tell.moment(each.at, zone), each.seconds, each.sent, each.failed)
            for each in summary.times
        ],
    )
    _table(
        ["Not reached because", "Code", "Deliveries", "A server’s words"],
        [
            (
                str(SENTENCES[line.kind]),
                failure_name(line).partition(" ")[2] or "–",
                line.count,
                line.words,
            )
            for line in summary.failures
        ],
    )
    _table(
        ["Left out because", "People"],
        [(LEFT_OUT[reason], count) for reason, count in summary.left_out.items()],
    )


def _figures(first: str, rows: list[tuple[str, Figures]]) -> None:
    headings = [first, *(name.capitalize() for name in COUNTS)]
    _table(headings, [(name, *counts(found).values()) for name, found in rows])


def _table(headings: list[str], rows: list[tuple[Any, ...]]) -> None:
    if rows:
        tell.table(headings, rows)
        click.echo("")
