"""`outreach events registrations`, `attendance`, `revoke` and `purge`: the people of an event."""

import json
import sys
from datetime import datetime
from pathlib import Path

import click

from outreach.cli import tell
from outreach.cli.start import Start, pass_start
from outreach.content.site import load_site
from outreach.errors import NotFound
from outreach.events import retention
from outreach.events.attendance import Figures, figures_of
from outreach.events.invites import invite
from outreach.events.joining import revoke
from outreach.events.queries import event
from outreach.events.registrants import dates_of, export_csv
from outreach.events.registrants import registrants as records
from outreach.events.seat_queries import seats_of
from outreach.phrases.catalog import language_name, phrases

DAY = click.DateTime(["%Y-%m-%d"])
on_date = click.option("--on", type=DAY, metavar="DATE", help="Of a series: one date only.")
for_programs = click.option("--json", "as_json", is_flag=True, help="For programs.")


@click.command()
@click.argument("slug")
@on_date
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file.")
@for_programs
@pass_start
def registrations(
    start: Start, /, *, slug: str, on: datetime | None, out: Path | None, as_json: bool
) -> None:
    """List who registered for the event SLUG, with their answers, as CSV.

    \b
    Examples:
      outreach events registrations open-hour --out list.csv
      outreach events registrations open-hour --on 2026-12-09 --json
    """
    services = start.services()
    day, zone = on.date() if on else None, services.settings.staff_zone
    with services.database.reading() as session:
        found = event(session, slug)
        if as_json:
            people = records(session, found, day, zone)
            lines = (json.dumps(one, ensure_ascii=False) for one in people)
            _write(out, "".join(f"{line}\n" for line in lines))
            return
        if out is None:
            export_csv(session, sys.stdout, found, day, zone)
            return
        with out.open("w", encoding="utf-8-sig", newline="") as file:
            count = export_csv(session, file, found, day, zone)
    click.echo(f"Registrations written: {count}")


@click.command()
@click.argument("slug")
@on_date
@for_programs
@pass_start
def attendance(start: Start, /, *, slug: str, on: datetime | None, as_json: bool) -> None:
    """Count who registered for the event SLUG, who came and who did not.

    Who came is known only where people join by our link.

    \b
    Examples:
      outreach events attendance open-hour
      outreach events attendance open-hour --on 2026-12-09 --json
    """
    services = start.services()
    with services.database.reading() as session:
        found = event(session, slug)
        dates = dates_of(session, found, on.date() if on else None)
        figures = figures_of(session, dates)
        known = bool(found.online_url)
    if as_json:
        tell.as_json({"event": slug, "attendance_known": known, **figures.as_json()})
        return
    _show(figures, known=known)


@click.command("revoke")
@click.argument("slug")
@click.argument("address")
@on_date
@pass_start
def revoke_links(start: Start, /, *, slug: str, address: str, on: datetime | None) -> None:
    """Shut the link to join that one ADDRESS was mailed for the event SLUG, and mail a new one.

    \b
    Example:
      outreach events revoke open-hour amina@example.org
    """
    services = start.services()
    with services.database.transaction() as session:
        site, now = load_site(session, services.links), services.clock()
        found = seats_of(session, event(session, slug), address, on.date() if on else None)
        for registration in found:
            revoke(registration)
            session.flush()
            invite(session, services.outbox, site, registration, now)
    if not found:
        raise NotFound(
            "Nobody with the address %(address)s has a seat at this event.", address=address
        )
    click.echo(f"Links replaced: {len(found)}")


@click.command()
@click.option("--dry-run", is_flag=True, help="Delete nothing; list what is due.")
@pass_start
def purge(start: Start, *, dry_run: bool) -> None:
    """Delete registrants' data that has been kept long enough. The worker does it by itself, too.

    \b
    Examples:
      outreach events purge --dry-run
      outreach events purge
    """
    services = start.services()
    now, days = services.clock(), services.settings.registrants_kept_days
    with services.database.reading() as session:
        due = retention.due(session, days, now)
    tell.table(
        ["Event", "Date", "Registrations"],
        [(each.event, each.on.isoformat(), each.count) for each in due],
    )
    if dry_run:
        click.echo("Nothing was deleted; this is what is due.")
        return
    for each in due:
        purged = 1
        while purged:
            with services.database.transaction() as session:
                purged = retention.purge_page(session, each.occurrence, now)
            services.database.breathe()
    click.echo(f"Registrations purged: {sum(each.count for each in due)}")


def _write(out: Path | None, text: str) -> None:
    if out is None:
        click.echo(text, nl=False)
    else:
        out.write_text(text, encoding="utf-8")


def _show(figures: Figures, *, known: bool) -> None:
    names = ("seats", "waiting", "pending", "cancelled")
    shown = ("seats", "came", "absent", *names[1:]) if known else names
    tell.table(["", "People"], [(name, getattr(figures, name)) for name in shown])
    for heading, counted, said in (
        ("Language", figures.by_language, language_name),
        ("Country", figures.by_country, _country),
    ):
        if counted:
            click.echo("")
            tell.table(
                [heading, "Seats", *(["Came"] if known else [])],
                [
                    (said(key), *(pair if known else pair[:1]))
                    for key, pair in sorted(counted.items(), key=lambda each: -each[1][0])
                ],
            )


def _country(code: str) -> str:
    return str(phrases("en").locale.territories.get(code, code)) if code else "not said"
