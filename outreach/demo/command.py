"""The command `outreach demo`."""

import json
import signal
import sys
import threading
from pathlib import Path
from types import FrameType

import click

from outreach.demo.home import demo_home
from outreach.demo.live import Addresses, run_live
from outreach.demo.once import run_once


@click.command()
@click.option("--once", is_flag=True, help="Run the whole flow without a person, then end.")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="With --once: the folder for the received mails and summary.json.",
)
def demo(*, once: bool, out: Path | None) -> None:
    """Show the whole flow on the sample content, with an inbox that catches every mail.

    \b
    Examples:
      outreach demo
      outreach demo --once --out received
    """
    if once != (out is not None):
        raise click.UsageError("Use --once together with --out FOLDER.")
    home = demo_home()
    if once and out is not None:
        click.echo(json.dumps(run_once(home, out), ensure_ascii=False))
        return
    stop = threading.Event()

    def end(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGINT, end)
    signal.signal(signal.SIGTERM, end)
    sys.exit(run_live(home, tell=_tell, stop=stop))


def _tell(addresses: Addresses) -> None:
    click.echo(
        f"""
  Outreach is running, on the sample content.

    Public site   {addresses.site}
    Inbox         {addresses.inbox}      every mail arrives here; a button sends the edition
    Desk          {addresses.site}desk/  sign in as {addresses.desk.address}
                  with the password {addresses.desk.password}

  The same by hand, in a second terminal (in this folder):
    .venv/bin/outreach --demo campaign schedule wrm/2020-07 --topic news --now
    .venv/bin/outreach --demo campaign list

  Ctrl-C ends it. Its data stay in instance/demo; delete that folder to begin anew.
"""
    )
