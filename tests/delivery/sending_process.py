"""A process that sends, to be killed: `python -m tests.delivery.sending_process`."""

import os
import signal
import threading

from outreach.db.database import Database
from outreach.delivery.models import Stream
from outreach.delivery.sender import Sender
from outreach.links import Links
from outreach.settings import Settings
from outreach.times import utc_now
from tests.delivery.outboxes import Services


def main() -> None:
    """Send the stream named in STREAM on 4 connections until SIGTERM comes, or nothing is due."""
    settings = Settings.from_environ(os.environ)
    links = Links(settings.base_url, settings.secret_keys)
    services = Services(settings, Database(settings.database_url), links, utc_now)
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda _number, _frame: stop.set())
    stream = Stream[os.environ["STREAM"]]
    Sender(services, stream, connections=4).run(stop, until_idle=True)
    services.database.close()


if __name__ == "__main__":
    main()
