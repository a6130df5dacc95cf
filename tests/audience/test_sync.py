"""topics.toml → rows."""

from pathlib import Path

import pytest

from outreach.audience import queries, topics
from outreach.audience.source import PATH
from outreach.audience.sync import sync_topics
from outreach.content.faults import Fault
from outreach.content.models import ContentFile
from outreach.errors import NotFound
from tests.audience.conftest import REPOSITORY, House

TWO = """\
[[topics]]
slug = "events"
[topics.name]
en = "Events"
[topics.description]
en = "What is on."

[[topics]]
slug = "guides"
[topics.name]
en = "Guides"
fr = "Guides pratiques"
"""


def sync(house: House, home: Path, text: str) -> list[Fault]:
    (home / "subscribers").mkdir(exist_ok=True)
    (home / PATH).write_text(text, "utf-8")
    with house.database.transaction() as session:
        return sync_topics(session, home, house.now)


def active(house: House) -> list[str]:
    with house.database.reading() as session:
        return [topic.slug for topic in topics.active_topics(session)]


def test_the_sample_has_no_faults(house: House) -> None:
    with house.database.transaction() as session:
        assert sync_topics(session, REPOSITORY, house.now) == []
    assert active(house) == ["news", "events"]
    assert set(house.topic("news").names) == {"en", "fr", "es"}


def test_topics_come_in_the_order_of_the_file_and_leave_with_it(
    house: House, tmp_path: Path
) -> None:
    number = house.subscribe()
    assert sync(house, tmp_path, TWO) == []
    assert active(house) == ["events", "guides"]
    assert house.topic("guides").names == {"en": "Guides", "fr": "Guides pratiques"}
    assert "news" in house.states(number)


def test_a_topic_that_comes_back_is_active_again(house: House, tmp_path: Path) -> None:
    known = house.topic("news").id
    sync(house, tmp_path, TWO)
    assert sync(house, tmp_path, TWO + '[[topics]]\nslug = "news"\nname.en = "News"\n') == []
    assert active(house) == ["events", "guides", "news"]
    assert house.topic("news").id == known


def test_the_file_is_kept_and_the_same_file_is_not_written_again(
    house: House, tmp_path: Path
) -> None:
    sync(house, tmp_path, TWO)
    house.wait(days=1)
    sync(house, tmp_path, TWO)
    with house.database.reading() as session:
        kept = session.get_one(ContentFile, PATH)
    assert kept.text == TWO
    assert kept.synced_at < house.now


def test_a_faulty_file_changes_nothing_and_tells_all_its_faults(
    house: House, tmp_path: Path
) -> None:
    faulty = TWO.replace('"guides"', '"Gui des"').replace("[topics.description]", "[topics.text]")
    faults = sync(house, tmp_path, faulty)
    assert [(fault.path, fault.line) for fault in faults] == [(PATH, 5), (PATH, 9)]
    assert "text" in str(faults[0])
    assert active(house) == ["news", "events"]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", 1, "topics"),
        ("topics = []\n", 1, "at least one"),
        ('[[topics]]\nslug = "a"\n', 1, "name"),
        ('[[topics]\nslug = "a"\n', 1, ""),
        (TWO + '\n[[topics]]\nslug = "events"\nname.en = "Again"\n', 15, "two topics"),
    ],
)
def test_each_fault_has_its_line(
    house: House, tmp_path: Path, text: str, line: int, words: str
) -> None:
    (fault,) = sync(house, tmp_path, text)
    assert (fault.path, fault.line) == (PATH, line)
    assert words in str(fault)


def test_a_missing_file_is_a_fault(house: House, tmp_path: Path) -> None:
    with house.database.transaction() as session:
        (fault,) = sync_topics(session, tmp_path, house.now)
    assert fault.path == PATH
    assert active(house) == ["news", "events"]


def test_a_topic_that_never_was_is_not_found(house: House) -> None:
    with house.database.reading() as session, pytest.raises(NotFound, match="gossip"):
        topics.topic(session, "gossip")


def test_subscribers_are_found_by_address_and_counted(house: House) -> None:
    number = house.subscribe()
    house.sign_up("other@example.org", "news", "events")
    with house.database.reading() as session:
        assert queries.by_address(session, "AMINA@EXAMPLE.org").id == number
        assert queries.subscriber(session, number).id == number
        assert queries.sizes(session) == {
            "news": {"confirmed": 1, "pending": 1},
            "events": {"pending": 1},
        }
        with pytest.raises(NotFound):
            queries.by_address(session, "nobody@example.org")
        with pytest.raises(NotFound):
            queries.subscriber(session, 4711)
