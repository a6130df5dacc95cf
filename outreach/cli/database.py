"""`outreach database`: its schema, made and kept up to date."""

import click

from outreach.cli.start import Start, pass_start
from outreach.db.migrations import upgrade


@click.group()
def database() -> None:
    """Look after the database."""


@database.command("upgrade")
@pass_start
def upgrade_database(start: Start) -> None:
    """Create the database, or bring it to the form that this version needs.

    Safe to run again: where nothing is missing, nothing happens.

    \b
    Example:
      outreach database upgrade
    """
    upgrade(start.services(checked=False).database)
    click.echo("The database is up to date.")
