"""The command line: everything that staff and servers can ask for."""

import click

from outreach.cli.campaign import campaign
from outreach.cli.check import check
from outreach.cli.content import editions, preview, sync
from outreach.cli.database import database
from outreach.cli.events import events
from outreach.cli.partners import partners
from outreach.cli.processes import clock, serve, web, worker
from outreach.cli.segment import segment
from outreach.cli.staff import staff
from outreach.cli.start import Commands, Start
from outreach.cli.subscribers import subscribers
from outreach.cli.testing import send_test
from outreach.demo.command import demo


@click.group("outreach", cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--demo",
    "in_demo",
    is_flag=True,
    help="Act on the demo that runs here (reads instance/demo.env).",
)
@click.version_option(package_name="outreach")
@click.pass_context
def main(context: click.Context, *, in_demo: bool) -> None:
    """Newsletters and events for organisations that speak to people in several languages.

    Settings come from the environment and from the file .env in the present folder; where both
    set one, the environment wins. Exit codes: 0 done, 1 refused with reasons, 2 wrong use.

    \b
    Examples:
      outreach database upgrade
      outreach sync
      outreach campaign schedule wrm/2020-07 --now
      outreach --demo campaign list
    """
    context.obj = Start(demo=in_demo)


for command in (
    database,
    sync,
    editions,
    preview,
    send_test,
    check,
    subscribers,
    segment,
    campaign,
    events,
    partners,
    staff,
    worker,
    clock,
    web,
    serve,
    demo,
):
    main.add_command(command)
