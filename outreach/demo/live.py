"""The demo that a visitor uses: site, worker, clock, a mail catcher and its inbox, in one go."""

import logging
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from werkzeug.serving import make_server

from outreach.bootstrap import Services, boot
from outreach.demo.catcher import Catcher
from outreach.demo.home import FIRST_PORTS, DemoHome, free_port
from outreach.demo.inbox import Demo, Sample, create_inbox
from outreach.demo.prepare import SignIn, open_desk, prepare, sample_editions, send_now
from outreach.errors import OutreachError

HOST = "127.0.0.1"
ENDS_WITHIN = 15.0
"""Seconds that the site, worker and clock have to end in order."""


@dataclass(frozen=True)
class Addresses:
    """Where the visitor finds things."""

    site: str
    inbox: str
    desk: SignIn


def run_live(home: DemoHome, *, tell: Callable[[Addresses], None], stop: threading.Event) -> int:
    """Run until `stop` is set; give the exit code of the service."""
    site, smtp = free_port(FIRST_PORTS["site"]), free_port(FIRST_PORTS["smtp"])
    inbox = free_port(FIRST_PORTS["inbox"], taken={site})
    services = boot(home.settings(site_port=site, smtp_port=smtp))
    prepare(services)
    sign_in = open_desk(services)
    catcher = Catcher(home.mail, port=smtp)
    catcher.start()
    try:
        with _inbox(home, services, inbox) as inbox_url, _service(site) as service:
            _wait_until_it_listens(site, service, stop)
            tell(Addresses(f"http://{HOST}:{site}/", inbox_url, sign_in))
            while service.poll() is None and not stop.wait(0.2):
                pass
            return service.poll() or 0
    finally:
        catcher.stop()
        services.close()


@contextmanager
def _inbox(home: DemoHome, services: Services, port: int) -> Iterator[str]:
    demo = Demo(
        folder=home.mail,
        site_url=services.settings.base_url,
        samples=lambda: [Sample(name, title) for name, title in sample_editions(services)],
        send=lambda edition: _send(services, edition),
    )
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    server = make_server(HOST, port, create_inbox(demo), threaded=True)
    thread = threading.Thread(target=server.serve_forever, name="inbox", daemon=True)
    thread.start()
    try:
        yield f"http://{HOST}:{port}/"
    finally:
        server.shutdown()
        thread.join()


def _wait_until_it_listens(
    port: int, service: subprocess.Popen[bytes], stop: threading.Event
) -> None:
    """Wait until the site takes connections, or has ended, or is no longer wanted."""
    while service.poll() is None and not stop.wait(0.1):
        with socket.socket() as probe:
            if probe.connect_ex((HOST, port)) == 0:
                return


def _send(services: Services, edition: str) -> str:
    try:
        campaign = send_now(services, edition)
    except OutreachError as error:
        return str(error)
    return (
        f"Campaign {campaign.id} is on its way. Whoever already got this edition does not get it "
        "twice; a new subscriber does."
    )


@contextmanager
def _service(port: int) -> Iterator[subprocess.Popen[bytes]]:
    """Run `outreach serve` for the demo's settings, and end it in order."""
    command = [sys.executable, "-m", "outreach.cli", "--demo", "serve", "--port", str(port)]
    process = subprocess.Popen(command)  # noqa: S603  (our own command, no words of others)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(ENDS_WITHIN)
        except subprocess.TimeoutExpired:
            process.kill()
