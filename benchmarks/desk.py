"""How long the pages of the desk take on the server with a large audience and a long history.

`python -m benchmarks.desk --json` fills a database with subscribers and with campaigns that have
reached all of them, signs in as an admin, and asks for each page many times, one after another and
without a network. In milliseconds: the first answer, the median and the 95th percentile of the
others. `--database URL` measures on that (empty) database instead of a new one on SQLite.
"""

import argparse
import json
import re
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flask.testing import FlaskClient
from sqlalchemy import text

from benchmarks.crowd import add_campaign, add_people
from benchmarks.events import HOME, timed
from outreach.bootstrap import Services, boot, settle_memory
from outreach.db import migrations
from outreach.settings import Settings
from outreach.staff import people
from outreach.staff.audit import Actor
from outreach.staff.invitations import choose_password
from outreach.staff.models import Role
from outreach.sync import synchronise
from outreach.web.app import create_app

NOW = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)
EDITION = "/desk/editions/wrm/2020-07"
WHO = {"address": "ada@example.org", "password": "only-for-this-benchmark"}
LOOK = "topic=news&when=local&day=2026-12-01&hour=09:00&zone=Europe/Paris"


def pages(campaign: int) -> dict[str, str]:
    """Name every page that is measured."""
    return {
        "home": "/desk/",
        "home, month": "/desk/?view=month",
        "editions": "/desk/editions",
        "edition": EDITION,
        "checks": f"{EDITION}/checks",
        "test": f"{EDITION}/test",
        "schedule": f"{EDITION}/schedule",
        "schedule, look": f"{EDITION}/schedule/look?{LOOK}",
        "campaigns": "/desk/campaigns",
        "campaign and report": f"/desk/campaigns/{campaign}",
        "segments": "/desk/segments",
        "system": "/desk/system",
        "people": "/desk/staff",
        "log": "/desk/log",
    }


def measure(
    subscribers: int, campaigns: int, rounds: int, database: str
) -> dict[str, dict[str, float]]:
    """Fill a database and serve it; give milliseconds by page."""
    with tempfile.TemporaryDirectory() as folder:
        services = _services(Path(folder), database)
        begun = time.perf_counter()
        last = _fill(services, subscribers, campaigns)
        filled = round((time.perf_counter() - begun) * 1000, 1)
        client = create_app(services).test_client()
        _sign_in(services, client)
        settle_memory()
        found = {name: timed(client, path, rounds) for name, path in pages(last).items()}
        services.close()
    return {"filling": {"first": filled}, **found}


def _services(folder: Path, database: str) -> Services:
    environ = {
        "OUTREACH_HOME": str(HOME),
        "DATABASE_URL": database or f"sqlite:///{folder}/desk.sqlite",
        "MAIL_URL": f"maildir:{folder}/mail",
        "SECRET_KEY": "only-for-this-benchmark-0123456789abcdef",
        "BASE_URL": "http://127.0.0.1:8000",
        "LOG_LEVEL": "ERROR",
    }
    services = boot(Settings.from_environ(environ), clock=lambda: NOW)
    migrations.upgrade(services.database)
    synchronise(services, NOW)
    return services


def _fill(services: Services, subscribers: int, campaigns: int) -> int:
    add_people(services, "news", subscribers, NOW)
    last = 0
    for number in range(campaigns):
        sent_at = NOW - timedelta(days=7 * (campaigns - number) - 3)
        last = add_campaign(services, f"edition:wrm/{number:04}", "news", sent_at)
    if not services.database.is_sqlite:
        # Its autovacuum does this within a minute or two of so many rows.
        with services.database.transaction() as session:
            session.execute(text("ANALYZE"))
    return last


def _sign_in(services: Services, client: FlaskClient) -> None:
    with services.database.transaction() as session:
        new = people.NewStaff(WHO["address"], "Ada", "en", Role.ADMIN)
        staff = people.add(session, new, Actor(None, NOW))
        choose_password(session, staff, WHO["password"], NOW)
    page = client.get("/desk/sign-in").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    if token is None:
        raise SystemExit("The door of the desk has no form.")
    client.post("/desk/sign-in", data={"csrf_token": token[1], **WHO})


def main() -> None:
    """Read the command line, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--subscribers", type=int, default=100_000)
    parser.add_argument("--campaigns", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--database", default="", help="an empty database, by its URL")
    parser.add_argument("--json", action="store_true", help="print JSON only")
    wanted = parser.parse_args()
    figures = measure(wanted.subscribers, wanted.campaigns, wanted.rounds, wanted.database)
    if wanted.json:
        print(json.dumps(figures))
        return
    for name, values in figures.items():
        print(f"{name:22}", *(f"{what} {value}" for what, value in values.items()))


if __name__ == "__main__":
    main()
