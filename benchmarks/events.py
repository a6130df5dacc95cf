"""How long the pages and feeds of many events take on the server.

`python -m benchmarks.events --json` writes so many events in three languages as content files
(half of them to come, every tenth a monthly series), syncs them, and asks for each address many
times, one after another and without a network. In milliseconds: the first answer, the median and
the 95th percentile of the others.
"""

import argparse
import json
import statistics
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from shutil import copytree

from flask.testing import FlaskClient

from outreach.bootstrap import boot, settle_memory
from outreach.db import migrations
from outreach.settings import Settings
from outreach.sync import synchronise
from outreach.web.app import create_app

HOME = Path(__file__).parent.parent
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
LANGUAGES = ("en", "fr", "es")
KINDS = ("webinar", "meeting")
MOST_OF_ALL = 0.95
PAGES = {
    "list": "/fr/events",
    "list of a kind": "/fr/events?kind=webinar",
    "older events": "/fr/events?page=3",
    "event": "/fr/events/event-0007",
    "series": "/fr/events/event-0490",
    "feed, unchanged": "/fr/events.ics",
    "feed of a topic and kind": "/fr/events/topic/events/kind/webinar.ics",
}


def write(folder: Path, count: int) -> None:
    """Write so many events beneath `content/events`, the last one furthest ahead."""
    for number in range(count):
        day = NOW.date() + timedelta(days=(number - count // 2) * 2 + 1)
        event = folder / "content" / "events" / f"event-{number:04}"
        event.mkdir(parents=True)
        (event / "event.toml").write_text(_source(number, day))
        for language in LANGUAGES:
            words = "Water, mines and the people who live beside them. " * 12
            (event / f"{language}.md").write_text(
                f"---\ntitle: Event {number} in {language}\nsummary: What it is about.\n---\n\n"
                f"{words}\n\n{words}\n"
            )


def _source(number: int, day: date) -> str:
    series = '\n[recurrence]\nrule = "FREQ=MONTHLY;COUNT=12"\n' if number % 10 == 0 else ""
    return (
        f'kind = "{KINDS[number % 2]}"\ntopic = "events"\nstart = {day}T15:00:00\n'
        'duration = 60\nzone = "Europe/Paris"\norganiser = "Women’s Rights and Mining"\n'
        f'online_url = "https://meet.example.org/{number}"\n{series}'
        '\n[[people]]\nname = "Ana Quispe"\nrole = "speaker"\ncountry = "PE"\n'
        "\n[registration]\ncapacity = 50\n"
    )


def measure(count: int, rounds: int) -> dict[str, dict[str, float]]:
    """Serve so many events; give milliseconds by page."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        for name in ("content", "subscribers", "templates"):
            copytree(HOME / name, home / name)
        write(home, count)
        environ = {
            "OUTREACH_HOME": str(home),
            "DATABASE_URL": f"sqlite:///{folder}/events.sqlite",
            "MAIL_URL": f"maildir:{folder}/mail",
            "SECRET_KEY": "only-for-this-benchmark-0123456789abcdef",
            "BASE_URL": "http://127.0.0.1:8000",
            "LOG_LEVEL": "ERROR",
        }
        services = boot(Settings.from_environ(environ), clock=lambda: NOW)
        migrations.upgrade(services.database)
        begun = time.perf_counter()
        faults = [*synchronise(services, NOW).faults]
        if faults:
            raise SystemExit(str(faults[0]))
        synced = time.perf_counter() - begun
        client = create_app(services).test_client()
        settle_memory()
        found = {name: timed(client, path, rounds) for name, path in PAGES.items()}
        tag = client.get(PAGES["feed, unchanged"]).headers["ETag"]
        found["feed, not modified"] = timed(client, PAGES["feed, unchanged"], rounds, tag)
        services.close()
    return {"sync of all": {"first": round(synced * 1000, 1)}, **found}


def timed(client: FlaskClient, path: str, rounds: int, tag: str = "") -> dict[str, float]:
    """Ask for an address so many times and once more before."""
    times = []
    for _ in range(rounds + 1):
        begun = time.perf_counter()
        answer = client.get(path, headers={"If-None-Match": tag} if tag else {})
        size = len(answer.get_data())
        times.append((time.perf_counter() - begun) * 1000)
        if answer.status_code != (304 if tag else 200):
            raise SystemExit(f"{path}: {answer.status_code}")
    later = sorted(times[1:])
    return {
        "first": round(times[0], 1),
        "median": round(statistics.median(later), 1),
        "p95": round(later[int(len(later) * MOST_OF_ALL)], 1),
        "bytes": size,
    }


def main() -> None:
    """Read the command line, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--json", action="store_true", help="print JSON only")
    wanted = parser.parse_args()
    figures = measure(wanted.events, wanted.rounds)
    if wanted.json:
        print(json.dumps(figures))
        return
    for name, values in figures.items():
        print(f"{name:26}", *(f"{what} {value}" for what, value in values.items()))


if __name__ == "__main__":
    main()
