"""What every command begins with: the environment, the services, and errors in plain words."""

import os
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import IO, Any

import click
from dotenv import dotenv_values
from sqlalchemy.engine import make_url
from sqlalchemy.exc import InterfaceError, OperationalError

from outreach.bootstrap import Services, boot
from outreach.db.migrations import require_current
from outreach.errors import OutreachError, Refused
from outreach.settings import Settings

DONE, REFUSED = 0, 1
"""Exit codes; click gives 2 to wrong use."""


class Start:
    """What a command may ask for; nothing is opened before it is needed."""

    def __init__(self, *, demo: bool = False) -> None:
        self.demo = demo

    @cached_property
    def environ(self) -> dict[str, str]:
        """Give the environment with what `.env` adds, or with what the running demo sets."""
        if not self.demo:
            return {**_read(Path(".env")), **os.environ}
        file = Path(os.environ.get("OUTREACH_HOME", ".")) / "instance" / "demo.env"
        if not file.exists():
            raise Refused("The demo is not running here. Start it with: outreach demo")
        return {**os.environ, **_read(file)}

    @cached_property
    def settings(self) -> Settings:
        """Give the settings; Misconfigured lists all that is wrong."""
        return Settings.from_environ(self.environ)

    def services(self, *, checked: bool = True) -> Services:
        """Open the services until the command ends; Refused if the database is not up to date."""
        if checked:
            _require_file(self.settings.database_url)
        services = boot(self.settings)
        click.get_current_context().call_on_close(services.close)
        if checked:
            require_current(services.database)
        return services


pass_start = click.make_pass_decorator(Start)


class Told(click.ClickException):
    """A reason that a person can act on: printed to standard error, exit code 1."""

    exit_code = REFUSED

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the sentence as it is."""
        click.echo(self.message, file=file, err=file is None)


class Commands(click.Group):
    """The group of all commands: an error of ours becomes its sentence and exit code 1."""

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401
        """Run a command."""
        try:
            return super().invoke(ctx)
        except OutreachError as error:
            raise Told(str(error)) from error
        except (OperationalError, InterfaceError) as error:
            raise Told(f"The database does not answer: {error.orig}") from error


def _require_file(url: str) -> None:
    """Refuse where there is no SQLite file: connecting would make an empty one."""
    parts = make_url(url)
    if parts.get_backend_name() != "sqlite" or not parts.database:
        return
    if not Path(parts.database).exists():
        raise Refused(
            f"There is no database at {parts.database}. If this is the right folder, make it with: "
            "outreach database upgrade"
        )


def _read(file: Path) -> Mapping[str, str]:
    """Give what a settings file says; a name without a value is left out."""
    return {name: value for name, value in dotenv_values(file).items() if value is not None}
