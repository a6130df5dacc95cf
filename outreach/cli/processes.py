"""`outreach worker`, `clock`, `web` and `serve`: the processes of an installation."""

import os
import signal
import sys
from threading import Event, Thread
from types import FrameType

import click

from outreach.bootstrap import settle_memory
from outreach.cli.serving import serve_all, web_command
from outreach.cli.start import REFUSED, Start, pass_start
from outreach.clock import run as clock_run
from outreach.worker import run as worker_run
from outreach.worker.steps import steps_for

HOST = click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen.")
PORT = click.option(
    "--port",
    type=click.IntRange(1, 65535),
    envvar="PORT",
    default=8000,
    show_default=True,
    help="Where to listen; the variable PORT sets it too.",
)


@click.command()
@click.option("--until-idle", is_flag=True, help="Return when nothing is due any more.")
@click.pass_context
@pass_start
def worker(start: Start, context: click.Context, *, until_idle: bool) -> None:
    """Send what is due, fan campaigns out, read the mailbox; any number of workers may run.

    SIGTERM and Ctrl-C end it in order within ten seconds: what is on the wire is finished, the
    rest is given back. Exit code 1 if a step kept failing or did not end in time, or if, with
    --until-idle, messages that are due could not be sent.

    \b
    Examples:
      outreach worker
      outreach worker --until-idle
    """
    services = start.services()
    settle_memory()
    in_order = worker_run.run(services, steps_for(services), stop_event(), until_idle=until_idle)
    left = worker_run.still_due(services) if until_idle else 0
    if left:
        click.echo(
            f"Not sent, though due: {left}. Look at the log for why; they are tried again by "
            "the next worker.",
            err=True,
        )
    if left or not in_order:
        context.exit(REFUSED)


@click.command()
@click.option("--once", is_flag=True, help="Do one turn and return.")
@pass_start
def clock(start: Start, *, once: bool) -> None:
    """Start campaigns whose time has come. Two clocks do no harm.

    \b
    Examples:
      outreach clock
      outreach clock --once
    """
    services = start.services()
    if once:
        clock_run.turn_once(services)
    else:
        clock_run.run(services, stop_event())


@click.command()
@HOST
@PORT
@pass_start
def web(start: Start, *, host: str, port: int) -> None:
    """Serve the site with Granian.

    \b
    Examples:
      outreach web
      outreach web --host 0.0.0.0 --port 8080
    """
    start.services().close()
    sys.stdout.flush()
    command = web_command(host, port)
    os.execve(command[0], command, start.environ)  # noqa: S606  (no shell is wanted)


@click.command()
@HOST
@PORT
@click.pass_context
@pass_start
def serve(start: Start, context: click.Context, *, host: str, port: int) -> None:
    """Run web, worker and clock together, and sync content files as they are saved.

    For a small organisation: one command is the whole installation. A process that dies is
    started again; SIGTERM and Ctrl-C end all in order. Exit code 1 if one would not stay alive.

    \b
    Example:
      outreach serve --port 8000
    """
    if not serve_all(start, stop_event(), host=host, port=port):
        context.exit(REFUSED)


def stop_event() -> Event:
    """Give an event that SIGTERM and SIGINT set.

    A thread of its own sets it: the handler runs within the main thread, which may at that moment
    hold the lock of this very event.
    """
    event = Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        Thread(target=event.set, name="stop", daemon=True).start()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    return event
