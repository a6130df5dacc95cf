"""`outreach events …`: what is planned, what changed, and what registrants are told of it."""

import sys
from datetime import datetime
from typing import Any

import click
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach.bootstrap import Services
from outreach.cli import registrants, tell
from outreach.cli.followup import follow_up
from outreach.cli.start import Start, pass_start
from outreach.content.site import load_site
from outreach.errors import NotFound, Refused
from outreach.events.announce import stale
from outreach.events.changes import open_change, open_changes
from outreach.events.invites import invite
from outreach.events.models import Event, EventChange, RegistrationKind
from outreach.events.queries import Listed, event, past, upcoming
from outreach.events.registration_models import HAS_A_SEAT, Registration, RegistrationState
from outreach.events.release import Planned, planned, release
from outreach.events.seat_queries import seats_of
from outreach.events.state import Slot
from outreach.phrases.catalog import phrases

MOST = 1000
DAY = click.DateTime(["%Y-%m-%d"])


@click.group()
def events() -> None:
    """See events and their registrants, and tell registrants what changed."""


@events.command("list")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@pass_start
def list_events(start: Start, *, as_json: bool) -> None:
    """List all events: those to come, the next one first, and then those that are over.

    \b
    Examples:
      outreach events list
      outreach events list --json
    """
    services = start.services()
    with services.database.reading() as session:
        now = services.clock()
        rows = [*upcoming(session, MOST, "", now), *past(session, MOST, now)]
        found = [_listed(session, row) for row in rows]
    if as_json:
        tell.as_json(found)
        return
    tell.table(
        ["Event", "Kind", "When", "Status", "Registration", "Languages", "Change"],
        [
            (
                each["event"],
                each["kind"],
                each["when"],
                each["status"],
                _said_registration(each),
                ", ".join(each["languages"]),
                "to be released" if each["has_open_change"] else "",
            )
            for each in found
        ],
    )


@events.command()
@click.argument("slug", required=False)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@pass_start
def diff(start: Start, *, slug: str | None, as_json: bool) -> None:
    """Show what changed of the event SLUG, or of all, and who would be told in which language.

    Nobody is told before you release it.

    \b
    Examples:
      outreach events diff
      outreach events diff open-hour
    """
    services = start.services()
    with services.database.reading() as session:
        found = _changes(session, slug)
        site, now = load_site(session, services.links), services.clock()
        plans = [(row, change, planned(session, site, row, change, now)) for row, change in found]
        if as_json:
            tell.as_json([_change_as_json(*plan) for plan in plans])
            return
        for row, change, plan in plans:
            _show_change(services, row, change, plan)
        _warn_of_announcements(session)
    if not plans:
        click.echo("Nothing waits for a release.")


@events.command("release")
@click.argument("slug")
@click.option("--yes", is_flag=True, help="Do not ask.")
@pass_start
def release_change(start: Start, *, slug: str, yes: bool) -> None:
    """Release what changed of the event SLUG: its registrants are told, and calendars move.

    It shows what `outreach events diff` shows; on a terminal it asks before it releases.

    \b
    Examples:
      outreach events release open-hour
      outreach events release open-hour --yes
    """
    services = start.services()
    with services.database.reading() as session:
        row = event(session, slug)
        change = open_change(session, row)
        if change is None:
            raise Refused("There is no change of this event that waits for its release.")
        seen = change.after
        plan = planned(session, load_site(session, services.links), row, change, services.clock())
        _show_change(services, row, change, plan)
        _warn_of_announcements(session)
    if not yes and sys.stdin.isatty():
        click.confirm("Release it?", abort=True)
    with services.database.transaction() as session:
        released = release(session, slug, services.clock())
        if released.after != seen:
            raise Refused(
                "The files have changed since. Look again with: outreach events diff %(slug)s",
                slug=slug,
            )
    told = sum(sum(each.by_language.values()) for each in plan)
    click.echo(f"Released. Registrants who are told: {told}")


@events.command("resend")
@click.argument("slug")
@click.argument("address")
@click.option("--on", type=DAY, metavar="DATE", help="Of a series: the date it is about.")
@pass_start
def resend_invitation(start: Start, *, slug: str, address: str, on: datetime | None) -> None:
    """Send the invitation to the event SLUG again to one ADDRESS that has a seat.

    The calendar entry stays the same one.

    \b
    Example:
      outreach events resend open-hour amina@example.org
    """
    services = start.services()
    with services.database.transaction() as session:
        site, now = load_site(session, services.links), services.clock()
        found = seats_of(session, event(session, slug), address, on.date() if on else None)
        for registration in found:
            invite(session, services.outbox, site, registration, now)
    if not found:
        raise NotFound(
            "Nobody with the address %(address)s has a seat at this event.", address=address
        )
    click.echo(f"Invitations sent again: {len(found)}")


def _listed(session: Session, row: Listed) -> dict[str, Any]:
    """Give an event as JSON knows it."""
    counted = session.execute(
        select(Registration.state, func.count())
        .where(Registration.occurrence_id == row.occurrence.id)
        .group_by(Registration.state)
    )
    states = {RegistrationState(state): int(count) for state, count in counted}
    return {
        "event": row.slug,
        "kind": str(row.kind),
        "when": _when(row),
        "starts_at": tell.iso(row.starts_at),
        "date": row.date.isoformat(),
        "status": str(row.status),
        "registration": str(row.event.registration),
        "seats": sum(states.get(state, 0) for state in HAS_A_SEAT),
        "capacity": row.event.capacity,
        "waiting": states.get(RegistrationState.WAITLISTED, 0),
        "languages": [text.language for text in row.translations],
        "has_open_change": open_change(session, row.event) is not None,
    }


def _when(row: Listed) -> str:
    slot = Slot(row.date, row.starts_at, row.ends_at)
    return _moment(slot, row.zone)


def _moment(slot: Slot | None, zone: str) -> str:
    if slot is None or not slot.takes_place:
        return "–"
    if slot.starts_at is None:
        return phrases("en").day(slot.day, "medium")
    return tell.moment(slot.starts_at, zone or "UTC")


def _said_registration(each: dict[str, Any]) -> str:
    if each["registration"] == RegistrationKind.EXTERNAL:
        return "elsewhere"
    if each["registration"] == RegistrationKind.NONE:
        return "–"
    seats = f"{each['seats']} of {each['capacity']}" if each["capacity"] else str(each["seats"])
    return f"{seats}, {each['waiting']} waiting" if each["waiting"] else seats


def _changes(session: Session, slug: str | None) -> list[tuple[Event, EventChange]]:
    """Give the open changes, of one event or of all; NotFound if there is no such event."""
    if slug is not None:
        event(session, slug)
    return [(row, change) for row, change in open_changes(session) if slug in (None, row.slug)]


def _show_change(services: Services, row: Event, change: EventChange, plan: list[Planned]) -> None:
    proposed = tell.moment(change.proposed_at, services.settings.staff_zone)
    click.echo(f"{row.slug}: changed {proposed}\n")
    if not plan:
        click.echo("The rule of the series; none of the dates up to now.\n")
        return
    tell.table(
        ["Date", "What", "Until now", "Now", "Told"],
        [
            (
                each.difference.original.isoformat(),
                each.difference.kind,
                _moment(each.difference.before, row.zone),
                _moment(each.difference.after, row.zone),
                _said_counts(each.by_language),
            )
            for each in plan
        ],
    )
    click.echo("")


def _warn_of_announcements(session: Session) -> None:
    for campaign in stale(session):
        click.echo(
            f"Campaign {campaign.id} ({campaign.state}) announces {campaign.without_event} as it "
            f"was. End it with “outreach campaign cancel {campaign.id}”, and announce it anew.\n"
        )


def _said_counts(counts: dict[str, int]) -> str:
    said = ", ".join(f"{language} {count}" for language, count in counts.items())
    return f"{sum(counts.values())} ({said})" if counts else "nobody"


def _change_as_json(row: Event, change: EventChange, plan: list[Planned]) -> dict[str, Any]:
    return {
        "event": row.slug,
        "proposed_at": tell.iso(change.proposed_at),
        "occurrences": [
            {
                "date": each.difference.original.isoformat(),
                "what": str(each.difference.kind),
                "before": _slot_as_json(each.difference.before),
                "after": _slot_as_json(each.difference.after),
                "told": each.by_language,
            }
            for each in plan
        ],
    }


def _slot_as_json(slot: Slot | None) -> dict[str, str | None] | None:
    if slot is None:
        return None
    return {
        "date": slot.day.isoformat(),
        "starts_at": tell.iso(slot.starts_at),
        "ends_at": tell.iso(slot.ends_at),
        "status": str(slot.status),
    }


for command in (
    registrants.registrations,
    registrants.attendance,
    registrants.revoke_links,
    registrants.purge,
    follow_up,
):
    events.add_command(command)
