"""`outreach sync`, `editions` and `preview`: content files and what becomes of them."""

from pathlib import Path

import click

from outreach.cli import tell
from outreach.cli.start import REFUSED, Start, pass_start
from outreach.content.site import live_languages, source_order
from outreach.newsletters.listing import states
from outreach.newsletters.preview import write_preview
from outreach.newsletters.queries import EditionState, edition_to_send
from outreach.newsletters.queries import editions as all_editions
from outreach.newsletters.staleness import Kind, Standing, standings
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
    """List the editions of all newsletters, the newest first, and how each language stands.

    “fr (2 behind en)”: the English text has changed in two places since the French one was last
    brought up to date.

    \b
    Example:
      outreach editions
    """
    with start.services().database.reading() as session:
        known = states(session)
        order, languages = source_order(session), live_languages(session)
        rows = [
            (
                edition.name,
                edition.date.isoformat(),
                str(known.get(edition.id, EditionState.DRAFT)),
                ", ".join(
                    _standing(tag, stands)
                    for tag, stands in standings(
                        edition.translations, order=order, languages=languages
                    ).items()
                ),
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
            edition=edition_to_send(session, edition),
            out=out,
            now=services.clock(),
        )
    for path in written:
        click.echo(path)


def show_report(report: SyncReport, told: frozenset[str] = frozenset()) -> frozenset[str]:
    """Print what a sync found: faults to standard error, the rest to standard output.

    Faults come last, where they are seen. What was `told` before is not said again; gives what
    has been told now.
    """
    lacking = _lacking(report)
    faults = [f"{fault.path}:{fault.line}: {fault.sentence}" for fault in report.faults]
    for line in lacking:
        if line not in told:
            click.echo(line)
    for line in faults:
        if line not in told:
            click.echo(line, err=True)
    counted = f"Changed: {len(report.changed)}   Faults: {len(faults)}"
    click.echo(f"{counted}   Not translated yet: {len(report.missing)}")
    return frozenset((*lacking, *faults))


def _standing(tag: str, stands: Standing) -> str:
    if stands.kind is Kind.MISSING:
        return f"{tag} (missing)"
    return f"{tag} ({stands.behind} behind {stands.of})" if stands.behind else tag


def _lacking(report: SyncReport) -> list[str]:
    """Give one line for each folder that lacks translations."""
    folders: dict[str, list[str]] = {}
    for path in report.missing:
        folder, _, name = path.rpartition("/")
        folders.setdefault(folder, []).append(name.removesuffix(".md"))
    return [
        f"Not translated yet: {folder}: missing {', '.join(languages)}"
        for folder, languages in folders.items()
    ]
