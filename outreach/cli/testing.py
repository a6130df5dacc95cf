"""`outreach send-test`: an edition to oneself, before it goes to everybody."""

import secrets

import click

from outreach.cli import tell
from outreach.cli.start import Start, pass_start
from outreach.delivery.models import State
from outreach.errors import Refused
from outreach.newsletters.asking import Asked
from outreach.newsletters.personas import PERSONAS
from outreach.newsletters.queries import edition_to_send
from outreach.newsletters.tested import Mailed, last_tests
from outreach.newsletters.testing import compose_test, post_test
from outreach.phrases.catalog import language_name
from outreach.staff.audit import Actor


@click.command("send-test")
@click.argument("edition")
@click.option("--to", "addresses", multiple=True, required=True, help="Whom to; up to ten times.")
@click.option(
    "--language", "languages", multiple=True, help="Only in this language; every one if not given."
)
@click.option(
    "--as",
    "reader",
    default=next(iter(PERSONAS)),
    show_default=True,
    help=f"Written to whom: {', '.join(PERSONAS)} (invented), or a subscriber’s address.",
)
@pass_start
def send_test(
    start: Start,
    *,
    edition: str,
    addresses: tuple[str, ...],
    languages: tuple[str, ...],
    reader: str,
) -> None:
    """Send EDITION to some addresses as it would be sent now, each language marked [TEST FR].

    It goes at once, also while campaigns are being sent. Its links to unsubscribe and to the
    preferences can be tried and change nothing; no report counts it.

    \b
    Examples:
      outreach send-test wrm/2020-07 --to ana@example.org
      outreach send-test wrm/2020-07 --to ana@example.org --language fr --as empty
      outreach send-test wrm/2020-07 --to ana@example.org --as reader@example.org
    """
    services = start.services()
    now = services.clock()
    with services.database.reading() as session:
        found = edition_to_send(session, edition)
        asked = Asked(
            edition=edition,
            addresses=addresses,
            reader=reader,
            languages=languages or tuple(text.language for text in found.translations),
            key=secrets.token_urlsafe(16),
        )
        ready = compose_test(session, services.outbox, asked, now)
    with services.database.transaction() as session:
        post_test(session, services.outbox, ready, Actor(None, now))
    with services.database.reading() as session:
        mails = last_tests(session, found, most=1)[0].mails
    _show(mails)


def _show(mails: tuple[Mailed, ...]) -> None:
    """Print what was queued; Refused if nothing was."""
    tell.table(
        ["To", "Language", "State"],
        [(mail.address, language_name(mail.language), _state(mail)) for mail in mails],
    )
    queued = sum(mail.state is not State.SUPPRESSED for mail in mails)
    if not queued:
        raise Refused("Nothing was sent: none of these addresses is to be mailed.")
    click.echo(f"Queued: {queued}. The worker sends them.")


def _state(mail: Mailed) -> str:
    if mail.state is State.SUPPRESSED:
        return f"not sent, suppressed: {mail.suppressed}"
    return mail.state.name.lower()
