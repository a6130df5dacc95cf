"""How many answers a second the running server gives to those who embed the calendar.

`python -m benchmarks.embed --json` writes 500 events, syncs them, starts the server as `Procfile`
does, with two workers, and asks it over loopback with `wrk` where that is installed, else with a
driver of our own: 64 connections, gzip, so many seconds for each address, the best of so many
rounds. An address that is not there is left out.
"""

import argparse
import http.client
import json
import os
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from shutil import copytree, which

from benchmarks.events import HOME, write
from benchmarks.knocking import Figures, by_ourselves, by_wrk
from outreach.bootstrap import boot
from outreach.cli.serving import web_command
from outreach.db import migrations
from outreach.settings import Settings
from outreach.sync import synchronise

WORKERS = 2
CONNECTIONS = 64
PATIENCE = 30
"""Seconds for the server to come up."""
FEED = "/fr/events.ics"
PAGES = {
    "feed (iCal)": FEED,
    "feed (JSON)": "/fr/events.json",
    "feed (Atom)": "/fr/events.atom",
    "data of the component": "/embed/fr/events.json?count=50",
    "frame page": "/embed/fr/events?count=50",
}


def measure(count: int, seconds: float, rounds: int) -> dict[str, object]:
    """Serve so many events; give the best figures of each address."""
    with tempfile.TemporaryDirectory() as folder, server(Path(folder), count) as port:
        found: dict[str, object] = {"driver": "wrk" if which("wrk") else "our own"}
        for name, path in PAGES.items():
            tag, size = look(port, path)
            if not tag:
                continue
            for state, header in (("200", ""), ("304", tag)):
                tries = [knock(port, path, header, seconds) for _ in range(rounds)]
                best = max(tries, key=lambda figures: figures.per_second)
                found[f"{name}, {state}"] = asdict(best) | {"bytes": 0 if header else size}
        found["load"] = os.getloadavg()[0]
        return found


def knock(port: int, path: str, tag: str, seconds: float) -> Figures:
    """Ask for one address again and again."""
    headers = {"Accept-Encoding": "gzip"} | ({"If-None-Match": tag} if tag else {})
    drive = by_wrk if which("wrk") else by_ourselves
    return drive(port, path, headers, connections=CONNECTIONS, seconds=seconds)


def look(port: int, path: str) -> tuple[str, int]:
    """Ask once for an address; give its tag and its size, or an empty tag where it is not there."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    connection.request("GET", path, headers={"Accept-Encoding": "gzip"})
    answer = connection.getresponse()
    size = len(answer.read())
    connection.close()
    return (answer.headers["ETag"] or "" if answer.status == http.client.OK else "", size)


@contextmanager
def server(folder: Path, count: int) -> Iterator[int]:
    """Run the site with so many events; give its port."""
    home = folder / "home"
    for name in ("content", "subscribers", "templates"):
        copytree(HOME / name, home / name)
    write(home, count)
    environ = os.environ | {
        "OUTREACH_HOME": str(home),
        "DATABASE_URL": f"sqlite:///{folder}/embed.sqlite",
        "MAIL_URL": f"maildir:{folder}/mail",
        "SECRET_KEY": "only-for-this-benchmark-0123456789abcdef",
        "BASE_URL": "http://127.0.0.1:8000",
        "LOG_LEVEL": "ERROR",
    }
    services = boot(Settings.from_environ(environ))
    migrations.upgrade(services.database)
    faults = [*synchronise(services, services.clock()).faults]
    services.close()
    if faults:
        raise SystemExit(str(faults[0]))
    port = free_port()
    command = [*web_command("127.0.0.1", port), "--workers", str(WORKERS)]
    running = subprocess.Popen(command, env=environ, cwd=HOME)
    try:
        wait_for(port)
        yield port
    finally:
        running.terminate()
        running.wait(PATIENCE)


def wait_for(port: int) -> None:
    """Wait until the server answers."""
    for _ in range(PATIENCE * 10):
        try:
            if look(port, FEED)[0]:
                return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("the server does not answer")


def free_port() -> int:
    """Give a port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def main() -> None:
    """Read the command line, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=500)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true", help="print JSON only")
    wanted = parser.parse_args()
    figures = measure(wanted.events, wanted.seconds, wanted.rounds)
    if wanted.json:
        print(json.dumps(figures))
        return
    for name, values in figures.items():
        print(f"{name:28}", values)


if __name__ == "__main__":
    main()
