"""Tests of an edition from the command line."""

import pytest
from sqlalchemy import select

from outreach.db.database import Database
from outreach.delivery.addresses import remember
from outreach.delivery.models import Address, Delivery, State, SuppressionReason
from outreach.delivery.suppressions import suppress
from outreach.staff.models import Act
from outreach.times import utc_now
from tests.cli.conftest import Command

SEND = ("send-test", "wrm/2020-07", "--to", "ada@example.org")

pytestmark = pytest.mark.usefixtures("filled")


def queued(database: Database) -> list[str]:
    """Give the address of every delivery that waits."""
    with database.reading() as session:
        query = select(Address.address).join(Delivery, Delivery.address_id == Address.id)
        return list(session.scalars(query.where(Delivery.state == State.QUEUED)))


def test_every_language_is_queued_and_the_worker_sends_it(
    outreach: Command, filled: Database
) -> None:
    result = outreach(*SEND, "--to", "luc@example.org")
    assert result.exit_code == 0, result.stderr
    assert "Queued: 6." in result.stdout
    assert "Français" in result.stdout
    assert len(queued(filled)) == 6
    assert outreach("worker", "--until-idle").exit_code == 0
    assert queued(filled) == []
    assert outreach("campaign", "list", "--json").stdout.strip() == "[]"


def test_one_language_can_be_chosen_and_a_reader(outreach: Command, filled: Database) -> None:
    result = outreach(*SEND, "--language", "fr", "--as", "empty")
    assert "Queued: 1." in result.stdout
    with filled.reading() as session:
        [act] = session.scalars(select(Act).where(Act.act == "edition.test"))
        [fields] = session.scalars(select(Delivery.fields))
    assert (act.who, act.after) == ("command line", {"languages": "fr", "mails": 1, "as": "empty"})
    assert fields == '{"sandbox": 1}'


def test_the_same_command_sends_again(outreach: Command, filled: Database) -> None:
    for _ in range(2):
        assert outreach(*SEND).exit_code == 0
    assert len(queued(filled)) == 6


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["send-test", "wrm/2099-01", "--to", "a@example.org"], "There is no edition"),
        ([*SEND, "--language", "de"], "at least one language"),
        ([*SEND, "--to", "nonsense"], "nonsense"),
        ([*SEND, "--as", "nobody@example.org"], "Nobody has subscribed"),
        ([*SEND, "--as", "emperor"], "not an e-mail address"),
    ],
)
def test_what_cannot_be_is_refused_with_the_reason(
    outreach: Command, filled: Database, words: list[str], complaint: str
) -> None:
    result = outreach(*words)
    assert (result.exit_code, complaint in result.stderr) == (1, True), result.output
    assert queued(filled) == []


def test_without_an_address_it_is_wrong_use(outreach: Command) -> None:
    assert outreach("send-test", "wrm/2020-07").exit_code == 2


def test_a_suppressed_address_is_told_and_alone_it_is_refused(
    outreach: Command, filled: Database, environ: dict[str, str]
) -> None:
    from outreach.settings import Settings  # noqa: PLC0415

    key = Settings.from_environ(environ).suppression_key
    with filled.transaction() as session:
        address = remember(session, "ada@example.org", key)
        suppress(session, address.hash, SuppressionReason.BOUNCE, utc_now())
    alone = outreach(*SEND)
    assert (alone.exit_code, "Nothing was sent" in alone.stderr) == (1, True)
    assert "suppressed: bounce" in alone.stdout
    both = outreach(*SEND, "--to", "luc@example.org")
    assert both.exit_code == 0
    assert "Queued: 3." in both.stdout
    assert set(queued(filled)) == {"luc@example.org"}
