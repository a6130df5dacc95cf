"""`outreach sync`, `editions` and `preview`: content files and what becomes of them."""

from pathlib import Path

import click

from outreach.cli import tell
from outreach.cli.start import REFUSED, Start, pass_start
from outreach.newsletters.preview import write_preview
from outreach.newsletters.queries import EditionState, states
from outreach.newsletters.queries import edition as find_edition
from outreach.newsletters.queries import editions as all_editions
from outreach.sync import SyncReport, synchronise


@click.command()
@click.pass_context
@pass_start
def sync(start: Start, context: click.Context) -> None:
    """Read content/ and subscribers/topics.toml, and show what is wrong with them.

    Each fault is a line `path:line: what is wrong`. A faulty file keeps its last good version
    live; the others are live at once. Missing translations are listed and are no fault. Nobody is
    ever mailed by this. Exit code 1 if there are faults.

    \b
    Example:
      outreach sync
    """
    services = start.services()
    report = synchronise(services, services.clock())
    show_report(report)
    if report.faults:
        context.exit(REFUSED)


@click.command()
@pass_start
def editions(start: Start) -> None:
    """List the editions of all newsletters, the newest first.

    \b
    Example:
      outreach editions
    """
    with start.services().database.reading() as session:
        known = states(session)
        rows = [
            (
                edition.name,
                edition.date.isoformat(),
                str(known.get(edition.id, EditionState.DRAFT)),
                ", ".join(translation.language for translation in edition.translations),
            )
            for edition in all_editions(session)
        ]
    tell.table(["Edition", "Date", "State", "Languages"], rows)


@click.command()
@click.argument("edition")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="The folder to write to; made if it is not there.",
)
@pass_start
def preview(start: Start, *, edition: str, out: Path) -> None:
    """Write EDITION as it would be mailed: .html, .txt and .eml in each language.

    \b
    Example:
      outreach preview wrm/2020-07 --out /tmp/preview
    """
    services = start.services()
    with services.database.reading() as session:
        written = write_preview(
            session,
            services.stationery,
            services.links,
            edition=find_edition(session, edition),
            out=out,
            now=services.clock(),
        )
    for path in written:
        click.echo(path)


def show_report(report: SyncReport) -> None:
    """Print what a sync found: faults to standard error, the rest to standard output."""
    for fault in report.faults:
        click.echo(f"{fault.path}:{fault.line}: {fault.sentence}", err=True)
    for path in report.missing:
        click.echo(f"Not translated yet: {path}")
    click.echo(f"Changed: {len(report.changed)}   Faults: {len(report.faults)}")
