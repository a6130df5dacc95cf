"""How long composing the sample edition takes, in all its languages.

`python -m benchmarks.compose --json` prints, in milliseconds, the median and the worst of many
rounds: read the bodies, look up the cards, render, write HTML and text.
"""

import argparse
import json
import statistics
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from outreach.bootstrap import boot
from outreach.db import migrations
from outreach.newsletters.compose import compose_text, desk_for
from outreach.newsletters.queries import edition
from outreach.settings import Settings
from outreach.sync import synchronise

HOME = Path(__file__).parent.parent
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def measure(name: str, rounds: int) -> dict[str, float]:
    """Compose an edition so many times; give milliseconds for all languages together."""
    with tempfile.TemporaryDirectory() as folder:
        services = boot(
            Settings.from_environ(
                {
                    "OUTREACH_HOME": str(HOME),
                    "DATABASE_URL": f"sqlite:///{folder}/compose.sqlite",
                    "MAIL_URL": f"maildir:{folder}/mail",
                    "SECRET_KEY": "only-for-this-benchmark-0123456789abcdef",
                    "BASE_URL": "http://127.0.0.1:8000",
                    "LOG_LEVEL": "ERROR",
                }
            )
        )
        migrations.upgrade(services.database)
        synchronise(services, NOW)
        times = []
        for _ in range(rounds + 1):
            with services.database.reading() as session:
                found = edition(session, name)
                begun = time.perf_counter()
                desk = desk_for(
                    session, services.stationery, services.links, edition=found, now=NOW
                )
                composed = [compose_text(desk, found, text) for text in found.translations]
                times.append((time.perf_counter() - begun) * 1000)
        services.close()
    return {
        "languages": len(composed),
        "first_ms": round(times[0], 1),
        "median_ms": round(statistics.median(times[1:]), 1),
        "worst_ms": round(max(times[1:]), 1),
    }


def main() -> None:
    """Read the command line, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--edition", default="wrm/2020-07")
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--json", action="store_true", help="print JSON only")
    wanted = parser.parse_args()
    figures = measure(wanted.edition, wanted.rounds)
    if wanted.json:
        print(json.dumps(figures))
    else:
        for name, value in figures.items():
            print(f"{name:12} {value}")


if __name__ == "__main__":
    main()
