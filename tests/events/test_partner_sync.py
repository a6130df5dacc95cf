"""Partners as rows: what the file says, and nothing that a faulty file says."""

from sqlalchemy import select

from outreach.events.partner_models import Partner
from outreach.events.partner_source import PATH
from outreach.events.partners import by_id, find, known_slugs, may_frame
from tests.writing import Home

ONE = '[[partners]]\nslug = "one"\nname = "One"\n'
TWO = '[[partners]]\nslug = "two"\nname = "Two"\norigins = ["https://two.example"]\n'


def live(home: Home) -> tuple[str, ...]:
    """Give the slugs that are known."""
    with home.database.reading() as session:
        return known_slugs(session)


def test_without_the_file_there_is_no_partner(home: Home) -> None:
    assert home.faults() == []
    assert live(home) == ()


def test_partners_stand_in_the_order_of_the_file(home: Home) -> None:
    home.write(PATH, TWO + ONE)
    assert home.sync().changed.count(PATH) == 1
    assert live(home) == ("two", "one")
    home.write(PATH, ONE + TWO)
    home.sync()
    assert live(home) == ("one", "two")


def test_a_file_that_did_not_change_is_not_written_again(home: Home) -> None:
    home.write(PATH, ONE)
    home.sync()
    assert PATH not in home.sync().changed


def test_one_that_left_the_file_is_known_no_more_and_is_the_same_when_it_is_back(
    home: Home,
) -> None:
    home.write(PATH, ONE + TWO)
    home.sync()
    with home.database.reading() as session:
        number = session.scalars(select(Partner.id).where(Partner.slug == "two")).one()
    home.write(PATH, ONE)
    home.sync()
    assert live(home) == ("one",)
    with home.database.reading() as session:
        assert find(session, "two") is None
        assert by_id(session, number) is None
    home.write(PATH, ONE + TWO)
    home.sync()
    with home.database.reading() as session:
        back = find(session, "two")
        assert back is not None
        assert back.id == number


def test_a_faulty_file_leaves_the_partners_as_they_are(home: Home) -> None:
    home.write(PATH, ONE + TWO)
    home.sync()
    home.write(PATH, '[[partners]]\nslug = "three"\n')
    assert len(home.faults()) == 1
    assert live(home) == ("one", "two")


def test_a_file_that_was_taken_away_means_no_partner(home: Home) -> None:
    home.write(PATH, ONE)
    home.sync()
    home.remove(PATH)
    report = home.sync()
    assert report.faults == ()
    assert PATH in report.changed
    assert live(home) == ()
    home.write(PATH, ONE)
    home.sync()
    assert live(home) == ("one",)


def test_whatever_a_stranger_writes_finds_no_partner(home: Home) -> None:
    home.write(PATH, ONE)
    home.sync()
    with home.database.reading() as session:
        assert find(session, "one") is not None
        for strange in ("", "two", "ONE", "one\x00", "one ", "o" * 10_000, "%", "\u2603", "../one"):
            assert find(session, strange) is None


def test_a_partner_without_origins_may_be_framed_anywhere(home: Home) -> None:
    home.write(PATH, ONE + TWO)
    home.sync()
    with home.database.reading() as session:
        one, two = find(session, "one"), find(session, "two")
        assert one is not None
        assert two is not None
        assert may_frame(None) == may_frame(one) == ()
        assert may_frame(two) == ("https://two.example",)
