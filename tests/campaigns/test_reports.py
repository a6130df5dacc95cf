"""Reports as rows: what they say, when they are due, and that the latest one stays."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from outreach.campaigns import queries, reports, schedule
from outreach.campaigns.fanout import fan_out_page
from outreach.campaigns.models import Campaign, ExclusionReason
from outreach.campaigns.report_models import ReportDomain, ReportTime
from outreach.campaigns.summary import MOST_FAILURES, FailureLine, Summary, frequent, largest
from outreach.db.database import Database
from outreach.delivery import moves
from outreach.delivery.failures import FailureClass
from outreach.delivery.models import Address, Delivery, Outcome, State
from tests.campaigns.conftest import Place, found_place
from tests.campaigns.test_queries import ROADS

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


class Sent:
    """A campaign in a database of its own, moved by hand."""

    def __init__(self, database: Database, now: datetime, people: int) -> None:
        self.database, self.now = database, now
        with database.transaction() as session:
            place = found_place(session, now)
            for number in range(people):
                place.add(("en", "fr")[number % 2])
            self._spread(place)
            place.suppress(place.people[-1])
            self.id = place.sending("en", "fr").id
            fan_out_page(session, self.id, now=now)
            fan_out_page(session, self.id, now=now)
            self.batch_id = queries.campaign(session, self.id).batch_id

    def _spread(self, place: Place) -> None:
        for number, person in enumerate(place.people):
            address = place.session.get_one(Address, person.address_id)
            address.domain = f"domain{number % 3}.example"

    def move(self, delivery: int, *road: State, said: tuple[Any, ...] = ()) -> None:
        """Move a delivery along; the server's code, enhanced code and words at the end of it."""
        with self.database.transaction() as session:
            before = session.get_one(Delivery, delivery).state
            for state in road:
                moves.move(session, Delivery.id == delivery, [before], state, ended_at=self.now)
                before = state
            if said:
                session.add(
                    Outcome(
                        delivery_id=delivery,
                        at=self.now,
                        state=before,
                        code=said[0],
                        enhanced=said[1],
                        reply=said[2],
                    )
                )

    def due(self, after: timedelta = timedelta(0)) -> bool:
        """Tell whether its report is due."""
        with self.database.reading() as session:
            return reports.due(session, self.now + after) == [self.id]

    def report(self, after: timedelta = timedelta(0)) -> bool:
        """Write its report."""
        summary = reports.summarise(self.database, self.id, self.now + after)
        with self.database.transaction() as session:
            return reports.store(session, self.id, summary)

    def stored(self) -> Summary:
        """Read its report."""
        with self.database.reading() as session:
            found = reports.stored(session, self.id)
        assert found is not None
        return found


@pytest.fixture
def sent(database: Database, now: datetime) -> Sent:
    """Give a campaign to eight people, a ninth left out."""
    return Sent(database, now, 9)


def test_a_report_says_the_same_as_the_rows(sent: Sent) -> None:
    for delivery, road in enumerate(ROADS.values(), start=1):
        sent.move(delivery, *road)
    sent.move(3, said=(550, "5.1.1", "<person2@example.org> unknown; person2"))
    assert sent.report()
    found = sent.stored()
    with sent.database.reading() as session:
        standing = queries.standings(session, [sent.batch_id])[sent.batch_id]
    told: dict[State, int] = {}
    for line in found.domains:
        for state, count in line.states.items():
            told[state] = told.get(state, 0) + count
    assert told == {state: count for state, count in standing.items() if count}
    assert found.domain_count == 3
    assert found.left_out == {ExclusionReason.SUPPRESSED: 1}
    assert sum(column.sent for column in found.times) == 2
    assert sum(column.failed for column in found.times) == 1
    assert {(line.state, line.kind, line.count) for line in found.failures} == {
        (State.FAILED, FailureClass.MAILBOX, 1),
        (State.UNCERTAIN, FailureClass.CUT_OFF, 1),
        (State.BOUNCED, FailureClass.OTHER, 1),
    }
    assert "person2" not in " ".join(line.words for line in found.failures)


def test_what_is_stored_is_what_was_summed_up(sent: Sent) -> None:
    for delivery, road in enumerate(ROADS.values(), start=1):
        sent.move(delivery, *road)
    made = reports.summarise(sent.database, sent.id, sent.now)
    with sent.database.transaction() as session:
        reports.store(session, sent.id, made)
    assert sent.stored() == made


def test_a_report_is_due_when_the_counters_moved_and_a_minute_is_over(sent: Sent) -> None:
    assert sent.due()
    sent.report()
    assert not sent.due(timedelta(days=1))
    sent.move(1, State.CLAIMED)
    assert not sent.due(timedelta(days=1))  # a claim is no news
    sent.move(1, State.SENDING, State.SENT)
    assert not sent.due(59 * SECOND)
    assert sent.due(MINUTE)


def test_the_end_of_a_campaign_is_summed_up_at_once_and_bounces_later(sent: Sent) -> None:
    for delivery in range(1, 8):
        sent.move(delivery, State.CLAIMED, State.SENDING, State.SENT)
    sent.report()
    sent.move(8, State.CLAIMED, State.SENDING, State.SENT)
    assert not sent.due(SECOND)
    with sent.database.transaction() as session:
        schedule_end(session.get_one(Campaign, sent.id), sent.now + SECOND)
    assert sent.due(SECOND)
    sent.report(2 * SECOND)
    assert not sent.due(timedelta(days=1))
    sent.move(3, State.BOUNCED, said=(550, "5.1.1", "unknown"))
    assert not sent.due(30 * SECOND)
    assert sent.due(timedelta(days=1))
    sent.report(timedelta(days=1))
    assert [line.kind for line in sent.stored().failures] == [FailureClass.MAILBOX]


def schedule_end(campaign: Campaign, now: datetime) -> None:
    """End a campaign as the worker does."""
    campaign.move(type(campaign.state)("sent"), now)


def test_what_took_long_is_done_more_seldom(sent: Sent, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reports, "REST", 10**9)
    sent.report()
    sent.move(1, State.CLAIMED, State.SENDING, State.SENT)
    with sent.database.reading() as session:
        took = sent.stored().took_ms
        assert (reports.due(session, sent.now + timedelta(minutes=2)) == []) == (took > 0)


def test_a_worker_who_was_slower_does_not_overwrite_a_newer_report(sent: Sent) -> None:
    old = reports.summarise(sent.database, sent.id, sent.now)
    sent.move(1, State.CLAIMED, State.SENDING, State.SENT)
    assert sent.report(MINUTE)
    with sent.database.transaction() as session:
        assert not reports.store(session, sent.id, old)
    assert sum(column.sent for column in sent.stored().times) == 1


def test_a_newer_report_leaves_nothing_of_the_older_one(sent: Sent) -> None:
    sent.move(1, State.CLAIMED, State.SENDING, State.UNCERTAIN)
    sent.report()
    with sent.database.transaction() as session:
        campaign = queries.campaign(session, sent.id)
        assert schedule.resend_uncertain(session, campaign, sent.now) == 1
    sent.report(MINUTE)
    assert list(sent.stored().failures) == []
    with sent.database.reading() as session:
        assert session.scalar(select(func.sum(ReportDomain.count))) == 8
        assert session.scalar(select(func.count()).select_from(ReportTime)) == 0


def test_a_campaign_that_has_not_begun_has_no_report(database: Database, now: datetime) -> None:
    with database.transaction() as session:
        campaign = found_place(session, now).campaign()
        assert reports.due(session, now) == []
        assert reports.stored(session, campaign.id) is None


def test_small_domains_are_told_together_and_none_is_lost() -> None:
    many = {f"d{number:03}": {State.SENT: number + 1} for number in range(50)}
    lines = largest(many, 30)
    assert [line.domain for line in lines[:2]] == ["d049", "d048"]
    assert (len(lines), lines[-1].domain) == (31, "")
    assert sum(sum(line.states.values()) for line in lines) == sum(range(51))


def test_a_server_that_invents_codes_does_not_fill_the_report() -> None:
    counted = {
        FailureLine(State.FAILED, FailureClass.OTHER, 550, f"5.9.{number}", 0, "no"): number + 1
        for number in range(300)
    }
    lines = frequent(counted)
    assert len(lines) == MOST_FAILURES + 1
    assert sum(line.count for line in lines) == sum(range(301))
