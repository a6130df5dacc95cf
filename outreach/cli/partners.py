"""`outreach partners`: who embeds the calendar, what comes of it, and each one's own link."""

from typing import Any

import click

from outreach.cli import tell
from outreach.cli.start import Start, pass_start
from outreach.content.site import load_site
from outreach.errors import Refused
from outreach.events.partner_totals import Listed, listed
from outreach.events.partners import find


@click.group(invoke_without_command=True)
@click.pass_context
def partners(context: click.Context) -> None:
    """Partners: organisations of content/partners.toml that embed the calendar. Lists them.

    \b
    Example:
      outreach partners
    """
    if context.invoked_subcommand is None:
        context.invoke(list_partners)


@partners.command("list")
@click.option("--json", "as_json", is_flag=True, help="For programs, with the allowed origins.")
@pass_start
def list_partners(start: Start, *, as_json: bool) -> None:
    """List the partners with what came of their embeds: in all, and in the last 30 days.

    \b
    Examples:
      outreach partners list
      outreach partners list --json
    """
    services = start.services()
    with services.database.reading() as session:
        found = listed(session, services.clock())
    if as_json:
        tell.as_json([_told(each) for each in found])
        return
    if not found:
        click.echo("There are none. Write them in content/partners.toml, and run: outreach sync")
        return
    tell.table(
        ["Slug", "Name", "Views", "Registration forms", "Ways out", "Sign-ups", "Views in 30 days"],
        [
            (each.partner.slug, each.partner.name, *each.ever.all, each.recent.views)
            for each in found
        ],
    )


@partners.command()
@click.argument("slug")
@click.option("--language", help="Of the page. Default: the site's first one.")
@pass_start
def link(start: Start, *, slug: str, language: str | None) -> None:
    """Print the link by which the partner SLUG sees its own totals. Nobody is mailed.

    \b
    Examples:
      outreach partners link mineral-commons
      outreach partners link andes-women --language es
    """
    services = start.services()
    with services.database.reading() as session:
        site = load_site(session, services.links)
        spoken = language or site.default_language
        if spoken not in site.languages:
            raise Refused(f"The site does not speak “{spoken}”: {', '.join(site.languages)}.")
        partner = find(session, slug)
        if partner is None:
            raise Refused(f"There is no partner “{slug}”. See: outreach partners list")
        click.echo(services.links.to_partner(spoken, partner=partner.id))


def _told(each: Listed) -> dict[str, Any]:
    return {
        "slug": each.partner.slug,
        "name": each.partner.name,
        "url": each.partner.url,
        "origins": each.partner.origins,
        "last_30_days": vars(each.recent),
        "in_all": vars(each.ever),
    }
