"""A report as CSV: the figures, and a line for each recipient."""

import csv
import io
from datetime import datetime, timedelta

import pytest

from outreach.campaigns import queries, report_files, reports
from outreach.campaigns.report_files import deliveries_csv, figures_csv
from outreach.db.database import Database
from outreach.delivery.models import Address, State
from tests.campaigns.test_queries import ROADS
from tests.campaigns.test_reports import Sent


@pytest.fixture
def sent(database: Database, now: datetime) -> Sent:
    """Give a campaign in every state."""
    made = Sent(database, now, 9)
    for delivery, road in enumerate(ROADS.values(), start=1):
        made.move(delivery, *road)
    return made


def read(text: str) -> list[dict[str, str]]:
    """Read CSV as a spreadsheet does."""
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_the_figures_add_up_in_every_part(sent: Sent) -> None:
    sent.report()
    with sent.database.reading() as session:
        languages = queries.by_language(session, queries.campaign(session, sent.id))
        summary = reports.stored(session, sent.id)
    rows = read(figures_csv(languages, queries.total(languages.values()), summary))
    for part in ("all", "language", "domain"):
        count = {
            name: sum(
                int(row["count"]) for row in rows if (row["part"], row["figure"]) == (part, name)
            )
            for name in report_files.COUNTS
        }
        assert count.pop("planned") == sum(count.values()) == 8, part
        assert count["sent"] == 2
    failures = [row for row in rows if row["part"] == "failure"]
    assert sum(int(row["count"]) for row in failures) == 3


def test_every_recipient_has_a_line_however_small_the_pages(
    sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report_files, "PAGE", 3)
    sent.move(3, said=(550, "5.1.1", "=HYPERLINK(1)"))
    with sent.database.transaction() as session:
        session.get_one(Address, 1).address = "=cmd@example.org"
    rows = read("".join(deliveries_csv(sent.database, sent.id)))
    assert len(rows) == 8
    assert [row["state"] for row in rows] == [
        (road or [State.QUEUED])[-1].name.lower() for road in ROADS.values()
    ]
    assert {row["why_language"] for row in rows} == {"exact"}
    assert rows[0]["address"] == "'=cmd@example.org"
    assert (rows[2]["code"], rows[2]["reply"]) == ("550", "'=HYPERLINK(1)")


def test_words_of_an_earlier_try_are_not_told_of_a_mail_that_arrived(sent: Sent) -> None:
    with sent.database.transaction() as session:
        campaign = queries.campaign(session, sent.id)
        report_id = campaign.id
    sent.now += timedelta(seconds=1)
    sent.move(8, State.CLAIMED, State.SENDING, State.QUEUED, said=(451, "4.7.1", "later"))
    sent.move(8, State.CLAIMED, State.SENDING, State.SENT)
    last = read("".join(deliveries_csv(sent.database, report_id)))[-1]
    assert (last["state"], last["reply"], last["code"]) == ("sent", "", "")
    assert last["time"] == sent.now.isoformat()
