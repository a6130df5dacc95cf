"""Measure sending: the bare pipelined loop ("limit") beside the whole product path, on SQLite.

    python -m benchmarks.send --recipients 50000 --kilobytes 40 --connections 8 \
        --sink 127.0.0.1:2525 --json

The product path is claim → personalise → send → record, durable against kill -9, with at most
4 × connections uncertain. It is measured twice: with SQLite's synchronous=NORMAL (the figures
without a suffix, as the aims of the project have it) and with FULL, the product's default, which
survives a power cut as well (`…_full`). Without `--sink` Postfix's smtp-sink is started where it is
installed, else `benchmarks.sink`.
"""

import argparse
import json
import multiprocessing
import resource
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TypeVar

from sqlalchemy import func, select

from benchmarks.letters import Services, fill_outbox, open_services
from benchmarks.limit import measure
from outreach.bootstrap import settle_memory
from outreach.delivery.batches import tallies
from outreach.delivery.claims import claim_bulk, due_batches
from outreach.delivery.models import Delivery, Stream
from outreach.delivery.personal import Writer
from outreach.delivery.sender import Sender
from outreach.delivery.transports.pipeline import dot_stuffed

HOST = "127.0.0.1"
NORMAL, FULL = "NORMAL", "FULL"
"""SQLite's synchronous: safe against kill -9, and against a power cut as well."""
Found = TypeVar("Found")


@dataclass(frozen=True)
class Wanted:
    """What is to be measured."""

    recipients: int
    kilobytes: int
    connections: int
    per_connection: int
    host: str
    port: int


@dataclass(frozen=True)
class Measured:
    """How the product did."""

    per_s: float
    cpu_us: float
    peak_mb: float


def main() -> None:
    """Measure and print."""
    options = _options()
    with _sink(options.sink) as (host, port):
        wanted = Wanted(
            options.recipients,
            options.kilobytes,
            options.connections,
            options.per_connection,
            host,
            port,
        )
        report = _report(wanted)
    print(json.dumps(report) if options.json else _told(report))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--recipients", type=int, default=50_000)
    parser.add_argument("--kilobytes", type=int, default=40, help="size of a message")
    parser.add_argument("--connections", type=int, default=8)
    parser.add_argument(
        "--per-connection", type=int, default=100_000, help="messages before a new connection"
    )
    parser.add_argument("--sink", default="", help="HOST:PORT of any SMTP server that takes all")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def _report(wanted: Wanted) -> dict[str, object]:
    """Measure the limit before and after, for machines are not steady."""
    before = _elsewhere(_measure_limit, wanted)
    normal = _elsewhere(_measure_product, wanted, NORMAL)
    full = _elsewhere(_measure_product, wanted, FULL)
    after = _elsewhere(_measure_limit, wanted)
    limit = (before + after) / 2
    return {
        "limit_per_s": round(limit),
        "product_per_s": round(normal.per_s),
        "ratio": round(normal.per_s / limit, 2),
        "cpu_us_per_message": round(normal.cpu_us, 1),
        "peak_mb": round(max(normal.peak_mb, full.peak_mb), 1),
        "product_full_per_s": round(full.per_s),
        "ratio_full": round(full.per_s / limit, 2),
        "cpu_us_per_message_full": round(full.cpu_us, 1),
        **{key: value for key, value in asdict(wanted).items() if key not in ("host", "port")},
    }


def _measure_limit(wanted: Wanted) -> float:
    """Send messages of the same size that are ready."""
    with tempfile.TemporaryDirectory() as folder:
        services = _services(Path(folder), wanted, full=False)
        fill_outbox(services, 1, wanted.kilobytes)
        content = b"".join(dot_stuffed(_one_message(services)))
    messages = min(wanted.recipients, 20_000)
    return measure(
        wanted.host, wanted.port, content, connections=wanted.connections, messages=messages
    )


def _measure_product(wanted: Wanted, synchronous: str) -> Measured:
    """Send a whole batch; time and CPU of sending only, memory of the whole process."""
    with tempfile.TemporaryDirectory() as folder:
        services = _services(Path(folder), wanted, full=synchronous == FULL)
        batch = fill_outbox(services, wanted.recipients, wanted.kilobytes)
        sender = Sender(services, Stream.BULK, connections=wanted.connections)
        settle_memory()
        began, used = time.time(), _cpu()
        sender.run(threading.Event(), until_idle=True)
        used = _cpu() - used
        with services.database.reading() as session:
            standing = tallies(session, [batch])
            ended = session.scalar(select(func.max(Delivery.ended_at)))
        services.database.close()
    if standing.sent != wanted.recipients or ended is None:
        raise SystemExit(f"not everything was sent: {dict(standing.by_state)}")
    elapsed = ended.timestamp() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Measured(wanted.recipients / elapsed, used / wanted.recipients * 1e6, peak)


def _services(folder: Path, wanted: Wanted, *, full: bool) -> Services:
    environ = {"MAIL_PER_CONNECTION": str(wanted.per_connection)}
    url = f"smtp+plain://{wanted.host}:{wanted.port}"
    return open_services(folder, url, environ, full=full)


def _one_message(services: Services) -> bytes:
    """Write one message of the outbox."""
    now = services.clock()
    with services.database.transaction() as session:
        batch = due_batches(session, now)[0]
        claim = claim_bulk(session, batch, 1, now, limit=1)[0]
    writer = Writer(services.database, services.links, services.settings.suppression_key, None)
    return writer.write(claim, now).content


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _elsewhere(task: Callable[..., Found], *arguments: object) -> Found:
    """Run in a new process, so that memory and CPU are those of the task alone."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(task, *arguments).result()


@contextmanager
def _sink(given: str) -> Iterator[tuple[str, int]]:
    """Give the sink named, or start one in a process of its own."""
    if given:
        host, _, port = given.rpartition(":")
        yield host, int(port)
        return
    free = _free_port()
    process = subprocess.Popen(_command(free))
    try:
        _wait_for(free)
        yield HOST, free
    finally:
        process.terminate()
        process.wait()


def _command(port: int) -> list[str]:
    postfix = shutil.which("smtp-sink", path="/usr/sbin:/usr/bin:/usr/local/sbin")
    if postfix:
        return [postfix, "-u", "nobody", f"{HOST}:{port}", "200"]
    return [sys.executable, "-m", "benchmarks.sink", f"{HOST}:{port}"]


def _free_port() -> int:
    with socket.create_server((HOST, 0)) as listener:
        return int(listener.getsockname()[1])


def _wait_for(port: int) -> None:
    for _ in range(100):
        try:
            socket.create_connection((HOST, port)).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise SystemExit("the sink does not start")


def _told(report: dict[str, object]) -> str:
    return "\n".join(f"{key:>26}  {value}" for key, value in report.items())


if __name__ == "__main__":
    main()
