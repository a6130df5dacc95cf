"""`outreach staff`: who may use the desk."""

from collections.abc import Callable

import click
from sqlalchemy.orm import Session

from outreach.cli import tell
from outreach.cli.start import Start, pass_start
from outreach.content.site import load_site
from outreach.errors import Refused
from outreach.phrases.catalog import language_name
from outreach.staff import people
from outreach.staff.audit import Actor
from outreach.staff.invitations import INVITATION, password_link, send_invitation
from outreach.staff.models import Role, Staff

ROLE = click.Choice([str(role) for role in Role])


@click.group()
def staff() -> None:
    """Let people into the desk, give them a role, shut them out."""


@staff.command()
@click.argument("address")
@click.option("--role", type=ROLE, default=str(Role.EDITOR), show_default=True)
@click.option("--name", default="", help="How mails greet them.")
@click.option("--language", help="Of the desk and of its mails. Default: the site's first one.")
@pass_start
def add(start: Start, *, address: str, role: str, name: str, language: str | None) -> None:
    """Let ADDRESS into the desk: it is mailed a link to choose a password, and the link is shown.

    Viewers look; editors prepare and test; senders schedule, pause, cancel and send again; admins
    let people in.

    \b
    Examples:
      outreach staff add ana@example.org --role admin --name Ana
      outreach staff add luc@example.org --role sender --language fr
    """
    services = start.services()
    now = services.clock()
    with services.database.transaction() as session:
        site = load_site(session, services.links)
        spoken = language or site.default_language
        if spoken not in site.languages:
            raise Refused(f"The site does not speak “{spoken}”: {', '.join(site.languages)}.")
        new = people.NewStaff(address, name, spoken, Role(role))
        added = people.add(session, new, Actor(None, now))
        send_invitation(session, services.outbox, site, added, now)
        link = password_link(services.links, added, good_for=INVITATION, now=now)
    click.echo(f"{added.address} may use the desk as {added.role}. The mail with this link is on")
    click.echo(f"its way; it works for seven days, and once:\n{link}")


@staff.command("list")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@pass_start
def list_staff(start: Start, *, as_json: bool) -> None:
    """List who may use the desk.

    \b
    Examples:
      outreach staff list
      outreach staff list --json
    """
    with start.services().database.reading() as session:
        found = [_told(one) for one in people.everybody(session)]
    if as_json:
        tell.as_json(found)
        return
    tell.table(
        ["Address", "Name", "Role", "Language", "State"],
        [
            (
                one["address"],
                one["name"] or "–",
                one["role"],
                language_name(one["language"]),
                one["state"],
            )
            for one in found
        ],
    )


@staff.command()
@click.argument("address")
@click.argument("role", type=ROLE)
@pass_start
def role(start: Start, *, address: str, role: str) -> None:
    """Change what ADDRESS may do to ROLE.

    \b
    Example:
      outreach staff role ana@example.org sender
    """
    found = _changed(
        start, address, lambda rows, found, actor: people.give_role(rows, found, Role(role), actor)
    )
    click.echo(f"{found.address} may use the desk as {found.role}.")


@staff.command("shut-out")
@click.argument("address")
@pass_start
def shut_out(start: Start, *, address: str) -> None:
    """Let ADDRESS into the desk no more: every session of theirs ends at once.

    \b
    Example:
      outreach staff shut-out ana@example.org
    """
    found = _changed(start, address, people.shut_out)
    click.echo(f"{found.address} may not use the desk any more.")


@staff.command("let-in")
@click.argument("address")
@pass_start
def let_in(start: Start, *, address: str) -> None:
    """Let ADDRESS in again, with the password of before.

    \b
    Example:
      outreach staff let-in ana@example.org
    """
    found = _changed(start, address, people.let_in)
    click.echo(f"{found.address} may use the desk as {found.role}.")


def _changed(start: Start, address: str, change: Callable[[Session, Staff, Actor], None]) -> Staff:
    """Do something to one of staff; give them as they are then."""
    services = start.services()
    with services.database.transaction() as session:
        found = people.find(session, address)
        change(session, found, Actor(None, services.clock()))
        return found


def _told(one: Staff) -> dict[str, str]:
    shut = "shut out" if one.disabled_at else ""
    return {
        "address": one.address,
        "name": one.name,
        "role": str(one.role),
        "language": one.language,
        "state": shut or ("active" if one.password else "invited"),
    }
