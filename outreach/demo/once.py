"""The whole flow without a person: files in, mail out, a summary; on a database of its own."""

import json
import shutil
import tempfile
from collections import Counter
from email import policy
from email.parser import BytesHeaderParser
from pathlib import Path
from threading import Event
from typing import Any

from outreach.bootstrap import boot
from outreach.campaigns import queries
from outreach.clock.run import turn_once
from outreach.demo.catcher import Catcher
from outreach.demo.home import DemoHome, free_port
from outreach.demo.prepare import prepare, sample_editions, send_now
from outreach.errors import Refused
from outreach.settings import Settings
from outreach.worker import run as worker
from outreach.worker.steps import steps_for


def run_once(home: DemoHome, out: Path) -> dict[str, Any]:
    """Send every sample edition to the sample list; write each mail and `summary.json` to `out`.

    Gives the summary. Refused if a mail that counts as sent did not arrive.
    """
    out.mkdir(parents=True, exist_ok=True)
    for earlier in (*out.glob("[0-9]*.eml"), *out.glob("summary.json")):
        earlier.unlink()
    folder = Path(tempfile.mkdtemp(prefix="outreach-demo-"))
    catcher = Catcher(out, port=free_port(20_000))
    catcher.start()
    try:
        summary = _flow(_settings(home, folder, catcher.port), out)
    finally:
        catcher.stop()
        shutil.rmtree(folder, ignore_errors=True)
    (out / "summary.json").write_text(json.dumps(summary, indent=2, ensure_ascii=False) + "\n")
    if summary["received"] != summary["sent"] or summary["sent"] != summary["planned"]:
        raise Refused("Not everything arrived: %(summary)s", summary=json.dumps(summary))
    return summary


def _settings(home: DemoHome, folder: Path, port: int) -> Settings:
    return Settings.from_environ(
        {
            "OUTREACH_HOME": str(home.home),
            "DATABASE_URL": f"sqlite:///{folder / 'outreach.sqlite'}",
            "MAIL_URL": f"smtp+plain://127.0.0.1:{port}",
            "SECRET_KEY": "this-run-only-" + folder.name.ljust(32, "-"),
            "BASE_URL": "http://127.0.0.1:8000",
            "LOG_LEVEL": "WARNING",
        }
    )


def _flow(settings: Settings, out: Path) -> dict[str, Any]:
    services = boot(settings)
    try:
        prepare(services)
        campaigns = [send_now(services, name) for name, _title in sample_editions(services)]
        turn_once(services)
        worker.run(services, steps_for(services), Event(), until_idle=True)
        with services.database.reading() as session:
            reports = [
                queries.report(session, queries.campaign(session, campaign.id))
                for campaign in campaigns
            ]
    finally:
        services.close()
    return {
        "planned": sum(report.planned for report in reports),
        "sent": sum(report.sent for report in reports),
        "received": len(list(out.glob("[0-9]*.eml"))),
        "by_language": _languages(out),
    }


def _languages(out: Path) -> dict[str, int]:
    parser = BytesHeaderParser(policy=policy.default)
    mails = (parser.parsebytes(path.read_bytes()) for path in sorted(out.glob("[0-9]*.eml")))
    return dict(sorted(Counter(str(mail["Content-Language"]) for mail in mails).items()))
