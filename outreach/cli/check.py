"""`outreach check`: an edition looked at in every language, before anybody gets it."""

from threading import Event

import click
from sqlalchemy.orm import Session

from outreach.bootstrap import Services
from outreach.cli import tell
from outreach.cli.start import REFUSED, Start, pass_start
from outreach.newsletters.checks import link_rows, spam
from outreach.newsletters.checks.edition import addresses, check_edition
from outreach.newsletters.checks.findings import (
    KIND_NAMES,
    CheckResult,
    Finding,
    Kind,
    Level,
)
from outreach.newsletters.compose import Desk, desk_for
from outreach.newsletters.models import Edition
from outreach.newsletters.queries import edition_to_send
from outreach.phrases.catalog import language_name
from outreach.worker import errands


@click.command()
@click.argument("edition")
@click.option("--links", is_flag=True, help="Look at the links now; no worker is needed.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_context
@pass_start
def check(
    start: Start, context: click.Context, *, edition: str, links: bool, as_json: bool
) -> None:
    """Check EDITION (such as wrm/2020-07) in every language, as it was last synced.

    Tells what stands in the way of scheduling, what to look at, and what is in order, each with
    its file and line. Links elsewhere count as looked at for an hour. Where SpamAssassin is
    installed, --links lets it judge the letters too. Exit code 1 if anything fails; warnings
    alone give 0.

    \b
    Examples:
      outreach check wrm/2020-07
      outreach check wrm/2020-07 --links
      outreach check wrm/2020-07 --json
    """
    services = start.services()
    if links:
        _look(services, edition, quiet=as_json)
    with services.database.reading() as session:
        found = edition_to_send(session, edition)
        result = check_edition(_desk(services, session, found), found)
    if as_json:
        tell.as_json(_told(edition, result))
    else:
        _show(edition, result)
    if result.fails:
        context.exit(REFUSED)


def _look(services: Services, name: str, *, quiet: bool) -> None:
    """Look at the links and the letters of an edition, and write down what is found."""
    now = services.clock()
    with services.database.reading() as session:
        found = edition_to_send(session, name)
        urls = addresses(_desk(services, session, found), found)
        known = link_rows.known(session, urls, now)
    with services.database.transaction() as session:
        spam.ask(session, found, now)
    languages = [text.language for text in found.translations]
    due = [url for url in urls if url not in known][: link_rows.MOST]
    for number, _ in enumerate(errands.answers(services, due, Event()), 1):
        if not quiet:
            click.echo(
                f"\rLinks looked at: {number} of {len(due)}", nl=number == len(due), err=True
            )
    for language in languages:
        errands.judge(services, name, language)


def _desk(services: Services, session: Session, edition: Edition) -> Desk:
    return desk_for(
        session,
        services.stationery,
        services.links,
        edition=edition,
        now=services.clock(),
    )


def _show(name: str, result: CheckResult) -> None:
    for language in ("", *result.languages):
        passed, unseen = result.passed[language], result.unseen[language]
        findings = [each for each in result.findings if each.language == language]
        click.echo(language_name(language) if language else f"{name}, all languages")
        for finding in findings:
            mark = "FAILS" if finding.level == Level.FAIL else "look"
            click.echo(f"  {mark}: {finding.path}:{finding.line}: {finding.sentence}")
            click.echo(f"         {finding.advice}")
        if passed:
            click.echo(f"  In order: {_names(passed)}")
        if unseen:
            missing = " (SpamAssassin is not installed)" if result.without_spam else ""
            click.echo(f"  Not looked at: {_names(unseen)}{missing if Kind.SPAM in unseen else ''}")
        click.echo("")
    if result.absent:
        click.echo(f"Not there: {', '.join(map(language_name, result.absent))}\n")
    click.echo(f"Fails: {len(result.fails)}   To look at: {len(result.warnings)}")


def _names(kinds: tuple[Kind, ...]) -> str:
    return ", ".join(str(KIND_NAMES[kind]) for kind in kinds)


def _told(name: str, result: CheckResult) -> dict[str, object]:
    return {
        "edition": name,
        "languages": list(result.languages),
        "languages_not_there": list(result.absent),
        "fails": [_finding(each) for each in result.fails],
        "warnings": [_finding(each) for each in result.warnings],
        "passed": {language: list(kinds) for language, kinds in result.passed.items()},
        "not_looked_at": {language: list(kinds) for language, kinds in result.unseen.items()},
        "spamassassin_missing": result.without_spam,
        "links": {"total": result.links.total, "looked_at": result.links.looked_at},
        "sources": result.sources,
    }


def _finding(finding: Finding) -> dict[str, object]:
    return {
        "kind": finding.kind,
        "language": finding.language,
        "path": finding.path,
        "line": finding.line,
        "sentence": str(finding.sentence),
        "advice": str(finding.advice),
    }
