"""`outreach serve`: three processes kept alive, and content files synced as they are saved."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread

import click

from outreach import log
from outreach.bootstrap import Services
from outreach.cli.content import show_report
from outreach.cli.group import ProcessGroup
from outreach.cli.start import Start
from outreach.errors import OutreachError
from outreach.sync import synchronise

logger = log.logger("serve")

LOOK_EVERY = 0.5
"""Seconds between two looks at the content files."""

Fingerprint = frozenset[tuple[str, int, int]]
"""Path, time of change and size of every file."""

Told = frozenset[str]
"""The lines that stand on the terminal already."""
NOTHING: Told = frozenset()


def web_command(host: str, port: int) -> list[str]:
    """Give the command line of the web server."""
    return [
        sys.executable,
        "-m",
        "granian",
        "--interface",
        "wsgi",
        "--host",
        host,
        "--port",
        str(port),
        "--blocking-threads",
        "4",
        "--workers-kill-timeout",
        "5",
        "--log-level",
        "warning",
        "outreach.web.wsgi:app",
    ]


def serve_all(start: Start, stop: Event, *, host: str, port: int) -> bool:
    """Run everything until `stop` is set; True if all could be kept alive."""
    services = start.services()
    told = _sync(services, NOTHING) or NOTHING
    ourselves = [sys.executable, "-m", "outreach.cli"]
    group = ProcessGroup(
        {
            "web": web_command(host, port),
            "worker": [*ourselves, "worker"],
            "clock": [*ourselves, "clock"],
        },
        start.environ,
    )
    watcher = Thread(target=watch, args=(services, stop, told), name="watcher", daemon=True)
    watcher.start()
    click.echo(f"Serving {services.settings.base_url} (listening on {host}:{port})")
    alive = group.run(stop)
    stop.set()
    watcher.join(5)
    return alive


def watch(services: Services, stop: Event, told: Told = NOTHING) -> None:
    """Sync whenever a content file has changed, until `stop` is set; a failed sync is repeated."""
    seen: Fingerprint | None = fingerprint(services)
    while not stop.wait(LOOK_EVERY):
        present = fingerprint(services)
        if present != seen:
            now_told = _sync(services, told)
            seen = None if now_told is None else present
            told = told if now_told is None else now_told


def fingerprint(services: Services) -> Fingerprint:
    """Look at the content files: whatever is saved changes this."""
    found = set()
    for path in _files(services):
        try:
            status = path.stat()
        except OSError:
            continue  # it vanished between listing and looking; the next look will tell
        found.add((str(path), status.st_mtime_ns, status.st_size))
    return frozenset(found)


def _files(services: Services) -> Iterator[Path]:
    yield services.settings.subscribers / "topics.toml"
    for folder, _, names in os.walk(services.settings.content):
        yield from (Path(folder, name) for name in names)


def _sync(services: Services, told: Told) -> Told | None:
    """Read the files and tell what is newly wrong; no fault of theirs may end the service.

    Gives what has been told by now; None if it has to be tried again.
    """
    try:
        return show_report(synchronise(services, services.clock()), told)
    except OutreachError as error:
        click.echo(str(error), err=True)
    except Exception:  # whatever one round meets, the next one may not
        logger.exception("sync failed")
        return None
    return told
