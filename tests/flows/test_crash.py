"""A real worker process is killed, or told to stop, in the middle of a real campaign."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from email import policy
from email.parser import BytesHeaderParser

import pytest

from outreach.audience.imports import ImportRequest, import_csv
from outreach.campaigns import queries
from outreach.clock.run import turn_once
from tests.flows.installation import Installation

PEOPLE = 600
CONNECTIONS = 8


def start_campaign(site: Installation) -> int:
    """Import a long list and let the sample edition begin."""
    path = site.home / "list.csv"
    rows = (f"p{number}@example.org,Name {number}" for number in range(PEOPLE))
    path.write_text("address,first_name\n" + "\n".join(rows) + "\n")
    services, now = site.services, site.watch.now
    request = ImportRequest(path, "news", "Asked at the fair, 2026")
    import_csv(services.database, request, key=services.settings.suppression_key, now=now)
    campaign_id = site.schedule_now("wrm/2020-07")
    turn_once(services)
    return campaign_id


def run_worker(site: Installation, *arguments: str) -> subprocess.Popen[bytes]:
    """Start `outreach worker` as an operator would."""
    settings = site.services.settings
    environ = {
        "PATH": os.environ["PATH"],
        "OUTREACH_HOME": str(site.home),
        "DATABASE_URL": site.services.database.url,
        "MAIL_URL": f"smtp+plain://127.0.0.1:{site.catcher.port}",
        "MAIL_CONNECTIONS": str(CONNECTIONS),
        "SECRET_KEY": settings.secret_keys[0],
        "BASE_URL": settings.base_url,
        "LOG_LEVEL": "WARNING",
    }
    command = [sys.executable, "-m", "outreach.cli", "worker", *arguments]
    return subprocess.Popen(command, env=environ, cwd=site.home)


def received(site: Installation) -> Counter[str]:
    """Count the mails that arrived, by recipient."""
    parser = BytesHeaderParser(policy=policy.compat32)
    mails = site.catcher.folder.glob("*.eml")
    return Counter(parser.parsebytes(path.read_bytes())["Delivered-To"] for path in mails)


def wait_for_mail(site: Installation, at_least: int) -> None:
    """Wait until so many mails have arrived."""
    deadline = time.monotonic() + 60
    while sum(1 for _ in site.catcher.folder.glob("*.eml")) < at_least:
        assert time.monotonic() < deadline, "nothing arrives"
        time.sleep(0.01)


def report(site: Installation, campaign_id: int) -> queries.Report:
    with site.services.database.reading() as session:
        return queries.report(session, queries.campaign(session, campaign_id))


@pytest.mark.parametrize("at_least", [1, 200])
def test_after_a_kill_nobody_is_lost_and_nobody_is_mailed_twice(
    installation: Installation, at_least: int
) -> None:
    campaign_id = start_campaign(installation)
    first = run_worker(installation)
    wait_for_mail(installation, at_least)
    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    assert sum(received(installation).values()) < PEOPLE

    assert run_worker(installation, "--until-idle").wait(120) == 0
    final = report(installation, campaign_id)
    mails = received(installation)
    assert max(mails.values()) == 1
    assert final.uncertain <= 4 * CONNECTIONS
    assert (final.planned, final.waiting) == (PEOPLE, 0)
    assert final.sent + final.uncertain == PEOPLE
    assert final.sent <= len(mails) <= final.sent + final.uncertain


def test_a_worker_that_is_told_to_stop_leaves_nothing_uncertain(
    installation: Installation,
) -> None:
    campaign_id = start_campaign(installation)
    first = run_worker(installation)
    wait_for_mail(installation, 200)
    first.send_signal(signal.SIGTERM)
    assert first.wait(10) == 0
    halfway = report(installation, campaign_id)
    assert halfway.uncertain == 0
    assert halfway.sent == sum(received(installation).values())

    assert run_worker(installation, "--until-idle").wait(120) == 0
    assert report(installation, campaign_id).sent == PEOPLE
    assert received(installation) == Counter({f"p{n}@example.org": 1 for n in range(PEOPLE)})
