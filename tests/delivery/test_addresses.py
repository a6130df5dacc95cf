"""What counts as an address, and what it is known by."""

import pytest

from outreach.db.database import Database
from outreach.delivery.addresses import address_hash, parse_address, remember
from outreach.errors import Refused
from outreach.phrases.catalog import phrases

KEY = b"k" * 32


def test_an_address_is_kept_as_its_owner_writes_it_with_the_domain_in_lower_case() -> None:
    parsed = parse_address("  Zoé.Roy@Exämple.ORG ")
    assert parsed.address == "Zoé.Roy@exämple.org"
    assert parsed.normal == "zoé.roy@exämple.org"
    assert parsed.domain == "xn--exmple-cua.org"


@pytest.mark.parametrize(
    "text", ["", "reader", "a@b", "a b@example.org", "a@example.org\r\nBcc: x@y.org", "A <a@b.org>"]
)
def test_what_is_no_address_is_refused_in_plain_words(text: str) -> None:
    with pytest.raises(Refused) as refused:
        parse_address(text)
    assert "\n" not in str(refused.value)
    assert "e-mail" in phrases("fr").say(refused.value)
    assert "correo" in phrases("es").say(refused.value)


def test_two_spellings_of_one_mailbox_are_one_row(database: Database) -> None:
    with database.transaction() as session:
        first = remember(session, "Zoe@Example.org", KEY)
        second = remember(session, "zoe@example.ORG", KEY)
        other = remember(session, "zoe@xn--exmple-cua.org", KEY)
        same = remember(session, "zoe@exämple.org", KEY)
    assert first.id == second.id != other.id == same.id
    assert first.address == "Zoe@example.org"
    assert first.hash == address_hash("zoe@example.org", KEY)
