"""`outreach subscribers …`: bring a list in, take the list out."""

import sys
from pathlib import Path

import click
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from outreach.audience.exports import export_csv, export_json_lines
from outreach.audience.imports import FaultyLine, ImportReport, ImportRequest, import_csv
from outreach.audience.topics import topic as find_topic
from outreach.cli import tell
from outreach.cli.start import REFUSED, Start, pass_start
from outreach.phrases.catalog import is_language

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def subscribers() -> None:
    """Bring subscribers in and take them out."""


@subscribers.command("import")
@click.argument("file", type=FILE)
@click.option("--topic", required=True, help="What they subscribe to (its slug).")
@click.option(
    "--consent",
    required=True,
    help="Who collected their consent, when and how; kept as the wording in the ledger.",
)
@click.option("--language", default="en", show_default=True, help="For lines that name none.")
@click.option("--dry-run", is_flag=True, help="Write nothing; count and report the same.")
@click.pass_context
@pass_start
def import_subscribers(
    start: Start, context: click.Context, /, *, file: Path, dry_run: bool, **said: str
) -> None:
    """Import subscribers from a CSV file with a header; only `address` must be among its columns.

    Every faulty line is reported with its number, and the rest is imported; safe to run again.
    Whoever has unsubscribed stays unsubscribed. Exit code 1 if there were faulty lines.

    \b
    Examples:
      outreach subscribers import list.csv --topic news --consent "Paper list, Lima, 2026" --dry-run
      outreach subscribers import list.csv --topic news --consent "Paper list, Lima, 2026"
    """
    if not is_language(said["language"]):
        raise click.BadParameter("Write a language tag such as fr.", param_hint="--language")
    request = ImportRequest(
        file, said["topic"], said["consent"], language=said["language"], dry_run=dry_run
    )
    report = _import(start, request)
    _show(report, dry_run=dry_run)
    if report.faulty_count:
        context.exit(REFUSED)


@subscribers.command("export")
@click.option(
    "--format", "kind", type=click.Choice(["csv", "jsonl"]), default="csv", show_default=True
)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file to write. Default: standard output.",
)
@click.option("--topic", help="Only who is subscribed to it (its slug). Default: everybody.")
@pass_start
def export_subscribers(start: Start, /, *, kind: str, out: Path | None, topic: str | None) -> None:
    """Export subscribers with their topics, all of them or those of one topic.

    \b
    Examples:
      outreach subscribers export --out subscribers.csv
      outreach subscribers export --format jsonl --topic news --out news.jsonl
    """
    write = export_csv if kind == "csv" else export_json_lines
    with start.services().database.reading() as session:
        if topic is not None:
            find_topic(session, topic)
        if out is None:
            write(session, sys.stdout, topic=topic)
            return
        with out.open("w", encoding="utf-8", newline="") as file:
            number = write(session, file, topic=topic)
    click.echo(f"Written: {number} subscribers to {out}")


def _import(start: Start, request: ImportRequest) -> ImportReport:
    services = start.services()
    with Progress(
        TextColumn("Importing"),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
        console=(errors := tell.console(err=True)),
        transient=True,
        disable=not errors.is_terminal,
    ) as bar:
        task = bar.add_task("", total=None)

        def progress(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        def fault(line: FaultyLine) -> None:
            errors.print(
                f"{request.path}:{line.number}: {line.sentence}", markup=False, soft_wrap=True
            )

        return import_csv(
            services.database,
            request,
            key=services.settings.suppression_key,
            now=services.clock(),
            progress=progress,
            on_fault=fault,
        )


def _show(report: ImportReport, *, dry_run: bool) -> None:
    if dry_run:
        click.echo("Nothing was written; this is what would have happened:")
    tell.table(
        ["Lines", "People"],
        [
            ("new", report.new),
            ("changed", report.changed),
            ("unchanged", report.unchanged),
            ("unsubscribed before, left alone", report.left),
            ("not to be mailed, left alone", report.suppressed),
            ("twice in the file", report.repeated),
            ("faulty", report.faulty_count),
            ("all", report.lines),
        ],
    )
    if report.ignored_columns:
        click.echo(f"Columns that nobody reads: {', '.join(report.ignored_columns)}")
